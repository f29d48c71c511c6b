"""When background work falls due: periods by name, in order, and the moment at which each comes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from app.regulation.calendar import WorkCalendar

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Schedule(Protocol):
    """Names of periods sort as the periods follow each other. A sweep is about now: one that was missed is not made
    up for; a report is owed for every period."""

    @property
    def is_sweep(self) -> bool: ...

    def due(self, now: datetime, hours: WorkCalendar, after: str) -> list[str]:
        """Periods that have fallen due by `now` and come after `after`, oldest first; after "" only the latest."""
        ...

    def next_due(self, now: datetime, hours: WorkCalendar) -> datetime:
        """When the next period after `now` falls due."""
        ...


@dataclass(frozen=True, slots=True)
class Every:
    """A sweep every so many seconds; periods begin at whole multiples since 1970, alike on every machine."""

    seconds: int
    is_sweep: bool = True

    def due(self, now: datetime, hours: WorkCalendar, after: str) -> list[str]:
        begin = self._begin(now).strftime("%Y-%m-%dT%H:%M:%SZ")
        return [begin] if begin > after else []

    def next_due(self, now: datetime, hours: WorkCalendar) -> datetime:
        return self._begin(now) + timedelta(seconds=self.seconds)

    def _begin(self, now: datetime) -> datetime:
        step = timedelta(seconds=self.seconds)
        return _EPOCH + (now - _EPOCH) // step * step


@dataclass(frozen=True, slots=True)
class Daily:
    """A sweep once a day of the region, from `at` on, working day or not."""

    at: time = time()
    is_sweep: bool = True

    def due(self, now: datetime, hours: WorkCalendar, after: str) -> list[str]:
        day = now.astimezone(hours.zone).date()
        period = str(day if now >= self._moment(day, hours) else day - timedelta(days=1))
        return [period] if period > after else []

    def next_due(self, now: datetime, hours: WorkCalendar) -> datetime:
        day = now.astimezone(hours.zone).date()
        moment = self._moment(day, hours)
        return moment if moment > now else self._moment(day + timedelta(days=1), hours)

    def _moment(self, day: date, hours: WorkCalendar) -> datetime:
        return datetime.combine(day, self.at, hours.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class AfterMonth:
    """A report on each month, due on the first working day after it at `at` (п. 23: ежемесячно). The period is the
    month reported on, "2026-10". Raises CalendarError for a year that is not loaded."""

    at: time = time(9)
    is_sweep: bool = False

    def due(self, now: datetime, hours: WorkCalendar, after: str) -> list[str]:
        month = _month_before(now.astimezone(hours.zone).date())
        if self._moment(month, hours) > now:
            month = _month_before(month)
        found = [_name(month)]
        while after and _name(month) > after:
            month = _month_before(month)
            found.append(_name(month))
        return sorted(name for name in found if name > after)

    def next_due(self, now: datetime, hours: WorkCalendar) -> datetime:
        today = now.astimezone(hours.zone).date()
        moment = self._moment(_month_before(today), hours)
        return moment if moment > now else self._moment(today.replace(day=1), hours)

    def _moment(self, month: date, hours: WorkCalendar) -> datetime:
        day = _month_after(month)
        while not hours.is_working_day(day):
            day += timedelta(days=1)
        return datetime.combine(day, self.at, hours.zone).astimezone(UTC)


def _name(month: date) -> str:
    return month.strftime("%Y-%m")


def _month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _month_after(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)
