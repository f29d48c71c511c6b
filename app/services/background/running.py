"""Carrying out one job for one period: begun, done or failed, each written down under the fence."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from app.models import JobRun
from app.models.database import DatabaseUnavailable
from app.regulation.errors import Refused
from app.services.background.jobs import Job, Run, Work

log = logging.getLogger(__name__)

# What says nothing of the work itself: the database or the network is away.
AWAY = (DatabaseUnavailable, OSError, TimeoutError)
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
KEPT_SWEEPS = timedelta(days=2)


async def run_once(work: Work, run: Run, job: Job) -> datetime | None:
    """Carry out one period; gives when to try again where it failed. Raises Refused("worker_fence_lost")."""
    attempts = await _begin(run, job)
    if not attempts:
        return None  # done meanwhile, by a worker before this one
    try:
        await work(run)
    except Exception as error:
        if isinstance(error, Refused) and error.refusal.code == "worker_fence_lost":
            raise
        return await _fail(run, attempts, error)
    if not run.is_marked:
        async with run.place.database.write() as connection:
            await run.mark_done(connection)
    return None


async def _begin(run: Run, job: Job) -> int:
    """Write down that the period is begun; gives the number of the attempt, 0 where it is done already."""
    mine = (JobRun.kind == run.kind, JobRun.period == run.period)
    async with run.place.database.write() as connection:
        now = await run.place.database.moment(connection)
        found = (await connection.execute(select(JobRun.state, JobRun.attempts).where(*mine))).one_or_none()
        if found is not None and found.state == "done":
            return 0
        attempts: int = found.attempts + 1 if found else 1
        values = {"state": "running", "fence": run.fence, "started_at": now, "finished_at": None, "retry_at": None}
        values |= {"attempts": attempts, "error": ""}
        if found is None:
            await connection.execute(insert(JobRun).values(kind=run.kind, period=run.period, **values))
        else:
            await connection.execute(update(JobRun).where(*mine).values(**values))
        if job.schedule.is_sweep:
            old = (JobRun.kind == run.kind, JobRun.started_at < now - KEPT_SWEEPS)
            await connection.execute(delete(JobRun).where(*old))
        return attempts


async def _fail(run: Run, attempts: int, error: Exception) -> datetime:
    code = getattr(getattr(error, "refusal", error), "code", type(error).__name__)
    if isinstance(error, (Refused, *AWAY)):
        log.info("%s for %s was not done: %s", run.kind, run.period, error)
    else:
        log.error("%s for %s failed", run.kind, run.period, exc_info=error)
    async with run.place.database.write() as connection:
        now = await run.place.database.moment(connection)
        retry_at = now + RETRY_AFTER[min(attempts, len(RETRY_AFTER)) - 1]
        values = {"state": "failed", "finished_at": now, "retry_at": retry_at, "error": str(code)[:200]}
        mine = (JobRun.kind == run.kind, JobRun.period == run.period, JobRun.state == "running")
        await connection.execute(update(JobRun).where(*mine).values(**values))
    return retry_at
