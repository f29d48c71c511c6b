"""The worker: one at a time, taken over when it is killed, nothing run twice, everything caught up and read anew."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import insert, select

from app.models import JobRun, Meta
from app.models.database import Database
from app.regulation.periods import AfterMonth, Daily
from app.services.background import running
from app.services.background.jobs import JOBS, Job
from app.services.background.lease import LEASE_SECONDS, take
from app.services.background.state import read_worker
from app.services.background.worker import Worker, seat_program
from tests.helpers.worker import TRACE, Child

TAKEOVER_SECONDS = 15


async def until(found):
    """Wait for what `found()`, a coroutine function, gives."""
    async with asyncio.timeout(20):
        while not (value := await found()):
            await asyncio.sleep(0.01)
        return value


async def runs_of(database):
    async with database.read() as connection:
        return (await connection.execute(select(JobRun).order_by(JobRun.kind, JobRun.period))).all()


# ----- processes


async def kill_and_take_over(url):
    """Seconds until the standby works, and the traces that both left."""
    first = Child(url)
    assert await first.heard() == ["working", "1"]
    second = Child(url)
    assert await second.heard() == ["standby", "1"]
    database = await Database.open(url)

    async def traces():
        async with database.read() as connection:
            found = await connection.execute(select(Meta.value).where(Meta.key.startswith(TRACE)))
            return [value.split() for value in found.scalars()]

    async def some_of_first():
        return len(await traces()) >= 3

    async def some_of_second():
        return [fence for _, fence in await traces()].count("2") >= 2

    await until(some_of_first)
    first.kill()
    killed = time.monotonic()
    assert await second.heard() == ["working", "2"]
    seconds = time.monotonic() - killed
    await until(some_of_second)
    second.kill()
    left, runs = await traces(), await runs_of(database)
    await database.close()
    return seconds, left, runs


async def test_a_killed_worker_is_taken_over_and_nothing_is_run_twice(sqlite_url, postgres_url):
    for seconds, left, runs in await asyncio.gather(*map(kill_and_take_over, (sqlite_url, postgres_url))):
        periods = [period for period, _ in left]
        assert seconds <= TAKEOVER_SECONDS
        assert len(periods) == len(set(periods)) >= 5
        assert {run.period for run in runs if run.state == "done"} == set(periods)


# ----- within the test


class Bench:
    """Jobs under the test's eye: `done` are the periods whose work was begun, `hold` stops it there."""

    def __init__(self):
        self.begun, self.error, self.hold = [], None, None

    def maker(self, place):
        async def work(run):
            self.begun.append(run.period)
            if self.hold is not None:
                await self.hold.wait()
            if self.error is not None:
                raise self.error
            async with run.place.database.write() as connection:
                await connection.execute(insert(Meta).values(key=f"{run.kind} {run.period}", value="x"))

        return work


class BenchJob(Job):
    """A job whose work is the bench's of the test."""

    async def make(self, place):
        return BENCH.maker(place)


BENCH = Bench()
DAILY, MONTHLY = BenchJob("daily", Daily(), ""), BenchJob("monthly", AfterMonth(), "")


@pytest.fixture(autouse=True)
def clean_bench(monkeypatch):
    monkeypatch.setitem(globals(), "BENCH", Bench())


@asynccontextmanager
async def working(database, *jobs):
    """A worker at work, and what it told."""
    heard = []
    worker = Worker(await seat_program(database), jobs, told=lambda what, lease: heard.append(what))
    task = asyncio.create_task(worker.run())
    try:
        yield worker, heard
    finally:
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():
            task.result()


async def ended(database, kind, count, state="done"):
    async def found():
        runs = [run for run in await runs_of(database) if run.kind == kind and run.state == state]
        return runs if len(runs) == count else None

    return await until(found)


async def test_what_was_missed_is_caught_up_at_the_start_once(database):
    async with working(database, MONTHLY, DAILY):
        await ended(database, "monthly", 1)
        await ended(database, "daily", 1)
    assert sorted(BENCH.begun) == ["2026-05", "2026-06-01"]  # Monday 1 June, 10:00: May's report is due

    database.clock.move(days=92)
    async with working(database, MONTHLY, DAILY):
        await ended(database, "monthly", 4)
        await until(lambda: asyncio.sleep(0, "2026-09-01" in BENCH.begun))
    async with working(database, MONTHLY, DAILY) as (_, heard):
        await until(lambda: asyncio.sleep(0, heard))
    assert sorted(BENCH.begun) == ["2026-05", "2026-06", "2026-06-01", "2026-07", "2026-08", "2026-09-01"]


async def test_a_jump_of_time_is_noticed_and_everything_read_anew(database):
    async with working(database, DAILY) as (worker, _):
        await ended(database, "daily", 1)
        database.clock.move(hours=20)  # a night asleep
        worker.wake()
        await ended(database, "daily", 2)
    assert BENCH.begun == ["2026-06-01", "2026-06-02"]


async def test_a_job_that_fails_is_tried_again_later(database):
    BENCH.error = OSError("away")
    async with working(database, DAILY) as (worker, _):
        (failed,) = await ended(database, "daily", 1, "failed")
        assert (failed.error, failed.attempts) == ("OSError", 1)
        assert failed.retry_at - failed.finished_at == running.RETRY_AFTER[0]
        worker.wake()
        database.clock.move(minutes=2)
        BENCH.error = None
        worker.wake()
        (done,) = await ended(database, "daily", 1)
    assert (done.attempts, done.error) == (2, "")


async def test_a_run_left_by_a_dead_worker_is_taken_up(database):
    BENCH.hold = asyncio.Event()
    async with working(database, MONTHLY):
        await ended(database, "monthly", 1, "running")
    database.clock.move(seconds=LEASE_SECONDS)
    BENCH.hold = None
    async with working(database, MONTHLY):
        (done,) = await ended(database, "monthly", 1)
    assert (done.attempts, done.fence) == (2, 2)


async def test_a_job_that_lost_its_fence_writes_nothing_and_the_worker_stands_by(database):
    BENCH.hold = asyncio.Event()
    async with working(database, DAILY) as (_, heard):
        await ended(database, "daily", 1, "running")
        database.clock.move(seconds=LEASE_SECONDS)
        assert await take(database, "another", "desk:2") is not None
        BENCH.hold.set()
        await until(lambda: asyncio.sleep(0, "standby" in heard))
        assert heard == ["working", "lost", "standby"]
    async with database.read() as connection:
        assert (await connection.execute(select(Meta).where(Meta.key.startswith("daily")))).all() == []
    assert [run.state for run in await runs_of(database)] == ["running"]


async def test_the_programs_own_jobs_run_on_a_furnished_region(desk):
    async with working(desk.database, *JOBS):
        for job in JOBS:
            await ended(desk.database, job.kind, 1)
        state = await read_worker(desk.database)
    assert state.is_working
    assert {run.kind for run in state.last_runs} == {job.kind for job in JOBS}
    assert not (await read_worker(desk.database)).is_working
