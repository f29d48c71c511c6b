"""A regulation read from TOML: typed, validated, every key described; an error names file, key and what is allowed."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.regulation.errors import Refusal
from app.regulation.workflow import Event


class ProfileError(ValueError):
    """A regulation file that cannot be used: `refusal` names file, key, value and what is allowed."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(f"{code}: {params}")
        self.refusal = Refusal(code, params)


class Unit(StrEnum):
    """Units of a limit; the «рабочие» ones count in working time, the plain ones as `plain_hours` says."""

    MINUTE = "min"
    HOUR = "h"
    DAY = "day"
    WORKING_MINUTE = "working min"
    WORKING_HOUR = "working h"
    WORKING_DAY = "working day"

    @property
    def is_working(self) -> bool:
        return self.value.startswith("working")

    @property
    def is_day(self) -> bool:
        return self in (Unit.DAY, Unit.WORKING_DAY)

    @property
    def seconds(self) -> int:
        """Length in seconds; days have none, they are counted by the calendar."""
        return 60 if self in (Unit.MINUTE, Unit.WORKING_MINUTE) else 3600


class Importance(StrEnum):
    """Категория важности (п. 7); the high one halves the answer's limit in Kursk (п. 10)."""

    NORMAL = "normal"
    HIGH = "high"


class Calendar(StrEnum):
    """Whose hours a clock counts: the agencies', the curators' duty, or none (wall clock)."""

    AGENCY = "agency"
    DUTY = "duty"
    CLOCK = "clock"


class LimitKind(StrEnum):
    """limit: judged on stopping; window: judged only by an actual return (п. 8); stopwatch: never breaches."""

    LIMIT = "limit"
    WINDOW = "window"
    STOPWATCH = "stopwatch"
    NOT_COMPUTABLE = "not_computable"


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of time as the act words it, e.g. 8 working hours."""

    amount: int
    unit: Unit

    @property
    def seconds(self) -> int:
        """The limit in seconds; days count as zero here, the calendar counts them."""
        return 0 if self.unit.is_day else self.amount * self.unit.seconds

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


@dataclass(frozen=True, slots=True)
class Start:
    """An event that starts a clock, and the event its time is counted from when that is an earlier one."""

    event: Event
    counted_from: Event | None = None


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One clock of a regulation: who answers, by which clause, when it starts and stops, how it counts.

    `limits` is empty for a stopwatch; `before` names the clock this one is counted back from;
    `not_set` marks a norm that stands in an act we do not have («норма не задана»).
    """

    code: str
    clause: str | None
    who: str
    kind: LimitKind
    calendar: Calendar
    start: tuple[Start, ...]
    stop: tuple[Event, ...]
    void: tuple[Event, ...] = ()
    pause: tuple[Event, ...] = ()
    resume: tuple[Event, ...] = ()
    limits: Mapping[Importance, Limit] = field(default_factory=lambda: MappingProxyType({}))
    channels: Mapping[str, Limit] = field(default_factory=lambda: MappingProxyType({}))
    before: str | None = None
    target: Limit | None = None
    plain_hours: str = "clock"
    per: str = "case"
    not_set: bool = False
    title: str | None = None

    def limit(self, importance: Importance, channel: str | None = None) -> Limit | None:
        """The limit for this importance and channel, or None for a stopwatch."""
        return self.channels.get(channel or "") or self.limits.get(importance)


@dataclass(frozen=True, slots=True)
class Readings:
    """Where the act is silent or can be read in more than one way: settled here, by the region."""

    plain_hours: str = "clock"
    boundary: str = "end"
    detected_by: str = "taken"
    received: str = "delivered"
    interim_effect: str = "met"
    clarification_effect: str = "met"


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground of «не подлежит обработке» (п. 20), as worded."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class SourceRule:
    """A network the act names (п. 3), with its kind."""

    code: str
    name: str
    kind: str
    in_act: bool


@dataclass(frozen=True, slots=True)
class ReportDuty:
    """Who reports what to whom and how often (п. 22–24)."""

    code: str
    clause: str | None
    sender: str
    addressees: tuple[str, ...]
    every: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A regulation in force from a date; a case keeps the version under which it was registered."""

    key: str
    version: int
    act: str
    short_act: str
    region: str
    region_code: str
    zone: str
    effective_from: date
    readings: Readings
    clocks: Mapping[str, ClockRule]
    clauses: Mapping[str, str]
    grounds: tuple[Ground, ...]
    sources: tuple[SourceRule, ...]
    reports: tuple[ReportDuty, ...]
    hours: Mapping[str, Any]

    def clause(self, subject: str) -> str | None:
        """The clause an act of the workflow rests on ("route" → "7"), None where the norm is not set."""
        return self.clauses.get(subject)


def parse(text: str, file: str, readings: Mapping[str, str] | None = None) -> Profile:
    """Read a regulation from TOML `text`; `file` is only named in errors. Raises ProfileError.

    `readings` beat those of the file, to see what another reading of the act would give.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError("toml_broken", file=file, detail=str(error)) from error
    if readings:
        _Section(file, "readings", raw.setdefault("readings", {}))
        raw["readings"] |= readings
    return _Reader(file).profile(raw)


class _Section:
    """One table of the file: typed reads that name what is wrong, and a check that no key is left unread."""

    def __init__(self, file: str, path: str, raw: Any) -> None:
        self.file, self.path = file, path
        if not isinstance(raw, dict):
            raise ProfileError("table_expected", file=file, key=path)
        self.raw = dict(raw)

    def fail(self, key: str, value: Any, allowed: str, choices: Iterable[str] = ()) -> ProfileError:
        """`allowed` is a code (see app/texts/refusals.py); `choices` fill it where it offers some."""
        facts = {"value": value, "allowed": allowed, "choices": ", ".join(choices)}
        return ProfileError("bad_value", file=self.file, key=self.name(key), **facts)

    def name(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def take(self, key: str, kind: type, allowed: str, default: Any = ...) -> Any:
        value = self.raw.pop(key, default)
        if value is ...:
            raise ProfileError("key_missing", file=self.file, key=self.name(key), allowed=allowed)
        if value is not default and (not isinstance(value, kind) or isinstance(value, bool) != (kind is bool)):
            raise self.fail(key, value, allowed)
        return value

    def text(self, key: str, default: Any = ...) -> Any:
        return self.take(key, str, "text", default)

    def choice(self, key: str, choices: tuple[str, ...], default: Any = ...) -> Any:
        value = self.text(key, default)
        if value is not default and value not in choices:
            raise self.fail(key, value, "one_of", choices)
        return value

    def events(self, key: str) -> tuple[Event, ...]:
        names = self.take(key, list, "events", [])
        return tuple(self.event(key, name) for name in names)

    def event(self, key: str, name: Any) -> Event:
        try:
            return Event(name)
        except ValueError:
            raise self.fail(key, name, "one_of", Event) from None

    def limit(self, key: str, value: Any) -> Limit:
        amount, _, unit = value.partition(" ") if isinstance(value, str) else ("", "", "")
        if not amount.isdecimal() or int(amount) == 0 or unit not in list(Unit):
            raise self.fail(key, value, "limit", Unit)
        return Limit(int(amount), Unit(unit))

    def section(self, key: str, default: Any = ...) -> "_Section":
        return _Section(self.file, self.name(key), self.take(key, dict, "table", default))

    def sections(self, key: str) -> list["_Section"]:
        rows = self.take(key, list, "tables", [])
        return [_Section(self.file, f"{self.name(key)}[{number}]", row) for number, row in enumerate(rows, 1)]

    def finish(self) -> None:
        for key, value in self.raw.items():
            raise ProfileError("key_unknown", file=self.file, key=self.name(key), value=value)


class _Reader:
    """Turns the parsed file into a Profile, section by section."""

    def __init__(self, file: str) -> None:
        self.file = file

    def profile(self, raw: dict[str, Any]) -> Profile:
        top = _Section(self.file, "", raw)
        head = top.section("regulation")
        readings = self.readings(top.section("readings", {}))
        clocks = self.clocks(top.section("clock"), readings)
        profile = Profile(
            key=head.text("key"),
            version=head.take("version", int, "whole"),
            act=head.text("act"),
            short_act=head.text("short_act"),
            region=head.text("region"),
            region_code=head.text("region_code"),
            zone=self.zone(head),
            effective_from=head.take("effective_from", date, "date"),
            readings=readings,
            clocks=MappingProxyType(clocks),
            clauses=MappingProxyType(self.clauses(top.section("clause", {}))),
            grounds=tuple(self.ground(row) for row in top.sections("ground")),
            sources=tuple(self.source(row) for row in top.sections("source")),
            reports=tuple(self.report(row) for row in top.sections("report")),
            hours=MappingProxyType(top.take("hours", dict, "table")),
        )
        head.finish()
        top.finish()
        return profile

    def zone(self, head: _Section) -> str:
        name = head.text("zone")
        try:
            return ZoneInfo(name).key
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise head.fail("zone", name, "zone") from None

    def readings(self, section: _Section) -> Readings:
        effects = ("met", "pauses", "runs")
        readings = Readings(
            plain_hours=section.choice("plain_hours", ("clock", "working"), "clock"),
            boundary=section.choice("boundary", ("end", "next"), "end"),
            detected_by=section.choice("detected_by", ("taken", "imported", "export date"), "taken"),
            received=section.choice("received", ("delivered", "assigned", "opened"), "delivered"),
            interim_effect=section.choice("interim_effect", effects, "met"),
            clarification_effect=section.choice("clarification_effect", effects, "met"),
        )
        section.finish()
        return readings

    def clocks(self, section: _Section, readings: Readings) -> dict[str, ClockRule]:
        rules = {code: self.clock(code, section.section(code), readings) for code in list(section.raw)}
        for rule in rules.values():
            base = rules.get(rule.before or "")
            if rule.before and (base is None or base.before or not base.limits):
                bases = [code for code, other in rules.items() if other.limits and not other.before]
                raise section.fail(f"{rule.code}.before", rule.before, "one_of", bases)
        return rules

    def clock(self, code: str, section: _Section, readings: Readings) -> ClockRule:
        limits, kind, not_set = self.limits(section)
        rule = ClockRule(
            code=code,
            clause=section.text("clause", None),
            who=section.choice("who", ("curator", "executor", "chain", "author"), "curator"),
            kind=kind,
            calendar=Calendar(section.choice("calendar", tuple(Calendar), "agency")),
            start=self.starts(section),
            stop=section.events("stop") + self.effect_of(section, "met", readings),
            void=section.events("void"),
            pause=self.effect_of(section, "pauses", readings),
            resume=section.events("resume"),
            limits=MappingProxyType(limits),
            channels=MappingProxyType(self.channels(section)),
            before=section.text("before", None),
            target=self.target(section),
            plain_hours=section.choice("plain_hours", ("clock", "working"), readings.plain_hours),
            per=section.choice("per", ("case", "leg", "message"), "case"),
            not_set=not_set,
            title=section.text("title", None),
        )
        section.raw.pop("by_reading", None)
        section.finish()
        return rule

    def limits(self, section: _Section) -> tuple[dict[Importance, Limit], LimitKind, bool]:
        value = section.raw.pop("limit", None)
        window = section.take("window", bool, "flag", False)
        if value is None or value == "not set":
            return {}, LimitKind.STOPWATCH, value == "not set"
        kind = LimitKind.WINDOW if window else LimitKind.LIMIT
        if isinstance(value, dict):
            unknown = [key for key in value if key not in list(Importance)]
            if unknown or Importance.NORMAL not in value:
                raise section.fail("limit", value, "by_importance", Importance)
            normal = section.limit("limit.normal", value["normal"])
            high = section.limit("limit.high", value.get("high", value["normal"]))
            return {Importance.NORMAL: normal, Importance.HIGH: high}, kind, False
        limit = section.limit("limit", value)
        return {Importance.NORMAL: limit, Importance.HIGH: limit}, kind, False

    def channels(self, section: _Section) -> dict[str, Limit]:
        raw = section.take("channels", dict, "limits", {})
        return {channel: section.limit(f"channels.{channel}", value) for channel, value in raw.items()}

    def target(self, section: _Section) -> Limit | None:
        value = section.raw.pop("target", None)
        return None if value is None else section.limit("target", value)

    def starts(self, section: _Section) -> tuple[Start, ...]:
        rows = section.take("start", list, "events")
        if not rows:
            raise section.fail("start", rows, "events")
        return tuple(self.one_start(section, row) for row in rows)

    def one_start(self, section: _Section, row: Any) -> Start:
        if not isinstance(row, dict):
            return Start(section.event("start", row))
        entry = _Section(section.file, section.name("start"), row)
        start = Start(
            entry.event("event", entry.text("event")),
            entry.event("counted_from", entry.text("counted_from")),
        )
        entry.finish()
        return start

    def effect_of(self, section: _Section, effect: str, readings: Readings) -> tuple[Event, ...]:
        """The events of `by_reading` whose reading is `effect`: {interim_published = "interim_effect"}."""
        raw = section.raw.get("by_reading", {})
        known = ("interim_effect", "clarification_effect")
        for event, reading in raw.items():
            section.event("by_reading", event)
            if reading not in known:
                raise section.fail(f"by_reading.{event}", reading, "one_of", known)
        return tuple(Event(event) for event, reading in raw.items() if getattr(readings, reading) == effect)

    def clauses(self, section: _Section) -> dict[str, str]:
        return {subject: section.text(subject) for subject in list(section.raw)}

    def ground(self, row: _Section) -> Ground:
        ground = Ground(row.text("code"), row.text("text"))
        row.finish()
        return ground

    def source(self, row: _Section) -> SourceRule:
        kinds = ("social", "messenger", "video", "blog", "forum", "phone", "other")
        in_act = row.take("in_act", bool, "flag", True)
        source = SourceRule(row.text("code"), row.text("name"), row.choice("kind", kinds), in_act)
        row.finish()
        return source

    def report(self, row: _Section) -> ReportDuty:
        addressees = row.take("to", list, "list")
        report = ReportDuty(
            row.text("code"), row.text("clause", None), row.text("from"), tuple(addressees), row.text("every")
        )
        row.finish()
        return report
