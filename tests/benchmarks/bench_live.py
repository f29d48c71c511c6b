"""How soon an act stands on other desks: fifty desks at one server, each with its listening connection and guards on.

python -m tests.benchmarks.bench_live [desks] [short] prints, for 2 and 20 acts a second, how long it took from the
moment an act was asked for (its saving is in it) until each desk's screen had the changed row, and how much processor
time one act took on one desk: of its program, and of the server that answers it. A desk here is all of one but its
widgets: the feed, the desk's own presenter with its rows and counts, and the asking for alerts. All desks share the
machine with the server, in four processes. It fails only where a desk was told nothing of an act.
"""

import asyncio
import multiprocessing
import os
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle
from pathlib import Path

from app.models.database import Database
from app.regulation.workflow import Role
from app.services import casework, patching
from app.services.alerts.answering import hear
from app.services.regions import NewPerson, add_people, list_people, sit_down
from app.services.selection import Selection
from app.services.views import QueueCounts
from tests.benchmarks.results import tell
from tests.helpers.contest import detected
from tests.helpers.postgres import Server
from tests.helpers.signed_in import make_sign_ins, url_of
from tests.helpers.staffed import Desk, furnish

RATES, SECONDS, SHORT_SECONDS = (2, 20), 60, 10
PROCESSES, DESKS = 4, 50
CASES, SHOWN = 500, 190  # waiting in the queue, and of these on every screen
WARM_UP = 40  # acts before any is counted: connections that were just opened plan their first statements
ARRIVING = 5  # seconds, for what is on its way
ALERTS_SECONDS = 5.0  # of app.ui.desk.alert_bar
GOALS = {2: (60, 300), 20: (250, 1000)}


class Nothing:
    """A signal that nobody sends."""

    def connect(self, _):
        """Heard by nobody."""


class Screen:
    """The screen of one desk, in the place of its widgets: the rows of a queue, and when each version came."""

    shown, view, has_run_out = Selection(""), None, False
    sorting_asked = seen = Nothing()

    def __init__(self):
        self.known, self.rows, self.has_more, self.came, self.queues = set(), [], False, {}, ("inbox",)
        self.counts = QueueCounts({}, ())

    def choose(self, queue):
        """Of the navigation."""

    def show_counts(self, counts, anew=False):
        self.counts = counts

    @property
    def queue(self):
        return self.shown.queue

    def show_rows(self, shown, rows, *, has_more, now):
        self.shown, self.rows, self.known = shown, [], set()
        self.append_rows(rows, has_more=has_more)

    def append_rows(self, rows, *, has_more):
        self.rows, self.has_more = [*self.rows, *rows], has_more
        self._note(rows)

    def merge(self, changed, fresh):
        self.rows = patching.patched(self.queue, self.rows, changed, fresh, has_more=self.has_more)
        self.known -= set(changed)
        self._note(row for row in fresh if row in self.rows)

    def card(self):
        """Of the card: none is open here."""

    def shows(self, case_id):
        return case_id in self.known

    @property
    def undo(self):
        return self

    def settle(self):
        """Of the offers to take an act back: nobody acts here."""

    def show_connection(self, *, is_up):
        """Of the status bar."""

    def show_today(self, today):
        """Of the status bar."""

    def _note(self, rows):
        now = time.time()
        for row in rows:
            self.known.add(row.id)
            self.came.setdefault(row.id, {}).setdefault(row.version, now)


def watch_in_process(urls, ready, until):
    return asyncio.run(_watch(urls, ready, until))


async def _watch(urls, ready, until):
    """Desks that watch until `until` is there; gives what each saw: {case id: {version: when}}."""
    from app.ui.desk.presenter import DeskPresenter
    from app.ui.tasks import TaskScope

    failed = []
    presenters, scopes, screens, databases = [], [], [], []
    for url in urls:
        databases.append(await Database.open(url))
        people = [person for person in await list_people(databases[-1]) if Role.CURATOR in person.roles]
        place = await sit_down(databases[-1], people[0])
        screen, scope = Screen(), TaskScope(lambda name, error: failed.append((name, error)))
        presenter = DeskPresenter(place, scope, None, screen, screen, screen, screen)
        presenter.open_queue("inbox")
        scope.latest("feed", place.feed.watch(databases[-1]))
        scope.latest("alerts", _hear_for_ever(place))
        while len(screen.rows) < SHOWN:
            await asyncio.sleep(0.05)
        presenter.reload_counts()
        presenters.append(presenter)
        scopes.append(scope)
        screens.append(screen)
    ready.put([os.getpid(), len(urls)])
    while not until.is_set():
        await asyncio.sleep(0.2)
    for presenter in presenters:
        presenter.close()
    await asyncio.gather(*(scope.aclose(0.0) for scope in scopes))
    for database in databases:
        await database.close()
    for name, error in failed:
        print(f"a desk failed in {name}: {error!r}")
    return [screen.came for screen in screens]


async def _hear_for_ever(place):
    while True:
        await asyncio.sleep(random.uniform(0.5, 1.5) * ALERTS_SECONDS)
        await hear(place)


def processor_seconds(pids):
    """What these processes took of the processors so far, with the children they have waited for."""
    ticks = 0
    for pid in pids:
        try:
            told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, told[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def family(pid):
    """A process and those it began that live."""
    begun = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *map(int, begun)]


class Takers:
    """Curators who take the shown cases in turn, one after the other from each other."""

    def __init__(self, places, case_ids):
        self._turns = ((place, case_id) for place in cycle(places) for case_id in case_ids)
        self._versions = dict.fromkeys(case_ids, 1)
        self.asked = {}

    async def take(self):
        place, case_id = next(self._turns)
        began = time.time()
        done = await casework.take(place, case_id, self._versions[case_id])
        self._versions[case_id] = done.version
        self.asked[case_id, done.version] = began, time.time()

    async def act_at(self, rate, seconds):
        """Act at a rate, each act begun at its time whether or not the one before it was saved; gives what was done."""
        self.asked, acts = {}, []
        begun, chance = time.perf_counter(), random.Random(rate)
        for number in range(int(rate * seconds)):
            due = begun + (number + chance.random() / 2) / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            acts.append(asyncio.create_task(self.take()))
        await asyncio.gather(*acts)
        return self.asked


async def measure(server, desks, seconds):
    database = await Database.open(server.url())
    await furnish(database)
    await add_people(database, [NewPerson(f"Дежурный {number}", (Role.CURATOR,)) for number in range(desks)])
    logins = await make_sign_ins(database)
    people = {person.name: person for person in await list_people(database)}
    urls = [url_of(database, logins[people[f"Дежурный {number}"].id]) for number in range(desks)]
    desk = await Desk.at(database, names=("Соколова", "Орлова"))
    case_ids = await detected(desk.curator, CASES)
    acting = [await Database.open(url_of(database, logins[people[name].id])) for name in ("Соколова", "Орлова")]
    places = [await sit_down(each, people[name]) for each, name in zip(acting, ("Соколова", "Орлова"), strict=True)]
    asked, spent, takers = {}, {}, Takers(places, case_ids[:SHOWN])
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, ProcessPoolExecutor(PROCESSES, context) as pool:
        ready, until = manager.Queue(), manager.Event()
        parts = [urls[number::PROCESSES] for number in range(PROCESSES)]
        watching = [pool.submit(watch_in_process, part, ready, until) for part in parts]
        programs = [(await asyncio.to_thread(ready.get))[0] for _ in watching]
        postmaster = int((server.home / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])
        await takers.act_at(RATES[-1], WARM_UP / RATES[-1])
        await asyncio.sleep(ARRIVING)
        for rate in (0, *RATES):
            before = time.perf_counter(), processor_seconds(programs), processor_seconds(family(postmaster))
            asked[rate] = await takers.act_at(rate, seconds) if rate else await asyncio.sleep(seconds, {})
            await asyncio.sleep(ARRIVING)
            after = time.perf_counter(), processor_seconds(programs), processor_seconds(family(postmaster))
            spent[rate] = [end - begin for begin, end in zip(before, after, strict=True)]
        await asyncio.sleep(2 * ARRIVING)  # on a machine that does other work
        until.set()
        screens = [seen for part in watching for seen in await asyncio.to_thread(part.result)]
    for each in [*acting, database]:
        await each.close()
    return asked, spent, screens


def seen_at(seen, case_id, version):
    """When a screen had this version of a case or a later one; None where it never had."""
    return min((when for shown, when in seen.get(case_id, {}).items() if shown >= version), default=None)


def say(asked, spent, screens):
    """Print the delays; gives how many sightings are missing."""
    missing = 0
    heads = ("acts/s", "acts", "saved p50", "seen p50", "p99", "most", "missing", "goal p50", "p99", "desk", "server")
    print("".join(f"{head:>10}" for head in heads))
    quiet = [share / spent[0][0] for share in spent[0][1:]]
    for rate in RATES:
        acts = asked[rate]
        delays = sorted(
            when - began for key, (began, _) in acts.items() for seen in screens if (when := seen_at(seen, *key))
        )
        saved = sorted(ended - began for began, ended in acts.values())
        lost = len(acts) * len(screens) - len(delays)
        missing += lost
        middle, last = delays[len(delays) // 2], delays[len(delays) * 99 // 100]
        for part, value, goal in (("p50", middle, GOALS[rate][0]), ("p99", last, GOALS[rate][1])):
            what = f"an act on {len(screens)} desks, {rate} acts a second, {part}"
            tell(f"live.{rate}.{part}", what, value * 1e3, goal, unit="ms", is_ratio=False)
        times = "".join(f"{each * 1e3:>7.0f} ms" for each in (saved[len(saved) // 2], middle, last, delays[-1]))
        goals = "".join(f"{each:>7} ms" for each in GOALS[rate])
        took, *used = spent[rate]
        more = [each - share * took for each, share in zip(used, quiet, strict=True)]
        shares = "".join(f"{each / len(acts) / len(screens) * 1e3:>7.2f} ms" for each in more)
        print(f"{rate:>10}{len(acts):>10}{times}{lost:>10}{goals}{shares}")
    print("desk, server: processor time for one act on one desk, its share of the acts themselves and of counts in it")
    rest = ", ".join(f"{100 * share / len(screens):.2f} %" for share in quiet)
    print(f"a desk where nothing happens takes {rest} of a core (its program, the server)")
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
