"""The wall's line to its database: read again and again, told of changes, lost, and taken up again, for ever."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from app.regulation.errors import Refused
from app.services.changes import Change
from app.services.presence import KIND as PRESENCE
from app.services.storage import Database, DatabaseUnavailable
from app.services.wall import WallReading, WallState, list_wall_agencies, open_seat, tells
from app.services.workplace import Workplace
from app.texts import tr
from app.texts.refusals import explain

log = logging.getLogger(__name__)

# A reading that takes longer is a line that hangs.
PATIENCE_SECONDS = 20.0
LONGEST_PAUSE_SECONDS = 30.0
MISSES_TO_WARN = 2
# What others do is shown at once, and then so often at most.
FLOOR_SECONDS = 1.0


@dataclass(slots=True)
class Line:
    """What is known: the last state, how many readings were missed since, and why."""

    place: Workplace | None = None
    state: WallState | None = None
    unknown: tuple[str, ...] = ()
    misses: int = 0
    why: str = ""

    @property
    def lost(self) -> str:
        """Why there is no connection, once two readings were missed; "" while there is one."""
        return self.why if self.misses >= MISSES_TO_WARN else ""

    def now(self) -> datetime | None:
        """The database's time, which runs on while it is silent."""
        return self.place.now() if self.place else None


class WallLine:
    """Reads every `refresh_seconds` until cancelled; `told` is called after each reading, missed or not.

    Between two readings it hears of changes, and reads the changed cases alone, once in `floor_seconds` at most. A
    line that hears nothing (a standby does not tell) is one that only reads.
    """

    def __init__(
        self,
        open_database: Callable[[], Awaitable[Database]],
        told: Callable[[], None],
        refresh_seconds: float,
        floor_seconds: float = FLOOR_SECONDS,
    ) -> None:
        self._open, self._told, self.refresh_seconds = open_database, told, refresh_seconds
        self._floor_seconds = floor_seconds
        self.line = Line()
        self.agency_names: tuple[str, ...] = ()
        self.known_agencies: tuple[str, ...] = ()
        self._database: Database | None = None
        self._reading: WallReading | None = None
        self._hears: asyncio.Task[None] | None = None
        self._changed: set[int] = set()
        self._hurry = asyncio.Event()
        self._woken = asyncio.Event()

    def hurry(self) -> None:
        """Read now instead of when the pause is over."""
        self._hurry.set()
        self._woken.set()

    def limit_to(self, names: tuple[str, ...]) -> None:
        """Read these agencies only (short names), from the next reading on."""
        self.agency_names, self._reading = names, None

    async def read_for_ever(self) -> None:
        """Connect, read, and connect again; ends only by cancellation, and leaves no connection behind."""
        try:
            while True:
                await self.read_once()
                self._listen()
                await self._rest()
        finally:
            await self._let_go()

    async def read_once(self) -> None:
        """One reading; whatever goes wrong is a missed one. It is logged when it begins, not every time."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                self.line.state = await self._read()
        except Exception as error:
            self._miss(error)
            await self._let_go()
        else:
            if self.line.misses:
                log.info("the wall reads again after %s missed readings", self.line.misses)
            self.line.misses, self.line.why = 0, ""
        self._told()

    def pause_seconds(self) -> float:
        """The usual pause; after misses a longer one, so that a server that returns is not overrun."""
        doubled: float = self.refresh_seconds * 2 ** min(max(0, self.line.misses - MISSES_TO_WARN), 5)
        return max(self.refresh_seconds, min(doubled, LONGEST_PAUSE_SECONDS))

    def _listen(self) -> None:
        """Hear of changes from now on, where the database tells of any; what goes wrong leaves the readings."""
        if self._hears is not None or self._database is None or self.line.place is None:
            return
        place = self.line.place
        self._hears = asyncio.create_task(_watch(place), name="wall hearing")
        place.feed.subscribe(self._heard)

    def _heard(self, change: Change) -> None:
        if change.everything:
            self.hurry()
        elif change.case_ids and change.kinds != {PRESENCE}:
            self._changed |= change.case_ids
            self._woken.set()

    async def _rest(self) -> None:
        """The pause between two readings: what changes in it is read by itself."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        until, patch_at = now + self.pause_seconds(), now + self._floor_seconds
        while not self._hurry.is_set() and (now := loop.time()) < until:
            if self._changed and now >= patch_at:
                await self._patch()
                patch_at = loop.time() + self._floor_seconds
                continue
            self._woken.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout((min(until, patch_at) if self._changed else until) - now):
                    await self._woken.wait()
        self._hurry.clear()

    async def _patch(self) -> None:
        """Read what changed; where that fails, the next reading says why."""
        changed, self._changed = self._changed, set()
        if self._reading is None or self.line.misses:
            return
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                self.line.state = await self._reading.patch(changed)
        except Exception as error:
            log.info("the wall did not read what changed: %s", type(error).__name__)
        else:
            self._told()

    async def _read(self) -> WallState:
        if self._database is None:
            self._database = await self._open()
            self.line.place = await open_seat(self._database)
            self._reading = None
        assert self.line.place is not None, "a seat comes with its database"
        if self._reading is None:
            agencies = await list_wall_agencies(self.line.place)
            self.known_agencies = tuple(name for _, name in agencies)
            chosen = tuple(number for number, name in agencies if name in self.agency_names)
            self.line.unknown = tuple(name for name in self.agency_names if name not in self.known_agencies)
            # Of names that nobody knows there is nothing to show; never everything instead.
            self._changed.clear()
            self._reading = WallReading(self.line.place, chosen or ((0,) if self.agency_names else ()))
        return await self._reading.read()

    async def _let_go(self) -> None:
        """Close what is left of a connection; its place stays, because it knows the time and the rules."""
        database, self._database, self._reading = self._database, None, None
        hears, self._hears = self._hears, None
        if hears is not None:
            hears.cancel()
            await asyncio.gather(hears, return_exceptions=True)
        if database is None:
            return
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await database.close()
        except Exception as error:  # the line is lost anyway
            log.info("closing a lost connection: %s", error)

    def _miss(self, error: Exception) -> None:
        self.line.misses += 1
        self.line.why = _said(error)
        if self.line.misses == 1:
            foreseen = isinstance(error, DatabaseUnavailable | Refused | TimeoutError | OSError)
            log.info("the wall missed a reading: %s", error, exc_info=None if foreseen else error)


async def _watch(place: Workplace) -> None:
    try:
        if await tells(place.database):
            await place.feed.watch(place.database)
    except Exception as error:  # the readings go on, and say what is wrong
        log.info("the wall hears of no changes: %s", type(error).__name__)


def _said(error: Exception) -> str:
    if isinstance(error, DatabaseUnavailable | Refused):
        return explain(error.refusal)
    if isinstance(error, TimeoutError):
        return tr("The database does not answer in time.")
    return tr("Unforeseen: {error}. Details are in the log.", error=type(error).__name__)
