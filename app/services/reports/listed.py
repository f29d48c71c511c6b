"""Lists of a workbook, an agency's rows one after another, and which of their rows a number counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.services.reports.periodic import LateLine

# Rows overdue at the end come first, then late ones, then those by agreement; in each an agency's stand together.
OVERDUE, LATE, AGREED, REPEATED = range(4)
# The columns of the agencies' sheet that count them.
COUNTED_IN = {LATE: 7, OVERDUE: 8, REPEATED: 14}


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as it was written: its sheet and width, its first row, and of each row how it stands and whose it is."""

    sheet: str
    columns: int
    first: int
    rows: Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of a list that one number counts, an agency's or (None) of all: the list's sheet and width, and the number's
    column on the agencies' sheet."""

    sheet: str
    columns: int
    agency: str | None
    column: int
    first: int
    last: int


def _runs(keys: Sequence[Any], first: int) -> list[tuple[Any, int, int]]:
    """Each key with its first and last row; equal keys stand together, the first of all in the row `first`."""
    found, at = [], first
    for key, same in groupby(keys):
        count = sum(1 for _ in same)
        found.append((key, at, at + count - 1))
        at += count
    return found


def by_agency(listed: Listed) -> list[Block]:
    """What the numbers of each agency count."""
    return [
        Block(listed.sheet, listed.columns, agency, COUNTED_IN[stands], start, end)
        for (stands, agency), start, end in _runs(listed.rows, listed.first)
        if stands in COUNTED_IN
    ]


def of_everything(listed: Listed) -> list[Block]:
    """What the numbers of everything count."""
    return [
        Block(listed.sheet, listed.columns, None, COUNTED_IN[stands], start, end)
        for stands, start, end in _runs([stands for stands, _ in listed.rows], listed.first)
        if stands in COUNTED_IN
    ]


def standing(row: LateLine) -> int:
    """How a late answer stands in the list."""
    return OVERDUE if row.is_running else AGREED if row.by_agreement else LATE
