"""The menu under the right button on a row of a queue."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu

from app.regulation.workflow import State
from app.services import casework
from tests.helpers import mouse
from tests.helpers.qt import is_ready, until


async def with_two(desk):
    ids = [await desk.region.message(text) for text in ("Не горит фонарь", "Не вывозят мусор")]
    window = await desk.sit()
    await until(lambda: is_ready(window))
    return window, ids


async def test_a_row_offers_the_acts_of_its_card_and_its_number(desk):
    window, ids = await with_two(desk)
    row = [row.id for row in window.page.rows()].index(ids[1])
    offered = mouse.words_of(await mouse.menu_of_row(window.page.view, row))
    assert offered[:2] == ["Направить в орган", "Снять с работы с указанием причины"]
    assert not any("проект" in words for words in offered)
    mouse.pick_from_menu("Скопировать номер")
    assert QGuiApplication.clipboard().text() == (await desk.region.card(ids[1])).number

    await mouse.menu_of_row(window.page.view, row)
    mouse.pick_from_menu("Взять в работу: другие увидят, что карточка у вас")
    await until(lambda: (card := window.panel.card()) is not None and len(card.history) == 2)
    assert (await desk.region.card(ids[0])).version == 1


async def test_its_act_is_done_to_the_row_it_was_opened_on_and_refused_where_somebody_was_first(desk):
    window, ids = await with_two(desk)
    row = [row.id for row in window.page.rows()].index(ids[1])
    await mouse.menu_of_row(window.page.view, row)
    version = (await desk.region.card(ids[1])).version
    await casework.exclude(desk.region.colleague, ids[1], version, State.NO_REACTION, "")
    await until(lambda: [row.id for row in window.page.rows()] == [ids[0]])

    mouse.pick_from_menu("Взять в работу: другие увидят, что карточка у вас")
    await until(window.page.bar.isVisible)
    assert "О. Белова" in window.page.bar.text()
    assert (await desk.region.card(ids[0])).version == 1


async def test_where_several_are_marked_it_offers_what_is_done_to_all(desk):
    window, _ = await with_two(desk)
    mouse.click_row(window.page.view, 0)
    mouse.click_row(window.page.view, 1, keys=Qt.KeyboardModifier.ControlModifier)
    offered = mouse.words_of(await mouse.menu_of_row(window.page.view, 1))
    assert offered == ["Направить вместе", "Только одно"]
    mouse.pick_from_menu("Только одно")
    assert not window.page.has_many


def press_menu_key(widget):
    """As the platforms tell it: offscreen there is no such key."""
    at = widget.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle).center()
    QApplication.sendEvent(widget, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, widget.mapToGlobal(at)))


async def test_the_menu_key_opens_it_on_the_chosen_row(desk):
    window, _ = await with_two(desk)
    window.page.view.verticalHeader().setDefaultSectionSize(40)  # as one line, or small type, makes them
    for place, case_id in enumerate([row.id for row in window.page.rows()]):
        mouse.click_row(window.page.view, place)
        press_menu_key(window.page.view)
        await until(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
        mouse.pick_from_menu("Скопировать номер")
        assert QGuiApplication.clipboard().text() == (await desk.region.card(case_id)).number
