"""Saving an act: its clocks advanced by the events of the workflow row, its state, its history; on either engine."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import FAR_FUTURE, Case, ClockRow, History, Leg, Note
from app.models import new_uuid as new_uuid  # the window makes act ids too
from app.models.drivers import gathered
from app.models.history import link_hash
from app.regulation.clocks import Clock, Facts, Rules, advance, earliest_due, step_clock
from app.regulation.workflow import CLOSED, Act, Role, State, Transition
from app.services import writing
from app.services.basis import Basis, Begun, LastLink
from app.services.workplace import Workplace
from app.services.writing import Writes


@dataclass(frozen=True, slots=True)
class Deed:
    """What a person wants done; `note` is the remark or reason they gave.

    `act_id` is made by the client: repeating a deed whose outcome was not heard does not do it twice.
    """

    act: Act
    variant: str = ""
    note: str = ""
    occurred_at: datetime | None = None
    on_behalf: str | None = None
    act_id: str = field(default_factory=new_uuid)


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was saved: the case as it stands after it."""

    case_id: int
    number: str
    version: int
    state: State
    recorded_at: datetime
    is_repeated: bool = field(default=False, compare=False)
    """Whether it was saved by an earlier attempt, with what that one said."""


@dataclass(slots=True)
class Work:
    """One act under way: what was read, and what the recorder has decided so far.

    `writes` are the rows the act brings; `new_case` is the whole row of a card that it makes, which has no `basis`.
    """

    connection: AsyncConnection
    place: Workplace
    deed: Deed
    case: Any
    last: LastLink
    row: Transition
    rules: Rules
    clocks: tuple[Clock, ...]
    facts: Facts
    at: datetime
    recorded_at: datetime
    begun: Begun
    on_behalf: str | None
    case_updates: dict[str, Any] = field(default_factory=dict)
    payload: dict[str, Any] = field(default_factory=dict)
    writes: Writes = field(default_factory=Writes)
    new_case: dict[str, Any] | None = None
    basis: Basis | None = None


async def save(work: Work) -> Done:
    """Advance the clocks by the events of the act and write everything it changed."""
    return (await save_all([work]))[0]


async def save_all(works: Sequence[Work]) -> list[Done]:
    """Save acts of one transaction together; a card that one of them makes is there before the others refer to it.

    Gives what was done in the same order.
    """
    if not works:
        return []
    finished = [_finish(work) for work in works]
    if works[0].place.database.is_sqlite:
        return await _store(works, finished)
    first = works[0]
    documents = [_document(work, saved) for work, saved in zip(works, finished, strict=True)]
    told = await writing.apply(first.connection, documents, first.begun)
    return [
        Done(facts["id"], facts["number"], facts["version"], work.row.to, work.recorded_at)
        for work, facts in zip(works, told, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Saved:
    """What saving computes of one act: its clocks, split into started and changed, and its payload as text."""

    clocks: tuple[Clock, ...]
    started: tuple[Clock, ...]
    changed: tuple[Clock, ...]
    payload: str


def _finish(work: Work) -> _Saved:
    clocks = advance(work.clocks, work.row.events, work.at, work.facts, work.rules)
    before = {clock.key: clock for clock in work.clocks}
    _add_note(work)
    work.payload |= {"case": work.case.uuid, **facts_payload(work.facts, work.rules)}
    work.payload["clocks"] = clocks_payload(work.clocks, clocks)
    return _Saved(
        clocks,
        tuple(clock for clock in clocks if clock.key not in before),
        tuple(clock for clock in clocks if clock.key in before and clock != before[clock.key]),
        payload_text(work.payload),
    )


def _add_note(work: Work) -> None:
    if note := work.deed.note.strip():
        salt = new_uuid().replace("-", "")
        work.writes.add(Note, {"act_id": work.deed.act_id, "text": note, "salt": salt})
        work.payload["note"] = link_hash(salt, [note])


# ----- PostgreSQL


def _document(work: Work, saved: _Saved) -> dict[str, Any]:
    regulation_id = work.case_updates.get("regulation_id", work.case.regulation_id)
    return writing.document(
        work.writes.changes,
        act_id=work.deed.act_id,
        case=work.case.uuid,
        version=work.case.version,
        act=work.row.act,
        variant=work.row.variant,
        actor=work.place.actor.person,
        program=Role.SYSTEM in work.place.actor.roles,
        on_behalf=work.on_behalf,
        occurred_at=work.at,
        recorded_at=work.recorded_at,
        columns=work.case_updates,
        new_case=work.new_case,
        started=clock_rows(saved.started, regulation_id, work.rules),
        changed=clock_rows(saved.changed, regulation_id, work.rules),
        payload=saved.payload,
    )


def clock_rows(clocks: Sequence[Clock], regulation_id: int, rules: Rules) -> list[dict[str, Any]]:
    """Clocks as rows, without their case."""
    judged = judged_by(regulation_id, rules)
    return [{**clock_values(clock), **judged} for clock in clocks]


# ----- SQLite


async def _store(works: Sequence[Work], finished: Sequence[_Saved]) -> list[Done]:
    for work in works:
        if work.new_case is not None:
            made = await work.connection.execute(insert(Case).values(**work.new_case).returning(Case.id))
            work.case.id = made.scalar_one()
    async with gathered(works[0].connection):
        for work in works:
            await writing.store(work.connection, work.case.id, work.writes.changes)
        return [await _store_one(work, saved) for work, saved in zip(works, finished, strict=True)]


async def _store_one(work: Work, saved: _Saved) -> Done:
    version = work.case.version + 1
    closed = work.row.to in CLOSED
    values = {
        **work.case_updates,
        "state": work.row.to,
        "version": version,
        "changed_at": work.recorded_at,
        "closed_at": (work.case.closed_at or work.at) if closed else None,
        "executor_id": _in_hand_of(work.case_updates.get("leg_uuid", work.case.leg_uuid)),
        **step_columns(saved.clocks),
    }
    await _store_clocks(work, saved)
    await work.connection.execute(update(Case).where(Case.id == work.case.id).values(**values))
    await work.connection.execute(insert(History).values(**_history(work, saved)))
    return Done(work.case.id, work.case.number, version, work.row.to, work.recorded_at)


async def _store_clocks(work: Work, saved: _Saved) -> None:
    """Store what `advance` changed: new rows inserted, changed ones updated by code, round and message."""
    regulation_id = work.case_updates.get("regulation_id", work.case.regulation_id)
    if saved.changed:
        rows = [
            dict(zip(_CLOCK_KEY, clock.key, strict=True)) | {**row, "case_key": work.case.id}
            for clock, row in zip(saved.changed, clock_rows(saved.changed, regulation_id, work.rules), strict=True)
        ]
        await work.connection.execute(_CHANGED_CLOCK, rows)
    if saved.started:
        rows = [{"case_id": work.case.id, **row} for row in clock_rows(saved.started, regulation_id, work.rules)]
        await work.connection.execute(insert(ClockRow), rows)


_CLOCK_KEY = ("code_key", "round_key", "message_key")
_CHANGED_CLOCK = update(ClockRow).where(
    ClockRow.case_id == bindparam("case_key"),
    ClockRow.code == bindparam("code_key"),
    ClockRow.round == bindparam("round_key"),
    ClockRow.message.is_not_distinct_from(bindparam("message_key")),
)


def _in_hand_of(leg_uuid: str | None) -> Any:
    return select(Leg.executor_id).where(Leg.uuid == leg_uuid).scalar_subquery()


def _history(work: Work, saved: _Saved) -> dict[str, Any]:
    return history_values(
        previous_hash=work.last.hash,
        seq=work.last.seq + 1,
        case_id=work.case.id,
        deed=work.deed,
        actor=work.place.actor.person,
        on_behalf=work.on_behalf,
        recorded_at=work.recorded_at,
        occurred_at=work.at,
        row=work.row,
        payload=saved.payload,
    )


def step_columns(clocks: tuple[Clock, ...]) -> dict[str, Any]:
    """The columns of a case that queues sort and show by."""
    step = step_clock(clocks)
    return {
        "step_code": step.code if step else "",
        "step_kind": step.kind if step else "",
        "step_by_agreement": step.by_agreement if step else False,
        "step_started_at": step.started_at if step else None,
        "step_due_at": (step.due_at if step else None) or FAR_FUTURE,
        "answer_due_at": earliest_due(clocks, "answer") or FAR_FUTURE,
    }


def judged_by(regulation_id: int, rules: Rules) -> dict[str, Any]:
    """What a clock was computed with, so that its verdict can be judged again."""
    return {"regulation_id": regulation_id, "hours_version": rules.calendar_version}


def history_values(
    *,
    previous_hash: str,
    seq: int,
    case_id: int,
    deed: Deed,
    actor: str,
    on_behalf: str | None,
    recorded_at: datetime,
    occurred_at: datetime,
    row: Transition,
    payload: str,
) -> dict[str, Any]:
    """One history row with its hash over the previous one; `payload` is text already."""
    values: dict[str, Any] = {
        "seq": seq,
        "act_id": deed.act_id,
        "recorded_at": recorded_at,
        "occurred_at": occurred_at,
        "actor": actor,
        "on_behalf": on_behalf,
        "act": str(row.act),
        "variant": str(row.variant),
        "state_from": str(row.state),
        "state_to": str(row.to),
        "payload": payload,
    }
    return {**values, "case_id": case_id, "hash": link_hash(previous_hash, values.values())}


def payload_text(payload: Mapping[str, Any]) -> str:
    """A payload as it is hashed and stored."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def clock_values(clock: Clock) -> dict[str, Any]:
    """A clock as column values."""
    return {
        "code": clock.code,
        "round": clock.round,
        "leg": clock.leg,
        "message": clock.message,
        "kind": str(clock.kind),
        "by_agreement": clock.by_agreement,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "target_at": clock.target_at,
        "pauses": json.dumps([[a.isoformat(), b.isoformat()] for a, b in clock.pauses]),
        "paused_at": clock.paused_at,
        "stopped_at": clock.stopped_at,
        "outcome": str(clock.outcome) if clock.outcome else None,
        "late_seconds": clock.late_seconds,
    }


# ----- what the history keeps, so that everything can be computed again


def facts_payload(facts: Facts, rules: Rules) -> dict[str, Any]:
    """The facts and rule versions the clocks were advanced with."""
    rare: dict[str, Any] = {"placed": _moments(facts.placed)} if facts.placed else {}
    rare |= {"outside": sorted(facts.outside)} if facts.outside else {}
    rare |= {"last": True} if facts.is_last else {}
    return rare | {
        "importance": str(facts.importance),
        "channel": facts.channel,
        "leg": facts.leg,
        "messages": _moments(facts.messages),
        "in_act": facts.source_in_act,
        "bound": facts.agency_bound,
        "agreed": facts.agreed_date.isoformat() if facts.agreed_date else None,
        "regulation": [rules.profile.key, rules.profile.version, rules.profile.revision],
        "hours": rules.calendar_version,
    }


def clocks_payload(before: tuple[Clock, ...], after: tuple[Clock, ...]) -> list[list[Any]]:
    """The clocks an act changed: code, round, message, started, due, stopped, outcome, late seconds."""
    known = set(before)
    return [
        [c.code, c.round, c.message, _iso(c.started_at), _iso(c.due_at), _iso(c.stopped_at), c.outcome, c.late_seconds]
        for c in after
        if c not in known
    ]


def _moments(moments: Mapping[str, datetime]) -> dict[str, str]:
    return {uuid: at.isoformat() for uuid, at in sorted(moments.items())}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
