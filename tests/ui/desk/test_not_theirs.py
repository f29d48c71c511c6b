"""An executor is offered nothing that only a curator does: by no key, not in the palette, not on the page of keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.ui.desk.commands import commands
from app.ui.desk.keys import CARD, EVERYWHERE, STREAM
from app.ui.desk.keys_page import key_rows
from tests.helpers.journeys import desk  # noqa: F401  a fixture
from tests.helpers.qt import is_ready, until

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


async def executor(desk):  # noqa: F811
    await desk.region.routed()
    window = await desk.sit(desk.region.executor, queue="executors")
    await until(lambda: is_ready(window))
    return window


@pytest.mark.parametrize(
    ("key", "held"), [(Qt.Key.Key_N, CONTROL), (Qt.Key.Key_N, CONTROL | SHIFT), (Qt.Key.Key_V, CONTROL)]
)
@pytest.mark.parametrize("page", ["", "page:absences"])
async def test_who_enters_no_messages_is_told_so_before_typing_one(desk, key, held, page):  # noqa: F811
    window = await executor(desk)
    QGuiApplication.clipboard().setText("Во дворе не горит фонарь")
    if page:
        window.ways.go_to(page)
    bar = window.places.page.bar if page else window.page.bar

    QTest.keyClick(QApplication.focusWidget(), key, held)

    await until(bar.isVisible)
    assert bar.text() == "Нужна роль: Куратор. Попросите того, у кого она есть; роли назначает администратор."
    assert window.acts._dialog is None


async def test_the_palette_and_the_page_of_keys_tell_a_persons_own(desk):  # noqa: F811
    curator, window = await desk.sit(), await executor(desk)
    entering = {"Внести сообщение вручную…", "Записать звонок или личное обращение…", "Передать смену…"}

    assert entering <= {entry.title for entry in commands(curator)}
    assert not entering & {entry.title for entry in commands(window)}

    theirs, all_keys = key_rows(window.place.actor), key_rows(curator.place.actor)
    assert theirs[STREAM] == []
    assert ("Ctrl+N", "внести сообщение вручную") in set(all_keys[EVERYWHERE]) - set(theirs[EVERYWHERE])
    own, curators = ({key for key, _ in rows[CARD]} for rows in (theirs, all_keys))
    assert own == {"R", "A", "I"}, "an agency shares its work out by itself"
    assert {"R", "X", "M", "H"} <= curators
    assert not {"A", "I"} & curators
