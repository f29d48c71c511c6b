"""Two curators take the same message: one wins, the other is told at once by whom; who is at work is seen."""

import asyncio
import time

import pytest
from sqlalchemy import select

from app.models import Presence
from app.services import cards
from app.services.changes import Feed
from app.services.presence import KIND, stay
from tests.helpers.contest import contest, detected
from tests.helpers.waiting import until


async def test_exactly_one_of_three_takes_a_message_and_the_others_hear_who(desk):
    case_ids = await detected(desk.curator, 12)

    outcome = await contest([desk.curator, desk.second, desk.both], case_ids)

    assert outcome.claims == 12
    assert outcome.wrong == []


async def test_whoever_is_at_work_on_a_card_is_named_to_others_until_they_leave(desk):
    heard, feed = [], Feed()
    feed.subscribe(heard.append)
    watching = asyncio.create_task(feed.watch(desk.database, 0.01 if desk.database.is_sqlite else None))
    while not heard:
        case_id = await desk.entered(f"Яма {time.monotonic_ns()}")
        await asyncio.sleep(0.02)
    working = asyncio.create_task(stay(desk.second, case_id, begin_after_seconds=0))
    await until(lambda: working.done() or any(KIND in each.kinds and case_id in each.case_ids for each in heard))
    assert not working.done(), working.exception()

    assert (await cards.read_card(desk.curator, case_id)).at_work == "Орлова"
    assert (await cards.read_card(desk.second, case_id)).at_work == ""

    heard.clear()
    working.cancel()
    await until(lambda: any(KIND in change.kinds for change in heard))
    assert (await cards.read_card(desk.curator, case_id)).at_work == ""
    watching.cancel()
    await asyncio.gather(working, watching, return_exceptions=True)


async def test_a_desk_that_died_is_at_work_no_longer_than_its_lease(desk):
    case_id = await desk.entered()
    working = asyncio.create_task(stay(desk.second, case_id, begin_after_seconds=0))
    await until_present(desk, case_id)

    desk.clock.move(minutes=1)

    assert (await cards.read_card(desk.curator, case_id)).at_work == ""
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


async def until_present(desk, case_id):
    query = select(Presence.case_id).where(Presence.case_id == case_id)
    async with asyncio.timeout(30):
        while True:
            async with desk.database.read() as connection:
                if (await connection.execute(query)).first():
                    return
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("act", ["another's name", "a card of others"])
async def test_nobody_is_put_to_work_by_another(desk, act):
    if desk.database.is_sqlite:
        return
    case_id = await desk.entered()
    person = desk.second if act == "another's name" else desk.lgov
    who = desk.curator if act == "another's name" else desk.lgov
    values = {"case_id": case_id, "person_id": person.person.id, "until": desk.clock.now()}
    with pytest.raises(Exception, match="row-level security"):
        async with who.database.write() as connection:
            await connection.execute(who.database.insert(Presence).values(**values))
