"""How the drivers are asked: in few turns, in order, with every fault told, and never on a connection that ended."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
import pytest_asyncio
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from app.models import Meta, drivers, sqlite_driver
from app.models.database import Database, DatabaseUnavailable
from app.regulation.workflow import DraftKind
from app.services import casework
from tests.helpers.staffed import Desk
from tests.helpers.waiting import until


@pytest_asyncio.fixture
async def sqlite_desk(sqlite_url):
    database = await Database.open(sqlite_url)
    yield await Desk.at(database)
    await database.close()


def named(key):
    return select(Meta.value).where(Meta.key == key)


def turns_of(database, monkeypatch):
    """Counts what is handed to the threads of an SQLite file's connections."""
    from aiosqlite import core

    turns, ask = [], core.Connection._execute

    async def counted(self, how, *words, **named):
        turns.append(how)
        return await ask(self, how, *words, **named)

    monkeypatch.setattr(core.Connection, "_execute", counted)
    return turns


async def test_a_statement_is_one_turn_and_so_is_an_acts_writing(sqlite_desk, monkeypatch):
    case_id = await sqlite_desk.routed()
    turns = turns_of(sqlite_desk.database, monkeypatch)

    async with sqlite_desk.database.read() as connection:
        assert (await connection.execute(named("epoch"))).scalar_one()
    assert len(turns) == 2  # asked with its begin; ended

    turns.clear()
    await casework.submit(sqlite_desk.executor, case_id, 2, DraftKind.ANSWER, "Заделаем")
    assert len(turns) <= 4  # begun, who and what may write, the case with all of it, everything written


async def test_what_is_gathered_is_done_in_its_order_before_the_next_question(sqlite_desk):
    database = sqlite_desk.database
    async with database.write() as connection, drivers.gathered(connection):
        await connection.execute(insert(Meta).values(key="one", value="1"))
        await connection.execute(text("UPDATE meta SET value = value || '2' WHERE key = 'one'"))
        assert (await connection.execute(named("one"))).scalar_one() == "12"
        await connection.execute(text("UPDATE meta SET value = value || '3' WHERE key = 'one'"))
    async with database.read() as connection:
        assert (await connection.execute(named("one"))).scalar_one() == "123"


@pytest.mark.parametrize("ends", ["commit", "question"])
async def test_a_fault_of_what_was_gathered_is_told_and_nothing_is_kept(sqlite_desk, ends):
    database = sqlite_desk.database

    async def write():
        async with database.write() as connection, drivers.gathered(connection):
            await connection.execute(insert(Meta).values(key="one", value="1"))
            await connection.execute(insert(Meta).values(key="epoch", value="another"))
            if ends == "question":
                await connection.execute(named("one"))

    with pytest.raises(IntegrityError):
        await write()
    async with database.read() as connection:
        assert (await connection.execute(named("one"))).scalar() is None


async def test_what_was_gathered_is_forgotten_where_the_work_fails(sqlite_desk):
    database = sqlite_desk.database

    async def write():
        async with database.write() as connection, drivers.gathered(connection):
            await connection.execute(insert(Meta).values(key="one", value="1"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write()
    async with database.write() as connection:
        await connection.execute(insert(Meta).values(key="two", value="2"))
    async with database.read() as connection:
        assert (await connection.execute(named("one"))).scalar() is None


async def test_a_reading_that_begins_bit_by_bit_sees_one_state_too(sqlite_desk):
    async with sqlite_desk.database.read() as reading:
        rows = await reading.stream(named("region").execution_options(yield_per=1))
        assert len(await rows.all()) == 1
        await sqlite_desk.database.set_meta("since", "then")
        assert (await reading.execute(named("since"))).all() == []


async def test_a_desk_writes_as_soon_as_another_program_has_written(sqlite_desk):
    database, done = sqlite_desk.database, []

    async def write():
        async with database.write() as connection:
            await connection.execute(insert(Meta).values(key="one", value="1"))
        done.append("one")

    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(write())
        async with database.read() as connection:
            assert (await connection.execute(named("epoch"))).scalar_one()  # who only reads never waits
        assert not done
        other.execute("COMMIT")
        await writing
    assert done


async def test_a_file_that_another_program_keeps_is_said_to_be_busy(sqlite_desk, monkeypatch):
    monkeypatch.setattr(sqlite_driver, "WAIT_SECONDS", 0.01)
    with closing(sqlite3.connect(sqlite_desk.database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable, match="database_busy"):
            await sqlite_desk.entered()
    assert await sqlite_desk.entered()


@pytest.mark.parametrize("trusted_seconds", [60, -1])
async def test_a_connection_that_the_server_ended_is_not_given_again(postgres_url, monkeypatch, trusted_seconds):
    monkeypatch.setattr(drivers, "TRUSTED_SECONDS", trusted_seconds)
    mine, other = await Database.open(postgres_url), await Database.open(postgres_url)
    async with mine.read() as connection:
        number = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        driver = (await connection.get_raw_connection()).driver_connection
    async with other.read() as connection:
        await connection.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
    await until(driver.is_closed)

    async with mine.read() as connection:
        assert (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one() != number
    for each in (mine, other):
        await each.close()
