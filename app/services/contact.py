"""Contact with the database: asked again and again, told when it is lost and when it is back."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.models.database import Database, DatabaseUnavailable, naming_causes
from app.regulation.errors import Refusal

log = logging.getLogger(__name__)

ASK_EVERY_SECONDS = 3.0
TRY_EVERY_SECONDS = 0.5
# A server that is busy may be slow; what is silent longer is asked once more by a connection of its own. One of which
# not even the system answers (a cable, a switch, a machine that is off) is known before: within five seconds in all.
PATIENCE_SECONDS = 4.0
SILENT_SECONDS = 0.7


class Contact:
    """Whether a database answers. While it does not, every read and write is refused at once with the reason.

    `heard_at` is the desk's time when it answered last: what is shown is as old as that.
    """

    def __init__(self, database: Database) -> None:
        self._database, self._reach = database, database.reach
        self.heard_at = database.clock.now()
        self._subscribers: list[Callable[[], None]] = []
        self._hurry = asyncio.Event()
        self._outdated: Refusal | None = None

    @property
    def outdated(self) -> Refusal | None:
        """Why this program may only read, since another one took the database over; None while it may write."""
        return self._outdated

    @property
    def lost(self) -> Refusal | None:
        """Why there is no contact, None while there is."""
        return self._reach.away

    def subscribe(self, heard: Callable[[], None]) -> None:
        """Call `heard` whenever contact is lost or back, or is lost for another reason."""
        self._subscribers.append(heard)

    def doubt(self) -> None:
        """Ask at once: something did not get through."""
        self._hurry.set()

    async def watch(self) -> None:
        """Ask until cancelled."""
        while True:
            pause = ASK_EVERY_SECONDS if self.lost is None else TRY_EVERY_SECONDS
            with suppress(TimeoutError):
                # wait_for would swallow a cancellation that comes with a doubt
                async with asyncio.timeout(pause):
                    await self._hurry.wait()
            self._hurry.clear()
            await self.ask()

    async def ask(self) -> None:
        """Ask once, and tell where the answer is another one than before."""
        before, outdated, now = self.lost, self._outdated, await self._refusal()
        if now is None:
            self.heard_at = self._database.clock.now()
        elif before is None:
            self._reach.let_go()
        self._reach.away = now
        if (before and before.code, outdated) != (now and now.code, self._outdated):
            log.info("contact: %s", now.code if now else "the database answers")
            for heard in tuple(self._subscribers):
                heard()

    async def _refusal(self) -> Refusal | None:
        try:
            with naming_causes(self._database.url):
                if self._database.is_sqlite:
                    return await self._look_at_file()
                return await self._call_server()
        except DatabaseUnavailable as error:
            return error.refusal
        except PoolTimeout:
            return Refusal("database_crowded", {"path": self._database.place})
        except Exception as error:  # whatever a driver says of a broken line
            log.warning("contact: %s", error, exc_info=error)
            return Refusal("database_not_reached", {"path": self._database.place, "detail": str(error)})

    async def _look_at_file(self) -> Refusal | None:
        """A file that was moved back goes on; one that was put back from a copy is opened anew."""
        if self._reach.is_another_file:
            if refused := await self._another():
                return refused
            await self._database.engine.dispose()
            self._reach.found()
        if refused := self._reach.vanished():
            return refused
        await self._ping()
        return None

    async def _call_server(self) -> Refusal | None:
        if self.lost is not None:
            return await self._another()
        if _has_room(self._database):
            ping = asyncio.create_task(self._ping(), name="ping")
            ping.add_done_callback(lambda task: task.cancelled() or task.exception())
            try:
                is_heard = bool((await asyncio.wait({ping}, timeout=SILENT_SECONDS))[0])
                if not is_heard and await self._reach.is_cut_off() and not ping.done():
                    raise TimeoutError("nothing answers there")
                if (await asyncio.wait({ping}, timeout=PATIENCE_SECONDS))[0]:
                    ping.result()
                    return None
            finally:
                ping.cancel()
            refused = await self._another()
            self._reach.let_go()  # the server answers, but not there: nobody waits for what will never come
            return refused
        return await self._another()

    async def _ping(self) -> None:
        """Ask what the database keeps of the programs that may write there."""
        async with self._database.engine.connect() as connection:
            self._outdated = await self._database.outdated(connection)

    async def _another(self) -> Refusal | None:
        """Whether what answers there is another database than the one this desk sat down at."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            epoch = await self._database.epoch_anew()
        return None if epoch == self._database.meta.get("epoch") else Refusal("database_another")


def _has_room(database: Database) -> bool:
    """Whether a connection of the pool is free: one that waits for its turn is no sign of anything."""
    pool: Any = database.engine.pool  # a queue of connections on both engines
    return bool(pool.checkedout() < pool.size())
