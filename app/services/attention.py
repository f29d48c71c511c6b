"""How much waits on each page of the desk, as the numbers at its left say."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, func, literal, select

from app.models import ClockRow, Episode, Surge
from app.regulation.duties import Duty, duty_refusal
from app.services.roster import duty_moments
from app.services.workplace import Workplace


def memos_due(place: Workplace) -> Select[Any]:
    """п. 22: shortcomings that were to be mended by now."""
    from app.services.memos import count_due  # not needed to show the first rows

    return count_due(place)


def returns_raised(place: Workplace) -> Select[Any]:
    """п. 8: cases returned so often that a supervisor looks."""
    from app.services.returns import count_raised  # not needed to show the first rows

    return count_raised(place)


def alerts_new(place: Workplace) -> Select[Any]:
    """Alerts that nobody of this person's has taken note of."""
    from app.services.alerts.reading import count_new  # not needed to show the first rows

    return count_new(place)


def answers_stuck(place: Workplace) -> Select[Any]:
    """п. 14: answers on their way that wait for a person."""
    from app.services.outbox.reading import count_stuck  # not needed to show the first rows

    return count_stuck(place)


def waiting_for_governor(place: Workplace) -> Select[Any]:
    """п. 24: proposals undecided, significant cases and episodes without a report."""
    surges = select(func.count()).where(Surge.state == "proposed").scalar_subquery()
    running = (ClockRow.code == "governor", ClockRow.stopped_at.is_(None))
    marked = select(func.count()).select_from(ClockRow).where(*running).scalar_subquery()
    unreported = (Episode.closed_at.is_(None), Episode.reported_at.is_(None))
    episodes = select(func.count()).select_from(Episode).where(*unreported).scalar_subquery()
    return select(literal(0) + surges + marked + episodes)


# A page's code, whose it is to read, and the select that counts what waits there for this person.
ATTENTION: dict[str, tuple[Duty, Callable[[Workplace], Select[Any]]]] = {
    "returns": (Duty.READ_SHORTCOMINGS, returns_raised),
    "memos": (Duty.READ_SHORTCOMINGS, memos_due),
    "governor": (Duty.READ_GOVERNOR, waiting_for_governor),
    "alerts": (Duty.SEE_ALERTS, alerts_new),
    "outbox": (Duty.READ_OUTBOX, answers_stuck),
}


def has_attention(place: Workplace) -> bool:
    """Whether anything of that is counted for this person."""
    return any(duty_refusal(duty, place.actor) is None for duty, _ in ATTENTION.values())


def attention(place: Workplace) -> Select[Any]:
    """The number of things that wait, a column for each page by its code: asked at once, with `attention_values`.

    Nothing is counted for a page the person does not have.
    """
    mine = (code for code, (duty, _) in ATTENTION.items() if duty_refusal(duty, place.actor) is None)
    return select(*(ATTENTION[code][1](place).scalar_subquery().label(code) for code in mine))


def attention_values(place: Workplace) -> dict[str, Any]:
    """What those pages count by, as it is now."""
    from app.services.outbox.sending import STALE  # not needed to show the first rows
    from app.services.returns import threshold

    return {**duty_moments(place), "threshold": threshold(place), "stale_from": place.now() - STALE}
