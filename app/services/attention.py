"""How much waits on each page of the desk, as the numbers at its left say."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Case, ClockRow, Episode, Surge
from app.regulation.duties import Duty, duty_refusal
from app.services.roster import left_behind
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


def without_curator(place: Workplace) -> Select[Any]:
    """Open cases whose curator is away or has gone home."""
    return select(func.count()).select_from(Case).where(*left_behind(place))


# A page's code, whose it is to read, and the select that counts what waits there for this person.
ATTENTION: dict[str, tuple[Duty, Callable[[Workplace], Select[Any]]]] = {
    "returns": (Duty.READ_SHORTCOMINGS, returns_raised),
    "memos": (Duty.READ_SHORTCOMINGS, memos_due),
    "governor": (Duty.READ_GOVERNOR, waiting_for_governor),
    "shifts": (Duty.SEE_SHIFTS, without_curator),
    "alerts": (Duty.SEE_ALERTS, alerts_new),
    "outbox": (Duty.READ_OUTBOX, answers_stuck),
}


async def count_attention(place: Workplace, connection: AsyncConnection) -> dict[str, int]:
    """The number of things that wait, by the page's code; nothing is counted for a page the person does not have."""
    mine = {code: count(place) for code, (duty, count) in ATTENTION.items() if duty_refusal(duty, place.actor) is None}
    if not mine:
        return {}
    asked = select(*(count.scalar_subquery().label(code) for code, count in mine.items()))  # asked at once
    return dict((await connection.execute(asked)).one()._mapping)
