"""Backups, restores and the move to a server: everything comes back, and what does not fit is refused."""

import json
import shutil
import sqlite3

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.models import copies
from app.models.database import Database
from app.regulation.errors import Refused
from app.services import copying, inspecting, safekeeping
from app.services.background.worker import seat_program
from app.services.changes import Feed
from app.services.desk_settings import DeskSettings, set_settings
from app.services.regions import list_people
from app.services.retention import anonymise
from app.services.verifying import verify
from app.texts.refusals import explain
from tests.helpers.databases import _administer
from tests.helpers.staffed import Desk, MovableClock


@pytest_asyncio.fixture
async def emptied(postgres):
    """An empty database of the server."""
    await _administer(postgres, "CREATE DATABASE emptied")
    yield postgres.url("emptied")
    await _administer(postgres, "DROP DATABASE emptied WITH (FORCE)")


def restored_url(url, tmp_path, emptied):
    return f"sqlite+aiosqlite:///{tmp_path / 'again.db'}" if url.startswith("sqlite") else emptied


async def test_a_backup_brings_everything_back(desk, url, tmp_path, emptied):
    await desk.answered()
    backup = tmp_path / "desk.backup"
    made = await safekeeping.back_up(desk.database, backup)
    assert made.anchor == (await verify(desk.database)).anchor
    with pytest.raises(Refused, match="file_there"):
        await safekeeping.back_up(desk.database, backup)

    again = restored_url(url, tmp_path, emptied)
    assert await safekeeping.restore(backup, again) == made
    database = await Database.open(again)
    report = await verify(database)
    assert (report.is_clean, report.anchor, report.cases) == (True, made.anchor, 1)
    assert [person.name for person in await list_people(database)] == list(desk.people)
    if not database.is_sqlite:
        assert {found.code for found in await inspecting.inspect(database)} <= SERVER_OF_TESTS
    await database.close()
    with pytest.raises(Refused, match=r"file_there|database_not_empty"):
        await safekeeping.restore(backup, again)


# What a throw-away server of tests is without, by intent.
SERVER_OF_TESTS = {"check_not_durable"}


async def test_who_may_only_make_copies_makes_one(postgres_url, tmp_path, emptied):
    owner = await Database.open(postgres_url)
    async with owner.write() as connection:
        await connection.execute(text("CREATE ROLE keeper LOGIN PASSWORD 'пароль копий' IN ROLE cur_backup"))
    url = make_url(postgres_url).set(username="keeper", password="пароль копий").render_as_string(hide_password=False)
    keeper = await Database.open(url)
    try:
        made = await safekeeping.back_up(keeper, tmp_path / "desk.backup")
        assert (made.region, made.anchor) == ("Курская область", (await verify(owner)).anchor)
        assert await safekeeping.restore(tmp_path / "desk.backup", emptied) == made
        with pytest.raises(Exception, match="permission denied"):
            async with keeper.write() as connection:
                await connection.execute(text("SELECT guard.begin_acts('{1}')"))
    finally:
        await keeper.close()
        async with owner.write() as connection:
            await connection.execute(text("DROP ROLE keeper"))
        await owner.close()


async def test_a_damaged_or_foreign_backup_is_refused(desk, tmp_path):
    backup = tmp_path / "desk.backup"
    await safekeeping.back_up(desk.database, backup)
    other = "postgresql+asyncpg://x@localhost/x" if desk.database.is_sqlite else f"sqlite+aiosqlite:///{tmp_path}/x.db"
    with pytest.raises(Refused, match="backup_of_another_engine"):
        await safekeeping.restore(backup, other)

    backup.write_bytes(backup.read_bytes()[:-1] + b"x")
    with pytest.raises(Refused, match="backup_damaged"):
        await safekeeping.restore(backup, desk.database.url)
    manifest = safekeeping.manifest_of(backup)
    manifest.write_text("{", encoding="utf-8")
    with pytest.raises(Refused, match="backup_damaged"):
        await safekeeping.restore(backup, desk.database.url)
    manifest.unlink()
    with pytest.raises(Refused, match="manifest_missing"):
        await safekeeping.restore(backup, desk.database.url)
    with pytest.raises(Refused, match="tools_missing"):
        safekeeping.find_tool("pg_no_such_tool")


async def test_an_embedded_region_moves_to_a_server_whole(sqlite_url, emptied):
    source, target = await Database.open(sqlite_url, MovableClock()), await Database.open(emptied)
    desk = await Desk.at(source)
    await desk.answered()
    await desk.routed("ДОР", "ЖКХ", text="Фонарь не горит")
    await set_settings(desk.admin, DeskSettings(retention_months=1))
    desk.clock.move(days=100)
    assert await anonymise(await seat_program(source, Feed())) == 1

    assert await copying.copy_region(source, target) > 50
    before, after = await verify(source), await verify(target)
    assert (after.is_clean, after.anchor, after.acts) == (True, before.anchor, before.acts)
    assert after.forgotten == before.forgotten != {}
    with pytest.raises(Refused, match="region_there"):
        await copying.copy_region(source, target)
    moved = await Desk.at(target)  # and work goes on there, under the guards
    await moved.routed(text="Уже на сервере")
    with pytest.raises(Refused, match="message_known"):  # who wrote it was forgotten before the move
        await moved.entered()
    assert (await verify(target)).is_clean
    await source.close()
    await target.close()


async def test_what_is_wrong_with_a_server_is_told(postgres_url):
    database = await Database.open(postgres_url)
    async with database.write() as connection:
        for statement in (
            'ALTER TABLE "case" DISABLE ROW LEVEL SECURITY',
            "GRANT UPDATE ON clock TO cur_desk",
            "ALTER TABLE history DISABLE TRIGGER history_append_only",
            "UPDATE guard.program SET workflow = 'old'",
            "ALTER TABLE leg OWNER TO postgres",
        ):
            await connection.execute(text(statement))
    codes = {found.code for found in await inspecting.inspect(database)}
    assert codes - SERVER_OF_TESTS == {
        "check_not_secured", "check_direct_writes", "check_not_append_only", "check_workflow_differs",
        "check_not_owned",
    }  # fmt: skip
    await database.close()


async def test_a_manifest_names_what_it_is_of(desk, tmp_path):
    backup = tmp_path / "desk.backup"
    made = await safekeeping.back_up(desk.database, backup)

    told = json.loads(safekeeping.manifest_of(backup).read_text(encoding="utf-8"))
    assert told["anchor"] == made.anchor
    assert (make_url(desk.database.url).password or "—") not in json.dumps(told)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_full_disk_leaves_nothing_half_done_and_is_told(desk, tmp_path, monkeypatch):
    backup, again = tmp_path / "desk.backup", tmp_path / "again.db"
    await safekeeping.back_up(desk.database, backup)

    def fills(_source, target):
        target.write_bytes(b"half")
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(safekeeping, "copy_pages", fills)
        with pytest.raises(Refused, match="file_unwritable") as caught:
            await safekeeping.restore(backup, f"sqlite+aiosqlite:///{again}")
    assert explain(caught.value.refusal).endswith("на диске нет места.")
    assert not again.exists()

    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(copies.shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(Refused, match="file_unwritable") as caught:
        await safekeeping.restore(backup, f"sqlite+aiosqlite:///{again}")
    assert explain(caught.value.refusal).endswith("на диске нет места.")
    with pytest.raises(Refused, match="copy_failed") as caught:
        await safekeeping.back_up(desk.database, tmp_path / "another")
    assert "на диске нет места" in explain(caught.value.refusal)
    assert not again.exists()
    assert not (tmp_path / "another").exists()
