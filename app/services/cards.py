"""Reading one card whole: messages, clocks, legs, drafts, publications, history."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Agency, Leg, Person
from app.models.card import CHANGES, CLOCKS, DRAFTS, FILES, HISTORY, LEGS, MESSAGES, PUBLICATIONS, REPLIES
from app.regulation.errors import Refused
from app.regulation.profile import Importance
from app.regulation.workflow import Act, DraftKind, LegKind, Role, State, correction_of
from app.services.acting import standing_of
from app.services.attachments import view_of
from app.services.basis import clock_of
from app.services.card_parts import Parts, read_parts
from app.services.drafts import REMARKING, views_of
from app.services.messages import on_card
from app.services.relations import read_relations
from app.services.views import (
    CaseCard,
    HistoryView,
    KinViews,
    LegView,
    MessageChangeView,
    MessageView,
    PublicationView,
    ReplyView,
)
from app.services.workplace import SEE_ALL, Workplace

_HANDING = (Act.HAND_OVER, Act.ASSIGN)


async def read_card(place: Workplace, case_id: int) -> CaseCard:
    """The card of a case. Raises Refused for one that does not exist or is another agency's."""
    if place.actor.roles == {Role.WALL}:
        raise Refused("another_agency")
    found = await read_parts(place, case_id)
    case, legs = found.case, found.of(LEGS)
    _refuse_of_others(place, legs)
    if case.regulation_id not in place.regulations:
        async with place.database.read() as connection:
            await place.know(connection, [case.regulation_id])
    governor_by = place.rules(case.regulation_id).profile.readings.governor_by
    messages, files = found.of(MESSAGES), found.of(FILES)
    standing, facts = standing_of(case, case, on_card(messages), governor_by)
    kin, came_from, names, agencies = await _beside(place, found)
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
        messages=_messages(messages, found.of(CHANGES), files, came_from),
        clocks=tuple(clock_of(row) for row in found.of(CLOCKS)),
        facts=facts,
        standing=standing,
        legs=tuple(_leg(row) for row in legs),
        drafts=views_of(found.of(DRAFTS), _remarks(found.of(HISTORY)), files),
        publications=_publications(found.of(PUBLICATIONS), files),
        history=tuple(_act(row, names, agencies) for row in found.of(HISTORY)),
        kin=kin,
        replies=tuple(_reply(row) for row in found.of(REPLIES)),
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


def _refuse_of_others(place: Workplace, legs: Sequence[Any]) -> None:
    """The same of turns that were read already."""
    if place.actor.roles & SEE_ALL:
        return
    if not any(leg.received_at and leg.agency_uuid in place.actor.agencies for leg in legs):
        raise Refused("another_agency")


async def _beside(
    place: Workplace, found: Parts
) -> tuple[KinViews, dict[str, str], dict[str, str], dict[str, int]]:
    """What few cards have and is asked for only then: other cards and what came from them, the names of those from
    whom and to whom work went, the agencies that were proposed; each by uuid."""
    case, told = found.case, found.of(HISTORY)
    people = {uuid for row in told if row.act in _HANDING for uuid in json.loads(row.payload)["handed"][:2] if uuid}
    proposed = {uuid for row in told if (uuid := _proposed(row))}
    has_kin = case.is_named or case.repeat_of or case.merged_into
    if not (has_kin or people or proposed):
        return KinViews(), {}, {}, {}
    async with place.database.read() as connection:
        kin, came_from = await read_relations(connection, case) if has_kin else (KinViews(), {})
        names = select(Person.uuid, Person.name).where(Person.uuid.in_(people))
        agencies = select(Agency.uuid, Agency.id).where(Agency.uuid.in_(proposed))
        return (
            kin,
            came_from,
            dict((await connection.execute(names)).all()) if people else {},
            dict((await connection.execute(agencies)).all()) if proposed else {},
        )


def _messages(
    rows: Sequence[Any], changes: Sequence[Any], files: Sequence[Any], came_from: Mapping[str, str]
) -> tuple[MessageView, ...]:
    changed = _message_changes(changes, {row.id: row.text for row in rows})
    return tuple(
        MessageView(
            id=row.id,
            uuid=row.uuid,
            text=row.text,
            source_code=row.code,
            source=row.source,
            in_act=row.in_act,
            post_kind=row.post_kind,
            link=row.link,
            author=row.author or "",
            author_link=row.author_link or "",
            author_contact=row.author_contact or "",
            posted_at=row.posted_at,
            collected_at=row.collected_at,
            detected_at=row.detected_at,
            attachments=tuple(view_of(file) for file in files if file.message_id == row.id),
            came_from=came_from.get(row.uuid, ""),
            changes=tuple(changed.get(row.id, ())),
        )
        for row in rows
    )


def _message_changes(rows: Sequence[Any], texts: Mapping[int, str]) -> dict[int, list[MessageChangeView]]:
    """What was done to these messages on their pages, each edit beside what stood there before it."""
    found: dict[int, list[MessageChangeView]] = {}
    now = dict(texts)
    for row in rows:
        before = now[row.message_id] if row.kind == "edited" else ""
        found.setdefault(row.message_id, []).append(MessageChangeView(row.kind, row.noticed_at, row.text, before))
        if row.kind == "edited":
            now[row.message_id] = row.text
    return found


def _leg(row: Any) -> LegView:
    return LegView(
        uuid=row.uuid,
        position=row.position,
        kind=LegKind(row.kind),
        state=row.state,
        agency_id=row.agency_id,
        agency=row.agency,
        bound=row.bound,
        received_at=row.received_at,
        opened_at=row.opened_at,
        executor=row.executor or "",
        has_program=row.has_program,
    )


def _remarks(told: Sequence[Any]) -> dict[str, str]:
    """What was remarked on each draft sent to rework, and on each part sent back, by the draft's uuid."""
    remarked = (row for row in told if row.act in REMARKING and row.note is not None)
    return {json.loads(row.payload)["draft"]: row.note for row in remarked}


def _publications(rows: Sequence[Any], files: Sequence[Any]) -> tuple[PublicationView, ...]:
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


def _reply(row: Any) -> ReplyView:
    return ReplyView(row.uuid, row.text, row.link, row.replied_at, row.recorded_at, row.recorder)


def _act(row: Any, names: Mapping[str, str], agencies: Mapping[str, int]) -> HistoryView:
    return HistoryView(
        seq=row.seq,
        act=row.act,
        variant=row.variant,
        state_from=State(row.state_from),
        state_to=State(row.state_to),
        actor=row.actor or "",
        on_behalf=row.behalf or "",
        recorded_at=row.recorded_at,
        occurred_at=row.occurred_at,
        note=row.note or "",
        proposed_agency_id=agencies.get(_proposed(row)),
        handed=_handed(row, names),
    )


def _proposed(row: Any) -> str:
    return json.loads(row.payload).get("right_agency") or "" if row.act == Act.RETURN else ""


def _handed(row: Any, names: Mapping[str, str]) -> tuple[str, str] | None:
    """From whom and to whom work went; "" for nobody."""
    if row.act not in _HANDING:
        return None
    before, after = json.loads(row.payload)["handed"][:2]
    return names.get(before, ""), names.get(after, "")
