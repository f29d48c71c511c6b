"""Long lists of a workbook: their rows go into the file one by one, where openpyxl keeps an object for every cell."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

from app.services import workbooks

# Stands where the number of its row comes, in what is written of a cell.
ROW = "\0"
_AT_ONCE = 1000
# Rows are much alike: packed as hard as usual, writing a month takes a quarter longer for a sixth of the size.
_LEVEL = 3
_DIMENSION = re.compile(r'<dimension ref="[^"]*"')


@dataclass(frozen=True, slots=True)
class LongList:
    """Rows of a sheet's last table: the number of the first, the area of the whole sheet, and each as XML with ROW."""

    first: int
    area: str
    rows: Iterable[str]


def save(book: Workbook, path: Path, lists: Mapping[str, LongList]) -> None:
    """Write a workbook whose sheets named in `lists` go on with these rows. Raises OSError."""
    places = {f"xl/worksheets/sheet{n}.xml": lists.get(name) for n, name in enumerate(book.sheetnames, start=1)}
    workbooks.save(book, _Archive(path, {place: rows for place, rows in places.items() if rows is not None}))


class _Archive(ZipFile):
    """What openpyxl writes a workbook into; sheets with a long list get its rows."""

    def __init__(self, path: Path, lists: Mapping[str, LongList]) -> None:
        super().__init__(path, "w", ZIP_DEFLATED, compresslevel=_LEVEL)
        self._lists = lists

    def write(self, filename: Any, arcname: Any = None, *more: Any, **named: Any) -> None:
        listed = self._lists.get(arcname)
        if listed is None:
            super().write(filename, arcname, *more, **named)
            return
        sheet = Path(filename).read_text(encoding="utf-8")
        before, end, after = sheet.partition("</sheetData>")
        before = _DIMENSION.sub(f'<dimension ref="{listed.area}"', before, count=1)
        with self.open(arcname, "w") as file:
            file.write(before.encode())
            rows = (row.replace(ROW, str(number)) for number, row in enumerate(listed.rows, start=listed.first))
            while some := "".join(islice(rows, _AT_ONCE)):
                file.write(some.encode())
            file.write(f"{end}{after}".encode())
