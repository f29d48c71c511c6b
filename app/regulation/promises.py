"""The promised date of a final answer (п. 15): how far it may be moved, what is left, when people are reminded."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.regulation.calendar import WorkCalendar
from app.regulation.calendar_errors import CalendarError, CalendarHasNoWorkingTime
from app.regulation.clocks import Clock, Facts, Rules, due_time

# A working day is never further from any day than the longest holidays with the weekends around them.
_FARTHEST = 31


class Reminder(StrEnum):
    """Why a person is reminded [ours]: the promised day is the next working day, or it is today."""

    EVE = "eve"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of promises: kept and broken by the verdicts of `final`, open ones, and dates that were shifted."""

    kept: int = 0
    broken: int = 0
    waiting: int = 0
    shifted: int = 0


def reminder(promised_on: date, today: date, calendar: WorkCalendar) -> Reminder | None:
    """Which reminder is due: from the last working day before the promised one until that day is over.

    In a year that is not loaded the day before counts, working or not: no promise is lost for want of a calendar.
    """
    if today == promised_on:
        return Reminder.DAY
    try:
        eve = nearest_working_day(calendar, promised_on, -1)
    except CalendarError:
        eve = promised_on - timedelta(days=1)
    return Reminder.EVE if eve <= today < promised_on else None


def days_left(promised_on: date, today: date, calendar: WorkCalendar) -> int:
    """Working days from today to the promised day, today not counted; negative when it has passed.

    Raises CalendarError for a year that is not loaded.
    """
    first, last = sorted((today, promised_on))
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    count = sum(calendar.is_working_day(day) for day in days)
    return count if promised_on >= today else -count


def nearest_working_day(calendar: WorkCalendar, day: date, step: int) -> date:
    """The first working day before (`step` −1) or after (1) `day`. Raises CalendarError."""
    for number in range(1, _FARTHEST):
        near = day + timedelta(days=step * number)
        if calendar.is_working_day(near):
            return near
    raise CalendarHasNoWorkingTime


def last_day(rules: Rules, clock: Clock | None, now: datetime) -> date | None:
    """The last day that may be agreed on: counted from the first interim answer, or from `now` before there is one.

    None where the regulation sets no limit. Raises CalendarError for a year that is not loaded.
    """
    rule = rules.profile.clocks.get("final")
    if rule is None:
        return None
    due = due_time(rules, rule, clock.started_at if clock else now, Facts())
    # The due time is the end of the last day, for plain days midnight: the date is that of the second before.
    return (due - timedelta(seconds=1)).astimezone(rules.agency.zone).date() if due else None
