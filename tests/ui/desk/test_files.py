"""Files out of the window: the day's report written."""

from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QMenu

from tests.helpers.qt import type_text, until
from tests.helpers.windows import press

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


async def test_the_report_is_written_where_named(desk, tmp_path):
    await desk.region.published()
    window = await desk.sit()
    press(window, Qt.Key.Key_E, CONTROL)
    dialog = await opened("report_dialog")
    assert dialog.decision().name == "Отчёт 2026-11-24.xlsx"

    fill(dialog, tmp_path / "day.xlsx")
    ok(dialog)
    await until(lambda: dialog.is_done)

    assert load_workbook(tmp_path / "day.xlsx").sheetnames == ["День", "Сроки", "Просроченные"]
    ok(dialog)
    await until(lambda: "file" not in [task.get_name() for task in window.scope._tasks])


async def test_both_stand_in_the_menu_of_the_seat(desk):
    window = await desk.sit()

    menu = window.top_bar.seat_menu()

    assert isinstance(menu, QMenu)
    assert {"take_in", "write_report"} <= {action.objectName() for action in menu.actions()}
