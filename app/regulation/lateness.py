"""Which step lost an answer: lateness is attributed, not shared out (п. 10, 21)."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.regulation.clocks import Clock, Outcome


@dataclass(frozen=True, slots=True)
class Blame:
    """To whom a breach of `answer` is attributed: the step with the largest overrun, or the regulation itself."""

    code: str | None
    leg: str | None = None
    late_seconds: int = 0


def attribute_lateness(clocks: Iterable[Clock]) -> Blame:
    """The step that lost the answer: largest overrun over its own limit; where none overran, nobody's (п. 10)."""
    late = [c for c in clocks if c.outcome is Outcome.LATE and c.code not in ("answer", "return") and c.late_seconds]
    if not late:
        return Blame(None)
    worst = max(late, key=lambda clock: clock.late_seconds or 0)
    return Blame(worst.code, worst.leg, worst.late_seconds or 0)
