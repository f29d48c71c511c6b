"""Moving work to substitutes and back when it is due (п. 6), and the rights that go with it.

Whose work a case is and with whom it is now are told apart (`Lent`): on any day it belongs with the first of the
owner's substitutes who is there, with nobody where none is, and with the owner from the day they are back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Absence, Case, Leg, Lent, Person
from app.regulation.absences import Staff
from app.regulation.workflow import OPEN, WITH_AGENCY, Act, Move, Role
from app.services.acting import act_together
from app.services.saving import Deed, Work
from app.services.staffing import read_staff, region_day
from app.services.workplace import PersonView, Workplace

# Small enough that a desk never waits long for the end of one transaction.
BATCH = 100
_IN_AGENCY = {Role.EXECUTOR, Role.RESPONSIBLE}


@dataclass(frozen=True, slots=True)
class Due:
    """One case that is to change hands: from whom to whom (ids, None for nobody), whose work it is, by which absence.

    `leg` is "" for a curator's case; `mover` is the uuid in whose name it is moved.
    """

    case_id: int
    leg: str
    holder: int | None
    target: int | None
    owner: int
    absence: int | None
    mover: str

    @property
    def act(self) -> Act:
        return Act.ASSIGN if self.leg else Act.HAND_OVER

    @property
    def move(self) -> Move:
        return Move.BACK if self.target == self.owner else Move.ABSENCE


async def carry_out_absences(place: Workplace) -> int:
    """Move all work that is due to move today; gives how many moves were made. Doing it again moves nothing.

    Whoever's desk does it, the acts stand in the name of the person who arranged the absence. With a server only the
    worker does: nobody's sign-in acts in the name of another.
    """
    if not place.database.acts_as_program:
        return 0
    today = region_day(place)
    async with place.database.read() as connection:
        staff = await read_staff(connection, today)
        due = [*await _cases_due(connection, place, staff, today), *await _legs_due(connection, place, staff, today)]
    moved = 0
    order = sorted(due, key=_group)
    for (mover, _, _), group in groupby(order, key=_group):
        changer = replace(place.person, uuid=mover, roles=frozenset({Role.SYSTEM}))
        program = await Workplace(place.database, changer, place.feed).load()
        dues = list(group)
        for start in range(0, len(dues), BATCH):
            moved += await _move(program, staff, dues[start : start + BATCH])
    return moved


def _group(due: Due) -> tuple[str, Act, Move]:
    return due.mover, due.act, due.move


async def _move(place: Workplace, staff: Staff, batch: Sequence[Due]) -> int:
    wanted = {due.case_id: due for due in batch}

    async def decide(work: Work) -> bool:
        due = wanted[work.case.id]
        if _holder(work, due) != due.holder:
            return False  # somebody decided otherwise meanwhile, or another desk moved it
        work.payload["absence"] = await _absence_uuid(work.connection, due.absence)
        await give(work, due.target, due.leg)
        _keep(work, due)
        return True

    deeds = {due.case_id: Deed(due.act, due.move) for due in batch}
    return len(await act_together(place, deeds, decide))


def _holder(work: Work, due: Due) -> Any:
    if not due.leg:
        return work.case.curator_id
    return work.case.executor_id if due.leg == work.case.leg_uuid else -1


async def give(work: Work, to: int | None, leg: str = "") -> None:
    """Within an act: the case, or its leg, is in the hands of `to` from now on; the history names both."""
    before = work.case.executor_id if leg else work.case.curator_id
    if leg:
        work.writes.change(Leg, {"uuid": leg}, executor_id=to)
    else:
        work.case_updates["curator_id"] = to
    query = select(Person.id, Person.uuid).where(Person.id.in_([key for key in (before, to) if key is not None]))
    uuids: dict[int | None, str] = {row.id: row.uuid for row in await work.connection.execute(query)}
    work.payload["handed"] = [uuids.get(before), uuids.get(to), leg]


def forget_loan(work: Work, leg: str = "") -> None:
    """Within an act: a person decided who has the work, so it goes back to nobody."""
    work.writes.remove(Lent, {"leg_uuid": leg})


def _keep(work: Work, due: Due) -> None:
    forget_loan(work, due.leg)
    if due.move is Move.ABSENCE:
        values = {"leg_uuid": due.leg, "owner_id": due.owner, "holder_id": due.target, "absence_id": due.absence}
        work.writes.add(Lent, values)


async def _absence_uuid(connection: AsyncConnection, absence: int | None) -> str | None:
    return (await connection.execute(select(Absence.uuid).where(Absence.id == absence))).scalar_one_or_none()


# ----- what is due


async def _cases_due(connection: AsyncConnection, place: Workplace, staff: Staff, today: date) -> list[Due]:
    there = [key for key, w in staff.workers.items() if Role.CURATOR in w.roles and not staff.away(key, today)]
    query = (
        select(Case.id, Case.curator_id.label("holder"), Lent.owner_id, Lent.holder_id, Lent.absence_id)
        .outerjoin(Lent, (Lent.case_id == Case.id) & (Lent.leg_uuid == ""))
        .where(Case.state.in_(OPEN), or_(Lent.id.is_not(None), Case.curator_id.not_in(there)))
    )
    rows = (await connection.execute(query)).all()
    targets = [(row, "", lambda owner: staff.curator_of(owner, today)) for row in rows]
    return await _due(connection, place, staff, today, targets)


async def _legs_due(connection: AsyncConnection, place: Workplace, staff: Staff, today: date) -> list[Due]:
    there = [key for key, worker in staff.workers.items() if worker.agencies and not staff.away(key, today)]
    query = (
        select(
            Case.id, Case.executor_id.label("holder"), Leg.uuid, Leg.agency_id,
            Lent.owner_id, Lent.holder_id, Lent.absence_id,
        )
        .join(Leg, Leg.uuid == Case.leg_uuid)
        .outerjoin(Lent, (Lent.case_id == Case.id) & (Lent.leg_uuid == Leg.uuid))
        .where(Case.state.in_(WITH_AGENCY), or_(Lent.id.is_not(None), Case.executor_id.not_in(there)))
    )  # fmt: skip
    rows = (await connection.execute(query)).all()
    targets = [
        (row, row.uuid, lambda owner, agency=row.agency_id: staff.executor_of(owner, agency, today)) for row in rows
    ]
    return await _due(connection, place, staff, today, targets)


async def _due(
    connection: AsyncConnection, place: Workplace, staff: Staff, today: date, rows: Iterable[tuple[Any, str, Any]]
) -> list[Due]:
    changers = select(Absence.id, Person.uuid).join(Person, Person.id == Absence.changed_by_id)
    found: list[Due] = []
    for row, leg, resolve in rows:
        is_lent = row.owner_id is not None and row.holder_id == row.holder
        owner = row.owner_id if is_lent else row.holder
        if owner is None or (target := resolve(owner)) == row.holder:
            continue
        away = staff.away(owner, today)
        absence = away.id if away and target != owner else row.absence_id if is_lent else None
        found.append(Due(row.id, leg, row.holder, target, owner, absence, place.person.uuid))
    known = [due.absence for due in found if due.absence is not None]
    if not known:
        return found
    movers = dict((await connection.execute(changers.where(Absence.id.in_(known)))).all())
    return [replace(due, mover=movers.get(due.absence or 0, due.mover)) for due in found]


# ----- rights


async def refresh_rights(place: Workplace) -> bool:
    """What this person may do today: their own roles, and those in an agency of the people they substitute.

    Asked at sit-down and when the day or an absence changes; says whether anything changed.
    """
    async with place.database.read() as connection:
        person = await with_substituted(connection, place)
    changed = person != place.person
    place.person = person
    return changed


async def with_substituted(connection: AsyncConnection, place: Workplace) -> PersonView:
    """The person at `place` with the roles they have today, their own and those of the people they substitute."""
    today = region_day(place)
    staff = await read_staff(connection, today)
    me = staff.workers.get(place.person.id)
    if me is None:
        return place.person
    roles, agencies = set(me.roles), dict(me.agencies)
    for away in staff.absences:
        absent = staff.workers.get(away.person)
        if absent and away.covers(today) and staff.holder(away.person, today) == me.id:
            # A responsible official may do all that an executor may: no other name at the head of their window.
            roles |= absent.roles & ({Role.RESPONSIBLE} if Role.RESPONSIBLE in roles else _IN_AGENCY)
            agencies |= absent.agencies
    return replace(place.person, roles=frozenset(roles), agencies=tuple(agencies.values()))
