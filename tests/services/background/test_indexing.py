"""What waits for the indexes is put there: here, or by a process of its own that is bound by the same lease."""

import asyncio
import multiprocessing
from dataclasses import replace

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from app.models import KinMark
from app.regulation.errors import Refused
from app.services import queries
from app.services.background import indexing
from app.services.background.apart import Apart, DiedError
from app.services.background.jobs import Run
from app.services.background.lease import LEASE_SECONDS, take
from app.services.background.marking_apart import MarkedByTwo, mark_there
from app.services.changes import Change, Feed
from app.services.incoming import Incoming
from app.services.kin_index import index_batch, marks_of
from app.services.registering import register
from app.services.search import count_due
from app.services.selection import Selection
from tests.helpers.region import open_region
from tests.helpers.waiting import until


@pytest_asyncio.fixture
async def region(tmp_path):
    region = await open_region(tmp_path)
    await register(region.curator, [Incoming(f"Яма номер {n} у школы", "vk", author_name="Анна") for n in range(3)])
    yield region
    await region.database.close()


async def marks(region):
    async with region.database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(KinMark))).scalar_one()


async def test_the_job_puts_all_that_waits_into_the_index(desk):
    for number in range(3):
        await desk.entered(f"Яма номер {number} у школы")
    await indexing.indexing(desk.curator)(Run(desk.curator, "index", ""))
    assert await index_batch(desk.curator) == 0


async def test_much_is_indexed_by_a_process_of_its_own(region, monkeypatch):
    monkeypatch.setattr(indexing, "APART_FROM", 3)
    left = []

    async def index_here(place, *_):
        async with place.database.read() as connection:
            left.append(await count_due(connection))

    monkeypatch.setattr(indexing, "index_all", index_here)
    await indexing.indexing(region.curator)(Run(region.curator, "index", ""))

    assert left == [0], "nothing was left to do here"
    assert await marks(region) > 3
    assert len(await queries.list_queue(region.curator, Selection("stream", "яму у школ Анна"))) == 3


async def test_who_lost_the_lease_writes_nothing_apart_either(region, monkeypatch):
    monkeypatch.setattr(indexing, "APART_FROM", 3)
    first = await take(region.database, "one", "desk:1")
    region.database.clock.move(seconds=LEASE_SECONDS)
    await take(region.database, "two", "desk:2")

    with pytest.raises(Refused, match="worker_fence_lost"):
        await indexing.indexing(region.curator)(Run(region.curator, "index", "", first))

    assert await marks(region) == 0


async def test_a_job_that_is_given_up_leaves_no_process(region, monkeypatch):
    monkeypatch.setattr(indexing, "APART_FROM", 3)
    job = asyncio.ensure_future(indexing.indexing(region.curator)(Run(region.curator, "index", "")))
    await until(multiprocessing.active_children)

    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job

    assert multiprocessing.active_children() == []


class Importing:
    """A feed of a program that takes a file in: so many times it is asked until that ends."""

    def __init__(self, times):
        self.left = times

    @property
    def goes_on(self):
        self.left -= 1
        return self.left >= 0


async def test_an_import_is_let_end_first_but_not_for_ever(region, monkeypatch):
    monkeypatch.setattr(indexing, "IMPORT_ASKED_EVERY_SECONDS", 0)
    short, endless = (replace(region.curator, feed=Importing(times)) for times in (3, 10**6))
    for place, left in ((short, -1), (endless, 10**6 - indexing.IMPORT_ASKED_TIMES)):
        await indexing.indexing(place)(Run(place, "index", ""))
        assert place.feed.left == left
    assert await marks(region) > 3


def test_a_program_that_takes_a_file_in_says_so(monkeypatch):
    feed = Feed()
    feed.tell(Change(frozenset([1]), "act"))
    assert not feed.goes_on
    feed.tell(Change(frozenset([2]), "act", goes_on=True))
    assert feed.goes_on
    monkeypatch.setattr("app.services.changes.GOES_ON_SECONDS", 0.0)
    assert not feed.goes_on


def quit_at_once(_):
    raise SystemExit(3)


async def test_a_process_that_dies_is_told():
    apart = Apart(quit_at_once, None)
    with pytest.raises(DiedError):
        await apart.next()
    await apart.close()


async def test_the_marks_found_by_two_are_those_found_by_one_also_when_the_other_dies():
    words = "Яма у школы на улице Ленина, 5, давно не чинят, номер"
    texts = [(f"{words} {n}", f"https://vk.com/wall-1_{n}", "Анна", "", "Льгов") for n in range(7)]
    here, there = multiprocessing.get_context("spawn").Pipe()
    helper = Apart(mark_there, there)
    await helper.start()
    there.close()
    marked = MarkedByTwo(here)

    alone = await marks_of(texts)
    assert await marked(texts) == alone
    assert await marked(texts[:1]) == alone[:1]
    await helper.close()
    assert await marked(texts) == alone
    assert not multiprocessing.active_children()
