"""The register of agencies: of every kind, bound by the act or working by agreement, switched off but never deleted."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Agency, Case, Leg, RoleGrant, new_uuid
from app.models.people import AGENCY_KINDS, BINDINGS
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.regulation.workflow import CLOSED
from app.services.acting import is_bound
from app.services.folding import fold
from app.services.journal import check_duty, note_down
from app.services.registers.keeping import change, clean, locked
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class AgencyFacts:
    """What an administrator says of an agency; `kind` and `binding` are codes of `models.people`."""

    name: str
    short_name: str = ""
    kind: str = "regional"
    binding: str = "by_kind"
    active: bool = True

    @property
    def bound(self) -> bool:
        """Whether its clocks run by the act [reading]."""
        return is_bound(self.kind, self.binding)


@dataclass(frozen=True, slots=True)
class AgencyView:
    """An agency of the register; `open_legs` cases are with it, `waiting_legs` wait for it in an order (п. 16)."""

    id: int
    uuid: str
    facts: AgencyFacts
    version: int
    people: int
    open_legs: int
    waiting_legs: int


async def list_agencies(place: Workplace) -> list[AgencyView]:
    """The whole register by name, those switched off included. Refused("role_may_not")."""
    check_duty(place, Duty.READ_REGISTERS)
    async with place.database.read() as connection:
        legs = await _open_legs(connection)
        grants = select(RoleGrant.agency_id, func.count(RoleGrant.person_id.distinct())).group_by(RoleGrant.agency_id)
        people = dict((await connection.execute(grants)).all())
        rows = (await connection.execute(select(Agency).order_by(Agency.name))).all()
    return [
        AgencyView(
            id=row.id,
            uuid=row.uuid,
            facts=AgencyFacts(row.name, row.short_name, row.kind, row.binding, row.active),
            version=row.version,
            people=people.get(row.id, 0),
            open_legs=legs.get((row.id, "active"), 0),
            waiting_legs=legs.get((row.id, "waiting"), 0),
        )
        for row in rows
    ]


async def add_agency(place: Workplace, facts: AgencyFacts) -> int:
    """Add an agency; gives the id. Refused("name_missing"), ("name_taken"), ("name_too_long")."""
    check_duty(place, Duty.KEEP_AGENCIES)
    values = _values(facts)
    async with place.database.write() as connection:
        await _check_names(connection, values, None)
        statement = insert(Agency).values(uuid=new_uuid(), **values).returning(Agency.id, Agency.uuid)
        agency_id, uuid = (await connection.execute(statement)).one()
        await note_down(connection, place, uuid, "agency_added", _told(facts))
    return agency_id


async def change_agency(place: Workplace, agency_id: int, version: int, facts: AgencyFacts) -> None:
    """Change an agency seen at `version`; its old name is kept. Refused as in `add_agency`, or ("record_changed").

    A new binding concerns new legs only; an agency switched off finishes what it has and gets nothing new.
    """
    check_duty(place, Duty.KEEP_AGENCIES)
    values = _values(facts)
    async with place.database.write() as connection:
        row = await locked(connection, Agency, agency_id, version)
        await _check_names(connection, values, agency_id)
        same = all(getattr(row, key) == value for key, value in values.items())
        if not same:
            await change(connection, place, Agency, row, "agency_changed", values, _told(facts))


async def cases_waiting(place: Workplace, agency_id: int) -> list[tuple[int, str, str]]:
    """What an agency has now and what waits for it: (case id, number, "active" or "waiting"), by number."""
    check_duty(place, Duty.READ_REGISTERS)
    query = select(Case.id, Case.number, Leg.state).join(Leg, Leg.case_id == Case.id)
    query = query.where(Leg.agency_id == agency_id, Leg.state.in_(("active", "waiting")), Case.state.not_in(CLOSED))
    async with place.database.read() as connection:
        return [(row.id, row.number, row.state) for row in await connection.execute(query.order_by(Case.number))]


async def _open_legs(connection: AsyncConnection) -> dict[tuple[int, str], int]:
    query = (
        select(Leg.agency_id, Leg.state, func.count())
        .join(Case, Case.id == Leg.case_id)
        .where(Leg.state.in_(("active", "waiting")), Case.state.not_in(CLOSED))
        .group_by(Leg.agency_id, Leg.state)
    )
    return {(agency, state): count for agency, state, count in await connection.execute(query)}


def _values(facts: AgencyFacts) -> dict[str, Any]:
    for option, value, known in (("kind", facts.kind, AGENCY_KINDS), ("binding", facts.binding, BINDINGS)):
        if value not in known:
            raise Refused("choice_unknown", option=option, value=value, choices=", ".join(known))
    name = clean(facts.name, 300, "name_missing")
    short_name = clean(facts.short_name or name[:120], 120, "name_missing")
    return {
        "name": name,
        "short_name": short_name,
        "kind": facts.kind,
        "binding": facts.binding,
        "active": facts.active,
    }


async def _check_names(connection: AsyncConnection, values: dict[str, Any], own_id: int | None) -> None:
    """Two agencies of one name could not be told apart when a message is sent."""
    rows = await connection.execute(select(Agency.name, Agency.short_name).where(Agency.id.is_distinct_from(own_id)))
    taken = {fold(name) for row in rows for name in row}
    for name in (values["name"], values["short_name"]):
        if fold(name) in taken:
            raise Refused("name_taken", name=name)


def _told(facts: AgencyFacts) -> dict[str, Any]:
    return {"kind": facts.kind, "binding": facts.binding, "bound": facts.bound, "active": facts.active}
