"""How the drivers of databases are asked: by as few turns between threads, and over the wire, as an answer takes."""

import random
import sqlite3
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.util import await_only as await_

# A connection to a server that was used so lately is not asked whether it lives: one that ended is known by itself.
TRUSTED_SECONDS = 2.0
# How long a desk waits for its turn to write into a file, and how soon it asks again; by chance, so that none is last.
WAIT_SECONDS = 10.0
ASK_AGAIN_SECONDS = (0.002, 0.02)


def ask_in_one_turn(engine: AsyncEngine) -> None:
    """Have each statement to SQLite asked, its rows fetched and its cursor closed in one turn of the driver's thread.

    The usual way takes four, and a turn costs more than most answers. What is written within `gathered` goes with the
    statement after it, and so does the begin of a reading.
    """
    from sqlalchemy.dialects.sqlite import aiosqlite  # a desk at a server does not have it loaded

    class Cursor(aiosqlite.AsyncAdapt_aiosqlite_cursor):
        __slots__ = ("_told",)
        arraysize = 1

        def __init__(self, adapted: Any) -> None:
            self._adapt_connection, self._connection = adapted, adapted._connection
            self._rows: deque[Any] = deque()
            self._told: tuple[Any, int, int | None] = (None, -1, None)

        description = property(lambda self: self._told[0])
        rowcount = property(lambda self: self._told[1])
        lastrowid = property(lambda self: self._told[2])

        async def _execute_async(self, operation: Any, parameters: Any) -> Any:
            return await self._ask(_execute, operation, parameters or ())

        async def _executemany_async(self, operation: Any, parameters: Any) -> Any:
            return await self._ask(_execute_many, operation, parameters)

        async def _ask(self, *asked: Any) -> Any:
            adapted: Any = self._adapt_connection
            async with adapted._execute_mutex:
                adapted.waiting.append(asked)
                if not (asked[1] == "BEGIN" or (adapted.gathers and _only_writes(asked[1]))):
                    self._told, rows = await adapted.send()
                    self._rows = deque(rows)
            return self

        async def _async_soft_close(self) -> None:
            return

        def close(self) -> None:
            self._rows.clear()

    class Connection(aiosqlite.AsyncAdapt_aiosqlite_connection):
        __slots__ = ("gathers", "waiting")
        _cursor_cls: Any = Cursor

        def __init__(self, *words: Any) -> None:
            super().__init__(*words)
            self.gathers = False
            self.waiting: list[Any] = []

        async def send(self) -> Any:
            """Have everything that waits done; gives what the last of it told."""
            asked, self.waiting = self.waiting, []
            return await self._connection._execute(_all, self._connection._conn, asked)

        def commit(self) -> None:
            self.waiting.append((_commit,))
            try:
                await_(self.send())
            except Exception as error:
                self._handle_exception(error)

        def rollback(self) -> None:
            self.waiting.clear()
            if self._connection._connection and self._connection._conn.in_transaction:
                super().rollback()

    def connect(dialect: Any, _record: Any, words: Any, named: Any) -> Any:
        made = dialect.loaded_dbapi.connect(*words, **named)
        return Connection(dialect.loaded_dbapi, made._connection)

    event.listen(engine.sync_engine, "do_connect", connect)


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


def _only_writes(operation: str) -> bool:
    return operation.startswith(("INSERT", "UPDATE", "DELETE")) and "RETURNING" not in operation


def _all(connection: Any, asked: list[Any]) -> Any:
    told: Any = None
    for how, *words in asked:
        told = how(connection, *words)
    return told


def _commit(connection: Any) -> None:
    connection.commit()


def _execute(connection: Any, operation: str, parameters: Any) -> Any:
    if operation == "BEGIN IMMEDIATE":
        return _told_by(_begin(connection))
    return _told_by(connection.execute(operation, parameters))


def _begin(connection: Any) -> Any:
    """Begin to write as soon as nobody else does.

    SQLite's own waiting asks ever more seldom: beside a busy program a desk would wait for seconds, and the file lie
    idle between two.
    """
    until = time.monotonic() + WAIT_SECONDS
    (usual,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                return connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
            time.sleep(random.uniform(*ASK_AGAIN_SECONDS))
    finally:
        connection.execute(f"PRAGMA busy_timeout={usual}")


def _execute_many(connection: Any, operation: str, parameters: Any) -> Any:
    return _told_by(connection.executemany(operation, parameters))


def _told_by(cursor: Any) -> tuple[tuple[Any, int, int | None], list[Any]]:
    """What a cursor tells of itself, and its rows."""
    rows = cursor.fetchall() if cursor.description else []
    told = cursor.description, cursor.rowcount, cursor.lastrowid
    cursor.close()
    return told, rows


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
