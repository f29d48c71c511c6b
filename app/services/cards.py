"""Reading one card whole: messages, clocks, legs, drafts, publications, history."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.models import (
    Agency,
    Approval,
    Attachment,
    Author,
    Case,
    Draft,
    History,
    Leg,
    Location,
    Message,
    Note,
    Person,
    Publication,
    Source,
    Topic,
)
from app.regulation.errors import Refused
from app.regulation.profile import Importance
from app.regulation.workflow import Act, DraftKind, LegKind, State
from app.services.acting import read_basis, read_clocks
from app.services.attachments import files_of_case
from app.services.views import (
    AttachmentView,
    CaseCard,
    DraftView,
    HistoryView,
    LegView,
    MessageView,
    PublicationView,
)
from app.services.workplace import SEE_ALL, Workplace


async def read_card(place: Workplace, case_id: int) -> CaseCard:
    """The card of a case. Raises Refused for one that does not exist or is another agency's."""
    async with place.database.read() as connection:
        case = await _case(connection, case_id)
        await refuse_foreign(connection, place, case_id)
        legs = await _legs(connection, case_id)
        standing, facts = await read_basis(connection, case)
        files = await files_of_case(connection, [case_id])
        return CaseCard(
            id=case.id,
            uuid=case.uuid,
            number=case.number,
            version=case.version,
            state=State(case.state),
            importance=Importance(case.importance),
            significant=case.significant,
            topic_id=case.topic_id,
            topic=case.topic or "",
            topic_group=case.topic_group or "",
            location_id=case.location_id,
            location=case.location or "",
            place=case.place,
            curator=case.curator or "",
            agency_id=case.agency_id,
            agency=case.agency or "",
            suggested_topic=case.suggested_topic,
            suggested_agency=case.suggested_agency,
            regulation_id=case.regulation_id,
            collected_at=case.collected_at,
            detected_at=case.detected_at,
            closed_at=case.closed_at,
            returns=case.returns,
            reworks=case.reworks,
            messages=await _messages(connection, case_id),
            clocks=await read_clocks(connection, case_id),
            facts=facts,
            standing=standing,
            legs=legs,
            drafts=await _drafts(connection, case_id, files),
            publications=await _publications(connection, case_id, files),
            history=await _history(connection, case_id),
        )


async def refuse_foreign(connection: AsyncConnection, place: Workplace, case_id: int) -> None:
    """Whoever is not of the centre reads the cards that their own agencies had a turn at; a wall reads none.

    Raises Refused("another_agency").
    """
    if place.actor.roles & SEE_ALL:
        return
    mine = select(Leg.id).join(Agency, Agency.id == Leg.agency_id)
    mine = mine.where(Leg.case_id == case_id, Leg.received_at.is_not(None), Agency.uuid.in_(place.actor.agencies))
    if (await connection.execute(mine.limit(1))).first() is None:
        raise Refused("another_agency")


async def _case(connection: AsyncConnection, case_id: int) -> Any:
    group = aliased(Topic)
    statement = (
        select(
            Case,
            Topic.name.label("topic"),
            group.name.label("topic_group"),
            Location.name.label("location"),
            Person.name.label("curator"),
            Agency.short_name.label("agency"),
        )
        .outerjoin(Topic, Topic.id == Case.topic_id)
        .outerjoin(group, group.id == Topic.parent_id)
        .outerjoin(Location, Location.id == Case.location_id)
        .outerjoin(Person, Person.id == Case.curator_id)
        .outerjoin(Agency, Agency.id == Case.agency_id)
        .where(Case.id == case_id)
    )
    case = (await connection.execute(statement)).one_or_none()
    if case is None:
        raise Refused("case_unknown", id=case_id)
    return case


async def _messages(connection: AsyncConnection, case_id: int) -> tuple[MessageView, ...]:
    statement = (
        select(
            Message,
            Source.code,
            Source.name.label("source"),
            Source.kind,
            Source.in_act,
            Author.name.label("author"),
            Author.link.label("author_link"),
        )
        .join(Source, Source.id == Message.source_id)
        .outerjoin(Author, Author.id == Message.author_id)
        .where(Message.case_id == case_id)
        .order_by(Message.id)
    )
    rows = (await connection.execute(statement)).all()
    files = await connection.execute(select(Attachment).where(Attachment.message_id.in_([row.id for row in rows])))
    attached = [(file.message_id, _file(file)) for file in files]
    return tuple(
        MessageView(
            id=row.id,
            uuid=row.uuid,
            text=row.text,
            source_code=row.code,
            source=row.source,
            source_kind=row.kind,
            in_act=row.in_act,
            post_kind=row.post_kind,
            link=row.link,
            author=row.author or "",
            author_link=row.author_link or "",
            posted_at=row.posted_at,
            collected_at=row.collected_at,
            detected_at=row.detected_at,
            attachments=tuple(view for message_id, view in attached if message_id == row.id),
        )
        for row in rows
    )


def _file(row: Any) -> AttachmentView:
    return AttachmentView(row.name, row.media_type, row.size_bytes, row.link, row.uuid, row.sha256, row.preview)


async def _legs(connection: AsyncConnection, case_id: int) -> tuple[LegView, ...]:
    statement = (
        select(Leg, Agency.short_name, Agency.kind.label("agency_kind"))
        .join(Agency, Agency.id == Leg.agency_id)
        .where(Leg.case_id == case_id)
        .order_by(Leg.position)
    )
    return tuple(
        LegView(
            uuid=row.uuid,
            position=row.position,
            kind=LegKind(row.kind),
            state=row.state,
            agency_id=row.agency_id,
            agency=row.short_name,
            bound=row.agency_kind == "regional",
            received_at=row.received_at,
        )
        for row in await connection.execute(statement)
    )


async def _drafts(connection: AsyncConnection, case_id: int, files: Sequence[Any]) -> tuple[DraftView, ...]:
    writer, recorder = aliased(Person), aliased(Person)
    statement = (
        select(
            Draft,
            writer.name.label("author"),
            recorder.name.label("recorder"),
            Approval.verdict,
            Approval.agreed_date,
            Approval.decided_at,
        )
        .outerjoin(writer, writer.id == Draft.author_id)
        .join(recorder, recorder.id == Draft.recorded_by_id)
        .outerjoin(Approval, Approval.draft_uuid == Draft.uuid)
        .where(Draft.case_id == case_id)
        .order_by(Draft.version)
    )
    rows = (await connection.execute(statement)).all()
    remarks = await _remarks(connection, case_id)
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
            attachments=tuple(_file(file) for file in files if file.draft_uuid == row.uuid),
        )
        for row in rows
    )


async def _remarks(connection: AsyncConnection, case_id: int) -> dict[str, str]:
    """What was remarked on each draft that was sent to rework, by the draft's uuid."""
    statement = (
        select(History.payload, Note.text)
        .join(Note, Note.act_id == History.act_id)
        .where(History.case_id == case_id, History.act == Act.REWORK)
    )
    return {json.loads(row.payload)["draft"]: row.text for row in await connection.execute(statement)}


async def _publications(
    connection: AsyncConnection, case_id: int, files: Sequence[Any]
) -> tuple[PublicationView, ...]:
    statement = select(Publication).where(Publication.case_id == case_id).order_by(Publication.id)
    return tuple(
        PublicationView(
            message_id=row.message_id,
            draft_uuid=row.draft_uuid,
            same_page=row.same_page,
            reason=row.reason,
            link=row.link,
            published_at=row.published_at,
            recorded_at=row.recorded_at,
            author_link=row.author_link,
            proof=next((_file(file) for file in files if file.publication_uuid == row.uuid), None),
        )
        for row in await connection.execute(statement)
    )


async def _history(connection: AsyncConnection, case_id: int) -> tuple[HistoryView, ...]:
    actor, behalf, agency = aliased(Person), aliased(Person), aliased(Agency)
    statement = (
        select(
            History,
            actor.name.label("actor_name"),
            behalf.name.label("behalf_name"),
            agency.short_name.label("behalf_agency"),
            Note.text.label("note"),
        )
        .outerjoin(actor, actor.uuid == History.actor)
        .outerjoin(behalf, behalf.uuid == History.on_behalf)
        .outerjoin(agency, agency.uuid == History.on_behalf)
        .outerjoin(Note, Note.act_id == History.act_id)
        .where(History.case_id == case_id)
        .order_by(History.seq)
    )
    rows = (await connection.execute(statement)).all()
    proposed = {row.seq: json.loads(row.payload).get("right_agency") for row in rows if row.act == Act.RETURN}
    known = select(Agency.uuid, Agency.id).where(Agency.uuid.in_([uuid for uuid in proposed.values() if uuid]))
    ids = dict((await connection.execute(known)).all()) if any(proposed.values()) else {}
    return tuple(
        HistoryView(
            seq=row.seq,
            act=row.act,
            variant=row.variant,
            state_from=State(row.state_from),
            state_to=State(row.state_to),
            actor=row.actor_name or "",
            on_behalf=row.behalf_name or row.behalf_agency or "",
            recorded_at=row.recorded_at,
            occurred_at=row.occurred_at,
            note=row.note or "",
            proposed_agency_id=ids.get(proposed.get(row.seq) or ""),
        )
        for row in rows
    )
