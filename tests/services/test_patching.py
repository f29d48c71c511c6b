"""What a desk keeps true by the feed alone is what it would read anew, whatever others do and in whatever bursts."""

import asyncio
import random
from contextlib import suppress
from datetime import date, time

import pytest
import pytest_asyncio

from app.regulation.errors import Refused
from app.regulation.workflow import DraftKind, State
from app.services import casework, counting, handing_over, patching, queries
from app.services.changes import Change
from app.services.incoming import Incoming
from app.services.registering import register
from app.services.roster import plan_shift
from app.services.selection import Selection
from tests.helpers.waiting import until
from tests.services.test_changes import edit

FEW = 6
ACTS = 40


class Screen:
    """One page of a queue as a desk keeps it; `asked` counts its readings."""

    def __init__(self, place, queue):
        self.place, self.queue, self.asked = place, queue, 0

    async def read(self):
        self.rows = await queries.list_queue(self.place, Selection(self.queue), limit=FEW)
        self.has_more = len(self.rows) == FEW

    async def hear(self, change):
        shown = {row.id for row in self.rows}
        if not (changed := patching.concerning(change, self.queue, shown.__contains__)):
            return
        self.asked += 1
        fresh = await queries.read_rows(self.place, Selection(self.queue), tuple(changed))
        self.rows = patching.patched(self.queue, self.rows, changed, fresh, has_more=self.has_more)
        if self.has_more and not self.rows:
            await self.read()

    async def differs(self):
        anew = await queries.list_queue(self.place, Selection(self.queue))
        return None if self.rows == anew[: len(self.rows) if self.has_more else None] else (self.queue, self.rows, anew)


class Watcher:
    """A desk that does nothing itself, with its counts and a page of several queues."""

    def __init__(self, place, names):
        self.place, self.screens = place, [Screen(place, name) for name in names]
        self.changes, self.heard = asyncio.Queue(), set()
        place.feed.subscribe(self.changes.put_nowait)

    async def run(self):
        for screen in self.screens:
            await screen.read()
        self.counts = await counting.count_queues(self.place)
        while True:
            change = await self.changes.get()
            for screen in self.screens:
                await screen.hear(change)
            self.counts = patching.recounted(self.counts, change.moves)
            self.heard |= change.case_ids


@pytest_asyncio.fixture
async def watchers(desk):
    road = f"agency:{desk.agencies['ДОР']}"
    curators = Watcher(desk.second, ("stream", "inbox", "executors", "approval", "overdue", "excluded", road))
    executors = Watcher(desk.executor, ("executors", "approval", "to_publish"))
    found = await register(desk.curator, [Incoming(f"Сообщение {number}", "vk") for number in range(12)])
    tasks = []
    for watcher in (curators, executors):
        database = watcher.place.database
        tasks.append(asyncio.create_task(watcher.place.feed.watch(database, 0.02 if database.is_sqlite else 0.2)))
        tasks.append(asyncio.create_task(watcher.run()))
    await until(lambda: all(hasattr(watcher, "counts") for watcher in (curators, executors)))
    yield found.case_ids, curators, executors
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def anything(desk, chance, case_ids):
    """One act of somebody on some card; most are refused, as in life."""
    case_id = chance.choice(case_ids)
    state = (await desk.card(case_id)).state
    road = [desk.agencies["ДОР"], desk.agencies["ЖКХ"]]
    match state:
        case State.COLLECTED:
            await desk.act(casework.detect, desk.curator, case_id)
        case State.INBOX if chance.random() < 0.3:
            await desk.act(casework.take, desk.curator, case_id)
        case State.INBOX if chance.random() < 0.2:
            await desk.act(casework.exclude, desk.curator, case_id, State.NO_REACTION, "Не вопрос")
        case State.INBOX:
            await desk.act(casework.route, desk.curator, case_id, desk.routing(chance.choice(("ДОР", "ДОР", "Льгов"))))
        case State.DRAFTING | State.REWORK:
            who = desk.both if (await desk.card(case_id)).agency_id in road else desk.lgov
            await desk.act(casework.submit, who, case_id, DraftKind.ANSWER, "Заделаем")
        case State.APPROVAL:
            await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)


@pytest.mark.parametrize("seed", [4])
async def test_pages_and_counts_kept_by_the_feed_are_those_read_anew(desk, watchers, seed):
    case_ids, curators, executors = watchers
    chance = random.Random(seed)
    for number in range(ACTS):
        with suppress(Refused):
            await anything(desk, chance, case_ids)
        if number % 20 == 10:
            case_ids.append(await desk.entered(f"Ещё {number}"))
        if number == ACTS // 2:
            desk.clock.move(minutes=40)  # what waits to be routed is late from now on
            for screen in curators.screens:
                await screen.read()  # as a desk does when time alone changes a queue
    mark = await desk.entered("Последнее")
    await until(lambda: mark in curators.heard and mark in executors.heard)

    assert [await screen.differs() for screen in (*curators.screens, *executors.screens)] == [None] * 10
    anew = await counting.count_queues(desk.second)
    assert {**curators.counts.queues, "overdue": 0} == {**anew.queues, "overdue": 0}


async def test_rows_asked_of_a_server_say_all_that_the_statement_says(desk, watchers):
    case_ids, *_ = watchers
    # A day with a roster: who is not in it has gone home.
    await plan_shift(desk.chief, desk.second.person.id, date(2026, 6, 1), time(9), time(18))
    await desk.act(casework.detect, desk.curator, case_ids[0])
    await desk.act(casework.take, desk.curator, case_ids[0])
    await edit(desk.database, case_ids[1])
    case_ids += [await desk.answered(), await desk.routed("ДОР", "ЖКХ", text="Ямы и свет")]
    await desk.act(handing_over.take_leg, desk.executor, case_ids[-1])

    async def read():
        return {row.id: row for row in await queries.read_rows(desk.second, Selection(queries.EVERYWHERE), case_ids)}

    await until(lambda: desk.database.is_sqlite or desk.second.database.line)
    asked = await read()
    line, desk.second.database.line = desk.second.database.line, None
    try:
        assert asked == await read()
    finally:
        desk.second.database.line = line
    assert [asked[key].is_left for key in case_ids[:2]] == [True, False]
    assert (asked[case_ids[1]].changed, asked[case_ids[-1]].executor, len(asked)) == ("edited", "Панов", len(case_ids))
    assert line or desk.database.is_sqlite


def test_what_is_not_shown_and_went_elsewhere_is_not_asked_for():
    moves = {1: ("inbox", "drafting"), 2: ("collected", "inbox"), 3: ("approval", "answered")}
    change = Change(frozenset([1, 2, 3, 4]), kinds=frozenset(["route"]), moves=moves)

    def asked(queue, shown=()):
        return patching.concerning(change, queue, set(shown).__contains__)

    assert asked("inbox") == {2, 4}, "of 4 nobody said where it went"
    assert asked("inbox", [1]) == {1, 2, 4}
    assert asked("overdue") == asked("agency:7") == {1, 2, 4}
    assert asked(queries.EVERYWHERE) == {1, 2, 3, 4}
    assert patching.concerning(Change(frozenset([1]), kinds=frozenset(["presence"])), "inbox", lambda _: True) == set()


async def test_a_page_whose_every_row_changed_is_kept_to_its_end(desk):
    await register(desk.curator, [Incoming(f"Сообщение {number}", "vk") for number in range(2 * FEW)])
    everything = await queries.list_queue(desk.second, Selection("stream"))
    ids = [row.id for row in everything]
    fresh = await queries.read_rows(desk.second, Selection("stream"), ids)

    assert patching.patched("stream", everything[:FEW], ids, fresh, has_more=True) == everything[:FEW]


def test_a_page_whose_every_row_left_while_there_are_more_shows_nothing_before_it_is_read():
    assert patching.patched("inbox", [], {1}, [], has_more=True) == []


@pytest.mark.parametrize(("rows", "shown", "kept"), [
    (3, 0, 3), (patching.MOST_MERGED, 10, patching.MOST_MERGED), (patching.MOST_MERGED + 5, 10, patching.MOST_MERGED),
    (patching.MOST_MERGED + 300, patching.MOST_MERGED + 200, patching.MOST_MERGED + 200),
])  # fmt: skip
def test_an_import_into_the_queue_that_is_shown_does_not_grow_the_page_without_end(rows, shown, kept):
    assert patching.first_of(list(range(rows)), shown) == list(range(kept))
