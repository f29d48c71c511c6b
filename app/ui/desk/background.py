"""The background work of an embedded database, done beside the window; a server's has a worker of its own."""

import asyncio
import contextlib
import importlib
from typing import TYPE_CHECKING

from app.services.workplace import Workplace

if TYPE_CHECKING:
    from app.services.background.worker import Worker

FIRST_AFTER_SECONDS = 3.0
"""By then the window's own rows are read and painted."""


class Background:
    """One desk on the file works, any other stands by. `wake` lets it look at once whether anything is due."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._worker: Worker | None = None
        self._hurried = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled; returns at once on a server, where `cur-desk worker` does this (DECISIONS, "Worker")."""
        if not self._place.database.is_sqlite:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FIRST_AFTER_SECONDS):  # wait_for would swallow a cancellation that comes with it
                await self._hurried.wait()
        services = await asyncio.to_thread(importlib.import_module, "app.services.background.worker")
        program = await services.seat_program(self._place.database, self._place.feed)
        self._worker = services.Worker(program)
        await self._worker.run()

    def wake(self) -> None:
        self._hurried.set()
        if self._worker is not None:
            self._worker.wake()
