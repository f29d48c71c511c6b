"""How a desk hears of others' acts: a file is asked for its version, a server tells by LISTEN and NOTIFY."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import func, literal, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import History, Journal, Message, MessageChange, Presence
from app.models.database import Database, DatabaseUnavailable, naming_causes
from app.models.listening import Listener, listening
from app.models.position import Position
from app.regulation.workflow import Act
from app.services.changes import BURST_SECONDS, MESSAGE_CHANGED, Change, Feed, moved
from app.services.presence import KIND as PRESENCE

# Each question costs a millisecond of the window: others on this file are heard of within half a second.
ASK_EVERY_SECONDS = 0.5
# What an import does: while this program takes a file in, such acts are its own process's, or as little waited for.
_TAKING_IN = {Act.COLLECT, Act.ENTER}
# A server that does not answer a question so often is away, and is tried again so often.
QUESTION_EVERY_SECONDS, LONGEST_PAUSE_SECONDS = 5.0, 2.0


# ----- a file (PRAGMA data_version)


async def watch_file(feed: Feed, database: Database, every_seconds: float = ASK_EVERY_SECONDS) -> None:
    """Tell what other programs committed to this SQLite file."""
    async with database.read() as connection:
        version = await _data_version(connection)
        told = await _state(connection)
        while True:
            await asyncio.sleep(every_seconds)
            # busy or away: asked again
            with contextlib.suppress(sqlite3.OperationalError):
                try:
                    with naming_causes(database.url):
                        if (found := await _data_version(connection)) != version:
                            await _tell_since(feed, connection, told)
                            version = found
                    feed.find(database)
                except DatabaseUnavailable as error:
                    if error.refusal.code != "database_busy":
                        feed.find(database, error)


@dataclass(slots=True)
class _State:
    """The last row of each kind that is told of, and who is at work on which card."""

    history: int
    journal: int
    changed: int
    present: frozenset[tuple[int, int]]


_STATE: Any = union_all(
    *(select(literal(name), func.max(key), null()) for name, key in (
        ("history", History.id), ("journal", Journal.id), ("changed", MessageChange.id)
    )),
    select(literal("present"), Presence.case_id, Presence.person_id),
)  # fmt: skip


async def _state(connection: AsyncConnection) -> _State:
    """In one question: most of what is written beside a desk is the worker's own, and tells nothing."""
    rows = (await connection.execute(_STATE)).all()
    await connection.rollback()
    last = {name: number or 0 for name, number, _ in rows if name != "present"}
    return _State(**last, present=frozenset((case, person) for name, case, person in rows if name == "present"))


async def _tell_since(feed: Feed, connection: AsyncConnection, told: _State) -> None:
    """Tell what is new since then; what was told stays told where the file is busy in the middle."""
    now = await _state(connection)
    if now.history != told.history:
        told.history = await _tell_others(feed, connection, told.history)
    if now.journal != told.journal:
        told.journal = await _tell_noted(feed, connection, told.journal)
    if now.changed != told.changed:
        told.changed = await _tell_changed(feed, connection, told.changed)
    before, told.present = told.present, now.present
    _tell_present(feed, [case_id for case_id, _ in before ^ now.present])


async def _tell_others(feed: Feed, connection: AsyncConnection, last: int) -> int:
    columns = History.id, History.case_id, History.act_id, History.act, History.state_from, History.state_to
    query = select(*columns).where(History.id > last)
    rows = (await connection.execute(query.order_by(History.id))).all()
    await connection.rollback()
    _tell_acts(feed, rows)
    return rows[-1].id if rows else last


async def _tell_noted(feed: Feed, connection: AsyncConnection, last: int) -> int:
    """What was done beside acting on cases: whose it was is not asked, a page read once more costs little."""
    query = select(Journal.id, Journal.entry).where(Journal.id > last).order_by(Journal.id)
    rows = (await connection.execute(query)).all()
    await connection.rollback()
    if rows:
        feed.hear(Change(frozenset(), kinds=frozenset(row.entry for row in rows)))
    return rows[-1].id if rows else last


async def _tell_changed(feed: Feed, connection: AsyncConnection, last: int) -> int:
    """What authors did to messages; where this program noticed it, a row is read once more."""
    query = select(MessageChange.id, Message.case_id).join(Message, Message.id == MessageChange.message_id)
    rows = (await connection.execute(query.where(MessageChange.id > last).order_by(MessageChange.id))).all()
    await connection.rollback()
    _tell_messages(feed, (row.case_id for row in rows))
    return rows[-1].id if rows else last


def _tell_present(feed: Feed, case_ids: Iterable[int]) -> None:
    if cases := frozenset(case_ids):
        feed.hear(Change(cases, kinds=frozenset([PRESENCE])))


def _tell_messages(feed: Feed, case_ids: Iterable[int]) -> None:
    if cases := frozenset(case_ids):
        feed.hear(Change(cases, kinds=frozenset([MESSAGE_CHANGED])))


async def _data_version(connection: AsyncConnection) -> int:
    # Asked twice a second for as long as the desk is open: of the driver, in one turn and no transaction.
    driver: Any = (await connection.get_raw_connection()).driver_connection
    return int((await driver.execute_fetchall("PRAGMA data_version"))[0][0])


# ----- a server (LISTEN and NOTIFY)


async def watch_server(feed: Feed, database: Database, every_seconds: float = QUESTION_EVERY_SECONDS) -> None:
    """Tell what others committed to this server, and what was missed while it was away; tries for ever."""
    pause = 0.1
    while True:
        try:
            async with listening(database) as listener:
                await _catch_up(feed, database, listener, is_new=True)
                pause = 0.1
                while True:
                    await _hear_for(every_seconds, feed, database, listener)
                    await _catch_up(feed, database, listener)
        except DatabaseUnavailable as error:
            feed.find(database, error)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


async def _hear_for(seconds: float, feed: Feed, database: Database, listener: Listener) -> None:
    """Tell notifications as they come, until it is time to ask: then, or when there was too much for one."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    until = began + seconds
    while (left := until - loop.time()) > 0:
        told = await listener.next(left)
        if told == {}:
            await asyncio.sleep(began + BURST_SECONDS - loop.time())  # who sends it without end has nobody ask so
            return
        if told is not None:
            _tell(feed, database, told)


async def _catch_up(feed: Feed, database: Database, listener: Listener, *, is_new: bool = False) -> None:
    """Tell what was not heard. A place that cannot be found again is taken anew, and everything shown is read anew."""
    position = database.position
    state = await listener.state(position)
    if position is None or (is_new and position.vague) or position.is_lost(state):
        database.position = Position.at(state)
        feed.hear(Change(frozenset(), everything=True))
    else:
        _tell(feed, database, state)
        position.advance(state)
    feed.find(database)


def _tell(feed: Feed, database: Database, told: dict[str, Any]) -> None:
    """Pass on what a notification or a question brought, except what was told before."""
    position = database.position
    assert position is not None, "nothing is told before the first question"
    acts = [_Act(*act) for act in told.get("acts", ()) if (act[0], act[2]) not in position.acts]
    position.acts.update((act.id, act.act_id) for act in acts)
    _tell_acts(feed, acts)
    _tell_present(feed, told.get("present", ()))
    entries = [entry for entry in told.get("entries", ()) if (entry[0], entry[2]) not in position.entries]
    position.entries.update((key, mark) for key, _, mark in entries)
    messages = [message for message in told.get("messages", ()) if message[0] not in position.messages]
    position.messages.update(key for key, _ in messages)
    _tell_messages(feed, (case_id for _, case_id in messages))
    if entries:
        feed.hear(Change(frozenset(), kinds=frozenset(entry for _, entry, _ in entries)))


class _Act(NamedTuple):
    """An act as a notification lists it."""

    id: int
    case_id: int
    act_id: str
    act: str
    state_from: str
    state_to: str


def _tell_acts(feed: Feed, acts: Iterable[Any]) -> None:
    """Acts in the order of the history; this program's own were told already."""
    moves: dict[int, tuple[str, str]] = {}
    kinds = set()
    for act in acts:
        if not feed.take_own(act.act_id):
            kinds.add(act.act)
            moves = moved(moves, {act.case_id: (act.state_from, act.state_to)})
    if feed.goes_on and kinds <= _TAKING_IN:  # by the process that takes a file in for this program
        change = Change(frozenset(moves), goes_on=True)
    else:
        change = Change(frozenset(moves), kinds=frozenset(kinds), moves=moves)
    if moves:
        feed.hear(change)
