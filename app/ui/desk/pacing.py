"""Work that many causes ask for: the first time at once, afterwards at most so often."""

import asyncio
from collections.abc import Awaitable, Callable

from app.ui.tasks import TaskScope


class Paced:
    """Runs `work` in `scope` when wanted: at once, then not again within `pause_seconds`; never twice at a time.

    A wish during the pause or the work itself is fulfilled by one more run.
    """

    def __init__(
        self, scope: TaskScope, name: str, work: Callable[[], Awaitable[None]], pause_seconds: float
    ) -> None:
        self._scope, self._name, self._work, self._pause_seconds = scope, name, work, pause_seconds
        self._is_wanted = False
        self._is_running = False

    def want(self) -> None:
        """Have the work done soon."""
        self._is_wanted = True
        if not self._is_running:
            self._is_running = True
            self._scope.latest(self._name, self._run())

    async def _run(self) -> None:
        try:
            while self._is_wanted:
                self._is_wanted = False
                await self._work()
                await asyncio.sleep(self._pause_seconds)
        finally:
            self._is_running = False
