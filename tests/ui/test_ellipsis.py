"""«…» stands where something more is asked before anything is done, and nowhere else."""

import asyncio

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QApplication, QDialog

from app.regulation.workflow import Role
from app.services import marking
from app.services.changes import Feed
from app.services.regions import NewPerson, add_people, list_people, sit_down
from app.ui.desk.commands import _history, _wishes
from app.ui.desk.help_window import HelpWindow
from app.ui.desk.keys_page import KeysPage
from app.ui.pages.registry import PAGES
from app.ui.widgets.buttons import KeyButton
from tests.helpers.qt import until
from tests.helpers.windows import open_desk

NAME = "Всемогущая"
ROLES = (Role.CURATOR, Role.ADMINISTRATOR, Role.SUPERVISOR)
# What is only looked at asks nothing; what is chosen before, where nothing was, is asked for.
TOLD = {"cases", "history", "look"}
# They leave the program, or look otherwise for every test that follows.
CHANGING = {"Ctrl+Q", "F9", "Ctrl++", "Ctrl+−", "Ctrl+Alt+0"}
# Turns of the loop in which a dialog comes that asks the database for nothing.
TURNS = 12


@pytest_asyncio.fixture
async def window(tmp_path):
    desk = await open_desk(tmp_path)
    region = desk.region
    case_id = await region.routed()
    await marking.mark_significant(region.curator, case_id, (await region.card(case_id)).version)
    await add_people(region.database, [NewPerson(NAME, ROLES)])
    people = await list_people(region.database)
    place = await sit_down(region.database, next(person for person in people if person.name == NAME), Feed())
    made = await desk.sit(place, "executors")
    await until(lambda: made.panel.card() is not None)
    yield made
    await desk.aclose()


def dialogs():
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]


async def asked(window, press, *, ends):
    """Whether a dialog that asks comes of it; it is left again."""
    press()
    if ends:
        await until(dialogs)
    for _ in range(TURNS):
        await asyncio.sleep(0.01)
    came = [dialog for dialog in dialogs() if not isinstance(dialog, KeysPage | HelpWindow)]
    for dialog in dialogs():
        dialog.reject()
    await until(lambda: not dialogs())
    return bool(came)


async def test_a_wish_of_the_palette_says_whether_it_asks(window):
    wrong = []
    for entry in (*_history(window), *_wishes(window)):
        ends = entry.title.endswith("…")
        if entry.cap not in CHANGING and await asked(window, entry.run, ends=ends) != ends:
            wrong.append(entry.title)

    assert wrong == []


@pytest.mark.parametrize("page", [kind.code for kind in PAGES])
async def test_a_button_of_a_page_says_whether_it_asks(window, page):
    window.open_page(f"page:{page}")
    await until(lambda: window.places.page is not None)
    await asyncio.sleep(0.3)
    shown = window.places.page

    wrong = []
    for button in shown.findChildren(KeyButton):
        if not (button.isVisible() and button.isEnabled()) or button.objectName() in TOLD:
            continue
        title, ends = button.text(), button.text().endswith("…")
        if await asked(window, button.click, ends=ends) != ends:
            wrong.append(title)

    assert wrong == []
