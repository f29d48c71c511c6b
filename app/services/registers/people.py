"""The register of people: posts, bodies and roles (п. 5, 6); nobody is deleted, and nobody leaves with work in hand."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Account, Agency, Case, Leg, Person, RoleGrant, new_uuid
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.regulation.workflow import CLOSED, OPEN, Role
from app.services.folding import fold
from app.services.journal import check_duty, note_down
from app.services.registers.keeping import change, clean, locked
from app.services.workplace import Workplace
from app.services.writing import naming_refusals

# Roles that a person has in one agency; and every role that can be given: the program's own cannot.
IN_AGENCY = (Role.EXECUTOR, Role.RESPONSIBLE)
GIVEN_ROLES = tuple(role for role in Role if role is not Role.SYSTEM)
LEVELS = ("head", "deputy_head")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """A role of a person: executors and responsible officials have it in an agency (п. 6).

    `post_level` is "head" or "deputy_head" for a responsible official, "" for others.
    """

    role: Role
    agency_id: int | None = None
    post_level: str = ""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What an administrator says of a person; one may wear two hats. `login` is given by the program where empty."""

    name: str
    post: str = ""
    body: str = ""
    login: str = ""
    grants: tuple[Grant, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """A person of the register; `agencies` are short names by id; `curates` and `executes` count what is in hand."""

    id: int
    uuid: str
    facts: PersonFacts
    version: int
    agencies: tuple[str, ...]
    curates: int
    executes: int


async def list_register(place: Workplace) -> list[PersonEntry]:
    """The whole register by name, those switched off last. Refused("role_may_not")."""
    check_duty(place, Duty.READ_REGISTERS)
    async with place.database.read() as connection:
        grants = (await connection.execute(select(RoleGrant).order_by(RoleGrant.id))).all()
        agencies = dict((await connection.execute(select(Agency.id, Agency.short_name))).all())
        curates = dict((await connection.execute(_curated())).all())
        executes = dict((await connection.execute(_executed())).all())
        query = select(Person, Account.login).outerjoin(Account, Account.person_id == Person.id)
        rows = (await connection.execute(query)).all()
    entries = []
    for row in rows:
        own = tuple(Grant(Role(g.role), g.agency_id, g.post_level) for g in grants if g.person_id == row.id)
        facts = PersonFacts(row.name, row.post, row.body, row.login or "", own, row.active)
        names = tuple(dict.fromkeys(agencies[grant.agency_id] for grant in own if grant.agency_id))
        in_hand = curates.get(row.id, 0), executes.get(row.id, 0)
        entries.append(PersonEntry(row.id, row.uuid, facts, row.version, names, *in_hand))
    return sorted(entries, key=lambda entry: (not entry.facts.active, fold(entry.facts.name)))


async def add_person(place: Workplace, facts: PersonFacts) -> int:
    """Add a person with roles; gives the id.

    Refused("name_missing"), ("role_missing"), ("role_needs_agency"), ("post_level_missing") (п. 6), ("login_taken"),
    ("login_malformed"), ("agency_inactive").
    """
    check_duty(place, Duty.KEEP_PEOPLE)
    values, grants = _values(facts), _grants(facts)
    async with place.database.write() as connection:
        await _check_agencies(connection, grants, ())
        statement = insert(Person).values(uuid=new_uuid(), **values).returning(Person.id, Person.uuid)
        person_id, uuid = (await connection.execute(statement)).one()
        login = await _free_login(connection, facts.login or f"person{person_id}", None)
        await _name(connection, person_id, login)
        await _give(connection, person_id, grants)
        await note_down(connection, place, uuid, "person_added", await _told(connection, facts.active, grants))
    return person_id


async def change_person(place: Workplace, person_id: int, version: int, facts: PersonFacts) -> None:
    """Change name, post, body, sign-in and roles of a person seen at `version`, or switch them off and on.

    The old name is kept. Refused as in `add_person`, or ("work_in_hand") for one switched off or losing the role in
    which they still have work, ("last_administrator"), ("record_changed").
    """
    check_duty(place, Duty.KEEP_PEOPLE)
    values, grants = _values(facts), _grants(facts)
    async with place.database.write() as connection:
        row = await locked(connection, Person, person_id, version)
        had = await _had(connection, person_id)
        await _check_leaving(connection, row, had, grants if facts.active else ())
        await _check_agencies(connection, grants, had)
        told: dict[str, Any] = {}
        if await _rename_login(connection, row, facts.login):
            told["login"] = True
        if set(had) != set(grants) or row.active != facts.active:
            told |= await _told(connection, facts.active, grants)
        await change(connection, place, Person, row, _entry(row.active, facts.active), values, told)
        lost = [grant for grant in had if grant not in grants]
        await _take(connection, person_id, [grant for grant in lost if grant.role is not Role.ADMINISTRATOR])
        await _give(connection, person_id, [grant for grant in grants if grant not in had])
        # the last of all: an administrator may be giving up that very role, and with it the right to write
        await _take(connection, person_id, [grant for grant in lost if grant.role is Role.ADMINISTRATOR])


def _entry(was: bool, is_now: bool) -> str:
    if was == is_now:
        return "person_changed"
    return "person_on" if is_now else "person_off"


def _values(facts: PersonFacts) -> dict[str, Any]:
    return {
        "name": clean(facts.name, 200, "name_missing"),
        "post": " ".join(facts.post.split())[:200],
        "body": " ".join(facts.body.split())[:200],
        "active": facts.active,
    }


def _grants(facts: PersonFacts) -> tuple[Grant, ...]:
    """The roles, each once and complete."""
    if not facts.grants:
        raise Refused("role_missing")
    grants = tuple(dict.fromkeys(facts.grants))
    for grant in grants:
        if grant.role not in GIVEN_ROLES:
            raise Refused("choice_unknown", option="role", value=grant.role, choices=", ".join(GIVEN_ROLES))
        if (grant.role in IN_AGENCY) != (grant.agency_id is not None):
            raise Refused("role_needs_agency", roles=(grant.role,))
        if (grant.role is Role.RESPONSIBLE) != (grant.post_level in LEVELS):
            raise Refused("post_level_missing")
    for role in IN_AGENCY:
        if sum(1 for grant in grants if grant.role is role) > 1:
            raise Refused("role_in_one_agency", roles=(role,))
    return grants


async def _check_agencies(connection: AsyncConnection, grants: Iterable[Grant], had: Iterable[Grant]) -> None:
    """Nobody is newly put into an agency that is switched off."""
    new = {grant.agency_id for grant in grants} - {grant.agency_id for grant in had} - {None}
    for row in await connection.execute(select(Agency.name, Agency.active).where(Agency.id.in_(new))):
        if not row.active:
            raise Refused("agency_inactive", name=row.name)


async def _had(connection: AsyncConnection, person_id: int) -> tuple[Grant, ...]:
    rows = await connection.execute(select(RoleGrant).where(RoleGrant.person_id == person_id).order_by(RoleGrant.id))
    return tuple(Grant(Role(row.role), row.agency_id, row.post_level) for row in rows)


async def _check_leaving(
    connection: AsyncConnection, person: Any, had: Iterable[Grant], keeps: Iterable[Grant]
) -> None:
    """What a person loses must leave nothing in their hands, and one administrator must remain."""
    before = {(grant.role, grant.agency_id) for grant in had} if person.active else set()
    lost = before - {(grant.role, grant.agency_id) for grant in keeps}
    curates = executes = 0
    if (Role.CURATOR, None) in lost:
        query = _curated().where(Case.curator_id == person.id)
        curates = sum(count for _, count in (await connection.execute(query)).all())
    for role, agency_id in lost:
        if role is Role.EXECUTOR:
            query = _executed().where(Leg.executor_id == person.id, Leg.agency_id == agency_id)
            executes += sum(count for _, count in (await connection.execute(query)).all())
    if curates or executes:
        raise Refused("work_in_hand", name=person.name, curates=curates, executes=executes)
    if (Role.ADMINISTRATOR, None) in lost and not await _other_administrators(connection, person.id):
        raise Refused("last_administrator")


async def _other_administrators(connection: AsyncConnection, person_id: int) -> bool:
    query = select(Person.id).join(RoleGrant, RoleGrant.person_id == Person.id)
    query = query.where(RoleGrant.role == Role.ADMINISTRATOR, Person.active, Person.id != person_id).limit(1)
    return (await connection.execute(query)).scalar() is not None


def _curated() -> Any:
    """How many cases under way each curator has: (person id, count)."""
    return (
        select(Case.curator_id, func.count())
        .where(Case.curator_id.is_not(None), Case.state.in_(OPEN))
        .group_by(Case.curator_id)
    )


def _executed() -> Any:
    """How many legs each executor has taken and not finished: (person id, count)."""
    return (
        select(Leg.executor_id, func.count())
        .join(Case, Case.id == Leg.case_id)
        .where(Leg.executor_id.is_not(None), Leg.state == "active", Case.state.not_in(CLOSED))
        .group_by(Leg.executor_id)
    )


async def _give(connection: AsyncConnection, person_id: int, grants: Iterable[Grant]) -> None:
    rows = [
        {"person_id": person_id, "role": str(g.role), "agency_id": g.agency_id, "post_level": g.post_level}
        for g in grants
    ]
    if rows:
        await connection.execute(insert(RoleGrant), rows)


async def _take(connection: AsyncConnection, person_id: int, grants: Iterable[Grant]) -> None:
    for grant in grants:
        mine = RoleGrant.person_id == person_id, RoleGrant.role == str(grant.role)
        level = RoleGrant.post_level == grant.post_level
        agency = RoleGrant.agency_id.is_not_distinct_from(grant.agency_id)
        await connection.execute(delete(RoleGrant).where(*mine, level, agency))


async def _rename_login(connection: AsyncConnection, person: Any, login: str) -> bool:
    query = select(Account.login).where(Account.person_id == person.id)
    had = (await connection.execute(query)).scalar_one_or_none()
    if not login.strip() or login == had:
        return False
    await _name(connection, person.id, await _free_login(connection, login, person.id))
    return True


async def _name(connection: AsyncConnection, person_id: int, login: str) -> None:
    """Settle the name that a person signs in by; PostgreSQL lets nobody write it but its own function."""
    if connection.dialect.name != "sqlite":
        with naming_refusals():
            await connection.execute(select(func.guard.name_account(person_id, login)))
        return
    changed = await connection.execute(update(Account).where(Account.person_id == person_id).values(login=login))
    if not changed.rowcount:
        await connection.execute(insert(Account).values(person_id=person_id, login=login))


async def _free_login(connection: AsyncConnection, login: str, own_id: int | None) -> str:
    login = login.strip()
    if not _LOGIN.fullmatch(login):
        raise Refused("login_malformed", login=login)
    taken = select(Account.person_id).where(Account.login == login, Account.person_id.is_distinct_from(own_id))
    if (await connection.execute(taken)).scalar() is not None:
        raise Refused("login_taken", login=login)
    return login


async def _told(connection: AsyncConnection, active: bool, grants: Iterable[Grant]) -> dict[str, Any]:
    agencies = dict((await connection.execute(select(Agency.id, Agency.uuid))).all())
    in_order = sorted(grants, key=lambda grant: (grant.role, grant.agency_id or 0))
    roles = [[str(g.role), agencies[g.agency_id] if g.agency_id else None, g.post_level] for g in in_order]
    return {"active": active, "roles": roles}
