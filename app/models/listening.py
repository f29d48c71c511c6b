"""One dedicated connection to a server that hears what was committed."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.models import connecting
from app.models.database import Database, DatabaseUnavailable, naming_causes
from app.models.position import Position
from app.regulation.workflow import State

if TYPE_CHECKING:
    from asyncpg import Connection

log = logging.getLogger(__name__)

CHANNEL = "cur_feed"
NAME = "cur-desk listening"
"""As which the server lists these connections."""
ANSWER_SECONDS = 4.0
"""A server that is silent for longer is away."""
MOST_WAITING = 200
"""Of more notifications than this at a time nobody is told one by one: a busy region sends twenty a second."""
_ASK = "{}"


class Listener:
    """A connection that listens. `next` gives notifications in the order of their commits.

    Between them it answers short questions: the plan of each is made once and kept. Whoever signed in may send without
    end: what is too much is dropped for one "ask", which brings everything but who is at work on a card.
    """

    def __init__(self, driver: "Connection[Any]") -> None:
        self._driver = driver
        self._heard: asyncio.Queue[str | None] = asyncio.Queue()
        self._is_to_ask = False
        self._turn = asyncio.Lock()

    async def begin(self) -> None:
        # A question here is one of a few, by ids: no other values would have it planned otherwise.
        await self._driver.execute(f"SET plan_cache_mode = force_generic_plan; SET application_name = '{NAME}'")
        self._driver.add_termination_listener(lambda _: self._heard.put_nowait(None))
        await self._driver.add_listener(CHANNEL, lambda *facts: self._hear(facts[-1]))

    def _hear(self, told: str) -> None:
        if self._heard.qsize() >= MOST_WAITING:
            told = _ASK
        if told == _ASK:
            if self._is_to_ask:
                return
            self._is_to_ask = True
        self._heard.put_nowait(told)

    async def next(self, within_seconds: float) -> dict[str, Any] | None:
        """The next notification, {} for "ask", None where none came in time, or one that no guard wrote.

        Raises ConnectionError when the server has gone.
        """
        try:
            # wait_for would swallow a cancellation that comes with a notification
            async with asyncio.timeout(within_seconds):
                told = await self._heard.get()
        except TimeoutError:
            return None
        if told is None:
            raise ConnectionError("the listening connection was closed")
        if told == _ASK:
            self._is_to_ask = False
            return {}
        return _facts(told)

    async def state(self, position: Position | None) -> dict[str, Any]:
        """Where the feed stands, with what came after `position`."""
        after = (position.history, position.journal, position.changed) if position else (None, None, None)
        async with self._turn:
            told: dict[str, Any] | None = await self._driver.fetchval(_STATE, *after, timeout=ANSWER_SECONDS)
        if told is None:
            raise ConnectionRefusedError("this sign-in hears nothing")
        return told

    async def ask(self, statement: str, values: Sequence[Any]) -> Sequence[Any] | None:
        """The rows of a short question; None where the connection could not answer it."""
        async with self._turn:
            try:
                rows: Sequence[Any] = await self._driver.fetch(statement, *values, timeout=ANSWER_SECONDS)
            except _failures() as error:
                log.info("the listening connection did not answer: %s", type(error).__name__)
                return None
            return rows


def _failures() -> tuple[type[Exception], ...]:
    """What the driver says of a connection that does not answer; InternalClientError where it is asked just while the
    server's last words are read."""
    import asyncpg  # loaded with the connection: a desk with a file does not have it

    own = asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError
    return *own, DBAPIError, PoolTimeout, OSError


_STATE = "SELECT guard.changes_after($1, $2, $3)"


def _facts(told: str) -> dict[str, Any] | None:
    """A notification as guard.tell writes it, None for anything else: whoever signed in may send on a channel."""
    try:
        facts = json.loads(told)
    except (ValueError, RecursionError):
        facts = None
    if facts and isinstance(facts, dict) and all(_is_told(kind, rows) for kind, rows in facts.items()):
        return facts
    log.debug("somebody sent what is no notification")
    return None


def _is_told(kind: str, rows: Any) -> bool:
    if kind == "present":
        rows = [[row] for row in rows] if isinstance(rows, list) else None
    shape = _SHAPES.get(kind, ())
    if not shape or not isinstance(rows, list):
        return False
    return all(isinstance(row, list) and len(row) == len(shape) and all(map(_is_of, row, shape)) for row in rows)


def _is_of(value: Any, kind: type) -> bool:
    if kind is int:
        return type(value) is int and 0 < value < 2**63
    return isinstance(value, str) and (kind is str or value in _STATES)


_STATES = frozenset(map(str, State))
_SHAPES: dict[str, tuple[type, ...]] = {
    "acts": (int, int, str, str, State, State),
    "entries": (int, str, str),
    "messages": (int, int),
    "present": (int,),
}


@asynccontextmanager
async def listening(database: Database) -> AsyncIterator[Listener]:
    """A listener of its own connection, taken out of the pool. Raises DatabaseUnavailable, also when it is lost."""
    with naming_causes(database.url):
        try:
            async with database.engine.connect() as connection:
                pooled: Any = await connection.get_raw_connection()
                driver = pooled.driver_connection
                pooled.detach()
                try:
                    listener = Listener(driver)
                    await listener.begin()
                    database.line = listener
                    yield listener
                finally:
                    database.line = None
                    driver.terminate()
        except _failures() as error:
            code = connecting.cause(error) or "server_silent"
            raise DatabaseUnavailable(code, **naming_causes(database.url).facts(error)) from error
