"""Memos on shortcomings (п. 22): drafted from the facts, sent to deputy governors, followed until all is mended.

A memo is free to change while it is a draft. What is sent is frozen: the journal holds the digest of its text.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Date, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.models import Agency, Case, Journal, Memo, MemoAddressee, MemoItem, Person, new_uuid
from app.models.history import link_hash
from app.regulation import requirements
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.regulation.shortcomings import Rule
from app.services.changes import Change
from app.services.journal import JournalView, check_duty, note_down, read_journal
from app.services.officials import OfficialView, officials_of, overseers_of
from app.services.registers.keeping import locked
from app.services.shortcomings import Found
from app.services.staffing import region_day
from app.services.workplace import Workplace
from app.texts.memo import memo_text, memo_title

OPEN_STATES = ("sent", "received")


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who a memo goes to; `official` is their uuid in the register, None for somebody written in by hand."""

    name: str
    post: str
    official: str | None = None
    why: str = ""
    id: int = 0
    received_at: datetime | None = None
    received_note: str = ""


@dataclass(frozen=True, slots=True)
class MemoItemView:
    """A shortcoming in a memo, with its follow-up: mended by when, and what was mended on which day."""

    id: int
    found: Found
    due_on: date | None = None
    mended_on: date | None = None
    mended_note: str = ""
    mended_by: str = ""

    def is_due(self, today: date) -> bool:
        """Whether it should be mended by now and is not."""
        return self.mended_on is None and self.due_on is not None and self.due_on <= today


@dataclass(frozen=True, slots=True)
class MemoRow:
    """A memo in the list."""

    id: int
    state: str
    title: str
    author: str
    made_at: datetime
    sent_at: datetime | None
    items: int
    mended: int
    next_due: date | None


@dataclass(frozen=True, slots=True)
class MemoView:
    """A memo whole, as of `version`."""

    id: int
    uuid: str
    version: int
    state: str
    title: str
    text: str
    begin: date
    end: date
    author: str
    author_post: str
    body: str
    changed_by: str
    made_at: datetime
    changed_at: datetime
    sent_at: datetime | None
    sent_how: str
    closed_at: datetime | None
    closed_note: str
    addressees: tuple[Addressee, ...]
    items: tuple[MemoItemView, ...]
    journal: tuple[JournalView, ...]


# ----- reading


async def list_memos(place: Workplace) -> list[MemoRow]:
    """All memos, the latest first. Raises Refused("role_may_not")."""
    check_duty(place, Duty.READ_SHORTCOMINGS)
    items = (
        select(MemoItem.memo_id, func.count().label("held"), func.count(MemoItem.mended_on).label("mended"))
        .group_by(MemoItem.memo_id)
        .subquery()
    )
    due = select(func.min(MemoItem.due_on)).where(MemoItem.memo_id == Memo.id, MemoItem.mended_on.is_(None))
    query = (
        select(Memo, Person.name.label("author"), items.c.held, items.c.mended, due.scalar_subquery().label("due"))
        .join(Person, Person.id == Memo.author_id)
        .outerjoin(items, items.c.memo_id == Memo.id)
        .order_by(Memo.id.desc())
    )
    async with place.database.read() as connection:
        rows = (await connection.execute(query)).all()
    return [
        MemoRow(
            row.id, row.state, row.title, row.author, row.made_at, row.sent_at, row.held or 0, row.mended or 0,
            row.due if row.state in OPEN_STATES else None,
        )
        for row in rows
    ]  # fmt: skip


async def read_memo(place: Workplace, memo_id: int) -> MemoView:
    """A memo whole. Raises Refused("role_may_not") or ("record_unknown")."""
    check_duty(place, Duty.READ_SHORTCOMINGS)
    author, changer = aliased(Person), aliased(Person)
    query = (
        select(Memo, author.name.label("author"), author.post.label("author_post"), author.body)
        .add_columns(changer.name.label("changed_by"))
        .join(author, author.id == Memo.author_id)
        .join(changer, changer.id == Memo.changed_by_id)
        .where(Memo.id == memo_id)
    )
    async with place.database.read() as connection:
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise Refused("record_unknown")
        addressees = await _addressees(connection, memo_id)
        items = await _items(connection, memo_id)
    journal = tuple(await read_journal(place, row.uuid))
    same = {key: getattr(row, key) for key in MemoView.__dataclass_fields__ if hasattr(row, key)}
    return MemoView(**same, addressees=addressees, items=items, journal=journal)


async def _addressees(connection: AsyncConnection, memo_id: int) -> tuple[Addressee, ...]:
    query = select(MemoAddressee).where(MemoAddressee.memo_id == memo_id).order_by(MemoAddressee.id)
    return tuple(
        Addressee(row.name, row.post, row.official, row.why, row.id, row.received_at, row.received_note)
        for row in await connection.execute(query)
    )


async def _items(connection: AsyncConnection, memo_id: int) -> tuple[MemoItemView, ...]:
    query = (
        select(MemoItem, Case.number, Case.excerpt, Case.topic_id)
        .add_columns(Agency.short_name.label("agency"), Person.name.label("mended_by"))
        .join(Case, Case.id == MemoItem.case_id)
        .outerjoin(Agency, Agency.id == MemoItem.agency_id)
        .outerjoin(Person, Person.id == MemoItem.mended_by_id)
        .where(MemoItem.memo_id == memo_id)
        .order_by(MemoItem.id)
    )
    return tuple(_item(row) for row in await connection.execute(query))


def _item(row: Any) -> MemoItemView:
    found = Found(
        key=row.key,
        rule=Rule(row.rule),
        clause=row.clause,
        at=row.found_at,
        case_id=row.case_id,
        number=row.number,
        excerpt=row.excerpt,
        topic_id=row.topic_id,
        agency_id=row.agency_id,
        agency=row.agency or "",
        remark=row.remark,
        memo_id=row.memo_id,
        **json.loads(row.facts),
    )
    return MemoItemView(row.id, found, row.due_on, row.mended_on, row.mended_note, row.mended_by or "")


_FACTS = ("topic", "location", "clock", "late_seconds", "is_running", "by_agreement", "lost_step", "lost_seconds",
          "count", "noted_by")  # fmt: skip


# ----- writing


async def draft_memo(place: Workplace, found: Sequence[Found], begin: date, end: date) -> int:
    """Draft a memo on these shortcomings from their facts; gives its id.

    It goes to the official for press and to those who oversee the topics and agencies concerned (п. 22).
    Raises Refused: "role_may_not", "shortcomings_missing", or "shortcoming_in_memo" for one that is in another.
    """
    check_duty(place, Duty.WRITE_MEMOS)
    if not found:
        raise Refused("shortcomings_missing")
    addressees = await addressees_for(place, found)
    text = memo_text(found, begin, end, place.rules())
    uuid = new_uuid()
    async with place.database.write() as connection:
        now = await place.database.moment(connection)
        mine = {"author_id": place.person.id, "changed_by_id": place.person.id, "made_at": now, "changed_at": now}
        values = {"uuid": uuid, "title": memo_title(), "text": text, "begin": begin, "end": end, **mine}
        memo_id = (await connection.execute(insert(Memo).values(**values).returning(Memo.id))).scalar_one()
        await _take_in(connection, memo_id, found)
        await _write_addressees(connection, memo_id, addressees)
        told = {"items": [each.key for each in found], "to": [each.official for each in addressees]}
        await note_down(connection, place, uuid, "memo_drafted", told)
    place.feed.tell(Change(frozenset()))
    return memo_id


async def addressees_for(place: Workplace, found: Iterable[Found]) -> tuple[Addressee, ...]:
    """The official for press, then those who oversee a topic or agency of `found` today, each once (п. 22)."""
    today = place.now().astimezone(place.rules().agency.zone).date()
    chosen = {official.id: _addressee(official) for official in await officials_of(place, "press", today)}
    for topic_id, agency_id in dict.fromkeys((each.topic_id, each.agency_id) for each in found):
        for official in await overseers_of(place, topic_id, agency_id, today):
            chosen.setdefault(official.id, _addressee(official))
    return tuple(chosen.values())


def _addressee(official: OfficialView) -> Addressee:
    return Addressee(official.name, official.post, official.uuid, "press" if official.role == "press" else "oversees")


async def _take_in(connection: AsyncConnection, memo_id: int, found: Sequence[Found]) -> None:
    keys = [each.key for each in found]
    taken = (await connection.execute(select(MemoItem.memo_id).where(MemoItem.key.in_(keys)).limit(1))).scalar()
    if taken is not None:
        raise Refused("shortcoming_in_memo", number=taken)
    rows = [
        {
            "uuid": new_uuid(),
            "memo_id": memo_id,
            "key": each.key,
            "case_id": each.case_id,
            "rule": str(each.rule),
            "clause": each.clause,
            "agency_id": each.agency_id,
            "found_at": each.at,
            "facts": json.dumps({key: getattr(each, key) for key in _FACTS}, ensure_ascii=False),
            "remark": each.remark,
        }
        for each in found
    ]
    await connection.execute(insert(MemoItem), rows)


async def _write_addressees(connection: AsyncConnection, memo_id: int, addressees: Sequence[Addressee]) -> None:
    await connection.execute(delete(MemoAddressee).where(MemoAddressee.memo_id == memo_id))
    rows = [
        {"memo_id": memo_id, "official": each.official, "name": each.name, "post": each.post, "why": each.why}
        for each in addressees
    ]
    if rows:
        await connection.execute(insert(MemoAddressee), rows)


async def save_memo(
    place: Workplace, memo_id: int, version: int, title: str, text: str, addressees: Sequence[Addressee]
) -> int:
    """Save a draft seen at `version`; gives the new version.

    Raises Refused: "record_changed" with who saved meanwhile, "memo_sent", "name_missing", "draft_empty".
    """
    check_duty(place, Duty.WRITE_MEMOS)
    _check_words(title, text)
    async with place.database.write() as connection:
        row = await _draft(connection, memo_id, version)
        await _write_addressees(connection, memo_id, addressees)
        told = {"text": _digest(row.uuid, text), "to": [each.official for each in addressees]}
        await _change(connection, place, row, "memo_changed", {"title": title.strip(), "text": text}, told)
    place.feed.tell(Change(frozenset()))
    return version + 1


def _check_words(title: str, text: str) -> None:
    if not title.strip():
        raise Refused("name_missing")
    if len(title) > 300:
        raise Refused("name_too_long", length=len(title), limit=300)
    if refused := requirements.draft(text):
        raise Refused(refused.code, **refused.params)


async def leave_out(place: Workplace, memo_id: int, version: int, item_id: int) -> int:
    """Take a shortcoming out of a draft: it is free for another memo. The text is the writer's to mend."""
    check_duty(place, Duty.WRITE_MEMOS)
    async with place.database.write() as connection:
        row = await _draft(connection, memo_id, version)
        mine = delete(MemoItem).where(MemoItem.id == item_id, MemoItem.memo_id == memo_id).returning(MemoItem.key)
        key = (await connection.execute(mine)).scalar_one_or_none()
        await _change(connection, place, row, "memo_item_left_out", {}, {"item": key})
    place.feed.tell(Change(frozenset()))
    return version + 1


async def discard_memo(place: Workplace, memo_id: int, version: int) -> None:
    """Discard a draft; its shortcomings are free for another memo, and the journal keeps that it was."""
    check_duty(place, Duty.WRITE_MEMOS)
    async with place.database.write() as connection:
        row = await _draft(connection, memo_id, version)
        for table in (MemoItem, MemoAddressee):
            await connection.execute(delete(table).where(table.memo_id == memo_id))
        await connection.execute(delete(Memo).where(Memo.id == memo_id))
        await note_down(connection, place, row.uuid, "memo_discarded", {})
    place.feed.tell(Change(frozenset()))


# ----- sending and what comes of it


async def send_memo(
    place: Workplace, memo_id: int, version: int, sent_at: datetime, how: str, due_on: date | None
) -> None:
    """Record that the memo was sent: to its addressees, when, how; and by when all is to be mended, if said.

    Raises Refused: "addressees_missing", "memo_sent", "memo_how_missing", "in_the_future", "due_before_sending".
    """
    check_duty(place, Duty.WRITE_MEMOS)
    if not how.strip():
        raise Refused("memo_how_missing")
    async with place.database.write() as connection:
        row = await _draft(connection, memo_id, version)
        now = await place.database.moment(connection)
        if refused := requirements.moment(sent_at, row.made_at, now):
            raise Refused(refused.code, **refused.params)
        _check_due(due_on, sent_at, place.rules().agency.zone)
        to = await _addressees(connection, memo_id)
        if not to:
            raise Refused("addressees_missing")
        if due_on is not None:
            await connection.execute(update(MemoItem).where(MemoItem.memo_id == memo_id).values(due_on=due_on))
        values = {"state": "sent", "sent_at": sent_at, "sent_how": how.strip()}
        told = {"text": _digest(row.uuid, row.text), "to": [each.official for each in to], "sent_at": sent_at,
                "due_on": due_on}  # fmt: skip
        await _change(connection, place, row, "memo_sent", values, told)
    place.feed.tell(Change(frozenset()))


async def acknowledge(place: Workplace, memo_id: int, addressee_id: int, received_at: datetime, note: str = "") -> None:
    """Record that an addressee received the memo, and what they answered; with the last one it is "received".

    Raises Refused: "memo_not_sent", "before_previous_act", "in_the_future".
    """
    check_duty(place, Duty.FOLLOW_UP)
    async with place.database.write() as connection:
        row = await _sent(connection, memo_id)
        now = await place.database.moment(connection)
        if refused := requirements.moment(received_at, row.sent_at, now):
            raise Refused(refused.code, **refused.params)
        mine = update(MemoAddressee).where(MemoAddressee.id == addressee_id, MemoAddressee.memo_id == memo_id)
        mine = mine.values(received_at=received_at, received_note=note.strip()).returning(MemoAddressee.official)
        official = (await connection.execute(mine)).one_or_none()
        if official is None:
            raise Refused("record_unknown")
        all_did = all(each.received_at is not None for each in await _addressees(connection, memo_id))
        told = {"official": official.official, "received_at": received_at}
        await _change(connection, place, row, "memo_received", {"state": "received"} if all_did else {}, told)
    place.feed.tell(Change(frozenset()))


async def plan_mending(place: Workplace, item_id: int, due_on: date | None) -> None:
    """Set by which day a shortcoming is to be mended; None takes the reminder away."""
    check_duty(place, Duty.FOLLOW_UP)
    async with place.database.write() as connection:
        row, item = await _followed(connection, item_id)
        _check_due(due_on, row.sent_at, place.rules().agency.zone)
        await connection.execute(update(MemoItem).where(MemoItem.id == item_id).values(due_on=due_on))
        await _change(connection, place, row, "memo_item_planned", {}, {"item": item.key, "due_on": due_on})
    place.feed.tell(Change(frozenset()))


async def record_mended(place: Workplace, item_id: int, mended_on: date, note: str) -> None:
    """Record what was mended and on which day.

    Raises Refused: "mended_missing" without words, "memo_not_sent", "day_in_future".
    """
    check_duty(place, Duty.FOLLOW_UP)
    if not note.strip():
        raise Refused("mended_missing")
    today = place.now().astimezone(place.rules().agency.zone).date()
    if mended_on > today:
        raise Refused("day_in_future", date=mended_on)
    async with place.database.write() as connection:
        row, item = await _followed(connection, item_id)
        values = {"mended_on": mended_on, "mended_note": note.strip(), "mended_by_id": place.person.id}
        await connection.execute(update(MemoItem).where(MemoItem.id == item_id).values(**values))
        await _change(connection, place, row, "memo_item_mended", {}, {"item": item.key, "mended_on": mended_on})
    place.feed.tell(Change(frozenset()))


async def close_memo(place: Workplace, memo_id: int, version: int, note: str = "") -> None:
    """Close a memo: all is mended, or `note` says why the rest is let go. Raises Refused("memo_unmended")."""
    check_duty(place, Duty.FOLLOW_UP)
    async with place.database.write() as connection:
        row = await _sent(connection, memo_id, version)
        left = select(func.count()).where(MemoItem.memo_id == memo_id, MemoItem.mended_on.is_(None))
        count = (await connection.execute(left)).scalar_one()
        if count and not note.strip():
            raise Refused("memo_unmended", count=count)
        now = await place.database.moment(connection)
        values = {"state": "closed", "closed_at": now, "closed_note": note.strip()}
        await _change(connection, place, row, "memo_closed", values, {"unmended": count})
    place.feed.tell(Change(frozenset()))


def _check_due(due_on: date | None, sent_at: datetime, zone: ZoneInfo) -> None:
    if due_on is not None and due_on < sent_at.astimezone(zone).date():
        raise Refused("due_before_sending", date=due_on)


async def _draft(connection: AsyncConnection, memo_id: int, version: int) -> Any:
    row = await locked(connection, Memo, memo_id, version)
    if row.state != "draft":
        raise Refused("memo_sent")
    return row


async def _sent(connection: AsyncConnection, memo_id: int, version: int | None = None) -> Any:
    """A memo that was sent and is not closed; without a version seen, as it stands."""
    if version is None:
        query = select(Memo.version).where(Memo.id == memo_id)
        version = (await connection.execute(query.with_for_update())).scalar_one_or_none() or 0
    row = await locked(connection, Memo, memo_id, version)
    if row.state not in OPEN_STATES:
        raise Refused("memo_not_sent")
    return row


async def _followed(connection: AsyncConnection, item_id: int) -> tuple[Any, Any]:
    item = (await connection.execute(select(MemoItem).where(MemoItem.id == item_id))).one_or_none()
    if item is None:
        raise Refused("record_unknown")
    return await _sent(connection, item.memo_id), item


async def _change(
    connection: AsyncConnection, place: Workplace, row: Any, entry: str, values: dict[str, Any], told: dict[str, Any]
) -> None:
    now = await note_down(connection, place, row.uuid, entry, told)
    mine = {"version": row.version + 1, "changed_at": now, "changed_by_id": place.person.id}
    await connection.execute(update(Memo).where(Memo.id == row.id).values(**values, **mine))


def _digest(uuid: str, text: str) -> str:
    """The digest that the journal keeps of a memo's text (sha256, hex)."""
    return link_hash(uuid, [text])


async def altered(connection: AsyncConnection) -> list[tuple[str, str, str]]:
    """Memos whose text is not the one that was sent: (uuid, digest in the journal, digest of the text now)."""
    query = select(Memo.uuid, Memo.text, Journal.payload).join(Journal, Journal.subject == Memo.uuid)
    rows = await connection.execute(query.where(Journal.entry == "memo_sent"))
    told = [(row.uuid, json.loads(row.payload)["text"], _digest(row.uuid, row.text)) for row in rows]
    return [each for each in told if each[1] != each[2]]


# ----- what waits


def count_due(place: Workplace) -> Select[Any]:
    """How many shortcomings of sent memos should be mended by today and are not."""
    today = bindparam("today", region_day(place), Date())
    query = select(func.count()).select_from(MemoItem).join(Memo, Memo.id == MemoItem.memo_id)
    return query.where(Memo.state.in_(OPEN_STATES), MemoItem.mended_on.is_(None), MemoItem.due_on <= today)
