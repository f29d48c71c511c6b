"""An agency's receipt where a region reads it as the opening by an executor (п. 8, 11, 16).

With the reading `delivered` a case is received when it reaches the agency's queue, with `assigned` when it is given
to an executor (`handing_over.assign`); opening starts nothing then.
"""

from typing import Any

from sqlalchemy import select

from app.models import Leg
from app.regulation.errors import Refused
from app.regulation.workflow import Act, Role
from app.services.acting import act
from app.services.casework import deed_of
from app.services.saving import Done, Work
from app.services.views import CaseCard
from app.services.workplace import Workplace


def is_to_be_opened(place: Workplace, card: CaseCard) -> bool:
    """Whether showing this card to this person is the receipt: the reading says so, and nobody opened it before."""
    mine = place.actor.roles & {Role.EXECUTOR, Role.RESPONSIBLE} and card.standing.agency in place.actor.agencies
    if not mine or card.leg is None or card.leg.opened_at is not None:
        return False
    return place.rules(card.regulation_id).profile.readings.received == "opened"


async def open_case(place: Workplace, card: CaseCard, act_id: str = "") -> Done:
    """Record that an executor opened what came to their agency; the clocks from receipt start now.

    Raises Refused("opened_before") where somebody of the agency did already.
    """

    async def record(work: Work) -> None:
        leg = await _leg(work)
        if leg.opened_at is not None:
            raise Refused("opened_before")
        work.writes.change(Leg, {"uuid": leg.uuid}, opened_at=work.at)

    return await act(place, card.id, card.version, deed_of(Act.OPEN, _kind(card), act_id=act_id), record)


def _kind(card: CaseCard) -> str:
    return str(card.leg.kind) if card.leg else ""


async def _leg(work: Work) -> Any:
    return (await work.connection.execute(select(Leg).where(Leg.uuid == work.case.leg_uuid))).one()
