"""Every page, and the desk around it, can be heard and walked through: whatever takes the keyboard says what it is."""

import pytest_asyncio

from app.regulation.workflow import Role
from app.services.changes import Feed
from app.services.regions import NewPerson, add_people, list_people, sit_down
from app.ui.pages.registry import PAGES
from tests.helpers.focus import faults
from tests.helpers.hearing import unnamed
from tests.helpers.qt import is_ready, until
from tests.helpers.windows import open_desk, reading


@pytest_asyncio.fixture
async def window(tmp_path):
    """The desk of somebody who has every page."""
    desk = await open_desk(tmp_path)
    await add_people(desk.region.database, [NewPerson("Все Роли", (Role.CURATOR, Role.SUPERVISOR, Role.ADMINISTRATOR))])
    everybody = next(person for person in await list_people(desk.region.database) if person.name == "Все Роли")
    await desk.region.routed()
    await desk.region.message("Ещё одно сообщение")
    yield await desk.sit(await sit_down(desk.region.database, everybody, Feed()))
    await desk.aclose()


async def test_whatever_takes_the_keyboard_has_a_name_on_every_page(window):
    await until(lambda: window.panel.card() is not None)
    nameless = {"desk": unnamed(window)}
    for kind in PAGES:
        window.open_page(f"page:{kind.code}")
        await until(lambda kind=kind: window.places.page is not None and window.places.page.objectName() == kind.code)
        await until(lambda: not reading(window))
        nameless[kind.code] = unnamed(window.places.page)

    assert {code: found for code, found in nameless.items() if found} == {}


async def test_tab_walks_through_every_page_in_reading_order_and_leaves_nothing_out(window):
    await until(lambda: window.panel.card() is not None and is_ready(window))
    wrong = {"card": faults(window.panel)}
    for kind in PAGES:
        window.open_page(f"page:{kind.code}")
        await until(lambda kind=kind: window.places.page is not None and window.places.page.objectName() == kind.code)
        await until(lambda: not reading(window))
        wrong[kind.code] = faults(window.places.page)

    assert "\n".join([f"{code}: {fault}" for code, found in wrong.items() for fault in found]) == ""
