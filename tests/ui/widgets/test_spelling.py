"""Misspelt words are underlined, never the one being typed; the menu replaces or remembers one."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QPlainTextEdit

from app.ui.widgets.spelling import SpellCheck

TEXT = "Здравствуйте! Дорогга у школы разбитта."


@pytest.fixture
def check(qtbot):
    editor = QPlainTextEdit()
    qtbot.addWidget(editor)
    editor.setPlainText(TEXT)
    made = SpellCheck(editor)
    made.editor, made.wishes = editor, []
    made.check_requested.connect(lambda words: made.wishes.append(("check", words)))
    made.suggestions_requested.connect(lambda word: made.wishes.append(("suggest", word)))
    made.keep_requested.connect(lambda word: made.wishes.append(("keep", word)))
    return made


def menu_words(check):
    return [action.text() for action in check._menu.actions() if action.text() and action.isVisible()]


def test_each_wrong_word_is_underlined_where_it_stands(check):
    check.ask()
    assert check.wishes == [("check", {"Здравствуйте", "Дорогга", "школы", "разбитта"})]

    check.show_wrong({"Дорогга", "разбитта"})
    assert check.underlined() == ["Дорогга", "разбитта"]

    check.show_wrong(())
    assert check.underlined() == []


def test_the_word_being_typed_is_left_in_peace(check, qtbot):
    check.editor.show()
    check.editor.setFocus()
    qtbot.waitUntil(check.editor.hasFocus)
    check.show_wrong({"Дорогга", "разбитта"})
    cursor = check.editor.textCursor()
    cursor.setPosition(TEXT.index("разбитта") + len("разбитта"))

    check.editor.setTextCursor(cursor)
    assert check.underlined() == ["Дорогга"]

    cursor.setPosition(0)
    check.editor.setTextCursor(cursor)
    assert check.underlined() == ["Дорогга", "разбитта"]


def test_the_menu_offers_what_was_meant_and_puts_it_in(check):
    check.show_wrong({"Дорогга"})
    word = check._wrong_at(TEXT.index("Дорогга") + 3)

    check.open_menu(word, QPoint(0, 0))
    assert check.wishes[-1] == ("suggest", "Дорогга")
    assert menu_words(check)[:2] == ["Подбираю замену…", "«Дорогга» — верно, запомнить"]

    check.show_suggestions("Дорогга", ("Дорога", "Дорог"))
    assert menu_words(check)[:3] == ["&1  Дорога", "&2  Дорог", "«Дорогга» — верно, запомнить"]
    check._menu.actions()[0].trigger()
    assert check.editor.toPlainText() == TEXT.replace("Дорогга", "Дорога")
    check._menu.close()


def test_the_menu_says_so_when_nothing_is_like_it_and_remembers_a_word(check):
    check.show_wrong({"разбитта"})
    check.open_menu(check._wrong_at(TEXT.index("разбитта")), QPoint(0, 0))

    check.show_suggestions("разбитта", ())
    assert menu_words(check)[0] == "Похожих слов нет"
    next(action for action in check._menu.actions() if "запомнить" in action.text()).trigger()

    assert check.wishes[-1] == ("keep", "разбитта")
    check._menu.close()


def test_a_right_word_has_the_fields_own_menu(check):
    check.show_wrong({"Дорогга"})

    assert check._wrong_at(2) is None
