"""The page «Импорт» by mouse and keyboard: looked at, columns chosen, taken in, stopped, refused rows mended."""

import asyncio
import csv

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from app.ui.imports.columns_pane import MIME
from app.ui.widgets.labels import TextLabel
from tests.helpers.journeys import desk  # noqa: F401
from tests.helpers.qt import type_text, until
from tests.helpers.windows import counts, press

CONTROL = Qt.KeyboardModifier.ControlModifier


def table(folder, rows, name="messages.csv", delimiter=";"):
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


async def opened(desk, path=None):  # noqa: F811
    """The page, opened by Ctrl+I; with a path, typed and looked at."""
    window = await desk.sit(queue="stream")
    press(window, Qt.Key.Key_I, CONTROL)
    await until(lambda: window.places.page is not None)
    page = window.places.page
    if path is not None:
        await until(lambda: page.past.path.hasFocus())
        type_text(page.past.path, str(path))
        press(window, Qt.Key.Key_Return)
    return window, page


async def looked_at(page):
    await until(lambda: page.panes.currentWidget() is page.look and page.look.progress.isHidden())


def said(pane):
    return "\n".join(label.text() for label in pane.findChildren(TextLabel) if label.isVisible())


def choosers():
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, QFileDialog) and each.isVisible()]


def mouse(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


ROWS = [("id", "Текст", "Дата"), ("1", "Яма &#33;", ""), ("2", "", ""), ("3", "Темно", "вчера"), ("4", "Снег", "")]


async def test_a_file_is_looked_at_and_taken_in_by_keyboard_and_its_refused_rows_are_mended(desk, tmp_path):  # noqa: F811
    window, page = await opened(desk, table(tmp_path, ROWS))
    await looked_at(page)
    assert [(row.number, row.state) for row in page.look.rows.rows()] == [
        (3, "refused"), (4, "refused"), (2, "mended"), (5, "clean"),
    ]  # fmt: skip
    message = next(column for column in page.look.rows.columns if column.key == "message")
    whole = message.tooltip(page.look.rows.rows()[1])
    assert "Темно" in whole
    assert message.note(page.look.rows.rows()[1]) in whole
    assert message.text(page.look.rows.rows()[1]).startswith("C4"), "why it is not taken in has the room of the row"
    assert "Темно" in message.note(page.look.rows.rows()[1])
    assert "Осталось в стороне" not in said(page.look)
    mouse(page.look.filters["mended"])
    assert [row.number for row in page.look.rows.rows()] == [2]
    assert counts(window)["stream"] == 0

    press(window, Qt.Key.Key_Return, CONTROL)
    await until(lambda: page.panes.currentWidget() is page.past and page.past.refused.rows())
    assert page.bar.text() == "messages.csv: прочитано 4, новых 2, уже известно 0, не принято 2"
    assert page.past.told.text().splitlines()[1] == "Прочитаны 4 строки: новых 2, уже известно 0, не принято 2"
    assert [row.cell for row in page.past.refused.rows()] == ["B3", "C4"]
    await until(lambda: counts(window)["stream"] == 2)

    press(window, Qt.Key.Key_S, CONTROL)
    await until(choosers)
    (chooser,) = choosers()
    out = tmp_path / "mend.csv"
    name = chooser.findChild(QLineEdit, "fileNameEdit")
    name.setText(str(out))
    press(name, Qt.Key.Key_Return)
    await until(lambda: "mend.csv" in page.bar.text())
    out.write_text(out.read_text("utf-8-sig").replace(";2;;", ";2;Лужа;").replace("вчера", "20.11.2025"), "utf-8-sig")
    page.start_with(str(out))
    await looked_at(page)
    assert [row.state for row in page.look.rows.rows()] == ["mended", "clean"] or page.look.ok.isEnabled()
    mouse(page.look.ok)
    await until(lambda: counts(window)["stream"] == 4)
    await until(lambda: len(page.past.runs.rows()) == 2)


async def test_the_look_tells_the_regions_time_and_names_the_network(desk, tmp_path):  # noqa: F811
    rows = [("Дата", "Ссылка", "Текст"), ("01.12.2025 01:30", "https://vk.com/wall-1_1", "Яма во дворе")]
    _, page = await opened(desk, table(tmp_path, rows))
    await looked_at(page)

    (row,) = page.look.rows.rows()
    shown = {column.key: (column.text(row), column.note(row)) for column in page.look.rows.columns}
    assert shown["posted"][0] == "01.12.2025 01:30"  # a night's hour, when it is the day before in UTC
    assert shown["author"][1] == "ВКонтакте"


async def test_strange_columns_are_chosen_once_and_remembered(desk, tmp_path):  # noqa: F811
    rows = [("Кто", "Жалоба", "Когда"), ("Анна", "Яма у школы", "20.11.2025")]
    window, page = await opened(desk, table(tmp_path, rows, "own.csv", "\t"))
    await until(lambda: page.panes.currentWidget() is page.columns)
    pane = page.columns
    press(window, Qt.Key.Key_Return, CONTROL)
    assert pane.error.text() == "Укажите, в каком столбце текст сообщения."

    drop(pane.boxes["text"], "Жалоба")
    assert pane.samples["text"].text() == "Яма у школы"
    pane.boxes["author_name"].setCurrentText("Кто")
    mouse(pane.ok)
    await looked_at(page)
    assert [(row.message.text, row.message.author_name) for row in page.look.rows.rows()] == [("Яма у школы", "Анна")]
    assert "столбцы сопоставлены вручную" in page.look.facts.text()

    press(window, Qt.Key.Key_Escape)
    page.start_with(str(table(tmp_path, [*rows, ("Олег", "Снег", "")], "later.csv")))
    await looked_at(page)
    assert len(page.look.rows.rows()) == 2
    mouse(page.look.columns_button)
    mouse(pane.forget)
    await until(lambda: page.panes.currentWidget() is page.columns and not pane.forget.isVisible())


def drop(box, name):
    data = QMimeData()
    data.setData(MIME, name.encode())
    at, action = QPointF(5, 5), Qt.DropAction.CopyAction
    box.dropEvent(QDropEvent(at, action, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))


async def test_a_big_import_is_stopped_between_batches_and_gone_on_with(desk, tmp_path):  # noqa: F811
    rows = [("id", "Текст"), *((str(n), f"Сообщение {n}") for n in range(1200))]
    window, page = await opened(desk, table(tmp_path, rows))
    await looked_at(page)
    press(window, Qt.Key.Key_Return, CONTROL)
    await until(lambda: "прочитано" in page.look.told.text())
    assert not page.look.ok.isEnabled()
    page.start_with(str(tmp_path / "next.csv"))
    assert page.bar.text() == "Сейчас принимается «messages.csv»: дайте следующий файл, когда приём закончится."
    mouse(page.look.cancel)
    await until(lambda: page.panes.currentWidget() is page.past and page.past.runs.rows())
    (run,) = page.past.runs.rows()
    assert (run.state, run.new % 100) == ("stopped", 0)
    assert 0 < run.new < 1200

    page.start_with(str(page.path))
    await looked_at(page)
    assert "остановлен человеком" in page.look.columns_told.text()
    mouse(page.look.ok)
    await until(lambda: page.panes.currentWidget() is page.past and len(page.past.runs.rows()) == 2)
    newest = page.past.runs.rows()[0]
    assert (newest.state, newest.new, newest.known) == ("finished", 1200 - run.new, run.new)


async def test_a_file_that_is_not_there_and_one_that_is_no_table_are_told(desk, tmp_path):  # noqa: F811
    _, page = await opened(desk, tmp_path / "нет.csv")
    await until(lambda: "нет.csv" in page.bar.text())
    picture = tmp_path / "picture.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    page.start_with(str(picture))
    await until(lambda: "picture.xlsx" in page.bar.text())
    assert page.panes.currentWidget() is page.past
    page.start_with(str(table(tmp_path, ROWS[:1], "head.csv")))
    await until(lambda: page.bar.text().startswith("В файле «head.csv» есть шапка"))
    assert not page.look.ok.isEnabled()


async def test_a_file_is_dropped_on_the_page(desk, tmp_path):  # noqa: F811
    _, page = await opened(desk)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(table(tmp_path, ROWS)))])
    at, action = QPointF(50, 50), Qt.DropAction.CopyAction
    page.dropEvent(QDropEvent(at, action, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    await looked_at(page)


async def test_an_executor_is_told_that_curators_take_in(desk):  # noqa: F811
    window = await desk.sit(desk.region.executor, queue="executors")
    press(window, Qt.Key.Key_I, CONTROL)
    await until(lambda: window.page.bar.isVisible())
    assert window.places.page is None


async def test_a_supervisor_reads_imports_and_takes_nothing_in(desk, tmp_path):  # noqa: F811
    supervisor = next(place for place in vars(desk.region).values() if getattr(place, "person", None)
                      and place.person.name == "А. Орлов")  # fmt: skip
    window = await desk.sit(supervisor)
    window.open_page("page:imports")
    await asyncio.sleep(0)
    assert not window.places.page.past.path.isVisible()


@pytest.fixture(autouse=True)
def _no_native_dialogs():
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


async def test_a_window_that_is_being_closed_reads_no_run_any_more(desk, monkeypatch):  # noqa: F811
    _, page = await opened(desk)
    with monkeypatch.context() as closing:
        closing.setattr(page.scope, "_closed", True)
        page.past.run_chosen.emit(None)  # an error out of a slot fails the test
