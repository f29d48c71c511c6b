"""Fixtures of databases: who asks for `desk`, `database` or `url` runs on a SQLite file and on PostgreSQL alike."""

import asyncio
import shutil

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.models.database import Database
from tests.helpers.postgres import Server
from tests.helpers.staffed import Desk, MovableClock, furnish


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
    await database.close()


async def _administer(server, statement):
    engine = create_async_engine(server.url(), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


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
    await _administer(postgres, f"CREATE DATABASE {name} TEMPLATE furnished")
    yield postgres.url(name)
    await _administer(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request):
    return request.getfixturevalue(f"{request.param}_url")


class FixedTime(Database):
    """A database whose own time is the test's clock, so that due times can be computed by hand on both engines."""

    async def moment(self, connection):
        return self.clock.now()


@pytest_asyncio.fixture
async def database(url):
    opened = await FixedTime.open(url, MovableClock())
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def desk(database):
    return await Desk.at(database)
