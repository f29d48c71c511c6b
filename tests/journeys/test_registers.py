"""An administrator adds an agency, an executor, an account and a source; a curator uses them without a restart."""

import pytest_asyncio

from app.regulation.workflow import State
from app.services.regions import find_person, list_people, sit_down
from app.services.registers.accounts import list_accounts
from app.services.verifying import verify
from tests.helpers.desk import choose, press_ok, type_into, until
from tests.helpers.qt import is_ready
from tests.helpers.windows import counts, open_desk
from tests.journeys.test_main_job import click_row, dialog_of, go_to, saved
from tests.ui.pages.test_registers import not_reading
from tests.ui.pages.test_registers import saved as entry_saved

AGENCY = "Комитет природных ресурсов Курской области"


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path, administrator="Админ")
    yield opened
    await opened.aclose()


async def new_entry(page, code):
    """An empty form of a register, begun by the key."""
    page.open_register(code)
    await until(lambda: page._shown_of == code)
    await until(not_reading)
    page.add.click()
    await until(lambda: page.entry is None)
    return page.form.fields


async def save(page):
    page.form.save.click()
    await entry_saved(page)


async def test_what_an_administrator_adds_is_used_at_once(desk):
    region = desk.region
    curator = await desk.sit(queue="inbox")
    admin = next(person for person in await list_people(region.database) if person.name == "Админ")
    window = await desk.sit(await sit_down(region.database, admin, region.curator.feed))
    window.open_page("page:registers")
    page = window.places.page
    await until(lambda: page.rows)

    fields = await new_entry(page, "agencies")
    type_into(fields["name"], AGENCY)
    await save(page)

    fields = await new_entry(page, "people")
    type_into(fields["name"], "Лесная Мария Петровна")
    type_into(fields["login"], "lesnaya")
    choose(fields["grants"].rows[0].role, "исполнитель")
    choose(fields["grants"].rows[0].agency, "природных")
    await save(page)

    fields = await new_entry(page, "accounts")
    choose(fields["agency"], "природных")
    type_into(fields["link"], "m.vk.com/Priroda46")
    await save(page)
    assert [account.facts.link for account in await list_accounts(page.place)] == ["https://vk.com/priroda46"]

    fields = await new_entry(page, "sources")
    type_into(fields["name"], "Курский форум")
    fields["kind"].choose("forum")
    await save(page)

    # The curator's window was open all the time.
    curator.activateWindow()
    curator.presenter.enter_message()
    await until(lambda: is_ready(curator.acts._dialog))
    dialog = curator.acts._dialog
    type_into(dialog.text, "В лесу у Сейма свалка")
    choose(dialog.source, "курский форум")
    press_ok(dialog)
    await until(lambda: counts(curator)["inbox"] == 1)
    await until(lambda: curator.acts._dialog is None)
    case_id = (await row_of(curator)).id
    await click_row(curator, case_id)
    dialog = await dialog_of(curator, "route")
    choose(dialog.topic, "тко")
    choose(dialog.location, "сеймский")
    choose(dialog.agency, "природных")
    press_ok(dialog)
    await saved(desk, curator, case_id, State.DRAFTING)

    executor = await sit_down(region.database, await find_person(region.database, "lesnaya"), region.curator.feed)
    theirs = await desk.sit(executor, queue="executors")
    await go_to(theirs, "executors")
    assert [row.id for row in theirs.page.rows()] == [case_id]
    card = await region.card(case_id)
    assert (card.agency, card.messages[0].source, card.facts.source_in_act) == (AGENCY, "Курский форум", False)
    assert (await verify(region.database)).is_clean


async def row_of(window):
    await until(lambda: window.page.rows())
    return window.page.rows()[0]
