"""Opens a table file by what is inside it, whatever its name says: CSV or XLSX."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from app.regulation.errors import Refused
from app.services import chosen_file
from app.services.intake.columns import Mappings
from app.services.intake.csv_file import open_csv, plain_records, sample_records
from app.services.intake.sheets import SURPLUS, Cell, Header, Record, Sheet, TableError

__all__ = ["MAX_FILE_BYTES", "SURPLUS", "Cell", "Header", "Sheet", "Table", "TableError", "open_table", "read_records"]

SAMPLE_ROWS = 80
MAX_FILE_BYTES = 1_000_000_000
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_FOREIGN = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf", b"SQLite")
# Pages, feeds and JSON: text of another form.
_PAGES = re.compile(rb"\s*(?:<!doctype|<html|<\?xml|[\[{]\s*[\"{\[])", re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Table:
    """An open table file: its sheets that hold messages. Rows are read from the file as they are asked for.

    `samples` gives the first rows of every sheet, as `sample_sheets` does.
    """

    path: Path
    sheets: tuple[Sheet, ...]
    samples: Callable[[], list[tuple[str, list[Record]]]] = field(repr=False)


@contextmanager
def open_table(path: Path, mappings: Mappings | None = None) -> Iterator[Table]:
    """The table in the file at `path`, closed on leaving.

    `mappings` is what people said of columns. Raises TableError with what `chosen_file.look_at` says of a file, or one
    of the codes: old_excel, not_a_table, not_a_workbook, corrupt, unpacks_too_big, unknown_encoding, no_header; and
    while rows are read: unclosed_quote, broken_csv, corrupt. Every error carries `file`, the file's name; what the disk
    says while rows are read is file_unreadable.
    """
    try:
        if _start(path).startswith(_ZIP):
            with _workbook(path, mappings) as table:
                yield table
        else:
            yield Table(path, (open_csv(path, mappings),), partial(sample_sheets, path))
    except TableError as error:
        error.params.setdefault("file", path.name)
        raise


def read_records(path: Path) -> list[Record]:
    """All records of a small table that holds no messages (a directory), its header among them.

    Raises TableError as `open_table` does, save no_header.
    """
    try:
        if _start(path).startswith(_ZIP):
            from app.services.intake import xlsx_file  # openpyxl takes 0.1 s to import: not for CSV

            return xlsx_file.plain_records(path)
        return list(plain_records(path))
    except TableError as error:
        error.params.setdefault("file", path.name)
        raise


def stream_records(path: Path) -> Iterator[Record]:
    """The same as a stream, for a table that may have a million rows."""
    try:
        if _start(path).startswith(_ZIP):
            from app.services.intake import xlsx_file  # as above

            yield from xlsx_file.stream_records(path)
        else:
            yield from plain_records(path)
    except TableError as error:
        error.params.setdefault("file", path.name)
        raise


def sample_sheets(path: Path) -> list[tuple[str, list[Record]]]:
    """The first rows of every sheet, with its name ("" for CSV), whatever its columns mean. Raises TableError as
    `open_table` does, save no_header."""
    try:
        if _start(path).startswith(_ZIP):
            from app.services.intake import xlsx_file  # as above

            return xlsx_file.sample_sheets(path, SAMPLE_ROWS)
        return [("", sample_records(path, SAMPLE_ROWS))]
    except TableError as error:
        error.params.setdefault("file", path.name)
        raise


@contextmanager
def _workbook(path: Path, mappings: Mappings | None) -> Iterator[Table]:
    from app.services.intake import xlsx_file  # openpyxl takes 0.1 s to import: not for CSV

    workbook, sheets = xlsx_file.open_xlsx(path, mappings)
    try:
        yield Table(path, sheets, partial(xlsx_file.samples_of, workbook, SAMPLE_ROWS))
    finally:
        workbook.close()


def _start(path: Path) -> bytes:
    """The first bytes of a file that may hold a table."""
    try:
        with chosen_file.opened(path, MAX_FILE_BYTES) as file:
            start = file.read(4096)
    except Refused as error:
        raise TableError(error.refusal.code, **error.refusal.params) from error
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise TableError("file_empty", name=path.name)
    if start.startswith(_OLD_EXCEL):
        raise TableError("old_excel")
    if start.startswith(_FOREIGN) or _PAGES.match(start.removeprefix(b"\xef\xbb\xbf")) or _binary(start):
        raise TableError("not_a_table")
    return start


def _binary(start: bytes) -> bool:
    """A stray NUL byte happens in exports, however short; many of them mean that this is no text."""
    return not start.startswith((*_UTF16, _ZIP)) and start.count(0) > max(2, len(start) // 50)
