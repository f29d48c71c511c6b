"""Putting a published answer right [ours]: a new version is written, approved and published beside the wrong one."""

from sqlalchemy import select

from app.models import Leg, Publication
from app.regulation import requirements
from app.regulation.workflow import Act, DraftKind
from app.services.acting import act
from app.services.casework import check, deed_of, end_legs
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


async def withdraw_correction(
    place: Workplace, case_id: int, version: int, kind: str, reason: str, act_id: str = ""
) -> Done:
    """Withdraw a correction that was opened by mistake, while it is being written; what was published stands as it was.

    `kind` is the kind of the correction. The case goes back where it was, its stopwatch ends without a verdict.
    """
    check(requirements.reason(reason))

    async def record(work: Work) -> None:
        await forget_correction(work)
        if kind == DraftKind.CORRECTION:  # the agency was done with it
            end_legs(work, "done")

    deed = deed_of(Act.WITHDRAW_CORRECTION, kind, note=reason, act_id=act_id)
    return await act(place, case_id, version, deed, record)


async def forget_correction(work: Work) -> None:
    """The case counts the correction under way no longer, and its draft is again what was published last."""
    last = select(Publication.draft_uuid).where(Publication.case_id == work.case.id)
    last = last.order_by(Publication.recorded_at.desc(), Publication.id.desc()).limit(1)
    work.case_updates["corrections"] = work.case.corrections - 1
    work.case_updates["draft_uuid"] = (await work.connection.execute(last)).scalar_one()
