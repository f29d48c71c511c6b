"""Workers in processes of their own, with a job that leaves one trace a second, to be killed at any moment."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import insert

from app.models import Meta, new_uuid
from app.models.database import Database
from app.regulation.periods import Every
from app.services.background.jobs import Job
from app.services.background.worker import Worker, seat_program

ROOT = Path(__file__).parent.parent.parent
TRACE = "trace "


def traces(place):
    """A job that writes what it did and that it is done in one transaction; named for the registry."""

    async def work(run):
        async with run.place.database.write() as connection:
            # unique key: a period that were run twice would be seen as two rows
            value = f"{run.period} {run.fence}"
            await connection.execute(insert(Meta).values(key=f"{TRACE}{new_uuid()[-30:]}", value=value))
            await run.mark_done(connection)

    return work


JOBS = (Job("traces", Every(1), "tests.helpers.worker:traces"),)


class Child:
    """A worker process; `heard` waits for a line it prints."""

    def __init__(self, url):
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        words = [sys.executable, "-m", "tests.helpers.worker", url]
        self.process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)

    async def heard(self):
        return (await asyncio.to_thread(self.process.stdout.readline)).split()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


async def _work(url):
    place = await seat_program(await Database.open(url))
    await Worker(place, JOBS, told=lambda what, lease: print(what, lease.fence, flush=True)).run()


if __name__ == "__main__":
    asyncio.run(_work(sys.argv[1]))
