"""The password of an embedded region's desk: set and taken away on the rules' page, asked for at the next start."""

import asyncio

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QApplication

from app.models.database import Database
from app.regulation.errors import Refused
from app.regulation.workflow import Role
from app.services import desk_password
from app.services.regions import NewPerson, add_people, list_people
from app.ui.application import Application, Places
from app.ui.desk.window import DeskWindow
from app.ui.preferences import Preferences
from app.ui.start.password import PasswordWindow
from tests.helpers.qt import application, is_ready, until
from tests.helpers.region import open_region

PASSWORD = "скрепка на мониторе"


def shown(kind):
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
    return found[-1] if found else None


async def the(kind):
    await until(lambda: shown(kind) is not None)
    return shown(kind)


@pytest_asyncio.fixture
async def start(tmp_path):
    """Starts the program of an administrator on a region's file; closed in the end."""
    region = await open_region(tmp_path)
    url = region.database.url
    await add_people(region.database, [NewPerson("А. Админ", (Role.ADMINISTRATOR,))])
    Preferences(tmp_path / "desk.ini").seat = (await list_people(region.database))[-1].uuid
    await region.database.close()
    tasks = []

    def started():
        places = Places(url, tmp_path / "demo.db", tmp_path / "drafts", tmp_path / "desk.ini", tmp_path,
                        Database.open, None)  # fmt: skip
        tasks.append(asyncio.ensure_future(Application(application(), places, Preferences(places.preferences)).main()))
        return tasks[-1]

    yield started
    for window in (shown(DeskWindow), shown(PasswordWindow)):
        if window is not None:
            window.close()
    assert await asyncio.gather(*tasks) == [0] * len(tasks)


async def leave(window, running):
    window.close()
    assert await asyncio.wait_for(running, 20) == 0


async def dialog_of(window):
    """The dialog that the rules' page opens."""
    window.open_page("page:rules")
    page = window.places.page
    await until(lambda: page.draft.is_read and page.desk.password.isEnabled())
    page.desk.password.click()
    await until(lambda: is_ready(window.findChild(object, "desk_password_dialog")))
    return window.findChild(object, "desk_password_dialog")


async def saved(window, dialog):
    dialog.press_ok()
    await until(lambda: window.findChild(object, "desk_password_dialog") is None)


async def test_a_desk_with_a_password_shows_nothing_before_it_is_typed(start):
    running = start()
    window = await the(DeskWindow)
    dialog = await dialog_of(window)
    dialog.password.setText(PASSWORD)
    dialog.again.setText("другое слово")
    dialog.press_ok()
    assert "не совпадают" in dialog.again.accessibleDescription()
    dialog.again.setText(PASSWORD)
    await saved(window, dialog)
    await leave(window, running)

    running = start()
    asked = await the(PasswordWindow)
    assert shown(DeskWindow) is None
    asked.password.setText("скрепка")
    asked.enter.click()
    await until(asked.bar.isVisible)
    assert "Пароль неверен" in asked.bar.text()
    asked.password.setText(PASSWORD)
    asked.enter.click()
    window = await the(DeskWindow)

    dialog = await dialog_of(window)
    dialog.before.setText("скрепка")
    dialog.press_ok()
    await until(lambda: "Пароль неверен" in dialog.before.accessibleDescription())
    dialog.before.setText(PASSWORD)
    await saved(window, dialog)  # an empty new one takes it away
    await leave(window, running)

    start()
    await the(DeskWindow)


async def test_closing_the_question_ends_the_program(start, tmp_path):
    running = start()
    window = await the(DeskWindow)
    await desk_password.set_password(window.place, "", PASSWORD)
    with pytest.raises(Refused, match="desk_password_wrong"):
        await desk_password.set_password(window.place, "", "длинное слово")
    await leave(window, running)

    running = start()
    await leave(await the(PasswordWindow), running)
    assert shown(DeskWindow) is None
