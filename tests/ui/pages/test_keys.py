"""The keys of a page: heard wherever the keyboard is in the window, by the keypad too, and listed by F1."""

import pytest
import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from app.services.regions import list_people, sit_down
from app.ui.desk.keys_page import KeysPage
from tests.helpers.desk import until
from tests.helpers.qt import is_ready
from tests.helpers.windows import open_desk


@pytest_asyncio.fixture
async def window(tmp_path):
    """The administrator's, with the keyboard at the left, beside any page."""
    desk = await open_desk(tmp_path, administrator="Админ")
    person = next(p for p in await list_people(desk.region.database) if p.name == "Админ")
    made = await desk.sit(await sit_down(desk.region.database, person, desk.region.curator.feed))
    await until(made.isActiveWindow)
    yield made
    await desk.aclose()


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
