"""Orders to publish: who may publish by hand may have the program do it; until it is sent, an order is taken back.

Every step is an entry of the journal about the dispatch: codes and digests, never texts.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Connector, Dispatch, MessageOrigin, Publication, Source, new_uuid
from app.regulation.duties import Duty
from app.regulation.errors import Refusal, Refused
from app.regulation.permission import refusal
from app.regulation.workflow import Act
from app.services.acting import standing_of
from app.services.basis import begin
from app.services.changes import Change
from app.services.formats import counts
from app.services.journal import check_duty, note_down
from app.services.networks.kinds import abilities_of
from app.services.outbox.enclosing import FILES_NOT_TAKEN, enclosing_refusal, files_of
from app.services.outbox.rendering import Answered, approved_text, read_answered
from app.services.workplace import Workplace

# While one of these stands, the same answer is not ordered again.
LIVE = ("waiting", "sending", "sent", "check")
RETAKEN = ("waiting", "failed", "check")


@dataclass(frozen=True, slots=True)
class Order:
    """An answer to be sent under one message of a card; `may_fall`: on the agency's own page where that is closed."""

    message_id: int
    rung: str = "reply"
    may_fall: bool = True


@dataclass(frozen=True, slots=True)
class Way:
    """How an answer to one message may go: the connection's name, or why not by the program. `falls` says that the
    agency's own page is there as the second step; `rung` is that page where the files cannot go in place (`why`)."""

    message_id: int
    connector: str = ""
    refused: Refusal | None = None
    falls: bool = False
    rung: str = "reply"
    why: Refusal | None = None


async def order(place: Workplace, case_id: int, orders: list[Order]) -> list[int]:
    """Put answers into the outbox; gives the ids. All or none.

    Raises Refused as the act of publishing would, ("outbox_no_connection"), those of `enclosing_refusal`,
    ("outbox_ordered_already"), ("placed_already"), ("network_refuses"), ("approved_text_changed").
    """
    made = []
    async with place.database.write() as connection:
        case = await _permitted(connection, place, case_id)
        messages = {message.id: message for message in await read_answered(connection, case_id)}
        for each in orders:
            if each.message_id not in messages:
                raise Refused("message_gone")
            made.append(await _order(connection, place, case, messages[each.message_id], each))
    place.feed.tell(Change(frozenset([case_id]), ""))
    return made


async def _permitted(connection: AsyncConnection, place: Workplace, case_id: int) -> Any:
    begun = await begin(connection, place, {case_id: ""})
    basis = begun.basis(place, case_id)
    case = basis.case
    await place.refresh(connection, case.regulation_id, begun.stored)
    governor_by = place.rules(case.regulation_id).profile.readings.governor_by
    standing, _ = standing_of(case, case, basis.messages, governor_by)
    if refused := refusal(Act.PUBLISH, standing.draft_kind or "", standing, place.actor):
        raise Refused(refused.code, **refused.params)
    return case


async def _order(connection: AsyncConnection, place: Workplace, case: Any, message: Answered, order: Order) -> int:
    connector = await way_of(connection, case, message, order.rung)
    if isinstance(connector, Refusal):
        raise Refused(connector.code, **connector.params)
    told = await approved_text(connection, case.id, case.draft_uuid, message, order.rung)
    over = next((c for c in counts(told.text, [message.network]) if c.refuses and c.is_over), None)
    if over is not None:
        raise Refused("network_refuses", network=over.network, length=over.length, limit=over.limit)
    files = await files_of(connection, case.draft_uuid)
    is_round = order.rung == "own_page" and enclosing_refusal(files, message.network, told.text) is not None
    uuid, now = new_uuid(), await place.database.moment(connection)
    values = {
        "uuid": uuid,
        "case_id": case.id,
        "message_id": message.id,
        "draft_uuid": case.draft_uuid,
        "connector_id": connector.id,
        "network": message.network,
        "rung": order.rung,
        "may_fall": order.may_fall,
        "digest": told.digest,
        "key": f"cur-desk-{uuid}",
        "act_id": new_uuid(),
        "state": "waiting",
        "reason": "files_not_taken" if is_round else "",
        "not_before": now,
        "ordered_by_id": place.person.id,
        "ordered_at": now,
    }
    dispatch_id = int((await connection.execute(insert(Dispatch).values(**values).returning(Dispatch.id))).scalar_one())
    await note(connection, place, uuid, "answer_ordered", case, message, rung=order.rung, digest=values["digest"])
    return dispatch_id


async def way_of(connection: AsyncConnection, case: Any, message: Answered, rung: str = "reply") -> Any:
    """The connection (a row) through which the program may answer, or the Refusal of why it may not."""
    placed = select(Publication.id).where(
        Publication.message_id == message.id, Publication.draft_uuid == case.draft_uuid
    )
    live = select(Dispatch.id).where(
        Dispatch.message_id == message.id, Dispatch.draft_uuid == case.draft_uuid, Dispatch.state.in_(LIVE)
    )
    asked = select(placed.exists().label("placed"), live.exists().label("live"))
    found = (await connection.execute(asked)).one()
    if found.placed:
        return Refusal("placed_already")
    if found.live:
        return Refusal("outbox_ordered_already")
    able = abilities_of(message.network)
    if not (able.replies if rung == "reply" else able.posts):
        return Refusal("outbox_by_hand")
    if files := await files_of(connection, case.draft_uuid):
        try:
            told = await approved_text(connection, case.id, case.draft_uuid, message, rung)
        except Refused as error:
            return error.refusal
        if refused := enclosing_refusal(files, message.network, told.text, rung):
            return refused
    return await _connector_for(connection, case, message) or Refusal("outbox_no_connection")


async def _connector_for(connection: AsyncConnection, case: Any, message: Answered) -> Any | None:
    """The agency's own connection first, then the region's. A bot's message is answered by the bot that heard it."""
    origin = (
        await connection.execute(select(MessageOrigin.connector_id).where(MessageOrigin.message_id == message.id))
    ).scalar_one_or_none()
    query = (
        select(Connector)
        .join(Source, Source.code == Connector.network)
        .where(Connector.network == message.network, Connector.active, Source.mode == "automatic")
        .where(or_(Connector.agency_id.is_(None), Connector.agency_id == case.agency_id, Connector.id == (origin or 0)))
        .order_by(Connector.agency_id.is_(None), Connector.id)
    )
    rows = (await connection.execute(query)).all()
    by_hearer = message.network in ("telegram", "max", "ok") or message.post_kind == "private"
    first = [row for row in rows if row.id == origin] if by_hearer and origin else []
    return next(iter([*first, *rows]), None)


async def ways(place: Workplace, case_id: int) -> dict[int, Way]:
    """For each message of a card that is to be published: whether the program may answer it, and how."""
    async with place.database.read() as connection:
        from app.models import Case

        case = (await connection.execute(select(Case).where(Case.id == case_id))).one()
        found: dict[int, Way] = {}
        for message in await read_answered(connection, case_id):
            way = await way_of(connection, case, message)
            if isinstance(way, Refusal):
                found[message.id] = await _way_round(connection, case, message, way)
                continue
            falls = False
            if abilities_of(message.network).posts:
                try:
                    await approved_text(connection, case_id, case.draft_uuid, message, "own_page")
                    falls = True
                except Refused:
                    falls = False
            found[message.id] = Way(message.id, way.name, falls=falls)
        return found


async def _way_round(connection: AsyncConnection, case: Any, message: Answered, refused: Refusal) -> Way:
    """Where an answer cannot go in place: for its files' sake the agency's own page, which may take them (п. 14)."""
    if refused.code in FILES_NOT_TAKEN:
        way = await way_of(connection, case, message, "own_page")
        if not isinstance(way, Refusal):
            return Way(message.id, way.name, rung="own_page", why=refused)
    return Way(message.id, refused=refused)


async def cancel(place: Workplace, dispatch_id: int) -> None:
    """Take an order back: it is not sent, or not sent again. Raises Refused("outbox_too_late")."""
    await _turn(place, dispatch_id, RETAKEN, "cancelled", "answer_cancelled")


async def send_again(place: Workplace, dispatch_id: int) -> None:
    """A person looked and says that the answer is not there, or mended what hindered: send it (again)."""
    await _turn(place, dispatch_id, ("failed", "check"), "waiting", "answer_again")


async def _turn(place: Workplace, dispatch_id: int, before: tuple[str, ...], after: str, entry: str) -> None:
    check_duty(place, Duty.READ_OUTBOX)
    async with place.database.write() as connection:
        query = select(Dispatch).where(Dispatch.id == dispatch_id).with_for_update()
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise Refused("record_unknown")
        case = await _permitted(connection, place, row.case_id)
        if row.state not in before:
            raise Refused("outbox_too_late")
        if after == "waiting" and case.draft_uuid != row.draft_uuid:
            raise Refused("not_approved")
        values = {"state": after, "not_before": await place.database.moment(connection), "fault": "", "attempts": 0}
        await connection.execute(update(Dispatch).where(Dispatch.id == row.id).values(**values))
        await note_row(connection, place, row, entry)
    place.feed.tell(Change(frozenset([row.case_id]), ""))


async def note(
    connection: AsyncConnection, place: Workplace, uuid: str, entry: str, case: Any, message: Answered, **facts: Any
) -> None:
    """An entry about a dispatch, with the case and message it is of."""
    await note_down(connection, place, uuid, entry, {"case": case.uuid, "message": message.uuid, **facts})


async def note_row(
    connection: AsyncConnection, place: Workplace, row: Any, entry: str, facts: Mapping[str, Any] | None = None
) -> None:
    """An entry about a dispatch that is there already."""
    await note_down(connection, place, row.uuid, entry, {"rung": row.rung, "digest": row.digest, **(facts or {})})



def as_json(params: Mapping[str, Any]) -> str:
    """Parameters of a fault as they are kept."""
    return json.dumps(params, ensure_ascii=False, default=str)
