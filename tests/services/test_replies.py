"""What the author replied, on both engines (п. 11): added to the card with link and time, or closed for want of it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.regulation.errors import Refused
from app.regulation.workflow import DraftKind, State
from app.services import case_link, casework, queries
from app.services.replies import ReplyRecord, close_without_reply, record_reply
from app.services.selection import Selection
from app.services.verifying import verify

ASK = DraftKind.CLARIFICATION
LINK = "https://vk.com/wall-1_2?reply=9"


def refused(code):
    return pytest.raises(Refused, match=f"'{code}'")


async def asked(desk):
    case_id = await desk.routed()
    await desk.act(casework.submit, desk.executor, case_id, ASK, "Где это?", asked=("where",))
    await desk.act(casework.approve, desk.curator, case_id, ASK)
    await desk.publish(case_id, ASK)
    return case_id


async def test_a_request_keeps_what_it_asked_for(desk):
    case_id = await asked(desk)
    assert (await desk.card(case_id)).draft.asked == ("where",)
    other = await desk.routed(text="Другая яма")
    with refused("asked_unknown"):
        await desk.act(casework.submit, desk.executor, other, ASK, "Почему?", asked=("why",))


async def test_the_reply_stands_on_the_card_with_its_link_and_its_own_time(desk):
    case_id = await asked(desk)
    desk.clock.move(hours=20)
    wrote = desk.clock.now() - timedelta(hours=3)
    with refused("link_malformed"):
        await desk.act(record_reply, desk.curator, case_id, ReplyRecord("Дом 5", "vk.com/9"))
    with refused("in_the_future"):
        await desk.act(
            record_reply, desk.curator, case_id, ReplyRecord("Дом 5", LINK, desk.clock.now() + timedelta(hours=1))
        )
    await desk.act(record_reply, desk.curator, case_id, ReplyRecord("У дома 5 по Лунной", LINK, wrote))

    card = await desk.card(case_id)
    [reply] = card.replies
    assert (reply.text, reply.link, reply.replied_at) == ("У дома 5 по Лунной", LINK, wrote)
    assert (reply.recorded_at, reply.recorded_by) == (desk.clock.now(), "Соколова")
    assert (card.state, len(card.messages)) == (State.DRAFTING, 1)  # no answer is owed under a reply
    answer = next(clock for clock in card.open_clocks if clock.code == "answer")
    assert answer.started_at == desk.clock.now()
    assert await case_link.find_by_link(desk.curator, LINK) == case_id
    assert [row.id for row in await queries.list_queue(desk.curator, Selection("executors", "лунной"))] == [case_id]
    assert (await verify(desk.database)).findings == []


@pytest.mark.parametrize(
    "change", ["text = 'У дома 6'", "link = 'https://vk.com/1'", "replied_at = '2026-06-01 00:00:00'"]
)
async def test_a_reply_changed_behind_the_services_back_is_found(desk, change):
    case_id = await asked(desk)
    await desk.act(record_reply, desk.curator, case_id, ReplyRecord("У дома 5", LINK))
    async with desk.database.write() as connection:
        await connection.execute(text(f"UPDATE reply SET {change}"))

    assert {finding.code for finding in (await verify(desk.database)).findings} == {"text_differs"}


async def test_without_a_limit_the_case_may_be_closed_at_any_time(desk):
    case_id = await asked(desk)
    await desk.act(close_without_reply, desk.curator, case_id, "")
    assert (await desk.card(case_id)).state is State.NO_REPLY
    assert (await verify(desk.database)).findings == []
