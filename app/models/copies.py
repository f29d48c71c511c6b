"""Copies of an embedded database: whole files beside it, each with a manifest of what it is when it comes back."""

import errno
import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.models.history import GENESIS
from app.regulation.errors import Refused

FOLDER = "backups"
SUFFIX = ".backup"
BUSY_SECONDS = 10
BEFORE_UPGRADE = "upgrade"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is of: engine and schema, when (UTC, ISO), how many cases, the digest of the ends of all chains,
    and the sha256 of the copy itself. `why` is a code: asked, daily, upgrade, restore."""

    engine: str
    schema: str
    made_at: str
    region: str
    cases: int
    anchor: str
    sha256: str
    why: str = "asked"


def manifest_of(backup: Path) -> Path:
    """Where the manifest of a backup lies."""
    return backup.with_name(backup.name + ".manifest.json")


def write_manifest(backup: Path, manifest: Manifest) -> None:
    """Lay the manifest beside the backup."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    manifest_of(backup).write_text(text, encoding="utf-8")


def read_manifest(backup: Path, *, whole: bool = True) -> Manifest:
    """What a backup says it is; `whole` compares the copy with it, which reads all of it.

    Raises Refused: file_missing, manifest_missing, backup_damaged.
    """
    if not backup.exists():
        raise Refused("file_missing", path=str(backup))
    beside = manifest_of(backup)
    if not beside.exists():
        raise Refused("manifest_missing", path=str(beside))
    try:
        manifest = Manifest(**json.loads(beside.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise Refused("backup_damaged", path=str(beside)) from error
    if whole and digest_of(backup) != manifest.sha256:
        raise Refused("backup_damaged", path=str(backup))
    return manifest


def digest_of(path: Path) -> str:
    """The sha256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_of(database: Path) -> Path:
    """Where the copies of an embedded database lie: in a folder beside it."""
    return database.parent / FOLDER


def name_copy(database: Path, why: str) -> Path:
    """A file of its own for a new copy, named by the moment and the reason."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    return folder_of(database) / f"{database.stem}-{stamp}-{why}{SUFFIX}"


def make_copy(database: Path, target: Path, why: str = "asked") -> Manifest:
    """Copy an embedded database, also while desks write to it, and describe the copy, not what has become of the
    original meanwhile. Nothing half made stays. Raises OSError, sqlite3.Error."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        copy_pages(database, target)
        cases, anchor = anchor_of(target)
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        schema, region = schema_of(target) or "", _meta(target, "region")
        manifest = Manifest("sqlite", schema, made_at, region, cases, anchor, digest_of(target), why)
        write_manifest(target, manifest)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return manifest


def copy_before_upgrade(database: Path) -> Path:
    """The copy that every migration begins with. Raises OSError, sqlite3.Error."""
    target = name_copy(database, BEFORE_UPGRADE)
    make_copy(database, target, BEFORE_UPGRADE)
    return target


def copy_pages(source: Path, target: Path) -> None:
    """SQLite's own backup: a whole state of one database in the place of another, in one transaction."""
    fresh = not target.exists()
    if fresh and shutil.disk_usage(target.parent).free < source.stat().st_size:
        raise OSError(errno.ENOSPC, f"no room on the disk for {source.stat().st_size} bytes", str(target))
    reading, writing = (sqlite3.connect(path, timeout=BUSY_SECONDS) for path in (source, target))
    with closing(reading), closing(writing):
        reading.backup(writing)
        if fresh:
            writing.execute("PRAGMA journal_mode=DELETE")


def anchor_of(path: Path) -> tuple[int, str]:
    """How many cases there are, and the digest (sha256, hex) of the ends of all chains, as `db verify` tells it; of
    any schema version."""
    ends = """SELECT c.uuid, h.seq, h.hash FROM "case" c LEFT JOIN history h ON h.case_id = c.id
        AND h.seq = (SELECT max(seq) FROM history WHERE case_id = c.id) ORDER BY c.id"""
    digest, count = hashlib.sha256(), 0
    with closing(sqlite3.connect(path)) as connection:
        for uuid, seq, end in connection.execute(ends):
            digest.update(f"{uuid}:{seq or 0}:{end or GENESIS}\n".encode())
            count += 1
    return count, digest.hexdigest()


def schema_of(path: Path) -> str | None:
    """The schema version of an embedded database; None where it has none."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.DatabaseError:
            return None
    return str(row[0]) if row else None


def set_meta(path: Path, key: str, value: str) -> None:
    """Store one fact about an embedded database that nobody has open."""
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection, connection:
        connection.execute("UPDATE meta SET value = ? WHERE key = ?", (value, key))


def _meta(path: Path, key: str) -> str:
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else ""
