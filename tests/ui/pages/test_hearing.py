"""Every page, and the desk around it, can be heard and walked through: whatever takes the keyboard says what it is."""

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QApplication

from app.regulation.workflow import Role
from app.services.changes import Feed
from app.services.regions import NewPerson, add_people, list_people, sit_down
from app.ui import theme
from app.ui.pages.registry import PAGES
from app.ui.widgets.queue_view import QueueView
from tests.helpers.focus import faults, unmarked
from tests.helpers.hearing import unnamed
from tests.helpers.qt import is_ready, until
from tests.helpers.windows import ShownWindows, open_desk, reading


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


@pytest.mark.parametrize("look", theme.NAMES)
async def test_whatever_has_the_keyboard_shows_it_on_every_page(window, look):
    theme.use(QApplication.instance(), theme.load(look))
    try:
        await until(lambda: window.panel.card() is not None and is_ready(window))
        unseen = {"desk": unmarked(window)}
        for kind in PAGES:
            await opened(window, kind.code)
            unseen[kind.code] = unmarked(window.places.page)
    finally:
        theme.use(QApplication.instance(), theme.load("light"))

    assert {code: found for code, found in unseen.items() if found} == {}


async def test_the_keyboard_goes_along_to_the_rows_of_a_page_and_no_page_flashes_a_window(window):
    await until(lambda: window.panel.card() is not None and is_ready(window))
    watch = ShownWindows()
    QApplication.instance().installEventFilter(watch)
    for kind in PAGES:
        window.page.focus_rows()
        await opened(window, kind.code)
        page = window.places.page
        if (rows := page.findChild(QueueView)) is not None and rows.isVisible():
            assert window.focusWidget() is rows, kind.code
        window.open_page("inbox")
        await until(lambda: window.places.page is None)
    QApplication.instance().removeEventFilter(watch)

    assert watch.shown == []


async def opened(window, code):
    window.open_page(f"page:{code}")
    await until(lambda: window.places.page is not None and window.places.page.objectName() == code)
    await until(lambda: not reading(window))
