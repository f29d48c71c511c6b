"""The demo region's roster and absences: who is on duty this week and the next, and an executor who is on leave."""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta

from app.regulation.workflow import Role
from app.services.absences import AbsencePlan, arrange_absence
from app.services.roster import plan_shift
from app.services.workplace import Workplace

# Hours of the curators in their order, one after the other; there are fewer hours than curators on purpose.
HOURS = ((time(8), time(17)), (time(9), time(18)), (time(11), time(20)))
LEAVE_DAYS = 9


async def staff_the_desk(people: Mapping[str, Workplace], today: date) -> None:
    """Plan the shifts of the rest of this working week, and let one executor be on leave with a substitute."""
    seats = list(people.values())
    supervisor = next(seat for seat in seats if Role.SUPERVISOR in seat.actor.roles)
    curators = [seat for seat in seats if Role.CURATOR in seat.actor.roles]
    for shift in range(5 - today.weekday()):
        for curator, hours in zip(curators, HOURS, strict=False):
            await plan_shift(supervisor, curator.person.id, today + timedelta(days=shift), *hours)
    await _send_on_leave(supervisor, seats, today)


async def _send_on_leave(supervisor: Workplace, seats: Sequence[Workplace], today: date) -> None:
    """The first executor whose agency has a responsible official, who then substitutes."""
    chiefs = {seat.person.agencies[0]: seat for seat in seats if Role.RESPONSIBLE in seat.actor.roles}
    executors = (seat for seat in seats if Role.EXECUTOR in seat.actor.roles and seat.person.agencies)
    away = next(seat for seat in executors if seat.person.agencies[0] in chiefs)
    last_day = today + timedelta(days=LEAVE_DAYS)
    substitute = chiefs[away.person.agencies[0]].person.id
    await arrange_absence(supervisor, AbsencePlan(away.person.id, "leave", today, last_day, substitute))
