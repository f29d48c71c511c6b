"""The keys of a page: heard wherever the keyboard is in the window, by the keypad too, and listed by F1."""

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from app.services import marking
from app.services.alerts.raising import sweep_alerts
from app.services.background.worker import seat_program
from app.services.regions import list_people, sit_down
from app.ui.desk.keys_page import KeysPage
from app.ui.dialogs.shift_end import ShiftEndDialog
from tests.helpers.desk import until
from tests.helpers.qt import is_ready
from tests.helpers.windows import open_desk


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path, administrator="Админ")
    yield opened
    await opened.aclose()


@pytest_asyncio.fixture
async def window(desk):
    """The administrator's, with the keyboard at the left, beside any page."""
    person = next(p for p in await list_people(desk.region.database) if p.name == "Админ")
    made = await desk.sit(await sit_down(desk.region.database, person, desk.region.curator.feed))
    await until(made.isActiveWindow)
    return made


async def registers(window):
    window.open_page("page:registers")
    page = window.places.page
    page.open_register("agencies")
    await until(lambda: page._shown_of == "agencies" and page.rows)
    window.navigation.list.setFocus()
    return page


async def test_ins_adds_an_entry_and_enter_of_the_keypad_saves_it_from_beside_the_page(window):
    page = await registers(window)
    before = len(page.rows)

    QTest.keyClick(window.navigation.list, Qt.Key.Key_Insert)
    await until(lambda: page.form.fields["name"].isVisible() and page.form.fields["name"].text() == "")
    page.form.fields["name"].setText("Комитет по вопросам")
    page.form.fields["short_name"].setText("Комитет")
    window.navigation.list.setFocus()
    QTest.keyClick(window.navigation.list, Qt.Key.Key_Enter, Qt.KeyboardModifier.ControlModifier)

    await until(lambda: len(page.rows) == before + 1)


@pytest.mark.parametrize(("page", "key"), [("registers", "Ins"), ("copies", "F4")])
async def test_f1_lists_the_keys_of_the_page_shown(window, page, key):
    window.open_page(f"page:{page}")
    await until(lambda: window.places.page.isVisible())
    QTest.keyClick(window, Qt.Key.Key_F1)
    found = []
    await until(lambda: found.extend(p for p in window.findChildren(KeysPage) if is_ready(p)) or found)

    told = [label.text() for label in found[0].findChildren(QLabel)]
    assert told[told.index("На этой странице") + 1 :].index(key) < told.index("В очереди")


async def at_page(desk, code):
    """The curator's window on a page, with the keyboard there."""
    window = await desk.sit()
    await until(lambda: is_ready(window))
    window.ways.go_to(f"page:{code}")
    await until(lambda: window.places.page is not None and window.places.page.isVisible())
    return window, window.places.page


async def test_space_takes_notice_of_the_alert_that_is_chosen(desk):
    await desk.region.message()
    await desk.region.message("Другое сообщение")
    desk.region.clock.move(minutes=24)
    await sweep_alerts(await seat_program(desk.region.database, desk.region.curator.feed))
    window, page = await at_page(desk, "alerts")
    await until(lambda: page.view.chosen() is not None and len(page.model.rows()) == 2)

    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Space)

    await until(lambda: [alert.is_new for alert in page.model.rows()].count(True) == 1)
    assert not page.view.chosen().is_new


async def test_a_shift_is_handed_over_by_its_key(desk):
    await desk.region.message()
    window, page = await at_page(desk, "shifts")
    await until(page.hand.isEnabled)

    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    await until(lambda: any(is_ready(dialog) for dialog in page.findChildren(ShiftEndDialog)))
    page.findChild(ShiftEndDialog).reject()


async def test_a_cases_report_has_the_cards_key_on_the_governors_page_and_enter_stays_the_cards(desk):
    case_id = await desk.region.routed()
    await marking.mark_significant(desk.region.curator, case_id, (await desk.region.card(case_id)).version)
    window, page = await at_page(desk, "governor")
    await until(lambda: page.buttons["report_case"].isVisible() and page.table.chosen_id() is not None)
    await until(lambda: window.panel.card() is not None)

    button = page.buttons["report_case"]
    assert button.key() == window.panel.acts.button("report_governor").key() == "G"
    assert button.geometry().right() > page.table.width() - 20
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_G)
    await until(lambda: is_ready(window.acts._dialog))
    window.acts._dialog.reject()
    await until(lambda: window.acts._dialog is None)

    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    await until(lambda: window.places.page is None and window.page.view.chosen_id() == case_id)
