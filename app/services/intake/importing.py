"""Takes a whole file of messages in: read as a stream, registered in batches, reported row by row.

A batch is one transaction; stopping between two loses nothing, and taking the same file in again adds only what is
not known yet.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from app.models import Agency, ImportRun, Source, new_uuid
from app.regulation.errors import Refused
from app.services.folding import fold
from app.services.intake.columns import REGION_ZONE, normal_header
from app.services.intake.refused_rows import RefusedRows
from app.services.intake.rows import IntakeRow, KnownSources, RowRefusal, read_row
from app.services.intake.sheets import Cell, Sheet, TableError
from app.services.intake.tables import open_table
from app.services.registering import Incoming, register
from app.services.workplace import Workplace

BATCH = 250
"""Rows of one transaction: half of what registering allows, so that an open desk waits less for its own acts."""
KEPT_REFUSALS = 1000


@dataclass(frozen=True, slots=True)
class Order:
    """What to take in, and how. `as_detected`: rows that say when they were detected go straight to the inbox.
    Where the regulation reads detection so (`detected_by`), they do in any case, or every row does, as of now.

    `zone` is that of times without one, whatever the export's custom; None keeps the custom, else the region's zone.
    Refused rows are written to `refused_path`, if given, to be mended and taken in again. `batch` is how many rows
    one transaction holds.
    """

    path: Path
    as_detected: bool = False
    zone: ZoneInfo | None = None
    refused_path: Path | None = None
    batch: int = BATCH


@dataclass(slots=True)
class ImportReport:
    """What came of a file. `refused` is counted whole, `refusals` keeps the first 1000; `unread` is why reading ended
    before the end of the file; `stopped` that a person ended it."""

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


Progress = Callable[[ImportReport], None]


async def import_file(
    place: Workplace, order: Order, progress: Progress | None = None, stop: Callable[[], bool] | None = None
) -> ImportReport:
    """Take in the messages of a table file; rows already known are counted, never doubled.

    `progress` hears of the report after every batch; `stop` is asked before each. Cancelling the task keeps whole
    batches. Raises TableError where the file cannot be read at all, Refused or DatabaseUnavailable where nothing may
    be written.
    """
    with ExitStack() as open_files:
        table = await asyncio.to_thread(open_files.enter_context, open_table(order.path))
        refused_rows = RefusedRows(order.refused_path, order.path, [sheet.header.names for sheet in table.sheets])
        open_files.callback(refused_rows.close)
        run_id = await _begin_run(place, order.path.name)
        report = ImportReport(order.path.name)
        run = _Run(place, order, report, run_id, await _agency_names(place), await _sources(place), refused_rows)
        batches = _batches(table.sheets, run)
        while stop is None or not stop():
            if (batch := await _in_thread(batches)) is None:
                return run.report
            await run.save(batch)
            if progress is not None:
                progress(run.report)
        run.report.stopped = True
        return run.report


async def _in_thread(batches: Iterator[list[Incoming]]) -> list[Incoming] | None:
    """The next batch, read off the main thread; a cancelled task waits until the reader has let go of the file."""
    reading = asyncio.ensure_future(asyncio.to_thread(next, batches, None))
    try:
        return await asyncio.shield(reading)
    except asyncio.CancelledError:
        await asyncio.wait([reading])
        raise


def _batches(sheets: tuple[Sheet, ...], run: "_Run") -> Iterator[list[Incoming]]:
    """Messages of all sheets in batches; rows that cannot be taken in go to the report on the way.

    A file that breaks off gives what was read before.
    """
    batch: list[Incoming] = []
    try:
        for sheet in sheets:
            for number, cells in sheet.rows():
                message = run.read(sheet, number, cells)
                if message is not None:
                    batch.append(message)
                if len(batch) == run.order.batch:
                    yield batch
                    batch = []
    except TableError as error:
        error.params.setdefault("file", run.report.file)
        run.report.unread = error
    yield batch


@dataclass(slots=True)
class _Run:
    """One import under way."""

    place: Workplace
    order: Order
    report: ImportReport
    run_id: int
    agencies: frozenset[str]
    sources: KnownSources
    refused_rows: RefusedRows

    def read(self, sheet: Sheet, number: int, cells: dict[str, Cell]) -> Incoming | None:
        """The message of a row, or None for a refused one."""
        report = self.report
        report.read += 1
        row = read_row(self._zoned(sheet), number, cells, self._zone(), self.place.now(), self.sources)
        if isinstance(row, RowRefusal):
            report.refused += 1
            if len(report.refusals) < KEPT_REFUSALS:
                report.refusals.append(row)
            self.refused_rows.add(row, cells)
            return None
        report.repairs.update(row.repairs)
        if row.agency_name and fold(row.agency_name) not in self.agencies:
            report.unknown_agencies[row.agency_name] += 1
        return self._detected(incoming(row, as_detected=self.order.as_detected), row)

    def _detected(self, message: Incoming, row: IntakeRow) -> Incoming:
        """The message as detected where and when the region's reading says; by default a curator detects it."""
        reading = self.place.rules().profile.readings.detected_by
        if reading == "imported":
            return replace(message, detected_at=self.place.now())
        if reading == "export date":
            return replace(message, detected_at=row.detected_at or row.posted_at)
        return message

    def _zone(self) -> ZoneInfo:
        return self.order.zone or self.place.rules().agency.zone

    def _zoned(self, sheet: Sheet) -> Sheet:
        if self.order.zone is None:
            return sheet
        layout = sheet.header.layout
        export = replace(layout.export, zone=REGION_ZONE)
        return replace(sheet, header=replace(sheet.header, layout=replace(layout, export=export)))

    async def save(self, batch: list[Incoming]) -> None:
        """Register a batch and count it; both tell the truth whatever happens next."""
        if batch:
            found = await register(self.place, batch, run_id=self.run_id)
            known = set(found.known)
            self.report.new += len(found.case_ids)
            self.report.known += len(known)
            self.report.detected += sum(
                1 for index, message in enumerate(batch) if message.detected_at and index not in known
            )
        counts = {
            "rows_read": self.report.read,
            "rows_new": self.report.new,
            "rows_known": self.report.known,
            "rows_refused": self.report.refused,
        }
        async with self.place.database.write() as connection:
            await connection.execute(update(ImportRun).where(ImportRun.id == self.run_id).values(**counts))


def incoming(row: IntakeRow, *, as_detected: bool = False) -> Incoming:
    """What the desk takes in of an export's row; names of topic and agency stay suggestions."""
    place = row.place
    parts = (place.municipality, place.settlement if place.settlement != place.municipality else "", place.street)
    street = ", ".join(part for part in parts if part)
    return Incoming(
        text=row.text,
        source_code=row.network or "other",
        key=_short_key(row.key),
        post_kind=row.post_kind,
        link=row.link,
        author_name=row.author_name,
        author_link=row.author_link,
        place=f"{street}, {place.house}" if street and place.house else street,
        topic=row.topic or row.topic_group,
        agency=row.agency_name,
        posted_at=row.posted_at,
        detected_at=row.detected_at if as_detected else None,
    )


def _short_key(key: str) -> str:
    """The row's key as the database can hold it: a long one by its digest, never cut."""
    return key if len(key) <= 100 else "key:" + hashlib.sha256(key.encode()).hexdigest()


async def _begin_run(place: Workplace, file_name: str) -> int:
    values = {
        "uuid": new_uuid(),
        "file_name": file_name[-300:],
        "person_id": place.person.id,
        "started_at": place.now(),
    }
    async with place.database.write() as connection:
        return (await connection.execute(insert(ImportRun).values(**values).returning(ImportRun.id))).scalar_one()


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
