"""The command `worker`: background work without a window, until it is told to stop; or how it stands."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from argparse import Namespace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DBAPIError

from app.commands.opening import opened
from app.models.database import Database, DatabaseUnavailable
from app.services.background.lease import Lease
from app.services.background.state import WorkerState, read_worker
from app.services.background.worker import Worker, seat_program
from app.settings import Settings
from app.texts import tr
from app.texts.moments import full_moment

CLEAR_EVERY_SECONDS = 5.0


def run_worker(args: Namespace, settings: Settings) -> int:
    """Work, or tell how the worker and its jobs stand."""
    if args.what == "status":
        return asyncio.run(_status(settings, args.json))
    return asyncio.run(_work(settings))


async def _work(settings: Settings) -> int:
    """Until SIGTERM or SIGINT; the lease is given up at the end, so that a standby takes over at once."""
    os.environ["CUR_DESK_DATA"] = str(settings.data_folder)  # where secrets lie on a server without a keyring
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    async with opened(settings) as database:
        zone = ZoneInfo(database.meta.get("zone", "UTC"))
        worker = Worker(await seat_program(database), told=lambda what, lease: _say(what, lease, zone))
        task = asyncio.create_task(worker.run())
        clearing = asyncio.create_task(_clear_the_way(database))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, task.cancel)
        await asyncio.wait({task})
        clearing.cancel()
        if not task.cancelled():
            task.result()  # it ended by itself: by an error that nobody foresaw
    print(tr("The worker has stopped."), flush=True)
    return 0


async def _clear_the_way(database: Database) -> None:
    """Whether it works or stands by: nobody's desk holds up everybody's."""
    while True:
        with contextlib.suppress(DatabaseUnavailable, DBAPIError):
            await database.end_blockers()
        await asyncio.sleep(CLEAR_EVERY_SECONDS)


def _say(what: str, lease: Lease | None, zone: ZoneInfo) -> None:
    label = lease.label if lease else ""
    since = full_moment(lease.taken_at, zone) if lease else ""
    sentences = {
        "working": tr("This worker works: {label}, fence {fence}.", label=label, fence=lease.fence if lease else 0),
        "standby": tr("Another worker works since {since}: {label}. This one stands by.", label=label, since=since),
        "lost": tr("The lease is lost; this worker stands by."),
    }
    print(sentences[what], flush=True)


async def _status(settings: Settings, as_json: bool) -> int:
    """Print who works and what was done last; 1 where nobody works."""
    async with opened(settings) as database:
        state = await read_worker(database)
        if as_json:
            print(json.dumps(_plain(state), ensure_ascii=False, indent=1, default=str))
        else:
            _show(state, database)
    return 0 if state.is_working else 1


def _plain(state: WorkerState) -> dict[str, Any]:
    lease = state.lease
    return {
        "working": state.is_working,
        "worker": lease and {"label": lease.label, "fence": lease.fence, "taken_at": lease.taken_at.isoformat()},
        "jobs": [
            {"kind": run.kind, "period": run.period, "state": run.state, "at": _iso(run.at), "error": run.error}
            for run in state.last_runs
        ],
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _show(state: WorkerState, database: Database) -> None:
    zone = ZoneInfo(database.meta.get("zone", "UTC"))
    if state.is_working and state.lease is not None:
        _say("working", state.lease, zone)
    else:
        print(tr("No worker works on this database."))
    for run in state.last_runs:
        print(f"{run.kind:<12} {run.period:<22} {run.state:<8} {full_moment(run.at, zone)}  {run.error}".rstrip())
