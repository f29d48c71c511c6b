"""A big file is taken in by a process of its own: the same as here, stopped, cancelled, refused and outlived alike."""

import asyncio
import multiprocessing
from dataclasses import replace

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from app.models import Author, Case, ClockRow, History, Message
from app.regulation.errors import Refused
from app.services.changes import Feed
from app.services.intake import importing
from app.services.intake.importing import Order, import_file
from app.services.intake.runs import list_refused, list_runs
from app.services.intake.tables import TableError
from app.services.verifying import verify
from tests.helpers.region import open_region
from tests.services.intake.test_runs import BAD, table

ROWS = [(str(n), f"Яма {n} у школы &#33;", "20.11.2026 10:00") for n in range(10, 40)]
MADE_ANEW = {"uuid", "act_id", "hash", "payload"}


@pytest.fixture(autouse=True)
def every_file_is_big(monkeypatch):
    monkeypatch.setattr(importing, "APART_FROM_BYTES", 1)


@pytest_asyncio.fixture
async def region(tmp_path):
    region = await open_region(tmp_path)
    yield region
    await region.database.close()


async def kept(region):
    """Every row that an import makes, without what is by chance."""
    async with region.database.read() as connection:
        rows = {each: (await connection.execute(select(each).order_by(each.id))).mappings().all() for each in
                (Case, Message, Author, ClockRow, History)}  # fmt: skip
    return {
        each: [{key: value for key, value in row.items() if key not in MADE_ANEW} for row in found]
        for each, found in rows.items()
    }


async def count(region):
    async with region.database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(Message))).scalar_one()


async def test_what_is_taken_in_apart_is_what_is_taken_in_here(region, tmp_path):
    (tmp_path / "other").mkdir()
    other = await open_region(tmp_path / "other")
    order = Order(table(tmp_path, [*BAD, *ROWS, ROWS[0]]), batch=10, as_detected=True)
    told = []

    here = await import_file(other.curator, order)
    apart = await import_file(region.curator, replace(order, apart=True), told.append)

    assert apart == replace(here, run_id=apart.run_id)
    assert (apart.read, apart.new, apart.known, apart.refused) == (34, 31, 1, 2)
    assert await kept(region) == await kept(other)
    assert not (await verify(region.database)).findings
    assert [report.read for report in told] == [10, 20, 30, 34, 34]
    assert await list_refused(region.curator, apart.run_id) == await list_refused(other.curator, here.run_id)
    await other.database.close()


async def test_it_stops_between_two_batches_when_asked(region, tmp_path):
    file = table(tmp_path, [(str(n), f"Сообщение {n}", "") for n in range(800)])
    heard = []
    order = Order(file, batch=1, apart=True)

    report = await import_file(region.curator, order, heard.append, lambda: bool(heard))

    (run,) = await list_runs(region.curator)
    assert (report.stopped, run.state, run.new) == (True, "stopped", report.new)
    assert 0 < report.new == await count(region) < 800
    again = await import_file(region.curator, Order(file))
    assert (again.new, again.known) == (800 - report.new, report.new)


async def test_cancelled_it_ends_its_batch_and_leaves_no_process(region, tmp_path):
    file = table(tmp_path, [(str(n), f"Сообщение {n}", "") for n in range(800)])
    begun = asyncio.Event()
    order = Order(file, batch=1, apart=True)
    task = asyncio.ensure_future(import_file(region.curator, order, lambda _: begun.set()))
    await begun.wait()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    (run,) = await list_runs(region.curator)
    assert (run.state, run.new) == ("stopped", await count(region))
    assert 0 < run.new < 800
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("which", [0, 1], ids=["that reads", "that registers"])
async def test_a_process_that_dies_leaves_what_it_has_stored_and_is_told(region, tmp_path, which):
    file = table(tmp_path, [(str(n), f"Сообщение {n} " + 200 * "о", "") for n in range(1200)])

    def end_one(_report):
        children = sorted(multiprocessing.active_children(), key=lambda child: int(child.name.rpartition("-")[2]))
        if len(children) == 2:
            children[which].kill()

    report = await import_file(region.curator, Order(file, batch=1, apart=True), end_one)

    assert report.unread.code == "reading_died"
    assert (await list_runs(region.curator))[0].state == "broken"
    assert 0 < report.new <= await count(region) < 1200
    assert (await import_file(region.curator, Order(file))).unread is None
    assert await count(region) == 1200


async def test_why_it_cannot_be_taken_in_is_told_as_here(region, tmp_path, monkeypatch):
    file = table(tmp_path, [("7", "Яма", "")])
    with pytest.raises(TableError) as told:
        await import_file(region.curator, Order(_no_table(tmp_path), apart=True))
    assert (told.value.code, told.value.params["file"]) == ("not_a_table", "picture.csv")
    region.database.program = replace(region.database.program, workflow="another")
    with pytest.raises(Refused, match="program_of_another_workflow"):
        await import_file(region.curator, Order(file, apart=True))


def _no_table(folder):
    picture = folder / "picture.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    return picture


async def test_a_desk_that_watches_its_file_hears_of_it_as_its_own(region, tmp_path):
    place = replace(region.curator, feed=Feed())
    changes = []
    place.feed.subscribe(changes.append)
    watch = asyncio.ensure_future(place.feed.watch(place.database, 0.01))
    file = table(tmp_path, [(str(n), f"Сообщение {n}", "") for n in range(60)])

    await import_file(place, Order(file, batch=10, apart=True))
    watch.cancel()

    told = [change for change in changes if change.case_ids]
    assert frozenset().union(*(change.case_ids for change in told)) >= set(range(1, 61))
    assert all(change.goes_on or not change.kinds for change in told[1:])
    assert not changes[-1].case_ids
