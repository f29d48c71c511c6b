"""What time it is at the desk: the database's time, so that a PC whose clock is wrong still counts right."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Gives the current instant; tests pass one that they can move."""

    def now(self) -> datetime:
        """The current instant, aware UTC, whole seconds."""
        ...


class SystemClock:
    """This machine's clock plus a fixed offset (the demo's stored one, or the distance to a database server).

    With an offset learned from a server, time runs on the monotonic clock, so that somebody setting the
    PC's clock does not move deadlines.
    """

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self._offset = offset
        self._anchor: tuple[datetime, float] | None = None

    def now(self) -> datetime:
        """The current instant, aware UTC, whole seconds."""
        if self._anchor is not None:
            server, at = self._anchor
            moment = server + timedelta(seconds=time.monotonic() - at)
        else:
            moment = datetime.now(UTC) + self._offset
        return moment.replace(microsecond=0)

    def set_offset(self, offset: timedelta) -> None:
        """Show time shifted by `offset` from this machine's clock (the demo database)."""
        self._offset = offset

    def follow(self, server_now: datetime) -> None:
        """From now on count from the server's time just read."""
        self._anchor = (server_now, time.monotonic())
