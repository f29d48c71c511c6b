"""Leaving the program: what a page holds unsaved is asked about, and a window that is left takes nothing any more."""

import asyncio

import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QWidget

from app.services.regions import list_people, sit_down
from app.ui.desk.leaving import LeavingKind
from tests.helpers.desk import press_ok, type_into, until
from tests.helpers.qt import is_ready
from tests.helpers.windows import open_desk

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path, administrator="Админ")
    yield opened
    await opened.aclose()


async def edited(desk):
    """The administrator's window on the registers, something typed there, another page shown."""
    person = next(p for p in await list_people(desk.region.database) if p.name == "Админ")
    window = await desk.sit(await sit_down(desk.region.database, person, desk.region.curator.feed))
    window.open_page("page:registers")
    page = window.places.page
    await until(lambda: page.rows)
    page.form.fields["name"].setText("Комитет по вопросам")
    assert page.is_edited()
    window.open_page("page:copies")
    await until(window.isActiveWindow)
    return window


async def asked(window):
    found = []
    await until(lambda: found.extend(d for d in window.findChildren(QDialog, "leaving_dialog") if is_ready(d)) or found)
    return found[-1]


async def test_what_is_not_saved_is_asked_about_and_staying_keeps_it(desk):
    window = await edited(desk)

    QTest.keyClick(window, Qt.Key.Key_Q, CONTROL)
    dialog = await asked(window)
    window.close()  # by the mouse as well: it is asked once
    assert window.places.page.objectName() == "registers"
    assert "Справочники" in " ".join(label.text() for label in dialog.findChildren(type(window.places.page.title)))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await until(lambda: not window.findChildren(QDialog, "leaving_dialog"))

    assert not window.left.done()
    assert window.places.page.form.fields["name"].text() == "Комитет по вопросам"

    window.activateWindow()
    await until(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_Q, CONTROL)
    press_ok(await asked(window))
    assert (await window.left).kind is LeavingKind.QUIT


async def test_nothing_typed_is_not_asked_about(desk):
    window = await desk.sit()
    window.close()

    assert (await window.left).kind is LeavingKind.QUIT


async def test_a_window_that_is_left_closes_its_dialog_and_takes_no_key(desk):
    window = await desk.sit()
    await until(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_N, CONTROL)
    await until(lambda: "acts" in vars(window) and is_ready(window.acts._dialog))
    type_into(window.acts._dialog.findChild(QWidget, "text"), "Яма на дороге")

    window.leave(LeavingKind.QUIT)
    closing = asyncio.ensure_future(window.aclose())
    await asyncio.sleep(0)
    assert window.acts._dialog is None or not window.acts._dialog.isVisible()
    assert not window.isEnabled()  # F5 would begin to read: nobody would own that
    await closing
    desk.windows.remove(window)
