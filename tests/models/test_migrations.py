"""The migrations make exactly the tables that the program knows, on empty databases and on ones with data."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from app.models import Base
from app.models.database import HEAD
from app.models.migrations import known_versions, upgrade
from app.services.verifying import verify


def is_of_the_models(name, kind, _parents):
    return kind != "table" or not name.startswith("search_")  # the guards' own


def differences(connection):
    opts = {"compare_type": True, "target_metadata": Base.metadata, "include_name": is_of_the_models}
    context = MigrationContext.configure(connection, opts=opts)
    return compare_metadata(context, Base.metadata)


async def test_head_is_the_models(database):
    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_missing_column_would_be_seen(database):
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE note ADD COLUMN colour VARCHAR(3)"))
        assert len(await connection.run_sync(differences)) == 1
        await connection.rollback()


async def test_the_program_names_its_newest_version(database):
    assert HEAD in known_versions()
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalars().all() == [HEAD]


async def test_an_upgrade_keeps_data(desk):
    case_id = await desk.answered()
    async with desk.database.write() as connection:
        await connection.run_sync(upgrade)

    assert (await desk.card(case_id)).history[-1].act == "publish"
    assert (await verify(desk.database)).findings == []
