"""How many cases wait where: the counts of the navigation, and when time alone changes them."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import FAR_FUTURE, Agency, Case
from app.regulation.workflow import CLOSED, OPEN, State
from app.services.attention import count_attention
from app.services.queries import QUEUE_STATES, soon, visible
from app.services.views import QueueCounts
from app.services.workplace import Archive, Workplace

# A server would read a million rows for every change that fifty desks hear of.
LARGE_ARCHIVE, ARCHIVE_SECONDS = 20_000, 60.0


async def count_queues(place: Workplace) -> QueueCounts:
    """Counts for the navigation: one pass over open cases, closed ones by index."""
    now = place.now()
    async with place.database.read() as connection:
        parts = (await connection.execute(_open_parts(place, now))).all()
        closed = await _count_closed(connection, place)
        names = dict((await connection.execute(select(Agency.id, Agency.short_name))).all())
        pages = await count_attention(place, connection)
    opened = [part for part in parts if part.state != State.COLLECTED]
    by_state = Counter(closed)
    for part in parts:
        by_state[part.state] += part.cases
    queues = {queue: sum(by_state[state] for state in states) for queue, states in QUEUE_STATES.items()}
    queues["overdue"] = sum(part.overdue for part in opened)
    return QueueCounts(
        queues, _of_agencies(opened, names), sum(part.soon for part in opened), _next_change(opened, soon(place)),
        pages, soon(place) // timedelta(minutes=1),
    )  # fmt: skip


def _open_parts(place: Workplace, now: datetime) -> "Select[*tuple[Any, ...]]":
    """Of what is open, by state and agency: how many, how many late, and when time alone changes these numbers."""
    warned = now + soon(place)
    late, count = Case.step_due_at < now, func.count()
    return (
        select(
            Case.state,
            Case.agency_id,
            count.label("cases"),
            count.filter(late).label("late"),
            count.filter(or_(late, Case.answer_due_at < now)).label("overdue"),
            count.filter(Case.step_due_at.between(now, warned)).label("soon"),
            func.min(Case.step_due_at).filter(Case.step_due_at >= now).label("late_next"),
            func.min(Case.step_due_at).filter(Case.step_due_at >= warned).label("soon_next"),
            func.min(Case.answer_due_at).filter(Case.answer_due_at >= now).label("answer_next"),
        )
        .where(Case.state.in_((State.COLLECTED, *OPEN)), *visible(place))
        .group_by(Case.state, Case.agency_id)
    )


async def _count_closed(connection: AsyncConnection, place: Workplace) -> Mapping[str, int]:
    """How many closed cases there are in each state; many are counted anew once a minute."""
    kept = place.archive
    if kept is not None and time.monotonic() - kept.counted_at < ARCHIVE_SECONDS:
        return kept.by_state
    statement = select(Case.state, func.count()).where(Case.state.in_(CLOSED), *visible(place)).group_by(Case.state)
    closed = dict((await connection.execute(statement)).all())
    place.archive = Archive(time.monotonic(), closed) if sum(closed.values()) > LARGE_ARCHIVE else None
    return closed


def _next_change(opened: Sequence[Any], warning: timedelta) -> datetime | None:
    """When the next case becomes overdue or soon due, if no act comes before."""
    leads = (("late_next", timedelta()), ("soon_next", warning), ("answer_next", timedelta()))
    due = [(getattr(part, name), lead) for part in opened for name, lead in leads]
    moments = [at - lead for at, lead in due if at is not None and at != FAR_FUTURE]
    # A count changes when the second of a due time is over.
    return min(moments) + timedelta(seconds=1) if moments else None


def _of_agencies(opened: Sequence[Any], names: Mapping[int, str]) -> tuple[tuple[int, str, int, int], ...]:
    counts: dict[int, tuple[int, int]] = {}
    for part in opened:
        if part.agency_id in names:
            cases, late = counts.get(part.agency_id, (0, 0))
            counts[part.agency_id] = cases + part.cases, late + part.late
    found = [(key, names[key], cases, late) for key, (cases, late) in counts.items()]
    return tuple(sorted(found, key=lambda one: (-one[2], one[1])))
