"""How drivers of databases are asked: writing gathered into one turn, a connection trusted that was just used."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

# A connection to a server that was used so lately is not asked whether it lives: one that ended is known by itself.
TRUSTED_SECONDS = 2.0


@asynccontextmanager
async def gathered(connection: AsyncConnection) -> AsyncIterator[None]:
    """What is written to SQLite within it, without asking for rows, waits for the next question or the commit and is
    done in one turn with it, in its order; it is there that a fault of it is told. How many rows it met nobody hears.
    """
    adapted: Any = (await connection.get_raw_connection()).dbapi_connection
    if not hasattr(adapted, "gathers"):
        yield
        return
    adapted.gathers = True
    try:
        yield
    finally:
        adapted.gathers = False


def trust_what_was_used(engine: AsyncEngine) -> None:
    """Ask a server's connection whether it lives only after it lay idle.

    A server that ends one says so, and the driver hears it; only a wire that was cut without a word leaves one that
    seems to live, and no question before a statement would make that statement safer.
    """

    def returned(_connection: Any, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    def taken(connection: Any, record: Any, _proxy: Any) -> None:
        used_at = record.info.get("used_at")
        if used_at is None:
            return  # it was made a moment ago
        if connection.driver_connection.is_closed():
            raise InvalidatePoolError("the server ended the connection")
        if time.monotonic() - used_at > TRUSTED_SECONDS:
            try:
                connection.ping()
            except engine.dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError("the connection does not answer") from error

    event.listen(engine.sync_engine, "checkin", returned)
    event.listen(engine.sync_engine, "checkout", taken)
