"""A country's production calendar: which days are off, worked or shortened, and by which act."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.regulation.calendar_errors import CalendarFileBroken
from app.regulation.hours import FIRST_YEAR, LAST_YEAR, month_day
from app.regulation.section import Section

_KEYS = ("country", "shortened_act", "acts", "holidays", "year", "decree_days")
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Act:
    """The legal act behind a day: its name as one cites it, and where to read it."""

    name: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class DayFact:
    """What the production calendar says of one date.

    `kind`: holiday, moved_off (a day off moved here from `moved`), worked (a day off moved away to `moved`),
    shortened (an ordinary working day one hour shorter), decree (declared non-working by the President).
    A worked day may be `shortened` too. `name` is the holiday's own.
    """

    day: date
    kind: str
    act: Act
    name: str = ""
    moved: date | None = None
    shortened: bool = False


@dataclass(frozen=True)
class ProductionCalendar:
    """The facts of all loaded years; an ordinary working day or weekend has none.

    `decrees` is a layer of its own, over `days`: a region switches it on or off.
    """

    country: str
    years: tuple[int, int]
    days: Mapping[date, DayFact]
    decrees: Mapping[date, DayFact]

    def fact(self, day: date, decree_days: bool = True) -> DayFact | None:
        """What is special about `day`, and by which act; None where nothing is."""
        return (self.decrees.get(day) if decree_days else None) or self.days.get(day)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any], source: str) -> "ProductionCalendar":
        """Read a parsed calendar file; errors name `source`. Raises CalendarInvalid or CalendarKeyMissing.

        Checked against the Labour Code: a holiday on a weekend outside 1–8 January is moved (art. 112),
        and the shortened days are those that art. 95 makes so.
        """
        top = Section(document, source, "", _KEYS)
        acts = _Acts(top)
        years = _years(top)
        days = _holidays(top, acts, years)
        for year in range(years[0], years[1] + 1):
            section = top.table("year", None).table(str(year), ("moved", "shortened"))
            _read_year(section, acts, year, days)
            _shorten(section, acts.of(top, "shortened_act"), year, days)
        return cls(top.text("country"), years, days, _decrees(top, acts, years, days))


def load_production_calendar(path: Path) -> ProductionCalendar:
    """Read the TOML file at `path`. Raises CalendarFileBroken, and what `from_dict` raises."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CalendarFileBroken(path.name, str(error)) from error
    return ProductionCalendar.from_dict(document, path.name)


class _Acts:
    """The acts that a file names, by their short keys."""

    def __init__(self, top: Section) -> None:
        table = top.table("acts", None)
        self._acts = {}
        for key in table.values:
            section = table.table(key, ("name", "link"))
            self._acts[key] = Act(section.text("name"), section.text("link", ""))

    def of(self, section: Section, key: str = "act") -> Act:
        name = section.text(key)
        if name not in self._acts:
            raise section.refuse(key, name, "one_of", ", ".join(self._acts))
        return self._acts[name]


def _years(top: Section) -> tuple[int, int]:
    top.get("year", "year_tables")
    table = top.table("year", None)
    years = sorted(int(name) for name in table.values if name.isdecimal())
    good = years and len(years) == len(table.values) and years[0] >= FIRST_YEAR and years[-1] <= LAST_YEAR
    if not good or years != list(range(years[0], years[-1] + 1)):
        raise top.refuse("year", ", ".join(map(str, table.values)), "year_tables")
    return years[0], years[-1]


def _holidays(top: Section, acts: _Acts, years: tuple[int, int]) -> dict[date, DayFact]:
    days = {}
    for section in top.tables("holidays", ("days", "name", "act")):
        name, act = section.text("name"), acts.of(section)
        for value in section.listed("days"):
            month, number = month_day(section, "days", value)
            if (month, number) == (2, 29):
                raise section.refuse("days", value, "month_day")
            for year in range(years[0], years[1] + 1):
                day = date(year, month, number)
                days[day] = DayFact(day, "holiday", act, name)
    return days


def _read_year(section: Section, acts: _Acts, year: int, days: dict[date, DayFact]) -> None:
    sources = set()
    for row in section.tables("moved", ("from", "to", "act")):
        source, target, act = _date_in(row, "from", year), _date_in(row, "to", year), acts.of(row)
        if source.weekday() < _SATURDAY or source in sources:
            raise row.refuse("from", source, "weekend_day")
        if target.weekday() >= _SATURDAY or target in days:
            raise row.refuse("to", target, "working_weekday")
        sources.add(source)
        days[target] = DayFact(target, "moved_off", act, moved=source)
        if source not in days:
            days[source] = DayFact(source, "worked", act, moved=target)
    for day, fact in days.items():
        forgotten = fact.kind == "holiday" and day.weekday() >= _SATURDAY and day not in sources
        if day.year == year and forgotten and not (day.month == 1 and day.day <= 8):
            raise section.refuse("moved", day, "moved_holiday")


def _shorten(section: Section, shortening: Act, year: int, days: dict[date, DayFact]) -> None:
    """Mark the shortened days of the year (art. 95), which the file must list just so."""
    listed = sorted(section.days("shortened"))
    by_rule = [day for day in _all_days(year) if _precedes_holiday(day, days)]
    if listed != by_rule:
        raise section.refuse("shortened", ", ".join(map(str, listed)), "shortened_days", ", ".join(map(str, by_rule)))
    for day in by_rule:
        worked = days.get(day)
        if worked is None:
            days[day] = DayFact(day, "shortened", shortening, shortened=True)
        else:
            days[day] = DayFact(day, worked.kind, worked.act, moved=worked.moved, shortened=True)


def _precedes_holiday(day: date, days: Mapping[date, DayFact]) -> bool:
    """Is `day` worked, and does it (or the day whose place it takes) come right before a holiday?"""
    fact = days.get(day)
    if fact is None and day.weekday() >= _SATURDAY:
        return False
    if fact is not None and fact.kind != "worked":
        return False
    place = (fact.moved if fact else None) or day
    following = place + _ONE_DAY
    fact = days.get(following)
    # 1 January is a holiday in every year, also in the one after the last that the file knows.
    return (following.month, following.day) == (1, 1) or (fact is not None and fact.kind == "holiday")


def _decrees(top: Section, acts: _Acts, years: tuple[int, int], days: Mapping[date, DayFact]) -> dict[date, DayFact]:
    layer = {}
    for section in top.tables("decree_days", ("first", "last", "act")):
        first, last, act = section.day("first"), section.day("last"), acts.of(section)
        if not years[0] <= first.year <= years[1]:
            raise section.refuse("first", first, "in_years", f"{years[0]}–{years[1]}")
        if not first <= last or last.year > years[1]:
            raise section.refuse("last", last, "from_date", str(first))
        day = first
        while day <= last:
            if not _is_off(day, days):
                layer[day] = DayFact(day, "decree", act)
            day += _ONE_DAY
    return layer


def _is_off(day: date, days: Mapping[date, DayFact]) -> bool:
    fact = days.get(day)
    return fact.kind in ("holiday", "moved_off") if fact else day.weekday() >= _SATURDAY


def _date_in(section: Section, key: str, year: int) -> date:
    day = section.day(key)
    if day.year != year:
        raise section.refuse(key, day, "in_years", str(year))
    return day


def _all_days(year: int) -> list[date]:
    first = date(year, 1, 1).toordinal()
    return [date.fromordinal(number) for number in range(first, date(year + 1, 1, 1).toordinal())]
