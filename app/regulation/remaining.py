"""What is left: of an open clock at a moment, and of the answer's limit after a step."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.regulation.calendar_errors import CalendarError
from app.regulation.clocks import Clock, Facts, Rules
from app.regulation.profile import LimitKind

FOLLOWING_STEPS = {
    "route": ("approve", "publish"),
    "reroute": ("approve", "publish"),
    "return": ("approve", "publish"),
    "link": ("approve", "publish"),
    "draft": ("approve", "publish"),
    "rework": ("approve", "publish"),
    "approve": ("publish",),
    "publish": (),
}


def latest_finish(rules: Rules, code: str, answer_due: datetime, facts: Facts) -> datetime | None:
    """When a step must end so that the steps after it, each using its whole limit, still fit before `answer_due`."""
    moment = answer_due
    for following in reversed(FOLLOWING_STEPS.get(code, ())):
        rule = rules.profile.clocks.get(following)
        limit = rule.limit(facts.importance, facts.channel) if rule else None
        if rule is None or limit is None or limit.unit.is_day:
            continue
        counting = rules.counting(rule, limit)
        if counting is None:
            moment -= timedelta(seconds=limit.seconds)
        else:
            moment = counting.add(moment, -limit.seconds)
    return moment if code in FOLLOWING_STEPS else None


def slack_seconds(rules: Rules, clock: Clock, answer_due: datetime | None, facts: Facts) -> int | None:
    """What the outer clock (`answer`) leaves after this step used its whole limit and the later ones theirs.

    Working seconds, negative when the chain no longer fits; None where there is nothing to compare.
    """
    if answer_due is None or clock.due_at is None:
        return None
    try:
        latest = latest_finish(rules, clock.code, answer_due, facts)
        if latest is None:
            return None
        if latest >= clock.due_at:
            return rules.agency.between(clock.due_at, latest)
        return -rules.agency.between(latest, clock.due_at)
    except CalendarError:
        return None


@dataclass(frozen=True, slots=True)
class Remaining:
    """What a countdown shows at a moment. `seconds` is what is left (negative: overdue by so much);
    for a stopwatch, what has run. `working` says the figure is working time; `is_open` that it is running now;
    `paused` that the clock stands until an event resumes it."""

    seconds: int
    working: bool
    is_open: bool
    resumes_at: datetime | None = None
    paused: bool = False


def remaining(rules: Rules, clock: Clock, facts: Facts, now: datetime) -> Remaining | None:
    """What is left of an open clock at `now`, counted as the clock counts; None when it cannot be computed."""
    if clock.paused_at is not None:
        stood = remaining(rules, replace(clock, paused_at=None), facts, clock.paused_at)
        return replace(stood, is_open=False, resumes_at=None, paused=True) if stood else None
    rule = rules.profile.clocks[clock.code]
    if clock.kind is LimitKind.NOT_COMPUTABLE:
        return None
    if clock.due_at is None:
        return Remaining(int((now - clock.started_at).total_seconds()), working=False, is_open=True)
    limit = rule.limit(facts.importance, facts.channel)
    counting = rules.counting(rule, limit) if limit and not limit.unit.is_day else None
    if counting is None:
        return Remaining(int((clock.due_at - now).total_seconds()), working=False, is_open=True)
    try:
        open_now = counting.is_working(now)
        resumes = None if open_now else counting.next_open(now)
        if now <= clock.due_at:
            return Remaining(counting.between(now, clock.due_at), True, open_now, resumes)
        return Remaining(-counting.between(clock.due_at, now), True, open_now, resumes)
    except CalendarError:
        return None
