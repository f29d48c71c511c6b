"""An administrator's day without a mouse: an agency, a limit seen on the open cases before it is made, a copy."""

import pytest_asyncio
from PySide6.QtWidgets import QSpinBox

from app.services.regions import list_people, sit_down
from tests.helpers.desk import until
from tests.helpers.hands import back_at, by_palette, dialog, focus, press, tab_to, where, write
from tests.helpers.qt import is_ready
from tests.helpers.windows import open_desk

AGENCY = "Комитет природных ресурсов Курской области"


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path, administrator="Админ")
    yield opened
    await opened.aclose()


def limits(card, code):
    return {clock.due_at for clock in card.clocks if clock.code == code and clock.is_open}


async def test_an_administrators_day(desk):
    region = desk.region
    case_id = await region.routed()
    admin = next(person for person in await list_people(region.database) if person.name == "Админ")
    window = await desk.sit(await sit_down(region.database, admin, region.curator.feed), queue="page:registers")
    await until(lambda: is_ready(window))
    page = window.places.page
    await until(lambda: page.rows)

    # A new agency: its register by arrows, its form by Ins, saved from the last field.
    tab_to("registers_tabs")
    press("Right")
    await until(lambda: page._shown_of == "agencies" and page.rows)
    press("Ins")
    await until(lambda: page.entry is None and where() == "name")
    write(AGENCY)
    press("Ctrl+Return")
    await until(lambda: AGENCY in [row.facts.name for row in page.rows])
    await until(lambda: not page.form.is_edited())

    # A limit: counted on the open cases before it is put in force, with its reason.
    before = limits(await region.card(case_id), "answer")
    await by_palette("праздники")
    await back_at(window, "qt_tabwidget_tabbar")
    rules = window.places.page
    await until(lambda: rules.draft.is_read)
    press("Right")
    tab_to("limits_table")
    while rules.limits.editor._code != "answer":
        press("Down")
    tab_to("limit_amount")
    amount = focus()
    assert isinstance(amount, QSpinBox)
    press("Up", "Up")
    await until(lambda: rules.draft.is_edited and rules.outcome.apply.isEnabled())
    await until(lambda: rules.outcome.model.rowCount() > 0)
    assert limits(await region.card(case_id), "answer") == before
    tab_to("why")
    write("Приказ № 5")
    tab_to("apply")
    press("Return")
    await until(lambda: not rules._is_applying and not rules.draft.is_edited)
    assert limits(await region.card(case_id), "answer") != before

    # A copy is made, what support gets is looked at and left.
    await by_palette("резервная копия")
    await back_at(window, "copies_table")
    copies = window.places.page
    await until(lambda: copies.make.isEnabled())
    shown = copies.view.model().rowCount()
    press("F4")
    await until(lambda: copies.view.model().rowCount() == shown + 1)
    press("Ctrl+I")
    await dialog("diagnostics_dialog")
    press("Esc")
    await back_at(window, "copies_table")
    press("Esc")
    await until(lambda: window.places.page is page)
    assert where() == "register_table"
