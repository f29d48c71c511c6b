"""The report of one day: what came, what was answered, how each clock was kept, what is overdue."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import case, func, or_, select

from app.models import FAR_FUTURE, Agency, Case, ClockRow, History, Location
from app.regulation.clocks import Outcome
from app.regulation.lateness import overdue_seconds
from app.regulation.profile import Importance, LimitKind
from app.regulation.workflow import OPEN, Act, DraftKind, State
from app.services import counting, queries
from app.services.basis import clock_of
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class ClockShare:
    """How one clock was kept: verdicts of the day. `by_agreement` counts those outside the act; they have no share."""

    code: str
    clause: str | None
    met: int
    late: int
    by_agreement: int

    @property
    def share(self) -> float | None:
        """Met of all verdicts, 0…1; None where there was none."""
        return self.met / (self.met + self.late) if self.met + self.late else None


@dataclass(frozen=True, slots=True)
class OverdueCase:
    """An open case past a due time: its step, and by how many seconds as the step's clock counts."""

    number: str
    state: State
    place: str
    agency: str
    excerpt: str
    step: str
    due_at: datetime
    overdue_seconds: int
    by_agreement: bool


@dataclass(frozen=True, slots=True)
class DayReport:
    """One day of a region in its own time; `queues` are as they stood when the report was made;
    `titles` are the regulation's own names of clocks; `repeats` are of the messages detected that day, `merged` the
    cards whose messages moved to another."""

    region: str
    act: str
    zone: str
    titles: dict[str, str]
    day: date
    made_at: datetime
    collected: int
    detected: int
    answered: int
    interim: int
    excluded: int
    repeats: int
    merged: int
    queues: dict[str, int]
    clocks: tuple[ClockShare, ...]
    overdue: tuple[OverdueCase, ...]


async def read_day(place: Workplace, day: date | None = None) -> DayReport:
    """The report of a day (today by default), of what this person may see."""
    rules = place.rules()
    zone, now = rules.agency.zone, place.now()
    day = day or now.astimezone(zone).date()
    begin, end = (datetime.combine(day + timedelta(days=n), time.min, zone).astimezone(UTC) for n in (0, 1))
    acts = await _count_acts(place, begin, end)
    return DayReport(
        region=rules.profile.region,
        act=rules.profile.short_act,
        zone=zone.key,
        titles={rule.code: rule.title for rule in rules.profile.clocks.values() if rule.title},
        day=day,
        made_at=now,
        collected=acts[Act.COLLECT, ""] + acts[Act.ENTER, ""],
        detected=acts[Act.DETECT, ""] + acts[Act.ENTER, ""] + acts[Act.MERGE, State.COLLECTED],
        answered=acts[Act.PUBLISH, DraftKind.ANSWER],
        interim=acts[Act.PUBLISH, DraftKind.INTERIM],
        excluded=sum(count for (act, _), count in acts.items() if act == Act.EXCLUDE),
        repeats=await _count_repeats(place, begin, end),
        merged=sum(count for (act, _), count in acts.items() if act == Act.MERGE),
        queues=(await counting.count_queues(place)).queues,
        clocks=await _clock_shares(place, begin, end),
        overdue=await _overdue(place, now),
    )


async def _count_acts(place: Workplace, begin: datetime, end: datetime) -> Counter[tuple[str, str]]:
    """How often each act of each variant was done; merging by the state it began in: from the stream it detects."""
    variant = case((History.act == Act.MERGE, History.state_from), else_=History.variant)
    query = (
        select(History.act, variant, func.count())
        .join(Case, Case.id == History.case_id)
        .where(History.occurred_at >= begin, History.occurred_at < end, *queries.visible(place))
        .group_by(History.act, variant)
    )
    async with place.database.read() as connection:
        return Counter({(row[0], row[1]): row[2] for row in await connection.execute(query)})


async def _count_repeats(place: Workplace, begin: datetime, end: datetime) -> int:
    query = select(func.count()).select_from(Case).where(Case.repeat_of.is_not(None), *queries.visible(place))
    async with place.database.read() as connection:
        found = await connection.execute(query.where(Case.detected_at >= begin, Case.detected_at < end))
        return found.scalar_one()


async def _clock_shares(place: Workplace, begin: datetime, end: datetime) -> tuple[ClockShare, ...]:
    verdicts = (Outcome.MET, Outcome.LATE)
    query = (
        select(ClockRow.code, ClockRow.by_agreement, ClockRow.outcome, func.count())
        .join(Case, Case.id == ClockRow.case_id)
        .where(ClockRow.stopped_at >= begin, ClockRow.stopped_at < end, ClockRow.outcome.in_(verdicts))
        .where(*queries.visible(place))
        .group_by(ClockRow.code, ClockRow.by_agreement, ClockRow.outcome)
    )
    async with place.database.read() as connection:
        counts = {(row[0], row[1], row[2]): row[3] for row in await connection.execute(query)}
    return tuple(
        ClockShare(
            code=rule.code,
            clause=rule.clause,
            met=counts.get((rule.code, False, Outcome.MET), 0),
            late=counts.get((rule.code, False, Outcome.LATE), 0),
            by_agreement=sum(counts.get((rule.code, True, verdict), 0) for verdict in verdicts),
        )
        for rule in place.rules().profile.clocks.values()
        if rule.kind is not LimitKind.STOPWATCH
    )


async def _overdue(place: Workplace, now: datetime) -> tuple[OverdueCase, ...]:
    """Open cases whose step or answer is past its due time: the most overdue clock of each, longest first."""
    late = or_(Case.step_due_at < now, Case.answer_due_at < now)
    query = (
        select(ClockRow, Case.number, Case.state, Case.place, Case.excerpt)
        .add_columns(Agency.short_name.label("agency"), Location.name.label("location"), Case.importance)
        .join(Case, Case.id == ClockRow.case_id)
        .outerjoin(Agency, Agency.id == Case.agency_id)
        .outerjoin(Location, Location.id == Case.location_id)
        .where(Case.state.in_(OPEN), late, ClockRow.stopped_at.is_(None), ClockRow.due_at < now)
        .where(ClockRow.kind == LimitKind.LIMIT, ClockRow.due_at < FAR_FUTURE, *queries.visible(place))
        .order_by(ClockRow.due_at)
    )
    async with place.database.read() as connection:
        rows = (await connection.execute(query)).all()
    first: dict[str, Any] = {}
    for row in rows:
        first.setdefault(row.number, row)
    return tuple(_overdue_case(place, row, now) for row in first.values())


def _overdue_case(place: Workplace, row: Any, now: datetime) -> OverdueCase:
    clock = clock_of(row)
    assert clock.due_at is not None, "the query asks for clocks with a due time"
    return OverdueCase(
        number=row.number,
        state=State(row.state),
        place=", ".join(part for part in (row.location, row.place) if part),
        agency=row.agency or "",
        excerpt=row.excerpt,
        step=clock.code,
        due_at=clock.due_at,
        overdue_seconds=overdue_seconds(
            place.rules(row.regulation_id), clock.code, Importance(row.importance), clock.due_at, now
        ),
        by_agreement=clock.by_agreement,
    )

