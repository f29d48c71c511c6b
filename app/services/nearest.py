"""The nearest deadlines that wait for one person's own act, wherever they stand."""

from sqlalchemy import ColumnElement, and_, or_, select

from app.models import FAR_FUTURE, Agency, Case
from app.regulation.alarms import CURATORS_TURN
from app.regulation.workflow import EXECUTOR_ROLES, OPEN, Role
from app.services.queries import list_cases
from app.services.views import QueueRow
from app.services.workplace import Workplace

NEAREST = 3
_AGENCYS_TURN = tuple(state for state in OPEN if state not in CURATORS_TURN)


async def list_nearest(place: Workplace, limit: int = NEAREST) -> list[QueueRow]:
    """The cases whose step under way is this person's, or nobody's of theirs yet, least time left first.

    A curator's are those they have in hand and those nobody has; an executor's likewise in their agencies. Whoever
    acts on no case (a supervisor, an organiser) sees the nearest of all.
    """
    return await list_cases(place, Case.step_due_at < FAR_FUTURE, _waits_for(place), limit=limit)


def _waits_for(place: Workplace) -> ColumnElement[bool]:
    me, roles = place.person.id, place.actor.roles
    ways = []
    if Role.CURATOR in roles:
        mine = or_(Case.curator_id == me, Case.curator_id.is_(None))
        ways.append(and_(Case.state.in_(CURATORS_TURN), mine))
    if roles.intersection(EXECUTOR_ROLES):
        agencies = select(Agency.id).where(Agency.uuid.in_(place.actor.agencies))
        mine = or_(Case.executor_id == me, Case.executor_id.is_(None))
        ways.append(and_(Case.state.in_(_AGENCYS_TURN), Case.agency_id.in_(agencies), mine))
    return or_(*ways) if ways else Case.state.in_(OPEN)
