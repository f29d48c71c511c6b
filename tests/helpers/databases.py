"""Fixtures of databases: who asks for `desk`, `database` or `url` runs on a SQLite file and on PostgreSQL alike."""

import asyncio
import shutil
from contextlib import asynccontextmanager

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from app.models import Account
from app.models.database import Database
from app.models.scram import scram_verifier
from tests.helpers import compiled
from tests.helpers.postgres import Server
from tests.helpers.staffed import Desk, MovableClock, furnish

compiled.share()


@pytest.fixture(scope="session")
def postgres(request):
    """One server for the session; which one is said once, and no test is skipped for the lack of it."""
    server = Server()
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(f"\n{server}")
    asyncio.run(_template(server))
    yield server
    server.stop()


async def _template(server):
    await _administer(server, "CREATE DATABASE furnished")
    database = await Database.open(server.url("furnished"), MovableClock())
    await furnish(database)
    async with database.write() as connection:
        await connection.execute(text(_TESTS_CLOCK))
        accounts = (await connection.execute(select(Account.person_id, Account.login))).all()
        for account in accounts:
            made = func.guard.make_account(account.person_id, account.login, scram_verifier(PASSWORD))
            await connection.execute(select(made))
    await database.close()


# Tests of what runs without a person: connectors, the outbox, jobs.
OF_THE_PROGRAM = ("networks", "outbox", "background")
PASSWORD = "пароль для проверки"


async def sign_in_all(desk):
    """Everyone at the desk acts by their own sign-in from now on; nothing is opened before it is used."""
    async with desk.database.read() as connection:
        logins = dict((await connection.execute(select(Account.person_id, Account.login))).all())
    opened = []
    for place in desk.people.values():
        url = make_url(desk.database.url).set(username=logins[place.person.id], password=PASSWORD)
        place.database = FixedTime(url.render_as_string(hide_password=False), desk.clock)
        place.database.meta = desk.database.meta
        opened.append(place.database)
    return opened


# The database's own clock, as far as a test says: it may have to be a Monday morning there.
_TESTS_CLOCK = """
CREATE OR REPLACE FUNCTION guard.now() RETURNS timestamptz LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT date_trunc('second', coalesce(nullif(current_setting('test.now', true), '')::timestamptz, clock_timestamp()))
$$
"""


async def _administer(server, statement):
    connection = await asyncpg.connect(server.url(driver="postgresql"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture
def halt(postgres):
    """Stops the server, `halt.start` starts it again; it runs after the test, whatever became of it."""

    def stop(mode="fast"):
        postgres.halt(mode)
        stop.is_halted = True

    def start():
        postgres.start()
        stop.is_halted = False

    stop.is_halted, stop.start = False, start
    yield stop
    if stop.is_halted:
        start()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """A furnished SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "furnished.db"

    async def make():
        database = await Database.open(f"sqlite+aiosqlite:///{path}", MovableClock())
        await furnish(database)
        async with database.engine.connect() as connection:
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture
def sqlite_url(sqlite_template, tmp_path):
    """The address of a furnished SQLite file of the test's own."""
    shutil.copy(sqlite_template, tmp_path / "desk.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}"


_numbers = iter(range(1, 1_000_000))


@pytest_asyncio.fixture
async def postgres_url(postgres):
    """The address of a furnished PostgreSQL database of the test's own."""
    name = f"test{next(_numbers)}"
    await _administer(postgres, f"CREATE DATABASE {name} TEMPLATE furnished STRATEGY FILE_COPY")
    yield postgres.url(name)
    await _administer(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request):
    return request.getfixturevalue(f"{request.param}_url")


class FixedTime(Database):
    """A database whose own time is the test's clock, so that due times can be computed by hand on both engines."""

    async def moment(self, connection):
        return self.clock.now()

    @asynccontextmanager
    async def write(self, **how):
        async with super().write(**how) as connection:
            if not self.is_sqlite:
                now = select(func.set_config("test.now", self.clock.now().isoformat(), True))
                await connection.execute(now)
            yield connection


@pytest_asyncio.fixture
async def database(url):
    opened = await FixedTime.open(url, MovableClock())
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def desk(request, database):
    """Everyone at their desk; on PostgreSQL each by their own sign-in, so that the database's guards are on.

    What only the program does (`@pytest.mark.program`, and whole rooms of it) is tested by the owner's sign-in.
    """
    seated = await Desk.at(database)
    of_the_program = request.node.get_closest_marker("program") or request.path.parent.name in OF_THE_PROGRAM
    guarded = not database.is_sqlite and not of_the_program
    opened = await sign_in_all(seated) if guarded else []
    yield seated
    for own in opened:
        await own.close()
