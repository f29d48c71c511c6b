"""What can be wrong with a calendar or with a question to it: codes and facts, told in words by app/texts."""

from datetime import datetime
from typing import Any


class CalendarError(ValueError):
    """A refusal of the calendar: `code` names it, `params` are its facts; the text is for logs only."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code}: " + ", ".join(f"{name}={value!r}" for name, value in params.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.code, self.params)


def _restore(kind: type[CalendarError], code: str, params: dict[str, Any]) -> CalendarError:
    error = kind.__new__(kind)
    CalendarError.__init__(error, code, **params)
    return error


class CalendarYearNotLoaded(CalendarError):
    """The count needs a year that the calendar does not know: an answer would be a guess."""

    def __init__(self, year: int, first: int, last: int) -> None:
        super().__init__("calendar_year_not_loaded", year=year, first=first, last=last)
        self.year = year


class CalendarHasNoWorkingTime(CalendarError):
    """The calendar never works (any more), so that no moment can be named."""

    def __init__(self) -> None:
        super().__init__("calendar_no_working_time")


class MomentWithoutZone(CalendarError):
    """A date and time without a zone was given where only an instant makes sense."""

    def __init__(self, moment: datetime) -> None:
        super().__init__("moment_without_zone", moment=moment.isoformat(sep=" "))


class PauseReversed(CalendarError):
    """A pause ends before it starts."""

    def __init__(self, start: datetime, end: datetime) -> None:
        super().__init__("pause_reversed", start=start.isoformat(sep=" "), end=end.isoformat(sep=" "))


class CalendarInvalid(CalendarError):
    """A value in a calendar or regulation file is not one of the allowed ones.

    `allowed` is a code (see app/texts/refusals.py); `choices` fills it where the choice is a list.
    """

    def __init__(self, source: str, key: str, value: Any, allowed: str, choices: str = "") -> None:
        super().__init__("value_invalid", source=source, key=key, value=str(value), allowed=allowed, choices=choices)


class CalendarKeyMissing(CalendarError):
    """A key that a calendar or regulation file must have is not there."""

    def __init__(self, source: str, key: str, allowed: str, choices: str = "") -> None:
        super().__init__("key_missing", source=source, key=key, allowed=allowed, choices=choices)


class CalendarFileBroken(CalendarError):
    """A calendar file cannot be read as TOML; `detail` is the parser's or the system's word."""

    def __init__(self, source: str, detail: str) -> None:
        super().__init__("file_broken", source=source, detail=detail)
