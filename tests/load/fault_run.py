"""Desks act at random while they are killed, the server is restarted, the network cut: python -m tests.load.fault_run
[minutes]. Without a number it is the short form (a quarter of a minute of faults).
"""

import asyncio
import random
import sys
import time
from dataclasses import dataclass, field

from tests.helpers.crew import LOGINS, NAME, Crew, broken_promises, furnish_server
from tests.helpers.postgres import Server
from tests.helpers.wire import Wire


@dataclass
class Outcome:
    """What happened, and which promises did not hold."""

    faults: dict[str, int] = field(default_factory=dict)
    done: int = 0
    refused: int = 0
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0


async def run(faults: int, acts_between: int, seed: int) -> Outcome:
    """So many faults, one after another; after each the desks do `acts_between` acts more, or it fails."""
    began, chance, outcome = time.monotonic(), random.Random(seed), Outcome()
    server = await asyncio.to_thread(lambda: Server(durable=True))
    wire = Wire(server.port)
    crew = None
    try:
        await furnish_server(server)
        url = server.url(NAME)
        crew = Crew(url.replace(f":{server.port}/", f":{await wire.open()}/"), seed)
        crew.start(*LOGINS)
        await crew.until_done(acts_between)
        kinds = ("kill", "restart", "cut")
        for number in range(faults):
            kind = kinds[number] if number < len(kinds) else chance.choice(kinds)
            outcome.faults[kind] = outcome.faults.get(kind, 0) + 1
            await _fail(kind, crew, server, wire, chance)
            await crew.until_done(crew.done + acts_between)
        crew.end()
        outcome.done = crew.done
        outcome.refused = sum(word == "refused" for word in crew.said.values())
        outcome.broken = await broken_promises(url, crew.said)
    finally:
        if crew is not None:
            crew.end()
        await wire.close()
        await asyncio.to_thread(server.stop)
    outcome.seconds = time.monotonic() - began
    return outcome


async def _fail(kind, crew, server, wire, chance):
    if kind == "kill":
        await asyncio.sleep(chance.random() * 0.2)
        crew.kill_one()
    elif kind == "restart":
        await asyncio.to_thread(server.halt, chance.choice(["immediate", "fast"]))
        await asyncio.sleep(chance.random())
        await asyncio.to_thread(server.start)
    else:
        wire.cut()
        await asyncio.sleep(0.5 + chance.random())
        wire.mend()


def main() -> int:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 0
    seed = random.SystemRandom().randrange(2**32) if minutes else 7
    print(f"seed {seed}")
    total = Outcome()
    until = time.monotonic() + 60 * minutes
    while True:
        outcome = asyncio.run(run(12 if minutes else 3, 25 if minutes else 10, seed))
        total.done, total.refused = total.done + outcome.done, total.refused + outcome.refused
        total.broken += outcome.broken
        total.seconds += outcome.seconds
        for kind, count in outcome.faults.items():
            total.faults[kind] = total.faults.get(kind, 0) + count
        seed += 1
        if time.monotonic() >= until or total.broken:
            break
    told = ", ".join(f"{count} × {kind}" for kind, count in sorted(total.faults.items()))
    print(f"{told}: {total.done} acts acknowledged, {total.refused} refused, {total.seconds:.0f} s")
    print("\n".join(total.broken) or "no act lost or doubled, every clock has one verdict, chains verify")
    return 1 if total.broken else 0


if __name__ == "__main__":
    sys.exit(main())
