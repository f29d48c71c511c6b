"""A clock in words: what a countdown means now, and why a clock is due when it is."""

from dataclasses import dataclass
from datetime import datetime

from app.regulation.calendar_errors import CalendarError
from app.regulation.clocks import Clock, Facts, Outcome, Rules, elapsed_seconds
from app.regulation.profile import ClockRule, LimitKind, Start
from app.regulation.remaining import Remaining, remaining
from app.regulation.workflow import Event
from app.texts import mark, tr
from app.texts.moments import duration, figure, full_moment, moment_since, moment_when, near_moment, overdue
from app.texts.words import clause_words, limit_words, outcome_name

_soon_seconds = 15 * 60


def warn_within(minutes: int) -> None:
    """How long before its due time a limit is soon over, for every countdown from now on: a region's setting."""
    global _soon_seconds
    _soon_seconds = minutes * 60


_SINCE = {
    Event.DETECTED: mark("from detection"),
    Event.REINSTATED: mark("from the return to the inbox"),
    Event.RECEIVED: mark("from receipt by the agency"),
    Event.DRAFTER_RECEIVED: mark("from receipt by the agency"),
    Event.LEG_RECEIVED: mark("from receipt by the agency"),
    Event.RETURNED: mark("from the return"),
    Event.SUBMITTED: mark("from submission"),
    Event.INTERIM_SUBMITTED: mark("from submission"),
    Event.CLARIFICATION_SUBMITTED: mark("from submission"),
    Event.INFORMATION_SUBMITTED: mark("from receipt of the information"),
    Event.INFORMATION_RETURNED: mark("from sending back"),
    Event.REWORKED: mark("from sending to rework"),
    Event.APPROVED: mark("from approval"),
    Event.INTERIM_PUBLISHED: mark("from the interim answer"),
    Event.CLARIFICATION_PUBLISHED: mark("from the request to the author"),
    Event.AUTHOR_REPLIED: mark("from the author's reply"),
    Event.CORRECTION_OPENED: mark("from the opening of the correction"),
    Event.CORRECTION_SUBMITTED: mark("from submission"),
    Event.CORRECTION_APPROVED: mark("from approval"),
    Event.CORRECTION_REWORKED: mark("from sending to rework"),
    Event.SIGNIFICANT_MARKED: mark("from the mark"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """A countdown: `state` is late, soon, plain, paused, stopwatch, window_closed, not_computable or done;
    `figure` for a table, `note` under it (clause and due time), `sentence` for the card; `progress` 0…1 or None."""

    state: str
    figure: str
    note: str
    sentence: str
    progress: float | None = None


def countdown(rules: Rules, clock: Clock, facts: Facts, now: datetime) -> Words:
    """What the countdown of a clock says at `now`, in the region's time."""
    rule = rules.profile.clocks[clock.code]
    clause = clause_words(rule, clock)
    if not clock.is_open:
        return _stopped(rules, clock, clause, now)
    left = remaining(rules, clock, facts, now)
    if left is None:
        sentence = tr("cannot be computed: the production calendar of a needed year is not loaded")
        return Words("not_computable", "—", _joined(clause, tr("not computed")), sentence)
    if clock.due_at is None:
        return _stopwatch(rules, clock, clause, left, now)
    if clock.kind is LimitKind.WINDOW and left.seconds < 0:
        closed = tr("the time for a return ran out {ended}", ended=moment_when(clock.due_at, now, rules.agency.zone))
        return Words("window_closed", "—", _joined(clause, closed), _joined(closed, clause))
    return _running(rules, clock, clause, left, now, _progress(rules, rule, clock, facts, now))


def _stopped(rules: Rules, clock: Clock, clause: str, now: datetime) -> Words:
    verdict = outcome_name(clock.outcome) if clock.outcome else ""
    if clock.outcome is Outcome.LATE:
        late = clock.late_seconds
        verdict = outcome_name(Outcome.LATE) if late is None else tr("late by {duration}", duration=duration(late))
    moment = near_moment(clock.stopped_at, now, rules.agency.zone) if clock.stopped_at else ""
    state = "late" if clock.outcome is Outcome.LATE else "done" if clock.outcome is Outcome.MET else "window_closed"
    return Words(state, verdict, _joined(clause, moment), _joined(verdict, clause))


def _stopwatch(rules: Rules, clock: Clock, clause: str, left: Remaining, now: datetime) -> Words:
    since = tr("since {moment}", moment=moment_since(clock.started_at, now, rules.agency.zone))
    sentence = _joined(tr("running for {duration}", duration=duration(left.seconds)), clause, since)
    return Words("stopwatch", figure(left.seconds), _joined(clause, since), sentence)


def _running(
    rules: Rules, clock: Clock, clause: str, left: Remaining, now: datetime, progress: float | None
) -> Words:
    assert clock.due_at is not None, "stopwatches have their own words"
    until = near_moment(clock.due_at, now, rules.agency.zone)
    if left.seconds < 0 or (now > clock.due_at and not left.paused):
        note = _joined(clause, tr("was due {moment}", moment=until))
        sentence = _joined(overdue(left.seconds), clause)
        return Words("late", figure(min(left.seconds, -1)), note, sentence, 1.0)
    note = _joined(clause, tr("until {moment}", moment=until))
    if left.paused:
        held = tr("paused, {duration} left", duration=duration(left.seconds))
        return Words("paused", figure(left.seconds), _joined(clause, tr("paused")), _joined(held, clause), progress)
    if left.working and not left.is_open:
        sentence = tr(
            "working time is over, {duration} of it left, until {moment}", duration=duration(left.seconds), moment=until
        )
        return Words("paused", figure(left.seconds), note, _joined(sentence, clause), progress)
    state = "soon" if left.seconds <= _soon_seconds else "plain"
    sentence = _joined(duration(left.seconds), clause, tr("until {moment}", moment=until))
    return Words(state, figure(left.seconds), note, sentence, progress)


def _progress(rules: Rules, rule: ClockRule, clock: Clock, facts: Facts, now: datetime) -> float | None:
    if clock.due_at is None:
        return None
    try:
        whole = elapsed_seconds(rules, rule, facts, clock.started_at, clock.due_at)
        gone = elapsed_seconds(rules, rule, facts, clock.started_at, min(now, clock.due_at))
    except CalendarError:
        return None
    return min(1.0, gone / whole) if whole > 0 else 1.0


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


# ----- why


def reasoning(
    rules: Rules, clock: Clock, facts: Facts, event: Event | None = None, now: datetime | None = None
) -> str:
    """One line: the limit, what it is counted from, and the working intervals it was counted in.

    With `now` moments are told as shortly as their distance allows, and each date once; without it in full.
    """
    rule = rules.profile.clocks[clock.code]
    zone = rules.agency.zone
    began = near_moment(clock.started_at, now, zone) if now else full_moment(clock.started_at, zone)
    since = tr(_SINCE[_start_of(rule, event).event])
    limit = rule.limit(facts.importance, facts.channel)
    if limit is None:
        what = tr("norm not set") if rule.not_set else tr("no limit in the act")
        return tr("{what}: a stopwatch {since} {began}", what=what, since=since, began=began)
    if rule.before:
        base = rules.profile.clocks[rule.before]
        return tr("{limit} before the due time of {base}", limit=limit_words(limit), base=clause_words(base))
    words = tr("{limit} {since} {began}", limit=limit_words(limit), since=since, began=began)
    counted = _counted(rules, rule, clock, facts, is_short=now is not None)
    return f"{words}; {counted}" if counted else words


def _start_of(rule: ClockRule, event: Event | None) -> Start:
    return next((start for start in rule.start if start.event is event), rule.start[0])


def _counted(rules: Rules, rule: ClockRule, clock: Clock, facts: Facts, *, is_short: bool) -> str:
    limit = rule.limit(facts.importance, facts.channel)
    if limit is None or clock.due_at is None:
        return ""
    if limit.unit.is_day:
        return tr("the first day is not counted, to the end of the last")
    counting = rules.counting(rule, limit)
    if counting is None:
        return tr("by the clock")
    zone = rules.agency.zone
    pieces = []
    told = clock.started_at.astimezone(zone).date() if is_short else None
    for begin, end in counting.working_intervals(clock.started_at, clock.due_at, clock.pauses):
        local = begin.astimezone(zone)
        pieces.append(f"{local:%H:%M}" if local.date() == told else f"{local:%d.%m %H:%M}")
        pieces[-1] += f"–{end.astimezone(zone):%H:%M}"
        told = local.date() if is_short else None
    if len(pieces) > 6:
        pieces = [*pieces[:3], "…", *pieces[-2:]]
    return tr("working time {pieces}", pieces=", ".join(pieces))
