"""Rows that were not taken in, written to a table of the same columns: mend them there and take the file in again."""

import csv
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from app.regulation.errors import Refused
from app.services import chosen_file
from app.services.intake.rows import RowRefusal
from app.services.intake.sheets import SURPLUS, Cell, written
from app.texts import tr
from app.texts.intake import explain_row_refusal

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class RefusedRows:
    """The file of refused rows; made with the first of them, so that a good import leaves none."""

    def __init__(self, path: Path | None, source: Path, headers: Sequence[Sequence[str]]) -> None:
        """Raises Refused when the file would replace the one being read, or may not be written."""
        if path is not None and path.resolve() == source.resolve():
            raise Refused("refused_over_source", path=str(path))
        if path is not None:
            chosen_file.place_for(path)
        self._path = path
        self._columns = list(dict.fromkeys(name for names in headers for name in names if name))
        self._file: TextIO | None = None
        self._ending = ExitStack()

    def add(self, refusal: RowRefusal, cells: dict[str, Cell]) -> None:
        """Write one row with why it was refused. Raises Refused where the file cannot be written."""
        if self._path is None:
            return
        try:
            if self._file is None:
                part = self._ending.enter_context(chosen_file.written(self._path))
                self._file = self._ending.enter_context(part.open("w", encoding="utf-8-sig", newline=""))
                csv.writer(self._file, delimiter=";").writerow([tr("Why not taken in"), *self._columns])
            values = [_safe(cells.get(name)) for name in self._columns]
            # Cells that slipped beyond the columns stay at the row's end: nothing of it is lost.
            slipped = [_safe(cell) for name, cell in cells.items() if name.startswith(SURPLUS) and name != SURPLUS]
            row = [explain_row_refusal(refusal), *values, *slipped]
            csv.writer(self._file, delimiter=";").writerow(row)
        except OSError as error:
            self._ending.__exit__(type(error), error, error.__traceback__)  # as `written` ends: what was there stays
            raise

    def close(self) -> None:
        """End the file and put it in its place. Raises Refused where its last rows cannot be written: a full disk is
        told of late, short files are written here."""
        self._ending.close()


def _safe(cell: Cell) -> str:
    """The cell as the reader will read it again. A space before what Excel would take for a formula; the reader
    strips it."""
    text = written(cell)
    return f" {text}" if text.startswith(FORMULA_STARTS) else text
