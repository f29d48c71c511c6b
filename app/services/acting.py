"""The one writer of state: an act checks the rules, writes state, clocks and history in one transaction.

Order within the transaction: lock the case, look whether this act was saved already, compare versions, read the
time, ask the workflow table, let the act's recorder store what it brings, advance the clocks, append the history.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.models import (
    FAR_FUTURE,
    Agency,
    Case,
    ClockRow,
    Draft,
    History,
    Leg,
    Note,
    Person,
    Source,
    new_uuid,
)
from app.models.history import link_hash
from app.regulation import requirements
from app.regulation.clocks import Clock, Facts, Outcome, Rules, advance, earliest_due, step_clock
from app.regulation.errors import Refused
from app.regulation.profile import Importance, LimitKind
from app.regulation.workflow import CLOSED, Act, LegKind, Standing, State, Transition, acts_on_behalf, find, refusal
from app.services.changes import Change
from app.services.messages import read_messages
from app.services.workplace import Workplace

# Acts that may have happened before they were recorded; every other happens when it is saved.
RECORDED_LATER = (Act.PLACE, Act.PUBLISH, Act.ENTER, Act.REPORT_GOVERNOR)


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


@dataclass(frozen=True, slots=True)
class LastLink:
    """The end of a case's chain; where the act asked for is saved already, also when and in which case (its id)."""

    seq: int
    hash: str
    recorded_at: datetime
    done_at: datetime | None
    done_in: int | None


@dataclass(slots=True)
class Work:
    """One act under way: what was read, and what the recorder has decided so far."""

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
    on_behalf: str | None
    case_updates: dict[str, Any] = field(default_factory=dict)
    payload: dict[str, Any] = field(default_factory=dict)


Recorder = Callable[[Work], Awaitable[None]]


async def act(place: Workplace, case_id: int, version: int, deed: Deed, recorder: Recorder | None = None) -> Done:
    """Do `deed` to a case seen at `version`. Raises Refused with the rule's code; nothing is written then."""
    with place.feed.acting(deed.act_id):
        async with place.database.write() as connection:
            case = await locked_case(connection, case_id)
            last = await last_link(connection, case_id, deed.act_id)
            if last.done_at is not None:
                return done_before(case, last.done_at, last.done_in, deed.act_id)
            if case.version != version:
                await refuse_as_changed(connection, case)
            work = await prepare(connection, place, case, last, deed)
            if recorder is not None:
                await recorder(work)
            done = await save(work)
        place.feed.tell(Change(frozenset([case_id]), deed.act_id))
    return done


async def act_together(
    place: Workplace, deeds: Mapping[int, Deed], decide: Callable[[Work], Awaitable[bool]]
) -> list[Done]:
    """Do a deed to each case (by id) in one transaction, all or nothing; at most 500.

    `decide` is the recorder of each; where it answers False that case is left as it is. So is a case whose state
    has no such act any more, and one to which the deed was done already.
    """
    with place.feed.acting(*(deed.act_id for deed in deeds.values())):
        async with place.database.write() as connection:
            saved = await act_within(connection, place, deeds, decide)
        if saved:
            place.feed.tell(Change(frozenset(done.case_id for done in saved), deeds[saved[0].case_id].act_id))
    return saved


async def act_within(
    connection: AsyncConnection, place: Workplace, deeds: Mapping[int, Deed], decide: Callable[[Work], Awaitable[bool]]
) -> list[Done]:
    """The same within the caller's transaction, who tells the feed."""
    saved = []
    for case_id in sorted(deeds):
        deed, case = deeds[case_id], await locked_case(connection, case_id)
        last = await last_link(connection, case_id, deed.act_id)
        if last.done_at is not None or find(State(case.state), deed.act, deed.variant) is None:
            continue
        work = await prepare(connection, place, case, last, deed)
        if await decide(work):
            saved.append(await save(work))
    return saved


async def locked_case(connection: AsyncConnection, case_id: int) -> Any:
    """The row of a case, locked until the transaction ends. Raises Refused("case_unknown")."""
    case = (await connection.execute(select(Case).where(Case.id == case_id).with_for_update())).one_or_none()
    if case is None:
        raise Refused("case_unknown", id=case_id)
    return case


async def last_link(connection: AsyncConnection, case_id: int, act_id: str) -> LastLink:
    """The last history row of a case, and whether this act is in the history of any case."""
    same = aliased(History)
    newest = (
        select(History.seq, History.hash, History.recorded_at, same.recorded_at.label("done_at"), same.case_id)
        .outerjoin(same, same.act_id == act_id)
        .where(History.case_id == case_id)
        .order_by(History.seq.desc())
        .limit(1)
    )
    return LastLink(*(await connection.execute(newest)).one())


def done_before(case: Any, done_at: datetime, done_in: int | None, act_id: str) -> Done:
    """What an act that was saved already brought. Raises Refused("act_id_taken") where that was another case."""
    if done_in != case.id:
        raise Refused("act_id_taken", act_id=act_id)
    return Done(case.id, case.number, case.version, State(case.state), done_at)


async def refuse_as_changed(connection: AsyncConnection, case: Any) -> None:
    """Raise Refused("changed_meanwhile") with who acted last."""
    query = (
        select(History.act, History.recorded_at, Person.name)
        .outerjoin(Person, Person.uuid == History.actor)
        .where(History.case_id == case.id)
        .order_by(History.seq.desc())
    )
    last = (await connection.execute(query.limit(1))).one()
    raise Refused("changed_meanwhile", who=last.name or "", act=last.act, at=last.recorded_at)


async def prepare(connection: AsyncConnection, place: Workplace, case: Any, last: LastLink, deed: Deed) -> Work:
    """An act under way: permitted, timed, with everything its rules need. Raises Refused."""
    await place.refresh(connection, case.regulation_id)
    rules = place.rules(case.regulation_id)
    standing, facts = await read_basis(connection, case, rules.profile.readings.governor_by)
    if refused := refusal(deed.act, deed.variant, standing, place.actor):
        raise Refused(refused.code, **refused.params)
    row = find(standing.state, deed.act, deed.variant)
    assert row is not None, "refusal() lets only rows of the table pass"
    recorded_at = max(await place.database.moment(connection), last.recorded_at)
    behalf = acts_on_behalf(row, standing.agency, place.actor)
    return Work(
        connection=connection,
        place=place,
        deed=deed,
        case=case,
        last=last,
        row=row,
        rules=rules,
        clocks=await read_clocks(connection, case.id),
        facts=facts,
        at=await _occurred(connection, case, deed, behalf, recorded_at),
        recorded_at=recorded_at,
        on_behalf=(deed.on_behalf or standing.agency) if behalf else None,
    )


async def _occurred(
    connection: AsyncConnection, case: Any, deed: Deed, behalf: bool, recorded_at: datetime
) -> datetime:
    """When the act happened: now, or earlier for acts that may be recorded later, in UTC and whole seconds.

    It may lie before acts that left the state alone (a case taken, a mark), never before the one that led here. A
    report to the Governor follows the mark only: the case goes its way meanwhile.
    """
    if deed.occurred_at is None:
        return recorded_at
    if deed.act not in RECORDED_LATER and not behalf:
        raise Refused("happens_when_saved", act=deed.act)
    led_here = select(History.occurred_at).where(
        History.case_id == case.id,
        History.act == Act.MARK_SIGNIFICANT
        if deed.act is Act.REPORT_GOVERNOR
        else History.state_from != History.state_to,
    )
    not_before = (await connection.execute(led_here.order_by(History.seq.desc()).limit(1))).scalar_one()
    if refused := requirements.moment(deed.occurred_at, not_before, recorded_at):
        raise Refused(refused.code, **refused.params)
    return deed.occurred_at.astimezone(UTC).replace(microsecond=0)


async def save(work: Work) -> Done:
    """Advance the clocks by the events of the act and write everything it changed."""
    clocks = advance(work.clocks, work.row.events, work.at, work.facts, work.rules)
    await _save_clocks(work, clocks)
    await _save_note(work)
    version = work.case.version + 1
    closed = work.row.to in CLOSED
    values = {
        **work.case_updates,
        "state": work.row.to,
        "version": version,
        "changed_at": work.recorded_at,
        "closed_at": (work.case.closed_at or work.at) if closed else None,
        **step_columns(clocks),
    }
    await work.connection.execute(update(Case).where(Case.id == work.case.id).values(**values))
    await _append_history(work, clocks)
    return Done(work.case.id, work.case.number, version, work.row.to, work.recorded_at)


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


async def _save_note(work: Work) -> None:
    if work.deed.note.strip():
        salt = new_uuid().replace("-", "")
        note = {"act_id": work.deed.act_id, "case_id": work.case.id, "text": work.deed.note.strip(), "salt": salt}
        await work.connection.execute(insert(Note).values(**note))
        work.payload["note"] = link_hash(salt, [note["text"]])


async def _save_clocks(work: Work, clocks: tuple[Clock, ...]) -> None:
    """Store what `advance` changed: new rows inserted, changed ones updated by code, round and message."""
    before = {clock.key: clock for clock in work.clocks}
    regulation_id = work.case_updates.get("regulation_id", work.case.regulation_id)
    judged = judged_by(regulation_id, work.rules)
    started = [clock for clock in clocks if clock.key not in before]
    changed = [clock for clock in clocks if clock.key in before and clock != before[clock.key]]
    if changed:
        rows = [
            dict(zip(_CLOCK_KEY, clock.key, strict=True))
            | {**clock_values(clock), "case_key": work.case.id, **judged}
            for clock in changed
        ]
        await work.connection.execute(_CHANGED_CLOCK, rows)
    if started:
        rows = [{"case_id": work.case.id, **clock_values(clock), **judged} for clock in started]
        await work.connection.execute(insert(ClockRow), rows)


_CLOCK_KEY = ("code_key", "round_key", "message_key")
_CHANGED_CLOCK = update(ClockRow).where(
    ClockRow.case_id == bindparam("case_key"),
    ClockRow.code == bindparam("code_key"),
    ClockRow.round == bindparam("round_key"),
    ClockRow.message.is_not_distinct_from(bindparam("message_key")),
)


def judged_by(regulation_id: int, rules: Rules) -> dict[str, Any]:
    """What a clock was computed with, so that its verdict can be judged again."""
    return {"regulation_id": regulation_id, "hours_version": rules.calendar_version}


async def _append_history(work: Work, clocks: tuple[Clock, ...]) -> None:
    work.payload |= {"case": work.case.uuid, **facts_payload(work.facts, work.rules)}
    work.payload["clocks"] = clocks_payload(work.clocks, clocks)
    values = history_values(
        previous_hash=work.last.hash,
        seq=work.last.seq + 1,
        case_id=work.case.id,
        deed=work.deed,
        actor=work.place.actor.person,
        on_behalf=work.on_behalf,
        recorded_at=work.recorded_at,
        occurred_at=work.at,
        row=work.row,
        payload=work.payload,
    )
    await work.connection.execute(insert(History).values(**values))


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
    payload: Mapping[str, Any],
) -> dict[str, Any]:
    """One history row with its hash over the previous one."""
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    values = {
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
        "payload": text,
    }
    return {**values, "case_id": case_id, "hash": link_hash(previous_hash, values.values())}


# ----- reading what rules need


# Made once: building a select of so many joins takes longer than SQLite takes to answer it.
_BASIS = (
    select(
        Source.in_act,
        Source.kind.label("channel"),
        Agency.uuid.label("agency"),
        Leg.bound,
        Leg.kind.label("leg_kind"),
        Draft.kind.label("draft_kind"),
        Person.uuid.label("author"),
        Leg.executor_id.is_not(None).label("is_in_hand"),
    )
    .select_from(Case)
    .join(Source, Source.id == Case.source_id)
    .outerjoin(Agency, Agency.id == Case.agency_id)
    .outerjoin(Leg, Leg.uuid == Case.leg_uuid)
    .outerjoin(Draft, Draft.uuid == Case.draft_uuid)
    .outerjoin(Person, Person.id == Draft.author_id)
    .where(Case.id == bindparam("case_key"))
)


async def read_basis(connection: AsyncConnection, case: Any, governor_by: str) -> tuple[Standing, Facts]:
    """What permission and what due times depend on, read from the case as locked; `governor_by` is the reading.

    Of several agreed days the earliest stands, unless the curator shifted it: a second interim answer never does.
    """
    found = (await connection.execute(_BASIS, {"case_key": case.id})).one()
    messages = await read_messages(connection, case.id)
    facts = Facts(
        importance=Importance(case.importance),
        channel=found.channel,
        leg=case.leg_uuid,
        messages=messages.detected,
        source_in_act=messages.in_act if messages.count else found.in_act,
        agency_bound=found.bound is not False,
        agreed_date=case.promised_on,
        outside=messages.outside,
        is_last=found.leg_kind == LegKind.LAST,
    )
    standing = Standing(
        State(case.state), found.agency, found.draft_kind or "", found.author, case.significant,
        is_repeat=case.repeat_of is not None, is_in_hand=bool(found.is_in_hand),
        messages=messages.count, governor_by=governor_by,
    )  # fmt: skip
    return standing, facts


def is_bound(kind: str, binding: str) -> bool:
    """Whether an agency works by the act: by its kind (regional bodies do), or as settled for it [reading]."""
    return binding == "act" or (binding == "by_kind" and kind == "regional")


async def read_clocks(connection: AsyncConnection, case_id: int) -> tuple[Clock, ...]:
    """All clocks of a case in the order they were started."""
    rows = await connection.execute(select(ClockRow).where(ClockRow.case_id == case_id).order_by(ClockRow.id))
    return tuple(clock_of(row) for row in rows)


def clock_of(row: Any) -> Clock:
    """The rule's clock from its stored row."""
    return Clock(
        code=row.code,
        round=row.round,
        started_at=row.started_at,
        kind=LimitKind(row.kind),
        due_at=row.due_at,
        target_at=row.target_at,
        leg=row.leg,
        message=row.message,
        by_agreement=row.by_agreement,
        pauses=tuple((datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in json.loads(row.pauses)),
        paused_at=row.paused_at,
        stopped_at=row.stopped_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        late_seconds=row.late_seconds,
    )


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
    rare = {"placed": _moments(facts.placed)} if facts.placed else {}
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
