"""What helps whoever supports the program: versions, sizes, settings and the log, without names, texts and secrets."""

import asyncio
import logging
import platform
import shutil
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter

from sqlalchemy import func, select, text

from app.models import Base, RoleGrant
from app.models.copies import SUFFIX, folder_of
from app.models.database import HEAD, Database
from app.regulation.readings import READINGS
from app.services.background.state import read_worker
from app.services.log_words import without_personal
from app.services.regions import is_set_up
from app.services.wall import open_seat
from app.texts import tr

PACKAGES = ("PySide6-Essentials", "SQLAlchemy", "asyncpg", "aiosqlite", "qasync", "openpyxl", "numpy")
LOG_LINES = 400
TRIES = 5


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and its lines in English codes: support reads them whoever sent them."""

    title: str
    lines: tuple[str, ...]


async def collect(database: Database, log: Path | None, more: Mapping[str, str] = {}) -> tuple[Section, ...]:
    """Everything that is sent, in the order shown; `more` is what only the window knows (Qt, screens)."""
    sections = [Section(tr("Program and computer"), (*_program(), *(f"{key}: {told}" for key, told in more.items())))]
    sections.append(Section(tr("Database"), tuple(await _database(database))))
    if await is_set_up(database):
        sections.append(Section(tr("Region: rules, no names"), tuple(await _region(database))))
        sections.append(Section(tr("Background work"), tuple(await _worker(database))))
    sections.append(Section(tr("Rows in tables"), tuple(await _rows(database))))
    sections.append(Section(tr("Log, without names, texts and addresses"), await asyncio.to_thread(read_log, log)))
    return tuple(sections)


def log_in_use() -> Path | None:
    """The file that this process writes its log to."""
    handlers = logging.getLogger("app").handlers
    return next((Path(each.baseFilename) for each in handlers if isinstance(each, logging.FileHandler)), None)


def as_text(sections: Sequence[Section]) -> str:
    """The file that is sent, exactly as it is shown."""
    return "\n\n".join("\n".join((f"== {each.title}", *each.lines)) for each in sections) + "\n"


def read_log(log: Path | None) -> tuple[str, ...]:
    """The last lines of the log; what an older version wrote is cleaned too."""
    if log is None:
        return ("none is kept",)
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        return (f"{log.name}: {error.strerror}",)
    return tuple(without_personal("\n".join(lines[-LOG_LINES:])).splitlines()) or ("empty",)


def _program() -> list[str]:
    def of(name: str) -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            return "—"

    packages = ", ".join(f"{name} {of(name)}" for name in PACKAGES)
    return [
        f"cur-desk {of('cur-desk')}, schema {HEAD}",
        f"Python {sys.version.split()[0]}, {platform.system()} {platform.release()}, {platform.machine()}",
        packages,
    ]


async def _database(database: Database) -> list[str]:
    tell = "SELECT 'SQLite ' || sqlite_version()" if database.is_sqlite else "SELECT version()"
    async with database.read() as connection:
        engine = (await connection.execute(text(tell))).scalar_one()
        times = []
        for _ in range(TRIES):
            began = perf_counter()
            await connection.execute(text("SELECT 1"))
            times.append((perf_counter() - began) * 1000)
    lines = [str(engine), f"a question and its answer: {min(times):.1f}–{max(times):.1f} ms"]
    if database.path is not None:
        parts = database.path, database.path.with_name(f"{database.path.name}-wal")
        size = sum(part.stat().st_size for part in parts if part.exists())
        free = shutil.disk_usage(database.path.parent).free
        copies = len(list(folder_of(database.path).glob(f"*{SUFFIX}")))
        lines += [f"file: {size // 1024} kB, free on its disk: {free // 2**20} MB, copies beside it: {copies}"]
    return lines


async def _region(database: Database) -> list[str]:
    place = await open_seat(database)
    profile = place.rules().profile
    chosen = {key: str(getattr(profile.readings, key)) for key in READINGS}
    told = [f"{key}={value}" for key, value in chosen.items() if value != READINGS[key].choices[0]]
    async with database.read() as connection:
        roles = Counter(row.role for row in await connection.execute(select(RoleGrant.role)))
    return [
        f"regulation: {profile.key} {profile.version}, revision {profile.revision}",
        f"hours: {place.rules().calendar_version}",
        f"readings that are not the default: {', '.join(told) or 'none'}",
        f"roles: {', '.join(f'{role} {count}' for role, count in sorted(roles.items()))}",
    ]


async def _worker(database: Database) -> list[str]:
    state = await read_worker(database)
    runs = [f"{run.kind} {run.period}: {run.state} {without_personal(run.error)}".rstrip() for run in state.last_runs]
    return [f"at work: {'yes' if state.is_working else 'no'}", *runs]


async def _rows(database: Database) -> list[str]:
    """How many rows each table has; on a server as its statistics know, for counting a million would wait."""
    tables = Base.metadata.sorted_tables
    async with database.read() as connection:
        if not database.is_sqlite:
            known = text("SELECT relname, reltuples::bigint AS n FROM pg_class WHERE relkind = 'r' AND reltuples >= 0")
            counts = {row.relname: row.n for row in await connection.execute(known)}
            return [f"{table.name}: {counts.get(table.name, 'not estimated yet')}" for table in tables]
        counted = [(await connection.execute(select(func.count()).select_from(table))).scalar() for table in tables]
    return [f"{table.name}: {count}" for table, count in zip(tables, counted, strict=True)]
