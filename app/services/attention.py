"""How much waits on each page of the desk, as the numbers at its left say."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Case, ClockRow, Episode, Surge
from app.services.memos import count_due
from app.services.returns import count_raised
from app.services.roster import left_behind
from app.services.workplace import Workplace


def waiting_for_governor(place: Workplace) -> Select[Any]:
    """п. 24: proposals undecided, significant cases and episodes without a report."""
    surges = select(func.count()).where(Surge.state == "proposed").scalar_subquery()
    running = (ClockRow.code == "governor", ClockRow.stopped_at.is_(None))
    marked = select(func.count()).select_from(ClockRow).where(*running).scalar_subquery()
    unreported = (Episode.closed_at.is_(None), Episode.reported_at.is_(None))
    episodes = select(func.count()).select_from(Episode).where(*unreported).scalar_subquery()
    return select(literal(0) + surges + marked + episodes)


# A page's code and the select that counts what waits there for this person.
ATTENTION: dict[str, Callable[[Workplace], Select[Any]]] = {
    "returns": count_raised,
    "memos": count_due,
    "governor": waiting_for_governor,
    "shifts": lambda place: select(func.count()).select_from(Case).where(*left_behind(place)),
}


async def count_attention(place: Workplace, connection: AsyncConnection) -> dict[str, int]:
    """The number of things that wait, by the page's code."""
    return {code: (await connection.execute(count(place))).scalar_one() for code, count in ATTENTION.items()}
