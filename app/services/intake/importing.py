"""Takes a whole file of messages in: read as a stream, registered in batches, reported row by row.

A batch is one transaction; stopping between two loses nothing, and taking the same file in again adds only what is
not known yet.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.models import Agency, Source
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services.changes import Change
from app.services.folding import fold
from app.services.incoming import Incoming
from app.services.intake.columns import normal_header
from app.services.intake.mappings import read_mappings
from app.services.intake.reading import APART_FROM_BYTES, Batch, Reading, Unread, read_batches, reading_of
from app.services.intake.refused_rows import RefusedRows
from app.services.intake.rows import KnownSources, RowRefusal
from app.services.intake.runs import begin_run, keep_run
from app.services.intake.sheets import TableError
from app.services.journal import check_duty
from app.services.registering import register
from app.services.storage import DatabaseUnavailable
from app.services.workplace import Workplace

BATCH = 250
"""Rows of one transaction: half of what registering allows, so that an open desk waits less for its own acts."""
TOLD_EVERY_SECONDS = 2.0
"""How far it has come is written down this often: after every batch it would be every second transaction."""
KEPT_REFUSALS = 1000
CUT_SHORT = {
    "disk_full": "import_disk_full", "server_disk_full": "import_disk_full", "disk_failed": "import_disk_failed",
}  # fmt: skip
"""Of an act a failing disk keeps nothing, of an import what was stored before."""
STORED_REFUSALS = 5000
"""So many refused rows of a run are kept in the database; the file of refused rows that an order names has all."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to take in, and how. `as_detected`: rows that say when they were detected go straight to the inbox.
    Where the regulation reads detection so (`detected_by`), they do in any case, or every row does, as of now.

    `zone` is that of times without one, whatever the export's custom; None keeps the custom, else the region's zone.
    Refused rows are written to `refused_path`, if given, to be mended and taken in again. `batch` is how many rows
    one transaction holds. `apart` has a big file taken into an SQLite file by a process of its own, which leaves a
    window free (not with a `refused_path`: what is written there is in the window's language).
    """

    path: Path
    as_detected: bool = False
    zone: ZoneInfo | None = None
    refused_path: Path | None = None
    batch: int = BATCH
    apart: bool = False


@dataclass(slots=True)
class ImportReport:
    """What came of a file. `refused` is counted whole, `refusals` keeps the first 1000; `unread` is why reading ended
    before the end of the file; `stopped` that a person ended it. `run_id` is its record."""

    file: str
    read: int = 0
    new: int = 0
    known: int = 0
    refused: int = 0
    detected: int = 0
    refusals: list[RowRefusal] = field(default_factory=list)
    repairs: Counter[str] = field(default_factory=Counter)
    unknown_agencies: Counter[str] = field(default_factory=Counter)
    unread: TableError | None = None
    stopped: bool = False
    run_id: int = 0


Progress = Callable[[ImportReport], None]


async def import_file(
    place: Workplace, order: Order, progress: Progress | None = None, stop: Callable[[], bool] | None = None
) -> ImportReport:
    """Take in the messages of a table file; rows already known are counted, never doubled.

    `progress` hears of the report after every batch; `stop` is asked before each. Cancelling the task keeps whole
    batches. A big file is read by a process of its own, or taken in by it where the order says so. Raises TableError
    where the file cannot be read at all, Refused or DatabaseUnavailable where nothing may be written.
    """
    check_duty(place, Duty.IMPORT)
    if order.apart and place.database.is_sqlite and order.refused_path is None and is_big(order.path):
        from app.services.intake.taking_apart import import_apart  # builds on this module

        return await import_apart(place, order, progress, stop)
    reading = await reading_by(place, order)
    async with (
        reading_of(read_batches, reading, apart=is_big(order.path)) as parts,
        aclosing(taking(place, order, parts, stop)) as steps,
    ):
        report = (await anext(steps)).report
        async for _ in steps:
            if progress is not None:
                progress(report)
        return report


@dataclass(frozen=True, slots=True)
class Step:
    """How far an import has come, and the cases that its last batch made."""

    report: ImportReport
    case_ids: tuple[int, ...] = ()


async def taking(
    place: Workplace, order: Order, parts: AsyncIterator[Any], stop: Callable[[], bool] | None
) -> AsyncGenerator[Step]:
    """The import of what `read_batches` gives, step by step: the first when the file is open, then one after every
    batch, all of the same report.

    Between two steps nothing is under way in the database. Raises as `import_file` does.
    """
    opened = await anext(parts)
    if isinstance(opened, Unread):
        raise opened.error()
    with closing(RefusedRows(order.refused_path, order.path, opened.headers)) as refused_rows:
        report = ImportReport(order.path.name, run_id=await begin_run(place, order.path.name, opened))
        run = _Run(place, order, report, await _agency_names(place), refused_rows)
        try:
            yield Step(report)
            async for case_ids in run.take(parts, stop):
                yield Step(report, case_ids)
        except (asyncio.CancelledError, GeneratorExit):
            report.stopped = True
            raise
        except DatabaseUnavailable as error:
            if (code := CUT_SHORT.get(error.refusal.code)) is None:
                raise
            raise DatabaseUnavailable(code, **error.refusal.params, file=report.file, stored=report.new) from error
        finally:
            await run.end()


async def reading_by(place: Workplace, order: Order) -> Reading:
    """How the file of an order is read."""
    reading = await reading_for(place, order.path, order.zone)
    return replace(reading, batch=order.batch, detection=_detection(place, order))


def _detection(place: Workplace, order: Order) -> tuple[str, ...]:
    """The fields of a row that say when it was detected, by the order and the region's reading."""
    if place.rules().profile.readings.detected_by == "export date":
        return ("detected_at", "posted_at")
    return ("detected_at",) if order.as_detected else ()


def is_big(path: Path) -> bool:
    """Whether reading the file is worth a process of its own."""
    try:
        return path.stat().st_size >= APART_FROM_BYTES
    except (OSError, ValueError):
        return False  # the reading says what is wrong with it


async def reading_for(place: Workplace, path: Path, zone: ZoneInfo | None = None) -> Reading:
    """How this region reads the file: its zone, its sources, what its people said of columns."""
    sources, mappings = await _sources(place), await read_mappings(place)
    return Reading(path, place.rules().agency.zone, place.now(), zone, sources, mappings)


@dataclass(slots=True)
class _Run:
    """One import under way."""

    place: Workplace
    order: Order
    report: ImportReport
    agencies: frozenset[str]
    refused_rows: RefusedRows
    stored: int = 0
    is_whole: bool = False
    told_at: float = 0.0

    async def take(self, parts: AsyncIterator[Any], stop: Callable[[], bool] | None) -> AsyncIterator[tuple[int, ...]]:
        """Register batch after batch until the file ends, or `stop` says so; gives the cases that each made."""
        while stop is None or not stop():
            part = await self._next(parts)
            if part is None:
                self.is_whole = self.report.unread is None
                return
            yield await self.save(part)
        self.report.stopped = True

    async def _next(self, parts: AsyncIterator[Any]) -> Batch | None:
        """The next batch; None at the end, and where the file breaks off, which the report then tells."""
        try:
            part = await anext(parts, None)
        except TableError as error:
            error.params.setdefault("file", self.report.file)
            self.report.unread = error
            return None
        if isinstance(part, Unread):
            self.report.unread = part.error()
            return None
        return part

    async def save(self, batch: Batch) -> tuple[int, ...]:
        """Register a batch and count it; both tell the truth whatever happens next. Gives the cases that it made."""
        messages = [self._message(message) for message in batch.messages]
        made: tuple[int, ...] = ()
        if messages:
            found = await register(self.place, messages, run_id=self.report.run_id)
            made, known = tuple(found.case_ids), set(found.known)
            self.report.new += len(found.case_ids)
            self.report.known += len(known)
            self.report.detected += sum(
                1 for index, message in enumerate(messages) if message.detected_at and index not in known
            )
        self.report.repairs.update(batch.repairs)
        for name, times in batch.agencies.items():
            if fold(name) not in self.agencies:
                self.report.unknown_agencies[name] += times
        kept = batch.refused[: STORED_REFUSALS - self.stored]
        self.stored += len(kept)
        for refusal, cells in batch.refused:
            self.refused_rows.add(refusal, cells)
        self.report.refusals += [refusal for refusal, _ in batch.refused[: KEPT_REFUSALS - len(self.report.refusals)]]
        self.report.refused += len(batch.refused)
        self.report.read += batch.size
        if kept or time.monotonic() - self.told_at > TOLD_EVERY_SECONDS:
            self.told_at = time.monotonic()
            await keep_run(self.place, self.report, "running", kept)
        return made

    async def end(self) -> None:
        """Record how it ended; a run that could not even say so is seen by its silence."""
        state = "finished" if self.is_whole else "stopped" if self.report.stopped else "broken"
        self.place.feed.tell(Change(frozenset()))
        with suppress(DatabaseUnavailable):
            await asyncio.shield(keep_run(self.place, self.report, state))

    def _message(self, message: Incoming) -> Incoming:
        """The message, detected now where the region's reading says so."""
        reading = self.place.rules().profile.readings.detected_by
        return message.detected(self.place.now()) if reading == "imported" else message


async def _agency_names(place: Workplace) -> frozenset[str]:
    async with place.database.read() as connection:
        rows = (await connection.execute(select(Agency.name, Agency.short_name))).all()
    return frozenset(fold(name) for row in rows for name in row)


async def _sources(place: Workplace) -> KnownSources:
    async with place.database.read() as connection:
        rows = (await connection.execute(select(Source.code, Source.name, Source.mode))).all()
    return KnownSources(
        codes={normal_header(row.name): row.code for row in rows},
        off={row.code: row.name for row in rows if row.mode == "off"},
    )


def read_zone(name: str | None) -> ZoneInfo | None:
    """The time zone of this name. Raises Refused("zone_unknown")."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise Refused("zone_unknown", zone=name) from error
