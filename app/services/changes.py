"""What changed: committed facts told to whoever shows them; ids and acts only, never texts."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import History, Journal
from app.models.database import Database, DatabaseUnavailable, naming_causes


@dataclass(frozen=True, slots=True)
class Change:
    """Cases that an act changed; `initiator` is the act id when it happened in this program, else empty.

    Without cases it was something beside them: a register, the roster, an absence, an episode.
    """

    case_ids: frozenset[int]
    initiator: str = ""


class Feed:
    """Subscribers hear of every committed change: this program's own at once, others' from `watch`."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[Change], None]] = []
        self._own: set[str] = set()
        self._watched = False

    def subscribe(self, heard: Callable[[Change], None]) -> Callable[[], None]:
        """Call `heard` on every change from now on; the returned function ends that."""
        self._subscribers.append(heard)
        return lambda: self._subscribers.remove(heard)

    @contextmanager
    def acting(self, *act_ids: str) -> Iterator[None]:
        """While these acts of this program's own are saved: `watch` must not tell them as somebody else's.

        They are named before the commit, because `watch` may see it before the act's own task goes on.
        """
        self._own.update(act_ids)
        try:
            yield
        except BaseException:
            self._own.difference_update(act_ids)
            raise
        if not self._watched:  # nobody will ask for them
            self._own.difference_update(act_ids)

    def tell(self, change: Change) -> None:
        """Pass on a change of this program's own, already committed."""
        self._pass_on(change)

    async def watch(self, database: Database, every_seconds: float = 0.25) -> None:
        """Until cancelled, tell what other programs on this SQLite file committed (PRAGMA data_version)."""
        self._watched = True
        try:
            async with database.read() as connection:
                version = await _data_version(connection)
                last, noted = await _last_history(connection), await _last_entry(connection)
                while True:
                    await asyncio.sleep(every_seconds)
                    # busy or away: asked again
                    with suppress(DatabaseUnavailable, sqlite3.OperationalError), naming_causes(database.url):
                        if (found := await _data_version(connection)) != version:
                            last = await self._tell_others(connection, last)
                            noted = await self._tell_noted(connection, noted)
                            version = found
        finally:
            self._watched = False
            self._own.clear()

    async def _tell_others(self, connection: AsyncConnection, last: int) -> int:
        rows = (
            await connection.execute(
                select(History.id, History.case_id, History.act_id).where(History.id > last).order_by(History.id)
            )
        ).all()
        await connection.rollback()
        foreign = frozenset(row.case_id for row in rows if row.act_id not in self._own)
        self._own.difference_update(row.act_id for row in rows)
        if foreign:
            self._pass_on(Change(foreign))
        return rows[-1].id if rows else last

    async def _tell_noted(self, connection: AsyncConnection, last: int) -> int:
        """What was done beside acting on cases: whose it was is not asked, a page read once more costs little."""
        newest = await _last_entry(connection)
        if newest != last:
            self._pass_on(Change(frozenset()))
        return newest

    def _pass_on(self, change: Change) -> None:
        for heard in tuple(self._subscribers):
            heard(change)


async def _data_version(connection: AsyncConnection) -> int:
    # Asked four times a second for as long as the desk is open: of the driver, in one turn and no transaction.
    driver: Any = (await connection.get_raw_connection()).driver_connection
    return int((await driver.execute_fetchall("PRAGMA data_version"))[0][0])


async def _last_history(connection: AsyncConnection) -> int:
    return await _last(connection, History.id)


async def _last_entry(connection: AsyncConnection) -> int:
    return await _last(connection, Journal.id)


async def _last(connection: AsyncConnection, column: Any) -> int:
    last = (await connection.execute(select(func.max(column)))).scalar()
    await connection.rollback()
    return last or 0
