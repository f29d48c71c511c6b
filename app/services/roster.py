"""The desk's duty roster [ours]: who is on duty when, planned by the supervisor."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, false, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Case, Person, Shift, new_uuid, roster
from app.regulation.absences import Staff, Worker
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.regulation.workflow import OPEN, Role
from app.services.changes import Change
from app.services.journal import check_duty, note_down
from app.services.staffing import read_staff, region_day
from app.services.workplace import SEE_ALL, Workplace

# How far ahead the next one on duty is looked for.
AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class ShiftView:
    """A shift: whose, from when to when (aware UTC), who planned it; `is_away` where an absence crosses it."""

    id: int
    person_id: int
    person: str
    starts_at: datetime
    ends_at: datetime
    planned_by: str
    is_away: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """Some days of the roster: the curators, their shifts, and the staff with its absences."""

    first_day: date
    days: int
    curators: tuple[Worker, ...]
    shifts: tuple[ShiftView, ...]
    staff: Staff


@dataclass(frozen=True, slots=True)
class DutyNow:
    """Who is on duty now and who comes next; `is_kept` is False where no shift is planned for today.

    `my_end` is when this person's running shift ends; `mine` counts the unfinished cases in their hands.
    """

    is_kept: bool
    on_duty: tuple[ShiftView, ...] = ()
    coming: tuple[ShiftView, ...] = ()
    my_end: datetime | None = None
    mine: int = 0


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of a week that was copied: how many shifts were made, and whose were left out on which day."""

    made: int
    left_out: tuple[tuple[str, date], ...]


# ----- planning


async def plan_shift(place: Workplace, person_id: int, day: date, start: time, end: time) -> int:
    """Put a curator on duty on a day from `start` to `end` (the region's time; an earlier end is next morning's).

    Raises Refused: not a curator, away on these days, already on duty then (named with who planned it), or past.
    """
    check_duty(place, Duty.PLAN_SHIFTS)
    starts_at, ends_at = span(place, day, start, end)
    async with place.database.write() as connection:
        staff = await _locked_staff(connection, place)
        refused = await _refusal(connection, place, staff, person_id, starts_at, ends_at)
        if refused is not None:
            raise refused
        shift_id = await _plan(connection, place, staff.workers[person_id], starts_at, ends_at)
    place.feed.tell(Change(frozenset()))
    return shift_id


async def remove_shift(place: Workplace, shift_id: int) -> None:
    """Take a shift off the roster. One that is gone already stays gone; one that is over is refused."""
    check_duty(place, Duty.PLAN_SHIFTS)
    async with place.database.write() as connection:
        query = select(Shift, Person.uuid.label("person")).join(Person, Person.id == Shift.person_id)
        shift = (await connection.execute(query.where(Shift.id == shift_id).with_for_update(of=Shift))).one_or_none()
        if shift is None:
            return
        if shift.ends_at <= place.now():
            raise Refused("shift_past", ends=shift.ends_at)
        await connection.execute(delete(Shift).where(Shift.id == shift_id))
        await note_down(connection, place, shift.person, "shift_removed", _facts(shift.starts_at, shift.ends_at))
    place.feed.tell(Change(frozenset()))


async def copy_week(place: Workplace, monday: date) -> Copied:
    """Plan the week after `monday`'s as that one was; who is away or has a shift then is left out and named."""
    check_duty(place, Duty.PLAN_SHIFTS)
    made, left_out, week = 0, [], timedelta(days=7)
    async with place.database.write() as connection:
        shifts = await _shifts(connection, *_bounds(place, monday, 7))
        staff = await _locked_staff(connection, place)
        for shift in shifts:
            starts_at, ends_at = (_shifted(place, at, week) for at in (shift.starts_at, shift.ends_at))
            if await _refusal(connection, place, staff, shift.person_id, starts_at, ends_at) is not None:
                left_out.append((shift.person, _local(place, starts_at).date()))
                continue
            await _plan(connection, place, staff.workers[shift.person_id], starts_at, ends_at)
            made += 1
    place.feed.tell(Change(frozenset()))
    return Copied(made, tuple(left_out))


def span(place: Workplace, day: date, start: time, end: time) -> tuple[datetime, datetime]:
    """The instants of a shift; Refused("shift_empty") where it would last no time."""
    if start == end:
        raise Refused("shift_empty")
    last = day if end > start else day + timedelta(days=1)
    zone = _zone(place)
    first_at, last_at = datetime.combine(day, start, zone), datetime.combine(last, end, zone)
    return first_at.astimezone(UTC), last_at.astimezone(UTC)


async def _locked_staff(connection: AsyncConnection, place: Workplace) -> Staff:
    """The staff, so that two supervisors who plan at once see each other's shifts."""
    await place.database.take_turns(connection, "roster")
    return await read_staff(connection, region_day(place))


async def _refusal(
    connection: AsyncConnection, place: Workplace, staff: Staff, person_id: int, starts_at: datetime, ends_at: datetime
) -> Refused | None:
    worker = staff.workers.get(person_id)
    if worker is None or Role.CURATOR not in worker.roles:
        return Refused("shift_of_no_curator")
    if ends_at <= place.now():
        return Refused("shift_past", ends=ends_at)
    for day in sorted({_local(place, starts_at).date(), _local(place, ends_at - timedelta(seconds=1)).date()}):
        if away := staff.away(person_id, day):
            return Refused("shift_in_absence", name=worker.name, first=away.first_day, last=away.last_day)
    met = [s for s in await _shifts(connection, starts_at, ends_at) if s.person_id == person_id]
    if met:
        other = met[0]
        facts = {"name": worker.name, "starts": other.starts_at, "ends": other.ends_at, "by": other.planned_by}
        return Refused("shift_overlaps", **facts)
    return None


async def _plan(
    connection: AsyncConnection, place: Workplace, worker: Worker, starts_at: datetime, ends_at: datetime
) -> int:
    values = {"person_id": worker.id, "starts_at": starts_at, "ends_at": ends_at, "planned_by_id": place.person.id}
    made = await connection.execute(insert(Shift).values(uuid=new_uuid(), **values).returning(Shift.id))
    shift_id: int = made.scalar_one()
    await note_down(connection, place, worker.uuid, "shift_planned", _facts(starts_at, ends_at))
    return shift_id


def _facts(starts_at: datetime, ends_at: datetime) -> dict[str, str]:
    return {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}


# ----- reading


async def read_roster(place: Workplace, first_day: date, days: int = 7) -> Roster:
    """The roster of these days. Raises Refused("role_may_not")."""
    check_duty(place, Duty.SEE_SHIFTS)
    async with place.database.read() as connection:
        staff = await read_staff(connection, min(first_day, region_day(place)))
        shifts = await _shifts(connection, *_bounds(place, first_day, days))
    views = tuple(_marked(place, staff, shift) for shift in shifts)
    curators = sorted(_curators(staff), key=lambda worker: worker.name)
    return Roster(first_day, days, tuple(curators), views, staff)


async def read_duty(place: Workplace) -> DutyNow:
    """Who is on duty now and next, and what this person still has in hand; nothing for those outside the desk."""
    if not place.actor.roles & SEE_ALL:
        return DutyNow(is_kept=False)
    now, today = place.now(), region_day(place)
    async with place.database.read() as connection:
        staff = await read_staff(connection, today)
        shifts = await _shifts(connection, _bounds(place, today, 1)[0], now + AHEAD)
        mine = select(func.count()).where(Case.curator_id == place.person.id, Case.state.in_(OPEN))
        count: int = (await connection.execute(mine)).scalar_one()
    is_kept = any(shift.starts_at < _bounds(place, today, 1)[1] for shift in shifts)
    there = [shift for shift in (_marked(place, staff, shift) for shift in shifts) if not shift.is_away]
    on_duty = tuple(shift for shift in there if shift.starts_at <= now < shift.ends_at)
    coming = tuple(shift for shift in there if shift.starts_at > now)
    my_end = next((shift.ends_at for shift in on_duty if shift.person_id == place.person.id), None)
    return DutyNow(is_kept, on_duty, coming, my_end, count)


def off_duty(place: Workplace) -> ColumnElement[bool]:
    """Of a case: whether its curator is away today, or not on duty now although today has a roster.

    Asked again it is to be asked with `duty_moments`.
    """
    return roster.off_duty(Case.curator_id, duty_moments(place))


def duty_moments(place: Workplace) -> dict[str, Any]:
    """The moments that `models.roster` asks for."""
    today = region_day(place)
    first, last = _bounds(place, today, 1)
    return {"now": place.now(), "today": today, "first": first, "last": last}


def left_behind(place: Workplace) -> list[ColumnElement[bool]]:
    """Of open cases: those with a curator who has gone home, or with nobody; none for people outside the desk."""
    return [Case.state.in_(OPEN), is_left(place)]


def is_left(place: Workplace) -> ColumnElement[bool]:
    """Of an open case: whether it is one of those."""
    if not place.actor.roles & {Role.CURATOR, Role.SUPERVISOR}:
        return false()
    return or_(Case.curator_id.is_(None), off_duty(place))


async def _shifts(connection: AsyncConnection, first: datetime, last: datetime) -> list[ShiftView]:
    """Shifts of which any part lies within these instants, in order."""
    planner = Person.__table__.alias("planner")
    query: Any = (
        select(Shift, Person.name.label("person"), planner.c.name.label("planned_by"))
        .join(Person, Person.id == Shift.person_id)
        .join(planner, planner.c.id == Shift.planned_by_id)
        .where(Shift.starts_at < last, Shift.ends_at > first)
        .order_by(Shift.starts_at, Person.name, Shift.id)
    )
    rows = await connection.execute(query)
    return [ShiftView(r.id, r.person_id, r.person, r.starts_at, r.ends_at, r.planned_by) for r in rows]


def _marked(place: Workplace, staff: Staff, shift: ShiftView) -> ShiftView:
    days = {_local(place, at).date() for at in (shift.starts_at, shift.ends_at - timedelta(seconds=1))}
    is_away = any(staff.away(shift.person_id, day) for day in days)
    facts = (shift.id, shift.person_id, shift.person, shift.starts_at, shift.ends_at, shift.planned_by)
    return ShiftView(*facts, is_away)


def _curators(staff: Staff) -> list[Worker]:
    return [worker for worker in staff.workers.values() if Role.CURATOR in worker.roles]


def _zone(place: Workplace) -> ZoneInfo:
    return ZoneInfo(place.database.meta["zone"])


def _local(place: Workplace, at: datetime) -> datetime:
    return at.astimezone(_zone(place))


def _shifted(place: Workplace, at: datetime, by: timedelta) -> datetime:
    """The same hour of the region's clock some days later."""
    return (_local(place, at).replace(tzinfo=None) + by).replace(tzinfo=_zone(place)).astimezone(UTC)


def _bounds(place: Workplace, first_day: date, days: int) -> tuple[datetime, datetime]:
    first = datetime.combine(first_day, time.min, _zone(place))
    last = datetime.combine(first_day + timedelta(days=days), time.min, _zone(place))
    return first.astimezone(UTC), last.astimezone(UTC)
