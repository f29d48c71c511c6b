"""The lease on both engines: one holds it, another takes over when it ran out, and a lost fence writes nothing."""

import asyncio

import pytest
from sqlalchemy import select

from app.models import Meta
from app.regulation.errors import Refused
from app.services.background.lease import LEASE_SECONDS, fenced, read_lease, release, renew, take


async def test_of_many_that_ask_at_once_one_gets_it(database):
    got = await asyncio.gather(*(take(database, f"holder {n}", f"desk:{n}") for n in range(4)))
    assert [lease.fence for lease in got if lease] == [1]
    assert (await read_lease(database)).label == next(lease.label for lease in got if lease)


async def test_a_renewed_lease_holds_and_one_that_ran_out_is_taken(database):
    first = await take(database, "one", "desk:1")
    database.clock.move(seconds=LEASE_SECONDS - 1)
    first = await renew(database, first)
    database.clock.move(seconds=LEASE_SECONDS - 1)
    assert await take(database, "two", "desk:2") is None

    database.clock.move(seconds=1)
    second = await take(database, "two", "desk:2")
    assert second.fence == first.fence + 1
    with pytest.raises(Refused, match="worker_fence_lost"):
        await renew(database, first)


async def test_a_lease_given_up_is_free_at_once_and_only_by_its_holder(database):
    first = await take(database, "one", "desk:1")
    await release(database, first)
    second = await take(database, "two", "desk:2")
    assert second is not None
    await release(database, first)
    assert not (await read_lease(database)).is_over(database.clock.now())


async def test_a_clock_set_back_holds_nobody_off(database):
    """Else nobody would work until the old time came again."""
    await take(database, "one", "desk:1")
    database.clock.move(hours=-5)
    assert (await take(database, "two", "desk:2")).fence == 2


async def write(database, key):
    async with database.write() as connection:
        await connection.execute(Meta.__table__.insert().values(key=key, value="x"))


async def keys(database):
    async with database.read() as connection:
        return set((await connection.execute(select(Meta.key))).scalars())


async def test_what_is_written_after_the_fence_is_lost_is_refused(database):
    first = await take(database, "one", "desk:1")
    mine = fenced(database, first)
    await write(mine, "while held")
    database.clock.move(seconds=LEASE_SECONDS)
    await write(mine, "ran out, but nobody took it")
    await take(database, "two", "desk:2")

    with pytest.raises(Refused, match="worker_fence_lost"):
        await write(mine, "after the takeover")
    await write(database, "by a person")
    assert {"while held", "ran out, but nobody took it", "by a person"} <= await keys(database)
    assert "after the takeover" not in await keys(database)


async def test_a_takeover_waits_for_a_write_under_way(database):
    """So that a write that was let through is committed before the next worker reads."""
    first = await take(database, "one", "desk:1")
    database.clock.move(seconds=LEASE_SECONDS)
    async with fenced(database, first).write() as connection:
        await connection.execute(Meta.__table__.insert().values(key="under way", value="x"))
        taking = asyncio.create_task(take(database, "two", "desk:2"))
        done, _ = await asyncio.wait({taking}, timeout=0.2)
        assert not done
    assert (await taking).fence == 2
    assert "under way" in await keys(database)
