"""The wall's line to its database: read again and again, lost, and taken up again, for ever."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from app.regulation.errors import Refused
from app.services.storage import Database, DatabaseUnavailable
from app.services.wall import WallReading, WallState, list_wall_agencies, open_seat
from app.services.workplace import Workplace
from app.texts import tr
from app.texts.refusals import explain

log = logging.getLogger(__name__)

# A reading that takes longer is a line that hangs.
PATIENCE_SECONDS = 20.0
LONGEST_PAUSE_SECONDS = 30.0
MISSES_TO_WARN = 2


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
    """Reads every `refresh_seconds` until cancelled; `told` is called after each reading, missed or not."""

    def __init__(
        self, open_database: Callable[[], Awaitable[Database]], told: Callable[[], None], refresh_seconds: float
    ) -> None:
        self._open, self._told, self.refresh_seconds = open_database, told, refresh_seconds
        self.line = Line()
        self.agency_names: tuple[str, ...] = ()
        self.known_agencies: tuple[str, ...] = ()
        self._database: Database | None = None
        self._reading: WallReading | None = None
        self._hurry = asyncio.Event()

    def hurry(self) -> None:
        """Read now instead of when the pause is over."""
        self._hurry.set()

    def limit_to(self, names: tuple[str, ...]) -> None:
        """Read these agencies only (short names), from the next reading on."""
        self.agency_names, self._reading = names, None

    async def read_for_ever(self) -> None:
        """Connect, read, and connect again; ends only by cancellation, and leaves no connection behind."""
        try:
            while True:
                await self.read_once()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._hurry.wait(), self.pause_seconds())
                self._hurry.clear()
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
            self._reading = WallReading(self.line.place, chosen or ((0,) if self.agency_names else ()))
        return await self._reading.read()

    async def _let_go(self) -> None:
        """Close what is left of a connection; its place stays, because it knows the time and the rules."""
        database, self._database, self._reading = self._database, None, None
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


def _said(error: Exception) -> str:
    if isinstance(error, DatabaseUnavailable | Refused):
        return explain(error.refusal)
    if isinstance(error, TimeoutError):
        return tr("The database does not answer in time.")
    return tr("Unforeseen: {error}. Details are in the log.", error=type(error).__name__)
