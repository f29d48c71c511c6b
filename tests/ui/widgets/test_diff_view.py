"""The difference of two versions: right by construction, minimal to read, visible without colour."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ui import theme
from app.ui.widgets import diff_view, focus_ring
from app.ui.widgets.diff_view import Change, DiffView, Piece, changes_html, word_changes

TEXTS = st.text(alphabet="аб вг.\nё", max_size=60)


def spelled(pieces, without):
    return "".join(piece.text for piece in pieces if piece.change is not without)


@given(TEXTS, TEXTS)
def test_pieces_spell_both_versions(old, new):
    pieces = word_changes(old, new)

    assert spelled(pieces, Change.ADDED) == old
    assert spelled(pieces, Change.REMOVED) == new


@given(TEXTS)
def test_same_text_has_no_changes(text):
    assert all(piece.change is Change.SAME for piece in word_changes(text, text))


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("сделают завтра.", "сделают до 25 ноября.", [("removed", "завтра"), ("added", "до 25 ноября")]),
        ("Яму засыпали", "Яму не засыпали", [("added", " не")]),
        ("Здравствуйте!", "Здравствуйте, Андрей!", [("added", ", Андрей")]),
        ("Ответ", "Ответ дан", [("added", " дан")]),
        ("Яму засыпали", "Сегодня яму засыпали", [("removed", "Яму"), ("added", "Сегодня яму")]),
        ("Яму засыпали", "Вчера Яму засыпали", [("added", "Вчера ")]),
        ("Вчера Яму засыпали", "Яму засыпали", [("removed", "Вчера ")]),
        ("", "Ответ", [("added", "Ответ")]),
        ("Ответ", "", [("removed", "Ответ")]),
    ],
)
def test_whole_words_change(old, new, changed):
    pieces = word_changes(old, new)

    assert [(piece.change.value, piece.text) for piece in pieces if piece.change is not Change.SAME] == changed


def test_neighbouring_changed_words_read_as_one_change():
    pieces = word_changes("один два три", "четыре пять шесть")

    assert pieces == [Piece(Change.REMOVED, "один два три"), Piece(Change.ADDED, "четыре пять шесть")]


def test_huge_difference_is_shown_as_one_block(monkeypatch):
    monkeypatch.setattr(diff_view, "MAX_WORDS", 2)

    pieces = word_changes("а б в г", "д б е г")

    assert [piece.change for piece in pieces] == [Change.REMOVED, Change.ADDED, Change.SAME]
    assert spelled(pieces, Change.REMOVED) == "д б е г"


def test_change_is_struck_or_underlined_and_not_by_colour_alone():
    html = changes_html([Piece(Change.REMOVED, "а"), Piece(Change.ADDED, "б")], theme.load("light"))

    assert re.search(r"line-through\">а<", html)
    assert re.search(r"underline\">б<", html)
    assert "> <" in html


def test_markup_in_a_draft_is_shown_as_written(qtbot):
    view = DiffView()
    qtbot.addWidget(view)

    view.show_changes("<b>яма</b>", "<i>яма</i> & лужа\nнова строка")

    assert "<b>" not in view.toHtml().split("<body")[1].replace("&lt;b&gt;", "")
    assert "& лужа\nнова строка" in view.toPlainText()


def test_text_alone_shows_no_changes(qtbot):
    view = DiffView()
    qtbot.addWidget(view)

    view.show_text("Первая версия")

    assert view.toPlainText() == "Первая версия"
    assert view.isReadOnly()


def test_the_words_keep_away_from_the_ring_of_what_has_the_keyboard(qtbot):
    view = DiffView()
    qtbot.addWidget(view)
    view.show()
    view.show_text("Здравствуйте!")

    assert view.cursorRect().left() >= focus_ring.WIDTH + 4
