"""How many cases wait where: the counts of the navigation, and when time alone changes them."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select

from app.models import FAR_FUTURE, Agency, Case
from app.models.base import UtcDateTime
from app.regulation.duties import Duty, duty_refusal
from app.regulation.workflow import CLOSED, State
from app.services.attention import attention, attention_values, has_attention
from app.services.queries import QUEUE_STATES, soon, visible
from app.services.roster import duty_moments, is_left
from app.services.views import QueueCounts
from app.services.workplace import Archive, Workplace

# A server would read a million rows for every change that fifty desks hear of.
LARGE_ARCHIVE, ARCHIVE_SECONDS = 20_000, 60.0
Rows = Sequence[Mapping[str, Any]]


async def count_queues(place: Workplace) -> QueueCounts:
    """Counts for the navigation: one pass over open cases, closed ones by index."""
    parts, pages = await _ask(place) or await _read(place)
    by_state = Counter(await _count_closed(place))
    for part in parts:
        by_state[part["state"]] += part["cases"]
    opened = [part for part in parts if part["state"] != State.COLLECTED]
    queues = {queue: sum(by_state[state] for state in states) for queue, states in QUEUE_STATES.items()}
    queues["overdue"] = sum(part["overdue"] for part in opened)
    if duty_refusal(Duty.SEE_SHIFTS, place.actor) is None:
        pages = {**pages, "shifts": sum(part["left_behind"] for part in opened)}
    return QueueCounts(
        queues, _of_agencies(opened), sum(part["soon"] for part in opened), _next_change(opened, soon(place)),
        pages, soon(place) // timedelta(minutes=1),
    )  # fmt: skip


async def _ask(place: Workplace) -> tuple[Rows, Mapping[str, int]] | None:
    """What is open and what waits on pages, by two questions on the listening connection; None where there is none."""
    parts = await place.ask("counts", _values(place), partial(_open_parts, place))
    if parts is None or not has_attention(place):
        return None if parts is None else (parts, {})
    pages = await place.ask("attention", attention_values(place), partial(attention, place))
    return None if pages is None else (parts, dict(pages[0].items()))


async def _read(place: Workplace) -> tuple[Rows, Mapping[str, int]]:
    """The same by the pool."""
    async with place.database.read() as connection:
        found = await connection.execute(_open_parts(place), _values(place))
        parts = [dict(part._mapping) for part in found]
        if not has_attention(place):
            return parts, {}
        pages = await connection.execute(attention(place), attention_values(place))
        return parts, dict(pages.one()._mapping)


def _values(place: Workplace) -> dict[str, Any]:
    return {**duty_moments(place), "warned": place.now() + soon(place)}


def _open_parts(place: Workplace) -> "Select[*tuple[Any, ...]]":
    """Of what is open, by agency and state: how many, how many late, and when time alone changes these numbers.

    It reads one index alone (`ix_case_open`), in its order.
    """
    now, warned = (bindparam(name, type_=UtcDateTime()) for name in ("now", "warned"))
    late, count = Case.step_due_at < now, func.count()
    parts = (
        select(
            Case.agency_id,
            Case.state,
            count.label("cases"),
            count.filter(late).label("late"),
            count.filter(or_(late, Case.answer_due_at < now)).label("overdue"),
            count.filter(Case.step_due_at.between(now, warned)).label("soon"),
            count.filter(is_left(place)).label("left_behind"),
            func.min(Case.step_due_at).filter(Case.step_due_at >= now).label("late_next"),
            func.min(Case.step_due_at).filter(Case.step_due_at >= warned).label("soon_next"),
            func.min(Case.answer_due_at).filter(Case.answer_due_at >= now).label("answer_next"),
        )
        .where(Case.closed_at.is_(None), *visible(place))
        .group_by(Case.agency_id, Case.state)
        .subquery()
    )
    return select(parts, Agency.short_name.label("agency")).outerjoin(Agency, Agency.id == parts.c.agency_id)


async def _count_closed(place: Workplace) -> Mapping[str, int]:
    """How many closed cases there are in each state; many are counted anew once a minute."""
    kept = place.archive
    if kept is not None and time.monotonic() - kept.counted_at < ARCHIVE_SECONDS:
        return kept.by_state
    asked = await place.ask("closed", {}, partial(_closed, place))
    if asked is None:
        async with place.database.read() as connection:
            asked = (await connection.execute(_closed(place))).all()
    closed = dict(asked)
    place.archive = Archive(time.monotonic(), closed) if sum(closed.values()) > LARGE_ARCHIVE else None
    return closed


def _closed(place: Workplace) -> "Select[*tuple[Any, ...]]":
    return select(Case.state, func.count()).where(Case.state.in_(CLOSED), *visible(place)).group_by(Case.state)


def _next_change(opened: Rows, warning: timedelta) -> datetime | None:
    """When the next case becomes overdue or soon due, if no act comes before."""
    leads = (("late_next", timedelta()), ("soon_next", warning), ("answer_next", timedelta()))
    due = [(part[name], lead) for part in opened for name, lead in leads]
    moments = [at - lead for at, lead in due if at is not None and at != FAR_FUTURE]
    # A count changes when the second of a due time is over.
    return min(moments) + timedelta(seconds=1) if moments else None


def _of_agencies(opened: Rows) -> tuple[tuple[int, str, int, int], ...]:
    counts: dict[tuple[int, str], tuple[int, int]] = {}
    for part in opened:
        if part["agency_id"] is not None:
            key = part["agency_id"], part["agency"]
            cases, late = counts.get(key, (0, 0))
            counts[key] = cases + part["cases"], late + part["late"]
    found = [(*key, cases, late) for key, (cases, late) in counts.items()]
    return tuple(sorted(found, key=lambda one: (-one[2], one[1])))
