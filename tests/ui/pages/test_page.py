"""Pages of the desk: whose they are, how the window shows them, and that no key acts on a card behind one."""

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.regulation.errors import Refused
from app.regulation.workflow import Role, State
from app.services import casework
from app.ui.desk import window as window_module
from app.ui.pages import registry
from app.ui.pages.page import BELOW_BAR, Page
from tests.helpers.desk import until
from tests.helpers.windows import counts, open_desk, press


class CountingPage(Page):
    """A page that tells how often it was read, and refuses when told to."""

    def __init__(self, surroundings):
        super().__init__("Учёт", surroundings)
        self.readings, self.refuses = 0, False

    async def read(self):
        if self.refuses:
            raise Refused("agency_missing")
        self.readings += 1


class BesidePage(CountingPage):
    beside_card = True


def kind(code, page_type, *roles):
    class Made(registry.PageKind):
        def make(self, surroundings):
            page = page_type(surroundings)
            page.setObjectName(code)
            return page

    return Made(code, code, frozenset(roles), "")


@pytest_asyncio.fixture
async def desk(tmp_path, monkeypatch):
    pages = (kind("counting", CountingPage, Role.CURATOR), kind("beside", BesidePage, Role.CURATOR))
    monkeypatch.setattr(registry, "PAGES", (*pages, kind("theirs", CountingPage, Role.ADMINISTRATOR)))
    opened = await open_desk(tmp_path)
    yield opened
    await opened.aclose()


async def test_pages_of_the_role_stand_under_the_queues(desk):
    window = await desk.sit()
    assert [key for key in counts(window) if key.startswith("page:")] == ["page:counting", "page:beside"]


async def test_a_page_takes_the_middle_and_the_queue_comes_back(desk):
    await desk.region.message()
    window = await desk.sit()
    window.open_page("page:counting")
    page = window.places.page
    await until(lambda: page.readings == 1)
    assert page.isVisible()
    assert not window.panel.isVisible()

    press(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    await desk.settled(window)
    assert window.page.isVisible()
    assert window.panel.isVisible()


async def test_a_change_and_f5_read_the_page_shown(desk):
    case_id = await desk.region.message()
    window = await desk.sit()
    window.open_page("page:counting")
    page = window.places.page
    await until(lambda: page.readings == 1)
    await casework.take(desk.region.curator, case_id, (await desk.region.card(case_id)).version)
    await until(lambda: page.readings == 2)
    press(window, Qt.Key.Key_F5)
    await until(lambda: page.readings == 3)


async def test_keys_of_acts_do_nothing_behind_a_page(desk):
    case_id = await desk.region.message()
    window = await desk.sit()
    window.open_page("page:counting")
    QTest.keyClick(window.navigation.list, Qt.Key.Key_X)
    QTest.keyClick(window.navigation.list, Qt.Key.Key_T)
    await desk.settled(window)
    assert (await desk.region.card(case_id)).state is State.INBOX
    assert window.acts._dialog is None


async def test_a_page_that_lists_cases_has_the_card_beside_it(desk):
    case_id = await desk.region.message()
    window = await desk.sit()
    window.open_page("page:beside")
    window.places.page.case_chosen.emit(case_id)
    await until(lambda: window.panel.card() is not None and window.panel.card().id == case_id)
    assert window.panel.isVisible()

    window.places.page.case_requested.emit(case_id)
    await until(lambda: window.places.page is None)
    await desk.settled(window)


async def test_what_a_reading_is_refused_is_said_in_the_pages_bar(desk):
    window = await desk.sit()
    window.open_page("page:counting")
    page = window.places.page
    await until(lambda: page.readings == 1)
    page.refuses = True
    page.show_now()
    await until(page.bar.isVisible)
    gap = page.bar.gap  # what stands beneath begins below it
    await until(lambda: (gap.isVisible(), gap.y(), gap.height()) == (True, page.bar.geometry().bottom() + 1, BELOW_BAR))
    page.bar.hide()
    assert gap.isHidden()


async def test_typing_in_the_search_brings_the_queue_back(desk):
    await desk.region.message()
    window = await desk.sit()
    window.open_page("page:counting")
    await until(lambda: window.places.page.readings == 1)
    window.top_bar.search.setText("светофор")
    window.top_bar.search.say_now()
    await until(lambda: window.places.page is None)
    await desk.settled(window)


@pytest.mark.parametrize("kind", registry.PAGES, ids=lambda kind: kind.code)
def test_every_page_of_the_table_can_be_imported(kind):
    module, name = kind.maker.split(":")
    page_type = getattr(__import__(f"app.ui.pages.{module}", fromlist=[name]), name)
    assert issubclass(page_type, Page)


def test_the_window_asks_the_table():
    assert window_module.pages_of is registry.pages_of
