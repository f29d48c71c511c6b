"""The history can be written once and never changed, on both engines, also after an upgrade."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.models import guards
from app.models.migrations import upgrade

FORBIDDEN = ["UPDATE history SET actor = 'x'", "DELETE FROM history", "UPDATE history SET hash = hash WHERE id > 0"]


async def attempt(database, statement):
    async with database.write() as connection:
        await connection.execute(text(statement))


@pytest.mark.parametrize("statement", FORBIDDEN)
async def test_history_refuses_to_be_changed(desk, statement):
    await desk.entered()

    with pytest.raises(DBAPIError, match="append-only"):
        await attempt(desk.database, statement)


async def test_history_refuses_to_be_emptied_or_replaced(desk):
    await desk.entered()
    replacing = "INSERT OR REPLACE INTO history SELECT * FROM history"
    statement = replacing if desk.database.is_sqlite else "TRUNCATE history"

    with pytest.raises(DBAPIError, match="append-only"):
        await attempt(desk.database, statement)


async def test_guards_stand_again_after_an_upgrade(desk):
    await desk.entered()
    async with desk.database.write() as connection:
        if desk.database.is_sqlite:
            await connection.execute(text("DROP TRIGGER history_no_UPDATE"))
            await connection.execute(text("DROP TRIGGER history_no_DELETE"))
        else:
            await connection.execute(text("DROP TRIGGER history_append_only ON history"))
        await connection.execute(text("UPDATE history SET variant = variant"))  # open now
        await connection.run_sync(upgrade)

    for statement in FORBIDDEN:
        with pytest.raises(DBAPIError, match="append-only"):
            await attempt(desk.database, statement)


async def test_installing_twice_is_harmless(desk):
    async with desk.database.write() as connection:
        await connection.run_sync(guards.install)
        await connection.run_sync(guards.install)
