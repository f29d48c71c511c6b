"""Several messages about one thing on one card: merging two cards, and splitting messages off again.

Both sides of a move are acts of one transaction, with the cases locked in the order of their ids. Each message takes
its own `answer` with it, counted from its own detection.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import FAR_FUTURE, Case, History, Message, Publication, new_uuid
from app.models.history import GENESIS
from app.regulation import requirements
from app.regulation.profile import Importance
from app.regulation.workflow import Act, State, find
from app.services.acting import done_before, prepare, refuse_as_changed
from app.services.basis import Basis, Begun, LastLink, begin
from app.services.casework import check, deed_of, end_legs
from app.services.changes import Change
from app.services.kin import relative_of
from app.services.messages import face_of, on_card
from app.services.registering import give_numbers
from app.services.saving import Done, Work, save_all
from app.services.workplace import Workplace
from app.services.writing import complete

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
            begun = await begin(connection, place, {case_id: deed.act_id for case_id, deed in deeds.items()})
            bases = {case_id: begun.basis(place, case_id) for case_id in begun.ids}
            cases = {case_id: basis.case for case_id, basis in bases.items()}
            if bases[seen_id].last.done_at is not None:
                return done_before(bases[seen_id], deeds[seen_id].act_id)
            relatives = {case_id: await relative_of(connection, case) for case_id, case in cases.items()}
            check(requirements.merge(relatives[source_id], relatives[target_id]))
            if cases[seen_id].version != version:
                await refuse_as_changed(connection, cases[seen_id])
            source, target = [
                await prepare(connection, place, bases[i], deeds[i], begun) for i in (source_id, target_id)
            ]
            await _move_all(source, target)
            done = {saved.case_id: saved for saved in await save_all([source, target])}
        place.feed.tell(Change(frozenset(cases), deeds[seen_id].act_id))
    return done[seen_id]


async def _move_all(source: Work, target: Work) -> None:
    """Every message of `source`; one that was still in the stream is detected by this very act (п. 7)."""
    detected_at = min(source.at, target.at) if source.row.state is State.COLLECTED else None
    await _move(source, target, None, detected_at)
    end_legs(source, "dropped")
    source.case_updates |= {"merged_into": target.case.uuid, "leg_uuid": None, "draft_uuid": None}
    source.facts = replace(source.facts, leg=None)
    highest = Importance.HIGH if source.facts.importance is Importance.HIGH else target.facts.importance
    target.case_updates["importance"] = highest
    target.facts = replace(target.facts, importance=highest)


async def _move(
    source: Work, target: Work, chosen: Collection[str] | None, detected_at: datetime | None = None
) -> None:
    """Put messages of one card (None: all) on another, and what both know of their messages right.

    Those that were not detected yet are detected at `detected_at`, where it is given.
    """
    query = select(Message).where(Message.case_id.in_([source.case.id, target.case.id])).order_by(Message.id)
    rows = [SimpleNamespace(**row._mapping) for row in await source.connection.execute(query)]
    moved = [row for row in rows if row.case_id == source.case.id and (chosen is None or row.uuid in chosen)]
    if detected_at and (new := [row for row in moved if row.detected_at is None]):
        source.writes.change(Message, {"uuid": tuple(row.uuid for row in new)}, detected_at=detected_at)
        for row in new:
            row.detected_at = detected_at
    uuids = [row.uuid for row in moved]
    source.writes.change(Message, {"uuid": tuple(uuids)}, case_uuid=target.case.uuid)
    stay = [row for row in rows if row.case_id == source.case.id and row.uuid not in uuids]
    joined = [row for row in rows if row not in stay]
    for work, other, mine in ((source, target, stay), (target, source, joined)):
        known = on_card(mine)
        in_act = known.in_act if known.count else work.facts.source_in_act
        work.facts = replace(work.facts, messages=known.detected, source_in_act=in_act, outside=known.outside)
        work.case_updates |= face_of(mine, work.case)
        work.payload |= {"moved": uuids, "to" if work is source else "from": other.case.uuid}


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
            begun, basis, merged = await _begin_with_merged(connection, place, case_id, deed.act_id)
            source_row = basis.case
            if basis.last.done_at is not None:
                return done_before(basis, deed.act_id)
            if source_row.version != version:
                await refuse_as_changed(connection, source_row)
            source = await prepare(connection, place, basis, deed, begun)
            on_source = await _messages_of(connection, case_id)
            check(requirements.split(on_source, uuids, await _published(connection, case_id)))
            chosen = [uuid for uuid in on_source if uuid in uuids]
            origins = await moved_in(connection, source_row.uuid)
            back = _where_from(merged, origins, set(on_source), set(chosen))
            target = await _given_back(source, back) if back is not None else _new_card(source)
            await _move(source, target, chosen)
            _, done = await save_all([source, target])
            if back is None and place.database.is_sqlite:
                numbers = await give_numbers(connection, place.database, source.rules, target.at, [target.case.id])
                done = replace(done, number=numbers[0])
        place.feed.tell(Change(frozenset([case_id, done.case_id]), deed.act_id))
    return done


async def _begin_with_merged(
    connection: AsyncConnection, place: Workplace, case_id: int, act_id: str
) -> tuple[Begun, Basis, list[Basis]]:
    """The case and those merged into it, locked in the order of their ids."""
    uuid = select(Case.uuid).where(Case.id == case_id).scalar_subquery()
    merged = (await connection.execute(select(Case.id).where(Case.merged_into == uuid))).scalars().all()
    begun = await begin(connection, place, {**dict.fromkeys(merged, ""), case_id: act_id})
    bases = {locked: begun.basis(place, locked) for locked in begun.ids}
    return begun, bases.pop(case_id), [basis for basis in bases.values() if basis.case.state == State.MERGED]


def _where_from(
    merged: Collection[Basis], origins: Mapping[str, Collection[str]], on_source: set[str], chosen: set[str]
) -> Basis | None:
    """The merged card of which all messages that are still on this one are chosen, and none but these."""
    return next((one for one in merged if set(origins.get(one.case.uuid, ())) & on_source == chosen), None)


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


async def _given_back(source: Work, merged: Basis) -> Work:
    work = await prepare(source.connection, source.place, merged, deed_of(Act.UNMERGE), source.begun)
    work.case_updates |= {"merged_into": None, "agency_id": None}
    work.facts = replace(work.facts, agency_bound=True)
    return work


def _new_card(source: Work) -> Work:
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
    whole = complete(Case, values)
    row = SimpleNamespace(id=None, **whole)
    step = find(State.NEW, Act.SPLIT_OFF)
    assert step is not None, "the table has a row for a card split off"
    facts = replace(source.facts, leg=None, agency_bound=True, agreed_date=None)
    return Work(
        connection=source.connection, place=source.place, deed=deed_of(Act.SPLIT_OFF), case=row,
        last=LastLink(0, GENESIS, source.recorded_at, None, None), row=step, rules=source.rules, clocks=(),
        facts=facts, at=source.at, recorded_at=source.recorded_at, begun=source.begun, on_behalf=None,
        new_case=whole,
    )  # fmt: skip
