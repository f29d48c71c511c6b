"""A regulation as data: its clocks, readings, clauses, sources and reports; app.regulation.profile_file reads it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from app.regulation.rating_rules import RatingRules
from app.regulation.readings import Readings
from app.regulation.shortcomings import DEFAULT, Rule, ShortcomingRule
from app.regulation.workflow import Event


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

    `limits` is empty for a stopwatch; `channels` beat them for messages of that channel; `before` names the clock
    this one is counted back from; `agreed_date` ends a limit in days on the day agreed at approval (п. 15);
    `first_start` counts every further run from the first one's start; `not_set` marks a norm that stands in an
    act we do not have («норма не задана»).
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
    agreed_date: bool = False
    first_start: bool = False
    not_set: bool = False
    title: str | None = None

    def limit(self, importance: Importance, channel: str | None = None) -> Limit | None:
        """The limit for this importance and channel, or None for a stopwatch."""
        return self.channels.get(channel or "") or self.limits.get(importance)

    def kind_for(self, importance: Importance, channel: str | None = None) -> LimitKind:
        """What a run of this clock is: a channel may have a limit where others have none."""
        return self.kind if self.limit(importance, channel) else LimitKind.STOPWATCH


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
    """Who reports what to whom and how often (п. 22–24 in Kursk, п. 25 in Kuzbass)."""

    code: str
    clause: str | None
    sender: str
    addressees: tuple[str, ...]
    every: str


@dataclass(frozen=True, slots=True)
class CuratorBodies:
    """The bodies whose officials are curators (п. 5 in Kursk: two of them, п. 6 in Kuzbass: ЦУР alone)."""

    clause: str | None
    bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A regulation in force from a date; a case keeps the version under which it was registered.

    `revision` counts corrections of the same version, which re-time its open cases.
    """

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
    curators: CuratorBodies
    shortcomings: Mapping[Rule, ShortcomingRule] = field(default_factory=lambda: MappingProxyType(DEFAULT))
    rating: RatingRules = field(default_factory=RatingRules)
    revision: int = 0

    def clause(self, subject: str) -> str | None:
        """The clause an act of the workflow rests on ("route" → "7"), None where the norm is not set."""
        return self.clauses.get(subject)

    def clauses_about(self, subjects: Iterable[str]) -> tuple[str, ...]:
        """The clauses of clocks and subjects, each once, in the order of the act."""
        rules = [self.clocks.get(subject) for subject in subjects]
        found = {rule.clause for rule in rules if rule} | {self.clauses.get(subject) for subject in subjects}
        return tuple(sorted(filter(None, found), key=lambda clause: (len(clause), clause)))
