"""Reading the other cards of a card: what it repeats, what repeats it, what was merged into it and where it went."""

from dataclasses import replace
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Agency, Approval, Case, Draft, Publication
from app.regulation.workflow import DraftKind, State
from app.services.drafts import read_drafts
from app.services.merging import moved_in
from app.services.views import KinView, KinViews


async def read_relations(connection: AsyncConnection, case: Any) -> tuple[KinViews, dict[str, str]]:
    """The cards that `case` (a row) is tied to, and from which merged one (its number) each message came."""
    named = [uuid for uuid in (case.repeat_of, case.merged_into) if uuid]
    query = (
        select(
            Case.id, Case.uuid, Case.number, Case.state, Case.excerpt, Case.detected_at, Case.closed_at,
            Case.repeat_of, Case.merged_into, Agency.short_name.label("agency"),
        )
        .outerjoin(Agency, Agency.id == Case.agency_id)
        .where(or_(Case.repeat_of == case.uuid, Case.merged_into == case.uuid, Case.uuid.in_(named)))
        .order_by(Case.id)
    )  # fmt: skip
    rows = (await connection.execute(query)).all()
    if not rows:
        return KinViews(), {}
    views = {row.uuid: _view(row) for row in rows}
    merged = [row for row in rows if row.merged_into == case.uuid]
    moved = await moved_in(connection, case.uuid) if merged else {}
    came_from = {uuid: views[origin].number for origin, uuids in moved.items() for uuid in uuids}
    kin = KinViews(
        earlier=await _answered(connection, views[case.repeat_of]) if case.repeat_of in views else None,
        repeats=tuple(views[row.uuid] for row in rows if row.repeat_of == case.uuid),
        merged=tuple([await _with_drafts(connection, views[row.uuid]) for row in merged]),
        merged_into=views.get(case.merged_into or ""),
    )
    return kin, came_from


def _view(row: Any) -> KinView:
    return KinView(
        id=row.id,
        number=row.number,
        state=State(row.state),
        agency=row.agency or "",
        excerpt=row.excerpt,
        detected_at=row.detected_at,
        closed_at=row.closed_at,
    )


async def _answered(connection: AsyncConnection, view: KinView) -> KinView:
    """With the answer as it was approved and where it stands first."""
    query = (
        select(Approval.approved_text, Publication.link, Publication.published_at)
        .join(Draft, Draft.uuid == Approval.draft_uuid)
        .join(Publication, Publication.draft_uuid == Draft.uuid)
        .where(Draft.case_id == view.id, Draft.kind == DraftKind.ANSWER, Approval.verdict == "approved")
        .order_by(Draft.version.desc(), Publication.id)
        .limit(1)
    )
    found = (await connection.execute(query)).one_or_none()
    if found is None:
        return view
    return replace(view, answer=found.approved_text, link=found.link, published_at=found.published_at)


async def _with_drafts(connection: AsyncConnection, view: KinView) -> KinView:
    return replace(view, drafts=await read_drafts(connection, view.id))
