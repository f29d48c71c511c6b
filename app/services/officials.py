"""Officials who never sign in: who oversees a question (п. 22), who answers for press (п. 22, 23), who governs (п. 24).

Memos and reports are addressed to them; an administrator keeps the register.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Official, Oversight, Topic, new_uuid
from app.models.official import OFFICIAL_ROLES
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services.folding import fold
from app.services.journal import check_duty, note_down
from app.services.registers.keeping import change, clean, locked
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class OfficialFacts:
    """What an administrator says of an official; days are the region's, both included, no `to_day` while in office.

    `topics` are ids of topic groups or topics, `agencies` ids of agencies that they oversee (п. 22).
    """

    name: str
    post: str
    from_day: date
    to_day: date | None = None
    role: str = "deputy"
    acting: bool = False
    topics: tuple[int, ...] = ()
    agencies: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficialView:
    """An official of the register."""

    id: int
    uuid: str
    name: str
    post: str
    role: str
    acting: bool
    from_day: date
    to_day: date | None
    topics: tuple[int, ...]
    agencies: tuple[int, ...]
    version: int

    def is_in_office(self, on_day: date) -> bool:
        """Whether they hold the post on a day."""
        return self.from_day <= on_day and (self.to_day is None or on_day <= self.to_day)


# ----- who is to be told


async def overseers_of(
    place: Workplace, topic_id: int | None, agency_id: int | None, on_day: date
) -> list[OfficialView]:
    """Those in office on a day who oversee the topic, its group or the agency (п. 22), by post.

    Where somebody acts in a post on that day («и. о.»), they are told and not the one they act for [reading].
    """
    async with place.database.read() as connection:
        group = select(Topic.parent_id).where(Topic.id == topic_id)
        topics = {topic_id, (await connection.execute(group)).scalar_one_or_none()} - {None}
        agencies = {agency_id} - {None}
        theirs = or_(Oversight.topic_id.in_(topics), Oversight.agency_id.in_(agencies))
        ids = select(Oversight.official_id).where(theirs)
        overseeing = set((await connection.execute(ids)).scalars())
        officials = await _read(connection)
    return [official for official in _in_office(officials, on_day) if official.id in overseeing]


async def officials_of(place: Workplace, role: str, on_day: date) -> list[OfficialView]:
    """Those in office on a day for a role: "press" (п. 22, 23), "internal_policy" (Kuzbass п. 25), "governor" (п. 24).

    Where somebody acts in a post on that day, they are told and not the one they act for [reading].
    """
    async with place.database.read() as connection:
        officials = await _read(connection)
    return [official for official in _in_office(officials, on_day) if official.role == role]


async def officials_in_office(place: Workplace, on_day: date) -> list[OfficialView]:
    """All who hold a post on a day, to choose from whom to tell; those acted for stand aside."""
    async with place.database.read() as connection:
        return _in_office(await _read(connection), on_day)


def _in_office(officials: Iterable[OfficialView], on_day: date) -> list[OfficialView]:
    present = [official for official in officials if official.is_in_office(on_day)]
    acted_for = {fold(official.post) for official in present if official.acting}
    return [official for official in present if official.acting or fold(official.post) not in acted_for]


# ----- keeping the register


async def list_officials(place: Workplace) -> list[OfficialView]:
    """The whole register, those who left included, by post and day. Refused("role_may_not")."""
    check_duty(place, Duty.READ_REGISTERS)
    async with place.database.read() as connection:
        return await _read(connection)


async def add_official(place: Workplace, facts: OfficialFacts) -> int:
    """Add an official; gives the id. Refused("name_missing"), ("post_missing"), ("days_reversed")."""
    check_duty(place, Duty.KEEP_OFFICIALS)
    values = _values(facts)
    async with place.database.write() as connection:
        statement = insert(Official).values(uuid=new_uuid(), **values).returning(Official.id, Official.uuid)
        official_id, uuid = (await connection.execute(statement)).one()
        await _oversee(connection, official_id, facts)
        await note_down(connection, place, uuid, "official_added", _told(facts))
    return official_id


async def change_official(place: Workplace, official_id: int, version: int, facts: OfficialFacts) -> None:
    """Change an official seen at `version`. Refused as in `add_official`, or ("record_changed")."""
    check_duty(place, Duty.KEEP_OFFICIALS)
    values = _values(facts)
    async with place.database.write() as connection:
        row = await locked(connection, Official, official_id, version)
        await connection.execute(delete(Oversight).where(Oversight.official_id == official_id))
        await _oversee(connection, official_id, facts)
        await change(connection, place, Official, row, "official_changed", values, _told(facts))


def _values(facts: OfficialFacts) -> dict[str, Any]:
    if facts.to_day is not None and facts.to_day < facts.from_day:
        raise Refused("days_reversed", first=facts.from_day, last=facts.to_day)
    if facts.role not in OFFICIAL_ROLES:
        raise Refused("choice_unknown", option="role", value=facts.role, choices=", ".join(OFFICIAL_ROLES))
    return {
        "name": clean(facts.name, 200, "name_missing"),
        "post": clean(facts.post, 300, "post_missing"),
        "role": facts.role,
        "acting": facts.acting,
        "from_day": facts.from_day,
        "to_day": facts.to_day,
    }


def _told(facts: OfficialFacts) -> dict[str, Any]:
    days = [facts.from_day.isoformat(), facts.to_day.isoformat() if facts.to_day else None]
    return {"role": facts.role, "acting": facts.acting, "days": days}


async def _oversee(connection: AsyncConnection, official_id: int, facts: OfficialFacts) -> None:
    rows = [{"official_id": official_id, "topic_id": topic, "agency_id": None} for topic in set(facts.topics)]
    rows += [{"official_id": official_id, "topic_id": None, "agency_id": each} for each in set(facts.agencies)]
    if rows:
        await connection.execute(insert(Oversight), rows)


async def _read(connection: AsyncConnection) -> list[OfficialView]:
    topics: dict[int, set[int]] = {}
    agencies: dict[int, set[int]] = {}
    for row in await connection.execute(select(Oversight)):
        if row.topic_id is not None:
            topics.setdefault(row.official_id, set()).add(row.topic_id)
        else:
            agencies.setdefault(row.official_id, set()).add(row.agency_id)
    query = select(Official).order_by(Official.post, Official.from_day, Official.id)
    return [
        OfficialView(
            id=row.id,
            uuid=row.uuid,
            name=row.name,
            post=row.post,
            role=row.role,
            acting=row.acting,
            from_day=row.from_day,
            to_day=row.to_day,
            topics=tuple(sorted(topics.get(row.id, ()))),
            agencies=tuple(sorted(agencies.get(row.id, ()))),
            version=row.version,
        )
        for row in await connection.execute(query)
    ]
