"""Carries the calls of one connection: each is paced, counted against the day's allowance, then sent."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from app.services.networks.allowance import Limit, Meter
from app.services.networks.faults import MISREAD, Ambiguous, RetryAfter, Unreadable
from app.services.networks.transport import Answer, Transport

SHORT_WAIT_SECONDS = 3.0
TRIES = 4


def real_ms() -> int:
    """Milliseconds since 1970: paces are about real time, whatever the desk's clock shows."""
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class Courier:
    """`skew_seconds` is how far the network's clock was found to run ahead; `calls` how many were made."""

    transport: Transport
    meter: Meter
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    calls: int = 0
    skew_seconds: float = 0.0
    pace: Limit = field(default_factory=lambda: Limit("all"))

    async def send(self, method: str, url: str, *limits: Limit, **parts: Any) -> Answer:
        """Send after its turn came in every one of `limits` (and in the connection's own pace)."""
        for limit in (self.pace, *limits):
            if (wait_ms := await self.meter.take(limit)) > 0:
                await self.sleep(wait_ms / 1000)
        self.calls += 1
        answer = await self.transport.send(method, url, **parts)
        if answer.skew_seconds is not None:
            self.skew_seconds = answer.skew_seconds
        return answer

    async def ask(
        self, read: Callable[[Any, int], Any], method: str, url: str, *limits: Limit, writes: bool = False, **parts: Any
    ) -> Any:
        """Send, and again where the network asks for a moment's patience; a longer one is kept and raised.

        Gives what `read` makes of the answer's JSON and status; it raises the network's own faults. An answer of
        another shape than documented is Unreadable; after a publication it is Ambiguous.
        """
        for attempt in range(1, TRIES + 1):
            try:
                answer = await self.send(method, url, *limits, writes=writes, **parts)
                return read(answer.json(writes), answer.status)
            except RetryAfter as fault:
                if fault.seconds > SHORT_WAIT_SECONDS or attempt == TRIES:
                    await self.meter.block(fault.seconds)
                    raise
                await self.sleep(fault.seconds * attempt)
            except MISREAD:
                raise Ambiguous if writes else Unreadable from None
        raise AssertionError("the last try returns or raises")
