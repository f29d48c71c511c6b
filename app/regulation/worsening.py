"""What got worse since the previous period, and which part did most to it: what a summary says first (п. 23)."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.regulation.measures import MEASURES, Dimension, Figures, Kind, Measure

# Smaller changes are the ups and downs of any month.
_SHARE = 0.02
_GROWTH = 0.10
_LEAST_CASES = 5
# A part stands out with so much of all that went wrong, and so many times what an even share would be.
_OF_ALL, _OF_EVEN = 0.1, 2
# What is too obvious from another line, or says nothing by itself.
_LEFT_OUT = ("carried_in", "first_p90", "final_p90")
_MOST = 5


@dataclass(frozen=True, slots=True)
class Worse:
    """A measure that got worse: what it was and is; the part of `dimension` that did most, with its own two numbers.

    `cases` of `of_cases`: how many of the bad cases of the period are that part's; no part where none stands out, and
    neither number where cases cannot be counted.
    `lost_step`: of late answers, the step that lost most of them, with `lost` of `lost_of`.
    """

    code: str
    before: float
    now: float
    weight: float
    dimension: Dimension | None = None
    part: int | None = None
    cases: int = 0
    of_cases: int = 0
    lost_step: str | None = None
    lost: int = 0
    lost_of: int = 0


# How many bad cases a measure counts, where it counts cases.
_BAD = {
    "repeats": lambda of: of.repeats,
    "returns": lambda of: of.returns,
    "reworks": lambda of: of.reworks,
    "carried_out": lambda of: of.carried_out,
    "overdue_out": lambda of: of.overdue_out,
    "answer_share": lambda of: of.clock("answer").late,
    "clean_share": lambda of: of.answered - of.clean,
    "complete_share": lambda of: of.answered - of.complete,
    "promise_share": lambda of: of.clock("final").late + of.clock("final").running,
}


def find_worse(
    now: Figures, before: Figures, parts: Mapping[Dimension, Mapping[int | None, Figures]]
) -> tuple[Worse, ...]:
    """The measures that got worse by more than chance, the gravest first; at most five."""
    found = [worse for measure in MEASURES if (worse := _worse(measure, now, before))]
    gravest = sorted(found, key=lambda worse: -worse.weight)[:_MOST]
    return tuple(_explained(worse, now, parts) for worse in gravest)


def _worse(measure: Measure, now: Figures, before: Figures) -> Worse | None:
    if not measure.better or measure.code in _LEFT_OUT or (measure.kind is Kind.COUNT and measure.better > 0):
        return None
    new, old = now.value(measure.code), before.value(measure.code)
    if measure.code == "carried_out":
        old = now.carried_in  # the same messages; an earlier period is compared without what it carried
    if new is None or old is None:
        return None
    change = (old - new) * measure.better
    if measure.kind is Kind.SHARE:
        enough = _BAD[measure.code](now) >= _LEAST_CASES and change >= _SHARE
        return Worse(measure.code, old, new, change) if enough else None
    floor = _LEAST_CASES if measure.kind is Kind.COUNT else 60
    if change < floor or change < _GROWTH * old:
        return None
    return Worse(measure.code, old, new, min(change / max(old, floor), 1) / 4)


def _explained(worse: Worse, now: Figures, parts: Mapping[Dimension, Mapping[int | None, Figures]]) -> Worse:
    """With the part of most of the bad cases: an agency where one stands out, else a topic or a place."""
    bad = _BAD.get(worse.code)
    values: dict[str, object] = {}
    if bad is not None and (whole := bad(now)):
        values |= {"of_cases": whole}
        for dimension in (Dimension.AGENCY, Dimension.TOPIC, Dimension.PLACE):
            if found := _outstanding({key: bad(of) for key, of in parts.get(dimension, {}).items()}, whole):
                values |= {"dimension": dimension, "part": found[0], "cases": found[1]}
                break
    if worse.code == "answer_share" and now.lost:
        step = max(now.lost, key=lambda code: (now.lost[code], code))
        values |= {"lost_step": step, "lost": now.lost[step], "lost_of": sum(now.lost.values())}
    return Worse(worse.code, worse.before, worse.now, worse.weight, **values)  # type: ignore[arg-type]


def _outstanding(cases: Mapping[int | None, int], whole: int) -> tuple[int, int] | None:
    """The part that has much more of the bad cases than an even share, with how many; None where they are spread."""
    known = [(count, key) for key, count in cases.items() if key is not None and count]
    if not known:
        return None
    most, key = max(known, key=lambda entry: entry[0])
    even = 1 / len(known)
    # nobody has twice a half: of two parts one needs three quarters
    enough = max(_OF_ALL, min(_OF_EVEN * even, (1 + even) / 2)) * whole
    return (key, most) if most >= enough else None
