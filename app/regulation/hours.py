"""What a calendar says of each date: the week's hours, days off and special hours, read and checked."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from app.regulation.section import Section

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 86_400
# Beyond these a calendar without a list of years knows nothing either: a runaway count ends with an error.
FIRST_YEAR, LAST_YEAR = 1900, 2199

# Seconds from local midnight, half-open; the close of a night shift lies past 86 400.
Span = tuple[int, int]

_KEYS = ("tz", "week", "holidays", "yearly_holidays", "day_overrides", "years")
_TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?")
_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)")


@dataclass(frozen=True, slots=True)
class Hours:
    """The working hours of every date; a shift belongs to the date on which it starts.

    Special hours of a date win over a day off, a day off wins over the week.
    """

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    holidays: frozenset[date]
    yearly_holidays: frozenset[tuple[int, int]]
    special: Mapping[date, tuple[Span, ...]]
    years: tuple[int, int] | None

    @classmethod
    def from_dict(cls, calendar: Mapping[str, Any], years: Any = None, source: str = "calendar") -> "Hours":
        """Read a calendar object; `years` (first, last) replaces its own. Raises CalendarInvalid."""
        section = Section(calendar, source, "", _KEYS)
        week = section.table("week", WEEKDAYS)
        special = section.table("day_overrides", None)
        return cls(
            zone=read_zone(section),
            week=tuple(spans(week, day) for day in WEEKDAYS),
            holidays=frozenset(section.days("holidays")),
            yearly_holidays=frozenset(
                month_day(section, "yearly_holidays", v) for v in section.listed("yearly_holidays")
            ),
            special={special.as_day(str(key), key): spans(special, key) for key in special.values},
            years=_years(section, section.get("years", "years", None) if years is None else years),
        )

    def on(self, day: date) -> tuple[Span, ...]:
        """The working hours of the shifts that start on `day`."""
        special = self.special.get(day)
        if special is not None:
            return special
        if day in self.holidays or (day.month, day.day) in self.yearly_holidays:
            return ()
        return self.week[day.weekday()]

    @property
    def ever(self) -> bool:
        """Is there any working time at all?"""
        return self.recurring or any(self.special.values())

    @property
    def recurring(self) -> bool:
        """Does the week itself have working time, so that it goes on for ever?"""
        return any(self.week)

    @property
    def spill(self) -> int:
        """How many seconds past midnight the longest night shift runs."""
        return max([0, *(close - DAY for day in (*self.week, *self.special.values()) for _, close in day)])

    def to_dict(self) -> dict[str, Any]:
        """The calendar object in one canonical form, of JSON's types only."""
        calendar: dict[str, Any] = {
            "tz": self.zone.key,
            "week": {name: write_spans(day) for name, day in zip(WEEKDAYS, self.week, strict=True) if day},
            "holidays": sorted(day.isoformat() for day in self.holidays),
            "yearly_holidays": sorted(f"{month:02}-{day:02}" for month, day in self.yearly_holidays),
            "day_overrides": {day.isoformat(): write_spans(self.special[day]) for day in sorted(self.special)},
        }
        if self.years is not None:
            calendar["years"] = list(self.years)
        return calendar

    def digest(self) -> str:
        """sha256 (hex) of the canonical form: equal for equal calendars, whatever the order of their keys."""
        text = json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def spans(section: Section, key: str) -> tuple[Span, ...]:
    """The intervals under `key`, sorted; a close at or before the open is the next day's."""
    found: list[Span] = []
    for pair in section.listed(key):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise section.refuse(key, pair, "interval")
        start, close = (_seconds(section, key, text) for text in pair)
        if start in (close, DAY):
            raise section.refuse(key, list(pair), "interval")
        found.append((start, close if close > start else close + DAY))
    return tuple(sorted(found))


def month_day(section: Section, key: str, value: Any) -> tuple[int, int]:
    """A day of every year, written "05-09"."""
    match = _MONTH_DAY.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise section.refuse(key, value, "month_day")
    month, day = int(match[1]), int(match[2])
    try:
        date(2000, month, day)  # a leap year: 02-29 is a day
    except ValueError:
        raise section.refuse(key, value, "month_day") from None
    return month, day


def read_zone(section: Section) -> ZoneInfo:
    """The zone under `tz`, by its name in the time zone database."""
    name = section.text("tz")
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; not a name at all; a folder of the zone files
        raise section.refuse("tz", name, "zone") from None


def write_spans(day: tuple[Span, ...]) -> list[list[str]]:
    """Intervals as calendar objects write them; the close of a night shift is the next morning's time."""
    return [[_time(start), _time(close)] for start, close in day]


def _time(second: int) -> str:
    if second > DAY:
        second -= DAY
    hours, rest = divmod(second, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")


def _seconds(section: Section, key: str, text: Any) -> int:
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    if not match:
        raise section.refuse(key, text, "interval")
    second = int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)
    if second > DAY:
        raise section.refuse(key, text, "interval")
    return second


def _years(section: Section, value: Any) -> tuple[int, int] | None:
    if value is None:
        return None
    pair = tuple(value) if isinstance(value, list | tuple) else ()
    good = len(pair) == 2 and all(type(year) is int for year in pair) and FIRST_YEAR <= pair[0] <= pair[1] <= LAST_YEAR
    if not good:
        raise section.refuse("years", value, "years")
    return pair[0], pair[1]
