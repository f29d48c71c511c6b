"""The cells of a worksheet, row by row from its XML as a stream.

openpyxl makes an element and a dictionary of every cell, which took most of an import's time; what cells mean is asked
of it still: which styles are dates, and what its days and ISO instants are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.xml.constants import SHEET_MAIN_NS

from app.services.intake.shared_strings import parser_of
from app.services.intake.sheets import Cell

MOST_COLUMNS = 16_384
_CHUNK = 1 << 16
_ROW, _CELL, _VALUE, _TEXT, _PHONETIC = (f"{SHEET_MAIN_NS} {name}" for name in ("row", "c", "v", "t", "rPh"))
_FAULTY = "#VALUE!"


@dataclass(frozen=True, slots=True)
class Book:
    """What the cells of a workbook are read by: its shared strings, which styles are dates or durations, its day 0."""

    strings: Sequence[str]
    dates: frozenset[int]
    durations: frozenset[int]
    epoch: Any


def read_rows(source: IO[bytes], book: Book) -> Iterator[tuple[int, list[Cell]]]:
    """The rows that stand in the sheet's XML with their numbers, each as far as its last cell.

    Raises ExpatError, ValueError and the like where the XML is damaged; rows before the damage have been given.
    """
    rows: list[tuple[int, list[Cell]]] = []
    parser = _parser(book, rows)
    fault: Exception | None = None
    is_over = False
    while not is_over and fault is None:
        chunk = source.read(_CHUNK)
        is_over = not chunk
        try:
            parser.Parse(chunk, is_over)
        except Exception as error:
            fault = error
        yield from rows
        rows.clear()
    if fault is not None:
        raise fault


def _parser(book: Book, rows: list[tuple[int, list[Cell]]]) -> Any:
    """A parser that puts the rows it has read whole into `rows`."""
    number, column = 0, 0
    cells: list[Cell] = []
    kind, style, value, inline = "n", 0, "", ""
    is_phonetic = False
    columns: dict[str, int] = {}
    said: list[str] = []  # the text since the last value began

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal number, column, cells, kind, style, value, inline, is_phonetic
        if name == _CELL:
            kind, style = attributes.get("t", "n"), int(attributes.get("s", 0))
            value = inline = ""
            if where := attributes.get("r"):
                letters = where.rstrip("0123456789")
                column = columns.get(letters) or columns.setdefault(letters, _column(letters))
            else:
                column += 1
        elif name in (_VALUE, _TEXT):
            said.clear()
        elif name == _ROW:
            number = _row_number(attributes["r"]) if "r" in attributes else number + 1
            column, cells = 0, []
            said.clear()
        elif name == _PHONETIC:
            is_phonetic = True

    def end(name: str) -> None:
        nonlocal value, inline, is_phonetic
        if name == _VALUE:
            value = said[0] if len(said) == 1 else "".join(said)
        elif name == _CELL:
            if missing := column - 1 - len(cells):
                cells.extend([None] * missing)
            found = inline or None if kind == "inlineStr" else _cell(kind, style, value, book) if value else None
            if missing < 0:
                cells[column - 1] = found  # a cell that stands behind its place
            else:
                cells.append(found)
        elif name == _TEXT:
            if not is_phonetic:
                inline += "".join(said)
        elif name == _ROW:
            rows.append((number, cells))
        elif name == _PHONETIC:
            is_phonetic = False

    return parser_of(start, end, said)


def _cell(kind: str, style: int, value: str, book: Book) -> Cell:
    if kind == "s":
        return book.strings[int(value)]
    if kind == "n":
        number = float(value) if "." in value or "E" in value or "e" in value else int(value)
        return _moment(number, style in book.durations, book.epoch) if style in book.dates else number
    if kind == "b":
        return bool(int(value))
    found: Cell = from_ISO8601(value) if kind == "d" else value  # type: ignore[no-untyped-call]
    return found


def _moment(number: float, is_duration: bool, epoch: Any) -> Cell:
    try:
        found: Cell = from_excel(number, epoch, timedelta=is_duration)
    except (OverflowError, ValueError):
        return _FAULTY
    return found


def _column(letters: str) -> int:
    """The number of a column from 1. Raises ValueError for what no sheet has."""
    column = 0
    for letter in letters.strip("$").upper():
        if not "A" <= letter <= "Z":
            raise ValueError(letters)
        column = 26 * column + ord(letter) - ord("A") + 1
        if column > MOST_COLUMNS:
            raise ValueError(letters)
    if not column:
        raise ValueError("a cell without a column")
    return column


def _row_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        if (number := float(text)).is_integer():  # some exporters write 5.0
            return int(number)
        raise
