"""Shortcomings in the work with messages (п. 22): those the program finds by the rules, and those curators noted.

Found anew at every reading, from clocks, history and answers: nothing is stored until it goes into a memo.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import (
    Agency,
    Approval,
    Case,
    ClockRow,
    Draft,
    History,
    Leg,
    Location,
    MemoItem,
    Note,
    Person,
    Publication,
    Topic,
)
from app.regulation.calendar_errors import CalendarError
from app.regulation.clocks import Clock, Facts, Outcome, elapsed_seconds
from app.regulation.duties import Duty
from app.regulation.lateness import attribute_lateness
from app.regulation.profile import Importance, LimitKind
from app.regulation.shortcomings import BY_HAND, Rule, ShortcomingRule, is_formal, is_short
from app.regulation.workflow import Act, DraftKind
from app.services.basis import clock_of
from app.services.journal import check_duty
from app.services.workplace import Workplace

# A late return is accepted and marked [ours]; the Governor's clock is no agency's.
_NOT_HELD_AGAINST = ("return", "governor")
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Found:
    """One shortcoming. `key` names it for good. Held against `agency`, or a curator's own step where there is none.

    For a late clock: its code, seconds late as the clock counts, whether it still runs, and for `answer` the step
    that lost it, whose it was and its own seconds (`lost_step` "" where no step overran: the regulation itself).
    """

    key: str
    rule: Rule
    clause: str
    at: datetime
    case_id: int
    number: str
    excerpt: str
    topic_id: int | None = None
    topic: str = ""
    location: str = ""
    agency_id: int | None = None
    agency: str = ""
    clock: str = ""
    late_seconds: int | None = None
    is_running: bool = False
    by_agreement: bool = False
    lost_step: str = ""
    lost_seconds: int = 0
    count: int = 0
    remark: str = ""
    noted_by: str = ""
    memo_id: int | None = None


def day_bounds(zone: ZoneInfo, begin: date, end: date) -> tuple[datetime, datetime]:
    """From the first moment of `begin` to the first after `end`, aware UTC."""
    first = datetime.combine(begin, time.min, zone).astimezone(UTC)
    return first, datetime.combine(end + timedelta(days=1), time.min, zone).astimezone(UTC)


async def find_shortcomings(place: Workplace, begin: date, end: date) -> list[Found]:
    """All that came to light from the day `begin` to `end`, both included, the latest first.

    Raises Refused("role_may_not").
    """
    check_duty(place, Duty.READ_SHORTCOMINGS)
    bounds = day_bounds(place.rules().agency.zone, begin, end)
    async with place.database.read() as connection:
        agencies = await _agencies(connection)
        raw = [
            *await _late(connection, place, bounds),
            *await _repeated(connection, place, bounds, Act.RETURN),
            *await _repeated(connection, place, bounds, Act.REWORK),
            *await _empty(connection, place, bounds),
            *await _noted(connection, place, bounds),
        ]
        memos = dict((await connection.execute(select(MemoItem.key, MemoItem.memo_id))).all())
        subjects = await _subjects(connection, {found.case_id for found in raw})
    return await asyncio.to_thread(_dressed, raw, subjects, agencies, memos)


def _dressed(
    raw: Iterable[Found], subjects: Mapping[int, Any], agencies: Mapping[int, str], memos: Mapping[str, int]
) -> list[Found]:
    dressed = []
    for found in raw:
        case = subjects[found.case_id]
        dressed.append(
            replace(
                found,
                number=case.number,
                excerpt=case.excerpt,
                topic_id=case.topic_id,
                topic=case.topic or "",
                location=", ".join(part for part in (case.location, case.place) if part),
                agency=agencies.get(found.agency_id or 0, ""),
                memo_id=memos.get(found.key),
            )
        )
    return sorted(dressed, key=lambda found: (found.at, found.key), reverse=True)


async def _agencies(connection: AsyncConnection) -> dict[int, str]:
    return dict((await connection.execute(select(Agency.id, Agency.short_name))).all())


async def _subjects(connection: AsyncConnection, case_ids: Iterable[int]) -> dict[int, Any]:
    query = (
        select(Case.id, Case.number, Case.excerpt, Case.topic_id, Case.place)
        .add_columns(Topic.name.label("topic"), Location.name.label("location"))
        .outerjoin(Topic, Topic.id == Case.topic_id)
        .outerjoin(Location, Location.id == Case.location_id)
    )
    return {row.id: row for row in await rows_of(connection, query, Case.id, case_ids)}


async def rows_of(
    connection: AsyncConnection, query: "Select[*tuple[Any, ...]]", column: Any, ids: Iterable[Any]
) -> list[Any]:
    """Rows for many ids: a statement takes only so many parameters."""
    wanted, rows = sorted(ids), list[Any]()
    for start in range(0, len(wanted), _CHUNK):
        rows += (await connection.execute(query.where(column.in_(wanted[start : start + _CHUNK])))).all()
    return rows


# ----- clocks (п. 7–16)


async def _late(connection: AsyncConnection, place: Workplace, bounds: tuple[datetime, datetime]) -> list[Found]:
    """Clocks that stopped late in the period, and those that ran out in it and still run."""
    begin, end = bounds
    stopped = and_(ClockRow.outcome == Outcome.LATE, ClockRow.stopped_at >= begin, ClockRow.stopped_at < end)
    running = and_(
        ClockRow.stopped_at.is_(None), ClockRow.paused_at.is_(None), ClockRow.kind == LimitKind.LIMIT,
        ClockRow.due_at >= begin, ClockRow.due_at < min(end, place.now()),
    )  # fmt: skip
    query = select(ClockRow.case_id).where(or_(stopped, running), ClockRow.code.not_in(_NOT_HELD_AGAINST)).distinct()
    case_ids = set((await connection.execute(query)).scalars())
    if not case_ids:
        return []
    clocks = await rows_of(connection, select(ClockRow).order_by(ClockRow.id), ClockRow.case_id, case_ids)
    cases = await rows_of(
        connection, select(Case.id, Case.uuid, Case.agency_id, Case.importance), Case.id, case_ids
    )
    legs = await rows_of(connection, select(Leg).order_by(Leg.position), Leg.case_id, case_ids)
    return await asyncio.to_thread(_late_of_cases, place, clocks, cases, legs, bounds)


def _late_of_cases(
    place: Workplace, rows: Sequence[Any], cases: Sequence[Any], legs: Sequence[Any], bounds: tuple[datetime, datetime]
) -> list[Found]:
    mine: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        mine[row.case_id].append(row)
    agency_of_leg = {leg.uuid: leg.agency_id for leg in legs}
    last_agency = {leg.case_id: leg.agency_id for leg in legs if leg.received_at is not None}
    found: list[Found] = []
    for case in cases:
        own = case.agency_id or last_agency.get(case.id)
        found += _late_of_case(place, case, mine[case.id], own, agency_of_leg, bounds)
    return found


def _late_of_case(
    place: Workplace,
    case: Any,
    rows: Sequence[Any],
    own: int | None,
    agency_of_leg: Mapping[str, int],
    bounds: tuple[datetime, datetime],
) -> Iterator[Found]:
    now, rows_late = place.now(), []
    for row in rows:
        clock = _judged(place, row, Facts(importance=Importance(case.importance)), now)
        rows_late.append((row, clock))
    blame = attribute_lateness(clock for _, clock in rows_late)
    for row, clock in rows_late:
        at = row.stopped_at or row.due_at
        if clock.outcome is not Outcome.LATE or clock.code in _NOT_HELD_AGAINST or not bounds[0] <= at < bounds[1]:
            continue
        rule = place.rules(row.regulation_id).profile.clocks[clock.code]
        leg = blame.leg if clock.code == "answer" and blame.code else clock.leg
        agency = agency_of_leg.get(leg or "", own)
        yield Found(
            key=f"late:{case.uuid}:{clock.code}:{clock.round}:{clock.message or ''}",
            rule=Rule.LATE,
            clause=rule.clause or "",
            at=at,
            case_id=case.id,
            number="",
            excerpt="",
            agency_id=None if _is_curators(place, row.regulation_id, clock.code, blame.code) else agency,
            clock=clock.code,
            late_seconds=clock.late_seconds,
            is_running=row.stopped_at is None,
            by_agreement=clock.by_agreement,
            lost_step=(blame.code or "") if clock.code == "answer" else "",
            lost_seconds=blame.late_seconds if clock.code == "answer" else 0,
        )


def _is_curators(place: Workplace, regulation_id: int, code: str, blamed: str | None) -> bool:
    """Whether the step that was late, or that lost the answer, is a curator's own."""
    step = blamed if code == "answer" else code
    rule = place.rules(regulation_id).profile.clocks.get(step or "")
    return rule is not None and rule.who == "curator"


def _judged(place: Workplace, row: Any, facts: Facts, now: datetime) -> Clock:
    """The clock as it was judged; one that is past its due time and still runs, as if it stopped now."""
    clock = clock_of(row)
    is_overdue = clock.is_open and clock.paused_at is None and clock.kind is LimitKind.LIMIT
    if not is_overdue or clock.due_at is None or clock.due_at >= now:
        return clock
    rules = place.rules(row.regulation_id)
    try:
        late = elapsed_seconds(rules, rules.profile.clocks[clock.code], facts, clock.due_at, now)
    except CalendarError:
        late = None
    return replace(clock, outcome=Outcome.LATE, late_seconds=late)


# ----- returns and rework (п. 8, 12)


async def _repeated(
    connection: AsyncConnection, place: Workplace, bounds: tuple[datetime, datetime], act: Act
) -> list[Found]:
    """Cases returned, or sent to rework, as often as the threshold says; dated by the last time."""
    code, column = (Rule.RETURNED, Case.returns) if act is Act.RETURN else (Rule.REWORKED, Case.reworks)
    last = func.max(History.occurred_at).label("last")
    query = (
        select(Case.id, Case.uuid, Case.regulation_id, column.label("times"), last)
        .join(History, and_(History.case_id == Case.id, History.act == act))
        .where(column >= 1)
        .group_by(Case.id, Case.uuid, Case.regulation_id, column)
        .having(last >= bounds[0], last < bounds[1])
    )
    rows = [row for row in await connection.execute(query) if _reached(place, row.regulation_id, code, row.times)]
    state = "returned" if act is Act.RETURN else None
    agencies = await _last_agencies(connection, {row.id for row in rows}, state)
    found = []
    for row in rows:
        rule = _rule(place, row.regulation_id, code)
        assert rule is not None, "rows without their rule were left out"
        found.append(
            Found(
                key=f"{code}:{row.uuid}", rule=code, clause=rule.clause or "", at=row.last, case_id=row.id,
                number="", excerpt="", agency_id=agencies.get(row.id), count=row.times,
            )
        )  # fmt: skip
    return found


def _rule(place: Workplace, regulation_id: int, code: Rule) -> ShortcomingRule | None:
    return place.rules(regulation_id).profile.shortcomings.get(code)


def _reached(place: Workplace, regulation_id: int, code: Rule, times: int) -> bool:
    rule = _rule(place, regulation_id, code)
    return rule is not None and times >= rule.threshold


async def _last_agencies(
    connection: AsyncConnection, case_ids: Iterable[int], state: str | None = None
) -> dict[int, int]:
    """The agency that had (or returned) each case last."""
    query = select(Leg.case_id, Leg.agency_id).where(Leg.received_at.is_not(None)).order_by(Leg.position)
    if state is not None:
        query = query.where(Leg.state == state)
    return {row.case_id: row.agency_id for row in await rows_of(connection, query, Leg.case_id, case_ids)}


# ----- answers that say nothing (п. 19)


async def _empty(connection: AsyncConnection, place: Workplace, bounds: tuple[datetime, datetime]) -> list[Found]:
    query = (
        select(Publication.draft_uuid, func.min(Publication.published_at).label("at"))
        .where(Publication.published_at >= bounds[0], Publication.published_at < bounds[1])
        .group_by(Publication.draft_uuid)
        .subquery()
    )
    texts = (
        select(query.c.draft_uuid, query.c.at, Draft.case_id, Case.regulation_id, Leg.agency_id)
        .add_columns(Approval.approved_text.label("text"))
        .join(Draft, Draft.uuid == query.c.draft_uuid)
        .join(Approval, Approval.draft_uuid == Draft.uuid)
        .join(Case, Case.id == Draft.case_id)
        .outerjoin(Leg, Leg.uuid == Draft.leg_uuid)
        .where(Draft.kind == DraftKind.ANSWER)
    )
    rows = (await connection.execute(texts)).all()
    return await asyncio.to_thread(lambda: [found for row in rows if (found := _empty_answer(place, row))])


def _empty_answer(place: Workplace, row: Any) -> Found | None:
    """An answer is formal or too short, not both: what it says to the citizen weighs more than its length."""
    tests = ((Rule.FORMAL, is_formal), (Rule.SHORT, is_short))
    for code, is_so in tests:
        rule = _rule(place, row.regulation_id, code)
        if rule is not None and is_so(row.text, rule.threshold):
            return Found(
                key=f"{code}:{row.draft_uuid}", rule=code, clause=rule.clause or "", at=row.at, case_id=row.case_id,
                number="", excerpt="", agency_id=row.agency_id, remark=row.text,
            )  # fmt: skip
    return None


# ----- noted by curators


async def _noted(connection: AsyncConnection, place: Workplace, bounds: tuple[datetime, datetime]) -> list[Found]:
    query = (
        select(History.act_id, History.variant, History.occurred_at, History.case_id, History.payload)
        .add_columns(Note.text, Person.name, Case.regulation_id)
        .join(Case, Case.id == History.case_id)
        .outerjoin(Note, Note.act_id == History.act_id)
        .outerjoin(Person, Person.uuid == History.actor)
        .where(History.act == Act.NOTE_SHORTCOMING)
        .where(History.occurred_at >= bounds[0], History.occurred_at < bounds[1])
    )
    rows = (await connection.execute(query)).all()
    ids = dict((await connection.execute(select(Agency.uuid, Agency.id))).all()) if rows else {}
    return [_noted_one(place, row, ids) for row in rows]


def _noted_one(place: Workplace, row: Any, ids: Mapping[str, int]) -> Found:
    code = Rule(row.variant)
    assert code in BY_HAND, "the workflow table has no other variants"
    rule = _rule(place, row.regulation_id, code)
    return Found(
        key=f"noted:{row.act_id}", rule=code, clause=(rule.clause if rule else None) or "", at=row.occurred_at,
        case_id=row.case_id, number="", excerpt="", agency_id=ids.get(json.loads(row.payload).get("agency") or ""),
        remark=row.text or "", noted_by=row.name or "",
    )  # fmt: skip
