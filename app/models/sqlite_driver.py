"""How SQLite is asked: by as few turns between threads as an answer takes. A desk at a server does not load it."""

import random
import sqlite3
import time
from collections import deque
from typing import Any

from sqlalchemy import event
from sqlalchemy.dialects.sqlite import aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import await_only as await_

# How long a desk waits for its turn to write into a file, and how soon it asks again; by chance, so that none is last.
WAIT_SECONDS = 10.0
ASK_AGAIN_SECONDS = (0.002, 0.02)


def ask_in_one_turn(engine: AsyncEngine) -> None:
    """Have each statement to SQLite asked, its rows fetched and its cursor closed in one turn of the driver's thread.

    The usual way takes four, and a turn costs more than most answers. What is written within `drivers.gathered` goes
    with the statement after it, and so does the begin of a reading.
    """
    event.listen(engine.sync_engine, "do_connect", _connect)


def _connect(dialect: Any, _record: Any, words: Any, named: Any) -> Any:
    made = dialect.loaded_dbapi.connect(*words, **named)
    return Connection(dialect.loaded_dbapi, made._connection)


class Cursor(aiosqlite.AsyncAdapt_aiosqlite_cursor):
    """A statement and its answer, fetched whole."""

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


class Stream(aiosqlite.AsyncAdapt_aiosqlite_ss_cursor):
    """A statement whose rows are fetched bit by bit; what waits is done before it, the begin of its reading too."""

    __slots__ = ()

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        adapted: Any = self._adapt_connection
        if adapted.waiting:
            async with adapted._execute_mutex:
                await adapted.send()
        return await super()._execute_async(operation, parameters)


class Connection(aiosqlite.AsyncAdapt_aiosqlite_connection):
    """What `waiting` holds is done with the next question, in its order."""

    __slots__ = ("gathers", "waiting")
    _cursor_cls: Any = Cursor
    _ss_cursor_cls: Any = Stream

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
