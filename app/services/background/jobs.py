"""Every kind of background work in one table: when it falls due, and what does it."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import JobRun
from app.regulation.periods import AfterMonth, Daily, Every, Schedule
from app.services.background.lease import Lease
from app.services.workplace import Workplace


@dataclass(slots=True)
class Run:
    """One job at work on one period: `place` is the program's own, and its writes are refused once the lease is lost;
    who writes past it, in a process of its own, does so under `lease`, None outside a worker.

    A job that must leave its traces exactly once writes them in one transaction and calls `mark_done` within it.
    Others are carried out again where a worker died in the middle, and must bear that.
    """

    place: Workplace
    kind: str
    period: str
    lease: Lease | None = None
    is_marked: bool = False

    @property
    def fence(self) -> int:
        """What orders the runs of workers one after the other, 0 outside a worker."""
        return self.lease.fence if self.lease else 0

    async def mark_done(self, connection: AsyncConnection) -> None:
        """Within the caller's transaction: this period is done."""
        now = await self.place.database.moment(connection)
        mine = (JobRun.kind == self.kind, JobRun.period == self.period)
        values = {"state": "done", "finished_at": now, "retry_at": None, "error": ""}
        await connection.execute(update(JobRun).where(*mine).values(**values))
        self.is_marked = True


Work = Callable[[Run], Awaitable[None]]
Maker = Callable[[Workplace], Work]


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of work: its code, when it falls due, and "module:function" that makes its coroutine.

    The function is called once for each term of a worker, with the program's place, so that a job may remember what
    it read; its module is imported only then. Add a line to JOBS, and the work is done by the one worker, caught up
    at its start, and tried again where it fails.
    """

    kind: str
    schedule: Schedule
    maker: str

    async def make(self, place: Workplace) -> Work:
        """The job's coroutine; its module is imported beside the loop."""
        module, name = self.maker.split(":")
        maker: Maker = getattr(await asyncio.to_thread(importlib.import_module, module), name)
        return maker(place)

    def due(self, place: Workplace, now: datetime, after: str) -> list[str]:
        """Periods fallen due after the last one done."""
        return self.schedule.due(now, place.rules().agency, after)


JOBS: tuple[Job, ...] = (
    Job("absences", Daily(time()), "app.services.background.sweeps:absences"),
    Job("retention", Daily(time(3)), "app.services.background.sweeps:retention"),
    Job("surges", Every(60), "app.services.background.sweeps:surges"),
    Job("monthly", AfterMonth(), "app.services.reports.making:monthly"),
    Job("alerts", Every(15), "app.services.background.sweeps:alerts"),
    Job("mail", Every(30), "app.services.mail.outbox:mail"),
    Job("index", Every(30), "app.services.background.indexing:indexing"),
    Job("networks", Every(60), "app.services.background.networks:collecting"),
    Job("outbox", Every(30), "app.services.background.networks:publishing"),
    Job("copies", Daily(), "app.services.local_copies:daily"),
)

