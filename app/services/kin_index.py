"""The index by which messages that are alike are found in milliseconds among a million: filled behind the intake."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Author, Case, KinMark, Message
from app.models.kin import INDEXED
from app.models.many import insert_many
from app.services.kin_marks import Words, traits_of
from app.services.workplace import Workplace

BATCH = 500
# A transaction that began before another may commit after it: so many messages are looked at again.
OVERLAP = 100
# Marks of one statement: what a statement is made of is gone through on the window's thread.
STORED_AT_ONCE = 2000
# Only the newest messages with a mark are looked at: a mark that more have tells little.
LOOKED_AT = 40


Marked = Callable[[Sequence[Words]], Awaitable[list[frozenset[int]]]]
"""What finds the marks of messages, of each in its turn."""


async def marks_of(messages: Sequence[Words]) -> list[frozenset[int]]:
    """The marks of messages, worked out here."""
    found = []
    for words in messages:
        found.append(traits_of(*words).all_marks)
        await asyncio.sleep(0)  # a window takes a key or paints between
    return found


async def index_batch(place: Workplace, count: int = BATCH, marked: Marked = marks_of) -> int:
    """Put the next `count` messages into the index; gives how many there were. Repeating it changes nothing."""
    async with place.database.read() as connection:
        done, newest = await _where(connection)
        if newest <= done:
            return 0
        rows = await _messages(connection, max(0, done - OVERLAP), count + OVERLAP)
    found = await marked([(row.text, row.link, row.name or "", row.author_link or "", row.place) for row in rows])
    # In the order of the index: each of its pages is written once.
    pairs = sorted((mark, row.id) for row, marks in zip(rows, found, strict=True) for mark in marks)
    marks = [{"mark": mark, "message_id": message_id} for mark, message_id in pairs]
    marks.append({"mark": INDEXED, "message_id": rows[-1].id})
    async with place.database.write() as connection:
        for part in (marks[start : start + STORED_AT_ONCE] for start in range(0, len(marks), STORED_AT_ONCE)):
            if place.database.is_sqlite:
                await insert_many(connection, KinMark, part, ignoring=True)
            else:
                await connection.execute(place.database.insert(KinMark).on_conflict_do_nothing(), part)
    return sum(row.id > done for row in rows)


async def count_unmarked(connection: AsyncConnection) -> int:
    """About how many messages wait to be put into the index."""
    done, newest = await _where(connection)
    return newest - done


async def _where(connection: AsyncConnection) -> tuple[int, int]:
    """The last message of the index, and the last there is."""
    newest = select(func.max(Message.id)).scalar_subquery()
    done = select(func.max(KinMark.message_id)).where(KinMark.mark == INDEXED).scalar_subquery()
    row = (await connection.execute(select(done.label("done"), newest.label("newest")))).one()
    return row.done or 0, row.newest or 0


async def _messages(connection: AsyncConnection, after: int, count: int) -> Sequence[Any]:
    query = (
        select(Message.id, Message.text, Message.link, Author.name, Author.link.label("author_link"), Case.place)
        .join(Case, Case.id == Message.case_id)
        .outerjoin(Author, Author.id == Message.author_id)
        .where(Message.id > after)
        .order_by(Message.id)
        .limit(count)
    )
    return (await connection.execute(query)).all()


async def look_up(connection: AsyncConnection, marks: Iterable[int]) -> Mapping[int, list[int]]:
    """For each of the marks the newest LOOKED_AT messages that have it; one statement.

    The marks (whole numbers) stand in it: for parameters PostgreSQL makes a plan that fits a middling mark, and sorted
    all messages of a common one (429 ms among 201,000 messages).
    """
    one = (
        "SELECT * FROM (SELECT mark, message_id FROM kin_mark WHERE mark = {mark} "
        f"ORDER BY message_id DESC LIMIT {LOOKED_AT}) AS k{{n}}"
    )
    wanted = [one.format(mark=int(mark), n=number) for number, mark in enumerate(sorted(set(marks)))]
    found: dict[int, list[int]] = {}
    for row in await connection.exec_driver_sql(" UNION ALL ".join(wanted)) if wanted else ():
        found.setdefault(row.mark, []).append(row.message_id)
    return found
