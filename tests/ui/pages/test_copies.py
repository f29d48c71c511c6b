"""The administrator's page of copies, by hand: a copy made and brought back, everything exported, support's file."""

import json

import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest

from app.services.regions import list_people, sit_down
from app.ui.desk.leaving import LeavingKind
from tests.helpers.desk import until
from tests.helpers.qt import is_ready
from tests.helpers.windows import open_desk


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path, administrator="А. Админ")
    yield opened
    await opened.aclose()


async def page_of(desk):
    person = next(person for person in await list_people(desk.region.database) if person.name == "А. Админ")
    window = await desk.sit(await sit_down(desk.region.database, person, desk.region.curator.feed), "overdue")
    window.open_page("page:copies")
    return window, window.places.page


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def dialog_of(window, name):
    await until(lambda: is_ready(window.findChild(object, name)))
    return window.findChild(object, name)


async def test_a_copy_is_made_and_brought_back_and_the_desk_opens_anew(desk):
    window, page = await page_of(desk)
    await desk.region.message("До копии")
    click(page.make)
    await until(lambda: len(page.model.rows()) == 1)
    assert page.model.rows()[0].cases == 1
    await desk.region.message("После копии")

    click(page.back_button)
    dialog = await dialog_of(window, "bring_back_dialog")
    click(dialog.ok)

    assert (await window.left).kind is LeavingKind.REOPEN
    assert [row.cases for row in await list_of(page)] == [2, 1]


async def test_the_copy_just_made_is_the_one_chosen(desk):
    _, page = await page_of(desk)
    for cases in (1, 2):
        await desk.region.message(f"Сообщение {cases}")
        click(page.make)
        await until(lambda cases=cases: len(page.model.rows()) == cases)
        await until(lambda cases=cases: page.view.chosen() is not None and page.view.chosen().cases == cases)


async def test_the_key_of_the_look_is_the_looks_on_pages_with_works_of_their_own(desk):
    _, copies = await page_of(desk)
    curators = await desk.sit()
    curators.open_page("page:outbox")
    for shown in (copies, curators.places.page):
        keys = {shortcut.key().toString() for shortcut in shown.findChildren(QShortcut)}
        assert "F4" in keys
        assert "F9" not in keys


async def list_of(page):
    from app.services.local_copies import list_copies

    return await list_copies(page.place)


async def test_everything_is_exported_and_support_gets_what_is_shown(desk, tmp_path):
    window, page = await page_of(desk)
    await desk.region.message("Яма")
    click(page.export)
    dialog = await dialog_of(window, "export_dialog")
    dialog.path.setText(str(tmp_path / "out"))
    click(dialog.ok)
    await until(lambda: "Выгружено" in page.bar.text())
    assert json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["cases"] == 1

    click(page.support)
    dialog = await dialog_of(window, "diagnostics_dialog")
    assert "Яма" not in dialog.lines.text()
    shown = dialog.lines.text()
    dialog.path.setText(str(tmp_path / "support.txt"))
    click(dialog.ok)
    await until(lambda: "Сохранено" in page.bar.text())
    assert (tmp_path / "support.txt").read_text(encoding="utf-8") == shown
