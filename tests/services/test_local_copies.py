"""Copies of an embedded region: made while work goes on, brought back whole, thinned by age, refused when damaged."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import text

from app.models import copies, migrations
from app.models.copies import Manifest, manifest_of
from app.models.database import HEAD, Database, DatabaseUnavailable
from app.regulation.errors import Refused
from app.services import local_copies
from app.services.local_copies import bring_back, copy_now, list_copies, thin_out
from app.services.verifying import verify
from tests.helpers.staffed import Desk, MovableClock


@pytest_asyncio.fixture
async def desk(sqlite_url):
    database = await Database.open(sqlite_url, MovableClock())
    yield await Desk.at(database)
    await database.close()


async def test_a_copy_brings_back_what_was_and_the_present_is_kept(desk, sqlite_url):
    await desk.answered()
    copy = await copy_now(desk.admin)
    await desk.entered("После копии")
    epoch = desk.database.meta["epoch"]

    former = await bring_back(desk.admin, copy)

    again = await Database.open(sqlite_url, desk.clock)
    try:
        assert ((await verify(again)).is_clean, (await verify(again)).cases) == (True, 1)
        assert again.meta["epoch"] != epoch  # every other desk reads everything again
        there = await Desk.at(again)
        assert [(row.why, row.cases) for row in await list_copies(there.admin)] == [("restore", 2), ("asked", 1)]
        await bring_back(there.admin, former)
        assert (await verify(again)).cases == 2
    finally:
        await again.close()


async def test_an_act_during_the_copy_does_not_make_it_one_that_cannot_come_back(desk):
    async def work():
        for number in range(6):
            await desk.entered(f"Сообщение {number}")

    copy, _ = await asyncio.gather(copy_now(desk.admin), work())

    told = copies.read_manifest(copy)
    assert copies.anchor_of(copy) == (told.cases, told.anchor)


async def test_only_an_administrator_and_only_a_whole_copy(desk):
    copy = await copy_now(desk.admin)
    with pytest.raises(Refused, match="role_may_not"):
        await bring_back(desk.curator, copy)
    newer = Manifest(**{**json.loads(manifest_of(copy).read_text(encoding="utf-8")), "schema": "9999"})
    copies.write_manifest(copy, newer)
    with pytest.raises(Refused, match="copy_newer"):
        await bring_back(desk.admin, copy)
    copy.write_bytes(copy.read_bytes()[:-1] + b"x")
    with pytest.raises(Refused, match="backup_damaged"):
        await bring_back(desk.admin, copy)
    assert (await verify(desk.database)).is_clean
    assert [row.why for row in await list_copies(desk.admin)] == ["asked"]  # nothing was begun


async def test_a_disk_without_room_leaves_no_half_copy(desk, monkeypatch):
    def full(source, target):
        target.write_bytes(b"half")
        raise OSError("no room")

    monkeypatch.setattr(copies, "copy_pages", full)
    with pytest.raises(Refused, match="copy_failed"):
        await copy_now(desk.admin)
    assert list(copies.folder_of(desk.database.path).iterdir()) == []


def test_old_copies_go_by_the_rule(tmp_path):
    database, now = tmp_path / "desk.db", datetime(2026, 11, 24, 8, tzinfo=UTC)
    copies.folder_of(database).mkdir()

    def lay(why, days):
        made = now - timedelta(days=days)
        path = copies.folder_of(database) / f"desk-{made:%Y%m%dT%H%M%S%fZ}-{why}{copies.SUFFIX}"
        path.write_bytes(b"")
        copies.write_manifest(path, Manifest("sqlite", HEAD, made.isoformat(), "", 0, "", "", why))
        return path

    everyday = [lay("daily", days) for days in range(60)]
    before = [lay("upgrade", days) for days in range(8)]
    asked = [lay("asked", days) for days in (400, 500)]

    gone = thin_out(database)

    # fourteen days, and of the months that have passed the newest: 31 October, 30 September
    assert set(everyday) - set(gone) == {*everyday[:14], everyday[24], everyday[55]}
    assert set(before) & set(gone) == set(before[5:])
    assert not set(asked) & set(gone)
    assert len(list(copies.folder_of(database).iterdir())) == 2 * (16 + 5 + 2)


async def test_an_upgrade_begins_with_a_copy_or_not_at_all(desk, sqlite_url, monkeypatch):
    await desk.entered()
    async with desk.database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    monkeypatch.setattr(migrations, "known_versions", lambda: {"0000", HEAD})
    upgraded = "UPDATE alembic_version SET version_num = '0001'"
    monkeypatch.setattr(migrations, "upgrade", lambda connection: connection.execute(text(upgraded)))

    def full(_path):
        raise OSError("no room")

    with monkeypatch.context() as patched:
        patched.setattr(copies, "copy_before_upgrade", full)
        with pytest.raises(DatabaseUnavailable, match="upgrade_without_copy"):
            await Database.open(sqlite_url)
    assert copies.schema_of(desk.database.path) == "0000"

    await (await Database.open(sqlite_url)).close()
    [copy] = await list_copies(desk.admin)
    assert (copy.why, copy.schema, copy.cases) == ("upgrade", "0000", 1)
    assert copies.schema_of(desk.database.path) == HEAD


async def test_the_day_s_first_start_makes_a_copy(desk):
    class Day:
        place = desk.admin

    await local_copies.daily(desk.admin)(Day)

    assert [row.why for row in await list_copies(desk.admin)] == ["daily"]


async def test_a_server_has_no_copies_beside_it(desk, monkeypatch):
    monkeypatch.setattr(desk.admin.database, "path", None)
    assert await list_copies(desk.admin) == []
    with pytest.raises(Refused, match="only_embedded"):
        await copy_now(desk.admin)
