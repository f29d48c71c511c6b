"""The job that puts what is new into the indexes: that of messages that are alike, and a file's own of its search.

An import of this program is let end first. Where much waits, as behind it, a process of its own does it wholly, at its
own connection to the file: what it takes from the window is its turns to write. One more helps it with the marks.
"""

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection

from app.models.database import Database
from app.regulation.errors import Refusal, Refused
from app.services.background.apart import Apart
from app.services.background.jobs import Run, Work
from app.services.background.lease import Lease, fenced
from app.services.background.marking_apart import MarkedByTwo, mark_there
from app.services.background.worker import PROGRAM
from app.services.changes import Feed
from app.services.kin_index import BATCH, Marked, count_unmarked, index_batch, marks_of
from app.services.search import count_due, index_due
from app.services.storage import DatabaseUnavailable
from app.services.workplace import Workplace

APART_FROM = 2000
"""So many are worth a process of their own: it takes as long to start as a thousand take."""
IMPORT_ASKED_EVERY_SECONDS, IMPORT_ASKED_TIMES = 1.0, 180
"""An import ends sooner, and reads with less memory, where nothing else writes into the file: for so long it is left
alone with it."""
AT_ONCE = 1500
"""So many messages it marks in one transaction: their marks lie all over the index, whose pages are written once for
all of them. A person's act waits for a fifth of a second."""
KEPT_KILOBYTES = 16_000
"""What it keeps of the file in memory: marks lie all over their index."""


def indexing(place: Workplace) -> Work:
    """The worker's job."""

    async def work(run: Run) -> None:
        await _import_ended(run.place.feed)
        if run.place.database.is_sqlite and await _waiting(run.place) >= APART_FROM:
            await _index_apart(run)
        await index_all(run.place)

    return work


async def _import_ended(feed: Feed) -> None:
    for _ in range(IMPORT_ASKED_TIMES):
        if not feed.goes_on:
            return
        await asyncio.sleep(IMPORT_ASKED_EVERY_SECONDS)


async def index_all(place: Workplace, count: int = BATCH, marked: Marked = marks_of) -> None:
    """Put everything that waits into the indexes, so many messages at a time; repeating it changes nothing."""
    while await index_batch(place, count, marked) + await index_due(place):
        pass


async def _waiting(place: Workplace) -> int:
    async with place.database.read() as connection:
        return await count_unmarked(connection) + await count_due(connection)


@dataclass(frozen=True, slots=True)
class Order:
    """The file, the lease under which it is written, and where half of the marks are asked for."""

    url: str
    lease: Lease | None
    marks: Connection


async def _index_apart(run: Run) -> None:
    """Raises what the process was refused by: Refused, DatabaseUnavailable; DiedError."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    helper = Apart(mark_there, there)
    apart = Apart(index_there, Order(run.place.database.url, run.lease, here))
    try:
        with closing(there):
            await helper.start()
        with closing(here):
            await apart.start()
        refused = await apart.next()
    finally:
        await apart.close()
        await helper.close()
    if refused is not None:
        kind, refusal = refused
        raise (Refused if kind == "refused" else DatabaseUnavailable)(refusal.code, **refusal.params)


def index_there(order: Order) -> Iterator[tuple[str, Refusal] | None]:
    """In the process of its own: index everything; gives why it could not, None where it did."""
    yield asyncio.run(_index_there(order))


async def _index_there(order: Order) -> tuple[str, Refusal] | None:
    # Not `open`: the window has opened the file, and another program may have taken it over since.
    database = Database(order.url)
    database.keep_pages(KEPT_KILOBYTES)
    written = fenced(database, order.lease) if order.lease else database
    try:
        await index_all(Workplace(written, PROGRAM, Feed()), AT_ONCE, MarkedByTwo(order.marks))
    except Refused as error:
        return "refused", error.refusal
    except DatabaseUnavailable as error:
        return "unavailable", error.refusal
    finally:
        await database.close()
    return None
