"""Corrections on both engines: the earlier publication stays, marked; verdicts stay; every round is counted."""

from datetime import date

import pytest
from sqlalchemy import text

from app.models import new_uuid
from app.regulation.errors import Refused
from app.regulation.workflow import DraftKind, State
from app.services import casework, merging, queries
from app.services.correcting import open_correction, withdraw_correction
from app.services.replies import ReplyRecord, record_reply
from app.services.selection import Selection
from app.services.verifying import verify

CORRECTION, INTERIM = DraftKind.CORRECTION, DraftKind.INTERIM


def refused(code):
    return pytest.raises(Refused, match=f"'{code}'")


async def corrected(desk, case_id, words="Заделали 3 июня", who=None):
    await desk.act(open_correction, desk.curator, case_id, "Неверная дата")
    await desk.act(casework.submit, who or desk.executor, case_id, CORRECTION, words)
    await desk.act(casework.approve, desk.second if who else desk.curator, case_id, CORRECTION)
    await desk.publish(case_id, CORRECTION)


async def test_a_correction_stands_beside_the_answer_and_leaves_its_verdicts(desk):
    case_id = await desk.answered()
    before = await desk.card(case_id)
    desk.clock.move(days=1)
    with refused("role_may_not"):
        await desk.act(open_correction, desk.executor, case_id, "Неверная дата")
    with refused("reason_missing"):
        await desk.act(open_correction, desk.curator, case_id, " ")
    await desk.act(open_correction, desk.curator, case_id, "Неверная дата")
    card = await desk.card(case_id)
    assert (card.state, card.closed_at, card.leg.agency) == (State.CORRECTING, None, "ДОР")
    assert [clock.code for clock in card.open_clocks] == ["correct"]
    assert [row.id for row in await queries.list_queue(desk.executor, Selection("rework"))] == [case_id]

    await desk.act(casework.submit, desk.executor, case_id, CORRECTION, "Заделали 3 июня")
    await desk.act(casework.send_to_rework, desk.curator, case_id, CORRECTION, "Какого дома?")
    await desk.act(casework.submit, desk.executor, case_id, CORRECTION, "Заделали 3 июня у дома 5")
    await desk.act(casework.approve, desk.curator, case_id, CORRECTION)
    await desk.publish(case_id, CORRECTION)

    card = await desk.card(case_id)
    first, second = card.publications
    assert (card.state, card.corrections, card.reworks) == (State.ANSWERED, 1, 1)
    assert first.corrected_at == second.published_at
    assert (first.link, first.published_at) == (before.publications[0].link, before.publications[0].published_at)
    assert (second.kind, second.corrected_at) == (CORRECTION, None)
    assert card.clocks[: len(before.clocks)] == before.clocks
    assert card.closed_at == desk.clock.now()
    assert (await verify(desk.database)).findings == []


async def test_a_correction_can_be_corrected_and_is_counted(desk):
    case_id = await desk.answered()
    await corrected(desk, case_id)
    await corrected(desk, case_id, "Заделали 4 июня")

    card = await desk.card(case_id)
    assert card.corrections == 2
    assert [publication.corrected_at is not None for publication in card.publications] == [True, True, False]
    assert (await verify(desk.database)).findings == []


async def test_a_curator_writes_it_on_behalf_of_the_agency(desk):
    case_id = await desk.answered()
    await corrected(desk, case_id, who=desk.curator)

    card = await desk.card(case_id)
    assert card.drafts[-1].recorded_by == "Соколова"
    assert next(entry.on_behalf for entry in card.history if entry.variant == CORRECTION) == "ДОР"
    assert (await verify(desk.database)).findings == []


async def test_after_an_interim_answer_only_the_final_one_is_marked_as_corrected(desk):
    case_id = await desk.approved(INTERIM, agreed=date(2026, 6, 4))
    await desk.publish(case_id, INTERIM)
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделали 2 июня")
    await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
    await desk.publish(case_id)
    await corrected(desk, case_id)

    card = await desk.card(case_id)
    assert [p.corrected_at is not None for p in card.publications] == [False, True, False]
    assert (await verify(desk.database)).findings == []


@pytest.mark.parametrize(
    ("kind", "correction", "state"),
    [
        (INTERIM, DraftKind.CORRECTED_INTERIM, State.INTERIM),
        (DraftKind.CLARIFICATION, DraftKind.CORRECTED_REQUEST, State.AWAITING_AUTHOR),
    ],
)
async def test_an_interim_answer_and_a_request_are_corrected_and_the_case_stays_where_it_was(
    desk, kind, correction, state
):
    case_id = await desk.approved(kind, agreed=date(2026, 6, 4) if kind is INTERIM else None)
    await desk.publish(case_id, kind)
    before = await desk.card(case_id)
    running = {clock.key: clock for clock in before.open_clocks}
    for words in ("Неверный дом", "И улица не та"):
        await desk.act(open_correction, desk.curator, case_id, words)
        with refused("another_draft"):
            await desk.act(casework.submit, desk.executor, case_id, CORRECTION, "Дом 5")
        await desk.act(casework.submit, desk.executor, case_id, correction, "Дом 5")
        await desk.act(casework.approve, desk.curator, case_id, correction)
        await desk.publish(case_id, correction)

    card = await desk.card(case_id)
    assert (card.state, card.closed_at, card.leg.state, card.corrections) == (state, None, "active", 2)
    assert {clock.key: clock for clock in card.open_clocks} == running
    assert [p.corrected_at is not None for p in card.publications] == [True, True, False]
    assert (await verify(desk.database)).findings == []


async def test_a_correction_opened_by_mistake_is_withdrawn_and_the_answer_stands_as_before(desk):
    case_id = await desk.answered()
    before = await desk.card(case_id)
    await desk.act(open_correction, desk.curator, case_id, "Неверная дата")
    await desk.act(casework.submit, desk.executor, case_id, CORRECTION, "Заделали 3 июня")
    with refused("act_not_in_state"):
        await desk.act(withdraw_correction, desk.curator, case_id, CORRECTION, "Дата верная")
    await desk.act(casework.send_to_rework, desk.curator, case_id, CORRECTION, "Дата всё-таки верная")
    with refused("role_may_not"):
        await desk.act(withdraw_correction, desk.executor, case_id, CORRECTION, "Дата верная")
    with refused("reason_missing"):
        await desk.act(withdraw_correction, desk.curator, case_id, CORRECTION, " ")
    await desk.act(withdraw_correction, desk.curator, case_id, CORRECTION, "Дата верная")

    card = await desk.card(case_id)
    assert (card.state, card.corrections, card.closed_at) == (State.ANSWERED, 0, desk.clock.now())
    assert (card.standing.draft_kind, card.leg, card.open_clocks) == (DraftKind.ANSWER, before.leg, before.open_clocks)
    assert card.publications == before.publications
    assert card.clocks[: len(before.clocks)] == before.clocks
    assert (await verify(desk.database)).findings == []
    await corrected(desk, case_id)
    assert (await desk.card(case_id)).corrections == 1
    assert (await verify(desk.database)).findings == []


async def test_a_withdrawn_correction_of_an_interim_answer_leaves_its_clocks_running(desk):
    case_id = await desk.approved(INTERIM, agreed=date(2026, 6, 4))
    await desk.publish(case_id, INTERIM)
    before = await desk.card(case_id)
    await desk.act(open_correction, desk.curator, case_id, "Не та улица")
    with refused("another_draft"):
        await desk.act(withdraw_correction, desk.curator, case_id, CORRECTION, "Та")
    await desk.act(withdraw_correction, desk.curator, case_id, DraftKind.CORRECTED_INTERIM, "Улица та")

    card = await desk.card(case_id)
    assert (card.state, card.open_clocks, card.leg.state) == (State.INTERIM, before.open_clocks, "active")
    assert (await verify(desk.database)).findings == []


async def test_an_author_who_replies_makes_the_correction_of_the_request_needless(desk):
    case_id = await desk.approved(DraftKind.CLARIFICATION)
    await desk.publish(case_id, DraftKind.CLARIFICATION)
    await desk.act(open_correction, desk.curator, case_id, "Не тот дом")
    await desk.act(record_reply, desk.curator, case_id, ReplyRecord("Дом 5, корпус 2"))

    card = await desk.card(case_id)
    assert (card.state, card.corrections) == (State.DRAFTING, 0)
    assert "correct" not in [clock.code for clock in card.open_clocks]
    assert (await verify(desk.database)).findings == []


async def test_a_corrected_answer_has_no_author_to_reply(desk):
    case_id = await desk.answered()
    await desk.act(open_correction, desk.curator, case_id, "Неверная дата")
    with refused("act_not_in_state"):
        await desk.act(record_reply, desk.curator, case_id, ReplyRecord("Дом 5"))


async def test_messages_do_not_come_to_a_card_while_its_answer_is_being_corrected(desk):
    case_id, other = await desk.answered(), await desk.entered("Яма на Кирова")
    await desk.act(open_correction, desk.curator, case_id, "Неверная дата")
    await desk.act(casework.submit, desk.executor, case_id, CORRECTION, "Заделали 3 июня")
    with refused("correction_under_way"):
        await merging.merge(
            desk.curator, other, (await desk.card(other)).version, case_id, into_other=True, act_id=new_uuid()
        )
    assert (await desk.card(other)).state is State.INBOX


@pytest.mark.parametrize("state", ["entered", "routed", "approved"])
async def test_only_an_answered_case_is_corrected(desk, state):
    case_id = await getattr(desk, state)()
    with refused("act_not_in_state"):
        await desk.act(open_correction, desk.curator, case_id, "Неверная дата")


async def test_a_count_changed_behind_the_services_back_is_found(desk):
    case_id = await desk.answered()
    await desk.act(open_correction, desk.curator, case_id, "Неверная дата")
    async with desk.database.write() as connection:
        await connection.execute(text('UPDATE "case" SET corrections = 0 WHERE id = :id'), {"id": case_id})

    [finding] = (await verify(desk.database)).findings
    assert (finding.code, finding.expected) == ("case_differs", "corrections 1")
