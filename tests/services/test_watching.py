"""A server's feed: what was missed while nobody listened is told, nothing twice, however late it commits."""

import asyncio
import json
import random
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from sqlalchemy import text

from app.models.listening import MOST_WAITING, Listener
from app.models.position import Position
from app.services import casework, watching
from app.services.changes import BURST_SECONDS, Change, Feed
from app.services.incoming import Incoming
from app.services.registering import register
from tests.helpers.databases import FixedTime
from tests.helpers.staffed import MovableClock
from tests.helpers.waiting import until
from tests.services.test_changes import edit

LISTENERS = "FROM pg_stat_activity WHERE application_name = 'cur-desk listening' AND datname = current_database()"


@pytest.fixture
def url(postgres_url):
    return postgres_url


class Watch:
    """A program that watches, with what it heard and how its link stood."""

    def __init__(self, database):
        self.database, self.feed = database, Feed()
        self.heard, self.links = [], []
        self.feed.subscribe(self.heard.append)
        self.feed.subscribe_link(self.links.append)

    def told(self):
        return [case_id for change in self.heard for case_id in sorted(change.case_ids)]

    async def drop(self):
        """End the listening connection, as a server does that restarts."""
        async with self.database.engine.connect() as connection:
            query = f"SELECT count(pg_terminate_backend(pid)) {LISTENERS}"
            assert (await connection.execute(text(query))).scalar() == 1
        await until(lambda: self.links and not self.links[-1].is_up)


@pytest_asyncio.fixture
async def watch(url):
    database = await FixedTime.open(url, MovableClock())
    made = Watch(database)
    task = asyncio.create_task(made.feed.watch(database, every_seconds=0.2))
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await database.close()


async def test_what_was_done_while_the_connection_was_away_is_told_once(desk, watch, monkeypatch):
    first = await desk.entered()
    await until(lambda: first in watch.told())
    gate = asyncio.Event()
    monkeypatch.setattr(watching, "listening", behind(gate))
    await watch.drop()
    missed = [await desk.entered(f"Яма {number}") for number in range(3)]
    assert watch.links[-1].cause in ("signed_out", "server_silent")
    gate.set()
    await until(lambda: watch.links[-1].is_up)

    assert watch.told() == [first, *missed]
    last = await desk.entered("Потом")
    await until(lambda: last in watch.told())
    assert watch.told() == [first, *missed, last]


NO_NOTIFICATIONS = [
    "junk", "5", "null", "[" * 7_000, '{"acts": 5}', '{"acts": [[1]]}', '{"present": ["x"]}', '{"other": []}',
    '{"acts": [[1, 1, "a", "take", "inbox", "nowhere"]]}', '{"present": [99999999999999999999]}',
]  # fmt: skip


async def test_what_anybody_may_send_neither_ends_nor_hides_what_is_told(desk, watch):
    first, second = await desk.entered(), await desk.entered("Вторая яма")
    await until(lambda: second in watch.told())
    async with desk.database.write() as connection:
        last = (await connection.execute(text("SELECT max(id) FROM history"))).scalar()
        made_up = [[last + number, first, f"made up {number}", "take", "inbox", "inbox"] for number in (1, 2, 3)]
        for sent in (*NO_NOTIFICATIONS, json.dumps({"acts": made_up})):
            await connection.execute(text("SELECT pg_notify('cur_feed', :sent)"), {"sent": sent})
    await until(lambda: watch.told().count(first) == 2)
    await desk.act(casework.take, desk.curator, second)

    await until(lambda: watch.told().count(second) == 2)
    assert [link.is_up for link in watch.links] == []


async def test_who_sends_without_end_has_the_desk_ask_once_a_pause(desk, url, monkeypatch):
    database, asked = await FixedTime.open(url, MovableClock()), []
    real = Listener.state

    async def state(listener, position):
        asked.append(position)
        return await real(listener, position)

    monkeypatch.setattr(Listener, "state", state)
    watch, loop = Watch(database), asyncio.get_running_loop()
    task, began = asyncio.create_task(watch.feed.watch(database, every_seconds=3600)), loop.time()
    await until(lambda: asked)
    async with desk.database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for _ in range(1000):
            await connection.execute(text("SELECT pg_notify('cur_feed', '{}')"))
        await connection.execute(text("""SELECT pg_notify('cur_feed', '{"present": [7]}')"""))
    await until(lambda: 7 in watch.told())
    case_id = await desk.entered()
    await until(lambda: case_id in watch.told())

    assert len(asked) <= 2 + (loop.time() - began) / BURST_SECONDS
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await database.close()


class Driver:
    """A connection on which a test speaks for the server."""

    async def execute(self, statement):
        pass

    def add_termination_listener(self, told):
        self.ends = told

    async def add_listener(self, channel, told):
        self.sends = told


async def test_of_what_comes_all_at_once_no_more_is_kept_than_is_told_one_by_one():
    driver = Driver()
    listener = Listener(driver)
    await listener.begin()
    for number in range(1, 100_001):
        driver.sends(driver, 1, "cur_feed", json.dumps({"present": [number]}))
    driver.ends(driver)

    assert [await listener.next(1) for _ in range(MOST_WAITING)] == [{"present": [n + 1]} for n in range(MOST_WAITING)]
    assert await listener.next(1) == {}
    with pytest.raises(ConnectionError):
        await listener.next(1)
    driver.sends(driver, 1, "cur_feed", "{}")
    assert await listener.next(1) == {}


def behind(gate):
    real = watching.listening

    @asynccontextmanager
    async def listening(database):
        await gate.wait()
        async with real(database) as listener:
            yield listener

    return listening


async def test_what_an_author_did_while_the_connection_was_away_is_told_once(desk, watch, monkeypatch):
    case_id = await desk.entered()
    await until(lambda: case_id in watch.told())
    gate = asyncio.Event()
    monkeypatch.setattr(watching, "listening", behind(gate))
    await watch.drop()
    await edit(desk.database, case_id)
    gate.set()
    await until(lambda: watch.links[-1].is_up)
    mark = await desk.entered("Потом")
    await until(lambda: mark in watch.told())

    assert watch.told() == [case_id, case_id, mark]


async def test_an_act_that_commits_late_with_a_lower_id_is_not_slipped_past(desk, watch, monkeypatch):
    """Its history row was numbered before one that was told already; it is committed while nobody listens."""
    case_id = await desk.entered()
    await until(lambda: case_id in watch.told())
    watch.heard.clear()
    held, release = asyncio.Event(), asyncio.Event()
    monkeypatch.setattr(desk.second.database, "write", holding(desk.second.database.write, held, release))
    late = asyncio.create_task(desk.act(casework.take, desk.second, case_id))
    await held.wait()
    quick = await desk.entered("Быстрая")
    await until(lambda: quick in watch.told())
    await watch.database.synchronise_clock()
    gate = asyncio.Event()
    monkeypatch.setattr(watching, "listening", behind(gate))
    await watch.drop()
    release.set()
    await late
    gate.set()
    await until(lambda: watch.links[-1].is_up)

    assert watch.told() == [quick, case_id]


def holding(write, held, release):
    """A unit of work that is done but not committed until it is released."""

    @asynccontextmanager
    async def slow(**how):
        async with write(**how) as connection:
            yield connection
            held.set()
            await release.wait()

    return slow


async def test_much_at_once_is_asked_for_and_told_together(desk, watch):
    found = await register(desk.curator, [Incoming(f"Сообщение {number}", "vk") for number in range(150)])
    await until(lambda: set(watch.told()) == set(found.case_ids))

    assert sorted(watch.told()) == sorted(found.case_ids)
    assert len(watch.heard) <= 2


async def test_a_database_that_was_put_back_is_read_anew(desk, watch):
    case_id = await desk.entered()
    await until(lambda: case_id in watch.told())
    watch.database.position.epoch = "another"

    await until(lambda: watch.heard[-1].everything)


class Server:
    """A server as the feed sees it: transactions with ids taken early, commits in any order, notifications on a way."""

    def __init__(self):
        self.next_xid, self.next_id = 100, 1
        self.running, self.committed, self.under_way = {}, [], []
        self.connected = False

    def begin(self):
        self.running[self.next_xid] = self.next_id
        self.next_xid += 1
        self.next_id += 1

    def commit(self, which):
        if self.running:
            xid = sorted(self.running)[which % len(self.running)]
            self.committed.append(self.running.pop(xid))
            if self.connected:
                self.under_way.append(self.committed[-1])

    async def state(self, position):
        after = position.history if position else 10**9
        acts = [[key, key, f"act {key}", "take", "inbox", "inbox"] for key in sorted(self.committed) if key > after]
        return {"epoch": "e", "settled": min(self.running, default=self.next_xid), "next": self.next_xid,
                "history": max(self.committed, default=0), "journal": 0, "acts": acts, "entries": [],
                "changed": 0, "messages": []}  # fmt: skip


class Desk:
    """What a desk was told of a server."""

    goes_on = False

    def __init__(self, server):
        self.server, self.position = server, None
        self.seen, self.anew, self.twice = set(), set(), set()

    def hear(self, change: Change):
        if change.everything:
            self.anew.update(self.server.committed)
        self.twice |= self.seen & change.case_ids
        self.seen |= change.case_ids

    def take_own(self, act_id):
        return False

    def find(self, database, away=None):
        pass

    def deliver(self):
        told, self.server.under_way = self.server.under_way, []
        for key in told:
            watching._tell(self, self, {"acts": [[key, key, f"act {key}", "take", "inbox", "inbox"]]})

    def ask(self, is_new=False):
        with pytest.raises(StopIteration):  # the server of a test never waits
            watching._catch_up(self, self, self.server, is_new=is_new).send(None)


STEPS = ["begin", "begin", "begin", "connect", "lose", "ask", "ask late", "deliver", *[("commit", n) for n in range(3)]]


@pytest.mark.parametrize("seed", range(20))
def test_in_whatever_order_transactions_end_everything_is_told_once(seed):
    chance = random.Random(seed)
    for _ in range(200):
        server = Server()
        desk = Desk(server)
        run(desk, chance.choices(STEPS, k=chance.randrange(10)))
        opened = set(server.committed)
        with pytest.raises(StopIteration) as told:
            server.state(None).send(None)
        desk.position = Position.at(told.value.value)
        desk.seen, desk.twice = set(), set()
        run(desk, ["lose", *chance.choices(STEPS, k=30), *[("commit", 0)] * 40, "connect", "ask"])

        assert desk.twice == set()
        assert set(server.committed) <= desk.seen | desk.anew | opened


def run(desk, steps):
    server, overtaken = desk.server, False
    for step in steps:
        match step:
            case ("commit", which):
                server.commit(which)
            case "begin":
                server.begin()
            case "connect" if not server.connected:
                server.connected = True
                desk.ask(is_new=True)
            case "lose":
                server.connected = False
                server.under_way.clear()
            case "deliver" if server.connected and desk.position:
                desk.deliver()
            case "ask" if server.connected and desk.position:
                desk.deliver()
                desk.ask()
            case "ask late" if server.connected and desk.position:  # the answer overtakes what is under way, once
                if overtaken:
                    desk.deliver()
                desk.ask()
        overtaken = step == "ask late" or (overtaken and step not in ("ask", "deliver", "lose"))
