"""Work on many items beside a window: an item a turn, or in a process of its own where there are many."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")
Beside = Callable[[Sequence[Item]], Awaitable[list[Made]]]
"""Makes something of each item while the window goes on."""

APART_FROM = 2000
"""So many items are worth a process of their own: it takes as long to start as a thousand take."""


@asynccontextmanager
async def beside(make: Callable[[Item], Made], count: int) -> AsyncIterator[Beside[Item, Made]]:
    """What makes something of each of about `count` items. `make` and the items must bear being sent to a process."""
    if count < APART_FROM:
        yield in_turns(make)
        return
    from concurrent.futures import ProcessPoolExecutor  # 25 ms that the window's start need not pay
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))

    async def apart(items: Sequence[Item]) -> list[Made]:
        return await asyncio.get_running_loop().run_in_executor(pool, _make_all, make, items)

    try:
        yield apart
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def in_turns(make: Callable[[Item], Made]) -> Beside[Item, Made]:
    """In this process: a window takes a key or paints between two items."""

    async def made(items: Sequence[Item]) -> list[Made]:
        found = []
        for item in items:
            found.append(make(item))
            await asyncio.sleep(0)
        return found

    return made


def _make_all(make: Callable[[Item], Made], items: Sequence[Item]) -> list[Made]:
    return [make(item) for item in items]
