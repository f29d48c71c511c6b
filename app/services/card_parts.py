"""All of a case that a card shows, read by one statement (`app.models.card`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.models.card import Part, asking, parts
from app.regulation.errors import Refused
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Parts:
    """What was read of a case: its row with what stands around it, and the rows of each part by its name."""

    case: Any
    rows: Mapping[str, list[Any]]

    def of(self, part: Part) -> list[Any]:
        return self.rows[part.name]


async def read_parts(place: Workplace, case_id: int) -> Parts:
    """All of a case, of one moment. Raises Refused("case_unknown") where there is none that this person may see."""
    is_sqlite = place.database.is_sqlite
    values = {"case_key": case_id, "me": place.person.id, "now": place.now()}
    found = await place.ask("card", values, partial(asking, is_sqlite))
    if found is None:
        async with place.database.read() as connection:
            found = [row._mapping for row in await connection.execute(asking(is_sqlite), values)]
    rows = {part.name: part.rows(told[part.name]) for told in found for part in parts(is_sqlite)}
    if not rows or not rows["case"]:
        raise Refused("case_unknown", id=case_id)
    [case] = rows.pop("case")
    return Parts(case, rows)
