"""Lists of a workbook, each sorted so that the rows a number counts stand together, and numbers that lead to them."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from app.regulation.measures import Dimension
from app.services.reports.long_lists import LongList
from app.services.reports.periodic import LateLine, PeriodReport, RepeatLine
from app.services.reports.sheets import MUTED, Column, Pen, Table, lead
from app.texts import mark, tr
from app.texts.measures import part_not_set
from app.texts.period_report import rows_left_out, step_name

# Of each list: the sheet of cases has both of them six times, and Excel 1,048,576 rows.
MOST_ROWS = 80_000
# How a row stands in the list of late answers: what two numbers both count stands between what only one does.
RUNNING, RUNNING_AGREED, LATE_AGREED, LATE, REPEATED = range(5)
# In the lists of parts: what is overdue, by agreement or not, is one number.
_IN_PARTS = {RUNNING: 0, RUNNING_AGREED: 0, LATE: 1, LATE_AGREED: 2, REPEATED: 3}
# The measure of a part that counts such a row.
_MEASURE = {RUNNING: "overdue_out", RUNNING_AGREED: "overdue_out", LATE: "late", REPEATED: "repeats"}
# Where a number stands that is no part's.
WHOLE, SOCIAL, DAY, STEP = "whole", "social", "day", "step"

_OF_CASES = mark(
    "Every case stands here once for each sheet that counts it: a number that is a link leads here. On paper are the "
    "sheets “Late” and “Repeats”."
)

# What a number counts: a measure, where (a dimension or one of the above), which part, day or step of it.
Label = tuple[str, str, Hashable]
Row = LateLine | RepeatLine
NewTable = Callable[..., Table]


@dataclass(slots=True)
class Block:
    """The rows that a number counts: their sheet, its columns, the first and last of them, and how many they are."""

    sheet: str
    columns: int
    first: int
    last: int
    count: int = 1


def sheet_of(dimension: Dimension) -> str:
    """The sheet with the numbers of a dimension."""
    return {
        Dimension.NETWORK: tr("Networks"),
        Dimension.TOPIC: tr("Topics"),
        Dimension.PLACE: tr("Places"),
        Dimension.AGENCY: tr("Agencies"),
        Dimension.CURATOR: tr("Curators"),
    }[dimension]


@dataclass(frozen=True, slots=True)
class _Cut:
    """Rows of the lists in another order: for which sheet, what each counts for, and what it is counted in."""

    sheet: str
    order: Sequence[int]
    labels: Iterator[Sequence[Label]]
    name: Callable[[int], str]


class Lists:
    """The lists of a report: written as sheets of a workbook, and where in them the rows of each number are.

    `long` are the rows that are still to be written, by the sheet's name.
    """

    def __init__(self, report: PeriodReport, new_table: NewTable) -> None:
        self._report, self._table, self._zone = report, new_table, ZoneInfo(report.zone)
        self._late, self._repeats = report.late, report.repeats
        self._rows: list[Row] = [*self._late[:MOST_ROWS], *self._repeats[:MOST_ROWS]]
        self._blocks: dict[Label, Block] = {}
        self.long: dict[str, LongList] = {}

    @property
    def has_rows(self) -> bool:
        return bool(self._rows)

    # ----- the lists themselves

    def write_late(self) -> None:
        """Late answers and what is overdue; the gravest first, answers by the day they were placed on."""
        columns = [
            Column(tr("Number"), 17), Column(tr("Agency"), 32, "wrap"), Column(tr("Topic group"), 26),
            Column(tr("Municipality"), 24), Column(tr("Detected"), 17, "moment"),
            Column(tr("Answer placed"), 17, "moment"),
            Column(tr("Late by"), 10, "duration"), Column(tr("What stands"), 38), Column(tr("Lost at the step"), 44),
        ]  # fmt: skip
        late = [row for row in self._rows if isinstance(row, LateLine)]
        days = {id(row): row.at.astimezone(self._zone).date() for row in late if not row.is_running}
        late.sort(key=lambda row: (stands(row), days.get(id(row), date.min)))
        table = self._table(tr("Late"), tr("Answers late, and overdue at the end of the period"))
        self._say_rest(table, len(self._late) - len(late))
        labels = (_of_late(row, days.get(id(row))) for row in late)
        self._list(table, columns, len(late), labels, lambda pen: (pen.row(_late_row(row)) for row in late))

    def write_repeats(self) -> None:
        """Repeats, the earliest first."""
        columns = [
            Column(tr("Number"), 17), Column(tr("Repeats"), 17), Column(tr("Agency"), 36, "wrap"),
            Column(tr("Topic group"), 30), Column(tr("Municipality"), 28), Column(tr("Detected"), 17, "moment"),
        ]  # fmt: skip
        repeats = [row for row in self._rows if isinstance(row, RepeatLine)]
        table = self._table(tr("Repeats"), tr("Repeats received"))
        self._say_rest(table, len(self._repeats) - len(repeats))
        labels = ([("repeats", WHOLE, None)] for _ in repeats)
        self._list(table, columns, len(repeats), labels, lambda pen: (pen.row(_repeat_row(row)) for row in repeats))

    def write_cases(self) -> None:
        """The same rows again and again, by the parts of each dimension, and late answers by the step that lost them:
        for numbers to lead to, hence not for paper."""
        if not self._rows:
            return
        cuts = [self._by_part(number, dimension) for number, dimension in enumerate(Dimension)]
        cuts.append(self._by_step())
        title = tr("Cases behind the numbers of the other sheets")
        table = self._table(tr("Cases behind the numbers"), title, note=tr(_OF_CASES))
        columns = [
            Column(tr("Sheet"), 14), Column(tr("What it is counted in"), 36), Column(tr("Number"), 17),
            Column(tr("What stands"), 40), Column(tr("Late by"), 12, "duration"), Column(tr("Agency"), 36),
            Column(tr("Topic group"), 30),
        ]  # fmt: skip
        count, labels = sum(len(cut.order) for cut in cuts), chain.from_iterable(cut.labels for cut in cuts)
        self._list(table, columns, count, labels, lambda pen: self._cases(pen, cuts), printed=table.row - 2)

    def _by_part(self, number: int, dimension: Dimension) -> _Cut:
        parts = self._report.parts[dimension]
        places = {part.key: place for place, part in enumerate(parts)}
        names = {part.key: part.name if part.key is not None else part_not_set(dimension) for part in parts}
        rows, is_network = self._rows, dimension is Dimension.NETWORK

        def place(n: int) -> tuple[int, bool, int]:
            row = rows[n]
            return _IN_PARTS[stands(row)], is_network and not row.is_social, places.get(_key(row, number), len(places))

        order = sorted(range(len(rows)), key=place)
        labels = (_of_part(rows[n], dimension, _key(rows[n], number)) for n in order)
        return _Cut(sheet_of(dimension), order, labels, lambda n: names.get(_key(rows[n], number), ""))

    def _by_step(self) -> _Cut:
        steps = {n: row.lost_step or "" for n, row in enumerate(self._rows)
                 if isinstance(row, LateLine) and not row.is_running}  # fmt: skip
        order = sorted(steps, key=lambda n: steps[n])
        return _Cut(tr("Limits"), order, ([("lost", STEP, steps[n])] for n in order), lambda n: step_name(steps[n]))

    def _cases(self, pen: Pen, cuts: Iterable[_Cut]) -> Iterator[str]:
        """The rows of all cuts as XML; what they have in common is written once."""
        common = [self._told(pen, row) for row in self._rows]
        for cut in cuts:
            sheet, starts = pen.cell(1, cut.sheet), dict[str, str]()
            for n in cut.order:
                name = cut.name(n)
                start = starts.get(name) or starts.setdefault(name, sheet + pen.cell(2, name))
                yield pen.whole(start + common[n])

    @staticmethod
    def _told(pen: Pen, row: Row) -> str:
        late = row.late_seconds if isinstance(row, LateLine) else None
        told = row.number, _what_stands(row), late, row.agency, row.topic
        return "".join([pen.cell(number, value) for number, value in enumerate(told, start=3)])

    def _list(
        self, table: Table, columns: Sequence[Column], count: int, labels: Iterable[Sequence[Label]],
        rows: Callable[[Pen], Iterator[str]], printed: int = 0,
    ) -> None:  # fmt: skip
        """The head of a list whose rows are written when the workbook is; each is counted under its labels. For
        paper is all of it, or the first rows of the sheet alone."""
        pen, first = table.long_table(columns, count)
        if not count:
            table.line(tr("Nothing in this period."))
            table.end(len(columns))
        if printed:
            table.print_only(len(columns), printed)
        name = table.sheet.title
        for at, each in enumerate(labels, start=first):
            for label in each:
                block = self._blocks.get(label)
                if block is None:
                    self._blocks[label] = Block(name, len(columns), at, at)
                else:
                    block.last, block.count = at, block.count + 1
        self.long[name] = LongList(first, table.area(len(columns)), rows(pen))

    @staticmethod
    def _say_rest(table: Table, count: int) -> None:
        if count > 0:
            table.line(rows_left_out(count), MUTED)

    # ----- numbers

    def lead(self, cell: Any, number: int, measure: str, where: str = WHOLE, what: Hashable = None) -> None:
        """Let a cell lead to the very rows its number counts; to none where the lists do not hold them all."""
        block = self._blocks.get((measure, where, what))
        if block is not None and number == block.count == block.last - block.first + 1:
            lead(cell, block.sheet, block.first, block.last, block.columns)


def stands(row: Row) -> int:
    """How a row stands: one of RUNNING … REPEATED."""
    if isinstance(row, RepeatLine):
        return REPEATED
    if row.is_running:
        return RUNNING_AGREED if row.by_agreement else RUNNING
    return LATE_AGREED if row.by_agreement else LATE


def _of_late(row: LateLine, day: date | None) -> Sequence[Label]:
    """What counts a row of the list of late answers."""
    counted: dict[int, Sequence[Label]] = {
        RUNNING: [("overdue_out", WHOLE, None), ("running", WHOLE, None)],
        RUNNING_AGREED: [("overdue_out", WHOLE, None), ("agreed", WHOLE, None)],
        LATE_AGREED: [("agreed", WHOLE, None)],
        LATE: [("late", WHOLE, None), ("late", DAY, day)],
    }
    return counted[stands(row)]


def _of_part(row: Row, dimension: Dimension, key: int | None) -> Sequence[Label]:
    """What counts a row of the list of a dimension's parts."""
    measure = _MEASURE.get(stands(row))
    if measure is None:
        return ()
    of_part: Label = measure, dimension, key
    is_told = dimension is Dimension.NETWORK and row.is_social
    return [of_part, (measure, SOCIAL, None)] if is_told else [of_part]


def _key(row: Row, number: int) -> int | None:
    """The part of the dimension `number` that a row is counted in."""
    return row.keys[number] if row.keys else None


def _what_stands(row: Row) -> str:
    if isinstance(row, RepeatLine):
        return tr("a repeat of {number}", number=row.of_number or "—")
    words = tr("overdue, not answered") if row.is_running else tr("answered late")
    return tr("{what}, by agreement", what=words) if row.by_agreement else words


def _late_row(row: LateLine) -> tuple[Any, ...]:
    step = "" if row.lost_step is None else step_name(row.lost_step)
    answered = None if row.is_running else row.at
    told = row.number, row.agency, row.topic, row.place, row.detected_at, answered, row.late_seconds
    return *told, _what_stands(row), step


def _repeat_row(row: RepeatLine) -> tuple[Any, ...]:
    return row.number, row.of_number, row.agency, row.topic, row.place, row.detected_at
