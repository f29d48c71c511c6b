"""The working intervals of a calendar as one sorted table of epoch seconds, grown by years as they are asked for."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from app.regulation.calendar_errors import CalendarHasNoWorkingTime, CalendarYearNotLoaded
from app.regulation.hours import DAY, FIRST_YEAR, LAST_YEAR, Hours, Span

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_LONGEST_YEAR = 366 * DAY


class Table(NamedTuple):
    """Disjoint working intervals [starts[i], ends[i]) known for all of [first, last), in epoch seconds.

    before[i] is the working time from `first` to starts[i]; its extra last entry is the whole of it.
    `years` are the years built, first and last.
    """

    first: int
    last: int
    starts: list[int]
    ends: list[int]
    before: list[int]
    years: tuple[int, int] | None


class Timeline:
    """Grows the table; a grown table replaces the old one whole, so that every thread reads a consistent one."""

    def __init__(self, hours: Hours) -> None:
        self.table = Table(0, -1, [], [], [0], None)
        self._hours = hours
        self._zone = hours.zone
        self._bounds = hours.years or (FIRST_YEAR, LAST_YEAR)
        self._by_year: dict[int, list[Span]] = {}

    def covering(self, first: int, last: int) -> Table:
        """A table in which all of [first, last] is known. Raises CalendarYearNotLoaded."""
        table = self.table
        if table.first <= first and last <= table.last:
            return table
        low, high = self._year_of(first), self._year_of(last)
        if table.years is not None:
            low, high = min(low, table.years[0]), max(high, table.years[1])
        table = self._grow(low, high)
        if first < table.first:  # the night shift of the last day before the loaded years may still be running
            raise self._not_loaded(self._bounds[0] - 1)
        return table

    def later(self, table: Table, seconds: int) -> Table:
        """`table` grown forward, where `seconds` of working time were missing at its end."""
        low, high = self._built(table)
        if high == self._bounds[1]:
            raise self._not_loaded(high + 1)
        return self._grow(low, min(self._bounds[1], high + 1 + seconds // _LONGEST_YEAR))

    def earlier(self, table: Table, seconds: int) -> Table:
        """`table` grown backward, where `seconds` of working time were missing before its start."""
        low, high = self._built(table)
        if low == self._bounds[0]:
            raise self._not_loaded(low - 1)
        return self._grow(max(self._bounds[0], low - 1 - seconds // _LONGEST_YEAR), high)

    def check_year(self, year: int) -> None:
        """Raises CalendarYearNotLoaded where dates of `year` are not known."""
        if not self._bounds[0] <= year <= self._bounds[1]:
            raise self._not_loaded(year)

    def _built(self, table: Table) -> tuple[int, int]:
        if not self._hours.ever:
            raise CalendarHasNoWorkingTime
        assert table.years is not None  # every search starts from a covered moment
        return table.years

    def _not_loaded(self, year: int) -> CalendarYearNotLoaded | CalendarHasNoWorkingTime:
        # Without a list of years everything is known: special dates have an end, a week has none.
        if self._hours.years is None and not self._hours.recurring:
            return CalendarHasNoWorkingTime()
        return CalendarYearNotLoaded(year, *self._bounds)

    def _year_of(self, at: int) -> int:
        rough = datetime.fromtimestamp(at, UTC).year
        if not self._bounds[0] - 1 <= rough <= self._bounds[1] + 1:
            raise CalendarYearNotLoaded(rough, *self._bounds)
        year = datetime.fromtimestamp(at, self._zone).year
        if year > self._bounds[1]:  # the last midnight ends the last year
            year = datetime.fromtimestamp(at - 1, self._zone).year
        if not self._bounds[0] <= year <= self._bounds[1]:
            raise CalendarYearNotLoaded(year, *self._bounds)
        return year

    def _grow(self, low: int, high: int) -> Table:
        first = first_instant(self._zone, date(low, 1, 1), 0)
        last = first_instant(self._zone, date(high + 1, 1, 1), 0)
        eve = self._spans_of_day(date(low - 1, 12, 31))
        if low == self._bounds[0]:
            eve = []
            first += self._hours.spill
        found = eve + [span for year in range(low, high + 1) for span in self._spans_of_year(year)]
        self.table = table = _assemble(first, last, sorted(found), (low, high))
        return table

    def _spans_of_year(self, year: int) -> list[Span]:
        spans = self._by_year.get(year)
        if spans is None:
            # Offsets at midnights: where a day's and the day after next's agree, they hold for all of the day and
            # its night shift (no zone has ever jumped there and back within two days; a test reads all of them).
            days = [date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 3).toordinal())]
            offsets = [_offset(self._zone, day) for day in days]
            spans = []
            for day, offset, after in zip(days, offsets, offsets[2:], strict=False):
                if offset is not None and offset == after:
                    midnight = (day.toordinal() - _EPOCH_DAY) * DAY - offset
                    spans += [(midnight + start, midnight + close) for start, close in self._hours.on(day)]
                else:
                    spans += self._spans_of_day(day)
            self._by_year[year] = spans
        return spans

    def _spans_of_day(self, day: date) -> list[Span]:
        zone = self._zone
        return [
            (first_instant(zone, day, start), first_instant(zone, day, close)) for start, close in self._hours.on(day)
        ]


def _offset(zone: tzinfo, day: date) -> int | None:
    """Seconds from UTC at the midnight that opens `day`, or None where that midnight is skipped or repeated."""
    offset = datetime(day.year, day.month, day.day, tzinfo=zone).utcoffset()
    if offset is None or offset != datetime(day.year, day.month, day.day, tzinfo=zone, fold=1).utcoffset():
        return None
    return offset.days * DAY + offset.seconds


def first_instant(zone: tzinfo, day: date, second: int) -> int:
    """The epoch second at which the clocks of `zone` first show, or jump over, `second` after midnight of `day`.

    An hour that an autumn night repeats means its first pass; a time that a spring night skips is the jump itself.
    """
    if second >= DAY:
        day += timedelta(days=second // DAY)
        second %= DAY
    wall = datetime(day.year, day.month, day.day, second // 3600, second // 60 % 60, second % 60, tzinfo=zone)
    local = (day.toordinal() - _EPOCH_DAY) * DAY + second
    offset = _seconds(wall)
    shifted = _seconds(wall.replace(fold=1))
    if shifted <= offset:
        return local - offset
    return _jump(zone, local - shifted, local - offset, offset)


def _jump(zone: tzinfo, before: int, after: int, offset: int) -> int:
    """The first second in (before, after] at which the offset is no longer `offset`."""
    while after - before > 1:
        middle = (before + after) // 2
        if _seconds(datetime.fromtimestamp(middle, zone)) == offset:
            before = middle
        else:
            after = middle
    return after


def _seconds(moment: datetime) -> int:
    offset = moment.utcoffset()
    assert offset is not None  # ZoneInfo always knows
    return offset.days * DAY + offset.seconds


def _assemble(first: int, last: int, spans: list[Span], years: tuple[int, int]) -> Table:
    starts: list[int] = []
    ends: list[int] = []
    for start, end in spans:
        start, end = max(start, first), min(end, last)
        if start >= end:
            continue
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    before = [0]
    for start, end in zip(starts, ends, strict=True):
        before.append(before[-1] + end - start)
    return Table(first, last, starts, ends, before, years)
