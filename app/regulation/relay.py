"""Several agencies in order (п. 16): when each would be done, and whether the chain fits the `answer` limit.

The forecast lets every step use its whole limit; it is what the ordering dialog draws and warns by.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.regulation.clocks import Facts, Rules, due_time
from app.regulation.profile import Importance


@dataclass(frozen=True, slots=True)
class Slot:
    """A step of the chain from `begin` to `end`; `link` is its place in the order, None for the curator's steps."""

    step: str
    begin: datetime
    end: datetime
    link: int | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """A change after which the chain would fit: "fewer_links" (how many may stay), "normal_importance", "interim"."""

    code: str
    links: int = 0


@dataclass(frozen=True, slots=True)
class Forecast:
    """The chain drawn out. `slack_seconds` is working time left before `answer_due` (negative: does not fit);
    None where the act sets no limit for the answer."""

    slots: tuple[Slot, ...]
    answer_due: datetime | None
    draft_due: datetime | None
    slack_seconds: int | None
    fixes: tuple[Fix, ...] = ()

    @property
    def fits(self) -> bool:
        return self.slack_seconds is None or self.slack_seconds >= 0


def forecast(
    rules: Rules, links: int, start: datetime, detected_at: datetime, facts: Facts, working: int = 0
) -> Forecast:
    """The chain of `links` agencies starting at `start` for a message detected at `detected_at`.

    Links are numbered from −`working`: so many of them are at work already, 0 is the first that is still to come.

    Raises CalendarError for a year that is not loaded.
    """
    drawn = _draw(rules, links, start, detected_at, facts)
    slots = tuple(replace(s, link=s.link - working) if s.link is not None else s for s in drawn.slots)
    fixes = () if drawn.fits else _fixes(rules, links, start, detected_at, facts)
    return replace(drawn, slots=slots, fixes=fixes)


def _draw(rules: Rules, links: int, start: datetime, detected_at: datetime, facts: Facts) -> Forecast:
    answer_due = _due(rules, "answer", detected_at, facts)
    draft_due = _due(rules, "draft", start, facts, answer_due)
    slots: list[Slot] = []
    moment = start
    for link in range(links):
        moment = _step(rules, slots, "link", moment, facts, link)
    for step in ("approve", "publish"):
        moment = _step(rules, slots, step, moment, facts)
    return Forecast(tuple(slots), answer_due, draft_due, _slack(rules, moment, answer_due))


def _step(
    rules: Rules, slots: list[Slot], code: str, begin: datetime, facts: Facts, link: int | None = None
) -> datetime:
    end = _due(rules, code, begin, facts) or begin
    slots.append(Slot(code, begin, end, link))
    return end


def _due(rules: Rules, code: str, start: datetime, facts: Facts, base: datetime | None = None) -> datetime | None:
    rule = rules.profile.clocks.get(code)
    return due_time(rules, rule, start, facts, base_due=base) if rule else None


def _slack(rules: Rules, end: datetime, answer_due: datetime | None) -> int | None:
    if answer_due is None:
        return None
    if end <= answer_due:
        return rules.agency.between(end, answer_due)
    # By the wall clock where the overshoot falls outside working time: late is late.
    over = rules.agency.between(answer_due, end)
    return -(over or int((end - answer_due) / timedelta(seconds=1)))


def _fixes(rules: Rules, links: int, start: datetime, detected_at: datetime, facts: Facts) -> tuple[Fix, ...]:
    fixes = []
    for fewer in range(links - 1, 0, -1):
        if _draw(rules, fewer, start, detected_at, facts).fits:
            fixes.append(Fix("fewer_links", fewer))
            break
    if facts.importance is Importance.HIGH:
        normal = replace(facts, importance=Importance.NORMAL)
        if _draw(rules, links, start, detected_at, normal).fits:
            fixes.append(Fix("normal_importance"))
    if "final" in rules.profile.clocks and "interim_published" in rules.profile.clocks["answer"].stop:
        fixes.append(Fix("interim"))
    return tuple(fixes)

