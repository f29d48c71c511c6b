"""One dedicated connection to a server that hears what was committed."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.models import connecting
from app.models.database import Database, DatabaseUnavailable, naming_causes
from app.models.position import Position

if TYPE_CHECKING:
    from asyncpg import Connection

CHANNEL = "cur_feed"
ANSWER_SECONDS = 4.0
"""A server that is silent for longer is away."""

class Listener:
    """A connection that listens. `next` gives notifications in the order of their commits."""

    def __init__(self, driver: "Connection[Any]") -> None:
        self._driver = driver
        self._heard: asyncio.Queue[str | None] = asyncio.Queue()

    async def begin(self) -> None:
        self._driver.add_termination_listener(lambda _: self._heard.put_nowait(None))
        await self._driver.add_listener(CHANNEL, lambda *facts: self._heard.put_nowait(facts[-1]))

    async def next(self, within_seconds: float) -> dict[str, Any] | None:
        """The next notification, None where none came in time. Raises ConnectionError when the server has gone."""
        try:
            told = await asyncio.wait_for(self._heard.get(), within_seconds)
        except TimeoutError:
            return None
        if told is None:
            raise ConnectionError("the listening connection was closed")
        return json.loads(told)  # type: ignore[no-any-return]  # as guard.tell writes it

    async def state(self, position: Position | None) -> dict[str, Any]:
        """Where the feed stands, with what came after `position`."""
        after = (position.history, position.journal) if position else (None, None)
        told: dict[str, Any] | None = await self._driver.fetchval(_STATE, *after, timeout=ANSWER_SECONDS)
        if told is None:
            raise ConnectionRefusedError("this sign-in hears nothing")
        return told


_STATE = "SELECT guard.changes_after($1, $2)"


@asynccontextmanager
async def listening(database: Database) -> AsyncIterator[Listener]:
    """A listener of its own connection, taken out of the pool. Raises DatabaseUnavailable, also when it is lost."""
    import asyncpg  # a desk with a file does not have it loaded

    with naming_causes(database.url):
        try:
            async with database.engine.connect() as connection:
                pooled: Any = await connection.get_raw_connection()
                driver = pooled.driver_connection
                pooled.detach()
                try:
                    listener = Listener(driver)
                    await listener.begin()
                    yield listener
                finally:
                    driver.terminate()
        except (asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError, PoolTimeout, OSError) as error:
            code = connecting.cause(error) or "server_silent"
            raise DatabaseUnavailable(code, **naming_causes(database.url).facts(error)) from error
