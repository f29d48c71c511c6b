"""Who works, who is away, and which agencies have nobody today (п. 6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Absence, Agency, Person, RoleGrant
from app.regulation.absences import Away, Staff, Worker
from app.regulation.workflow import Role
from app.services.workplace import Workplace


class Staffing(StrEnum):
    """Whether an agency has somebody who works with the program today."""

    THERE = ""
    NO_PROGRAM = "no_program"
    NOBODY_TODAY = "nobody_today"


@dataclass(frozen=True, slots=True)
class AgencyStaff:
    """An agency's staffing today; where everybody is away, the first day on which somebody is back."""

    staffing: Staffing = Staffing.THERE
    back_on: date | None = None


STAFFED = AgencyStaff()


def region_day(place: Workplace) -> date:
    """Today in the region."""
    return place.now().astimezone(ZoneInfo(place.database.meta["zone"])).date()


async def read_staff(connection: AsyncConnection, today: date) -> Staff:
    """Everyone active with their roles, and the absences of today and later."""
    grants = (
        select(Person, RoleGrant.role, RoleGrant.agency_id, Agency.uuid.label("agency"), Agency.short_name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .outerjoin(Agency, Agency.id == RoleGrant.agency_id)
        .where(Person.active)
        .order_by(RoleGrant.id)
    )
    roles: dict[int, set[Role]] = {}
    agencies: dict[int, dict[int, tuple[str, str]]] = {}
    people = {}
    for row in await connection.execute(grants):
        people[row.id] = row
        roles.setdefault(row.id, set()).add(Role(row.role))
        if row.agency_id is not None:
            agencies.setdefault(row.id, {})[row.agency_id] = (row.agency, row.short_name)
    workers = {
        key: Worker(key, row.uuid, row.name, frozenset(roles[key]), agencies.get(key, {}), row.post)
        for key, row in people.items()
    }
    return Staff(workers, await _absences(connection, today))


async def _absences(connection: AsyncConnection, today: date) -> tuple[Away, ...]:
    query = select(Absence).where(Absence.last_day >= today, Absence.cancelled.is_(False)).order_by(Absence.id)
    rows = await connection.execute(query)
    return tuple(Away(row.person_id, row.first_day, row.last_day, row.substitute_id, row.id) for row in rows)


def staff_of(agencies: Iterable[int], staff: Staff, today: date) -> dict[int, AgencyStaff]:
    """The staffing of each agency today; one with no people of its own works without the program."""
    return {agency: _staff_of(agency, staff, today) for agency in agencies}


def _staff_of(agency: int, staff: Staff, today: date) -> AgencyStaff:
    people = [worker.id for worker in staff.workers.values() if agency in worker.agencies]
    if not people:
        return AgencyStaff(Staffing.NO_PROGRAM)
    if any(staff.executor_of(person, agency, today) is not None for person in people):
        return STAFFED
    ends = [away.last_day for person in people if (away := staff.away(person, today))]
    return AgencyStaff(Staffing.NOBODY_TODAY, date.fromordinal(min(ends).toordinal() + 1) if ends else None)
