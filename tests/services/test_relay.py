"""Several agencies in order, on both engines: passing on, sending back, the order changed midway (п. 16)."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from app.models import Agency, Case
from app.regulation.errors import Refused
from app.regulation.workflow import DraftKind, LegKind, State
from app.services import casework, relay
from app.services.handing_over import take_leg
from app.services.queries import list_cases
from app.services.verifying import verify

PART = DraftKind.INFORMATION


def refused(code):
    return pytest.raises(Refused, match=f"'{code}'")


def legs(card):
    return [(leg.agency, leg.kind, leg.state) for leg in card.legs if leg.state != "dropped"]


async def part(desk, case_id, who, text="Наша часть"):
    return await desk.act(casework.submit, who, case_id, PART, text)


async def change(desk, case_id, *agencies):
    card = await desk.card(case_id)
    waiting = [desk.agencies[name] for name in agencies]
    return await relay.change_order(desk.curator, case_id, card.version, card.state, waiting)


async def clean(desk):
    report = await verify(desk.database)
    return report.findings == () or report.findings == []


async def test_each_agency_hands_on_and_the_last_writes_the_draft(desk):
    case_id = await desk.routed("ДОР", "Льгов")
    assert (await desk.card(case_id)).state is State.INFORMING
    desk.clock.move(minutes=125)
    await part(desk, case_id, desk.executor)
    await desk.act(relay.pass_on, desk.curator, case_id)

    card = await desk.card(case_id)
    assert card.state is State.DRAFTING
    assert legs(card) == [("ДОР", LegKind.LINK, "done"), ("Льгов", LegKind.LAST, "active")]
    assert [(c.code, c.outcome, c.late_seconds) for c in card.clocks if c.code == "link"] == [
        ("link", "late", 300),
        ("link", None, None),
    ]
    assert {clock.code for clock in card.open_clocks} == {"answer", "draft", "link", "return"}
    assert await clean(desk)


async def test_a_part_sent_back_runs_its_two_hours_anew(desk):
    case_id = await desk.routed("ДОР", "Льгов")
    desk.clock.move(minutes=30)
    await part(desk, case_id, desk.executor)
    desk.clock.move(minutes=10)
    await desk.act(relay.send_back, desk.curator, case_id, "Назовите срок")

    card = await desk.card(case_id)
    link = next(clock for clock in card.open_clocks if clock.code == "link")
    assert card.state is State.INFORMING
    assert link.round == 2
    assert (link.due_at - desk.clock.now()).total_seconds() == 7200
    assert "pass_on" not in {clock.code for clock in card.open_clocks}
    await part(desk, case_id, desk.executor, "Наша часть, срок 5 июня")
    assert [draft.text for draft in (await desk.card(case_id)).drafts][-1] == "Наша часть, срок 5 июня"
    assert await clean(desk)


async def test_with_nobody_left_waiting_the_link_becomes_the_last(desk):
    case_id = await desk.routed("ДОР", "Льгов")
    await change(desk, case_id)

    card = await desk.card(case_id)
    assert card.state is State.DRAFTING
    assert legs(card) == [("ДОР", LegKind.LAST, "active")]
    assert "draft" in {clock.code for clock in card.open_clocks}
    assert await clean(desk)


async def test_an_agency_added_after_the_drafting_one_makes_it_a_link(desk):
    case_id = await desk.routed("ДОР")
    await change(desk, case_id, "ЖКХ", "Льгов")

    card = await desk.card(case_id)
    assert card.state is State.INFORMING
    assert legs(card) == [
        ("ДОР", LegKind.LINK, "active"),
        ("ЖКХ", LegKind.LINK, "waiting"),
        ("Льгов", LegKind.LAST, "waiting"),
    ]
    assert [(c.code, c.outcome) for c in card.clocks if c.code == "draft"] == [("draft", "not_applicable")]
    assert await clean(desk)


async def test_what_was_written_outlives_a_new_order(desk):
    case_id = await desk.routed("ДОР", "Льгов")
    await part(desk, case_id, desk.executor, "Часть дорожников")
    await change(desk, case_id, "ЖКХ", "Льгов")
    await desk.act(relay.pass_on, desk.curator, case_id)

    card = await desk.card(case_id)
    assert card.agency == "ЖКХ"
    assert [draft.text for draft in card.drafts] == ["Часть дорожников"]
    assert legs(card)[0] == ("ДОР", LegKind.LINK, "done")


async def test_the_next_turn_is_nobodys_until_it_is_taken(desk):
    async def holder():
        return (await list_cases(desk.curator, Case.id == case_id))[0].executor

    case_id = await desk.routed("ДОР", "Льгов")
    await desk.act(take_leg, desk.executor, case_id)
    assert await holder() == desk.executor.person.name
    await part(desk, case_id, desk.executor)
    assert await holder() == desk.executor.person.name
    await desk.act(relay.pass_on, desk.curator, case_id)
    assert await holder() == ""
    await desk.act(take_leg, desk.lgov, case_id)
    assert await holder() == desk.lgov.person.name
    await desk.act(casework.return_to_curator, desk.lgov, case_id, "Не наша улица")
    assert await holder() == ""
    assert await clean(desk)


async def test_a_return_midway_keeps_those_that_wait_and_the_parts(desk):
    case_id = await desk.routed("ДОР", "Льгов", "ЖКХ")
    await part(desk, case_id, desk.executor, "Часть дорожников")
    await desk.act(relay.pass_on, desk.curator, case_id)
    await desk.act(casework.return_to_curator, desk.lgov, case_id, "Не наша улица")

    card = await desk.card(case_id)
    assert card.state is State.RETURNED
    assert ("ЖКХ", LegKind.LAST, "waiting") in legs(card)
    await desk.act(
        casework.reroute, desk.curator, case_id, casework.Routing(
            desk.topic, desk.location, card.importance, (desk.agencies["ЖКХ"],), "", after_parts=True
        )
    )  # fmt: skip
    card = await desk.card(case_id)
    assert (card.state, card.leg.kind) == (State.DRAFTING, LegKind.LAST)
    assert "link" in {clock.code for clock in card.open_clocks}
    assert await clean(desk)


@pytest.mark.parametrize(("agencies", "code"), [(("ЖКХ", "ЖКХ"), "agency_twice"), ((), "agency_missing")])
async def test_an_impossible_order_is_refused(desk, agencies, code):
    case_id = await desk.routed("ДОР", "Льгов")
    await part(desk, case_id, desk.executor)

    with refused(code):
        await change(desk, case_id, *agencies)


async def test_two_curators_order_the_same_relay(desk):
    case_id = await desk.routed("ДОР", "Льгов")
    card = await desk.card(case_id)
    await change(desk, case_id, "ЖКХ")

    with refused("changed_meanwhile"):
        await relay.change_order(desk.second, case_id, card.version, card.state, [])


async def test_nobody_to_pass_on_to(desk):
    case_id = await desk.routed("ДОР", "Льгов")
    with refused("act_not_in_state"):
        await desk.act(relay.pass_on, desk.curator, case_id)


async def test_an_agency_switched_off_midway_cannot_be_put_in_order(desk):
    from sqlalchemy import update

    from app.models import Agency

    case_id = await desk.routed("ДОР", "Льгов")
    async with desk.database.write() as connection:
        await connection.execute(update(Agency).where(Agency.short_name == "ЖКХ").values(active=False))

    with refused("agency_inactive"):
        await change(desk, case_id, "ЖКХ")


async def test_an_agency_switched_off_midway_is_named_when_its_turn_comes(desk):
    case_id = await desk.routed("ДОР", "Льгов")
    await part(desk, case_id, desk.executor)
    async with desk.database.write() as connection:
        await connection.execute(update(Agency).where(Agency.id == desk.agencies["Льгов"]).values(active=False))

    with refused("next_agency_inactive"):
        await desk.act(relay.pass_on, desk.curator, case_id)
    card = await desk.card(case_id)
    assert (card.state, [p.text for p in card.parts]) == (State.PASSING_ON, ["Наша часть"])
    await change(desk, case_id, "ЖКХ")
    await desk.act(relay.pass_on, desk.curator, case_id)
    assert (await desk.card(case_id)).agency == "ЖКХ"
    assert await clean(desk)


async def test_the_agency_at_work_is_not_put_after_itself(desk):
    case_id = await desk.routed("ДОР", "Льгов")
    with refused("agency_at_work"):
        await change(desk, case_id, "ДОР")
    with refused("agency_twice"):
        await change(desk, case_id, "ЖКХ", "ЖКХ")


async def test_of_two_curators_that_order_the_same_relay_the_second_is_told_who_was_first(desk):
    case_id = await desk.routed("ДОР", "Льгов")
    card = await desk.card(case_id)
    waiting = [desk.agencies["ЖКХ"]]
    await relay.change_order(desk.second, case_id, card.version, card.state, waiting)
    with pytest.raises(Refused) as told:
        await relay.change_order(desk.curator, case_id, card.version, card.state, [])

    assert told.value.refusal.code == "changed_meanwhile"
    assert (told.value.refusal.params["who"], told.value.refusal.params["act"]) == ("Орлова", "order")
    assert legs(await desk.card(case_id)) == [("ДОР", LegKind.LINK, "active"), ("ЖКХ", LegKind.LAST, "waiting")]


async def test_what_was_written_stays_when_a_link_is_dropped_or_returns_the_message(desk):
    case_id = await desk.routed("ДОР", "Льгов", "ЖКХ")
    await part(desk, case_id, desk.executor, "Наша часть: заделаем")
    await change(desk, case_id, "Льгов")
    await desk.act(relay.pass_on, desk.curator, case_id)
    await desk.act(casework.return_to_curator, desk.lgov, case_id, "Не наше")
    await desk.act(casework.reroute, desk.curator, case_id, replace(desk.routing("ЖКХ"), after_parts=True))

    card = await desk.card(case_id)
    assert (card.state, card.leg.kind) == (State.DRAFTING, LegKind.LAST)
    assert [(p.agency, p.text) for p in card.parts] == [("ДОР", "Наша часть: заделаем")]
    assert await clean(desk)


async def test_a_part_sent_back_keeps_its_remark_with_its_version(desk):
    case_id = await desk.routed("ДОР", "Льгов")
    await part(desk, case_id, desk.executor, "Скоро")
    await desk.act(relay.send_back, desk.curator, case_id, "Назовите срок")
    await part(desk, case_id, desk.executor, "Пятого июня")

    card = await desk.card(case_id)
    assert [(draft.text, draft.remark) for draft in card.drafts] == [("Скоро", "Назовите срок"), ("Пятого июня", "")]
    assert [p.text for p in card.parts] == ["Пятого июня"]
    assert await clean(desk)
