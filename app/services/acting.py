"""The one writer of state: an act checks the rules, writes state, clocks and history in one transaction.

Order within the transaction: lock the case and take the time, look whether this act was saved already, compare
versions, ask the workflow table, let the act's recorder say what it brings, advance the clocks, store it all with the
history: by Python on SQLite, by the database's own function on PostgreSQL (`writing`).
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import ClockRow, History, Person
from app.regulation import requirements
from app.regulation.clocks import Clock, Facts
from app.regulation.errors import Refused
from app.regulation.permission import Standing, acts_on_behalf, refusal
from app.regulation.profile import Importance
from app.regulation.workflow import RECORDED_LATER, Act, LegKind, State, find
from app.services.basis import Basis, Begun, begin, clock_of
from app.services.changes import Change
from app.services.messages import OnCard
from app.services.saving import Deed, Done, Work, save, save_all
from app.services.workplace import Workplace

Recorder = Callable[[Work], Awaitable[None]]


async def act(place: Workplace, case_id: int, version: int, deed: Deed, recorder: Recorder | None = None) -> Done:
    """Do `deed` to a case seen at `version`. Raises Refused with the rule's code; nothing is written then."""
    with place.feed.acting(deed.act_id):
        async with place.database.write(asks=False) as connection:
            begun = await begin(connection, place, {case_id: deed.act_id})
            basis = begun.basis(place, case_id)
            if basis.last.done_at is not None:
                return done_before(basis, deed.act_id)
            if basis.case.version != version:
                await refuse_as_changed(connection, basis.case)
            work = await prepare(connection, place, basis, deed, begun)
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
        async with place.database.write(asks=False) as connection:
            saved = await act_within(connection, place, deeds, decide)
        if saved:
            place.feed.tell(Change(frozenset(done.case_id for done in saved), deeds[saved[0].case_id].act_id))
    return saved


async def act_within(
    connection: AsyncConnection, place: Workplace, deeds: Mapping[int, Deed], decide: Callable[[Work], Awaitable[bool]]
) -> list[Done]:
    """The same within the caller's transaction, who tells the feed."""
    works = []
    begun = await begin(connection, place, {case_id: deed.act_id for case_id, deed in deeds.items()})
    for case_id in sorted(deeds):
        deed, basis = deeds[case_id], begun.basis(place, case_id)
        if basis.last.done_at is not None or find(State(basis.case.state), deed.act, deed.variant) is None:
            continue
        work = await prepare(connection, place, basis, deed, begun)
        if await decide(work):
            works.append(work)
    return await save_all(works)


def done_before(basis: Basis, act_id: str) -> Done:
    """What an act that was saved already brought. Raises Refused("act_id_taken") where that was another case."""
    case, last = basis.case, basis.last
    if last.done_in != case.id:
        raise Refused("act_id_taken", act_id=act_id)
    assert last.done_at is not None, "it was saved"
    return Done(case.id, case.number, case.version, State(case.state), last.done_at, is_repeated=True)


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


async def prepare(connection: AsyncConnection, place: Workplace, basis: Basis, deed: Deed, begun: Begun) -> Work:
    """An act under way: permitted, timed, with everything its rules need. Raises Refused."""
    case, last = basis.case, basis.last
    await place.refresh(connection, case.regulation_id, begun.stored)
    rules = place.rules(case.regulation_id)
    standing, facts = standing_of(case, case, basis.messages, rules.profile.readings.governor_by)
    if refused := refusal(deed.act, deed.variant, standing, place.actor):
        raise Refused(refused.code, **refused.params)
    row = find(standing.state, deed.act, deed.variant)
    assert row is not None, "refusal() lets only rows of the table pass"
    recorded_at = max(begun.at, last.recorded_at)
    behalf = acts_on_behalf(row, standing.agency, place.actor)
    return Work(
        connection=connection,
        place=place,
        deed=deed,
        case=case,
        last=last,
        row=row,
        rules=rules,
        clocks=basis.clocks,
        facts=facts,
        at=await _occurred(connection, case, deed, behalf, recorded_at),
        recorded_at=recorded_at,
        begun=begun,
        on_behalf=(deed.on_behalf or standing.agency) if behalf else None,
        basis=basis,
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


# ----- reading what rules need


def standing_of(case: Any, found: Any, messages: OnCard, governor_by: str) -> tuple[Standing, Facts]:
    """What permission and what due times depend on, of a case that was read with the columns of AROUND (`found`);
    `governor_by` is the reading.

    Of several agreed days the earliest stands, unless the curator shifted it: a second interim answer never does.
    """
    facts = Facts(
        importance=Importance(case.importance),
        channel=found.channel,
        leg=case.leg_uuid,
        messages=messages.detected,
        source_in_act=messages.in_act if messages.count else found.source_in_act,
        agency_bound=found.leg_bound is not False,
        agreed_date=case.promised_on,
        outside=messages.outside,
        is_last=found.leg_kind == LegKind.LAST,
    )
    standing = Standing(
        State(case.state), found.agency_uuid, found.draft_kind or "", found.draft_author, case.significant,
        is_repeat=case.repeat_of is not None, is_in_hand=case.executor_id is not None,
        messages=messages.count, governor_by=governor_by,
    )  # fmt: skip
    return standing, facts


def is_bound(kind: str, binding: str) -> bool:
    """Whether an agency works by the act: by its kind (regional bodies do), or as settled for it [reading]."""
    return binding == "act" or (binding == "by_kind" and kind == "regional")


async def read_clocks_of(connection: AsyncConnection, case_ids: Collection[int]) -> dict[int, list[Clock]]:
    """All clocks of several cases, by case, each case's in the order they were started; none for a case without."""
    clocks: dict[int, list[Clock]] = {}
    rows = select(ClockRow).where(ClockRow.case_id.in_(case_ids)).order_by(ClockRow.id)
    for row in await connection.execute(rows):
        clocks.setdefault(row.case_id, []).append(clock_of(row))
    return clocks
