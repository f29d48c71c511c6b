"""A shift from its plan to its end, in the real window: planned, reminded of, handed over; what was left is taken."""

from datetime import date, time, timedelta

import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.services import casework, handing_over
from app.services.roster import plan_shift, read_duty
from app.services.verifying import verify
from app.ui.dialogs.shift import ShiftDialog
from app.ui.dialogs.shift_end import MESSAGE, NOTE, ShiftEndDialog
from tests.helpers.desk import choose, press_ok, until
from tests.helpers.qt import is_ready
from tests.helpers.windows import counts, open_desk

TODAY = date(2026, 11, 24)  # Tuesday, 11:00 in Kursk


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path)
    yield opened
    await opened.aclose()


async def on_duty(desk, who, first, last):
    await plan_shift(desk.region.supervisor, who.person.id, TODAY, time(*first), time(*last))


async def page_of(desk, window, code):
    window.open_page(f"page:{code}")
    page = window.places.page
    await until(lambda: page._roster is not None and page._roster_model.rowCount() > 0)
    return page


async def dialog_of(page, kind):
    await until(lambda: any(is_ready(found) for found in page.findChildren(kind)))
    return next(found for found in page.findChildren(kind) if is_ready(found))


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def test_the_supervisor_plans_and_the_desk_shows_who_is_on_duty(desk):
    window = await desk.sit(desk.region.supervisor)
    page = await page_of(desk, window, "shifts")
    assert not page.hand.isVisible()
    click(page.plan)
    dialog = await dialog_of(page, ShiftDialog)
    choose(dialog.person, "сокол")
    press_ok(dialog)
    await until(lambda: any("09–18" in day for row in page._roster_model.rows() for day in row.days))
    assert "Соколова" in page.duty.text()
    window.tick()
    await until(lambda: "Соколова" in window.status.duty_words())


async def test_a_shift_planned_twice_is_refused_beside_the_person_with_who_planned_it(desk):
    await on_duty(desk, desk.region.curator, (9, 0), (18, 0))
    window = await desk.sit(desk.region.supervisor)
    page = await page_of(desk, window, "shifts")
    click(page.plan)
    dialog = await dialog_of(page, ShiftDialog)
    choose(dialog.person, "сокол")
    press_ok(dialog)
    await until(lambda: "А. Орлов" in dialog.person.accessibleDescription())
    dialog.reject()


async def test_the_end_of_a_shift_is_reminded_of_and_everything_is_handed_over_with_notes(desk):
    region = desk.region
    await on_duty(desk, region.curator, (9, 0), (11, 14))
    await on_duty(desk, region.colleague, (11, 14), (20, 0))
    cases = [await region.message(f"Сообщение номер {number}") for number in range(3)]
    window = await desk.sit()
    await until(window.shift_bar.isVisible)
    assert "11:14" in window.shift_bar.text()

    window.shift_bar.action_requested.emit()
    page = window.places.page
    dialog = await dialog_of(page, ShiftEndDialog)
    assert dialog.receiver.text() == "О. Белова"
    dialog.table.item(0, NOTE).setText("Автор ждёт звонка")
    dialog.table.item(2, MESSAGE).setCheckState(Qt.CheckState.Unchecked)
    dialog.note.setText("До завтра")
    press_ok(dialog)
    await until(lambda: not page.findChildren(ShiftEndDialog) or not dialog.isVisible())

    cards = [await region.card(case) for case in cases]
    assert sorted(card.curator for card in cards) == ["Е. Соколова", "О. Белова", "О. Белова"]
    given = [card for card in cards if card.curator == "О. Белова"]
    assert sorted(card.history[-1].note for card in given) == ["Автор ждёт звонка", "До завтра"]
    assert (await verify(region.database)).is_clean


async def test_what_stays_with_who_has_gone_home_is_shown_and_taken_with_one_act(desk):
    region = desk.region
    await on_duty(desk, region.curator, (9, 0), (11, 14))
    await on_duty(desk, region.colleague, (11, 14), (20, 0))
    cases = [await region.message(f"Сообщение номер {number}") for number in range(2)]
    region.clock.move(minutes=20)
    window = await desk.sit(region.colleague)
    await until(lambda: counts(window)["page:shifts"] == 2)
    assert all(row.is_left for row in window.page.rows())

    page = await page_of(desk, window, "shifts")
    await until(page.take.isVisible)
    click(page.take)
    await until(lambda: page._left_model.rowCount() == 0)
    assert [(await region.card(case)).curator for case in cases] == ["О. Белова"] * 2
    await until(lambda: counts(window)["page:shifts"] == 0)


async def test_nothing_unfinished_needs_no_hand_over(desk):
    window = await desk.sit()
    page = await page_of(desk, window, "shifts")
    assert not page.hand.isEnabled()
    assert page.hand.toolTip()
    duty = await read_duty(desk.region.curator)
    assert duty.mine == 0


async def test_another_week_is_shown_and_repeated(desk):
    await on_duty(desk, desk.region.curator, (9, 0), (18, 0))
    window = await desk.sit(desk.region.supervisor)
    page = await page_of(desk, window, "shifts")
    click(page.copy)
    await until(lambda: page._roster.first_day == TODAY - timedelta(days=1) + timedelta(days=7))
    assert any("09–18" in day for row in page._roster_model.rows() for day in row.days)
    assert page.bar.isVisible()


async def test_what_another_took_while_the_dialog_was_open_stays_theirs(desk):
    region = desk.region
    case_id = await region.message()
    window = await desk.sit()
    page = await page_of(desk, window, "shifts")
    click(page.hand)
    dialog = await dialog_of(page, ShiftEndDialog)
    await casework.take(region.colleague, case_id, (await region.card(case_id)).version)
    choose(dialog.receiver, "белов")
    press_ok(dialog)
    await until(lambda: not page.findChildren(ShiftEndDialog) or not dialog.isVisible())
    assert (await handing_over.list_unfinished(region.colleague))[0].id == case_id
    assert (await region.card(case_id)).history[-1].act == "take"
