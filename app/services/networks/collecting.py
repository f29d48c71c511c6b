"""Collecting: what a connection finds goes into the stream through the same intake as a file's rows.

A batch is kept before the place it was read up to: a run that breaks off reads some messages again and doubles none.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Attachment, Connector, Message, MessageChange, MessageOrigin, Source, UpdateGap, new_uuid
from app.regulation.errors import Refused
from app.regulation.workflow import Role
from app.services.changes import Change
from app.services.incoming import Incoming
from app.services.links.known import is_of_one_message, link_id_of
from app.services.networks.adapter import Batch, Found
from app.services.networks.connectors import source_code
from app.services.networks.faults import MISREAD, Fault, Quota, RetryAfter, Unreadable
from app.services.networks.opening import Networks, opened
from app.services.registering import BATCH, CLOCKS_APART, register
from app.services.workplace import Workplace
from app.texts import tr

LEASE = timedelta(minutes=10)
# Longer messages than a network gives are told of by the intake; here only links are cut to their columns.
_LINK, _NAME = 2000, 300


@dataclass(slots=True)
class RunReport:
    """What a run brought. `fault` is the code of what ended it early, with its parameters; `skew_minutes` by how much
    the network's clock differs from ours, 0 within five minutes."""

    connector_id: int
    name: str
    new: int = 0
    known: int = 0
    refused: int = 0
    changed: int = 0
    undated: int = 0
    gaps: int = 0
    skew_minutes: int = 0
    warnings: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    fault: str = ""
    fault_params: dict[str, Any] = field(default_factory=dict)


async def collect_due(place: Workplace, networks: Networks) -> list[RunReport]:
    """Run every connection whose time has come; one that fails does not keep the others. The worker's job."""
    now = place.now()
    query = select(Connector.id).where(Connector.active, Connector.due_at <= now).order_by(Connector.due_at)
    async with place.database.read() as connection:
        due = list((await connection.execute(query)).scalars())
    reports = [await collect(place, networks, connector_id) for connector_id in due]
    return [report for report in reports if report is not None]


async def collect(place: Workplace, networks: Networks, connector_id: int) -> RunReport | None:
    """Run one connection now; None where somebody runs it at this moment, or its network is not read by itself.

    Raises Refused("role_may_not") for people who take no messages in, DatabaseUnavailable.
    """
    if not place.actor.roles & {Role.CURATOR, Role.SYSTEM, Role.ADMINISTRATOR}:
        raise Refused("role_may_not", roles=(Role.CURATOR, Role.ADMINISTRATOR))
    row = await _take(place, connector_id)
    if row is None:
        return None
    run = _Run(place, row)
    try:
        await run.read(networks)
    finally:
        await run.end()
    return run.report


async def _take(place: Workplace, connector_id: int) -> Any | None:
    """The connection, held by a lease so that no two desks read one bot's updates."""
    now = place.now()
    is_free = or_(Connector.running_until.is_(None), Connector.running_until < now)
    async with place.database.write() as connection:
        row = (await connection.execute(select(Connector).where(Connector.id == connector_id))).one_or_none()
        if row is None:
            raise Refused("record_unknown")
        mode = select(Source.mode).where(Source.code == source_code(row))
        if not row.active or (await connection.execute(mode)).scalar_one_or_none() != "automatic":
            return None
        held = update(Connector).where(and_(Connector.id == connector_id, is_free)).values(running_until=now + LEASE)
        taken = await connection.execute(held.returning(Connector.id))
        return row if taken.scalar_one_or_none() is not None else None


class _Run:
    """One run of one connection."""

    def __init__(self, place: Workplace, row: Any) -> None:
        self._place, self._row = _program(place), row
        self._source = source_code(row)
        self.report = RunReport(row.id, row.name)
        self._due = place.now() + timedelta(minutes=row.every_minutes)
        self._undated: set[str] = set()

    async def read(self, networks: Networks) -> None:
        """Read batch by batch; a fault ends the run and is kept in the report."""
        cursor = json.loads(self._row.cursor)
        try:
            async with opened(self._place, networks, self._row) as (adapter, courier):
                try:
                    async for batch in adapter.batches(cursor):
                        await self._keep(batch)
                except MISREAD as error:
                    raise Unreadable(detail=type(error).__name__) from None
                finally:
                    self._judge_clock(courier.skew_seconds)
        except Fault as fault:
            self._fail(fault)
        except Refused as error:
            self.report.fault, self.report.fault_params = error.refusal.code, dict(error.refusal.params)

    def _fail(self, fault: Fault) -> None:
        self.report.fault, self.report.fault_params = fault.code, fault.params
        if isinstance(fault, Quota):
            self._due = max(self._due, fault.until)
        elif isinstance(fault, RetryAfter):
            self._due = max(self._due, self._place.now() + timedelta(seconds=fault.seconds))

    def _judge_clock(self, skew_seconds: float) -> None:
        if abs(skew_seconds) > CLOCKS_APART.total_seconds():
            self.report.skew_minutes = round(skew_seconds / 60)

    async def _keep(self, batch: Batch) -> None:
        """Messages, then what happened to known ones, then gaps and how far it was read."""
        for start in range(0, len(batch.messages), BATCH):
            await self._take_in(batch.messages[start : start + BATCH])
        async with self._place.database.write() as connection:
            now = self._place.now()
            for gap in batch.gaps:
                values = {"reason": gap.reason, "since": gap.since, "until": gap.until, "found_at": now}
                await connection.execute(insert(UpdateGap).values(connector_id=self._row.id, **values))
            cursor = json.dumps(batch.cursor, ensure_ascii=False)
            held = update(Connector).where(Connector.id == self._row.id)
            await connection.execute(held.values(cursor=cursor, running_until=now + LEASE))
        self.report.gaps += len(batch.gaps)
        self.report.warnings += [code for code in batch.warnings if code not in self.report.warnings]

    async def _take_in(self, messages: Sequence[Found]) -> None:
        there = [found for found in messages if found.change != "removed" and (found.text.strip() or found.files)]
        incoming = [self._incoming(found) for found in there]
        done = await register(self._place, incoming)
        self.report.new += len(done.case_ids)
        self.report.known += len(done.known)
        self.report.refused += len(done.refused)
        self.report.refusals += [refusal.code for _, refusal in done.refused][:20]
        await self._keep_origins(messages)

    def _incoming(self, found: Found) -> Incoming:
        """A message whose time lies ahead of ours is taken in without it: nothing is lost for a wrong clock."""
        posted_at = found.posted_at
        if posted_at is not None and posted_at - self._place.now() > CLOCKS_APART:
            posted_at = None
            self._undated.add(found.key)
            self.report.undated = len(self._undated)
        return Incoming(
            text=found.text if found.text.strip() else tr("(no words: {files})", files=_names(found)),
            source_code=self._source,
            key=found.key,
            post_kind=found.post_kind,
            link=found.link[:_LINK],
            author_name=found.author_name[:_NAME],
            author_link=found.author_link[:_LINK],
            posted_at=posted_at,
        )

    async def _keep_origins(self, messages: Sequence[Found]) -> None:
        """Where each stands in the network, links of its files, and what was done to it since, in this order."""
        if not messages:
            return
        keys = [Incoming("", self._source, found.key).intake_key for found in messages]
        changed: set[int] = set()
        async with self._place.database.write() as connection:
            links = {link_id_of(found.link): key for key, found in zip(keys, messages, strict=True) if found.link}
            columns = Message.id, Message.case_id, Message.intake_key, Message.link_id, Message.post_kind, Message.text
            there = or_(Message.intake_key.in_(keys), Message.link_id.in_(links))
            # A file may have brought the message before, under a key of its own: its link tells.
            rows = {
                links[row.link_id]
                if row.link_id in links and is_of_one_message(row.link_id, row.post_kind)
                else row.intake_key: row
                for row in await connection.execute(select(*columns).where(there))
            }
            origins = select(MessageOrigin.message_id)
            origins = origins.where(MessageOrigin.message_id.in_([r.id for r in rows.values()]))
            kept = set((await connection.execute(origins)).scalars())
            for key, found in zip(keys, messages, strict=True):
                if (row := rows.get(key)) is None:
                    continue
                if row.id not in kept and found.change != "removed":
                    kept.add(row.id)
                    await self._keep_origin(connection, row.id, found)
                if found.change and await self._is_news(connection, row, found):
                    values = {"message_id": row.id, "kind": found.change, "text": found.text}
                    await connection.execute(insert(MessageChange).values(**values, noticed_at=self._place.now()))
                    self.report.changed += 1
                    changed.add(row.case_id)
        if changed:
            self._place.feed.tell(Change(frozenset(changed)))

    async def _keep_origin(self, connection: AsyncConnection, message_id: int, found: Found) -> None:
        target = json.dumps(dict(found.target), ensure_ascii=False)
        values = {"message_id": message_id, "connector_id": self._row.id, "target": target}
        await connection.execute(insert(MessageOrigin).values(**values))
        if found.files:
            await connection.execute(insert(Attachment), [_file(message_id, file) for file in found.files])

    async def _is_news(self, connection: AsyncConnection, row: Any, found: Found) -> bool:
        """Whether this differs from what is known of the message: read again, the same change is told again."""
        query = select(MessageChange.kind, MessageChange.text).where(MessageChange.message_id == row.id)
        last = (await connection.execute(query.order_by(MessageChange.id.desc()).limit(1))).one_or_none()
        if found.change == "edited":
            return bool(found.text != (last.text if last and last.kind == "edited" else row.text))
        if found.change == "restored":
            return last is not None and last.kind == "removed"
        return last is None or last.kind != found.change

    async def end(self) -> None:
        """Give the lease back and keep what came of it, whatever it was."""
        now, report = self._place.now(), asdict(self.report)
        values: dict[str, Any] = {"last_run": json.dumps(report, ensure_ascii=False, default=_plain)}
        values |= {"last_run_at": now, "due_at": self._due, "running_until": None}
        if not self.report.fault:
            values["last_good_at"] = now
        async with self._place.database.write() as connection:
            await connection.execute(update(Connector).where(Connector.id == self._row.id).values(**values))


def _program(place: Workplace) -> Workplace:
    """The same place with the program's own right: who started it stands in the history, as with a file's rows."""
    return replace(place, person=replace(place.person, roles=frozenset({Role.SYSTEM})))


def _names(found: Found) -> str:
    return ", ".join(file.name for file in found.files)


def _file(message_id: int, file: Any) -> dict[str, Any]:
    return {
        "uuid": new_uuid(), "message_id": message_id, "name": file.name[:_NAME], "media_type": file.media_type[:100],
        "link": file.link[:_LINK],
    }  # fmt: skip


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
