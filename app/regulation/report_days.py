"""Periods of reports: a month, a week, any days; the one before, and the same a year before."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.regulation.errors import Refused

_DAY = timedelta(days=1)


class PeriodKind(StrEnum):
    """What a report is of."""

    WEEK = "week"
    MONTH = "month"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Days:
    """The days `first` to `last` of the region, both included."""

    kind: PeriodKind
    first: date
    last: date

    @property
    def before(self) -> "Days":
        """The previous period: the month before, else as many days just before."""
        if self.kind is PeriodKind.MONTH:
            return month_of(self.first - _DAY)
        length = self.last - self.first + _DAY
        return Days(self.kind, self.first - length, self.last - length)

    @property
    def year_before(self) -> "Days":
        """The same month or dates a year before; of a week the same weekdays, 52 weeks before."""
        if self.kind is PeriodKind.MONTH:
            return month_of(self.first.replace(year=self.first.year - 1))
        if self.kind is PeriodKind.WEEK:
            shift = timedelta(weeks=52)
            return Days(self.kind, self.first - shift, self.last - shift)
        return Days(self.kind, _year_before(self.first), _year_before(self.last))


def _year_before(day: date) -> date:
    last = calendar.monthrange(day.year - 1, day.month)[1]
    return date(day.year - 1, day.month, min(day.day, last))


def named_month(text: str) -> date:
    """The first day of the month "2026-10". Raises Refused("month_unreadable")."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise Refused("month_unreadable", value=text)
    return date.fromisoformat(f"{text}-01")


def month_of(day: date) -> Days:
    """The whole month of a day."""
    last = calendar.monthrange(day.year, day.month)[1]
    return Days(PeriodKind.MONTH, day.replace(day=1), day.replace(day=last))


def week_of(day: date) -> Days:
    """The week of a day, Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Days(PeriodKind.WEEK, monday, monday + timedelta(days=6))


def any_days(first: date, last: date) -> Days:
    """Any days. Raises Refused("days_reversed")."""
    if last < first:
        raise Refused("days_reversed", first=first, last=last)
    return Days(PeriodKind.PERIOD, first, last)
