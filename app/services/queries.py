"""Reading queues: by least time left, a page at a time. Rows come out frozen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    any_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import (
    FAR_FUTURE,
    Agency,
    Case,
    History,
    Note,
    Person,
)
from app.models.base import UtcDateTime
from app.models.queue_row import ROWS, asked_rows, turn_of
from app.regulation.workflow import EXITS, OPEN, Act, State
from app.services import search
from app.services.folding import excerpt, without_greeting
from app.services.narrowing import NOTHING, Occurrences, conditions_of, read_occurring
from app.services.promises import read_promised
from app.services.queue_rows import in_hand_of, queue_row
from app.services.roster import duty_moments
from app.services.selection import Selection
from app.services.sorting import Sorting, joined, ordered
from app.services.views import QueueRow
from app.services.workplace import SEE_ALL, Workplace

# More than a 4K screen shows of rows with countdowns; the page after the one a queue opens with comes right behind it.
PAGE = 50
# So far down a list is read again, or a row looked for.
FAR = 8 * PAGE
SOON_MINUTES = 15
SOON_KEY = "soon_minutes"

# Queues whose rows say more than those of others.
INTERIM, EXCLUDED = "interim", "excluded"
# A queue's code and its states; "overdue" and agencies' queues are told apart by due time and agency.
QUEUE_STATES: dict[str, tuple[State, ...]] = {
    "stream": (State.COLLECTED,),
    "inbox": (State.INBOX,),
    "executors": (State.DRAFTING, State.INFORMING),
    "returned": (State.RETURNED, State.PASSING_ON),
    "approval": (State.APPROVAL,),
    "rework": (State.REWORK, State.CORRECTING),
    "to_publish": (State.TO_PUBLISH,),
    INTERIM: (State.INTERIM,),
    "awaiting_author": (State.AWAITING_AUTHOR,),
    "overdue": OPEN,
    "finished": (State.ANSWERED, State.NO_REPLY, State.MERGED),
    EXCLUDED: EXITS,
    **{str(state): (state,) for state in EXITS},
}
# Exits are three different things (п. 20; п. 7; п. 1): parts of one place, each a list of its own.
PARTS: dict[str, tuple[str, ...]] = {EXCLUDED: tuple(str(state) for state in EXITS)}
PART_OF = {part: whole for whole, parts in PARTS.items() for part in parts}
# Queues that show the newest first instead of the least time left.
NEWEST_FIRST = ("stream", "finished", EXCLUDED, *PARTS[EXCLUDED])
# Not a place of work but where a search looks that found nothing in its own queue.
EVERYWHERE = "everywhere"
# Open cases whose step is soon over.
RUNNING_OUT = "soon"
EXECUTOR_QUEUES = ("executors", "rework", "to_publish", "interim", "awaiting_author", "approval", "overdue", "finished")


def soon(place: Workplace) -> timedelta:
    """How long before its due time a step is soon over, as the region settled it."""
    return timedelta(minutes=int(place.database.meta.get(SOON_KEY, SOON_MINUTES)))


def visible(place: Workplace, of: Any = Case) -> list[ColumnElement[bool]]:
    """What this person may see: executors only their own agencies' cases, everyone else at the desk all."""
    if place.actor.roles & SEE_ALL:
        return []
    agencies = place.actor.agencies
    mine = select(Agency.id).where(Agency.uuid.in_(agencies))
    # Of one agency a page of the archive is read in the order of an index.
    return [of.agency_id == mine.scalar_subquery() if len(agencies) == 1 else of.agency_id.in_(mine)]


def visible_queues(place: Workplace) -> tuple[str, ...]:
    """The queues this person's work is in, in the desk's order."""
    if place.actor.roles & SEE_ALL:
        return tuple(queue for queue in QUEUE_STATES if queue not in PART_OF)
    return tuple(queue for queue in QUEUE_STATES if queue in EXECUTOR_QUEUES)


def _in_queue(place: Workplace, queue: str) -> list[ColumnElement[bool]]:
    now = place.now()
    return _of_queue(queue, now, now + soon(place))


def _of_queue(queue: str, now: Any, soon_at: Any, of: Any = Case) -> list[ColumnElement[bool]]:
    """What makes a case one of the queue; `of` is whatever has a case's columns."""
    if queue.startswith("agency:"):
        return [of.agency_id == int(queue.removeprefix("agency:")), of.state.in_(_named(OPEN))]
    if queue == EVERYWHERE:
        return []
    if queue == RUNNING_OUT:
        return [of.state.in_(_named(OPEN)), of.step_due_at.between(now, soon_at)]
    conditions: list[ColumnElement[bool]] = [of.state.in_(_named(QUEUE_STATES[queue]))]
    if queue in NEWEST_FIRST and queue != "stream":
        # A server puts open cases before the newest closed one; saying that they are none of these, it skips them.
        conditions.append(of.closed_at.is_not(None))
    if queue == "overdue":
        conditions.append(or_(of.step_due_at < now, of.answer_due_at < now))
    return conditions


def _named(states: Iterable[State]) -> Any:
    """States that stand in the statement itself: of a parameter a server does not know how many cases there are."""
    return bindparam(None, [str(state) for state in states], expanding=True, literal_execute=True)


def _with_signs(place: Workplace, query: str) -> list[ColumnElement[bool]]:
    """What has signs stands in the case's folded text as it is typed."""
    position = func.instr if place.database.is_sqlite else func.strpos  # LIKE would fold anew what is folded
    return [position(Case.folded, part) > 0 for part in search.signs_of(query)]


def _asked(place: Workplace) -> dict[str, Any]:
    """What `ROWS` is asked with."""
    return {"me": None if place.actor.roles & SEE_ALL else place.person.id, **duty_moments(place)}


async def list_cases(place: Workplace, *conditions: ColumnElement[bool], limit: int = PAGE) -> list[QueueRow]:
    """Cases by any conditions, least time left first."""
    statement = ROWS.where(*conditions, *visible(place)).order_by(Case.step_due_at, Case.id).limit(limit)
    async with place.database.read() as connection:
        rows = [queue_row(row) for row in await connection.execute(statement, _asked(place))]
        await place.know(connection, [row.regulation_id for row in rows])
        return rows


async def list_queue(
    place: Workplace, chosen: Selection, after: QueueRow | None = None, limit: int = PAGE
) -> list[QueueRow]:
    """A page of a queue, least time left first (or newest first), after the last row of the page before.

    Another order is for queues that have one (`can_be_sorted`): of what a search finds, the first `search.MOST` are
    put in it.
    """
    queue = chosen.queue
    if chosen.sorting is not None:
        return await _sorted_page(place, chosen, chosen.sorting, after, limit)
    if search.pieces_of(chosen.query):
        return await _find(place, _where(place, chosen, after), chosen, limit)
    if _is_plain(chosen):
        asked = await _asked_page(place, queue, after, limit)
        if asked is not None:
            return asked
    order, beyond = _order(place, queue, after)
    # The ids are found by the index alone; only a page's own rows are joined (13 ms became 2 of 10,000 cases).
    page = select(Case.id).where(*_selected(place, chosen), *beyond).order_by(*order).limit(limit)
    async with place.database.read() as connection:
        return await _read(connection, place, queue, ROWS.where(_is_of(place, page)).order_by(*order))


def can_be_sorted(queue: str) -> bool:
    """Whether a queue can stand in another order than its own: closed cases are too many to be put in order."""
    return queue != EVERYWHERE and (queue == "stream" or queue not in NEWEST_FIRST)


def _is_plain(chosen: Selection) -> bool:
    """Whether it is a queue as it is, whose rows say no more than those of others."""
    return not (chosen.query or chosen.only or _has_more_of_its_own(chosen.queue))


def _selected(place: Workplace, chosen: Selection) -> list[ColumnElement[bool]]:
    """What a case must be to be of it, the words of a search aside."""
    signs, only = _with_signs(place, chosen.query), conditions_of(chosen.only)
    return [*_in_queue(place, chosen.queue), *visible(place), *signs, *only]


async def _sorted_page(
    place: Workplace, chosen: Selection, sorting: Sorting, after: QueueRow | None, limit: int
) -> list[QueueRow]:
    queue, query = chosen.queue, chosen.query
    if not can_be_sorted(queue):
        raise ValueError(queue)
    order, beyond = ordered(sorting, after, is_sqlite=place.database.is_sqlite)
    conditions = _selected(place, chosen)
    ranks: dict[int, int] = {}
    if is_searched := bool(search.pieces_of(query)):
        await search.index_due(place)
    async with place.database.read() as connection:
        if is_searched:
            where = _where(place, chosen)
            ranks = {one.id: one.rank for one in await search.find(connection, place, query, where, search.MOST)}
            conditions.append(Case.id.in_(ranks))
        cases = joined(select(Case.id), sorting, is_sqlite=place.database.is_sqlite)
        page = cases.where(*conditions, *beyond).order_by(*order).limit(limit)
        ids = (await connection.execute(page)).scalars().all()
        by_id = await _rows_of(connection, place, queue, ids)
    rows = [by_id[case_id] for case_id in ids if case_id in by_id]
    return [_ranked(row, ranks[row.id]) for row in rows] if is_searched else rows


async def _read(connection: AsyncConnection, place: Workplace, queue: str, statement: Select[Any]) -> list[QueueRow]:
    rows = [queue_row(row) for row in await connection.execute(statement, _asked(place))]
    await place.know(connection, [row.regulation_id for row in rows])
    return await _with_its_own(connection, queue, rows)


async def _rows_of(
    connection: AsyncConnection, place: Workplace, queue: str, case_ids: Sequence[int]
) -> dict[int, QueueRow]:
    """The rows of cases just found in a queue, by id: by one question where it can be asked, in half the time."""
    rows = None if _has_more_of_its_own(queue) else await _asked_rows(place, queue, case_ids)
    if rows is None:
        rows = await _read(connection, place, queue, ROWS.where(Case.id.in_(case_ids)))
    return {row.id: row for row in rows}


async def _find(place: Workplace, where: search.Places, chosen: Selection, limit: int) -> list[QueueRow]:
    """The same of what a search finds, the best found first."""
    await search.index_due(place)
    async with place.database.read() as connection:
        found = await search.find(connection, place, chosen.query, where, limit)
        by_id = await _rows_of(connection, place, chosen.queue, [one.id for one in found])
    return [_ranked(by_id[one.id], one.rank) for one in found if one.id in by_id]


def _ranked(row: QueueRow, rank: int) -> QueueRow:
    return row if row.rank == rank else replace(row, rank=rank)  # replacing takes as long as reading did


def _where(
    place: Workplace, chosen: Selection, after: QueueRow | None = None, of: Sequence[int] | None = None
) -> search.Places:
    """Where a search looks: in a queue, after the last row of a page; `of` among these cases only."""
    now = place.now()
    queue, query, only = chosen.queue, chosen.query, chosen.only
    told: dict[str, Any] = {"order": _order_name(place, queue), "me": place.person.id, "signs": search.signs_of(query)}
    if queue.startswith("agency:"):
        told |= {"agency": int(queue.removeprefix("agency:")), "states": OPEN}
    elif queue == RUNNING_OUT:
        told |= {"states": OPEN, "soon": [now.isoformat(), (now + soon(place)).isoformat()]}
    elif queue != EVERYWHERE:
        told["states"] = QUEUE_STATES[queue]
    if queue == "overdue":
        told["overdue"] = now.isoformat()
    told |= {name: value for name, value in (("topic", only.topic), ("with", only.agency)) if value is not None}
    if of is not None:
        told["ids"] = list(of)
    if after is not None:
        at = _key_of(queue, after).isoformat()
        told["after"] = {"rank": after.rank, "id": after.id, "turn": after.turn, "at": at}
    order, beyond = _order(place, queue, after)
    conditions = [*_selected(place, chosen), *([Case.id.in_(of)] if of is not None else [])]
    return search.Places(told, conditions, order, beyond, None if after is None else after.rank, of is not None)


def _is_of(place: Workplace, page: Select[Any]) -> ColumnElement[bool]:
    """Whether a case is of the page. A server would rather join all cases with it; an array it asks first."""
    if place.database.is_sqlite:
        return Case.id.in_(page)
    return Case.id == any_(func.array(page.correlate(None).scalar_subquery()))


async def _with_its_own(connection: AsyncConnection, queue: str, rows: list[QueueRow]) -> list[QueueRow]:
    """What only some queues show: the words of a promise (п. 15); by whom and why a case was taken out of work."""
    ids = [row.id for row in rows]
    if queue == INTERIM:
        promised = await read_promised(connection, ids)
        return [replace(row, promised=excerpt(without_greeting(promised.get(row.id, "")))) for row in rows]
    if not _has_more_of_its_own(queue):
        return rows
    ends = await _ends(connection, ids)
    return [replace(row, ended_by=ends[row.id][0], ended_why=ends[row.id][1]) for row in rows]


def _has_more_of_its_own(queue: str) -> bool:
    return queue == INTERIM or PART_OF.get(queue, queue) == EXCLUDED


async def _ends(connection: AsyncConnection, case_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    query = (
        select(History.case_id, Person.name, Note.text)
        .outerjoin(Person, Person.uuid == History.actor)
        .outerjoin(Note, Note.act_id == History.act_id)
        .where(History.case_id.in_(case_ids), History.act == Act.EXCLUDE)
        .order_by(History.case_id, History.seq)
    )
    return {row.case_id: (row.name or "", row.text or "") for row in await connection.execute(query)}


def _order(
    place: Workplace, queue: str, after: QueueRow | None, *, is_asked: bool = False, told: Any = None
) -> tuple[list[Any], list[ColumnElement[bool]]]:
    """The order of a queue, and what is beyond the last row of the page before; `is_asked` as a question asks it,
    `told` is what has a case's columns and its turn."""
    own_first: tuple[Any, ...] = ()
    if _is_by_turn(place, queue):
        own_first = (turn_of(place.person.id) if told is None else told.turn,)
    of = Case if told is None else told
    columns: list[Any]
    known: list[Any]
    if queue == EVERYWHERE:
        columns, is_newest_first = [of.id], True
    elif queue in NEWEST_FIRST:
        columns, is_newest_first = [of.collected_at if queue == "stream" else of.closed_at, of.id], True
    else:
        columns, is_newest_first = [*own_first, of.step_due_at, of.id], False
    order = [column.desc() for column in columns] if is_newest_first else columns
    if after is None:
        return order, []
    if is_asked:
        kinds: dict[str, Any] = {"after_turn": Integer(), "after_at": UtcDateTime(), "after_id": BigInteger()}
        known = [bindparam(name, type_=kind) for name, kind in kinds.items()]
    else:
        known = [after.turn, _key_of(queue, after), after.id]
    last_one = known[-len(columns):]
    if not columns[1:]:
        place_of, beyond = columns[0], last_one[0]
    else:  # a plain tuple takes the columns' types, but a parameter in it for a value
        place_of, beyond = tuple_(*columns), tuple_(*last_one) if is_asked else tuple(last_one)
    return order, [place_of < beyond if is_newest_first else place_of > beyond]


def _is_by_turn(place: Workplace, queue: str) -> bool:
    """Whether one's own work comes first: in an agency, where there is work left."""
    return queue not in (*NEWEST_FIRST, EVERYWHERE) and not place.actor.roles & SEE_ALL


def _order_name(place: Workplace, queue: str) -> str:
    """What `guard.search_place` calls this order."""
    if queue == EVERYWHERE:
        return "newest"
    if queue in NEWEST_FIRST:
        return "collected" if queue == "stream" else "closed"
    return "turn" if _is_by_turn(place, queue) else "due"


def _key_of(queue: str, row: QueueRow) -> datetime:
    """The moment that a row has its place by."""
    if queue in NEWEST_FIRST:
        return row.collected_at if queue == "stream" else row.closed_at or row.collected_at
    return (row.step.due_at if row.step else None) or FAR_FUTURE


async def list_occurring(place: Workplace, chosen: Selection) -> Occurrences:
    """The topics and the agencies that occur among the rows of `list_queue`, were it not narrowed, the most frequent
    first."""
    whole = replace(chosen, only=NOTHING)
    conditions = _selected(place, whole)
    if search.pieces_of(whole.query):
        await search.index_due(place)
        async with place.database.read() as connection:
            found = await search.find(connection, place, whole.query, _where(place, whole), search.MOST)
        conditions = [Case.id.in_([one.id for one in found])]
    order = _order(place, whole.queue, None)[0][-2:]  # whose turn it is in an agency makes no topic rarer
    return await read_occurring(place, conditions, order)


async def read_rows(place: Workplace, chosen: Selection, case_ids: Sequence[int]) -> list[QueueRow]:
    """Those of `case_ids` that are in the queue now, for a screen that re-reads only what changed."""
    if search.pieces_of(chosen.query):
        return await _find(place, _where(place, chosen, of=case_ids), chosen, len(case_ids))
    if _is_plain(chosen):
        asked = await _asked_rows(place, chosen.queue, case_ids)
        if asked is not None:
            return asked
    wanted = (Case.id.in_(case_ids), *_selected(place, chosen))
    async with place.database.read() as connection:
        return await _read(connection, place, chosen.queue, ROWS.where(*wanted))


async def _asked_rows(place: Workplace, queue: str, case_ids: Sequence[int]) -> list[QueueRow] | None:
    """The same by one question on the listening connection, None where there is none."""

    def made() -> Select[Any]:
        told, rows = _told_rows(place, queue, bindparam("case_ids", type_=ARRAY(BigInteger)))
        return rows.where(*_of_queue(queue, *_moments(), told), *visible(place, told))

    return await _asked_of(place, queue, {"case_ids": list(case_ids)}, made)


def _told_rows(place: Workplace, queue: str, case_ids: Any) -> tuple[Any, Select[Any]]:
    """What a server's guard.queue_rows tells of these cases, without a policy a table; in the queue's order."""
    told = asked_rows(case_ids)
    return told, select(*told).order_by(*_order(place, queue, None, told=told)[0])


async def _asked_page(place: Workplace, queue: str, after: QueueRow | None, limit: int) -> list[QueueRow] | None:
    """A page by one question on the listening connection, None where there is none."""
    values: dict[str, Any] = {}
    if after is not None:
        values = {"after_id": after.id, "after_at": _key_of(queue, after), "after_turn": after.turn}

    def made() -> Select[Any]:
        in_hand = in_hand_of(bindparam("me", type_=BigInteger())) if _is_by_turn(place, queue) else None
        order, beyond = _order(place, queue, after, is_asked=True, told=in_hand)
        of: Any = Case if in_hand is None else in_hand
        most: Any = literal_column(str(int(limit)))
        mine = visible(place) if in_hand is None else ()  # what is in hand is of one's agencies
        wanted: tuple[Any, ...] = (*_of_queue(queue, *_moments(), of), *mine, *beyond)
        if in_hand is None and queue not in NEWEST_FIRST and len(QUEUE_STATES.get(queue, ())) > 1:
            wanted = (_is_first_of_state(QUEUE_STATES[queue], wanted, order, most),)
        page = select(of.id).where(*wanted).order_by(*order).limit(most)
        return _told_rows(place, queue, func.array(page.scalar_subquery()))[1]

    return await _asked_of(place, f"{queue} {'first' if after is None else 'next'} {limit}", values, made)


def _is_first_of_state(
    states: Sequence[State], conditions: Sequence[Any], order: Sequence[Any], most: Any
) -> ColumnElement[bool]:
    """Whether a case is among the first of its state: an index has each state in order, of several none has."""
    each = (select(Case.id).where(*conditions, Case.state.in_(_named([state]))) for state in states)
    firsts = (select(found.order_by(*order).limit(most).subquery().c.id) for found in each)
    return Case.id == any_(func.array(union_all(*firsts).scalar_subquery()))


def _moments() -> tuple[Any, Any]:
    """Now, and when what is soon over is over, as a question asks them."""
    return bindparam("now", type_=UtcDateTime()), bindparam("soon_at", type_=UtcDateTime())


async def _asked_of(
    place: Workplace, name: str, values: Mapping[str, Any], made: Callable[[], Select[Any]]
) -> list[QueueRow] | None:
    asked = _asked(place)
    answer = await place.ask(name, {**asked, **values, "soon_at": asked["now"] + soon(place)}, made)
    if answer is None:
        return None
    rows = [queue_row(row) for row in answer]
    if unknown := [row.regulation_id for row in rows if row.regulation_id not in place.regulations]:
        async with place.database.read() as connection:
            await place.know(connection, unknown)
    return rows


def queue_of(state: State) -> str:
    """The queue in which a case of this state is worked on."""
    return next(queue for queue, states in QUEUE_STATES.items() if state in states)
