"""Several agencies in order (п. 16): each hands its information to the curator, who passes everything on.

The legs that wait are rows from the moment the order is set; changing the order replaces the waiting rows only,
so what earlier agencies wrote is never lost.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from app.models import Agency, Leg
from app.regulation import requirements
from app.regulation.errors import Refused
from app.regulation.workflow import Act, LegKind, State
from app.services.acting import act
from app.services.casework import active_agencies, add_legs, check, deed_of
from app.services.saving import Done, Work
from app.services.workplace import Workplace


async def pass_on(place: Workplace, case_id: int, version: int, act_id: str = "") -> Done:
    """Send the message and all previous parts to the next agency in the order (п. 16).

    Raises Refused("no_next_agency"), and ("next_agency_inactive") for one switched off since the order was set.
    """
    waiting = select(Leg).where(Leg.case_id == case_id, Leg.state == "waiting").order_by(Leg.position).limit(1)
    async with place.database.read() as connection:
        leg = (await connection.execute(waiting)).one_or_none()
    if leg is None:
        raise Refused("no_next_agency")

    async def record(work: Work) -> None:
        agency = (await work.connection.execute(select(Agency).where(Agency.id == leg.agency_id))).one()
        if not agency.active:
            raise Refused("next_agency_inactive", name=agency.name)
        work.writes.change(Leg, {"uuid": leg.uuid}, state="active", received_at=work.at)
        work.case_updates |= {"agency_id": leg.agency_id, "leg_uuid": leg.uuid, "draft_uuid": None}
        work.facts = replace(work.facts, leg=leg.uuid, agency_bound=leg.bound)
        work.payload["legs"] = [[leg.uuid, agency.uuid, leg.kind]]

    return await act(place, case_id, version, deed_of(Act.PASS_ON, leg.kind, act_id=act_id), record)


async def send_back(place: Workplace, case_id: int, version: int, remark: str, act_id: str = "") -> Done:
    """Send an agency's part back to it with a remark; its limit runs anew [reading]."""
    check(requirements.reason(remark))

    async def record(work: Work) -> None:
        work.writes.change(Leg, {"uuid": work.case.leg_uuid}, state="active", finished_at=None)
        work.case_updates["reworks"] = work.case.reworks + 1
        work.payload["draft"] = work.case.draft_uuid

    return await act(place, case_id, version, deed_of(Act.SEND_BACK, note=remark, act_id=act_id), record)


async def change_order(
    place: Workplace, case_id: int, version: int, state: State, waiting: Sequence[int], act_id: str = ""
) -> Done:
    """Set the agencies that follow the active one (п. 16). `state` is the state the card was seen in.

    With nobody waiting the active link becomes the last and writes the draft; with somebody after it a drafting
    agency becomes a link. Raises Refused("agency_twice"), ("agency_at_work") or, while information is to be passed
    on, ("agency_missing").
    """
    if state is State.PASSING_ON and not waiting:
        raise Refused("agency_missing")
    if len(set(waiting)) != len(waiting):
        raise Refused("agency_twice")
    variant = "" if state is State.PASSING_ON else LegKind.LINK if waiting else LegKind.LAST

    async def record(work: Work) -> None:
        if work.case.agency_id in waiting and state is not State.PASSING_ON:
            raise Refused("agency_at_work")
        work.writes.change(Leg, {"state": "waiting"}, state="dropped", finished_at=work.at)
        if state is not State.PASSING_ON:
            work.writes.change(Leg, {"uuid": work.case.leg_uuid}, kind=str(variant))
        await add_legs(work, await active_agencies(work, waiting), first_active=False)

    return await act(place, case_id, version, deed_of(Act.ORDER, variant, act_id=act_id), record)
