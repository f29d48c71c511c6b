"""Waiting for a condition, never for a time."""

import asyncio

# Only a failing test waits so long: a machine that is busy with something else is no failure.
PATIENCE_SECONDS = 60.0


async def until(predicate, seconds=PATIENCE_SECONDS):
    """Wait until `predicate()` is true; TimeoutError when it does not come."""
    async with asyncio.timeout(seconds):
        while not predicate():
            await asyncio.sleep(0.002)
