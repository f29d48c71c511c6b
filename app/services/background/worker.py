"""The one worker of a database: waits for the lease, does what falls due, and stops the moment it has lost it."""

import asyncio
import contextlib
import logging
import os
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.models import JobRun, new_uuid
from app.models.database import Database
from app.regulation.calendar_errors import CalendarError
from app.regulation.errors import Refused
from app.regulation.workflow import Role
from app.services.background.jobs import JOBS, Job, Run, Work
from app.services.background.lease import (
    ASK_EVERY_SECONDS,
    LEASE_SECONDS,
    RENEW_EVERY_SECONDS,
    Lease,
    fenced,
    read_lease,
    release,
    renew,
    take,
)
from app.services.background.running import AWAY, RETRY_AFTER, run_once
from app.services.changes import Feed
from app.services.workplace import PROGRAM_UUID, PersonView, Workplace

log = logging.getLogger(__name__)

JUMP_SECONDS = 5.0
"""More than this between the database's time and the monotonic clock is a jump: sleep, or a clock that was set."""
PROGRAM = PersonView(0, PROGRAM_UUID, "", "", "", frozenset({Role.SYSTEM}))


async def seat_program(database: Database, feed: Feed | None = None) -> Workplace:
    """The program's own seat: no person, the rights of none. Raises Refused where the region is not set up."""
    if "zone" not in database.meta:
        raise Refused("region_missing", path=database.url)
    return await Workplace(database, PROGRAM, feed or Feed()).load()


def label_of_this_program() -> str:
    """How others are told who works: the machine and the process."""
    return f"{socket.gethostname()}:{os.getpid()}"


@dataclass(slots=True)
class _Hand:
    """One job in one term: its coroutine, and the run that is under way."""

    job: Job
    work: Work
    task: asyncio.Task[None] | None = None
    again: bool = False


@dataclass(slots=True)
class Worker:
    """Runs until cancelled. `told` hears "standby", "working" and "lost" as they come, with the lease.

    One worker of all works at a time; the others wait and take over within fifteen seconds after it was last heard
    of. A term ends when the lease is lost or cannot be renewed: what is under way is cancelled, and what it would
    still write is refused by the database.
    """

    place: Workplace
    jobs: Sequence[Job] = JOBS
    label: str = field(default_factory=label_of_this_program)
    told: Callable[[str, Lease | None], None] = lambda what, lease: None
    holder: str = field(default_factory=new_uuid)
    lease: Lease | None = None
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _hands: dict[str, _Hand] = field(default_factory=dict)
    _wakes: Any = None

    async def run(self) -> None:
        """Wait for the lease, work, and wait again where it was lost. An older program than the database's waits."""
        try:
            while True:
                self.lease = await self._wait_for_lease()
                self.told("working", self.lease)
                await self._work(self.lease)
                self.told("lost", self.lease)
                with contextlib.suppress(*AWAY):
                    await release(self.place.database, self.lease)  # a newer program took the database over
                self.lease = None
        finally:
            if self.lease is not None:
                with contextlib.suppress(*AWAY):
                    await release(self.place.database, self.lease)

    def wake(self) -> None:
        """Look at once whether anything is due: a day began, or a person asked for something."""
        self._woken.set()

    # ----- the lease

    async def _wait_for_lease(self) -> Lease:
        is_told = False
        while True:
            with contextlib.suppress(*AWAY, Refused):
                if (lease := await take(self.place.database, self.holder, self.label)) is not None:
                    return lease
                if not is_told:
                    self.told("standby", await read_lease(self.place.database))
                    is_told = True
            await asyncio.sleep(ASK_EVERY_SECONDS)

    async def _work(self, lease: Lease) -> None:
        """One term, until the lease is lost."""
        await self.place.database.synchronise_clock()
        place = replace(self.place, database=fenced(self.place.database, lease))
        await place.load()  # rules may have changed since this program last worked
        self._wakes = await _wakes()
        try:
            for job in self.jobs:
                self._hands[job.kind] = _Hand(job, await job.make(place))
            self._look_at_all(place, lease)
            await self._keep(place, lease)
        finally:
            self._wakes.shutdown(wait=False)
            await self._drop_hands()

    async def _keep(self, place: Workplace, lease: Lease) -> None:
        """Renew the lease as long as it can be renewed; look at everything after a jump of time or a wish."""
        renewed = time.monotonic()
        while True:
            rest = max(0.0, renewed + RENEW_EVERY_SECONDS - time.monotonic())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(rest):  # wait_for would swallow a cancellation that comes with a wish
                    await self._woken.wait()
            is_woken, since = self._woken.is_set(), time.monotonic() - renewed
            self._woken.clear()
            try:
                before, self.lease = lease, await renew(self.place.database, lease)
            except Refused:
                return
            except AWAY as error:
                log.info("the lease was not renewed: %s", error)
                if since > LEASE_SECONDS:
                    return
                await asyncio.sleep(ASK_EVERY_SECONDS)
                continue
            lease, renewed = self.lease, time.monotonic()
            has_jumped = abs((lease.at - before.at).total_seconds() - since) > JUMP_SECONDS
            if has_jumped:
                log.info("time jumped: everything is looked at anew")
                await self.place.database.synchronise_clock()
            if has_jumped or is_woken:
                self._look_at_all(place, lease)

    # ----- jobs

    def _look_at_all(self, place: Workplace, lease: Lease) -> None:
        for kind in self._hands:
            self._look(kind, place, lease)

    def _look(self, kind: str, place: Workplace, lease: Lease) -> None:
        """Begin what is due of this kind; where it is under way, look again afterwards."""
        hand = self._hands[kind]
        if hand.task is not None and not hand.task.done():
            hand.again = True
            return
        hand.again = False
        hand.task = asyncio.create_task(self._carry_out(hand, place, lease), name=f"job {kind}")

    async def _carry_out(self, hand: _Hand, place: Workplace, lease: Lease) -> None:
        wake_at = None
        try:
            due, wake_at = await self._due(hand.job, place)
            for period in due:
                run = Run(place, hand.job.kind, period, lease)
                if retry_at := await run_once(hand.work, run, hand.job):
                    wake_at = min(wake_at, retry_at) if wake_at else retry_at
        except CalendarError as error:
            log.warning("%s: due times are not known: %s", hand.job.kind, error)
        except Refused as error:
            log.info("%s: %s", hand.job.kind, error)
            self.wake()  # the fence is lost: so the renewal will find, and the term ends
            return
        except AWAY as error:
            log.info("%s: unavailable: %s", hand.job.kind, error)
        finally:
            self._wake_at(hand, place, lease, wake_at)

    def _wake_at(self, hand: _Hand, place: Workplace, lease: Lease, at: datetime | None) -> None:
        """Let APScheduler wake this kind when its next period falls due; it knows nothing but that moment."""
        if self._wakes is None or not self._wakes.running:
            return
        wait = (at - place.now()).total_seconds() if at else RETRY_AFTER[0].total_seconds()
        when = datetime.now(UTC) + timedelta(seconds=0 if hand.again else max(1.0, wait))
        args = (hand.job.kind, place, lease)
        self._wakes.add_job(
            self._wake_one, "date", run_date=when, args=args, id=hand.job.kind, replace_existing=True,
            misfire_grace_time=None,
        )  # fmt: skip

    async def _wake_one(self, kind: str, place: Workplace, lease: Lease) -> None:
        self._look(kind, place, lease)

    async def _due(self, job: Job, place: Workplace) -> tuple[list[str], datetime]:
        """Periods to be carried out now, oldest first, and when to look again; both by the database."""
        kind, now = JobRun.kind == job.kind, place.now()
        last = select(func.max(JobRun.period)).where(kind, JobRun.state == "done")
        begun = select(JobRun.period, JobRun.retry_at).where(kind, JobRun.state != "done")
        async with place.database.read() as connection:
            await place.refresh(connection)
            done = (await connection.execute(last)).scalar() or ""
            unfinished = dict((await connection.execute(begun)).all())
        fallen_due = job.due(place, now, done)
        if job.schedule.is_sweep:
            unfinished = {period: at for period, at in unfinished.items() if period in fallen_due}
        waiting = {period: at for period, at in unfinished.items() if at is not None and at > now}
        periods = sorted({*fallen_due, *unfinished} - set(waiting))
        return periods, min([job.schedule.next_due(now, place.rules().agency), *waiting.values()])

    async def _drop_hands(self) -> None:
        tasks = [hand.task for hand in self._hands.values() if hand.task is not None]
        self._hands = {}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _wakes() -> Any:
    """A scheduler that keeps nothing: what is due is asked of the database whenever it wakes anybody."""
    scheduling = await asyncio.to_thread(_import_scheduler)
    wakes = scheduling(timezone=UTC)
    wakes.start()
    return wakes


def _import_scheduler() -> Any:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # 80 ms that the window's start need not pay

    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    return AsyncIOScheduler
