"""Looking for surges beside the window's work: when messages come in, and every few minutes."""

import asyncio
import importlib
import logging

from app.regulation.errors import Refused
from app.regulation.workflow import Role
from app.services.changes import Change
from app.services.storage import DatabaseUnavailable
from app.services.workplace import Workplace

log = logging.getLogger(__name__)

FIRST_AFTER_SECONDS = 5.0
"""By then the window's own rows are read and painted."""
AT_MOST_EVERY_SECONDS = 60.0
AT_LEAST_EVERY_SECONDS = 300.0


async def watch_surges(place: Workplace) -> None:
    """Until cancelled; only at a curator's desk, for curators decide on what is found (п. 24)."""
    if Role.CURATOR not in place.actor.roles:
        return
    await asyncio.sleep(FIRST_AFTER_SECONDS)
    services = await asyncio.to_thread(importlib.import_module, "app.services.surges")
    watch, news = services.SurgeWatch(place), asyncio.Event()

    def heard(change: Change) -> None:
        if change.case_ids:
            news.set()

    leave = place.feed.subscribe(heard)
    try:
        while True:
            news.clear()
            try:
                await watch.check()
            except (DatabaseUnavailable, Refused) as error:
                log.info("surges were not looked for: %s", error)
            await asyncio.sleep(AT_MOST_EVERY_SECONDS)
            try:
                async with asyncio.timeout(AT_LEAST_EVERY_SECONDS - AT_MOST_EVERY_SECONDS):
                    await news.wait()
            except TimeoutError:
                continue
    finally:
        leave()
