"""Making a centre's server from the command line: what is wrong is said before anything is made, and gone on with."""

from argparse import Namespace

import pytest
import pytest_asyncio
from sqlalchemy import text

from app.commands import server
from app.models.database import Database
from app.regulation.errors import Refused
from app.services import safekeeping
from app.services.regions import is_set_up, set_up
from tests.helpers.databases import _administer


@pytest_asyncio.fixture
async def empty(postgres):
    """An empty database of the server, of which no sign-in is left behind."""
    await _administer(postgres, "CREATE DATABASE empty")
    yield postgres.url("empty")
    await _administer(postgres, "DROP DATABASE empty WITH (FORCE)")
    await _administer(postgres, "DROP ROLE IF EXISTS first_one")


async def made(url, login):
    return await server._init(Namespace(target=url, regulation="kursk", curator="Иванова", login=login), None)


async def test_a_region_is_made_with_who_can_enter_it_or_not_at_all(empty, monkeypatch, capsys):
    monkeypatch.setenv("CUR_DESK_PASSWORD", "достаточно длинный")
    for login in ("Bad Login!", "postgres", "cur_owner"):
        with pytest.raises(Refused, match="login_malformed"):
            await made(empty, login)
    database = await Database.open(empty)
    assert not await is_set_up(database)
    await set_up(database, "kursk")  # as far as one came that was broken off
    await database.close()

    assert await made(empty, "first_one") == 0
    with pytest.raises(Refused, match="region_there"):
        await made(empty, "second_one")


async def test_half_a_copy_is_not_left_behind(postgres_url, tmp_path, monkeypatch):
    target, real = tmp_path / "desk.dump", safekeeping._run_tool

    async def full(url, name, *words):
        target.write_bytes(b"half")
        raise Refused("tool_failed", tool=name, detail="No space left on device")

    database = await Database.open(postgres_url)
    monkeypatch.setattr(safekeeping, "_run_tool", full)
    with pytest.raises(Refused, match="tool_failed"):
        await safekeeping.back_up(database, target)
    monkeypatch.setattr(safekeeping, "_run_tool", real)
    await safekeeping.back_up(database, target)
    # what a guard refuses is no damage of the database, whatever its code sounds like
    with pytest.raises(Exception, match="login_malformed") as caught:
        async with database.write() as connection:
            await connection.execute(text("SELECT guard.make_account(1, 'Bad Login!', '')"))
    assert "database_damaged" not in str(caught.value)
    await database.close()
