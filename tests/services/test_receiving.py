"""Where a region reads «поступление» so, the clocks of receipt start when a case is given to an executor, or opened."""

import pytest

from app.regulation.errors import Refused
from app.regulation.workflow import DraftKind
from app.services import casework, receiving, relay
from app.services.handing_over import take_leg
from app.services.regulations import regulation_text
from app.services.revisions import revise_regulation
from app.services.verifying import verify

KURSK = regulation_text("kursk")


async def read_so(desk, reading):
    text = KURSK.replace('received = "delivered"', f'received = "{reading}"')
    await revise_regulation(desk.admin, text, "Толкование")


def running(card):
    return {clock.code: clock.started_at for clock in card.open_clocks}


async def test_opening_starts_the_clocks_of_receipt_once(desk):
    await read_so(desk, "opened")
    case_id = await desk.routed()
    card = await desk.card(case_id, desk.executor)
    assert not {"return", "draft"} & set(running(card))
    assert receiving.is_to_be_opened(desk.executor, card)
    assert not receiving.is_to_be_opened(desk.curator, card)
    assert not receiving.is_to_be_opened(desk.lgov, card)

    desk.clock.move(minutes=25)
    await receiving.open_case(desk.executor, card)
    card = await desk.card(case_id, desk.executor)
    assert running(card)["return"] == running(card)["draft"] == desk.clock.now()
    assert not receiving.is_to_be_opened(desk.executor, card)
    with pytest.raises(Refused, match="opened_before"):
        await receiving.open_case(desk.executor, card)
    assert (await verify(desk.database)).findings == []


async def test_naming_an_executor_starts_them(desk):
    await read_so(desk, "assigned")
    case_id = await desk.routed()
    card = await desk.card(case_id, desk.executor)
    assert not receiving.is_to_be_opened(desk.executor, card)
    assert not {"return", "draft"} & set(running(card))
    desk.clock.move(minutes=25)
    await desk.act(take_leg, desk.executor, case_id)

    card = await desk.card(case_id)
    assert running(card)["return"] == running(card)["draft"] == desk.clock.now()
    assert (await verify(desk.database)).findings == []


async def test_of_an_order_the_last_agency_has_the_limit_of_a_link_from_its_first_executor(desk):
    await read_so(desk, "assigned")
    case_id = await desk.routed("ДОР", "Льгов")
    await desk.act(take_leg, desk.executor, case_id)
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.INFORMATION, "Наша часть")
    await desk.act(relay.pass_on, desk.curator, case_id)
    assert not {"return", "draft", "link"} & set(running(await desk.card(case_id)))
    desk.clock.move(minutes=25)
    await desk.act(take_leg, desk.lgov, case_id)

    card = await desk.card(case_id)
    assert running(card)["link"] == running(card)["draft"] == desk.clock.now()
    assert (await verify(desk.database)).findings == []


async def test_delivered_is_received_and_nothing_is_left_to_open(desk):
    card = await desk.card(await desk.routed(), desk.executor)

    assert {"return", "draft"} <= set(running(card))
    assert not receiving.is_to_be_opened(desk.executor, card)
