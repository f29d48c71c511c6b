"""Several messages about one thing on one card: merging two cards, and splitting messages off again.

Both sides of a move are acts of one transaction, with the cases locked in the order of their ids. Each message takes
its own `answer` with it, counted from its own detection.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import FAR_FUTURE, Case, History, Message, Publication, new_uuid
from app.models.history import GENESIS
from app.regulation import requirements
from app.regulation.profile import Importance
from app.regulation.workflow import Act, State, find
from app.services.acting import (
    Deed,
    Done,
    LastLink,
    Work,
    done_before,
    last_link,
    locked_case,
    prepare,
    refuse_as_changed,
    save,
)
from app.services.casework import check, deed_of, end_legs
from app.services.changes import Change
from app.services.kin import relative_of
from app.services.messages import face_of, read_messages
from app.services.registering import give_numbers
from app.services.workplace import Workplace

# ----- merging


async def merge(
    place: Workplace, seen_id: int, version: int, other_id: int, *, into_other: bool, act_id: str = ""
) -> Done:
    """Move all messages of one card into another; the emptied one is closed as merged and points to it.

    `seen_id` at `version` is the card the person looked at, `other_id` the one they chose; `into_other` says which of
    the two stays. Gives the seen card as it stands after. Raises Refused with the way out where merging makes no
    sense (`requirements.merge`), also when somebody merged the other card meanwhile.
    """
    source_id, target_id = (seen_id, other_id) if into_other else (other_id, seen_id)
    deeds = {seen_id: deed_of(Act.MERGE if into_other else Act.ADD_MESSAGES, act_id=act_id)}
    deeds[other_id] = deed_of(Act.ADD_MESSAGES if into_other else Act.MERGE)
    with place.feed.acting(*(deed.act_id for deed in deeds.values())):
        async with place.database.write() as connection:
            cases = {case_id: await locked_case(connection, case_id) for case_id in sorted({source_id, target_id})}
            last = await last_link(connection, seen_id, deeds[seen_id].act_id)
            if last.done_at is not None:
                return done_before(cases[seen_id], last.done_at, last.done_in, deeds[seen_id].act_id)
            relatives = {case_id: await relative_of(connection, case) for case_id, case in cases.items()}
            check(requirements.merge(relatives[source_id], relatives[target_id]))
            if cases[seen_id].version != version:
                await refuse_as_changed(connection, cases[seen_id])
            source, target = [await _work(connection, place, cases[i], deeds[i]) for i in (source_id, target_id)]
            await _move_all(source, target)
            done = {work.case.id: await save(work) for work in sorted((source, target), key=lambda w: w.case.id)}
        place.feed.tell(Change(frozenset(cases), deeds[seen_id].act_id))
    return done[seen_id]


async def _work(connection: AsyncConnection, place: Workplace, case: Any, deed: Deed) -> Work:
    return await prepare(connection, place, case, await last_link(connection, case.id, deed.act_id), deed)


async def _move_all(source: Work, target: Work) -> None:
    """Every message of `source`; one that was still in the stream is detected by this very act (п. 7)."""
    connection = source.connection
    mine = Message.case_id == source.case.id
    uuids = list((await connection.execute(select(Message.uuid).where(mine).order_by(Message.id))).scalars())
    if source.row.state is State.COLLECTED:
        detected = update(Message).where(mine, Message.detected_at.is_(None))
        await connection.execute(detected.values(detected_at=min(source.at, target.at)))
    await _move(source, target, uuids)
    await end_legs(source, "dropped")
    source.case_updates |= {"merged_into": target.case.uuid, "leg_uuid": None, "draft_uuid": None}
    source.facts = replace(source.facts, leg=None)
    highest = Importance.HIGH if source.facts.importance is Importance.HIGH else target.facts.importance
    target.case_updates["importance"] = highest
    target.facts = replace(target.facts, importance=highest)


async def _move(source: Work, target: Work, uuids: Sequence[str]) -> None:
    """Put messages of one card on another, and what both know of their messages right."""
    moved = update(Message).where(Message.uuid.in_(uuids), Message.case_id == source.case.id)
    await source.connection.execute(moved.values(case_id=target.case.id))
    for work in (source, target):
        on_card = await read_messages(work.connection, work.case.id)
        in_act = on_card.in_act if on_card.count else work.facts.source_in_act
        work.facts = replace(
            work.facts, messages=on_card.detected, source_in_act=in_act, outside=on_card.outside
        )
        work.case_updates |= await face_of(work.connection, work.case, work.case.id)
    source.payload |= {"moved": list(uuids), "to": target.case.uuid}
    target.payload |= {"moved": list(uuids), "from": source.case.uuid}


# ----- splitting


async def split(place: Workplace, case_id: int, version: int, uuids: Collection[str], act_id: str = "") -> Done:
    """Messages leave a card into one of their own, in the inbox: `answer` goes on from their detection, `route`
    starts now. All the messages that came from a merged card give that card back; others get a new number.

    Gives the card that was made or given back. Raises Refused where nothing is chosen, nothing would stay, or an
    answer is published under one of them.
    """
    deed = deed_of(Act.SPLIT, act_id=act_id)
    with place.feed.acting(deed.act_id):
        async with place.database.write() as connection:
            source_row, merged = await _lock_with_merged(connection, case_id)
            last = await last_link(connection, case_id, deed.act_id)
            if last.done_at is not None:
                return done_before(source_row, last.done_at, last.done_in, deed.act_id)
            if source_row.version != version:
                await refuse_as_changed(connection, source_row)
            source = await _work(connection, place, source_row, deed)
            on_card = await _messages_of(connection, case_id)
            check(requirements.split(on_card, uuids, await _published(connection, case_id)))
            chosen = [uuid for uuid in on_card if uuid in uuids]
            origins = await moved_in(connection, source_row.uuid)
            back = next((row for row in merged if set(origins.get(row.uuid, ())) & set(on_card) == set(chosen)), None)
            target = await _given_back(source, back) if back is not None else await _new_card(source)
            await _move(source, target, chosen)
            await save(source)
            done = await save(target)
            if back is None:
                numbers = await give_numbers(connection, place.database, source.rules, target.at, [target.case.id])
                done = replace(done, number=numbers[0])
        place.feed.tell(Change(frozenset([case_id, done.case_id]), deed.act_id))
    return done


async def _lock_with_merged(connection: AsyncConnection, case_id: int) -> tuple[Any, list[Any]]:
    """The case and those merged into it, locked in the order of their ids."""
    uuid = select(Case.uuid).where(Case.id == case_id).scalar_subquery()
    merged = (await connection.execute(select(Case.id).where(Case.merged_into == uuid))).scalars().all()
    rows = {locked: await locked_case(connection, locked) for locked in sorted({case_id, *merged})}
    return rows.pop(case_id), [row for row in rows.values() if row.state == State.MERGED]


async def _messages_of(connection: AsyncConnection, case_id: int) -> list[str]:
    query = select(Message.uuid).where(Message.case_id == case_id).order_by(Message.id)
    return list((await connection.execute(query)).scalars())


async def _published(connection: AsyncConnection, case_id: int) -> set[str]:
    query = select(Message.uuid).join(Publication, Publication.message_id == Message.id)
    return set((await connection.execute(query.where(Message.case_id == case_id))).scalars())


async def moved_in(connection: AsyncConnection, uuid: str) -> dict[str, list[str]]:
    """Which messages came to a card from which merged one, by their uuids: the last merging of each counts."""
    query = (
        select(Case.uuid, History.payload)
        .join(History, History.case_id == Case.id)
        .where(Case.merged_into == uuid, History.act == Act.MERGE)
        .order_by(History.seq)
    )
    return {row.uuid: json.loads(row.payload)["moved"] for row in await connection.execute(query)}


async def _given_back(source: Work, merged: Any) -> Work:
    work = await _work(source.connection, source.place, merged, deed_of(Act.UNMERGE))
    work.case_updates |= {"merged_into": None, "agency_id": None}
    work.facts = replace(work.facts, agency_bound=True)
    return work


async def _new_card(source: Work) -> Work:
    """A card not written yet, under the regulation of the one it comes from, with what is known of the subject."""
    case = source.case
    values = {
        "uuid": new_uuid(),
        "state": str(State.NEW),
        "version": 0,
        "regulation_id": case.regulation_id,
        "importance": str(source.facts.importance),
        "topic_id": case.topic_id,
        "location_id": case.location_id,
        "place": case.place,
        "source_id": case.source_id,
        "curator_id": source.place.person.id,
        "suggested_topic": case.suggested_topic,
        "suggested_agency": case.suggested_agency,
        "excerpt": "",
        "folded": "",
        "collected_at": case.collected_at,
        "changed_at": source.recorded_at,
        "step_due_at": FAR_FUTURE,
        "answer_due_at": FAR_FUTURE,
    }
    values["number"] = values["uuid"]
    made = await source.connection.execute(insert(Case).values(**values).returning(Case.id))
    row = (await source.connection.execute(select(Case).where(Case.id == made.scalar_one()))).one()
    step = find(State.NEW, Act.SPLIT_OFF)
    assert step is not None, "the table has a row for a card split off"
    facts = replace(source.facts, leg=None, agency_bound=True, agreed_date=None)
    return Work(
        connection=source.connection, place=source.place, deed=deed_of(Act.SPLIT_OFF), case=row,
        last=LastLink(0, GENESIS, source.recorded_at, None, None), row=step, rules=source.rules, clocks=(),
        facts=facts, at=source.at, recorded_at=source.recorded_at, on_behalf=None,
    )  # fmt: skip
