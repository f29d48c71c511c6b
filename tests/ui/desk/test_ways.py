"""Wherever a key or the palette leads, the keyboard comes along: the next key is meant for what is shown."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.desk.commands import commands
from app.ui.widgets.choice_box import Choice, matching
from tests.helpers.journeys import desk  # noqa: F401  a fixture
from tests.helpers.qt import is_ready, until

CONTROL = Qt.KeyboardModifier.ControlModifier


async def seated(desk, **named):  # noqa: F811
    window = await desk.sit(**named)
    await until(lambda: is_ready(window))
    return window


def press(key, held=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, held)


def keyboard():
    focused = QApplication.focusWidget()
    return focused.objectName() if focused is not None else ""


async def to_page(window, code):
    next(one for one in commands(window) if one.also and one.title == title_of(window, code)).run()
    await until(lambda: window.places.page is not None and window.places.page.objectName() == code)


def title_of(window, code):
    from app.texts import tr

    return tr(next(kind.title for kind in window.navigation.pages if kind.code == code))


@pytest.mark.parametrize("beside", ["seat", "search", "queues", "keys"])
async def test_a_queue_asked_for_by_its_key_gets_the_keyboard_wherever_it_was(desk, beside):  # noqa: F811
    case_id = await desk.region.message()
    window = await seated(desk, queue="stream")
    window.findChild(QWidget, beside).setFocus()

    press(Qt.Key.Key_2, CONTROL)
    await until(lambda: window.page.queue == "inbox" and window.page.rows() and keyboard() == "rows")
    press(Qt.Key.Key_Return)
    await until(lambda: is_ready(window.acts._dialog))
    assert window.panel.card().id == case_id
    window.acts._dialog.reject()
    await until(lambda: window.acts._dialog is None)


async def test_a_page_gets_it_with_its_first_row_chosen_and_escape_leads_back(desk):  # noqa: F811
    await desk.region.message("Нет света на Полевой")
    desk.region.clock.move(minutes=45)
    window = await seated(desk)
    window.findChild(QWidget, "seat").setFocus()

    await to_page(window, "shortcomings")
    await until(lambda: window.places.page.view.chosen_id() is not None)
    assert keyboard() == "shortcomings_table"
    press(Qt.Key.Key_Tab)
    assert keyboard() != "shortcomings_table"
    press(Qt.Key.Key_Escape)
    assert keyboard() == "shortcomings_table"
    press(Qt.Key.Key_Escape)
    await until(lambda: window.places.page is None)
    assert (window.page.queue, keyboard()) == ("inbox", "rows")


async def test_the_figure_of_what_is_overdue_leads_to_its_rows(desk):  # noqa: F811
    await desk.region.message()
    desk.region.clock.move(minutes=45)
    window = await seated(desk)
    await until(window.status.overdue.isVisible)
    window.status.overdue.setFocus()

    press(Qt.Key.Key_Return)
    await until(lambda: window.page.queue == "overdue" and window.page.rows() and keyboard() == "rows")


async def test_an_undo_of_nothing_says_so(desk):  # noqa: F811
    window = await seated(desk)
    window.page.focus_rows()

    press(Qt.Key.Key_Z, CONTROL)

    assert window.page.bar.isVisible()
    assert window.page.bar.text().startswith("Отменять нечего")


@pytest.mark.parametrize(
    ("typed", "title"),
    [("сдать смену", "Смены"), ("звонок", "Записать звонок или личное обращение…"), ("отпуск", "Отсутствия"),
     ("отчёт за месяц", "Отчёты"), ("передать смену", "Передать смену…"), ("столбцы", "Отборы и столбцы очереди")],
)  # fmt: skip
async def test_the_palette_knows_what_people_come_for(desk, typed, title):  # noqa: F811
    window = await seated(desk)
    entries = commands(window)
    choices = [Choice(str(number), one.title, f"{one.kind} {one.also}") for number, one in enumerate(entries)]

    assert title in [choice.title for choice in matching(choices, typed)]
