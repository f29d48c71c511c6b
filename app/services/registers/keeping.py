"""What all registers do alike: nobody's change is lost, every change is in the journal, old names are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import FormerName, Journal, Person
from app.regulation.errors import Refused
from app.services.journal import note_down
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Named:
    """An entry's former name and when it was given up."""

    name: str
    until: datetime


async def locked(connection: AsyncConnection, table: Any, entry_id: int, version: int) -> Any:
    """The entry as the person saw it, locked until the end of the transaction.

    Raises Refused("record_unknown"), or ("record_changed") with who changed it after `version`.
    """
    row = (await connection.execute(select(table).where(table.id == entry_id).with_for_update())).one_or_none()
    if row is None:
        raise Refused("record_unknown")
    if row.version != version:
        last = select(Journal.recorded_at, Person.name).outerjoin(Person, Person.uuid == Journal.actor)
        last = last.where(Journal.subject == row.uuid).order_by(Journal.seq.desc()).limit(1)
        found = (await connection.execute(last)).one_or_none()
        raise Refused("record_changed", who=(found.name if found else "") or "", at=found.recorded_at if found else "")
    return row


async def change(
    connection: AsyncConnection,
    place: Workplace,
    table: Any,
    row: Any,
    entry: str,
    values: Mapping[str, Any],
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write what differs from `row` with a new version and an entry in the journal; nothing where nothing differs.

    The journal gets the names of the columns changed and `facts`; a name given up is kept as a former one.
    """
    changed = {key: value for key, value in values.items() if getattr(row, key) != value}
    if not changed and not facts:
        return
    # Noted first: who switches themselves off is still somebody while they do.
    at = await note_down(connection, place, row.uuid, entry, {"changed": sorted(changed), **(facts or {})})
    await connection.execute(update(table).where(table.id == row.id).values(**changed, version=row.version + 1))
    if "name" in changed:
        await connection.execute(insert(FormerName).values(subject=row.uuid, name=row.name, until=at))


async def former_names(place: Workplace, uuid: str) -> list[Named]:
    """The names that an entry bore before, the latest first."""
    query = select(FormerName.name, FormerName.until).where(FormerName.subject == uuid).order_by(FormerName.id.desc())
    async with place.database.read() as connection:
        return [Named(row.name, row.until) for row in await connection.execute(query)]


def clean(text: str, limit: int, missing: str) -> str:
    """`text` without spaces to spare. Raises Refused(`missing`) for nothing, ("name_too_long") for too much."""
    text = " ".join(text.split()).replace("\0", "")
    if not text:
        raise Refused(missing)
    if len(text) > limit:
        raise Refused("name_too_long", length=len(text), limit=limit)
    return text
