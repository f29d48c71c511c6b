"""Reading one card whole: messages, clocks, legs, drafts, publications, history."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.models import (
    Agency,
    Attachment,
    Author,
    Case,
    Draft,
    History,
    Leg,
    Location,
    Message,
    MessageChange,
    Note,
    Person,
    Publication,
    Reply,
    RoleGrant,
    Source,
    Topic,
)
from app.regulation.errors import Refused
from app.regulation.profile import Importance
from app.regulation.workflow import Act, DraftKind, LegKind, State, correction_of
from app.services.acting import read_basis
from app.services.attachments import files_of_case, view_of
from app.services.basis import read_clocks
from app.services.drafts import read_drafts
from app.services.presence import others_at_work
from app.services.relations import read_relations
from app.services.views import (
    CaseCard,
    HistoryView,
    LegView,
    MessageChangeView,
    MessageView,
    PublicationView,
    ReplyView,
)
from app.services.workplace import SEE_ALL, Workplace


async def read_card(place: Workplace, case_id: int) -> CaseCard:
    """The card of a case. Raises Refused for one that does not exist or is another agency's."""
    async with place.database.read() as connection:
        case = await _case(connection, place, case_id)
        await place.know(connection, [case.regulation_id])
        await refuse_foreign(connection, place, case_id)
        legs = await _legs(connection, case_id)
        governor_by = place.rules(case.regulation_id).profile.readings.governor_by
        standing, facts = await read_basis(connection, case, governor_by)
        files = await files_of_case(connection, [case_id])
        kin, came_from = await read_relations(connection, case)
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
            messages=await _messages(connection, case_id, came_from),
            clocks=await read_clocks(connection, case_id),
            facts=facts,
            standing=standing,
            legs=legs,
            drafts=await read_drafts(connection, case_id, files),
            publications=await _publications(connection, case_id, files),
            history=await _history(connection, case_id),
            kin=kin,
            replies=await _replies(connection, case_id),
            corrections=case.corrections,
            promised_on=case.promised_on,
            at_work=case.at_work or "",
            at_work_until=case.at_work_until,
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


async def _case(connection: AsyncConnection, place: Workplace, case_id: int) -> Any:
    group = aliased(Topic)
    names, until = others_at_work(place, place.now())
    statement = (
        select(
            Case,
            names.label("at_work"),
            until.label("at_work_until"),
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


async def _messages(
    connection: AsyncConnection, case_id: int, came_from: Mapping[str, str]
) -> tuple[MessageView, ...]:
    statement = (
        select(
            Message,
            Source.code,
            Source.name.label("source"),
            Source.kind,
            Author.name.label("author"),
            Author.link.label("author_link"),
            Author.contact.label("author_contact"),
        )
        .join(Source, Source.id == Message.source_id)
        .outerjoin(Author, Author.id == Message.author_id)
        .where(Message.case_id == case_id)
        .order_by(Message.id)
    )
    rows = (await connection.execute(statement)).all()
    files = await connection.execute(select(Attachment).where(Attachment.message_id.in_([row.id for row in rows])))
    attached = [(file.message_id, view_of(file)) for file in files]
    changes = await _message_changes(connection, {row.id: row.text for row in rows})
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
            author_contact=row.author_contact or "",
            posted_at=row.posted_at,
            collected_at=row.collected_at,
            detected_at=row.detected_at,
            attachments=tuple(view for message_id, view in attached if message_id == row.id),
            came_from=came_from.get(row.uuid, ""),
            changes=tuple(changes.get(row.id, ())),
        )
        for row in rows
    )


async def _message_changes(
    connection: AsyncConnection, texts: Mapping[int, str]
) -> dict[int, list[MessageChangeView]]:
    """What was done to these messages on their pages, each edit beside what stood there before it."""
    query = select(MessageChange).where(MessageChange.message_id.in_(texts)).order_by(MessageChange.id)
    found: dict[int, list[MessageChangeView]] = {}
    now = dict(texts)
    for row in await connection.execute(query):
        before = now[row.message_id] if row.kind == "edited" else ""
        found.setdefault(row.message_id, []).append(MessageChangeView(row.kind, row.noticed_at, row.text, before))
        if row.kind == "edited":
            now[row.message_id] = row.text
    return found


async def _legs(connection: AsyncConnection, case_id: int) -> tuple[LegView, ...]:
    has_program = select(RoleGrant.id).join(Person, Person.id == RoleGrant.person_id)
    has_program = has_program.where(RoleGrant.agency_id == Leg.agency_id, Person.active)
    executor = aliased(Person)
    statement = (
        select(
            Leg,
            Agency.short_name,
            executor.name.label("executor"),
            has_program.exists().label("has_program"),
        )
        .join(Agency, Agency.id == Leg.agency_id)
        .outerjoin(executor, executor.id == Leg.executor_id)
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
            bound=row.bound,
            received_at=row.received_at,
            opened_at=row.opened_at,
            executor=row.executor or "",
            has_program=row.has_program,
        )
        for row in await connection.execute(statement)
    )


async def _publications(
    connection: AsyncConnection, case_id: int, files: Sequence[Any]
) -> tuple[PublicationView, ...]:
    statement = (
        select(Publication, Draft.kind)
        .join(Draft, Draft.uuid == Publication.draft_uuid)
        .where(Publication.case_id == case_id)
        .order_by(Publication.id)
    )
    rows = (await connection.execute(statement)).all()
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
            proof=next((view_of(file) for file in files if file.publication_uuid == row.uuid), None),
            kind=DraftKind(row.kind),
            corrected_at=_corrected_at(row, rows),
        )
        for row in rows
    )


def _corrected_at(publication: Any, others: Sequence[Any]) -> datetime | None:
    """When a published answer, or an earlier correction, was put right under the same message."""
    if publication.kind == DraftKind.INFORMATION:
        return None
    correction = correction_of(publication.kind)
    later = (
        other.published_at
        for other in others
        if other.id > publication.id
        and other.message_id == publication.message_id
        and other.kind == correction
    )
    return next(later, None)


async def _replies(connection: AsyncConnection, case_id: int) -> tuple[ReplyView, ...]:
    statement = (
        select(Reply, Person.name.label("recorder"))
        .join(Person, Person.id == Reply.recorded_by_id)
        .where(Reply.case_id == case_id)
        .order_by(Reply.id)
    )
    return tuple(
        ReplyView(row.uuid, row.text, row.link, row.replied_at, row.recorded_at, row.recorder)
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
    handed = await _handed(connection, rows)
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
            handed=handed.get(row.seq),
        )
        for row in rows
    )


async def _handed(connection: AsyncConnection, rows: Sequence[Any]) -> dict[int, tuple[str, str]]:
    """From whom and to whom work went, by the act's place in the history; "" for nobody."""
    moves = {row.seq: json.loads(row.payload)["handed"][:2] for row in rows if row.act in (Act.HAND_OVER, Act.ASSIGN)}
    if not moves:
        return {}
    uuids = {uuid for move in moves.values() for uuid in move if uuid}
    query = select(Person.uuid, Person.name).where(Person.uuid.in_(uuids))
    names = dict((await connection.execute(query)).all())
    return {seq: (names.get(before, ""), names.get(after, "")) for seq, (before, after) in moves.items()}
