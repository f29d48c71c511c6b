"""The rating of agencies by quantity, quality, speed and completeness of reacting (п. 2), from the common measures.

Each component is a share of its agency's own work, drawn towards the mean of all rated agencies by as much as little
work proves little: two messages answered well do not stand above two hundred.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.regulation.measures import Figures
from app.regulation.profile import LimitKind, Profile
from app.regulation.rating_rules import Component, RatingRules


class Standing(StrEnum):
    """Where an agency stands: in the rating, in its red zone, with too few messages, or not bound by the act."""

    RATED = "rated"
    RED = "red"
    FEW = "few"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Sample:
    """Of `cases` of a component's work, so many were done well."""

    good: int = 0
    cases: int = 0

    @property
    def share(self) -> float | None:
        return self.good / self.cases if self.cases else None

    def __add__(self, other: "Sample") -> "Sample":
        return Sample(self.good + other.good, self.cases + other.cases)


@dataclass(frozen=True, slots=True)
class Score:
    """One component of one agency: its work, its points 0…100, and how many points of the total it adds or takes
    against mean work."""

    sample: Sample
    points: float
    effect: float


@dataclass(frozen=True, slots=True)
class Rated:
    """One agency of the rating; `place` and `total` are None outside it, and for too few messages."""

    agency: int
    standing: Standing
    messages: int
    place: int | None = None
    total: float | None = None
    scores: Mapping[Component, Score] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rating:
    """All agencies: rated ones by place, then those not rated; `mean` are points of mean work of each component."""

    rows: tuple[Rated, ...]
    mean: Mapping[Component, float]
    rules: RatingRules


def own_steps(profile: Profile) -> tuple[str, ...]:
    """The clocks that executors answer for (п. 21): drafts, rework, publication, final answers, parts."""
    rules = profile.clocks.values()
    return tuple(rule.code for rule in rules if rule.who == "executor" and rule.kind is LimitKind.LIMIT)


def samples(figures: Figures, steps: Iterable[str]) -> dict[Component, Sample]:
    """The work of an agency by component.

    quantity: messages answered for the first time (also in the interim), of those and of the ones whose limit of an
    answer ran out without; quality: final answers never sent to rework; speed: own steps kept, of those that stopped
    or were overdue; completeness: complete final answers (see the measures `clean_share` and `complete_share`).
    """
    clocks = [figures.clock(code) for code in steps]
    kept = sum(clock.met for clock in clocks)
    judged = kept + sum(clock.late + clock.running for clock in clocks)
    reacted = figures.first_answered
    return {
        Component.QUANTITY: Sample(reacted, reacted + figures.overdue_out),
        Component.QUALITY: Sample(figures.clean, figures.answered),
        Component.SPEED: Sample(kept, judged),
        Component.COMPLETENESS: Sample(figures.complete, figures.answered),
    }


def points(sample: Sample, mean: float, prior: int) -> float:
    """0…100: the share of good work, with `prior` cases of mean work (share `mean`, 0…1) added to it."""
    weight = sample.cases + prior
    return 100 * (sample.good + prior * mean) / weight if weight else 100 * mean


def rate(
    figures: Mapping[int, Figures], bound: Iterable[int], profile: Profile, rules: RatingRules | None = None
) -> Rating:
    """The rating of agencies by their figures of a period.

    `bound` are those the act binds; the others stand outside unless the reading `outside_agencies` holds them to the
    act. `rules` beat those of the profile, to see what other weights would give.
    """
    rules = rules or profile.rating
    inside = set(figures) if profile.readings.outside_agencies == "act" else set(bound)
    steps = own_steps(profile)
    messages = {agency: of.carried_in + of.received for agency, of in figures.items()}
    work = {
        agency: samples(of, steps)
        for agency, of in figures.items()
        if agency in inside and messages[agency] >= rules.threshold
    }
    mean = _mean(work.values())
    rated = sorted((_rated(agency, messages[agency], work[agency], mean, rules) for agency in work), key=_order)
    placed = [_with_place(row, rated) for row in rated]
    others = [
        Rated(agency, Standing.FEW if agency in inside else Standing.OUTSIDE, messages[agency])
        for agency in sorted(figures)
        if agency not in work
    ]
    return Rating((*placed, *others), {component: 100 * share for component, share in mean.items()}, rules)


def _mean(work: Iterable[Mapping[Component, Sample]]) -> dict[Component, float]:
    """Shares of all rated agencies' work together; a component that nobody had any work of is left out."""
    pooled = dict.fromkeys(Component, Sample())
    for of in work:
        for component, sample in of.items():
            pooled[component] += sample
    return {component: sample.good / sample.cases for component, sample in pooled.items() if sample.cases}


def _rated(
    agency: int, messages: int, work: Mapping[Component, Sample], mean: Mapping[Component, float], rules: RatingRules
) -> Rated:
    whole = sum(rules.weights[component] for component in mean) or 1
    scores = {}
    for component, share in mean.items():
        gained = points(work[component], share, rules.prior)
        effect = rules.weights[component] * (gained - 100 * share) / whole
        scores[component] = Score(work[component], gained, effect)
    if not mean:
        return Rated(agency, Standing.FEW, messages)
    total = sum(rules.weights[component] * score.points for component, score in scores.items()) / whole
    return Rated(agency, Standing.RED if total < rules.red else Standing.RATED, messages, None, total, scores)


def _order(row: Rated) -> tuple[float, int]:
    return -(row.total if row.total is not None else -1), row.agency


def _with_place(row: Rated, rated: list[Rated]) -> Rated:
    """Equal totals share a place."""
    if row.total is None:
        return row
    above = sum(1 for other in rated if other.total is not None and other.total > row.total)
    return Rated(row.agency, row.standing, row.messages, above + 1, row.total, row.scores)
