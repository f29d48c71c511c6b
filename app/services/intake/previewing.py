"""A look at a table before it is taken in: what its columns were taken for, and what becomes of its rows, one by one.

Nothing is written. The whole file is read; of its rows the first are kept to show, and more of those that were
mended or refused, because these are what a person looks for.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.services.folding import excerpt
from app.services.intake.columns import fingerprint
from app.services.intake.importing import is_big, reading_for
from app.services.intake.reading import Reading, Unread, digest_of, incoming, reading_of
from app.services.intake.rows import IntakeRow, RowRefusal
from app.services.intake.sheets import HEADER_SEARCH_ROWS, Cell, Header, Record, TableError, column_names, written
from app.services.intake.tables import open_table, sample_sheets
from app.services.registering import find_known
from app.services.workplace import Workplace

KEPT = {"clean": 200, "mended": 300, "refused": 500}
"""So many rows of each kind are kept to show."""
PULSE_ROWS = 500
SAMPLE_CHARS = 200
MOST_COLUMNS = 300


@dataclass(frozen=True, slots=True)
class SheetLook:
    """A sheet as it lies in the file: its first rows as text. `header` is the index of the header among them, None
    where none was found; `fields` leads from our field to the header's name; `zone` is that of times without one."""

    name: str
    records: tuple[tuple[int, tuple[str, ...]], ...]
    header: int | None = None
    fields: dict[str, str] = field(default_factory=dict)
    export: str = ""
    zone: str = ""
    is_mapped: bool = False

    def names(self, header: int | None = None) -> tuple[str, ...]:
        """The names of the columns by the row at this index, the one found by default."""
        index = self.header if header is None else header
        return column_names(self.records[index][1]) if index is not None else ()

    def fingerprint(self, header: int | None = None) -> str:
        return fingerprint(self.names(header))

    def samples(self, column: int, header: int | None = None, count: int = 3) -> list[str]:
        """The first values under a header that are not empty."""
        index = self.header if header is None else header
        below = (record[column] for _, record in self.records[(index or 0) + 1 :] if column < len(record))
        return [value for value in below if value.strip()][:count]


@dataclass(frozen=True, slots=True)
class FileLook:
    """The file: its digest (sha256), size, and sheets. `unread` says why no messages can be read from it."""

    digest: str
    size_bytes: int
    sheets: tuple[SheetLook, ...]
    unread: Unread | None = None


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row as it will be taken in or refused. `state` is clean, mended, refused, or known (here already).

    `repairs` are codes; `code`, `params` and `cell` say why and where a row is refused; `raw` is what stood in it.
    """

    number: int
    sheet: str
    state: str
    message: IntakeRow | None = None
    repairs: tuple[str, ...] = ()
    code: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    cell: str = ""
    raw: str = ""

    @property
    def id(self) -> tuple[str, int]:
        return self.sheet, self.number


@dataclass(slots=True)
class Counted:
    """How far the look has come: rows by what becomes of them, and the rows kept since the last time."""

    read: int = 0
    mended: int = 0
    refused: int = 0
    rows: list[PreviewRow] = field(default_factory=list)
    is_whole: bool = False


def look_through(reading: Reading) -> Iterator[FileLook | Counted | Unread]:
    """The file's look, then counts as they grow; the last says that it is whole, or Unread where it breaks off."""
    try:
        with open_table(reading.path, reading.mappings) as table:
            looks = {sheet.name: sheet for sheet in map(reading.zoned, table.sheets)}
            headers = {name: sheet.header for name, sheet in looks.items()}
            yield _file_look(reading.path, table.samples(), headers)
            yield from _counts(reading, list(looks.values()))
    except TableError as error:
        error.params.setdefault("file", reading.path.name)
        unread = Unread(error.code, error.params, error.code == "no_header")
        yield _file_look(reading.path, sample_sheets(reading.path), {}, unread) if unread.is_whole else unread


@asynccontextmanager
async def preview(place: Workplace, path: Path) -> AsyncIterator[AsyncIterator[FileLook | Counted | Unread]]:
    """Look through a file with what this region knows; rows that are here already say so. Leaving ends the look."""
    reading = await reading_for(place, path)
    async with reading_of(look_through, reading, apart=is_big(path)) as parts:
        yield _marking_known(place, parts)


async def _marking_known(place: Workplace, parts: AsyncIterator[Any]) -> AsyncIterator[Any]:
    async for part in parts:
        if isinstance(part, Counted):
            part.rows = await _marked(place, part.rows)
        yield part


async def _marked(place: Workplace, rows: list[PreviewRow]) -> list[PreviewRow]:
    messages = [(index, incoming(row.message)) for index, row in enumerate(rows) if row.message is not None]
    known = await find_known(place, [message for _, message in messages])
    at = {messages[number][0] for number in known}
    return [replace(row, state="known") if index in at else row for index, row in enumerate(rows)]


def _counts(reading: Reading, sheets: list[Any]) -> Iterator[Counted]:
    counted, kept = Counted(), dict.fromkeys(KEPT, 0)
    for sheet in sheets:
        for number, cells in sheet.rows():
            row = _preview_row(reading.row(sheet, number, cells), cells)
            counted.read += 1
            counted.mended += row.state == "mended"
            counted.refused += row.state == "refused"
            if kept[row.state] < KEPT[row.state]:
                kept[row.state] += 1
                counted.rows.append(row)
            if counted.read % PULSE_ROWS == 0:
                yield counted
                counted = replace(counted, rows=[])
    counted.is_whole = True
    yield counted


def _preview_row(row: IntakeRow | RowRefusal, cells: dict[str, Cell]) -> PreviewRow:
    if isinstance(row, RowRefusal):
        raw = " · ".join(text for name, cell in cells.items() if "\0" not in name and (text := written(cell).strip()))
        return PreviewRow(
            row.row_number, row.sheet, "refused", None, (), row.code, row.params, row.cell, excerpt(raw)
        )
    state = "mended" if row.repairs else "clean"
    return PreviewRow(row.row_number, row.sheet, state, replace(row, answer_text=""), row.repairs)


def _file_look(
    path: Path, samples: list[tuple[str, list[Record]]], headers: dict[str, Header], unread: Unread | None = None
) -> FileLook:
    sheets = tuple(_sheet_look(name, records, headers.get(name)) for name, records in samples)
    return FileLook(digest_of(path), path.stat().st_size, sheets, unread)


def _sheet_look(name: str, records: list[Any], header: Header | None) -> SheetLook:
    shown = tuple(
        (number, tuple(written(cell)[:SAMPLE_CHARS].replace("\0", "") for cell in record[:MOST_COLUMNS]))
        for number, record in records[: HEADER_SEARCH_ROWS + 20]
    )
    if header is None:
        return SheetLook(name, shown)
    at = next((index for index, (number, _) in enumerate(shown) if number == header.row), None)
    layout = header.layout
    return SheetLook(
        name, shown, at, dict(layout.headers), layout.export.code, layout.export.zone, layout.is_mapped
    )
