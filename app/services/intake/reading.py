"""Reads a table of messages in batches of cleaned rows, in a thread or in a process of its own.

Reading takes the processor whole for a minute where a file is big: in a process of its own it leaves the window free.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.services.background.apart import Apart, DiedError
from app.services.incoming import Incoming
from app.services.intake.columns import REGION_ZONE, Mappings
from app.services.intake.rows import IntakeRow, KnownSources, RowRefusal, read_row
from app.services.intake.sheets import Cell, Sheet, TableError
from app.services.intake.tables import open_table

APART_FROM_BYTES = 1_000_000
"""A smaller file is read before a process of its own would have started."""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Reading:
    """What to read, and all that its rows are judged by.

    `zone` is that of times without one whatever the export's custom, `region_zone` stands where neither says.
    `detection` names the moments of an export by which a message counts as detected, the first that is told.
    """

    path: Path
    region_zone: ZoneInfo
    now: datetime
    zone: ZoneInfo | None = None
    sources: KnownSources = field(default_factory=KnownSources)
    mappings: Mappings = field(default_factory=dict)
    batch: int = 250
    detection: tuple[str, ...] = ()

    def row(self, sheet: Sheet, number: int, cells: dict[str, Cell]) -> IntakeRow | RowRefusal:
        """A row of this file, cleaned or refused."""
        return read_row(sheet, number, cells, self.zone or self.region_zone, self.now, self.sources)

    def zoned(self, sheet: Sheet) -> Sheet:
        """The sheet as its times are to be read."""
        if self.zone is None:
            return sheet
        layout = sheet.header.layout
        export = replace(layout.export, zone=REGION_ZONE)
        return replace(sheet, header=replace(sheet.header, layout=replace(layout, export=export)))


@dataclass(frozen=True, slots=True)
class Opened:
    """The file, before its rows: its digest (sha256), size and kind, and the headers of its sheets."""

    digest: str
    size_bytes: int
    export: str
    headers: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Batch:
    """Rows read together: messages to take in, what was mended in them and the agencies they name with counts, and
    the refused ones among them with their cells."""

    messages: list[Incoming] = field(default_factory=list)
    repairs: Counter[str] = field(default_factory=Counter)
    agencies: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[RowRefusal, dict[str, Cell]]] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.messages) + len(self.refused)

    def add(self, row: IntakeRow, detected_at: datetime | None) -> None:
        """One more message, with all worked out that is worked out of it."""
        self.messages.append(replace(incoming(row), detected_at=detected_at).worked_out())
        self.repairs.update(row.repairs)
        if row.agency_name:
            self.agencies[row.agency_name] += 1


@dataclass(frozen=True, slots=True)
class Unread:
    """Why reading ended: before the first row (`is_whole`), or after some."""

    code: str
    params: dict[str, Any]
    is_whole: bool

    def error(self) -> TableError:
        return TableError(self.code, **self.params)


def read_batches(reading: Reading) -> Iterator[Opened | Batch | Unread]:
    """The file, then its rows; a file that breaks off gives what was read before, and says so last."""
    is_open = False
    batch = Batch()
    try:
        with open_table(reading.path, reading.mappings) as table:
            export = table.sheets[0].layout.export.code
            headers = tuple(sheet.header.names for sheet in table.sheets)
            yield Opened(digest_of(reading.path), reading.path.stat().st_size, export, headers)
            is_open = True
            for sheet in map(reading.zoned, table.sheets):
                for number, cells in sheet.rows():
                    row = reading.row(sheet, number, cells)
                    if isinstance(row, RowRefusal):
                        batch.refused.append((row, cells))
                    else:
                        moments = (getattr(row, name) for name in reading.detection)
                        batch.add(row, next((moment for moment in moments if moment), None))
                    if batch.size == reading.batch:
                        yield batch
                        batch = Batch()
    except TableError as error:
        error.params.setdefault("file", reading.path.name)
        if batch.size:
            yield batch
        yield Unread(error.code, error.params, not is_open)
        return
    if batch.size:
        yield batch


def incoming(row: IntakeRow) -> Incoming:
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
    )


def _short_key(key: str) -> str:
    """The row's key as the database can hold it: a long one by its digest, never cut."""
    return key if len(key) <= 100 else "key:" + hashlib.sha256(key.encode()).hexdigest()


def digest_of(path: Path) -> str:
    """sha256 (hex) of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


# ----- in a thread or apart


@asynccontextmanager
async def reading_of(work: Any, argument: Any, *, apart: bool) -> AsyncIterator[AsyncIterator[Any]]:
    """What `work(argument)`, a generator, gives: from a thread, or from a process of its own where `apart`.

    Leaving ends the reading, finished or not.
    """
    source = Apart(work, argument) if apart else _Threaded(work, argument)
    try:
        yield _each(source)
    finally:
        await source.close()


async def _each(source: "_Threaded | Apart") -> AsyncIterator[Any]:
    try:
        while (item := await source.next()) is not None:
            yield item
    except DiedError as error:
        raise TableError("reading_died") from error


class _Threaded:
    def __init__(self, work: Any, argument: Any) -> None:
        self._items = work(argument)
        self._now: asyncio.Future[Any] | None = None

    async def next(self) -> Any:
        self._now = asyncio.ensure_future(asyncio.to_thread(next, self._items, None))
        return await asyncio.shield(self._now)

    async def close(self) -> None:
        """A cancelled task waits until the reader has let go of the file."""
        if self._now is not None and not self._now.done():
            await asyncio.wait([self._now])
        await asyncio.to_thread(self._items.close)
