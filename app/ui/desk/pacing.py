"""Work that many causes ask for: the first time at once, afterwards at most so often."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from app.ui.tasks import TaskScope

# Where many desks hear of the same, they do not all ask the server at the same moment.
SPREAD_SECONDS = 0.5
# What may wait takes so small a share of the time that its work takes: a slow server is asked more seldom.
SHARE = 0.01


class Paced:
    """Runs `work` in `scope` when wanted: at once, then not again within `pause_seconds`; never twice at a time.

    A wish during the pause or the work itself is fulfilled by one more run. `want_later` is for what may wait after the
    run before: for the first of `patience_seconds`, or longer where the work itself took long, up to the second.
    """

    def __init__(
        self,
        scope: TaskScope,
        name: str,
        work: Callable[[], Awaitable[None]],
        pause_seconds: float,
        patience_seconds: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        self._scope, self._name, self._work = scope, name, work
        self._pause_seconds, self._patience_seconds = pause_seconds, patience_seconds
        self._is_wanted = False
        self._is_running = False
        self._begun: float | None = None
        self._took = 0.0
        self._later: asyncio.TimerHandle | None = None

    @property
    def is_running(self) -> bool:
        """Whether the work is being done, or its pause is not over."""
        return self._is_running

    @property
    def due_at(self) -> float | None:
        """When what may wait is done, by the loop's clock in seconds; None where nothing waits."""
        return self._later.when() if self._later else None

    def want(self) -> None:
        """Have the work done soon."""
        self._is_wanted = True
        if not self._is_running:
            self._is_running = True
            self._scope.latest(self._name, self._run())

    def want_later(self) -> None:
        """Have it done soon where it was not done lately, else when the patience ends."""
        if self._later is not None or self._is_wanted:
            return
        loop = asyncio.get_running_loop()
        soon = loop.time() + random.uniform(0.0, SPREAD_SECONDS)
        least, most = self._patience_seconds
        patience = min(max(least, self._took / SHARE), most) * random.uniform(0.75, 1.0)
        self._later = loop.call_at(soon if self._begun is None else max(soon, self._begun + patience), self._due)

    def _due(self) -> None:
        self._later = None
        if not self._scope.is_closed:
            self.want()

    async def _run(self) -> None:
        try:
            while self._is_wanted:
                self._is_wanted = False
                self._begun = self._begin()
                await self._work()
                self._took = asyncio.get_running_loop().time() - self._begun
                await asyncio.sleep(self._pause_seconds)
        finally:
            self._is_running = False

    def _begin(self) -> float:
        """What was wanted for later is done by what begins now."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
        return asyncio.get_running_loop().time()
