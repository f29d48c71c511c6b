"""The primary is killed under load, its standby promoted: python -m tests.load.failover [acts before and after].

Two real servers with synchronous streaming replication; desks know both by their address and are told nothing.
"""

import asyncio
import random
import sys
import time
from dataclasses import dataclass

from sqlalchemy.engine import make_url

from app.models.database import Database
from app.services.wall import WallReading, open_seat
from tests.helpers.crew import LOGINS, NAME, Crew, broken_promises, furnish_server
from tests.helpers.databases import PASSWORD, _administer
from tests.helpers.postgres import Server


@dataclass(frozen=True)
class Outcome:
    """How long nobody could save, and which promises did not hold."""

    before: int
    after: int
    gap_seconds: float
    promote_seconds: float
    broken: list[str]


async def run(acts: int, seed: int) -> Outcome:
    """Kill the primary after `acts` acts; after the promotion the desks do as many again, or it fails."""
    primary = await asyncio.to_thread(lambda: Server(durable=True))
    standby = crew = None
    try:
        await furnish_server(primary)
        standby = await asyncio.to_thread(lambda: Server(durable=True, copy_of=primary))
        await _replicate_synchronously(primary)
        both = f"/{NAME}?host=127.0.0.1:{primary.port}&host=127.0.0.1:{standby.port}"
        crew = Crew(f"postgresql+asyncpg://someone@{both}", seed)
        crew.start(*LOGINS)
        await crew.until_done(acts)
        await _show_a_wall(standby)
        await asyncio.to_thread(primary.halt, "immediate")
        killed, before = time.monotonic(), crew.done
        await asyncio.to_thread(standby.promote)
        promoted = time.monotonic()
        await crew.until_done(before + 1)
        heard = time.monotonic()
        await crew.until_done(before + acts)
        crew.end()
        broken = await broken_promises(standby.url(NAME), crew.said)
        return Outcome(before, crew.done - before, heard - killed, promoted - killed, broken)
    finally:
        if crew is not None:
            crew.end()
        if standby is not None:
            await asyncio.to_thread(standby.stop)
        await asyncio.to_thread(primary.stop)


async def _show_a_wall(standby: Server) -> None:
    """A wall may read from a standby, which takes no writes."""
    url = make_url(standby.url(NAME)).set(username="person7", password=PASSWORD)
    database = await Database.open_to_read(url.render_as_string(hide_password=False))
    state = await WallReading(await open_seat(database), ()).read()
    assert state.open > 0, "the wall shows nothing"
    await database.close()


async def _replicate_synchronously(primary: Server) -> None:
    """From now on a commit is told only when the standby has it on its disk; waits until the standby is there."""
    await _administer(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'")
    await _administer(primary, "SELECT pg_reload_conf()")
    await _administer(primary, """DO $$ BEGIN
        FOR tries IN 1..300 LOOP
            PERFORM FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = 'sync';
            IF FOUND THEN RETURN; END IF;
            PERFORM pg_sleep(0.1), pg_stat_clear_snapshot();
        END LOOP;
        RAISE 'the standby does not follow';
    END $$""")


def main() -> int:
    acts = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    outcome = asyncio.run(run(acts, random.SystemRandom().randrange(2**32)))
    print(f"{outcome.before} acts acknowledged, the primary killed; the standby promoted after "
          f"{outcome.promote_seconds:.1f} s, the first act there after {outcome.gap_seconds:.1f} s, "
          f"{outcome.after} more")  # fmt: skip
    print("\n".join(outcome.broken) or "no acknowledged act lost, none doubled, chains verify")
    return 1 if outcome.broken else 0


if __name__ == "__main__":
    sys.exit(main())
