"""A desk that is killed at any moment: everything it said was saved is there afterwards, and the database is whole."""

import asyncio
import os
import random
import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from app.models import History
from app.models.database import Database
from app.services.verifying import verify

ROOT = Path(__file__).parent.parent.parent


class KilledDesk:
    """A child process at work on one SQLite file; `acknowledged` are the ids of acts it said were saved."""

    def __init__(self, url):
        self.url, self.acknowledged, self.kills = url, [], 0

    def work_and_die(self, after_acts, microseconds):
        """Let the child do some acts, then SIGKILL it a little later, wherever it is then."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        words = [sys.executable, "-m", "tests.helpers.kill", self.url]
        with subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as child:
            for _ in range(after_acts):
                self.acknowledged.append(child.stdout.readline().strip())
            subprocess.run(["sleep", f"{microseconds / 1e6:.6f}"], check=True)
            child.kill()
            self.acknowledged += [line.strip() for line in child.stdout if line.endswith("\n")]
        self.kills += 1

    async def lost(self):
        """Acts that were acknowledged and are not in the history; raises when the database does not verify."""
        database = await Database.open(self.url)
        async with database.read() as connection:
            saved = set((await connection.execute(select(History.act_id))).scalars())
            assert (await connection.exec_driver_sql("PRAGMA integrity_check")).scalar() == "ok"
        report = await verify(database)
        await database.close()
        assert report.findings == []
        return [act_id for act_id in self.acknowledged if act_id not in saved]


async def run(url, kills, seed):
    """Kill a desk so many times; gives it with what it lost."""
    desk, chance = KilledDesk(url), random.Random(seed)
    lost = []
    for _ in range(kills):
        await asyncio.to_thread(desk.work_and_die, chance.randint(1, 6), chance.randint(0, 30_000))
        lost += await desk.lost()
    return desk, lost


async def _work(url):
    from app.models import new_uuid
    from app.regulation.workflow import DraftKind
    from app.services import casework
    from tests.helpers.staffed import Desk

    desk = await Desk.at(await Database.open(url), ("Соколова", "Панов"))
    path = [
        (casework.route, desk.curator, (desk.routing(),)),
        (casework.submit, desk.executor, (DraftKind.ANSWER, "Заделаем")),
        (casework.send_to_rework, desk.curator, (DraftKind.ANSWER, "Когда?")),
        (casework.submit, desk.executor, (DraftKind.ANSWER, "Завтра")),
    ]
    while True:
        case_id = await desk.entered(f"Яма {new_uuid()}")
        version = 1
        for verb, who, words in path:
            act_id = new_uuid()
            version = (await verb(who, case_id, version, *words, act_id=act_id)).version
            print(act_id, flush=True)


if __name__ == "__main__":
    asyncio.run(_work(sys.argv[1]))
