"""The report of a period in words: names of its sheets, its heading, what got worse and why."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.regulation.measures import BY_CODE, Dimension, Kind
from app.regulation.rating import Standing
from app.regulation.rating_rules import Component
from app.regulation.report_days import PeriodKind
from app.regulation.worsening import Worse
from app.texts import mark, tr, trn
from app.texts.calendar_days import month_name
from app.texts.measures import measure_name
from app.texts.moments import day
from app.texts.words import clock_code_name

_COMPONENTS = {
    Component.QUANTITY: mark("Quantity"),
    Component.QUALITY: mark("Quality"),
    Component.SPEED: mark("Speed"),
    Component.COMPLETENESS: mark("Completeness"),
}

_COMPONENT_RULES = {
    Component.QUANTITY: mark(
        "of the messages answered for the first time (also in the interim) and those whose limit of an answer ran out "
        "without one: the share answered"
    ),
    Component.QUALITY: mark("of the final answers: the share whose drafts were never sent to rework"),
    Component.SPEED: mark(
        "of the agency's own limits (draft, rework, publication, part, final answer): the share kept; one that is "
        "overdue and still runs is not kept"
    ),
    Component.COMPLETENESS: mark(
        "of the final answers: the share neither short nor formal, not noted as beside the substance or untrue, and "
        "not asked again within the period"
    ),
}

_STANDINGS = {
    Standing.RATED: mark("in the rating"),
    Standing.RED: mark("red zone"),
    Standing.FEW: mark("too few for the rating"),
    Standing.OUTSIDE: mark("outside the rating: the act does not bind it"),
}

_WHO = {
    "curator": mark("curator"),
    "executor": mark("executor"),
    "chain": mark("all steps together"),
    "author": mark("author"),
}


_RATING_PARTS = {
    "threshold": mark("Fewest messages rated"),
    "red": mark("Red zone below"),
    "prior": mark("Cases of mean work added"),
}


def rating_part(key: str) -> str:
    """What a key of `[rating]` settles: the weight of a component, or one of the other numbers."""
    return tr(_RATING_PARTS[key]) if key in _RATING_PARTS else component_name(Component(key))


def period_name(kind: PeriodKind, first: date, last: date) -> str:
    """ "октябрь 2026", "неделя 12.10–18.10.2026", "01.10.2026–15.10.2026"."""
    if kind is PeriodKind.MONTH:
        return f"{month_name(first.month)} {first.year}"
    span = day(first) if first == last else f"{day(first)}–{day(last)}"
    return tr("week {span}", span=span) if kind is PeriodKind.WEEK else span


def component_name(component: Component) -> str:
    return tr(_COMPONENTS[component])


def component_rule(component: Component) -> str:
    return tr(_COMPONENT_RULES[component])


def standing_name(standing: Standing) -> str:
    return tr(_STANDINGS[standing])


def who_name(who: str) -> str:
    """Whose a clock is."""
    return tr(_WHO[who])


def step_name(code: str) -> str:
    """The step that lost an answer; "" is the order itself."""
    return clock_code_name(code) if code else tr("the order itself: no step overran its limit")


def value_words(code: str, value: float | int | None) -> str:
    """A measure's number for reading: "91,2 %", "3 ч 20 мин", "128"."""
    if value is None:
        return "—"
    kind = BY_CODE[code].kind
    if kind is Kind.SHARE:
        return f"{100 * value:.1f} %".replace(".", tr("."))
    if kind is Kind.DURATION:
        if value < 3600:
            return tr("{n} min", n=int(value) // 60)
        return tr("{hours} h {minutes:02} min", hours=int(value) // 3600, minutes=int(value) // 60 % 60)
    return grouped(int(value))


def grouped(value: int) -> str:
    """12 345 with a narrow space between thousands."""
    return f"{value:,}".replace(",", "\u202f")


def change_words(code: str, now: float | None, before: float | None) -> str:
    """How a measure changed: "+3,1 п. п.", "−12 %", "+1 ч 05 мин"; "—" where there is nothing to compare with."""
    if now is None or before is None:
        return "—"
    change, kind = now - before, BY_CODE[code].kind
    sign = "+" if change > 0 else "−" if change < 0 else ""
    if kind is Kind.SHARE:
        sign = sign if abs(100 * change) >= 0.05 else ""  # no "−0,0"
        points = f"{abs(100 * change):.1f}".replace(".", tr("."))
        return sign + tr("{points} pp", points=points)
    if kind is Kind.DURATION:
        return sign + value_words(code, abs(change))
    return sign + grouped(abs(int(change)))


def worse_words(worse: Worse, part: str) -> str:
    """One sentence or two: what got worse from what to what, which part did most to it, which step lost it."""
    before, now = value_words(worse.code, worse.before), value_words(worse.code, worse.now)
    words = tr("{measure}: was {before}, is {now}.", measure=measure_name(worse.code), before=before, now=now)
    facts: dict[str, Any] = {"cases": worse.cases, "of": worse.of_cases}
    if part and worse.cases and worse.dimension is not None:
        of = {
            Dimension.AGENCY: mark("Most of it: {part}, {cases} of {of}."),
            Dimension.TOPIC: mark("Most of it in the topic “{part}”, {cases} of {of}."),
            Dimension.PLACE: mark("Most of it in {part}, {cases} of {of}."),
        }
        words += " " + tr(of.get(worse.dimension, of[Dimension.AGENCY]), part=part, **facts)
    elif worse.of_cases:
        words += " " + tr("No agency, topic or place stands out.")
    if worse.lost_step is not None:
        step = step_name(worse.lost_step)
        words += " " + tr("Lost most often at: {step} ({lost} of {of}).", step=step, lost=worse.lost, of=worse.lost_of)
    return words


def edition_words(edition: int) -> str:
    return tr("edition {n}", n=edition) if edition > 1 else ""


def rows_left_out(count: int) -> str:
    """Said at the end of a list that is too long for paper."""
    return trn("{n} more row is not shown.", "{n} more rows are not shown.", count)


def rating_words(rules: Mapping[str, Any]) -> tuple[str, ...]:
    """How points are made of components, and who is not rated."""
    return (
        tr(
            "Each component is 0 to 100: the share of good work, to which {prior} cases of mean work of all rated "
            "agencies are added, so that a few messages prove little.",
            prior=rules["prior"],
        ),
        tr(
            "Points are the components' mean by their weights. The effect of a component is how many points it adds "
            "or takes against mean work."
        ),
        tr(
            "Below {red} points is the red zone; fewer than {threshold} messages are not rated.",
            red=rules["red"], threshold=rules["threshold"],
        ),
    )  # fmt: skip
