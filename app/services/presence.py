"""That somebody is at work on a card: told to others while a window asks for an act, so that no two write the same."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import and_, delete

from app.models import Presence
from app.models.database import DatabaseUnavailable
from app.regulation.errors import Refused
from app.services.workplace import Workplace

KIND = "presence"
"""The kind of a change that is nothing but somebody's coming and going."""
LEASE = timedelta(seconds=45)
RENEW_SECONDS = 15.0
# What is done at once need not be told.
BEGIN_AFTER_SECONDS = 1.0


async def stay(place: Workplace, case_id: int, begin_after_seconds: float = BEGIN_AFTER_SECONDS) -> None:
    """Until cancelled, others see that this person is at work on the card; a database that is away is no trouble."""
    await asyncio.sleep(begin_after_seconds)
    try:
        while True:
            with suppress(DatabaseUnavailable, Refused):  # a desk that only reads is at work on nothing
                await _renew(place, case_id)
            await asyncio.sleep(RENEW_SECONDS)
    finally:
        with suppress(DatabaseUnavailable):
            await _leave(place, case_id)


async def _renew(place: Workplace, case_id: int) -> None:
    async with place.database.write() as connection:
        now = await place.database.moment(connection)
        # what a desk that died left behind
        old = delete(Presence).where(Presence.person_id == place.person.id, Presence.until < now)
        await connection.execute(old)
        values = {"case_id": case_id, "person_id": place.person.id, "until": now + LEASE}
        upsert = place.database.insert(Presence).values(**values)
        keys = ["case_id", "person_id"]
        await connection.execute(upsert.on_conflict_do_update(index_elements=keys, set_={"until": values["until"]}))


async def _leave(place: Workplace, case_id: int) -> None:
    async with place.database.write(asks=False) as connection:
        mine = and_(Presence.case_id == case_id, Presence.person_id == place.person.id)
        await connection.execute(delete(Presence).where(mine))
