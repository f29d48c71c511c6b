"""Copies of an embedded database kept beside it: made daily, before migrations and on request, brought back from the
window, thinned by age."""

import asyncio
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.models import copies
from app.models.base import new_uuid
from app.models.database import HEAD, Database
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services.background.jobs import Run, Work
from app.services.journal import check_duty, note_down
from app.services.safekeeping import back_up
from app.services.workplace import Workplace

DAILY = "daily"
BEFORE_RESTORE = "restore"
KEPT_DAYS, KEPT_MONTHS, KEPT_BEFORE = 14, 12, 5


@dataclass(frozen=True, slots=True)
class LocalCopy:
    """A copy in the folder; `why` is a code (asked, daily, upgrade, restore), `made_at` UTC."""

    path: Path
    why: str
    made_at: datetime
    schema: str
    cases: int
    size_bytes: int


async def list_copies(place: Workplace) -> list[LocalCopy]:
    """The copies of this database, newest first; on a server none, its own tools make them."""
    check_duty(place, Duty.KEEP_COPIES)
    path = place.database.path
    return [] if path is None else await asyncio.to_thread(_listed, path)


async def copy_now(place: Workplace, why: str = "asked") -> Path:
    """Make a copy into the folder beside the database. Raises Refused: role_may_not, only_embedded, copy_failed."""
    check_duty(place, Duty.KEEP_COPIES)
    return await _copy(place.database, why)


async def bring_back(place: Workplace, copy: Path) -> Path:
    """Put a copy in the place of the database, which is copied first; gives that copy. The desk must open it anew.

    It is one transaction of SQLite: another desk on this computer sees the former state or this one, and reads
    everything again. Raises Refused: role_may_not, only_embedded, file_missing, manifest_missing, backup_damaged,
    backup_of_another_engine, copy_newer, copy_failed, anchor_differs.
    """
    check_duty(place, Duty.KEEP_COPIES)
    path = _path_of(place.database)
    manifest = await asyncio.to_thread(copies.read_manifest, copy)
    if manifest.engine != "sqlite":
        raise Refused("backup_of_another_engine", engine=manifest.engine)
    if manifest.schema > HEAD:
        raise Refused("copy_newer", found=manifest.schema, known=HEAD)
    former = await _copy(place.database, BEFORE_RESTORE)
    try:
        await asyncio.to_thread(copies.copy_pages, copy, path)
        await asyncio.to_thread(copies.set_meta, path, "epoch", new_uuid())
        found = await asyncio.to_thread(copies.anchor_of, path)
    except (OSError, sqlite3.Error) as error:
        raise Refused("copy_failed", path=str(path), detail=str(error)) from error
    if found != (manifest.cases, manifest.anchor):
        raise Refused("anchor_differs", found=found[1], expected=manifest.anchor)
    if manifest.schema == HEAD:
        async with place.database.write() as connection:
            facts = {"made_at": manifest.made_at, "anchor": manifest.anchor}
            await note_down(connection, place, new_uuid(), "copy_restored", facts)
    return former


def daily(place: Workplace) -> Work:
    """The job: a copy a day of an embedded database, at the day's first start; old ones go."""

    async def work(run: Run) -> None:
        path = run.place.database.path
        if path is not None and "demo" not in run.place.database.meta:
            await _copy(run.place.database, DAILY)
            await asyncio.to_thread(thin_out, path)

    return work


def thin_out(database: Path) -> list[Path]:
    """Delete what is kept no longer: of daily copies fourteen, and the newest of each of twelve months; five each of
    those before a migration or a restore. What a person asked for stays. Gives what was deleted."""
    found, kept = _listed(database), set[Path]()
    everyday = [copy for copy in found if copy.why == DAILY]
    kept |= {copy.path for copy in everyday[:KEPT_DAYS]}
    months: dict[str, Path] = {}
    for copy in everyday:
        months.setdefault(copy.made_at.strftime("%Y-%m"), copy.path)
    kept |= set(list(months.values())[:KEPT_MONTHS])
    for why in (copies.BEFORE_UPGRADE, BEFORE_RESTORE):
        kept |= {copy.path for copy in [c for c in found if c.why == why][:KEPT_BEFORE]}
    gone = [c.path for c in found if c.path not in kept and c.why in (DAILY, copies.BEFORE_UPGRADE, BEFORE_RESTORE)]
    for path in gone:
        path.unlink(missing_ok=True)
        copies.manifest_of(path).unlink(missing_ok=True)
    return gone


async def _copy(database: Database, why: str) -> Path:
    target = copies.name_copy(_path_of(database), why)
    await back_up(database, target, why)
    return target


def _path_of(database: Database) -> Path:
    if database.path is None:
        raise Refused("only_embedded")
    return database.path


def _listed(database: Path) -> list[LocalCopy]:
    found = []
    for path in copies.folder_of(database).glob(f"{database.stem}-*{copies.SUFFIX}"):
        try:
            told = copies.read_manifest(path, whole=False)
            made_at = datetime.fromisoformat(told.made_at).astimezone(UTC)
            found.append(LocalCopy(path, told.why, made_at, told.schema, told.cases, path.stat().st_size))
        except (Refused, ValueError, OSError):
            continue  # not a whole copy: nothing to bring back
    return sorted(found, key=lambda copy: (copy.made_at, copy.path.name), reverse=True)
