"""Exports of all five monitoring systems through the real window: each is recognised, looked at and taken in."""

import csv
from pathlib import Path

from openpyxl import Workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.services import queries
from app.services.selection import Selection
from tests.helpers.journeys import desk  # noqa: F401
from tests.helpers.qt import until
from tests.helpers.windows import counts, press

SAMPLES = Path(__file__).parents[1] / "data" / "intake"
CONTROL = Qt.KeyboardModifier.ControlModifier
YOUSCAN = [
    ("source", "published", "title", "text", "url", "author", "content type", "resource type", "saved"),
    ("vk.com", "2025-11-20 10:00", "", "Не работает лифт", "https://vk.com/wall-5_1", "Ольга", "post", "сеть", "1"),
]
AGENCY = "Администрация города Льгова"
HERE = "Организация, в которой находится сообщение"
POS = [
    ["Номер", "Номер ЕПГУ", "Источник", "Категория", "Подкатегория", "Факт", "Дата поступления", "Статус", HERE],
    [70011, "-", "Виджет", "Дороги", "Ямы во дворах", "Яма на дороге", "20.11.2025", "В работе", AGENCY],
    [70012, "-", "Виджет", "Дороги", "Ямы во дворах", "-", "20.11.2025", "В работе", AGENCY],
]


def youscan(folder):
    path = folder / "youscan.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(YOUSCAN)
    return path


def pos(folder):
    book = Workbook()
    book.active.title = "Обложка"
    book.active.append(["Выгрузка из ПОС"])
    sheet = book.create_sheet("Сообщения")
    for row in POS:
        sheet.append(row)
    book.save(folder / "pos.xlsx")
    return folder / "pos.xlsx"


async def looked_at(window, path):
    """Ctrl+I, the path, Enter; the page when the file was looked through."""
    press(window, Qt.Key.Key_I, CONTROL)
    await until(lambda: window.places.page is not None and window.places.page.past.path.hasFocus())
    page = window.places.page
    page.past.path.setText(str(path))
    press(window, Qt.Key.Key_Return)
    await until(lambda: page.panes.currentWidget() is page.look and page.look.progress.isHidden())
    return page


async def test_exports_of_five_systems_come_in_through_the_window(desk, tmp_path):  # noqa: F811
    window = await desk.sit(queue="stream")
    taken = 0
    for path, name in (
        (SAMPLES / "incident_management.csv", "«Инцидент Менеджмент»"),
        (pos(tmp_path), "ПОС"),
        (SAMPLES / "brand_analytics.csv", "Brand Analytics"),
        (SAMPLES / "medialogia_cp1251.csv", "«Медиалогия»"),
        (youscan(tmp_path), "YouScan"),
    ):
        page = await looked_at(window, path)
        assert f"{name}, шапка" in page.look.facts.text()
        rows = page.look.rows.rows()
        fit = sum(row.state != "refused" for row in rows)
        before = len(page.past.runs.rows())
        QTest.mouseClick(page.look.ok, Qt.MouseButton.LeftButton)
        await until(lambda page=page, before=before: len(page.past.runs.rows()) == before + 1)
        run = page.past.runs.rows()[0]
        assert (run.state, run.new + run.known, run.refused) == ("finished", fit, len(rows) - fit)
        assert run.new > 0
        taken += run.new

    await until(lambda: counts(window)["stream"] == taken)
    rows = await queries.list_queue(desk.region.curator, Selection("stream"))
    fact = next(row for row in rows if row.excerpt == "Яма на дороге")
    assert fact.topic == "Ямы во дворах"
