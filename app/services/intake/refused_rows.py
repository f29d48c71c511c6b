"""Rows that were not taken in, written to a table of the same columns: mend them there and take the file in again."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from app.regulation.errors import Refused
from app.services.intake.rows import RowRefusal
from app.services.intake.sheets import SURPLUS, Cell, written
from app.texts import tr
from app.texts.disk import reason_of
from app.texts.intake import explain_row_refusal

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class RefusedRows:
    """The file of refused rows; made with the first of them, so that a good import leaves none."""

    def __init__(self, path: Path | None, source: Path, headers: Sequence[Sequence[str]]) -> None:
        """Raises Refused when the file would replace the one being read."""
        if path is not None and path.absolute() == source.absolute():
            raise Refused("refused_over_source", path=str(path))
        self._path = path
        self._columns = list(dict.fromkeys(name for names in headers for name in names if name))
        self._file: TextIO | None = None

    def add(self, refusal: RowRefusal, cells: dict[str, Cell]) -> None:
        """Write one row with why it was refused. Raises Refused where the file cannot be written."""
        if self._path is None:
            return
        try:
            if self._file is None:
                self._file = self._path.open("w", encoding="utf-8-sig", newline="")
                csv.writer(self._file, delimiter=";").writerow([tr("Why not taken in"), *self._columns])
            values = [_safe(cells.get(name)) for name in self._columns]
            # Cells that slipped beyond the columns stay at the row's end: nothing of it is lost.
            slipped = [_safe(cell) for name, cell in cells.items() if name.startswith(SURPLUS) and name != SURPLUS]
            row = [explain_row_refusal(refusal), *values, *slipped]
            csv.writer(self._file, delimiter=";").writerow(row)
        except OSError as error:
            raise Refused("file_unwritable", path=str(self._path), detail=reason_of(error)) from error

    def close(self) -> None:
        """End the file. Raises Refused where its last rows cannot be written."""
        if self._file is None:
            return
        try:
            self._file.close()
        except OSError as error:  # a full disk is told of late: short files are written here
            raise Refused("file_unwritable", path=str(self._path), detail=reason_of(error)) from error


def _safe(cell: Cell) -> str:
    """The cell as the reader will read it again. A space before what Excel would take for a formula; the reader
    strips it."""
    text = written(cell)
    return f" {text}" if text.startswith(FORMULA_STARTS) else text
