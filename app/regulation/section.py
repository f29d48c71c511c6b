"""Reading a parsed file value by value, with errors that name the file, the key and what is allowed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from app.regulation.calendar_errors import CalendarInvalid, CalendarKeyMissing

_MISSING: Any = object()


class Section:
    """One table of a parsed file; it knows where it stands, and refuses keys that nobody has a use for."""

    def __init__(self, values: Any, source: str, path: str, keys: Iterable[str] | None) -> None:
        """`keys` are the allowed ones; None lets the caller check names that are data themselves."""
        self.source = source
        self.path = path
        if not isinstance(values, Mapping):
            raise CalendarInvalid(source, path or "-", values, "table")
        self.values: Mapping[str, Any] = values
        allowed = None if keys is None else tuple(keys)
        for key in values:
            if allowed is not None and key not in allowed:
                raise CalendarInvalid(source, self.at(key), values[key], "keys", ", ".join(allowed))

    def at(self, key: str) -> str:
        """The full name of `key`, from the top of the file."""
        return f"{self.path}.{key}" if self.path else str(key)

    def refuse(self, key: str, value: Any, allowed: str, choices: str = "") -> CalendarInvalid:
        """The error to raise for `value` under `key`."""
        return CalendarInvalid(self.source, self.at(key), value, allowed, choices)

    def get(self, key: str, allowed: str, default: Any = _MISSING) -> Any:
        """The raw value; without a `default` the key must be there."""
        if key in self.values:
            return self.values[key]
        if default is _MISSING:
            raise CalendarKeyMissing(self.source, self.at(key), allowed)
        return default

    def text(self, key: str, default: Any = _MISSING) -> str:
        """A text that is not blank."""
        value = self.get(key, "text", default)
        if not isinstance(value, str) or (key in self.values and not value.strip()):
            raise self.refuse(key, value, "text")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.get(key, "flag", default)
        if not isinstance(value, bool):
            raise self.refuse(key, value, "flag")
        return value

    def choice(self, key: str, choices: Iterable[str], default: Any = _MISSING) -> str:
        """One of a few words."""
        value = self.text(key, default)
        if value not in (allowed := tuple(choices)):
            raise self.refuse(key, value, "one_of", ", ".join(allowed))
        return value

    def whole(self, key: str) -> int:
        """A whole number from 1."""
        value = self.get(key, "positive")
        if type(value) is not int or value < 1:
            raise self.refuse(key, value, "positive")
        return value

    def day(self, key: str) -> date:
        """A date, as TOML writes it or as ISO text."""
        return self.as_day(key, self.get(key, "date"))

    def days(self, key: str) -> list[date]:
        """A list of dates; none where the key is absent."""
        return [self.as_day(key, value) for value in self.listed(key)]

    def as_day(self, key: str, value: Any) -> date:
        """`value`, found under `key`, as a date."""
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                raise self.refuse(key, value, "date") from None
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.refuse(key, value, "date")
        return value

    def listed(self, key: str) -> list[Any]:
        """A list; empty where the key is absent."""
        value = self.get(key, "list", [])
        if not isinstance(value, list | tuple):
            raise self.refuse(key, value, "list")
        return list(value)

    def table(self, key: str, keys: Iterable[str] | None) -> "Section":
        """The table under `key`; empty where it is absent."""
        return Section(self.get(key, "table", {}), self.source, self.at(key), keys)

    def tables(self, key: str, keys: Iterable[str]) -> "list[Section]":
        """The list of tables under `key`; none where it is absent."""
        allowed = tuple(keys)
        return [
            Section(value, self.source, f"{self.at(key)}[{number}]", allowed)
            for number, value in enumerate(self.listed(key), start=1)
        ]
