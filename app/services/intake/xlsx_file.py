"""Tables in Excel workbooks (.xlsx): every sheet with a recognisable header, read as a stream."""

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from openpyxl.reader.excel import ExcelReader
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.xml.constants import SHARED_STRINGS

from app.services.intake.columns import Mappings
from app.services.intake.shared_strings import read_strings
from app.services.intake.sheet_cells import Book, read_rows
from app.services.intake.sheets import Record, Sheet, TableError, find_header, no_header

MAX_UNPACKED_BYTES = 2_000_000_000
MAX_STRINGS_BYTES = 400_000_000
MAX_RATIO = 300
MOST_ROWS = 1_048_576
"""A sheet has no more: a row that says it stands below would be given as many empty ones before it."""
_RATIO_MATTERS_FROM = 50_000_000
_STYLES = "xl/styles.xml"
_STRINGS = "xl/sharedStrings.xml"
# What openpyxl lets through from a damaged archive or from XML that is not what it should be.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, SyntaxError, ExpatError, LookupError, ValueError, TypeError,
    AttributeError,
)  # fmt: skip
_NO_STYLES = (
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills>'
    b'<borders count="1"><border/></borders>'
    b'<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf/></cellXfs></styleSheet>'
)


class _Unstyled(zipfile.ZipFile):
    """The same archive with a style sheet that holds nothing: dates then come as Excel's day numbers."""

    def read(self, name: Any, pwd: bytes | None = None) -> bytes:
        return _NO_STYLES if name == _STYLES else super().read(name, pwd)


class _Unmeasured(ReadOnlyWorksheet):
    """A sheet whose size nobody asks for: where the file does not tell it, openpyxl looks for it through all rows."""

    def _get_size(self) -> None:
        pass


class _Reader(ExcelReader):
    def read_worksheets(self) -> None:
        for sheet, found in self.parser.find_sheets():
            if found.target in self.valid_files and "chartsheet" not in found.Type:
                unmeasured = _Unmeasured(self.wb, sheet.name, found.target, self.shared_strings)
                self.wb._sheets.append(unmeasured)  # type: ignore[attr-defined]  # left out of the stubs

    def read_strings(self) -> None:
        found = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if found is not None:
            with self.archive.open(found.PartName[1:]) as source:
                self.shared_strings = read_strings(source)  # type: ignore[assignment]  # any sequence will do


class _Unbound(_Reader):
    def __init__(self, path: Path) -> None:
        super().__init__(path, read_only=True, data_only=True, keep_links=False)
        self.archive.close()
        self.archive = _Unstyled(path)


def open_xlsx(path: Path, mappings: Mappings | None = None) -> tuple[Workbook, tuple[Sheet, ...]]:
    """The workbook (to be closed by the caller) and its sheets that hold messages, in the workbook's order.

    Raises TableError: not_a_workbook, too_big, corrupt, no_header; while rows are read: corrupt.
    """
    _check_archive(path)
    workbook = _load(path)
    try:
        sheets = tuple(_sheets(workbook, path.name, mappings))
    except _DAMAGE as error:
        workbook.close()
        raise TableError("corrupt") from error
    except TableError:
        workbook.close()
        raise
    return workbook, sheets


def plain_records(path: Path) -> list[Record]:
    """Every record of a workbook's first sheet, whatever its columns mean. Raises TableError as `open_xlsx` does."""
    return list(stream_records(path))


def stream_records(path: Path) -> Iterator[Record]:
    """The same, one after the other."""
    _check_archive(path)
    workbook = _load(path)
    try:
        yield from _guarded(workbook.worksheets[0])
    finally:
        workbook.close()


def sample_sheets(path: Path, count: int) -> list[tuple[str, list[Record]]]:
    """The first records of every sheet with its name. Raises TableError as `open_xlsx` does, save no_header."""
    _check_archive(path)
    workbook = _load(path)
    try:
        return samples_of(workbook, count)
    finally:
        workbook.close()


def samples_of(workbook: Workbook, count: int) -> list[tuple[str, list[Record]]]:
    """The same of a workbook that is open."""
    return [(sheet.title, list(islice(_guarded(sheet), count))) for sheet in workbook.worksheets]


def _check_archive(path: Path) -> None:
    """Refuses what is no workbook, and a small archive that would unfold into more than memory and disk can hold."""
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {entry.filename: (entry.file_size, entry.compress_size) for entry in archive.infolist()}
    except zipfile.BadZipFile as error:
        raise TableError("corrupt") from error
    if "xl/workbook.xml" not in sizes:
        raise TableError("not_a_workbook")
    unpacked = sum(size for size, _ in sizes.values())
    packed = sum(size for _, size in sizes.values())
    bomb = unpacked > _RATIO_MATTERS_FROM and unpacked > MAX_RATIO * packed
    if bomb or unpacked > MAX_UNPACKED_BYTES or sizes.get(_STRINGS, (0, 0))[0] > MAX_STRINGS_BYTES:
        raise TableError("unpacks_too_big", size=unpacked, limit=MAX_UNPACKED_BYTES)


def _load(path: Path) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of extensions it leaves out; none of them holds cells
        try:
            reader = _Reader(path, read_only=True, data_only=True, keep_links=False)
        except _DAMAGE as error:
            raise TableError("corrupt") from error
        try:
            reader.read()
            return reader.wb
        except _DAMAGE:
            reader.archive.close()
        unstyled = _Unbound(path)
        try:
            unstyled.read()
            return unstyled.wb
        except _DAMAGE as error:
            unstyled.archive.close()
            raise TableError("corrupt") from error


def _sheets(workbook: Workbook, file: str, mappings: Mappings | None) -> Iterator[Sheet]:
    found = False
    for worksheet in workbook.worksheets:
        header = find_header(_records(worksheet), mappings)
        if header:
            found = True
            yield Sheet(worksheet.title, header, partial(_guarded, worksheet), file)
    if not found:
        records = [record for worksheet in workbook.worksheets for record in _first(worksheet)]
        raise no_header(records)


def _first(worksheet: Any) -> list[Record]:
    return [record for record, _ in zip(_records(worksheet), range(20), strict=False)]


def _records(worksheet: Any) -> Iterator[Record]:
    """Every row of a sheet, those too that its XML leaves out; the size it declares is often wrong and nobody asks."""
    workbook, due = worksheet.parent, 1
    dates, durations = frozenset(workbook._date_formats), frozenset(workbook._timedelta_formats)
    book = Book(worksheet._shared_strings, dates, durations, workbook.epoch)
    with workbook._archive.open(worksheet._worksheet_path) as source:
        for number, cells in read_rows(source, book):
            if number > MOST_ROWS:
                raise ValueError("a row stands below the end of a sheet")
            if number >= due:  # a number told twice is damage that Excel mends by the first
                yield from ((missing, ()) for missing in range(due, number))
                yield number, cells
                due = number + 1


def _guarded(worksheet: Any) -> Iterator[Record]:
    try:
        yield from _records(worksheet)
    except _DAMAGE as error:
        raise TableError("corrupt") from error
