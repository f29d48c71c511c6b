"""Clocks of a case: started, stopped, re-timed and judged by events; due times and targets.

Pure functions over immutable rows. A service calls `advance` with the events of a workflow row and stores
what changed; `db verify` calls the same function on the recorded history and compares.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.regulation.calendar import WorkCalendar
from app.regulation.calendar_errors import CalendarError
from app.regulation.profile import Calendar, ClockRule, Importance, Limit, LimitKind, Profile, Start, Unit
from app.regulation.workflow import PARTLY, Event

Pause = tuple[datetime, datetime]
# Whose clocks are the agency's own: bodies that the act does not bind have them by agreement.
OF_AGENCIES = ("executor", "chain", "author")


class Outcome(StrEnum):
    """The verdict, frozen when a clock stops: met if and only if stop ≤ due; lapsed: closed without a verdict."""

    MET = "met"
    LATE = "late"
    LAPSED = "lapsed"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Clock:
    """One run of a rule: `round` counts repeated runs in a case; times are aware UTC, whole seconds."""

    code: str
    round: int
    started_at: datetime
    kind: LimitKind
    due_at: datetime | None = None
    target_at: datetime | None = None
    leg: str | None = None
    message: str | None = None
    by_agreement: bool = False
    pauses: tuple[Pause, ...] = ()
    paused_at: datetime | None = None
    stopped_at: datetime | None = None
    outcome: Outcome | None = None
    late_seconds: int | None = None

    @property
    def is_open(self) -> bool:
        return self.stopped_at is None

    @property
    def key(self) -> tuple[str, int, str | None]:
        """What makes a clock unique within its case."""
        return self.code, self.round, self.message


@dataclass(frozen=True, slots=True)
class Facts:
    """What due times depend on beside the event: read from the case at the moment of the act.

    `messages` are those on the card that were detected, with when; of a card with messages from sources named in the
    act and from others, `outside` are the others. `is_last` says that the active agency is the last of several.
    `placed` is of an act of publication alone: the messages (by uuid) under which it placed the text, and when (п. 14).
    """

    importance: Importance = Importance.NORMAL
    channel: str | None = None
    leg: str | None = None
    messages: Mapping[str, datetime] = field(default_factory=dict)
    source_in_act: bool = True
    agency_bound: bool = True
    agreed_date: date | None = None
    placed: Mapping[str, datetime] = field(default_factory=dict)
    outside: frozenset[str] = frozenset()
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """A regulation ready to count: the profile and the calendars its clocks run by."""

    profile: Profile
    agency: WorkCalendar
    duty: WorkCalendar

    @property
    def calendar_version(self) -> str:
        """Digest of both calendars; stored with each verdict, so that it can be judged again."""
        return f"{self.agency.version[:16]}+{self.duty.version[:16]}"

    def hours(self, rule: ClockRule) -> WorkCalendar:
        return self.duty if rule.calendar is Calendar.DUTY else self.agency

    def counting(self, rule: ClockRule, limit: Limit) -> WorkCalendar | None:
        """The calendar whose working time `limit` counts in, or None when it runs by the wall clock."""
        plain_by_clock = rule.plain_hours == "clock" or rule.calendar is Calendar.CLOCK
        return None if not limit.unit.is_working and plain_by_clock else self.hours(rule)


def due_time(
    rules: Rules,
    rule: ClockRule,
    started_at: datetime,
    facts: Facts,
    pauses: Sequence[Pause] = (),
    base_due: datetime | None = None,
) -> datetime | None:
    """When a clock started at `started_at` runs out; None for a stopwatch.

    `base_due` is the due time of the clock that `rule.before` names. Raises CalendarError for a year
    that is not loaded, or when the base of a backward clock is not known.
    """
    limit = rule.limit(facts.importance, facts.channel)
    if limit is None or (rule.before and base_due is None):
        return None
    if limit.unit.is_day:
        return _due_in_days(rules, rule, limit, started_at, facts.agreed_date if rule.agreed_date else None)
    counting = rules.counting(rule, limit)
    start, seconds = (base_due, -limit.seconds) if rule.before and base_due else (started_at, limit.seconds)
    if counting is None:
        return _add_by_clock(start, seconds, pauses)
    return counting.add(start, seconds, () if rule.before else pauses)


def _due_in_days(
    rules: Rules, rule: ClockRule, limit: Limit, started_at: datetime, agreed: date | None
) -> datetime:
    """The n-th day after the day of start (п. 15: the day of sending is not counted), or the agreed date.

    Where on that day it ends is the reading `final_ends`: with working time, at midnight, at the hour of the start.
    """
    calendar, ends = rules.hours(rule), rules.profile.readings.final_ends
    began = started_at.astimezone(calendar.zone)
    if limit.unit is Unit.WORKING_DAY:
        close = calendar.end_of_working_day(started_at, limit.amount)
        # midnight of a night shift is that of the day it began on
        last = calendar.add_working_days(started_at, limit.amount).astimezone(calendar.zone).date()
    else:
        last = began.date() + timedelta(days=limit.amount)
        close = _end_of_day(last, calendar.zone)
    latest = _at_the_end(calendar.zone, last, close, began, ends)
    if agreed is None:
        return latest
    given = calendar.prev_close(_end_of_day(agreed, calendar.zone))
    return min(latest, _at_the_end(calendar.zone, agreed, given, began, ends))


def _at_the_end(zone: ZoneInfo, day: date, close: datetime, began: datetime, ends: str) -> datetime:
    if ends == "midnight":
        return _end_of_day(day, zone)
    if ends == "same time":
        return datetime.combine(day, began.timetz().replace(tzinfo=None), zone).astimezone(UTC)
    return close


def _end_of_day(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)


def _add_by_clock(start: datetime, seconds: int, pauses: Sequence[Pause]) -> datetime:
    due = start + timedelta(seconds=seconds)
    for begin, end in sorted(pauses):
        if begin < due and end > start:
            due += end - max(begin, start)
    return due


def elapsed_seconds(rules: Rules, rule: ClockRule, facts: Facts, start: datetime, end: datetime) -> int:
    """Seconds from `start` to `end` as this clock counts them: working seconds, or by the wall clock."""
    limit = rule.limit(facts.importance, facts.channel)
    counting = rules.counting(rule, limit) if limit else None
    if counting is None or limit is None or limit.unit.is_day:
        return int((end - start).total_seconds())
    return counting.between(start, end)


# ----- events


def advance(
    clocks: Sequence[Clock], events: Iterable[Event], at: datetime, facts: Facts, rules: Rules
) -> tuple[Clock, ...]:
    """All clocks of a case after `events` happened at `at`: stopped, paused, resumed, started, in that order."""
    changed = list(clocks)
    happened = heard(_of_the_last(events, clocks, facts, rules), rules.profile.readings.received)
    for event in happened:
        changed = [_on_event(clock, event, at, facts, rules) for clock in changed]
    if Event.MESSAGES_ADDED in happened:
        changed += _of_added(changed, at, facts, rules)
    changed = list(retime(changed, facts, rules))
    for event in happened:
        for rule in _forward_first(rules.profile.clocks.values()):
            # done, or made needless, by the very act that would start it
            if not {*rule.stop, *rule.void}.intersection(happened):
                changed += _started(changed, rule, event, at, facts, rules)
    return tuple(changed)


def _of_the_last(
    events: Iterable[Event], clocks: Sequence[Clock], facts: Facts, rules: Rules
) -> tuple[Event, ...]:
    """Given to its first executor, the last agency of an order has received as one of several too (п. 16).

    The row of the table does not know the place in the order of who was given the work.
    """
    happened = tuple(events)
    if Event.ASSIGNED not in happened or not facts.is_last or Event.LEG_RECEIVED in happened:
        return happened
    linked = [rule for rule in rules.profile.clocks.values() if any(s.event is Event.LEG_RECEIVED for s in rule.start)]
    starts = {rule.code for rule in linked}
    had = any(clock.code in starts and clock.leg == facts.leg for clock in clocks)
    return happened if had else (*happened, Event.LEG_RECEIVED)


_RECEIPT = frozenset((Event.RECEIVED, Event.LEG_RECEIVED, Event.DRAFTER_RECEIVED))
_DELIVERY = frozenset((Event.ROUTED, Event.REROUTED, Event.PASSED_ON))


def heard(events: Iterable[Event], received: str) -> tuple[Event, ...]:
    """The events as a region reads «поступление»: delivered to the queue, assigned to an executor, or opened by one.

    The receipt that the others tell of is left out. What an agency has in hand already (the author's reply, another
    place in the order) is received at once in every reading.
    """
    happened = tuple(events)
    if _DELIVERY.intersection(happened):
        reading = "delivered"
    else:
        told = {"opened": Event.OPENED, "assigned": Event.ASSIGNED}
        reading = next((name for name, event in told.items() if event in happened), received)
    return happened if reading == received else tuple(event for event in happened if event not in _RECEIPT)


def _forward_first(rules: Iterable[ClockRule]) -> list[ClockRule]:
    return sorted(rules, key=lambda rule: rule.before is not None)


def _on_event(clock: Clock, event: Event, at: datetime, facts: Facts, rules: Rules) -> Clock:
    rule = rules.profile.clocks.get(clock.code)
    if not clock.is_open:
        return clock
    if event is Event.MERGED or (event is Event.MESSAGES_REMOVED and _lost_its_message(clock, facts)):
        return _ended(clock, at)
    if rule is None:
        return clock
    if event in PARTLY:
        if clock.message not in facts.placed:
            return clock
        event = PARTLY[event]
    at = facts.placed.get(clock.message or "", at)
    if event in rule.stop:
        return stop(clock, at, facts, rules)
    if event in rule.void:
        return _ended(clock, at)
    if event in rule.pause and clock.paused_at is None:
        return replace(clock, paused_at=at)
    if event in rule.resume and clock.paused_at is not None:
        return _resumed(clock, at)
    return clock


def _ended(clock: Clock, at: datetime) -> Clock:
    """Closed without a verdict."""
    outcome = Outcome.LAPSED if clock.kind is LimitKind.WINDOW else Outcome.NOT_APPLICABLE
    return replace(_resumed(clock, at), stopped_at=at, outcome=outcome)


def _lost_its_message(clock: Clock, facts: Facts) -> bool:
    return clock.message is not None and clock.message not in facts.messages


def _of_added(clocks: Sequence[Clock], at: datetime, facts: Facts, rules: Rules) -> list[Clock]:
    """The clocks of messages that came to the card, each counted from its own detection, never anew.

    No regulation need name this: whatever it counts for each message goes on counting on another card. A message
    that got a verdict here keeps it.
    """
    added = []
    for rule in rules.profile.clocks.values():
        for message, detected_at in sorted(facts.messages.items()) if rule.per == "message" else ():
            mine = [clock for clock in clocks if clock.code == rule.code and clock.message == message]
            if not mine or mine[-1].outcome is Outcome.NOT_APPLICABLE:
                clock = Clock(rule.code, len(mine) + 1, detected_at, rule.kind, message=message)
                added.append(_timed(clock, facts, rules, clocks))
    return added


def _resumed(clock: Clock, at: datetime) -> Clock:
    if clock.paused_at is None:
        return clock
    return replace(clock, pauses=(*clock.pauses, (clock.paused_at, at)), paused_at=None)


def stop(clock: Clock, at: datetime, facts: Facts, rules: Rules) -> Clock:
    """The clock stopped at `at` with its verdict: met if and only if stop ≤ due; no due time, no verdict.

    `late_seconds` is None for a late clock whose lateness reaches into a year that is not loaded.
    """
    if clock.paused_at is not None:
        clock = _resumed(clock, at)
        clock = _timed(clock, facts, rules, ())
    if clock.due_at is None:
        return replace(clock, stopped_at=at, outcome=Outcome.LAPSED)
    if at <= clock.due_at:
        return replace(clock, stopped_at=at, outcome=Outcome.MET, late_seconds=0)
    try:
        late = elapsed_seconds(rules, rules.profile.clocks[clock.code], facts, clock.due_at, at)
    except CalendarError:
        late = None  # late for certain, by how much no loaded calendar knows; the act is not held up by that
    return replace(clock, stopped_at=at, outcome=Outcome.LATE, late_seconds=late)


def _started(
    clocks: Sequence[Clock], rule: ClockRule, event: Event, at: datetime, facts: Facts, rules: Rules
) -> list[Clock]:
    """The new clocks that `event` starts by `rule`; a clock already open is never started again."""
    start = next((start for start in rule.start if start.event is event), None)
    if start is None:
        return []
    subjects = list(facts.messages) if rule.per == "message" else [None]
    started: list[Clock] = []
    for message in subjects:
        mine = [clock for clock in clocks if clock.code == rule.code and clock.message == message]
        if any(clock.is_open for clock in mine):
            continue
        clock = Clock(
            code=rule.code,
            round=len(mine) + 1,
            started_at=_began(rule, start, message, mine, at, facts),
            kind=rule.kind,
            leg=facts.leg if rule.per == "leg" else None,
            message=message,
        )
        started.append(_timed(clock, facts, rules, clocks))
    return started


def _began(
    rule: ClockRule, start: Start, message: str | None, earlier: Sequence[Clock], at: datetime, facts: Facts
) -> datetime:
    """What a new run counts from: the act, the detection (of its message), or where the first run began."""
    if rule.first_start and earlier:
        return earlier[0].started_at
    if (start.counted_from or start.event) is not Event.DETECTED:
        return at
    return facts.messages.get(message, at) if message else min(facts.messages.values(), default=at)


def retime(clocks: Sequence[Clock], facts: Facts, rules: Rules) -> tuple[Clock, ...]:
    """Open clocks with their due times computed anew (importance, calendar or regulation changed)."""
    timed: list[Clock] = list(clocks)
    order = {rule.code: number for number, rule in enumerate(_forward_first(rules.profile.clocks.values()))}
    for position in sorted(range(len(timed)), key=lambda index: order.get(timed[index].code, -1)):
        if timed[position].is_open and timed[position].code in order:
            timed[position] = _timed(timed[position], facts, rules, timed)
    return tuple(timed)


def _timed(clock: Clock, facts: Facts, rules: Rules, clocks: Sequence[Clock]) -> Clock:
    """The clock with kind, due time and target computed; a missing calendar year makes it not computable."""
    rule = rules.profile.clocks[clock.code]
    readings = rules.profile.readings
    outside_source = not facts.source_in_act or clock.message in facts.outside
    outside_agency = rule.who in OF_AGENCIES and not facts.agency_bound
    by_agreement = (outside_source and readings.outside_sources == "agreement") or (
        outside_agency and readings.outside_agencies == "agreement"
    )
    clock = replace(clock, kind=rule.kind_for(facts.importance, facts.channel), by_agreement=by_agreement)
    base = earliest_due(clocks, rule.before) if rule.before else None
    try:
        due = due_time(rules, rule, clock.started_at, facts, clock.pauses, base)
        target = target_time(rules, rule, clock.started_at)
    except CalendarError:
        return replace(clock, kind=LimitKind.NOT_COMPUTABLE, due_at=None, target_at=None)
    if due is None and rule.before:
        clock = replace(clock, kind=_kind_without_base(clocks, rule.before))
    return replace(clock, due_at=due, target_at=target)


def _kind_without_base(clocks: Sequence[Clock], base: str) -> LimitKind:
    uncountable = any(c.code == base and c.kind is LimitKind.NOT_COMPUTABLE for c in clocks)
    return LimitKind.NOT_COMPUTABLE if uncountable else LimitKind.STOPWATCH


def target_time(rules: Rules, rule: ClockRule, started_at: datetime) -> datetime | None:
    """When the region's own target of a clock is reached, None where none is set."""
    if rule.target is None:
        return None
    counting = rules.counting(rule, rule.target)
    if counting is None:
        return started_at + timedelta(seconds=rule.target.seconds)
    return counting.add(started_at, rule.target.seconds)


# ----- readings of the state of clocks


def earliest_due(clocks: Iterable[Clock], code: str) -> datetime | None:
    """The earliest due time among running clocks of this code (a card of several messages has several answers).

    A paused clock has none: its due time moves on with the pause.
    """
    running = (c for c in clocks if c.code == code and c.is_open and c.paused_at is None)
    return min((c.due_at for c in running if c.due_at), default=None)


def step_clock(clocks: Iterable[Clock]) -> Clock | None:
    """The open clock that a queue shows and sorts by: the step under way, not the outer `answer` unless it is alone.

    Limits come before stopwatches; a window (п. 8) runs beside its step and is never one.
    """
    running = [c for c in clocks if c.is_open and c.paused_at is None and c.kind is not LimitKind.WINDOW]
    return min(running, key=_step_order, default=None)


def _step_order(clock: Clock) -> tuple[bool, bool, bool, datetime]:
    aside = clock.code in ("answer", "governor")
    return aside, clock.due_at is None, clock.code == "governor", clock.due_at or clock.started_at
