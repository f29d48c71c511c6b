"""Backups, restores and the move to a server: everything comes back, and what does not fit is refused."""

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import func, insert, select, text
from sqlalchemy.engine import make_url

from app.models import Blob, FormerName, copies
from app.models.database import Database, DatabaseUnavailable
from app.regulation.errors import Refused
from app.services import copying, inspecting, safekeeping
from app.services.background.worker import seat_program
from app.services.changes import Feed
from app.services.desk_settings import DeskSettings, set_settings
from app.services.regions import is_set_up, list_people
from app.services.retention import anonymise
from app.services.verifying import verify
from app.texts.refusals import explain
from tests.helpers.databases import FixedTime, _administer, sign_in_all
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


async def test_a_copy_holds_a_little_of_a_large_region_at_a_time(sqlite_url, emptied):
    source, target = await Database.open(sqlite_url, MovableClock()), await Database.open(emptied)
    parts, size = 60, 1 << 20
    async with source.write() as connection:
        for part in range(parts):
            await connection.execute(insert(Blob).values(sha256="a" * 64, part=part, data=os.urandom(size)))
        until = datetime(2026, 6, 1, tzinfo=UTC)
        rows = [{"subject": f"{n}", "name": "x" * 250, "until": until} for n in range(40_000)]
        await connection.execute(insert(FormerName), rows)
        del rows
    tracemalloc.start()
    try:
        await copying.copy_region(source, target)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    async with target.read() as connection:
        assert (await connection.execute(select(func.sum(func.length(Blob.data))))).scalar_one() == parts * size
        assert (await connection.execute(select(func.count()).select_from(FormerName))).scalar_one() == 40_000
    assert peak < parts * size / 4  # all rows of the other table would be as large as half of the files
    await source.close()
    await target.close()


async def test_a_copy_that_was_broken_off_leaves_nothing_and_is_made_again(sqlite_url, emptied, monkeypatch):
    source, target = await Database.open(sqlite_url, MovableClock()), await Database.open(emptied)
    desk = await Desk.at(source)
    await desk.routed()

    def breaks_off(table, _rows):
        if table == "history":
            raise KeyboardInterrupt

    real = copying._copy_table

    async def while_somebody_works(*args):
        if args[2].name == "history":
            await desk.routed(text="Фонарь не горит")
        return await real(*args)

    try:
        with pytest.raises(KeyboardInterrupt):
            await copying.copy_region(source, target, breaks_off)
        assert not await is_set_up(target)
        with monkeypatch.context() as patch:
            patch.setattr(copying, "_copy_table", while_somebody_works)
            with pytest.raises(Refused, match="region_worked_in"):
                await copying.copy_region(source, target)
        assert not await is_set_up(target)

        await copying.copy_region(source, target)
        assert (await verify(target)).anchor == (await verify(source)).anchor
    finally:
        await source.close()
        await target.close()


async def test_a_backup_of_a_newer_program_is_refused_before_anything_is_made(desk, url, tmp_path, emptied):
    backup, again = tmp_path / "desk.backup", restored_url(url, tmp_path, emptied)
    made = await safekeeping.back_up(desk.database, backup)
    copies.write_manifest(backup, replace(made, schema="9999"))
    with pytest.raises(Refused, match="copy_newer"):
        await safekeeping.restore(backup, again)

    copies.write_manifest(backup, made)  # nothing of it is in the way
    assert await safekeeping.restore(backup, again) == made


@pytest_asyncio.fixture
async def small_disk(postgres, tmp_path):
    """A disk of 40 MB with room for databases of the server."""
    disk = Path(tempfile.mkdtemp(prefix="cur-desk-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=40m,mode=777", "tmpfs", disk]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        disk.rmdir()
        pytest.skip("mounting a small disk is not allowed here")
    try:
        (disk / "server").mkdir()
        shutil.chown(disk / "server", postgres._as_user.get("user", os.geteuid()))
        await _administer(postgres, f"CREATE TABLESPACE small LOCATION '{disk}/server'")
        await _administer(postgres, "CREATE DATABASE cramped TEMPLATE furnished TABLESPACE small STRATEGY FILE_COPY")
        yield disk
    finally:
        for statement in ("cramped WITH (FORCE)", "cramped_too WITH (FORCE)"):
            await _administer(postgres, f"DROP DATABASE IF EXISTS {statement}")
        await _administer(postgres, "DROP TABLESPACE IF EXISTS small")
        subprocess.run(["umount", disk], check=True)
        disk.rmdir()


def filled(disk, *, but=0):
    """What takes a disk but for some bytes."""
    filler = disk / "filler"
    filler.write_bytes(b"x" * (shutil.disk_usage(disk).free - but))
    return filler


async def test_a_full_disk_of_a_server_is_told_and_loses_nothing(postgres, small_disk, tmp_path):
    database = await FixedTime.open(postgres.url("cramped"), MovableClock())
    desk = await Desk.at(database)
    opened = await sign_in_all(desk)
    saved = 0
    filler = filled(small_disk)
    try:
        try:
            while saved < 200:  # as many as go into what the tables have already
                await desk.entered(f"Яма {saved}")
                saved += 1
        except DatabaseUnavailable as refused:
            told = explain(refused.refusal)
        assert told.startswith("На диске сервера 127.0.0.1 нет места: ничего не сохранено.")
        with pytest.raises(Refused, match="copy_failed") as caught:
            await safekeeping.back_up(database, small_disk / "desk.dump")
        assert explain(caught.value.refusal).endswith("на диске нет места.")
        assert not (small_disk / "desk.dump").exists()
        filler.unlink()
        await desk.entered("Когда место появилось")
        report = await verify(database)
        assert (report.is_clean, report.cases) == (True, saved + 1)

        await _administer(postgres, "CREATE ROLE left_since NOLOGIN")
        async with database.write() as owner:  # what anybody may settle for themselves, and no restore goes by
            await owner.execute(text("ALTER DEFAULT PRIVILEGES FOR ROLE left_since GRANT SELECT ON TABLES TO PUBLIC"))
        await safekeeping.back_up(database, tmp_path / "desk.dump")
    finally:
        for place in (*opened, database):
            await place.close()
    await _administer(postgres, "DROP DATABASE cramped WITH (FORCE)")
    await _administer(postgres, "DROP ROLE left_since")
    await _administer(postgres, "CREATE DATABASE cramped_too TABLESPACE small STRATEGY FILE_COPY")
    again = postgres.url("cramped_too")
    filler = filled(small_disk, but=3_000_000)
    with pytest.raises(Refused, match="server_disk_full"):
        await safekeeping.restore(tmp_path / "desk.dump", again)
    filler.unlink()
    assert (await safekeeping.restore(tmp_path / "desk.dump", again)).cases == saved + 1


async def test_what_is_wrong_with_a_server_is_told(postgres, postgres_url, monkeypatch):
    database = await Database.open(postgres_url)
    await database.install_guards()
    assert {found.code for found in await inspecting.inspect(database)} <= SERVER_OF_TESTS
    async with database.write() as connection:
        for statement in (
            'ALTER TABLE "case" DISABLE ROW LEVEL SECURITY',
            "GRANT UPDATE ON clock TO cur_desk",
            "ALTER TABLE history DISABLE TRIGGER history_append_only",
            "UPDATE guard.program SET workflow = 'old'",
            "ALTER TABLE leg OWNER TO postgres",
            # what a newer server's catalogue, or a careless hand, brings back
            "GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint) TO PUBLIC",
            f"GRANT TEMPORARY ON DATABASE {make_url(postgres_url).database} TO PUBLIC",
            f"ALTER DATABASE {make_url(postgres_url).database} SET temp_file_limit = -1",
        ):
            await connection.execute(text(statement))
    codes = {found.code for found in await inspecting.inspect(database)}
    assert codes - SERVER_OF_TESTS == {
        "check_not_secured", "check_direct_writes", "check_not_append_only", "check_workflow_differs",
        "check_not_owned", "check_left_to_all", "check_sorts_without_end",
    }  # fmt: skip
    [left] = [found.params for found in await inspecting.inspect(database) if found.code == "check_left_to_all"]
    assert left == {"what": "TEMPORARY, pg_advisory_lock"}
    await _administer(postgres, "REVOKE EXECUTE ON FUNCTION pg_advisory_lock(bigint) FROM PUBLIC")

    # settings of the server, as somebody else's postgresql.conf may have them
    real = inspecting._value

    async def as_settled(connection, query, **values):
        found = await real(connection, query, **values)
        return next((value for part, value in SETTLED.items() if part in query), found)

    monkeypatch.setattr(inspecting, "_value", as_settled)
    told = {found.code: explain(found) for found in await inspecting.inspect(database)}
    assert told.keys() >= {
        "check_prepared_transactions", "check_activities_unseen", "check_idle_cut",
        "check_no_tls", "check_sign_in_unguarded",
    }  # fmt: skip
    assert "trust" in told["check_sign_in_unguarded"]
    await database.close()


SETTLED = {
    "SHOW max_prepared_transactions": "10", "SHOW track_activities": "off",
    "idle_session_timeout": 30_000, "SHOW ssl": "off", "SHOW listen_addresses": "*", "FROM pg_hba_file_rules": "trust",
}  # fmt: skip


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
