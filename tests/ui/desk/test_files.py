"""Files in and out of the window: a table taken in by keyboard, the day's report written."""

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QMenu

from app.services import queries
from tests.helpers.qt import type_text, until
from tests.helpers.windows import counts, press

CONTROL = Qt.KeyboardModifier.ControlModifier


async def opened(name):
    def find():
        dialogs = (w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible())
        return next((dialog for dialog in dialogs if dialog.objectName() == name), None)

    await until(find)
    return find()


def fill(dialog, path):
    field = dialog.findChild(QLineEdit, "path")
    field.selectAll()
    type_text(field, str(path))


def ok(dialog):
    dialog.findChild(QAbstractButton, "ok").click()


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "messages.csv"
    path.write_text("id,text\n1,Яма у школы\n2,\n3,Темно во дворе\n", encoding="utf-8")
    return path


async def test_a_file_is_taken_in_and_the_report_stands_in_the_dialog(desk, table):
    window = await desk.sit(queue="stream")
    press(window, Qt.Key.Key_I, CONTROL)
    dialog = await opened("import_dialog")

    fill(dialog, table)
    ok(dialog)
    await until(lambda: dialog.is_done, seconds=10)

    assert dialog.told.text() == "messages.csv: прочитано 3, новых 2, уже известно 0, не принято 1"
    assert "Строка 3: нет текста сообщения" in dialog.lines.toPlainText()
    ok(dialog)
    await until(lambda: counts(window)["stream"] == 2 and len(window.page.rows()) == 2)


async def test_a_file_that_is_not_there_is_told_beside_its_path(desk, tmp_path):
    window = await desk.sit()
    press(window, Qt.Key.Key_I, CONTROL)
    dialog = await opened("import_dialog")

    fill(dialog, tmp_path / "нет.csv")
    ok(dialog)
    await until(lambda: "нет.csv" in dialog._error.text())

    assert not dialog.is_done
    dialog.reject()
    await until(lambda: "file" not in [task.get_name() for task in window.scope._tasks])


async def test_the_report_is_written_where_named(desk, tmp_path):
    await desk.region.published()
    window = await desk.sit()
    press(window, Qt.Key.Key_E, CONTROL)
    dialog = await opened("report_dialog")
    assert dialog.decision().name == "Отчёт 2026-11-24.xlsx"

    fill(dialog, tmp_path / "day.xlsx")
    ok(dialog)
    await until(lambda: dialog.is_done, seconds=30)

    assert load_workbook(tmp_path / "day.xlsx").sheetnames == ["День", "Сроки", "Просроченные"]
    ok(dialog)
    await until(lambda: "file" not in [task.get_name() for task in window.scope._tasks])


async def test_an_executor_is_told_that_curators_take_in(desk, table):
    window = await desk.sit(desk.region.executor, queue="executors")
    press(window, Qt.Key.Key_I, CONTROL)
    dialog = await opened("import_dialog")

    fill(dialog, table)
    ok(dialog)
    await until(lambda: dialog.bar.isVisible())

    assert (await queries.count_queues(desk.region.curator)).queues["stream"] == 0
    dialog.reject()
    await until(lambda: "file" not in [task.get_name() for task in window.scope._tasks])


async def test_both_stand_in_the_menu_of_the_seat(desk):
    window = await desk.sit()

    menu = window.top_bar.seat_menu()

    assert isinstance(menu, QMenu)
    assert {"take_in", "write_report"} <= {action.objectName() for action in menu.actions()}
