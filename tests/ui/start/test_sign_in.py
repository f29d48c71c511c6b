"""Signing in to a server through the real window: what is wrong is said, who signs in sits down as themselves."""

import asyncio

import keyring
import pytest
import pytest_asyncio
from keyring.backend import KeyringBackend
from PySide6.QtWidgets import QApplication
from sqlalchemy.engine import make_url

from app.models.database import Database
from app.services.signing_in import Address
from app.ui.application import Application, Places
from app.ui.desk.window import DeskWindow
from app.ui.preferences import Preferences
from app.ui.start.sign_in import SignInWindow
from app.ui.start.window import StartWindow
from tests.helpers.databases import PASSWORD
from tests.helpers.qt import application, until


class Ring(KeyringBackend):
    """A keyring of the test's own."""

    priority = 1

    def __init__(self):
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


@pytest.fixture
def ring():
    before = keyring.get_keyring()
    keyring.set_keyring(made := Ring())
    yield made
    keyring.set_keyring(before)


def shown(kind):
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
    return found[-1] if found else None


async def the(kind):
    await until(lambda: shown(kind) is not None)
    return shown(kind)


@pytest_asyncio.fixture
async def program(tmp_path, ring):
    tasks = []

    async def no_demo(path):
        raise AssertionError("no demo was asked for")

    def start(url=""):
        places = Places(
            database_url=url or f"sqlite+aiosqlite:///{tmp_path}/desk.db",
            demo_path=tmp_path / "demo.db",
            drafts=tmp_path / "drafts",
            preferences=tmp_path / "desk.ini",
            data=tmp_path,
            open_database=Database.open,
            open_demo=no_demo,
        )
        tasks.append(asyncio.ensure_future(Application(application(), places, Preferences(places.preferences)).main()))
        return tasks[-1]

    async def end():
        for window in (shown(DeskWindow), shown(SignInWindow), shown(StartWindow)):
            if window is not None:
                window.close()
        assert await asyncio.wait_for(tasks.pop(), 10) == 0

    start.end = end
    yield start
    while tasks:
        await end()


async def said(window):
    await until(lambda: window.isEnabled() and window.bar.isVisible())
    return window.bar._text.text()


async def test_who_signs_in_sits_down_as_themselves_and_is_remembered(program, postgres_url, ring, tmp_path):
    server = make_url(postgres_url)
    program()
    (await the(StartWindow)).findChild(object, "start_server").click()
    window = await the(SignInWindow)
    window.port.setText(str(server.port))
    window.enter.click()
    assert await said(window) == "Укажите базу."
    window.database.setText(server.database)
    window.user.setText("person3")
    window.password.setText("не тот пароль")
    window.enter.click()
    assert await said(window) == "Имя «person3» или пароль неверны. Новый пароль может дать администратор."

    window.password.setText(PASSWORD)
    window.remember.setChecked(True)
    window.enter.click()
    desk = await the(DeskWindow)
    assert desk.place.person.name == "Панов"
    assert not desk.place.database.acts_as_program
    assert PASSWORD in ring.kept.values()
    await program.end()
    assert PASSWORD not in (tmp_path / "desk.ini").read_text(encoding="utf-8")

    program()  # the next start asks nothing
    assert (await the(DeskWindow)).place.person.name == "Панов"


async def test_off_this_computer_the_connection_is_protected_unless_chosen_otherwise(program):
    program("postgresql+asyncpg://db.example.invalid/region")
    window = await the(SignInWindow)
    assert window.mode.currentData() == "verify-full"

    window.host.setText("localhost")
    assert window.mode.currentData() == "verify-full"  # the address named it


async def test_a_certificate_stands_instead_of_a_password_and_its_file_is_named(program, tmp_path):
    program("postgresql+asyncpg://person3@db.example.invalid/region")
    window = await the(SignInWindow)
    window.enter.click()
    assert await said(window) == "Введите пароль."
    window.certificate.setText(str(tmp_path / "мой.crt"))
    window.key.setText(str(tmp_path / "мой.key"))
    window.bar.hide()
    window.enter.click()
    assert await said(window) == f"Файл сертификата или ключа {tmp_path / 'мой.crt'} не читается: верно ли указано имя?"


async def test_a_servers_name_that_cannot_be_one_is_told_before_anything_is_asked(program):
    program("postgresql+asyncpg://person3@db.example.invalid/region")
    window = await the(SignInWindow)
    window.password.setText(PASSWORD)
    for typed in ("https://db.example.invalid", "db1, db2:половина", ","):
        window.host.setText(typed)
        window.bar.hide()
        window.enter.click()
        assert await said(window) == "Укажите имя сервера или несколько через запятую: db1, db2:5433."
    assert Address("db1, db2:5433").names_servers
    assert Address("::1").names_servers
    assert Address("10.0.0.7").names_servers
