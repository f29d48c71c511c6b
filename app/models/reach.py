"""Whether a database is within reach: its file is still the one that was opened, its server was heard lately."""

import asyncio
import socket
from pathlib import Path
from typing import Any
from weakref import WeakSet

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from app.regulation.errors import Refusal

# What a server does not acknowledge, or does not say when asked, for so long is lost (seconds; milliseconds for the
# last): else the system waits for a quarter of an hour. Not every system has each of them.
_OPTIONS = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 3, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 15_000}
_HEARING = [(getattr(socket, name), value) for name, value in _OPTIONS.items() if hasattr(socket, name)]
CUT_OFF_SECONDS = 1.0


class Reach:
    """What is known of the way to a database. `away` is why there is none, None while there is one.

    A file that was moved away can still be written by whoever has it open, and all of that would be lost with it: so
    its place is looked at before every unit of work. A server that says nothing holds what waits for it until the
    system gives up, a quarter of an hour later: `let_go` ends that.
    """

    def __init__(self, engine: AsyncEngine, path: Path | None) -> None:
        self.away: Refusal | None = None
        self._path = path
        self._file: tuple[int, int] | None = None
        self._open: WeakSet[Any] = WeakSet()
        if path is None:
            event.listen(engine.sync_engine, "connect", self._remember)

    def found(self) -> None:
        """The file in its place now is the database; a server has none."""
        self._file = self._file_there() if self._path is not None else None

    def refusal(self) -> Refusal | None:
        """Why nothing can be read or written now, None where nothing speaks against it."""
        return self.vanished() or self.away

    def vanished(self) -> Refusal | None:
        """Whether the file that was opened is no longer in its place."""
        if self._file is None or self._file_there() == self._file:
            return None
        return Refusal("database_vanished", {"path": str(self._path)})

    @property
    def is_another_file(self) -> bool:
        """Whether a file stands in its place that is not the one opened."""
        there = self._file_there()
        return self._file is not None and there is not None and there != self._file

    async def is_cut_off(self) -> bool:
        """Whether nothing at all answers where the server was: its system takes a connection however busy it is.

        Known after a second at the most; False where it cannot be told.
        """
        peers = (driver._transport.get_extra_info("peername") for driver in tuple(self._open))
        peer = next((peer for peer in peers if isinstance(peer, tuple)), None)
        return peer is not None and await asyncio.to_thread(_is_silent, peer[:2])

    def let_go(self) -> None:
        """End every connection to a server at once; whoever waits on one hears that it was lost."""
        for connection in tuple(self._open):
            connection.terminate()

    def _file_there(self) -> tuple[int, int] | None:
        assert self._path is not None, "only a file has a place"
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _remember(self, connection: Any, _record: Any) -> None:
        driver = connection.driver_connection
        self._open.add(driver)
        line = driver._transport.get_extra_info("socket")
        if line.family in (socket.AF_INET, socket.AF_INET6):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for option, value in _HEARING:
                line.setsockopt(socket.IPPROTO_TCP, option, value)


def _is_silent(peer: tuple[str, int]) -> bool:
    try:
        socket.create_connection(peer, CUT_OFF_SECONDS).close()
    except TimeoutError:
        return True
    except OSError:
        return False  # that is an answer: the next question tells what it means
    return False
