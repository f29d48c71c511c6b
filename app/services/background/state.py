"""How the worker and its jobs stand, for people."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.models import JobRun
from app.models.database import Database
from app.services.background.lease import Lease, read_lease


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last period of a kind of work, its state, when it began or ended, and the code of what went wrong."""

    kind: str
    period: str
    state: str
    at: datetime
    error: str


@dataclass(frozen=True, slots=True)
class WorkerState:
    """Who holds the lease, whether they are still heard of, and the last run of every kind of work."""

    lease: Lease | None
    is_working: bool
    last_runs: tuple[LastRun, ...]


async def read_worker(database: Database) -> WorkerState:
    """The worker of this database as it stands now."""
    lease = await read_lease(database)
    latest = select(JobRun.kind, func.max(JobRun.period).label("period")).group_by(JobRun.kind).subquery()
    query = select(JobRun).join(latest, (JobRun.kind == latest.c.kind) & (JobRun.period == latest.c.period))
    async with database.read() as connection:
        rows = (await connection.execute(query.order_by(JobRun.kind))).all()
    runs = tuple(LastRun(r.kind, r.period, r.state, r.finished_at or r.started_at, r.error) for r in rows)
    return WorkerState(lease, lease is not None and not lease.is_over(lease.at), runs)
