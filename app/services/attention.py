"""How much waits on each page of the desk, as the numbers at its left say."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Case
from app.services.roster import left_behind
from app.services.workplace import Workplace

# A page's code and the select that counts what waits there for this person.
ATTENTION: dict[str, Callable[[Workplace], Select[Any]]] = {
    "shifts": lambda place: select(func.count()).select_from(Case).where(*left_behind(place)),
}


async def count_attention(place: Workplace, connection: AsyncConnection) -> dict[str, int]:
    """The number of things that wait, by the page's code."""
    return {code: (await connection.execute(count(place))).scalar_one() for code, count in ATTENTION.items()}
