"""Which facts stand behind a figure: what a click on a number opens."""

from collections.abc import Collection
from datetime import datetime

from app.regulation.measures import ActFact, Dimension, MessageFact, Period, VerdictFact, counted
from app.regulation.rating_rules import Component

Fact = MessageFact | VerdictFact | ActFact

# Figures counted by another: shares open their bad cases, durations the messages they are of.
_MESSAGES = {"first_median": "first_answered", "first_p90": "first_answered", "final_median": "answered",
             "final_p90": "answered"}  # fmt: skip
# What a component of the rating opens: the cases that cost points.
COMPONENTS = {
    Component.QUANTITY: "overdue_out",
    Component.QUALITY: "clean_share",
    Component.SPEED: "own_steps",
    Component.COMPLETENESS: "complete_share",
}


def stands_behind(fact: Fact, code: str, period: Period, own_steps: Collection[str] = ()) -> datetime | None:
    """The moment that makes a fact one of those behind the figure `code` in a period; None where it is none.

    Of shares the cases that spoil them; `own_steps` (clocks executors answer for) is for the code of that name.
    """
    if isinstance(fact, MessageFact):
        return _message(fact, code, period)
    if isinstance(fact, ActFact):
        return period.begin if code == ("returns" if fact.act == "return" else "reworks") else None
    return fact.at if _verdict(fact, code, own_steps) else None


def _message(fact: MessageFact, code: str, period: Period) -> datetime | None:
    codes = counted(fact, period)
    if code in ("clean_share", "complete_share"):
        part = code.removesuffix("_share")
        return fact.final_at if "answered" in codes and part not in codes else None
    if _MESSAGES.get(code, code) not in codes:
        return None
    moments = {"answered": fact.final_at, "interim": fact.interim_at, "first_answered": fact.first_at}
    moments |= {"closed_unanswered": fact.left_at}
    return moments.get(_MESSAGES.get(code, code)) or fact.detected_at


def _verdict(fact: VerdictFact, code: str, own_steps: Collection[str]) -> bool:
    if fact.is_met:
        return False
    if code == "overdue_out":
        return fact.code == "answer" and fact.is_running
    if code == "answer_share":
        return fact.code == "answer" and not (fact.is_running or fact.by_agreement)
    if code == "promise_share":
        return fact.code == "final" and not fact.by_agreement
    return code == "own_steps" and fact.code in own_steps and not fact.by_agreement


def is_of(fact: Fact, dimension: Dimension | None, key: int | None) -> bool:
    """Whether a fact belongs to a part; every fact to the whole."""
    return dimension is None or fact.subject.key(dimension) == key
