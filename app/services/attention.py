"""How much waits on each page of the desk, as the numbers at its left say."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.memos import count_due
from app.services.returns import count_raised
from app.services.workplace import Workplace

# A page's code and the select that counts what waits there for this person.
ATTENTION: dict[str, Callable[[Workplace], Select[Any]]] = {
    "returns": count_raised,
    "memos": count_due,
}


async def count_attention(place: Workplace, connection: AsyncConnection) -> dict[str, int]:
    """The number of things that wait, by the page's code."""
    return {code: (await connection.execute(count(place))).scalar_one() for code, count in ATTENTION.items()}
