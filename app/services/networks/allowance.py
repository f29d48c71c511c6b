"""What a network allows, kept in the database: paces between calls and the day's allowance survive a restart."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from app.models import NetworkAllowance
from app.models.database import Database
from app.services.networks.faults import Quota, RetryAfter

BLOCK = "all"


@dataclass(frozen=True, slots=True)
class Limit:
    """A bucket of calls: at most one in `gap_ms`; at most `daily` units a day of `zone`, of which a call takes `cost`.
    0 means no such limit."""

    bucket: str
    gap_ms: int = 0
    daily: int = 0
    cost: int = 1
    zone: str = "Europe/Moscow"


@dataclass(frozen=True, slots=True)
class Used:
    """How much of a day's allowance is used."""

    bucket: str
    used: int
    period_start: datetime
    blocked_until: datetime | None


class Meter:
    """Counts for one connection. `now` is the desk's time, `real_ms` this machine's, for paces."""

    def __init__(
        self, database: Database, connector_id: int, now: Callable[[], datetime], real_ms: Callable[[], int]
    ) -> None:
        self._database, self._id, self._now, self._real_ms = database, connector_id, now, real_ms

    async def take(self, limit: Limit) -> int:
        """Take a call's share; gives how many milliseconds to wait before it. Raises Quota, RetryAfter."""
        now, day = self._now(), day_start(self._now(), limit.zone)
        first = {"connector_id": self._id, "bucket": limit.bucket, "period_start": day, "used": 0, "next_ms": 0}
        mine = NetworkAllowance.connector_id == self._id, NetworkAllowance.bucket == limit.bucket
        async with self._database.write() as connection:
            statement = self._database.insert(NetworkAllowance).values(**first)
            await connection.execute(statement.on_conflict_do_nothing())
            row = (await connection.execute(select(NetworkAllowance).where(*mine).with_for_update())).one()
            if row.blocked_until is not None and row.blocked_until > now:
                raise RetryAfter((row.blocked_until - now).total_seconds())
            used = row.used if row.period_start == day else 0
            if limit.daily and used + limit.cost > limit.daily:
                raise Quota(next_day(day, limit.zone), bucket=limit.bucket, limit=limit.daily)
            real = self._real_ms()
            slot = max(real, row.next_ms)
            values = {"used": used + limit.cost, "period_start": day, "next_ms": slot + limit.gap_ms}
            await connection.execute(update(NetworkAllowance).where(*mine).values(**values))
        return int(slot - real)

    async def block(self, seconds: float) -> None:
        """Keep that the network asked for a pause: no call of this connection goes before its end."""
        until = self._now() + timedelta(seconds=seconds)
        row = {
            "connector_id": self._id, "bucket": BLOCK, "period_start": day_start(self._now(), "UTC"), "used": 0,
            "next_ms": 0, "blocked_until": until,
        }  # fmt: skip
        async with self._database.write() as connection:
            statement = self._database.insert(NetworkAllowance).values(**row)
            statement = statement.on_conflict_do_update(
                index_elements=["connector_id", "bucket"], set_={"blocked_until": until}
            )
            await connection.execute(statement)


def day_start(now: datetime, zone: str) -> datetime:
    """When the day of `zone` began, in UTC."""
    return now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def next_day(day: datetime, zone: str) -> datetime:
    """When the day after `day` begins, in UTC; days of 23 and 25 hours too."""
    local = day.astimezone(ZoneInfo(zone))
    return (local + timedelta(days=1)).replace(hour=0).astimezone(UTC)
