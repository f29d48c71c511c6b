"""What a search found stands marked in its rows and on its card, in any form of the word, by day and by night."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from app.ui import theme
from tests.helpers.qt import application, type_text, until
from tests.helpers.windows import press, reading

CONTROL = Qt.KeyboardModifier.ControlModifier


async def search(window, words):
    press(window, Qt.Key.Key_F, CONTROL)
    window.top_bar.search.clear()
    type_text(window.top_bar.search, words)
    await until(lambda: window.page.shown.query == words and not reading(window))


def marked_on_the_card(window):
    [block] = window.panel.messages.rows()
    marks = block.text.extraSelections()
    assert {mark.format.background().color().name() for mark in marks} <= {ground()}
    return [mark.cursor.selectedText() for mark in marks]


def ground():
    return theme.current().color("found_ground").name()


def marked_pixels(window):
    """How many pixels of the rows have the ground of a found word; the rows are at the window's own scale."""
    image = window.page.view.viewport().grab().toImage()
    wanted = QColor(ground()).rgb()
    return sum(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(0, min(image.height(), 70), 3))


@pytest.mark.parametrize(
    ("words", "marked"),
    [("ямами школа", ["Ямы", "школы"]), ("шко", ["школы"]), ("фанарь", ["фонаря"])],
)
async def test_found_words_are_marked_in_rows_and_on_the_card(desk, words, marked):
    await desk.region.message("Ямы у школы, ни одного фонаря")
    window = await desk.sit()
    assert (marked_on_the_card(window), marked_pixels(window)) == ([], 0)

    await search(window, words)
    assert marked_on_the_card(window) == marked
    assert marked_pixels(window) > 20
    press(window, Qt.Key.Key_Escape)
    await until(lambda: window.page.shown.query == "" and not reading(window))

    assert (marked_on_the_card(window), marked_pixels(window)) == ([], 0)


async def test_marks_follow_the_theme(desk):
    await desk.region.message("Ямы у школы")
    window = await desk.sit()
    await search(window, "яма")
    try:
        window.page.view.setFocus()
        press(window, Qt.Key.Key_F9)

        assert theme.current().name == "dark"
        assert marked_on_the_card(window) == ["Ямы"]
        assert marked_pixels(window) > 20
    finally:
        theme.use(application(), theme.load("light"))
