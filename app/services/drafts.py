"""Reading the versions of a case's drafts with what was decided on each."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.models import Agency, Approval, Draft, History, Leg, Note, Person
from app.regulation.workflow import Act, DraftKind
from app.services.attachments import view_of
from app.services.views import DraftView

# Acts whose note is a remark on a draft.
REMARKING = (Act.REWORK, Act.SEND_BACK)


async def read_drafts(connection: AsyncConnection, case_id: int) -> tuple[DraftView, ...]:
    """All versions of a case, the oldest first, without their attachments."""
    writer, recorder = aliased(Person), aliased(Person)
    statement = (
        select(
            Draft,
            writer.name.label("author"),
            recorder.name.label("recorder"),
            Approval.verdict,
            Approval.agreed_date,
            Approval.decided_at,
            Agency.short_name.label("agency"),
        )
        .outerjoin(writer, writer.id == Draft.author_id)
        .join(recorder, recorder.id == Draft.recorded_by_id)
        .outerjoin(Approval, Approval.draft_uuid == Draft.uuid)
        .outerjoin(Leg, Leg.uuid == Draft.leg_uuid)
        .outerjoin(Agency, Agency.id == Leg.agency_id)
        .where(Draft.case_id == case_id)
        .order_by(Draft.version)
    )
    rows = (await connection.execute(statement)).all()
    return views_of(rows, await _remarks(connection, case_id))


def views_of(rows: Sequence[Any], remarks: Mapping[str, str], files: Sequence[Any] = ()) -> tuple[DraftView, ...]:
    """The same of what was read already; `remarks` are by the draft's uuid, `files` the attachments of the case."""
    return tuple(
        DraftView(
            uuid=row.uuid,
            kind=DraftKind(row.kind),
            version=row.version,
            text=row.text,
            author=row.author or "",
            recorded_by=row.recorder,
            submitted_at=row.submitted_at,
            verdict=row.verdict or "",
            remark=remarks.get(row.uuid, ""),
            agreed_date=row.agreed_date,
            measures=row.measures,
            leg_uuid=row.leg_uuid,
            agency=row.agency or "",
            asked=tuple(row.asked.split(",")) if row.asked else (),
            decided_at=row.decided_at,
            attachments=tuple(view_of(file) for file in files if file.draft_uuid == row.uuid),
        )
        for row in rows
    )


async def _remarks(connection: AsyncConnection, case_id: int) -> dict[str, str]:
    """What was remarked on each draft sent to rework, and on each part sent back, by the draft's uuid."""
    statement = (
        select(History.payload, Note.text)
        .join(Note, Note.act_id == History.act_id)
        .where(History.case_id == case_id, History.act.in_(REMARKING))
    )
    return {json.loads(row.payload)["draft"]: row.text for row in await connection.execute(statement)}
