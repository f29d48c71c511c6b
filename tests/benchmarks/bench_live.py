"""How soon an act stands on other desks: fifty desks at one server, each with its listening connection and guards on.

python -m tests.benchmarks.bench_live [desks] [short] prints, for 2 and 20 acts a second, how long it took from the
moment an act was asked for (its saving is in it) until each desk had read the changed row again. A desk here is all of
one but its window: the feed, and the presenter's pace of reading (at once, then four times a second at most). It fails
only where a desk was told nothing of an act.
"""

import asyncio
import multiprocessing
import os
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle

from app.models.database import Database
from app.regulation.workflow import Role
from app.services import casework, queries
from app.services.regions import NewPerson, add_people, list_people, sit_down
from tests.benchmarks.results import tell
from tests.helpers.contest import detected
from tests.helpers.postgres import Server
from tests.helpers.signed_in import make_sign_ins, url_of
from tests.helpers.staffed import Desk, furnish

RATES, SECONDS, SHORT_SECONDS = (2, 20), 60, 10
PROCESSES, DESKS = 4, 50
WARM_UP = 40  # acts before any is counted: connections that were just opened plan their first statements
ROWS_PAUSE_SECONDS = 0.25  # of app.ui.desk.presenter
GOALS = {2: (60, 300), 20: (250, 1000)}


class Screen:
    """What a desk shows of one queue: the version of each row, and when it was read."""

    def __init__(self, place):
        self.place, self.wanted, self.waiting = place, set(), asyncio.Event()
        self.seen = {}
        place.feed.subscribe(self._heard)

    def _heard(self, change):
        self.wanted |= change.case_ids
        self.waiting.set()

    async def run(self):
        while True:
            await self.waiting.wait()
            self.waiting.clear()
            wanted, self.wanted = self.wanted, set()
            if wanted:
                for row in await queries.read_rows(self.place, "inbox", tuple(wanted)):
                    self.seen.setdefault((row.id, row.version), time.time())
            await asyncio.sleep(ROWS_PAUSE_SECONDS)


def watch_in_process(urls, ready, until):
    return asyncio.run(_watch(urls, ready, until))


async def _watch(urls, ready, until):
    """Desks that watch until `until` is there; gives what each saw: {(case id, version): when}."""
    screens, tasks, databases = [], [], []
    for url in urls:
        databases.append(await Database.open(url))
        people = [person for person in await list_people(databases[-1]) if Role.CURATOR in person.roles]
        place = await sit_down(databases[-1], people[0])
        screens.append(Screen(place))
        tasks += [asyncio.create_task(place.feed.watch(databases[-1])), asyncio.create_task(screens[-1].run())]
    ready.put(len(urls))
    while not until.is_set():
        await asyncio.sleep(0.2)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for database in databases:
        await database.close()
    return [screen.seen for screen in screens]


async def act_at(rate, seconds, places, case_ids):
    """Take cases at a rate, each act begun at its time whether or not the one before it was saved."""
    asked, acts = {}, []

    async def take(place, case_id):
        began = time.time()
        done = await casework.take(place, case_id, 1)
        asked[case_id, done.version] = began, time.time()

    begun, turns = time.perf_counter(), cycle(places)
    chance = random.Random(rate)
    for number in range(int(rate * seconds)):
        due = begun + (number + chance.random() / 2) / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        acts.append(asyncio.create_task(take(next(turns), case_ids.pop())))
    await asyncio.gather(*acts)
    return asked


async def measure(server, desks, seconds):
    database = await Database.open(server.url())
    await furnish(database)
    await add_people(database, [NewPerson(f"Дежурный {number}", (Role.CURATOR,)) for number in range(desks)])
    logins = await make_sign_ins(database)
    people = {person.name: person for person in await list_people(database)}
    urls = [url_of(database, logins[people[f"Дежурный {number}"].id]) for number in range(desks)]
    desk = await Desk.at(database, names=("Соколова", "Орлова"))
    case_ids = await detected(desk.curator, int(sum(RATES) * seconds) + WARM_UP)
    acting = [await Database.open(url_of(database, logins[people[name].id])) for name in ("Соколова", "Орлова")]
    places = [await sit_down(each, people[name]) for each, name in zip(acting, ("Соколова", "Орлова"), strict=True)]
    asked = {}
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, ProcessPoolExecutor(PROCESSES, context) as pool:
        ready, until = manager.Queue(), manager.Event()
        parts = [urls[number::PROCESSES] for number in range(PROCESSES)]
        watching = [pool.submit(watch_in_process, part, ready, until) for part in parts]
        for _ in watching:
            await asyncio.to_thread(ready.get)
        await act_at(RATES[-1], WARM_UP / RATES[-1], places, case_ids)
        for rate in RATES:
            asked[rate] = await act_at(rate, seconds, places, case_ids)
            await asyncio.sleep(5)  # what is on its way arrives
        until.set()
        screens = [seen for part in watching for seen in await asyncio.to_thread(part.result)]
    for each in [*acting, database]:
        await each.close()
    return asked, screens


def say(asked, screens):
    """Print the delays; gives how many sightings are missing."""
    missing = 0
    heads = ("acts/s", "acts", "saved p50", "seen p50", "p99", "most", "missing", "goal p50", "p99")
    print("".join(f"{head:>10}" for head in heads))
    for rate, acts in asked.items():
        delays = sorted(seen[key] - began for key, (began, _) in acts.items() for seen in screens if key in seen)
        saved = sorted(ended - began for began, ended in acts.values())
        lost = len(acts) * len(screens) - len(delays)
        missing += lost
        middle, last = delays[len(delays) // 2], delays[len(delays) * 99 // 100]
        for part, value, goal in (("p50", middle, GOALS[rate][0]), ("p99", last, GOALS[rate][1])):
            what = f"an act on {len(screens)} desks, {rate} acts a second, {part}"
            tell(f"live.{rate}.{part}", what, value * 1e3, goal, unit="ms", is_ratio=False)
        times = "".join(f"{each * 1e3:>7.0f} ms" for each in (saved[len(saved) // 2], middle, last, delays[-1]))
        goals = "".join(f"{each:>7} ms" for each in GOALS[rate])
        print(f"{rate:>10}{len(acts):>10}{times}{lost:>10}{goals}")
    print(f"{len(screens)} desks; load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return missing


def main(words):
    desks = next((int(word) for word in words if word.isdigit()), 12 if "short" in words else DESKS)
    server = Server(durable=True, max_connections=str(20 + 5 * desks))
    try:
        missing = say(*asyncio.run(measure(server, desks, SHORT_SECONDS if "short" in words else SECONDS)))
    finally:
        server.stop()
    print("passed" if not missing else "FAILED: a desk was not told of an act")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
