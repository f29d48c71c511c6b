"""Absences of people and their substitutes (п. 6): arranged with days, changed, listed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.models import Absence, Person, new_uuid
from app.regulation.absences import WORKERS, Away, Staff, Worker
from app.regulation.duties import Duty, duty_refusal
from app.regulation.errors import Refusal, Refused
from app.regulation.workflow import Role
from app.services.changes import Change
from app.services.journal import check_duty, note_down
from app.services.staffing import read_staff, region_day
from app.services.substituting import carry_out_absences, refresh_rights
from app.services.workplace import Workplace

# Absences that ended longer ago are not listed.
LISTED_DAYS = 30


@dataclass(frozen=True, slots=True)
class AbsencePlan:
    """What is to be arranged; `reason` is one of models' ABSENCE_REASONS, the substitute may be missing."""

    person_id: int
    reason: str
    first_day: date
    last_day: date
    substitute_id: int | None = None

    @property
    def away(self) -> Away:
        return Away(self.person_id, self.first_day, self.last_day, self.substitute_id)


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """An absence as the desk shows it; `may_change` says whether this person may end or extend it."""

    id: int
    person_id: int
    person: str
    where: str
    substitute: str
    reason: str
    first_day: date
    last_day: date
    cancelled: bool
    changed_by: str
    arranged_at: datetime
    may_change: bool


@dataclass(frozen=True, slots=True)
class AbsenceBook:
    """What the page of absences shows, and what an arrangement is chosen from."""

    absences: tuple[AbsenceView, ...]
    staff: Staff
    people: tuple[Worker, ...]
    today: date


def arranging_refusal(place: Workplace, worker: Worker | None) -> Refusal | None:
    """Why this person may not arrange the absence of `worker`, or None (п. 6)."""
    if worker is None or not worker.roles & WORKERS:
        return Refusal("absence_without_work")
    if worker.uuid == place.actor.person:
        return duty_refusal(Duty.ARRANGE_OWN_ABSENCE, place.actor)
    if refused := duty_refusal(Duty.ARRANGE_ABSENCES, place.actor):
        return refused
    if place.actor.roles & {Role.SUPERVISOR, Role.ADMINISTRATOR}:
        return None
    own = {uuid for uuid, _ in worker.agencies.values()} & place.actor.agencies
    return None if own else Refusal("absence_of_another_agency", {"name": worker.name})


async def arrange_absence(place: Workplace, plan: AbsencePlan) -> int:
    """Record that a person will be away; work moves to the substitute when it is due. Gives the absence's id.

    Raises Refused: not this person's to arrange, days reversed, past or overlapping, or the substitute does not fit.
    """
    async with place.database.write() as connection:
        await place.database.take_turns(connection, "absences")
        today = region_day(place)
        staff = await read_staff(connection, today)
        _check(arranging_refusal(place, staff.workers.get(plan.person_id)))
        _check(staff.refusal(plan.away, today))
        values = {
            "uuid": new_uuid(),
            "person_id": plan.person_id,
            "substitute_id": plan.substitute_id,
            "reason": plan.reason,
            "first_day": plan.first_day,
            "last_day": plan.last_day,
            "changed_by_id": place.person.id,
            "arranged_at": await place.database.moment(connection),
        }
        made = await connection.execute(insert(Absence).values(**values).returning(Absence.id))
        absence_id: int = made.scalar_one()
        await _note(connection, place, staff, values, "absence_arranged")
    await _follow(place)
    return absence_id


async def change_last_day(place: Workplace, absence_id: int, last_day: date) -> None:
    """End an absence earlier or later. A last day before the first one cancels it: the person never went.

    Raises Refused("absence_over") for one that is past, and what `arrange_absence` raises.
    """
    async with place.database.write() as connection:
        absence = (await connection.execute(select(Absence).where(Absence.id == absence_id))).one_or_none()
        if absence is None:
            raise Refused("absence_over")
        await place.database.take_turns(connection, "absences")
        absence = (await connection.execute(select(Absence).where(Absence.id == absence_id))).one()
        today = region_day(place)
        staff = await read_staff(connection, today)
        _check(arranging_refusal(place, staff.workers.get(absence.person_id)))
        if absence.cancelled or absence.last_day < today:
            raise Refused("absence_over")
        entry, values = _change(absence, last_day, staff, today)
        values["changed_by_id"] = place.person.id
        await connection.execute(update(Absence).where(Absence.id == absence_id).values(**values))
        await _note(connection, place, staff, {**absence._mapping, **values}, entry)
    await _follow(place)


def _change(absence: Any, last_day: date, staff: Staff, today: date) -> tuple[str, dict[str, Any]]:
    """What the journal calls the change, and the columns it sets."""
    if last_day < absence.first_day:
        return "absence_cancelled", {"cancelled": True}
    if last_day < today - timedelta(days=1):
        raise Refused("absence_past", last=last_day, today=today)
    if last_day > absence.last_day:
        plan = Away(absence.person_id, absence.first_day, last_day, absence.substitute_id, absence.id)
        _check(staff.refusal(plan, today))
        return "absence_extended", {"last_day": last_day}
    return "absence_shortened", {"last_day": last_day}


async def _note(connection: AsyncConnection, place: Workplace, staff: Staff, values: Any, entry: str) -> None:
    substitute = staff.workers.get(values["substitute_id"] or 0)
    payload = {
        "absence": values["uuid"],
        "substitute": substitute.uuid if substitute else None,
        "reason": values["reason"],
        "first_day": values["first_day"].isoformat(),
        "last_day": values["last_day"].isoformat(),
    }
    await note_down(connection, place, staff.workers[values["person_id"]].uuid, entry, payload)


async def _follow(place: Workplace) -> None:
    """What a changed absence brings: work moves at once where it is due, and screens read anew."""
    await carry_out_absences(place)
    await refresh_rights(place)
    place.feed.tell(Change(frozenset()))


def _check(refused: Refusal | None) -> None:
    if refused is not None:
        raise Refused(refused.code, **refused.params)


async def read_absences(place: Workplace) -> AbsenceBook:
    """Absences of today, later, and of the last 30 days, newest last day first; executors see their own agencies'.

    Raises Refused("role_may_not") for those whose duty it is not to see them.
    """
    check_duty(place, Duty.SEE_ABSENCES)
    today = region_day(place)
    substitute, changer = aliased(Person), aliased(Person)
    query = (
        select(Absence, Person.name, substitute.name.label("substitute"), changer.name.label("changer"))
        .join(Person, Person.id == Absence.person_id)
        .outerjoin(substitute, substitute.id == Absence.substitute_id)
        .join(changer, changer.id == Absence.changed_by_id)
        .where(Absence.last_day >= today - timedelta(days=LISTED_DAYS))
        .order_by(Absence.cancelled, Absence.last_day.desc(), Absence.id.desc())
    )
    async with place.database.read() as connection:
        staff = await read_staff(connection, today)
        rows = (await connection.execute(query)).all()
    people = [worker for worker in staff.workers.values() if arranging_refusal(place, worker) is None]
    views = (_view(place, staff, row, today) for row in rows if _is_seen(place, staff, row.person_id))
    return AbsenceBook(tuple(views), staff, tuple(sorted(people, key=lambda worker: worker.name)), today)


def _is_seen(place: Workplace, staff: Staff, person_id: int) -> bool:
    if place.actor.roles - {Role.EXECUTOR, Role.RESPONSIBLE}:
        return True
    worker = staff.workers.get(person_id)
    return worker is not None and bool({uuid for uuid, _ in worker.agencies.values()} & place.actor.agencies)


def _view(place: Workplace, staff: Staff, row: Any, today: date) -> AbsenceView:
    worker = staff.workers.get(row.person_id)
    is_open = not row.cancelled and row.last_day >= today
    return AbsenceView(
        id=row.id,
        person_id=row.person_id,
        person=row.name,
        where=", ".join(name for _, name in worker.agencies.values()) if worker else "",
        substitute=row.substitute or "",
        reason=row.reason,
        first_day=row.first_day,
        last_day=row.last_day,
        cancelled=row.cancelled,
        changed_by=row.changer,
        arranged_at=row.arranged_at,
        may_change=is_open and arranging_refusal(place, worker) is None,
    )
