"""Putting a published answer right [ours]: a new version is written, approved and published beside the wrong one."""

from app.models import Leg
from app.regulation import requirements
from app.regulation.workflow import Act
from app.services.acting import act
from app.services.casework import check, deed_of
from app.services.saving import Done, Work
from app.services.workplace import Workplace


async def open_correction(place: Workplace, case_id: int, version: int, reason: str, act_id: str = "") -> Done:
    """Open the correction of a published answer, with what is wrong in it: the last agency writes a new version.

    Nothing published is changed; the verdicts of п. 10–14 stay as they were.
    """
    check(requirements.reason(reason))

    async def record(work: Work) -> None:
        work.writes.change(Leg, {"uuid": work.case.leg_uuid}, state="active", finished_at=None)
        work.case_updates["corrections"] = work.case.corrections + 1
        work.payload["corrected"] = work.case.draft_uuid

    return await act(place, case_id, version, deed_of(Act.CORRECT, note=reason, act_id=act_id), record)
