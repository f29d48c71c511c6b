"""What a person writes to others is checked for spelling, in dialogs of acts and on pages; not a citizen's words."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QPlainTextEdit

from app.ui.widgets.spelling import SpellCheck
from tests.helpers.desk import child
from tests.helpers.qt import is_ready, until


@pytest.fixture
def known(monkeypatch):
    """A speller without its process: knows one wrong word."""

    async def wrong(self, words):
        return {word for word in words if word == "дорогга"}

    monkeypatch.setattr("app.services.spelling.Speller.wrong", wrong)


async def dialog_of(window):
    found = []
    await until(lambda: found.extend(d for d in window.findChildren(QDialog) if is_ready(d)) or found)
    return found[0]


async def remark_with(desk, words):
    """The dialog that sends a draft back, and its remark with these words, of which "дорогга" is underlined."""
    await desk.region.submitted()
    window = await desk.sit(queue="approval")
    window.presenter.perform_key("Return")
    dialog = await dialog_of(window)
    remark = child(dialog, "remark")
    remark.setPlainText(words)
    remark.findChild(SpellCheck).ask()
    await until(lambda: remark.findChild(SpellCheck).underlined() == ["дорогга"])
    return dialog, remark


async def test_the_remark_with_which_a_draft_is_sent_back_is_checked(desk, known):
    dialog, remark = await remark_with(desk, "Где дорогга и когда")
    remark.clear()
    dialog.reject()


async def test_the_words_of_a_citizen_are_left_as_they_are(desk, known):
    window = await desk.sit()
    window.presenter.enter_message()
    dialog = await dialog_of(window)
    assert [field for field in dialog.findChildren(QPlainTextEdit) if field.findChild(SpellCheck)] == []
    dialog.reject()


async def test_a_page_with_a_field_of_its_own_is_checked(desk, known):
    window = await desk.sit()
    window.open_page("page:memos")
    fields = window.places.page.findChildren(QPlainTextEdit)
    assert fields
    assert all(field.findChild(SpellCheck) for field in fields if not field.property("words_of_others"))


async def test_a_field_whose_window_is_left_while_it_waits_to_ask_is_not_checked(desk, known, qtbot):
    window = await desk.sit()
    field = QPlainTextEdit("Где дорогга и когда", window)
    window.spelling.proofread(window)
    check = field.findChild(SpellCheck)
    await until(lambda: check.underlined() == ["дорогга"])
    await window.scope.aclose()

    field.setPlainText("Где новая дорогга")
    with qtbot.capture_exceptions() as raised:
        check.ask()
    assert raised == []


async def test_the_menu_of_a_misspelt_word_opens_by_keys_that_every_keyboard_has(desk, known):
    dialog, remark = await remark_with(desk, "дорогга")
    remark.setFocus()
    await until(lambda: remark.hasFocus())

    QTest.keyClick(remark, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)

    await until(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    assert any("верно, запомнить" in action.text() for action in QApplication.activePopupWidget().actions())
    QApplication.activePopupWidget().close()
    remark.clear()
    dialog.reject()
