"""A region's working time: its hours and own days laid over the production calendar, ready for WorkCalendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.regulation.hours import WEEKDAYS, Span, read_zone, spans, write_spans
from app.regulation.production_calendar import ProductionCalendar
from app.regulation.section import Section

_HOUR = 3600

_DUTY_KEYS = ("week", "shortened", "special_hours", "production", "shorten", "decree_days")
_KEYS = (
    "tz", "week", "shortened", "decree_days", "days_off", "working_days", "shortened_days", "special_hours", "duty",
)  # fmt: skip

Week = tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class WorkHours:
    """One set of hours: the week, the same weekdays when shortened, own hours of dates, and what it follows.

    `production` False means a desk that works through days off; then nothing of the country's or the region's
    days applies. `shorten` False keeps full hours before holidays.
    """

    week: Week
    shortened: Week
    special: Mapping[date, tuple[Span, ...]]
    production: bool
    shorten: bool
    decree_days: bool


_MORNING, _AFTERNOON = (9 * _HOUR, 13 * _HOUR), (14 * _HOUR, 18 * _HOUR)
_DEFAULT = WorkHours(
    week=((_MORNING, _AFTERNOON),) * 5 + ((),) * 2,
    shortened=((_MORNING, (14 * _HOUR, 17 * _HOUR)),) * 5 + ((),) * 2,
    special={},
    production=True,
    shorten=True,
    decree_days=True,
)


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day that the region itself settled, and the act behind it."""

    day: date
    kind: str
    act: str
    name: str = ""
    like: int = 0


@dataclass(frozen=True, slots=True)
class RegionCalendar:
    """A region's reading of the production calendar: `agencies` hours, the curators' `duty` hours, `own` days.

    `own` kinds: day_off and working (with the hours of weekday `like`), which win over the production calendar and
    the decree layer, and shortened, which leaves a day off alone. Special hours of a date win over everything.
    """

    zone: str
    agencies: WorkHours
    duty: WorkHours
    own: Mapping[date, OwnDay]

    @classmethod
    def from_dict(cls, document: Mapping[str, Any], source: str, path: str = "") -> "RegionCalendar":
        """Read a parsed region's table; only `tz` has no default. Raises CalendarInvalid or CalendarKeyMissing.

        Without `week` the agencies work Monday to Friday 09:00–13:00 and 14:00–18:00; without `shortened` the
        last hour of a shortened day is cut off; without `duty` the curators work as the agencies do.
        `path` is where the table stands in the file `source`; errors name both.
        """
        top = Section(document, source, path, _KEYS)
        agencies = _work_hours(top, _DEFAULT)
        duty = _work_hours(top.table("duty", _DUTY_KEYS), agencies) if "duty" in top.values else agencies
        return cls(read_zone(top).key, agencies, duty, _own_days(top, agencies))

    def agency_calendar(self, production: ProductionCalendar) -> dict[str, Any]:
        """The calendar object of the agencies' working time, for WorkCalendar.from_dict."""
        return self._calendar(production, self.agencies)

    def duty_calendar(self, production: ProductionCalendar) -> dict[str, Any]:
        """The calendar object of the curators' duty hours, for WorkCalendar.from_dict."""
        return self._calendar(production, self.duty)

    def _calendar(self, production: ProductionCalendar, hours: WorkHours) -> dict[str, Any]:
        days: dict[date, tuple[Span, ...]] = {}
        if hours.production:
            days = _production_days(production, hours)
            for own in self.own.values():
                days[own.day] = _own_hours(own, production, hours, days)
        days |= hours.special
        return {
            "tz": self.zone,
            "week": {name: write_spans(day) for name, day in zip(WEEKDAYS, hours.week, strict=True) if day},
            "holidays": [day.isoformat() for day in sorted(days) if not days[day]],
            "day_overrides": {day.isoformat(): write_spans(days[day]) for day in sorted(days) if days[day]},
            "years": list(production.years),
        }


def _production_days(production: ProductionCalendar, hours: WorkHours) -> dict[date, tuple[Span, ...]]:
    days: dict[date, tuple[Span, ...]] = {}
    for day, fact in production.days.items():
        if fact.kind in ("holiday", "moved_off"):
            days[day] = ()
        else:
            weekday = (fact.moved or day).weekday()
            days[day] = (hours.shortened if fact.shortened and hours.shorten else hours.week)[weekday]
    if hours.decree_days:
        days |= dict.fromkeys(production.decrees, ())
    return days


def _own_hours(
    own: OwnDay, production: ProductionCalendar, hours: WorkHours, days: Mapping[date, tuple[Span, ...]]
) -> tuple[Span, ...]:
    if own.kind == "day_off":
        return ()
    if own.kind == "working":
        return hours.week[own.like]
    settled = days.get(own.day)
    fact = production.days.get(own.day)
    if settled == () or not hours.shorten or (fact is not None and fact.shortened):
        return hours.week[own.day.weekday()] if settled is None else settled
    place = (fact.moved if fact is not None else None) or own.day  # a worked Saturday has its weekday's hours
    return hours.shortened[place.weekday()]


def _work_hours(section: Section, default: WorkHours) -> WorkHours:
    """The hours that `section` gives; what it does not say is as in `default`."""
    week, shortened = default.week, default.shortened
    if "week" in section.values:
        week = _week(section, "week", ((),) * 7)
        shortened = tuple(_cut(day) for day in week)
    special = {}
    for row in section.tables("special_hours", ("day", "hours", "act")):
        row.get("hours", "interval")  # a forgotten key would be a day off
        special[row.day("day")] = spans(row, "hours")
    return WorkHours(
        week=week,
        shortened=_week(section, "shortened", shortened),
        special=special,
        production=section.flag("production", default.production),
        shorten=section.flag("shorten", default.shorten),
        decree_days=section.flag("decree_days", default.decree_days),
    )


def _week(section: Section, key: str, default: Week) -> Week:
    table = section.table(key, WEEKDAYS)
    return tuple(
        spans(table, name) if name in table.values else day for name, day in zip(WEEKDAYS, default, strict=True)
    )


def _cut(day: tuple[Span, ...]) -> tuple[Span, ...]:
    """The day's hours without the last hour (art. 95); a lunch break is no part of that hour."""
    left, kept = _HOUR, []
    for start, close in reversed(day):
        taken = min(left, close - start)
        left -= taken
        if close - taken > start:
            kept.append((start, close - taken))
    return tuple(reversed(kept))


def _own_days(top: Section, agencies: WorkHours) -> dict[date, OwnDay]:
    own: dict[date, OwnDay] = {}
    for key, kind in (("days_off", "day_off"), ("working_days", "working"), ("shortened_days", "shortened")):
        keys = ("day", "name", "act", "like") if kind == "working" else ("day", "name", "act")
        for row in top.tables(key, keys):
            day = row.day("day")
            if day in own:
                raise row.refuse("day", day, "once")
            own[day] = OwnDay(day, kind, row.text("act"), row.text("name", ""), _like(row, day, kind, agencies))
    return own


def _like(row: Section, day: date, kind: str, agencies: WorkHours) -> int:
    """The weekday whose hours `day` takes: its own unless `like` says otherwise."""
    name = row.text("like", WEEKDAYS[day.weekday()])
    worked = [weekday for weekday, spans_ in zip(WEEKDAYS, agencies.week, strict=True) if spans_]
    if kind == "working" and name not in worked:
        raise row.refuse("like", name, "one_of", ", ".join(worked))
    return WEEKDAYS.index(name)
