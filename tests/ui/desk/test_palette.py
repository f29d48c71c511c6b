"""Ctrl+K: whatever a person may do or go to is found by typing, and Enter does it."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.ui import theme
from app.ui.widgets.palette import Entry, Palette
from tests.helpers.journeys import desk  # noqa: F401  a fixture
from tests.helpers.qt import is_ready, type_text, until


async def open_palette(window):
    await until(lambda: is_ready(window))
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: is_ready(shown()))
    return shown()


def shown():
    return next((w for w in QApplication.topLevelWidgets() if isinstance(w, Palette) and w.isVisible()), None)


def type_into(palette, text):
    type_text(palette.field, text)
    palette.field.say_now()


async def test_a_page_is_opened_by_a_part_of_its_name(desk):  # noqa: F811
    window = await desk.sit()
    palette = await open_palette(window)

    type_into(palette, "служ")
    assert palette.titles()[0] == "Служебные записки"
    QTest.keyClick(palette.field, Qt.Key.Key_Return)

    await until(lambda: window.places.page is not None and window.places.page.objectName() == "memos")


async def test_an_act_of_the_card_shown_is_done(desk):  # noqa: F811
    case_id = await desk.region.message()
    window = await desk.sit()
    await until(lambda: (card := window.panel.card()) is not None and card.id == case_id)
    palette = await open_palette(window)

    type_into(palette, "направить в орган")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)

    await until(lambda: is_ready(window.acts._dialog))
    assert window.acts._dialog.objectName() == "routing_dialog"
    window.acts._dialog.reject()
    await until(lambda: window.acts._dialog is None)


async def test_a_case_is_found_by_words_of_its_message_in_any_queue(desk):  # noqa: F811
    case_id = await desk.region.collected("Во дворе третий день не горит фонарь")
    number = (await desk.region.card(case_id)).number
    window = await desk.sit()
    palette = await open_palette(window)

    type_into(palette, "горит фонарь")
    await until(lambda: palette.titles() and palette.titles()[0].startswith(number))
    QTest.keyClick(palette.field, Qt.Key.Key_Return)

    await until(lambda: (card := window.panel.card()) is not None and card.id == case_id)


async def test_arrows_go_round_and_escape_does_nothing(desk):  # noqa: F811
    window = await desk.sit()
    palette = await open_palette(window)

    QTest.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.list.currentIndex().row() == len(palette.titles()) - 1
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.list.currentIndex().row() == 0
    type_into(palette, "ъъъ")
    assert palette.titles() == []
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible(), "there is nothing to do"
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)

    await until(lambda: shown() is None)
    assert window.places.page is None


async def test_numbers_of_cards_stand_beneath_each_other_whatever_their_keys(qtbot):
    entries = [Entry(title, "46-2026-000053", print, cap=cap)
               for title, cap in (("Направить", "Enter"), ("Снять", "X"), ("История", ""))]  # fmt: skip
    palette = Palette(entries, "", "")
    qtbot.addWidget(palette)
    palette.show()
    wide, small, none = (palette.list.visualRect(palette._model.index(row, 0)) for row in range(3))
    picture = palette.list.viewport().grab().toImage()
    ink = theme.current().color("ink_second").rgb()

    def left_of_the_number(place):
        """Where the kind begins: the first pixel of its ink at the right of the title."""
        inked = {x for y in range(place.top(), place.bottom()) for x in range(place.center().x(), place.right())
                 if picture.pixel(x, y) == ink}  # fmt: skip
        return min(inked)

    palette.list.setCurrentIndex(palette._model.index(2, 0))
    assert left_of_the_number(small) == left_of_the_number(none)
    assert left_of_the_number(wide) == left_of_the_number(small)
