"""What alerts of past clocks would have been, and the figures by which alarm management judges them (EEMUA 191)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median

from app.regulation.alarms import (
    HOUR,
    MOST_IN_TEN_MINUTES,
    TEN_MINUTES,
    AlarmRules,
    Level,
    Priority,
    Subject,
    Told,
    how_told,
    priority,
    soon_at,
)
from app.regulation.calendar import WorkCalendar
from app.regulation.profile import Importance

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert that a past clock gives: when, of which level and gravity, and who was asked to act (any name)."""

    at: datetime
    person: str
    level: Level
    priority: Priority


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """One person's alerts: how many were raised and heard, heard for each hour on duty on average, at most in any
    hour and in any ten minutes, and floods: ten minutes in which more than ten were raised."""

    person: str
    raised: int
    heard: int
    heard_an_hour: float
    most_in_an_hour: int
    most_in_ten_minutes: int
    floods: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The alerts of a period: by gravity, by how they were told, and person by person, the most disturbed first."""

    raised: int
    by_priority: dict[str, int]
    by_told: dict[str, int]
    people: tuple[PersonFigures, ...]
    seconds_to_acknowledge: tuple[int, ...] = field(default=())

    def share(self, of: Priority) -> float:
        """The share of a priority, 0 to 1."""
        return self.by_priority[str(of)] / self.raised if self.raised else 0.0

    @property
    def median_seconds_to_acknowledge(self) -> int | None:
        return int(median(self.seconds_to_acknowledge)) if self.seconds_to_acknowledge else None


def moments(
    subject: Subject, stopped_at: datetime | None, alarms: AlarmRules, hours: WorkCalendar
) -> list[tuple[datetime, Level, Priority]]:
    """When a clock that stopped then (None: still runs) alerted, and how gravely. Raises CalendarError."""
    found = []
    is_high = subject.importance is Importance.HIGH
    for level, begins in ((Level.SOON, soon_at(subject, alarms, hours)), (Level.DUE, subject.due_at + _SECOND)):
        at = begins if is_high or hours.is_working(begins) else hours.next_open(begins)
        is_past = level is Level.SOON and at > subject.due_at
        if not is_past and (stopped_at is None or at < stopped_at):
            found.append((at, level, priority(subject, level)))
    return found


def figures(raised: Iterable[Raised], alarms: AlarmRules, duty: WorkCalendar) -> Figures:
    """Play the alerts person by person in their order, as desks would have told them."""
    by_person: dict[str, list[Raised]] = defaultdict(list)
    for alert in raised:
        by_person[alert.person].append(alert)
    told: dict[str, int] = {str(how): 0 for how in Told}
    gravity: dict[str, int] = {str(grave): 0 for grave in Priority}
    people = []
    for person, alerts in by_person.items():
        alerts.sort(key=lambda alert: alert.at)
        heard: list[datetime] = []
        for alert in alerts:
            how = how_told(alert.priority, alert.at, heard[-MOST_IN_TEN_MINUTES:], alarms)
            told[str(how)] += 1
            gravity[str(alert.priority)] += 1
            heard += [alert.at] if how is Told.AUDIBLE else []
        people.append(_person(person, [alert.at for alert in alerts], heard, duty))
    people.sort(key=lambda one: (-one.heard_an_hour, -one.raised, one.person))
    return Figures(sum(gravity.values()), gravity, told, tuple(people))


def _person(person: str, raised: Sequence[datetime], heard: Sequence[datetime], duty: WorkCalendar) -> PersonFigures:
    hours = sum(_hours_of(day, duty) for day in {at.astimezone(duty.zone).date() for at in raised})
    hours = max(hours, len({at.replace(minute=0, second=0) for at in heard}))  # of high importance also by night
    return PersonFigures(
        person=person,
        raised=len(raised),
        heard=len(heard),
        heard_an_hour=round(len(heard) / hours, 2) if hours else 0.0,
        most_in_an_hour=most_within(heard, HOUR),
        most_in_ten_minutes=most_within(heard, TEN_MINUTES),
        floods=_floods(raised),
    )


def _hours_of(day: date, duty: WorkCalendar) -> float:
    begin = datetime.combine(day, time.min, duty.zone)
    return duty.between(begin, begin + timedelta(days=1)) / 3600


def most_within(times: Sequence[datetime], span: timedelta) -> int:
    """The most of these moments, in order, that lie within any `span`."""
    most, first = 0, 0
    for last, at in enumerate(times):
        while at - times[first] >= span:
            first += 1
        most = max(most, last - first + 1)
    return most


def _floods(raised: Sequence[datetime]) -> int:
    """Ten minutes, each beginning with an alert, in which more than ten were raised; none counted in two."""
    count, first = 0, 0
    while first < len(raised):
        end = raised[first] + TEN_MINUTES
        within = sum(at < end for at in raised[first:])
        count += within > MOST_IN_TEN_MINUTES
        first += within if within > MOST_IN_TEN_MINUTES else 1
    return count
