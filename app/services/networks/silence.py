"""Connections that bring nothing until a person mends them: whoever waits for messages is told of them."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.models import Connector
from app.regulation.duties import Duty, duty_refusal
from app.services.networks.connectors import source_code
from app.services.networks.faults import Ambiguous, Quota, RetryAfter, Unreachable, Unreadable
from app.services.workplace import Workplace

# What passes by itself: the next run may be good again.
PASSING = frozenset(fault.code for fault in (RetryAfter, Quota, Unreachable, Unreadable, Ambiguous))


@dataclass(frozen=True, slots=True)
class Silent:
    """A connection and the fault its last run ended in; `since` is when it worked last, None where it never did."""

    name: str
    network: str
    fault: str
    since: datetime | None


async def list_silent(place: Workplace) -> list[Silent]:
    """The connections that are switched on and wait for a person; none for whom no messages come to."""
    if duty_refusal(Duty.IMPORT, place.actor) and duty_refusal(Duty.KEEP_NETWORKS, place.actor):
        return []
    columns = (Connector.network, Connector.name, Connector.settings, Connector.last_run, Connector.last_good_at)
    wanted = select(*columns).where(Connector.active.is_(True)).order_by(Connector.id)
    async with place.database.read() as connection:
        rows = (await connection.execute(wanted)).all()
    told = ((row, json.loads(row.last_run)) for row in rows)
    return [
        Silent(row.name, source_code(row), last["fault"], row.last_good_at)
        for row, last in told
        if last.get("fault") and last["fault"] not in PASSING
    ]
