"""One sheet of a table file: where its header stands, what its columns mean, and its rows as a stream."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from itertools import islice
from typing import Any

from app.services.intake.columns import Layout, Mappings, needed_headers, recognise
from app.texts.disk import reason_of

Cell = str | int | float | bool | datetime | date | time | None
Record = tuple[int, Sequence[Cell]]

HEADER_SEARCH_ROWS = 60
SURPLUS = "\0surplus"
"""The key under which a row carries how many cells it has beyond the last header: its columns have slipped. The cells
themselves stand under SURPLUS with their number behind it, so that a row can be written down whole."""


class TableError(Exception):
    """A file that cannot be read as a table: a `code`, and `params` for the sentence about it."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __reduce__(self) -> tuple[Any, ...]:
        """So that a process of its own can send it."""
        return partial(TableError, self.code, **self.params), ()


@dataclass(frozen=True)
class Header:
    """A header found by its content: its row in the file, its names, its layout."""

    row: int
    names: tuple[str, ...]
    layout: Layout

    @property
    def score(self) -> tuple[int, int]:
        """How sure the find is: what a person said, then known fields, then columns."""
        return len(self.layout.headers) + 1000 * self.layout.is_mapped, len(self.names)


@dataclass(frozen=True)
class Sheet:
    """A sheet whose header is known. `name` is empty for CSV; `file` is the file's name."""

    name: str
    header: Header
    records: Callable[[], Iterator[Record]] = field(repr=False)
    file: str = ""

    @property
    def layout(self) -> Layout:
        """What the columns mean."""
        return self.header.layout

    def rows(self) -> Iterator[tuple[int, dict[str, Cell]]]:
        """(row number as a spreadsheet shows it, {header: cell}) for every row under the header that is not empty.

        Raises TableError where the file turns out broken further down; rows before that place have been given.
        """
        columns = [(index, name) for index, name in enumerate(self.header.names) if name]
        width = len(self.header.names)
        for number, record in self._guarded():
            if number <= self.header.row or not any(map(_filled, record)):
                continue
            cells: dict[str, Cell] = {name: record[index] for index, name in columns if index < len(record)}
            if len(record) > width and any(map(_filled, record[width:])):
                cells[SURPLUS] = len(record) - width
                cells |= {f"{SURPLUS}{number}": cell for number, cell in enumerate(record[width:])}
            yield number, cells

    def _guarded(self) -> Iterator[Record]:
        """The records; what stops the reading is told with the file's name (a disk or a share may go away)."""
        try:
            yield from self.records()
        except TableError as error:
            error.params.setdefault("file", self.file)
            raise
        except OSError as error:
            raise TableError("file_unreadable", file=self.file, path=self.file, detail=reason_of(error)) from error


def find_header(records: Iterable[Record], mappings: Mappings | None = None) -> Header | None:
    """The best header among the first 60 rows: cover rows before it do not matter. None where there is none."""
    best: Header | None = None
    for number, record in islice(records, HEADER_SEARCH_ROWS):
        names = column_names(record)
        layout = recognise(names, mappings)
        if layout is None:
            continue
        if len(layout.headers) < 2 and len(list(filter(None, names))) > 1 and not layout.is_mapped:
            continue
        header = Header(number, names, layout)
        if best is None or header.score > best.score:
            best = header
    return best


def no_header(records: Iterable[Record]) -> TableError:
    """The error that shows what stood in the fullest of the first rows, and what was looked for."""
    rows = [[name for name in column_names(record) if name] for _, record in islice(records, HEADER_SEARCH_ROWS)]
    fullest = max(rows, key=len, default=[])
    return TableError("no_header", found=[name[:60] for name in fullest[:12]], needed=list(needed_headers()))


def column_names(record: Sequence[Cell]) -> tuple[str, ...]:
    """The cells as names of columns; a name met twice is told apart, empty columns on the right are dropped."""
    names: list[str] = []
    for cell in record:
        name = " ".join(str(cell).split()) if isinstance(cell, str) else ""
        twin = sum(1 for other in names if other == name or other.startswith(f"{name} (")) if name else 0
        names.append(f"{name} ({twin + 1})" if twin and name in names else name)
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def column_letter(index: int) -> str:
    """What a spreadsheet calls the column with this index from 0: A, B … Z, AA …"""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def written(cell: Cell) -> str:
    """A cell as a table file of text holds it, so that the reader reads the same again."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _filled(cell: Cell) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))
