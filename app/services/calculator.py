"""The calculator of due times: every clock of a regulation from the moments a person gives, without a database.

Each clock counts on its own from its start event; a later event does not stop an earlier clock here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from app.regulation.calendar_errors import CalendarError
from app.regulation.clocks import Clock, Facts, Rules, due_time
from app.regulation.errors import Refused
from app.regulation.profile import ClockRule, Importance, LimitKind
from app.regulation.profile_file import parse
from app.regulation.remaining import slack_seconds
from app.regulation.workflow import Event
from app.services.chosen_file import read_text
from app.services.regulations import regulation_text, shipped_hours


class Given(StrEnum):
    """A moment that a person can give; the command line has an option of the same name for each."""

    DETECTED = "detected"
    RECEIVED = "received"
    LEG_RECEIVED = "leg_received"
    RETURNED = "returned"
    SUBMITTED = "submitted"
    REWORK_AT = "rework_at"
    APPROVED = "approved"
    INTERIM_AT = "interim_at"
    INFORMATION_AT = "information_at"
    CLARIFICATION_AT = "clarification_at"
    SIGNIFICANT_AT = "significant_at"


# What happens at a given moment. A single agency writes the draft; of a relay's legs only the last does (п. 16).
_EVENTS: Mapping[Given, tuple[Event, ...]] = MappingProxyType(
    {
        Given.DETECTED: (Event.DETECTED,),
        Given.RECEIVED: (Event.RECEIVED, Event.DRAFTER_RECEIVED),
        Given.LEG_RECEIVED: (Event.RECEIVED, Event.LEG_RECEIVED),
        Given.RETURNED: (Event.RETURNED,),
        Given.SUBMITTED: (Event.SUBMITTED,),
        Given.REWORK_AT: (Event.REWORKED,),
        Given.APPROVED: (Event.APPROVED,),
        Given.INTERIM_AT: (Event.INTERIM_PUBLISHED,),
        Given.INFORMATION_AT: (Event.INFORMATION_SUBMITTED,),
        Given.CLARIFICATION_AT: (Event.CLARIFICATION_PUBLISHED,),
        Given.SIGNIFICANT_AT: (Event.SIGNIFICANT_MARKED,),
    }
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is known of a case: aware instants, its importance, and the date agreed for the final answer (п. 15)."""

    moments: Mapping[Given, datetime]
    importance: Importance = Importance.NORMAL
    last_leg: bool = False
    agreed: date | None = None
    channel: str | None = None

    @property
    def facts(self) -> Facts:
        return Facts(importance=self.importance, channel=self.channel, agreed_date=self.agreed)


@dataclass(frozen=True, slots=True)
class Counted:
    """A clock with its due time, or with why there is none: `needs` is the moment missing, `error` the calendar's."""

    rule: ClockRule
    clock: Clock
    event: Event
    slack_seconds: int | None = None
    needs: Given | None = None
    error: CalendarError | None = None


def read_rules(regulation: str, readings: Mapping[str, str] | None = None) -> Rules:
    """The rules of a shipped regulation by its key, or of the TOML file at a path, under other `readings` if given.

    Raises Refused (unknown key, unreadable file), ProfileError or CalendarError (the file's content).
    """
    path = Path(regulation)
    if path.suffix.lower() != ".toml" and len(path.parts) == 1:
        profile = parse(regulation_text(regulation), f"{regulation}.toml", readings)
    else:
        profile = parse(read_text(path), path.name, readings)
    return Rules(profile, *shipped_hours(profile))


def count(rules: Rules, question: Question) -> list[Counted]:
    """Every clock whose start event was given, in the regulation's order.

    A calendar year that is not loaded leaves that clock alone without a due time. Raises Refused where one answer
    needs another (`last_leg` without `leg_received`, `agreed` without `interim_at`).
    """
    _refuse_incomplete(question)
    counted = [
        _counted(rules, rule, event, at, question)
        for rule in rules.profile.clocks.values()
        for event, at in _starts(rule, question)
    ]
    answer = next((found.clock.due_at for found in counted if found.rule.code == "answer"), None)
    return [_with_slack(rules, found, answer, question.facts) for found in counted]


def _refuse_incomplete(question: Question) -> None:
    if question.last_leg and Given.LEG_RECEIVED not in question.moments:
        raise Refused("option_needs", option="--last-leg", needed="--leg-received")
    if question.agreed is not None and Given.INTERIM_AT not in question.moments:
        raise Refused("option_needs", option="--agreed", needed="--interim-at")


def _starts(rule: ClockRule, question: Question) -> Iterable[tuple[Event, datetime]]:
    """The moments at which this clock starts: by one of the events that happen then, once for each event.

    Two receipts (`received`, `leg_received`) are one for the clock that starts on either: the later one counts.
    """
    started = {start.event for start in rule.start}
    found: dict[Event, datetime] = {}
    for given, at in question.moments.items():
        events = _EVENTS[given]
        if given is Given.LEG_RECEIVED and question.last_leg:
            events = (*events, Event.DRAFTER_RECEIVED)
        event = next((event for event in events if event in started), None)
        if event is not None:
            found[event] = max(at, found.get(event, at))
    return found.items()


def _counted(rules: Rules, rule: ClockRule, event: Event, at: datetime, question: Question) -> Counted:
    clock = Clock(rule.code, 1, at, rule.kind)
    try:
        base = _base_due(rules, rule, question)
        due = due_time(rules, rule, at, question.facts, (), base)
    except CalendarError as error:
        return Counted(rule, _uncomputable(clock), event, error=error)
    if rule.before and base is None and rules.profile.clocks[rule.before].limits:
        return Counted(rule, _uncomputable(clock), event, needs=Given.DETECTED)
    return Counted(rule, Clock(rule.code, 1, at, rule.kind, due_at=due), event)


def _uncomputable(clock: Clock) -> Clock:
    return Clock(clock.code, 1, clock.started_at, LimitKind.NOT_COMPUTABLE)


def _base_due(rules: Rules, rule: ClockRule, question: Question) -> datetime | None:
    """The due time of the clock that `rule` is counted back from (п. 11 from п. 10), None where it has not started."""
    if rule.before is None:
        return None
    base = rules.profile.clocks[rule.before]
    at = next((at for _, at in _starts(base, question)), None)
    return None if at is None else due_time(rules, base, at, question.facts)


def _with_slack(rules: Rules, found: Counted, answer_due: datetime | None, facts: Facts) -> Counted:
    try:
        slack = slack_seconds(rules, found.clock, answer_due, facts)
    except CalendarError:
        return found
    return Counted(found.rule, found.clock, found.event, slack, found.needs, found.error)


def read_moment(text: str, zone: ZoneInfo) -> datetime:
    """The instant in UTC to the second; without an offset or Z it is `zone`'s. Raises Refused("moment_unreadable")."""
    try:
        moment = datetime.fromisoformat(text.strip())
        if ":" not in text and "T" not in text.upper():
            raise ValueError("a day without a time")
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        if not 1970 < aware.year < 3000:
            raise ValueError("no year of ours")
        return aware.astimezone(UTC).replace(microsecond=0)
    except ValueError as error:
        raise Refused("moment_unreadable", value=text) from error


def read_day(text: str) -> date:
    """A date like 2026-05-11. Raises Refused("day_unreadable")."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Refused("day_unreadable", value=text) from error
