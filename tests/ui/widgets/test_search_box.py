"""The search field speaks soon, once, and only when there is news."""

import pytest
from PySide6.QtCore import Qt

from app.ui.widgets import search_box
from app.ui.widgets.search_box import SearchBox
from tests.helpers.qt import signal, type_text, until


@pytest.fixture
def box(qtbot):
    made = SearchBox("Найти карточку", "Ctrl+K")
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def heard(box):
    texts = []
    box.text_edited.connect(texts.append)
    return texts


def test_pause_leaves_room_for_the_answer_within_50_ms():
    assert search_box.DEBOUNCE_MS <= 45


async def test_burst_of_typing_is_heard_once(box, heard, qtbot):
    type_text(box, "светофор")

    assert heard == []
    await until(lambda: heard)
    assert heard == ["светофор"]


async def test_enter_does_not_wait_and_is_not_heard_twice(box, heard, qtbot):
    type_text(box, "яма")
    qtbot.keyClick(box, Qt.Key.Key_Return)

    assert heard == ["яма"]
    assert not box._pause.isActive()
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert heard == ["яма"]


async def test_what_comes_back_to_the_same_text_is_no_news(box, heard, qtbot):
    type_text(box, "я")
    qtbot.keyClick(box, Qt.Key.Key_Backspace)

    await signal(box._pause.timeout)

    assert heard == []


def test_escape_empties_at_once(box, heard, qtbot):
    type_text(box, "яма")
    box.say_now()

    qtbot.keyClick(box, Qt.Key.Key_Escape)

    assert box.text() == ""
    assert heard == ["яма", ""]


def test_placeholder_is_spoken(box):
    assert box.accessibleName() == "Найти карточку"


def test_key_is_shown_only_while_idle(box, qtbot):
    box.resize(400, 32)
    box.clearFocus()
    idle = box.grab().toImage()
    box._key = ""
    bare = box.grab().toImage()

    assert idle != bare
