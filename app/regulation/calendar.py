"""Working time: limits added to a moment, working time between moments, and the days that count."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

from app.regulation.calendar_errors import CalendarHasNoWorkingTime, CalendarInvalid, MomentWithoutZone, PauseReversed
from app.regulation.hours import DAY, Hours, Span
from app.regulation.timeline import Timeline, first_instant

# The project's two words, and the longer ones of the test vectors.
_BOUNDARIES = {"end": "end", "next": "next", "end_of_interval": "end", "start_of_next": "next"}

Pauses = Iterable[tuple[datetime, datetime]]

_fromtimestamp = datetime.fromtimestamp


class WorkCalendar:
    """An immutable calendar of working time.

    Moments come in aware (MomentWithoutZone otherwise) and go out aware, in UTC. Time is counted in whole seconds:
    a fraction of a second in a moment is dropped, as it is when moments are stored. Intervals are half-open.
    A year outside the calendar's `years` raises CalendarYearNotLoaded wherever an answer would depend on it.

    `boundary` settles where a limit falls that runs out exactly at the edge of an interval (or of a pause):
    "end" at the edge that is reached first (18:00), "next" beyond the gap (09:00 tomorrow). Counting backward
    mirrors that: "end" at the opening that is reached first, "next" at the close before the gap.
    """

    __slots__ = ("_at_end", "_hours", "_timeline", "boundary", "version")

    boundary: str
    version: str
    _at_end: bool
    _hours: Hours
    _timeline: Timeline

    def __init__(self, hours: Hours, boundary: str = "end") -> None:
        """Use `from_dict`; this takes hours that are already checked."""
        if boundary not in _BOUNDARIES:
            raise CalendarInvalid("calendar", "boundary", boundary, "one_of", "end, next")
        keep = object.__setattr__
        keep(self, "boundary", _BOUNDARIES[boundary])
        keep(self, "version", hours.digest())
        keep(self, "_at_end", self.boundary == "end")
        keep(self, "_hours", hours)
        keep(self, "_timeline", Timeline(hours))

    @classmethod
    def from_dict(
        cls, calendar: Mapping[str, Any], boundary: str = "end", years: tuple[int, int] | None = None
    ) -> "WorkCalendar":
        """A calendar from a mapping with the keys tz, week, holidays, yearly_holidays, day_overrides, years.

        `years` is (first, last) inclusive and replaces the mapping's own; without either the calendar has no end.
        Raises CalendarInvalid or CalendarKeyMissing.
        """
        return cls(Hours.from_dict(calendar, years), boundary)

    def to_dict(self) -> dict[str, Any]:
        """The calendar in canonical form; `version` is its sha256. The boundary is not part of it."""
        return self._hours.to_dict()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone whose clocks the hours are written in."""
        return self._hours.zone

    @property
    def years(self) -> tuple[int, int] | None:
        """The first and the last loaded year, or None where the calendar has no end."""
        return self._hours.years

    def add(self, start: datetime, seconds: int, pauses: Pauses = ()) -> datetime:
        """The moment `seconds` working seconds after `start` (before it, if negative); pauses do not count.

        With boundary "end" zero seconds give `start` itself, with "next" the next working moment.
        """
        at = _second(start)
        if seconds == 0 and self._at_end:
            found = at
        elif pauses:
            found = self._shift_over(at, seconds, _merged(pauses))
        else:
            found = self._find(at, seconds, (seconds >= 0) is self._at_end)
        return _fromtimestamp(found, UTC)

    def between(self, start: datetime, end: datetime, pauses: Pauses = ()) -> int:
        """Working seconds from `start` to `end`, pauses excluded; 0 where `end` is not after `start`."""
        first, last = _second(start), _second(end)
        held = _merged(pauses) if pauses else ()
        if last <= first:
            return 0
        worked = self._worked(first, last)
        for pause_start, pause_end in held:
            inner_start, inner_end = max(pause_start, first), min(pause_end, last)
            if inner_start < inner_end:
                worked -= self._worked(inner_start, inner_end)
        return worked

    def next_open(self, at: datetime) -> datetime:
        """The first working moment at or after `at`."""
        return _fromtimestamp(self._find(_second(at), 0, to_left=False), UTC)

    def prev_close(self, at: datetime) -> datetime:
        """The last moment at or before `at` that is working or ends working time."""
        second = _second(at)
        if not self._is_working(second):
            second = self._find(second, 0, to_left=True)
        return _fromtimestamp(second, UTC)

    def is_working(self, at: datetime) -> bool:
        """Is `at` working time? The opening moment is, the closing moment is not."""
        return self._is_working(_second(at))

    def is_working_day(self, day: date) -> bool:
        """Does any working time start on this local date? Raises CalendarYearNotLoaded."""
        self._timeline.check_year(day.year)
        return self._works_on(day)

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """The same local time `days` working days after (before, if negative) the local day of `start`.

        That day itself is not counted, working or not; a time that DST skips becomes the moment of the jump.
        """
        local = _fromtimestamp(_second(start), self.zone)
        if days == 0:
            return local.astimezone(UTC)
        day = self._working_day(local.date(), days)
        second = local.hour * 3600 + local.minute * 60 + local.second
        return _fromtimestamp(first_instant(self.zone, day, second), UTC)

    def end_of_working_day(self, start: datetime, days: int) -> datetime:
        """The end of the `days`-th working day after the local day of `start`, which is not counted (п. 15).

        `days` is at least 1, otherwise CalendarInvalid.
        """
        if days < 1:
            raise CalendarInvalid("calendar", "days", days, "positive")
        day = self._working_day(_fromtimestamp(_second(start), self.zone).date(), days)
        close = max(close for _, close in self._hours.on(day))
        return _fromtimestamp(first_instant(self.zone, day, close), UTC)

    def working_intervals(self, start: datetime, end: datetime, pauses: Pauses = ()) -> list[tuple[datetime, datetime]]:
        """The half-open UTC intervals that `between` counts, in order: what explains a due time."""
        first, last = _second(start), _second(end)
        held = _merged(pauses)
        found: list[Span] = []
        if last <= first:
            return []
        _, _, starts, ends, _, _ = self._timeline.covering(first, last)
        for i in range(max(bisect_right(starts, first) - 1, 0), bisect_left(starts, last)):
            found += _without(max(starts[i], first), min(ends[i], last), held)
        return [(_fromtimestamp(a, UTC), _fromtimestamp(b, UTC)) for a, b in found]

    def split_by_local_day(self, start: datetime, end: datetime) -> list[tuple[date, datetime, datetime]]:
        """[start, end) cut at local midnights, each piece with its local date, in UTC."""
        at, last = _second(start), _second(end)
        pieces: list[tuple[date, datetime, datetime]] = []
        while at < last:
            day = _fromtimestamp(at, self.zone).date()
            midnight = first_instant(self.zone, day, DAY)
            if midnight <= at:  # a midnight that the clocks pass twice ended the day already
                midnight = first_instant(self.zone, day, 2 * DAY)
            cut = min(midnight, last)
            pieces.append((day, _fromtimestamp(at, UTC), _fromtimestamp(cut, UTC)))
            at = cut
        return pieces

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, WorkCalendar):
            return NotImplemented
        return (self.version, self.boundary) == (other.version, other.boundary)

    def __hash__(self) -> int:
        return hash((self.version, self.boundary))

    def __repr__(self) -> str:
        return f"WorkCalendar({self.zone.key}, years={self.years}, boundary={self.boundary!r}, {self.version[:12]})"

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a WorkCalendar does not change: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a WorkCalendar does not change: {name}")

    def _find(self, at: int, seconds: int, to_left: bool) -> int:
        """The moment `seconds` of working time from `at`; of all such the earliest if `to_left`, else the latest."""
        timeline = self._timeline
        table = timeline.table
        if not table.first <= at <= table.last:
            table = timeline.covering(at, at)
        while True:
            _, _, starts, ends, before, _ = table
            goal = seconds
            i = bisect_right(starts, at) - 1
            if i >= 0:
                end = ends[i]
                goal += before[i] + (at if at < end else end) - starts[i]
            k = (bisect_left(before, goal) if to_left else bisect_right(before, goal)) - 1
            if k < 0:
                table = timeline.earlier(table, -goal)
            elif k == len(starts):
                table = timeline.later(table, goal - before[-1])
            else:
                return starts[k] + goal - before[k]

    def _shift_over(self, at: int, seconds: int, pauses: list[Span]) -> int:
        """The moment `seconds` of working time from `at`, with the merged `pauses` left out of the count."""
        forward = seconds >= 0
        if not forward:
            pauses = pauses[::-1]
        for pause in pauses:
            near, far = pause if forward else pause[::-1]
            if (far <= at) if forward else (far >= at):
                continue
            if (near > at) if forward else (near < at):
                found = self._find(at, seconds, forward is self._at_end)
                ahead = near - found if forward else found - near
                if ahead > 0 or (ahead == 0 and self._at_end):
                    return found
                seconds -= self._worked(at, near) if forward else -self._worked(near, at)
            at = far
        return self._find(at, seconds, forward is self._at_end)

    def _worked(self, start: int, end: int) -> int:
        table = self._timeline.table
        if start < table.first or end > table.last:
            table = self._timeline.covering(start, end)
        _, _, starts, ends, before, _ = table
        worked = 0
        k = bisect_right(starts, end) - 1
        if k >= 0:
            close = ends[k]
            worked = before[k] + (end if end < close else close) - starts[k]
            i = bisect_right(starts, start, 0, k + 1) - 1
            if i >= 0:
                close = ends[i]
                worked -= before[i] + (start if start < close else close) - starts[i]
        return worked

    def _is_working(self, at: int) -> bool:
        table = self._timeline.covering(at, at + 1)
        i = bisect_right(table.starts, at) - 1
        return i >= 0 and at < table.ends[i]

    def _working_day(self, day: date, days: int) -> date:
        if not self._hours.ever:
            raise CalendarHasNoWorkingTime
        step = timedelta(days=1 if days > 0 else -1)
        left = abs(days)
        self._timeline.check_year(day.year)
        while left:
            day += step
            self._timeline.check_year(day.year)
            if self._works_on(day):
                left -= 1
        return day

    def _works_on(self, day: date) -> bool:
        """Does any shift start on this local date? Hours that DST skips whole are no working time."""
        return any(
            first_instant(self.zone, day, start) < first_instant(self.zone, day, close)
            for start, close in self._hours.on(day)
        )


def _second(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise MomentWithoutZone(moment)
    return floor(moment.timestamp())


def _merged(pauses: Pauses) -> list[Span]:
    """The pauses as disjoint spans in order."""
    merged: list[Span] = []
    for start, end in sorted(_pause(*pause) for pause in pauses):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def _pause(start: datetime, end: datetime) -> Span:
    span = _second(start), _second(end)
    if span[1] < span[0]:
        raise PauseReversed(start, end)
    return span


def _without(start: int, end: int, pauses: list[Span]) -> list[Span]:
    """[start, end) without the pauses."""
    left: list[Span] = []
    for pause_start, pause_end in pauses:
        if pause_end <= start or pause_start >= end:
            continue
        if start < pause_start:
            left.append((start, pause_start))
        start = pause_end
    if start < end:
        left.append((start, end))
    return left
