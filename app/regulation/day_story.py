"""Why a day works or not, and how long: the region's calendar told date by date, each with the act behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from app.regulation.hours import Hours, Span
from app.regulation.production_calendar import DayFact, ProductionCalendar
from app.regulation.region_calendar import RegionCalendar, WorkHours


class DayKind(StrEnum):
    """What makes a day what it is; the last word said of it."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MOVED_OFF = "moved_off"
    WORKED = "worked"
    SHORTENED = "shortened"
    DECREE = "decree"
    OWN_OFF = "own_off"
    OWN_WORKING = "own_working"
    OWN_SHORTENED = "own_shortened"
    SPECIAL = "special"
    UNKNOWN = "unknown"


_BY_OWN = {"day_off": DayKind.OWN_OFF, "working": DayKind.OWN_WORKING, "shortened": DayKind.OWN_SHORTENED}


@dataclass(frozen=True, slots=True)
class DayStory:
    """A date: its kind, its working intervals, the act behind it, the holiday's name, and where a day off was moved
    from or to."""

    day: date
    kind: DayKind
    spans: tuple[Span, ...] = ()
    act: str = ""
    link: str = ""
    name: str = ""
    moved: date | None = None


@dataclass(frozen=True)
class DayTeller:
    """Tells the days of one desk: the agencies', or the curators' duty."""

    production: ProductionCalendar
    region: RegionCalendar
    hours: WorkHours
    counted: Hours

    @classmethod
    def of(cls, production: ProductionCalendar, region: RegionCalendar, *, duty: bool) -> "DayTeller":
        """The teller of a region's calendars. Raises CalendarError."""
        calendar: Mapping[str, Any] = (region.duty_calendar if duty else region.agency_calendar)(production)
        return cls(production, region, region.duty if duty else region.agencies, Hours.from_dict(calendar))

    def tell(self, day: date) -> DayStory:
        """What is known of `day`; UNKNOWN in a year that is not loaded."""
        first, last = self.production.years
        if not first <= day.year <= last:
            return DayStory(day, DayKind.UNKNOWN)
        spans = self.counted.on(day)
        if day in self.hours.special:
            return DayStory(day, DayKind.SPECIAL, spans)
        if not self.hours.production:
            return DayStory(day, DayKind.WORKING if spans else DayKind.WEEKEND, spans)
        own = self.region.own.get(day)
        fact = self.production.fact(day, self.hours.decree_days)
        if own is not None and (own.kind != "shortened" or spans):
            return DayStory(day, _BY_OWN[own.kind], spans, own.act, name=own.name)
        if fact is not None:
            return self._by_fact(day, fact, spans)
        return DayStory(day, DayKind.WORKING if spans else DayKind.WEEKEND, spans)

    def _by_fact(self, day: date, fact: DayFact, spans: tuple[Span, ...]) -> DayStory:
        return DayStory(day, DayKind(fact.kind), spans, fact.act.name, fact.act.link, fact.name, fact.moved)

    def year(self, year: int) -> list[DayStory]:
        """All days of a year."""
        first, following = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
        return [self.tell(date.fromordinal(number)) for number in range(first, following)]
