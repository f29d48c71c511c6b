"""Which step lost an answer: lateness is attributed, not shared out (п. 10, 21)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.regulation.calendar_errors import CalendarError
from app.regulation.clocks import Clock, Facts, Outcome, Rules, elapsed_seconds
from app.regulation.profile import Importance


@dataclass(frozen=True, slots=True)
class Blame:
    """To whom a breach of `answer` is attributed: the step with the largest overrun, or the regulation itself."""

    code: str | None
    leg: str | None = None
    late_seconds: int = 0


def attribute_lateness(clocks: Iterable[Clock]) -> Blame:
    """The step that lost the answer: largest overrun over its own limit; where none overran, nobody's (п. 10)."""
    late = [c for c in clocks if c.outcome == Outcome.LATE and c.code not in ("answer", "return") and c.late_seconds]
    if not late:
        return Blame(None)
    worst = max(late, key=lambda clock: clock.late_seconds or 0)
    return Blame(worst.code, worst.leg, worst.late_seconds or 0)


def overdue_seconds(rules: Rules, code: str, importance: Importance, due_at: datetime, now: datetime) -> int:
    """By how much a clock that still runs is overdue, as it counts; by the wall clock where a year is missing."""
    try:
        return elapsed_seconds(rules, rules.profile.clocks[code], Facts(importance=importance), due_at, now)
    except CalendarError:
        return int((now - due_at).total_seconds())
