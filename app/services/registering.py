"""Taking messages in: each becomes a case in the stream, or in the inbox where it is known when it was detected.

One path for a message entered by hand and for an import of many: at most 500 a transaction, idempotent by
`intake_key`; what is already known is reported, never doubled.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Attachment, Author, Base, Case, CaseCounter, ClockRow, History, Message, Source, new_uuid
from app.models.database import Database
from app.models.drivers import gathered
from app.models.history import GENESIS
from app.models.many import insert_many
from app.regulation.clocks import Clock, Facts, Rules, advance
from app.regulation.errors import Refusal, Refused
from app.regulation.profile import Importance
from app.regulation.workflow import Act, Role, State, Transition, find
from app.services import attachments, writing
from app.services.attachments import FileRef
from app.services.basis import Begun, begin
from app.services.changes import Change
from app.services.forgotten import known_key, known_link, recall
from app.services.incoming import Incoming
from app.services.links.known import is_of_one_message
from app.services.saving import (
    Deed,
    clock_rows,
    clocks_payload,
    facts_payload,
    history_values,
    payload_text,
    step_columns,
)
from app.services.workplace import Workplace
from app.services.writing import Writes

BATCH = 500
_TRIES = 5
_BREATH = 25
TEXT_LIMIT = 100_000
# How far a source's clock may run ahead of ours before its dates are called wrong.
CLOCKS_APART = timedelta(minutes=5)


@dataclass(slots=True)
class Registered:
    """What came of a batch: cases made, the indexes of messages known already, and of refused ones with why."""

    case_ids: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    refused: list[tuple[int, Refusal]] = field(default_factory=list)


async def enter(place: Workplace, message: Incoming, files: Sequence[FileRef] = (), *, act_id: str = "") -> int:
    """Enter one message by hand with its pictures: detected at once (п. 7). Gives the case id; Refused where it is
    known or bad.

    A known link with other words is asked about, Refused("link_known"): `is_another` answers. An `act_id` that was
    saved already gives the case it made then.
    """
    if act_id and (entered := await _entered_by(place, act_id)) is not None:
        return entered
    if message.link.strip() and not message.is_another and (number := await _other_at_link(place, message)):
        raise Refused("link_known", number=number)
    if files:
        await attachments.store(place.database, files)
    found = await register(place, [message], detect_now=True, act_ids=[act_id or new_uuid()])
    for _, refused in found.refused:
        raise Refused(refused.code, **refused.params)
    if found.known:
        raise Refused("message_known", number=await _number_of(place, message))
    if files:
        await _keep_files(place, found.case_ids[0], files)
    return found.case_ids[0]


async def _keep_files(place: Workplace, case_id: int, files: Sequence[FileRef]) -> None:
    """Bind contents that are stored already to the message just entered."""
    kept = ("name", "media_type", "size_bytes", "sha256", "preview")
    message = select(func.min(Message.id)).where(Message.case_id == case_id)
    async with place.database.write() as connection:
        message_id = (await connection.execute(message)).scalar_one()
        rows = [{key: getattr(file, key) for key in kept} | {"uuid": new_uuid()} for file in files]
        await connection.execute(insert(Attachment), [row | {"message_id": message_id} for row in rows])


def refusal(message: Incoming, now: datetime) -> Refusal | None:
    """Why a message cannot be worked on: no text, too long, a date without a zone or in the future; None if it can."""
    if not message.text.strip():
        return Refusal("text_empty")
    if len(message.text) > TEXT_LIMIT:
        return Refusal("text_too_long", {"length": len(message.text), "limit": TEXT_LIMIT})
    for moment in (message.posted_at, message.detected_at):
        if moment is not None and moment.tzinfo is None:
            return Refusal("moment_without_zone", {"moment": f"{moment:%Y-%m-%d %H:%M}"})
        if moment is not None and moment - now > CLOCKS_APART:
            return Refusal("from_the_future", {"at": moment, "now": now})
    return None


async def _entered_by(place: Workplace, act_id: str) -> int | None:
    async with place.database.read() as connection:
        return (await connection.execute(select(History.case_id).where(History.act_id == act_id))).scalar()


async def register(
    place: Workplace,
    messages: Sequence[Incoming],
    *,
    detect_now: bool = False,
    run_id: int | None = None,
    act_ids: Sequence[str] = (),
) -> Registered:
    """Take in at most BATCH messages in one transaction; known and refused ones are skipped and told."""
    assert len(messages) <= BATCH, "split the import into batches"
    act_ids = act_ids or [new_uuid() for _ in messages]
    for _ in range(_TRIES):
        try:
            return await _register(place, messages, act_ids, detect_now=detect_now, run_id=run_id)
        except IntegrityError:
            continue  # another desk took in one of these between our look and our insert: it is known now
    raise Refused("register_collided")


async def _register(
    place: Workplace, messages: Sequence[Incoming], act_ids: Sequence[str], *, detect_now: bool, run_id: int | None
) -> Registered:
    found = Registered()
    with place.feed.acting(*act_ids):
        async with place.database.write() as connection:
            batch = await _Batch.of(connection, place, run_id, detect_now)
            known, known_links = await _known(connection, place.database, messages)
            for index, message in enumerate(messages):
                if index % _BREATH == _BREATH - 1:
                    await asyncio.sleep(0)  # a window takes a key or paints between
                at_link = _only_at_link(message)
                if refused := batch.refusal(message):
                    found.refused.append((index, refused))
                elif message.intake_key in known or at_link in known_links:
                    found.known.append(index)
                else:
                    known.add(message.intake_key)
                    known_links |= {at_link} if at_link else set()
                    batch.add(message, act_ids[index])
            found.case_ids = await batch.save()
        if found.case_ids:
            place.feed.tell(Change(frozenset(found.case_ids), act_ids[0], goes_on=run_id is not None))
    return found


async def _known(
    connection: AsyncConnection, database: Database, messages: Sequence[Incoming]
) -> tuple[set[str], set[str]]:
    """The keys, and the links that only one message can have, of those messages that are here or were forgotten."""
    keys, links = await _known_keys(connection, messages), await _known_links(connection, messages)
    forgotten = await _forgotten(connection, database, [m for m in messages if m.intake_key not in keys])
    for message in messages:
        if known_key(message.intake_key) in forgotten:
            keys.add(message.intake_key)
        if known_link(link := _only_at_link(message)) in forgotten:
            links.add(link)
    return keys, links


async def _forgotten(connection: AsyncConnection, database: Database, messages: Sequence[Incoming]) -> dict[str, int]:
    """The cases of those whose author was forgotten since, by what each is known by."""
    wanted = [known_key(message.intake_key) for message in messages]
    links = {known_link(link): link for message in messages if (link := _only_at_link(message))}
    found = await recall(connection, database, [*wanted, *links])
    return {
        known: row.case_id for known, row in found.items()
        if known not in links or is_of_one_message(links[known], row.post_kind)
    }  # fmt: skip


async def _known_keys(connection: AsyncConnection, messages: Sequence[Incoming]) -> set[str]:
    keys = [message.intake_key for message in messages]
    return set((await connection.execute(select(Message.intake_key).where(Message.intake_key.in_(keys)))).scalars())


async def find_known(place: Workplace, messages: Sequence[Incoming]) -> set[int]:
    """The indexes of messages that are here already; nothing is written."""
    async with place.database.read() as connection:
        known, links = await _known(connection, place.database, messages)
    return {
        index for index, message in enumerate(messages)
        if message.intake_key in known or _only_at_link(message) in links
    }  # fmt: skip


def _only_at_link(message: Incoming) -> str:
    """The id of a link that only this message has: a comment's own, or that of a post which says it is one."""
    found = message.link_id
    return found if found and is_of_one_message(found, message.post_kind) else ""


async def _known_links(connection: AsyncConnection, messages: Sequence[Incoming]) -> set[str]:
    """Of the links that only one message can have, those that are here already, whoever told of them."""
    wanted = {link for message in messages if (link := _only_at_link(message))}
    if not wanted:
        return set()
    rows = await connection.execute(select(Message.link_id, Message.post_kind).where(Message.link_id.in_(wanted)))
    return {row.link_id for row in rows if is_of_one_message(row.link_id, row.post_kind)}


async def _other_at_link(place: Workplace, message: Incoming) -> str | None:
    """The case of another message with the same link; None where this very message is known, or the link is not."""
    at_link = Message.link == message.link.strip()
    if message.link_id:
        at_link = or_(at_link, Message.link_id == message.link_id)
    same_link = select(Case.number, Message.intake_key).join(Message).where(at_link)
    async with place.database.read() as connection:
        found = (await connection.execute(same_link.order_by(Message.id))).all()
        if not found or await _forgotten(connection, place.database, [message]):
            return None
    is_known = any(row.intake_key == message.intake_key for row in found)
    return None if is_known else str(found[0].number)


async def _number_of(place: Workplace, message: Incoming) -> str:
    same = Message.intake_key == message.intake_key
    if at_link := _only_at_link(message):
        same = or_(same, Message.link_id == at_link)
    query = select(Case.number).join(Message).where(same).order_by(Message.id).limit(1)
    async with place.database.read() as connection:
        if (number := (await connection.execute(query)).scalar_one_or_none()) is not None:
            return str(number)
        case_ids = (await _forgotten(connection, place.database, [message])).values()
        query = select(Case.number).where(Case.id.in_(case_ids)).order_by(Case.id).limit(1)
        return (await connection.execute(query)).scalar_one()


class _Batch:
    """Rows of one transaction, collected and inserted table by table."""

    def __init__(self, connection: AsyncConnection, place: Workplace, run_id: int | None, detect_now: bool) -> None:
        self.connection, self.place, self.run_id, self.detect_now = connection, place, run_id, detect_now
        self.rules: Rules = place.rules()
        self.regulation_id = place.current_regulation_id
        self.cases: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.authors: list[dict[str, Any] | None] = []
        self.clocks: list[tuple[Clock, ...]] = []
        self.history: list[dict[str, Any]] = []
        self.acts: list[tuple[Transition, datetime, str, str]] = []
        self.begun: Begun
        self.recorded_at: datetime
        self.sources: dict[str, Any]
        self._started: dict[Any, tuple[Clock, ...]] = {}

    @classmethod
    async def of(cls, connection: AsyncConnection, place: Workplace, run_id: int | None, now: bool) -> "_Batch":
        if not place.actor.roles & {Role.CURATOR, Role.SYSTEM}:
            raise Refused("role_may_not", act=Act.COLLECT, roles=(Role.CURATOR,))
        begun = await begin(connection, place, {})
        await place.refresh(connection, stored=begun.stored)
        batch = cls(connection, place, run_id, now)
        batch.begun = begun
        batch.recorded_at = batch.begun.at
        columns = Source.code, Source.id, Source.in_act, Source.kind, Source.name, Source.mode
        rows = await connection.execute(select(*columns))
        batch.sources = {row.code: row for row in rows}
        return batch

    def source(self, message: Incoming) -> Any:
        """The register's row for the message's source; a stranger's is "other"."""
        return self.sources.get(message.source_code) or self.sources["other"]

    def refusal(self, message: Incoming) -> Refusal | None:
        """Why a message is not taken in: what it is, or a source that takes no new ones (п. 3)."""
        source = self.source(message)
        if source.mode == "off":
            return Refusal("source_off", {"name": source.name})
        return refusal(message, self.recorded_at)

    def add(self, message: Incoming, act_id: str) -> None:
        source = self.source(message)
        detected_at = self.recorded_at if self.detect_now else message.detected_at
        row = find(State.NEW, Act.ENTER if detected_at else Act.COLLECT)
        assert row is not None
        occurred = min(detected_at or self.recorded_at, self.recorded_at).astimezone(UTC).replace(microsecond=0)
        uuid = new_uuid()
        messages = {uuid: occurred} if detected_at else {}
        facts = Facts(channel=source.kind, messages=messages, source_in_act=source.in_act)
        clocks = self._clocks(row, occurred, facts)
        self.cases.append(self._case(message, source, row, occurred if detected_at else None, clocks))
        self.messages.append(self._message(message, uuid, source, occurred if detected_at else None))
        self.authors.append(self._author(message))
        self.clocks.append(clocks)
        payload = self._payload(self.cases[-1]["uuid"], facts, clocks)
        if self.place.database.is_sqlite:
            self.history.append(self._history(row, occurred, act_id, payload))
        else:
            self.acts.append((row, occurred, act_id, payload))

    def _clocks(self, row: Transition, occurred: datetime, facts: Facts) -> tuple[Clock, ...]:
        """The clocks that the act starts; of a message that nobody detected yet they are those of any other."""
        if facts.messages:
            return advance((), row.events, occurred, facts, self.rules)
        same = (row, occurred, facts.channel, facts.source_in_act)
        if same not in self._started:
            self._started[same] = advance((), row.events, occurred, facts, self.rules)
        return self._started[same]

    def _case(
        self, message: Incoming, source: Any, row: Transition, detected: datetime | None, clocks: tuple[Clock, ...]
    ) -> dict[str, Any]:
        uuid = new_uuid()
        return {
            "uuid": uuid,
            "number": uuid,
            "state": str(row.to),
            "version": 1,
            "regulation_id": self.regulation_id,
            "importance": str(Importance.NORMAL),
            "place": message.place[:300],
            "source_id": source.id,
            "curator_id": self.place.person.id if self.detect_now else None,
            "suggested_topic": message.topic[:300],
            "suggested_agency": message.agency[:300],
            "excerpt": message.excerpt,
            "post_kind": message.post_kind,
            "posted_at": message.posted_at,
            "folded": message.folded,
            "collected_at": self.recorded_at,
            "detected_at": detected,
            "changed_at": self.recorded_at,
            **step_columns(clocks),
        }

    def _message(self, message: Incoming, uuid: str, source: Any, detected: datetime | None) -> dict[str, Any]:
        return {
            "uuid": uuid,
            "source_id": source.id,
            "in_act": source.in_act,
            "import_run_id": self.run_id,
            "intake_key": message.intake_key,
            "text": message.text.replace("\0", ""),  # the one character that PostgreSQL cannot keep
            "post_kind": message.post_kind,
            "link": message.link[:2000],
            "link_id": message.link_id,
            "posted_at": message.posted_at,
            "collected_at": self.recorded_at,
            "detected_at": detected,
        }

    def _author(self, message: Incoming) -> dict[str, Any] | None:
        if not (message.author_name or message.author_link or message.author_contact):
            return None
        return {
            "uuid": new_uuid(),
            "name": message.author_name[:300],
            "link": message.author_link[:2000],
            "contact": message.author_contact[:200],
        }

    async def save(self) -> list[int]:
        """Insert everything; gives the ids of the cases in the order of their messages."""
        if not self.cases:
            return []
        if not self.place.database.is_sqlite:
            documents = [self._document(index) for index in range(len(self.cases))]
            return [told["id"] for told in await writing.apply(self.connection, documents, self.begun)]
        numbers = await _next_numbers(
            self.connection, self.place.database, self.rules, self.recorded_at, len(self.cases)
        )
        for case, number in zip(self.cases, numbers, strict=True):
            case["number"] = number
        async with gathered(self.connection):
            return await self._store()

    async def _store(self) -> list[int]:
        """Rows of one table after the other; a window takes a key or paints between two."""
        case_ids = await self._insert(Case, self.cases)
        await asyncio.sleep(0)
        author_ids = await self._save_authors()
        for message, case_id, author_id in zip(self.messages, case_ids, author_ids, strict=True):
            message |= {"case_id": case_id, "author_id": author_id}
        await insert_many(self.connection, Message, [_blank(Message) | message for message in self.messages])
        await asyncio.sleep(0)
        clocks = [
            {"case_id": case_id, **row}
            for case_id, clocks in zip(case_ids, self.clocks, strict=True)
            for row in clock_rows(clocks, self.regulation_id, self.rules)
        ]
        await insert_many(self.connection, ClockRow, clocks)
        for row, case_id in zip(self.history, case_ids, strict=True):
            row["case_id"] = case_id
        await insert_many(self.connection, History, self.history)
        return case_ids

    async def _insert(self, table: Any, rows: list[dict[str, Any]]) -> list[int]:
        """Insert many rows and give their ids in the order of `rows`. The only writer of an SQLite file numbers them
        itself: asking each row for its id took longer than storing it."""
        first = (await self.connection.execute(select(func.coalesce(func.max(table.id), 0)))).scalar_one() + 1
        ids = list(range(first, first + len(rows)))
        whole = [{**_blank(table), **row, "id": row_id} for row_id, row in zip(ids, rows, strict=True)]
        await insert_many(self.connection, table, whole)
        return ids

    async def _save_authors(self) -> list[int | None]:
        rows = [author for author in self.authors if author]
        ids = iter(await self._insert(Author, rows)) if rows else iter(())
        return [next(ids) if author else None for author in self.authors]

    def _history(self, row: Transition, occurred: datetime, act_id: str, payload: str) -> dict[str, Any]:
        """The first row of a case's history, without the case's number in the file: nothing is hashed of that."""
        return history_values(
            previous_hash=GENESIS,
            seq=1,
            case_id=0,
            deed=Deed(row.act, act_id=act_id),
            actor=self.place.actor.person,
            on_behalf=None,
            recorded_at=self.recorded_at,
            occurred_at=occurred,
            row=row,
            payload=payload,
        )

    def _payload(self, case: str, facts: Facts, clocks: tuple[Clock, ...]) -> str:
        payload = {"case": case, **facts_payload(facts, self.rules)}
        payload["curator"] = self.place.actor.person if self.detect_now else None
        payload["clocks"] = clocks_payload((), clocks)
        return payload_text(payload)

    def _document(self, index: int) -> dict[str, Any]:
        """A message taken in as PostgreSQL takes it: the card it makes, the message with its author, the clocks."""
        row, occurred, act_id, payload = self.acts[index]
        writes = Writes()
        author = self.authors[index]
        whole = None if author is None else writing.complete(Author, author)
        writes.add(Message, self.messages[index] | {"author": whole})
        return writing.document(
            writes.changes,
            act_id=act_id,
            case=self.cases[index]["uuid"],
            version=0,
            act=row.act,
            variant=row.variant,
            actor=self.place.actor.person,
            program=Role.SYSTEM in self.place.actor.roles,
            on_behalf=None,
            occurred_at=occurred,
            recorded_at=self.recorded_at,
            columns={},
            new_case=writing.complete(Case, self.cases[index]),
            started=clock_rows(self.clocks[index], self.regulation_id, self.rules),
            changed=[],
            payload=payload,
        )


@cache
def _blank(table: type[Base]) -> dict[str, Any]:
    """What a new row of the table has in the columns that nobody speaks of."""
    columns = table.__table__.columns
    said = {column.key: column.default for column in columns if column.default is not None}
    plain = {key: default.arg for key, default in said.items() if not default.is_callable}
    return {column.key: plain.get(column.key) for column in columns if column.nullable or column.key in plain}


async def give_numbers(
    connection: AsyncConnection, database: Database, rules: Rules, at: datetime, case_ids: Sequence[int]
) -> list[str]:
    """Number new cases, the last thing of their transaction: the counter is locked for a moment only."""
    numbers = await _next_numbers(connection, database, rules, at, len(case_ids))
    rows = [{"case_key": case_id, "number": number} for case_id, number in zip(case_ids, numbers, strict=True)]
    await connection.execute(update(Case).where(Case.id == bindparam("case_key")), rows)
    return numbers


async def _next_numbers(
    connection: AsyncConnection, database: Database, rules: Rules, at: datetime, count: int
) -> list[str]:
    year = at.astimezone(rules.agency.zone).year
    last = await _advance_counter(connection, database, year, count)
    return [f"{rules.profile.region_code}-{year}-{number:06d}" for number in range(last - count + 1, last + 1)]


async def _advance_counter(connection: AsyncConnection, database: Database, year: int, count: int) -> int:
    # One statement, so that two desks that register the first case of a year do not both insert its row.
    first = database.insert(CaseCounter).values(year=year, last=count)
    advanced = first.on_conflict_do_update(index_elements=["year"], set_={"last": CaseCounter.last + count})
    return int((await connection.execute(advanced.returning(CaseCounter.last))).scalar_one())
