"""The lease of the one worker: taken, renewed and given up by the database's time, with a fence on every write."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import WorkerLease
from app.models.database import Database
from app.regulation.errors import Refused

WORKER = "worker"
LEASE_SECONDS = 8
"""A worker that is not heard of for so long is taken for dead."""
RENEW_EVERY_SECONDS = 3.0
ASK_EVERY_SECONDS = 2.0
"""How often a standby looks: with the lease's eight seconds it takes over within ten (fifteen are allowed)."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds the lease under which fence; `at` is the database's time when it was last taken or renewed."""

    holder: str
    label: str
    fence: int
    taken_at: datetime
    at: datetime
    expires_at: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether it ran out by `now`; one that ends later than any lease can was written before the clock was set
        back, and holds nobody off: what its holder still writes is refused by the fence."""
        return self.expires_at <= now or self.expires_at > now + timedelta(seconds=2 * LEASE_SECONDS)


async def read_lease(database: Database) -> Lease | None:
    """Who holds the lease, whether or not it ran out; None where no worker ever did."""
    async with database.read() as connection:
        return await _read(connection, await database.moment(connection))


async def take(database: Database, holder: str, label: str) -> Lease | None:
    """Take the lease where nobody holds it or it ran out; None while another works."""
    found = await read_lease(database)
    if found is not None and found.holder != holder and not found.is_over(found.at):
        return None
    async with database.write() as connection:
        await _bound(database, connection)
        now = await database.moment(connection)
        nobody = {"name": WORKER, "holder": "", "label": "", "fence": 0}
        free = database.insert(WorkerLease).values(**nobody, taken_at=now, renewed_at=now, expires_at=now)
        await connection.execute(free.on_conflict_do_nothing())
        found = await _read(connection, now, lock=True)
        assert found is not None, "the row was just put there"
        if found.holder not in ("", holder) and not found.is_over(now):
            return None  # another was quicker
        lease = Lease(holder, label, found.fence + 1, now, now, now + timedelta(seconds=LEASE_SECONDS))
        await _write(connection, lease)
    return lease


async def renew(database: Database, lease: Lease) -> Lease:
    """The lease for another term. Raises Refused("worker_fence_lost") where another took it meanwhile."""
    async with database.write() as connection:
        await _bound(database, connection)
        now = await database.moment(connection)
        mine = (WorkerLease.holder == lease.holder, WorkerLease.fence == lease.fence)
        renewed = replace(lease, at=now, expires_at=now + timedelta(seconds=LEASE_SECONDS))
        if not await _write(connection, renewed, *mine):
            found = await _read(connection, now)
            raise Refused("worker_fence_lost", label=found.label if found else "")
    return renewed


async def release(database: Database, lease: Lease) -> None:
    """Give the lease up, so that a standby need not wait; nothing happens where another holds it."""
    async with database.write(asks=False) as connection:
        now = await database.moment(connection)
        mine = (WorkerLease.name == WORKER, WorkerLease.holder == lease.holder, WorkerLease.fence == lease.fence)
        await connection.execute(update(WorkerLease).where(*mine).values(expires_at=now))


def fenced(database: Database, lease: Lease) -> Database:
    """The database as this holder may write it: every write is refused ("worker_fence_lost") once another took over.

    The lease's row is locked against a takeover until the write is committed.
    """

    async def guard(connection: AsyncConnection) -> None:
        await _bound(database, connection)
        query = select(WorkerLease).where(WorkerLease.name == WORKER).with_for_update(read=True)
        row = (await connection.execute(query)).one_or_none()
        if row is None or (row.holder, row.fence) != (lease.holder, lease.fence):
            raise Refused("worker_fence_lost", label=row.label if row else "")

    return database.guarded(guard)


async def _bound(database: Database, connection: AsyncConnection) -> None:
    """A worker that hangs with a transaction open must not hold up the takeover: a server ends it in half a lease."""
    if not database.is_sqlite:
        await connection.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{LEASE_SECONDS // 2}s'"))


async def _read(connection: AsyncConnection, now: datetime, *, lock: bool = False) -> Lease | None:
    query = select(WorkerLease).where(WorkerLease.name == WORKER)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        return None
    return Lease(row.holder, row.label, row.fence, row.taken_at, now, row.expires_at)


async def _write(connection: AsyncConnection, lease: Lease, *where: ColumnElement[bool]) -> bool:
    """Whether there was such a row to write into."""
    values = {"holder": lease.holder, "label": lease.label, "fence": lease.fence, "taken_at": lease.taken_at}
    values |= {"renewed_at": lease.at, "expires_at": lease.expires_at}
    change = update(WorkerLease).where(WorkerLease.name == WORKER, *where).values(**values)
    return bool((await connection.execute(change)).rowcount)
