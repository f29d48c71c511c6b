"""Setting up a region: its regulation, working hours, directories, agencies and people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import (
    Account,
    Agency,
    Location,
    Meta,
    Person,
    Regulation,
    RoleGrant,
    Source,
    Topic,
    WorkHours,
    guards,
    new_uuid,
)
from app.models.database import Database
from app.regulation.errors import Refused
from app.regulation.workflow import Role
from app.services.changes import Feed
from app.services.hours import hours_text, hours_version
from app.services.regulations import regulation_text, shipped_hours, shipped_regulation
from app.services.substituting import refresh_rights
from app.services.workplace import PersonView, Workplace, read_people


@dataclass(frozen=True, slots=True)
class NewAgency:
    """An agency to add; `kind` is one of regional, municipal, federal, other."""

    name: str
    short_name: str
    kind: str


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to add with their roles; executors name their agency by its full name.

    `post_level` of a responsible official is "head" or "deputy_head" (п. 6).
    """

    name: str
    roles: tuple[Role, ...]
    post: str = ""
    body: str = ""
    agency: str | None = None
    login: str = ""
    post_level: str = ""


@dataclass(frozen=True, slots=True)
class NewRegion:
    """A region to make: by which shipped regulation, who is its first curator and of what body, its agencies."""

    regulation_key: str
    curator: str
    body: str
    agencies: tuple[NewAgency, ...] = ()


async def is_set_up(database: Database) -> bool:
    """Whether the database holds a region already."""
    return "region" in database.meta


async def set_up(database: Database, regulation_key: str) -> None:
    """Make the region of a shipped regulation: its text, hours and sources, all in one transaction."""
    async with database.write() as connection:
        meta = await _set_up(connection, database, regulation_key)
    database.meta |= meta


async def found(database: Database, region: NewRegion) -> None:
    """Make a region with its agencies and its first curator, who also administers it: everything, or nothing."""
    async with database.write() as connection:
        meta = await _set_up(connection, database, region.regulation_key)
        await _add_agencies(connection, region.agencies)
        await _add_people(connection, [NewPerson(region.curator, (Role.CURATOR, Role.ADMINISTRATOR), body=region.body)])
    database.meta |= meta


async def _set_up(connection: AsyncConnection, database: Database, regulation_key: str) -> dict[str, str]:
    profile = shipped_regulation(regulation_key)
    agency, duty = shipped_hours(profile)
    now = database.clock.now()
    values = {
        "key": profile.key,
        "version": profile.version,
        "revision": 0,
        "effective_from": profile.effective_from,
        "text": regulation_text(regulation_key),
        "added_at": now,
    }
    made = await connection.execute(insert(Regulation).values(**values).returning(Regulation.id))
    await guards.learn_regulation(connection, made.scalar_one(), profile)
    version = hours_version(agency, duty)
    hours = {"agency": hours_text(agency), "duty": hours_text(duty), "version": version, "added_at": now}
    await connection.execute(insert(WorkHours).values(**hours))
    rows = [{"code": s.code, "name": s.name, "kind": s.kind, "in_act": s.in_act} for s in profile.sources]
    if rows:
        await connection.execute(insert(Source), rows)
    meta = {"region": profile.region, "zone": profile.zone, "hours_version": version}
    await connection.execute(insert(Meta), [{"key": key, "value": value} for key, value in meta.items()])
    return meta


async def add_agencies(database: Database, agencies: Iterable[NewAgency]) -> None:
    """Add agencies; those whose name is known already stay as they are."""
    async with database.write() as connection:
        await _add_agencies(connection, agencies)


async def _add_agencies(connection: AsyncConnection, agencies: Iterable[NewAgency]) -> None:
    known = set((await connection.execute(select(Agency.name))).scalars())
    rows = [
        {"uuid": new_uuid(), "name": a.name, "short_name": a.short_name, "kind": a.kind}
        for a in agencies
        if a.name not in known
    ]
    if rows:
        await connection.execute(insert(Agency), rows)


async def add_people(database: Database, people: Sequence[NewPerson]) -> None:
    """Add people with their roles."""
    async with database.write() as connection:
        await _add_people(connection, people)


async def _add_people(connection: AsyncConnection, people: Sequence[NewPerson]) -> None:
    agencies = {row.name: row.id for row in await connection.execute(select(Agency.name, Agency.id))}
    for person in people:
        values = {"uuid": new_uuid(), "name": person.name, "post": person.post, "body": person.body}
        statement = insert(Person).values(**values).returning(Person.id)
        person_id = (await connection.execute(statement)).scalar_one()
        in_agency = (Role.EXECUTOR, Role.RESPONSIBLE)
        grants = [
            {
                "person_id": person_id,
                "role": str(role),
                "agency_id": agencies[person.agency] if role in in_agency and person.agency else None,
                "post_level": person.post_level if role is Role.RESPONSIBLE else "",
            }
            for role in person.roles
        ]
        await connection.execute(insert(RoleGrant), grants)
        login = person.login or f"person{person_id}"
        await connection.execute(insert(Account).values(person_id=person_id, login=login))


async def add_tree(database: Database, table: type[Topic] | type[Location], tree: dict[str, Sequence[str]]) -> None:
    """Add a directory of two levels: {"Дороги": ["Ямы во дворах", …]}."""
    async with database.write() as connection:
        for parent, children in tree.items():
            parent_id = await _node(connection, table, None, parent)
            for child in children:
                await _node(connection, table, parent_id, child)


async def _node(connection: Any, table: type[Topic] | type[Location], parent_id: int | None, name: str) -> int:
    same_parent = table.parent_id.is_(None) if parent_id is None else table.parent_id == parent_id
    found = (await connection.execute(select(table.id).where(same_parent, table.name == name))).scalar()
    if found is not None:
        return int(found)
    statement = insert(table).values(uuid=new_uuid(), parent_id=parent_id, name=name).returning(table.id)
    return int((await connection.execute(statement)).scalar_one())


async def list_people(database: Database) -> list[PersonView]:
    """Everyone who may sit down at this database, in the order they were added."""
    async with database.read() as connection:
        return await read_people(connection)


async def sit_down(database: Database, person: PersonView, feed: Feed | None = None) -> Workplace:
    """A workplace for this person: rules loaded, and the rights of those they substitute today (п. 6)."""
    place = await Workplace(database, person, feed or Feed()).load()
    await refresh_rights(place)
    return place


async def find_person(database: Database, login: str) -> PersonView:
    """The person who signs in by this name. Raises Refused("person_unknown")."""
    query = select(Account.person_id).where(Account.login == login, Account.blocked.is_(False))
    async with database.read() as connection:
        person_id = (await connection.execute(query)).scalar_one_or_none()
    for person in await list_people(database):
        if person.id == person_id:
            return person
    raise Refused("person_unknown", login=login)
