"""Work in a process of its own, beside a window: it gives what it makes one after the other."""

import asyncio
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any


class DiedError(Exception):
    """The process ended without having given everything."""


class Apart:
    """What `work(argument)`, a generator, gives in a process of its own: it starts when first asked.

    Both must bear being sent to a process. The pipe holds it back while nobody takes.
    """

    def __init__(self, work: Callable[[Any], Iterator[Any]], argument: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._here, there = context.Pipe(duplex=False)
        self._process = context.Process(target=_give, args=(work, argument, there), daemon=True)
        self._there: Connection | None = there
        self._started: asyncio.Future[None] | None = None
        self._now: asyncio.Future[Any] | None = None

    async def start(self) -> Connection:
        """Start it where it is not yet; gives the end of its pipe, which another process may be sent with to take what
        it gives (None at the end). Here nothing is to be asked of it then but to `let_go` and to `close`."""
        if self._there is not None:
            self._started = self._started or asyncio.ensure_future(asyncio.to_thread(self._process.start))
            await asyncio.shield(self._started)
            self._there.close()
            self._there = None
        return self._here

    def let_go(self) -> None:
        """The other process has its own hold on the pipe: when that is gone, nobody is there to give to."""
        self._here.close()

    async def next(self) -> Any:
        """The next that it gives, None for the end. Raises DiedError."""
        await self.start()
        self._now = asyncio.ensure_future(asyncio.to_thread(self._here.recv))
        try:
            return await asyncio.shield(self._now)
        except (EOFError, OSError) as error:
            raise DiedError from error

    async def hear_out(self) -> None:
        """Let it give what it still gives, unheard, until it ends. Raises DiedError."""
        try:
            if self._now is not None and not self._now.done() and await asyncio.shield(self._now) is None:
                return
        except (EOFError, OSError) as error:
            raise DiedError from error
        while await self.next() is not None:
            pass

    async def close(self) -> None:
        """End the process, finished or not: what it writes into a database it writes whole or not at all."""
        if self._started is not None:
            await asyncio.wait([self._started])  # a task that was cancelled meanwhile must not leave it running
        if self._started is not None and self._started.exception() is None:
            if self._there is not None:
                self._there.close()
            self._process.kill()  # a thread that waits for its next word hears that nobody is there
            await asyncio.to_thread(self._process.join)
            if self._now is not None:
                await asyncio.gather(self._now, return_exceptions=True)
            self._process.close()
        self._here.close()


def _give(work: Callable[[Any], Iterator[Any]], argument: Any, there: Connection) -> None:
    """The process of its own: gives everything, and None for the end."""
    with suppress(BrokenPipeError, KeyboardInterrupt):
        for item in work(argument):
            there.send(item)
        there.send(None)
