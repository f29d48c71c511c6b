"""Opening a database where it cannot be: each cause is named in words, and nothing that was there is touched."""

import asyncio
import hashlib
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from app.models.database import Database, DatabaseUnavailable, network_file_system
from app.services.regions import list_people, set_up, sit_down
from app.texts.refusals import explain
from tests.helpers.staffed import MovableClock

ROOT = Path(__file__).parent.parent.parent


def address(path):
    return f"sqlite+aiosqlite:///{path}"


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def refused(url):
    with pytest.raises(DatabaseUnavailable) as caught:
        await Database.open(url)
    return caught.value.refusal


async def test_a_database_is_made_with_its_folders_and_opened_again(tmp_path):
    path = tmp_path / "нет ещё" / "папка" / "desk.db"
    first = await Database.open(address(path))
    epoch = first.meta["epoch"]
    await first.close()
    second = await Database.open(address(path))

    assert second.meta["epoch"] == epoch
    await second.close()


async def test_acts_are_synced_to_the_disk(tmp_path):
    database = await Database.open(address(tmp_path / "desk.db"))
    async with database.write() as connection:
        found = {
            name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    await database.close()

    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


async def test_a_database_from_a_newer_version_is_refused_untouched(sqlite_url):
    path = Path(sqlite_url.removeprefix("sqlite+aiosqlite:///"))
    database = await Database.open(sqlite_url)
    async with database.write() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    async with database.engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    await database.close()
    before = digest(path)

    refusal = await refused(sqlite_url)

    assert refusal.code == "database_newer"
    assert "Обновите программу" in explain(refusal)
    assert "9999" in explain(refusal)
    assert digest(path) == before


async def test_a_newer_postgres_is_refused(postgres_url):
    database = await Database.open(postgres_url)
    async with database.write() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    await database.close()

    refusal = await refused(postgres_url)
    assert refusal.code == "database_newer"
    assert database.engine.url.password not in explain(refusal)


@pytest.mark.parametrize("content", [b"not a database at all, only words " * 40, b"PK\3\4" + os.urandom(4000)])
async def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path, content):
    path = tmp_path / "отчёт.xlsx"
    path.write_bytes(content)

    refusal = await refused(address(path))

    assert refusal.code == "database_foreign_file"
    assert "отчёт.xlsx" in explain(refusal)
    assert path.read_bytes() == content


async def test_a_damaged_database_says_so(sqlite_url):
    path = Path(sqlite_url.removeprefix("sqlite+aiosqlite:///"))
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))

    refusal = await refused(sqlite_url)

    assert refusal.code == "database_damaged"
    assert "резервной копии" in explain(refusal)


AS_NOBODY = """
import asyncio, os, sys
import aiosqlite, alembic.command, app.models.migrations, sqlalchemy.dialects.sqlite.aiosqlite
import app.models.sqlite_driver
from app.models.database import Database, DatabaseUnavailable
from app.texts.refusals import explain
from app.texts import tr
tr("")
if os.geteuid() == 0: os.setgid(65534); os.setuid(65534)
async def main():
    try:
        database = await Database.open(sys.argv[1])
        await database.set_meta("probe", "1")
    except DatabaseUnavailable as refused:
        print(refused.refusal.code, explain(refused.refusal), sep="|")
asyncio.run(main())
"""


def as_somebody_without_rights(tmp_path, url):
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, url], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().split("|")


async def test_two_desks_of_one_file_do_not_lose_each_other(sqlite_url):
    first, second = [await Database.open(sqlite_url) for _ in range(2)]

    await asyncio.gather(*(d.set_meta(f"{n}-{i}", "x") for n, d in enumerate((first, second)) for i in range(10)))
    await first._read_meta()

    assert {f"{n}-{i}" for n in range(2) for i in range(10)} <= set(first.meta)
    await first.close()
    await second.close()


@pytest.mark.parametrize(
    ("mounts", "path", "kind"),
    [
        ("/dev/sda1 / ext4 rw 0 0\n//srv/share /mnt/share cifs rw 0 0\n", "/mnt/share/cur/desk.db", "cifs"),
        ("/dev/sda1 / ext4 rw 0 0\nsrv:/x /mnt/share nfs4 rw 0 0\n", "/mnt/share/desk.db", "nfs4"),
        ("/dev/sda1 / ext4 rw 0 0\nsrv:/x /mnt/our\\040share nfs rw 0 0\n", "/mnt/our share/desk.db", "nfs"),
        ("/dev/sda1 / ext4 rw 0 0\nsrv:/x /mnt/share nfs4 rw 0 0\n", "/mnt/sharesmith/desk.db", None),
        ("srv:/x / nfs4 rw 0 0\n/dev/sda1 /home ext4 rw 0 0\n", "/home/desk.db", None),
        ("/dev/sda1 / ext4 rw 0 0\nme@srv:/ /mnt/s fuse.sshfs rw 0 0\n", "/mnt/s/desk.db", "fuse.sshfs"),
        ("", "\\\\server\\share\\desk.db", "UNC"),
    ],
)
def test_network_shares_are_known_by_the_table_of_mounts(tmp_path, mounts, path, kind):
    table = tmp_path / "mounts"
    table.write_text(mounts, encoding="utf-8")

    assert network_file_system(Path(path), table) == kind


async def test_a_database_on_a_network_share_is_refused_in_words(tmp_path, monkeypatch):
    table = tmp_path / "mounts"
    table.write_text(f"srv:/x {tmp_path} nfs4 rw 0 0\n", encoding="utf-8")
    monkeypatch.setattr("app.models.database.MOUNTS", table)

    refusal = await refused(address(tmp_path / "desk.db"))

    assert refusal.code == "database_on_network_share"
    assert "nfs4" in explain(refusal)
    assert not (tmp_path / "desk.db").exists()


FULL = """
import asyncio, resource, signal, sys
from app.models.database import Database, DatabaseUnavailable
from app.services.regions import list_people, sit_down
from app.services.incoming import Incoming
from app.services.registering import register
from app.texts.refusals import explain
async def main():
    database = await Database.open(sys.argv[1])
    place = await sit_down(database, (await list_people(database))[0])
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if len(sys.argv) > 2:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
    saved = 0
    try:
        for batch in range(1000):
            found = await register(place, [Incoming(f"{batch} {n} " + "слово " * 2000, "vk") for n in range(20)])
            saved += len(found.case_ids)
            print("saved", saved, flush=True)
    except DatabaseUnavailable as refused:
        print("refused", refused.refusal.code, explain(refused.refusal), sep="|", flush=True)
asyncio.run(main())
"""


def fill_up(url, *limit):
    done = subprocess.run(
        [sys.executable, "-c", FULL, url, *map(str, limit)], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    *saved, last = done.stdout.strip().splitlines()
    return int(saved[-1].split()[1]) if saved else 0, last.split("|")


async def test_a_file_that_may_not_grow_loses_nothing_that_was_saved(sqlite_url):
    saved, (_, code, sentence) = fill_up(sqlite_url, 3_000_000)

    assert code in ("disk_full", "disk_failed")
    assert "desk.db" in sentence
    await nothing_lost(sqlite_url, saved)


async def test_a_full_disk_is_said_and_loses_nothing_that_was_saved(sqlite_template, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small disk is not allowed here; the limit of a file's size is tried instead")
    try:
        shutil.copy(sqlite_template, disk / "desk.db")
        saved, (_, code, sentence) = fill_up(address(disk / "desk.db"))
        assert code == "disk_full"
        assert "Освободите место" in sentence
        await nothing_lost(address(disk / "desk.db"), saved)
    finally:
        subprocess.run(["umount", disk], check=True)


async def nothing_lost(url, saved):
    from sqlalchemy import func, select

    from app.models import Case
    from app.services.verifying import verify

    database = await Database.open(url)
    async with database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(Case))).scalar_one() == saved > 0
    assert (await verify(database)).findings == []
    await database.close()


async def test_a_read_only_folder_is_named(tmp_path, sqlite_template):
    folder = tmp_path / "только чтение"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "desk.db")
    for path in (folder / "desk.db", folder):
        path.chmod(0o444 if path.is_file() else 0o555)
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_uid == os.geteuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)

    code, sentence = as_somebody_without_rights(tmp_path, address(folder / "desk.db"))
    assert code == "database_read_only"
    assert "desk.db" in sentence
    code, _ = as_somebody_without_rights(tmp_path, address(folder / "new.db"))
    assert code in ("database_read_only", "database_not_opened")
    code, _ = as_somebody_without_rights(tmp_path, address(folder / "deeper" / "new.db"))
    assert code == "database_read_only"


# ----- time


async def test_a_desk_whose_pc_is_three_hours_off_shows_the_servers_time(postgres_url):
    right = await Database.open(postgres_url)
    now = right.clock.now()
    with time_machine.travel(now - timedelta(hours=3), tick=True):
        wrong = await Database.open(postgres_url)
        place = await sit_down(wrong, (await list_people(wrong))[0])
        shown = place.now()
        await wrong.close()
    await right.close()

    assert timedelta() <= shown - now < timedelta(seconds=30)


async def test_setting_the_pcs_clock_while_the_desk_is_open_moves_no_deadline(postgres_url):
    database = await Database.open(postgres_url)
    now = database.clock.now()
    with time_machine.travel(now + timedelta(days=400), tick=True):
        shown = database.clock.now()
    await database.close()

    assert timedelta() <= shown - now < timedelta(seconds=30)


async def test_a_stored_offset_shifts_a_desk_and_its_acts_alike(tmp_path):
    database = await Database.open(address(tmp_path / "demo.db"))
    await set_up(database, "kursk")
    await database.set_meta("clock_offset_seconds", "86400")
    await database.close()
    plain = MovableClock().now()
    with time_machine.travel(plain, tick=False):
        shifted = await Database.open(address(tmp_path / "demo.db"))
        async with shifted.read() as connection:
            assert shifted.clock.now() == await shifted.moment(connection) == plain + timedelta(days=1)
    await shifted.close()


async def test_a_long_reading_keeps_more_pages_on_every_connection(tmp_path):
    database = await Database.open(address(tmp_path / "desk.db"))
    database.keep_pages(4096)
    for _ in range(2):
        async with database.read() as first, database.read() as second:
            for connection in (first, second):
                assert (await connection.exec_driver_sql("PRAGMA cache_size")).scalar_one() == -4096
    await database.close()
