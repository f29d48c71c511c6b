"""Workbooks into files: one that is given up half way leaves nothing behind and says nothing on the terminal.

openpyxl keeps a half-written sheet in a generator and the file in an archive that closes itself; dropped by an error,
both would complain from where nobody can catch it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter


@contextmanager
def streamed(path: Path) -> Iterator[Workbook]:
    """A workbook whose rows go out as they come, saved at `path` when the block ends well. Raises OSError."""
    book = Workbook(write_only=True)
    try:
        yield book
        save(book, ZipFile(path, "w", ZIP_DEFLATED))
    finally:
        for sheet in book.worksheets:
            _give_up(sheet)


def save(book: Workbook, archive: ZipFile) -> None:
    """Write a workbook into an archive and close that. Raises OSError."""
    writer: Any = ExcelWriter  # its stub has no types
    try:
        writer(book, archive).save()
    finally:
        with suppress(OSError, ValueError):  # already closed where all went well; else said by what is raised
            archive.close()


def _give_up(sheet: Any) -> None:
    """End a sheet that was not saved, and remove the file its rows went to."""
    if sheet.closed or sheet._writer is None:
        return
    with suppress(Exception):
        sheet.close()
    with suppress(Exception):
        sheet._writer.cleanup()
