"""What one desk commits another hears, once; a desk's own acts come at once and are not told again."""

import asyncio

import pytest
import pytest_asyncio
from sqlalchemy import insert, select

from app.models import Message, MessageChange
from app.models.database import Database
from app.regulation.errors import Refused
from app.regulation.workflow import DraftKind
from app.services import casework
from app.services.changes import MESSAGE_CHANGED, Feed
from app.services.incoming import Incoming
from app.services.regions import list_people, sit_down
from app.services.registering import register
from app.services.registers.branches import BranchFacts, add_branch
from tests.helpers.staffed import Desk, MovableClock


@pytest_asyncio.fixture
async def desks(url):
    """Two programs at one database; the second watches, and what it heard is in a queue."""
    first, second = [await Database.open(url, MovableClock()) for _ in range(2)]
    desk = await Desk.at(first)
    feed, heard = Feed(), asyncio.Queue()
    feed.subscribe(heard.put_nowait)
    other = await sit_down(second, (await list_people(second))[1], feed)
    watching = asyncio.create_task(feed.watch(second, every_seconds=0.01 if second.is_sqlite else 0.2))
    while not feed._watched:
        await asyncio.sleep(0)
    if second.is_sqlite:  # a server is asked for what was done since it was opened
        await settled(second)
    yield desk, other, heard
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    await first.close()
    await second.close()


async def settled(database):
    """The watch has read where it begins: reads queue up behind each other in the pool."""
    for _ in range(20):
        async with database.read() as connection:
            await connection.exec_driver_sql("SELECT 1")


async def heard_next(heard):
    return await asyncio.wait_for(heard.get(), 5)


async def test_the_other_desk_hears_of_an_act(desks):
    desk, _, heard = desks
    case_id = await desk.entered()

    change = await heard_next(heard)

    assert (change.case_ids, change.initiator, change.kinds) == ({case_id}, "", {"enter"})


async def test_the_other_desk_hears_of_what_was_done_beside_cases(desks):
    desk, _, heard = desks
    await add_branch(desk.admin, "topic", BranchFacts("Снег"))

    change = await heard_next(heard)

    assert (change.case_ids, change.kinds) == (frozenset(), {"node_added"})


async def test_the_other_desk_hears_of_what_an_author_did_to_a_message(desks):
    desk, _, heard = desks
    case_id = await desk.entered()
    await heard_next(heard)
    await edit(desk.database, case_id)

    change = await heard_next(heard)

    assert (change.case_ids, change.kinds) == ({case_id}, {MESSAGE_CHANGED})


async def edit(database, case_id):
    """Store that its author edited the message of a case, as the program notices it."""
    async with database.write() as connection:
        message_id = (await connection.execute(select(Message.id).where(Message.case_id == case_id))).scalar_one()
        values = {"message_id": message_id, "kind": "edited", "text": "Иначе", "noticed_at": database.clock.now()}
        await connection.execute(insert(MessageChange).values(**values))


async def test_an_own_act_is_told_once_and_others_after_it_are_heard(desks):
    desk, other, heard = desks
    case_id = await desk.entered()
    await heard_next(heard)
    card = await desk.card(case_id)
    done = await casework.take(other, case_id, card.version, act_id="0190aaaa-0000-7000-8000-000000000001")
    own = await heard_next(heard)
    assert (own.case_ids, own.initiator) == ({case_id}, "0190aaaa-0000-7000-8000-000000000001")

    second = await desk.entered("Другая")

    change = await heard_next(heard)
    assert change.case_ids == {second}, "the desk's own act was told again"
    assert done.version == card.version + 1


async def test_an_own_import_is_not_told_again_row_by_row(desks):
    desk, other, heard = desks
    found = await register(other, [Incoming(f"Сообщение {number}", "vk") for number in range(30)])
    assert (await heard_next(heard)).case_ids == set(found.case_ids)

    mark = await desk.entered("Чужая")

    assert (await heard_next(heard)).case_ids == {mark}


async def test_a_refused_act_tells_nothing_and_leaves_nothing_behind(desk):
    heard = []
    desk.curator.feed.subscribe(heard.append)
    case_id = await desk.routed()
    before = list(heard)
    with pytest.raises(Refused, match="act_not_in_state"):
        await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)

    assert heard == before
    assert desk.curator.feed._own == set()


async def test_unsubscribing_ends_it(desk):
    heard = []
    desk.curator.feed.subscribe(heard.append)()
    await desk.entered()

    assert heard == []
