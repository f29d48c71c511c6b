"""Marks on a card that start or leave something beside the answer: significant (п. 24), a shortcoming (п. 22)."""

from sqlalchemy import select

from app.models import Agency, Leg
from app.regulation import requirements
from app.regulation.shortcomings import Rule
from app.regulation.workflow import Act
from app.services.acting import act
from app.services.casework import check, deed_of
from app.services.saving import Done, Work
from app.services.workplace import Workplace


async def mark_significant(place: Workplace, case_id: int, version: int, act_id: str = "") -> Done:
    """Mark a case as socially significant (п. 24): the stopwatch to the Governor's report starts."""

    async def record(work: Work) -> None:
        work.case_updates["significant"] = True

    return await act(place, case_id, version, deed_of(Act.MARK_SIGNIFICANT, act_id=act_id), record)


async def unmark_significant(place: Workplace, case_id: int, version: int, reason: str, act_id: str = "") -> Done:
    """Take the mark of п. 24 back, with the reason: its stopwatch ends without a verdict. What was reported stays."""
    check(requirements.reason(reason))

    async def record(work: Work) -> None:
        work.case_updates["significant"] = False

    return await act(place, case_id, version, deed_of(Act.UNMARK_SIGNIFICANT, note=reason, act_id=act_id), record)


async def note_shortcoming(
    place: Workplace, case_id: int, version: int, rule: Rule, remark: str, act_id: str = ""
) -> Done:
    """Note a shortcoming in the work with this message (п. 22): its kind and a remark, for a memo later.

    It is held against the agency that has the case, else the one that had it last.
    """
    check(requirements.reason(remark))

    async def record(work: Work) -> None:
        last = select(Leg.agency_id).where(Leg.case_id == work.case.id, Leg.received_at.is_not(None))
        last = last.order_by(Leg.position.desc()).limit(1)
        of = work.case.agency_id or (await work.connection.execute(last)).scalar_one_or_none()
        agency = select(Agency.uuid).where(Agency.id == of)
        work.payload["agency"] = (await work.connection.execute(agency)).scalar_one_or_none()

    return await act(place, case_id, version, deed_of(Act.NOTE_SHORTCOMING, rule, note=remark, act_id=act_id), record)
