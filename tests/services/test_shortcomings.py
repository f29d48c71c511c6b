"""Shortcomings found by the program with how much and by whom, and those a curator noted (п. 22)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.regulation.errors import Refused
from app.regulation.shortcomings import BY_HAND, Rule
from app.regulation.workflow import DraftKind
from app.services import casework, marking
from app.services.shortcomings import day_bounds, find_shortcomings
from app.services.verifying import verify

TODAY = date(2026, 6, 1)
GOOD = (
    "Яму на Щигровской улице огородили сегодня утром. Ямочный ремонт выполнят до пятого июня, если не будет дождя; "
    "фото пришлём в этот же комментарий."
)


async def found_today(desk, begin=TODAY, end=TODAY):
    return await find_shortcomings(desk.chief, begin, end)


def told(found):
    return [(each.rule, each.clock, each.clause, each.agency) for each in found]


async def answered(desk, text=GOOD):
    case_id = await desk.routed()
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, text)
    await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
    await desk.publish(case_id)
    return case_id


async def test_work_in_time_with_a_good_answer_has_no_shortcoming(desk):
    await answered(desk)
    assert await found_today(desk) == []


async def test_a_late_publication_is_held_against_the_agency_that_was_late(desk):
    case_id = await desk.routed()
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, GOOD)
    await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
    desk.clock.move(hours=1, minutes=25)
    await desk.publish(case_id)

    (found,) = await found_today(desk)

    assert (found.rule, found.clock, found.clause, found.agency) == (Rule.LATE, "publish", "14", "ДОР")
    assert (found.late_seconds, found.is_running, found.case_id) == (25 * 60, False, case_id)
    assert (found.topic, found.location) == ("Ямы", "Центр, Щигровская")


async def test_a_late_answer_names_the_step_that_lost_it_and_whose_it_was(desk):
    """Entered Monday 10:00: answer due Tuesday 10:00, draft an hour before. Draft at 12:00, published at 12:00."""
    case_id = await desk.routed()
    desk.clock.move(days=1, hours=2)
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, GOOD)
    await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
    await desk.publish(case_id)

    found = {each.clock: each for each in await found_today(desk, end=date(2026, 6, 2))}

    assert set(found) == {"answer", "draft"}
    assert (found["answer"].late_seconds, found["answer"].clause) == (2 * 3600, "10")
    assert (found["answer"].lost_step, found["answer"].lost_seconds) == ("draft", 3 * 3600)
    assert found["answer"].agency == "ДОР"
    assert found["draft"].lost_step == ""


async def test_a_curators_own_lateness_is_no_agencys(desk):
    await desk.entered()
    desk.clock.move(minutes=40)
    (found,) = await found_today(desk)
    assert (found.clock, found.agency_id, found.is_running, found.late_seconds) == ("route", None, True, 600)


async def test_a_clock_still_running_past_its_due_time_is_found_with_what_it_lost_so_far(desk):
    case_id = await desk.routed()
    desk.clock.move(days=1, hours=2)

    found = {each.clock: each for each in await found_today(desk, end=date(2026, 6, 2))}

    assert found["answer"].is_running
    assert found["answer"].lost_step == "draft"
    assert {each.case_id for each in found.values()} == {case_id}


async def test_bodies_not_bound_by_the_act_are_told_apart(desk):
    case_id = await desk.routed("Льгов")
    desk.clock.move(days=1, hours=2)
    found = [each for each in await found_today(desk, end=date(2026, 6, 2)) if each.clock == "draft"]
    assert [(each.by_agreement, each.agency, each.case_id) for each in found] == [(True, "Льгов", case_id)]


async def test_a_late_return_is_no_shortcoming_of_its_own(desk):
    case_id = await desk.routed()
    desk.clock.move(minutes=50)
    await desk.act(casework.return_to_curator, desk.executor, case_id, "Не наше")
    assert await found_today(desk) == []


async def test_the_second_return_is_found_once_and_names_who_returned_last(desk):
    case_id = await desk.routed()
    await desk.act(casework.return_to_curator, desk.executor, case_id, "Не наше")
    assert await found_today(desk) == []
    await desk.act(casework.reroute, desk.curator, case_id, desk.routing("Льгов"))
    await desk.act(casework.return_to_curator, desk.lgov, case_id, "И не наше")

    (found,) = await found_today(desk)

    assert (found.rule, found.clause, found.count, found.agency) == (Rule.RETURNED, "8", 2, "Льгов")


async def test_rework_rounds_count_from_the_threshold(desk):
    case_id = await desk.routed()
    for number in (1, 2):
        await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, GOOD)
        await desk.act(casework.send_to_rework, desk.curator, case_id, DraftKind.ANSWER, "Срок?")
        assert len(await found_today(desk)) == number - 1
    (found,) = await found_today(desk)
    assert (found.rule, found.clause, found.count, found.agency) == (Rule.REWORKED, "12", 2, "ДОР")


@pytest.mark.parametrize(
    ("text", "rule"),
    [("Здравствуйте! Ваше обращение направлено в МКУ.", Rule.FORMAL), ("Сделаем.", Rule.SHORT), (GOOD, None)],
)
async def test_an_empty_answer_is_found_with_its_text(desk, text, rule):
    await answered(desk, text)
    assert [(each.rule, each.remark, each.clause) for each in await found_today(desk)] == (
        [(rule, text, "19")] if rule else []
    )


@pytest.mark.parametrize("rule", BY_HAND)
async def test_a_curator_notes_one_by_hand_and_the_history_holds_it(desk, rule):
    case_id = await answered(desk)
    await desk.act(marking.note_shortcoming, desk.curator, case_id, rule, "Про фото ни слова")

    (found,) = await found_today(desk)

    assert (found.rule, found.remark, found.noted_by, found.agency) == (rule, "Про фото ни слова", "Соколова", "ДОР")
    card = await desk.card(case_id)
    assert (card.history[-1].act, card.history[-1].note) == ("note_shortcoming", "Про фото ни слова")
    assert (await verify(desk.database)).is_clean


async def test_a_note_needs_words_and_a_curator(desk):
    case_id = await answered(desk)
    for who, remark, code in [(desk.curator, " ", "reason_missing"), (desk.executor, "Плохо", "role_may_not")]:
        with pytest.raises(Refused) as refused:
            await desk.act(marking.note_shortcoming, who, case_id, Rule.MANNER, remark)
        assert refused.value.refusal.code == code


async def test_the_period_is_of_the_regions_days(desk):
    case_id = await answered(desk)
    await desk.act(marking.note_shortcoming, desk.curator, case_id, Rule.OTHER, "Так")
    assert len(await found_today(desk)) == 1
    assert await found_today(desk, TODAY - timedelta(days=9), TODAY - timedelta(days=1)) == []
    assert await found_today(desk, TODAY + timedelta(days=1), TODAY + timedelta(days=9)) == []
    zone = desk.curator.rules().agency.zone
    assert day_bounds(zone, TODAY, TODAY) == (
        datetime(2026, 5, 31, 21, tzinfo=UTC),
        datetime(2026, 6, 1, 21, tzinfo=UTC),
    )


@pytest.mark.parametrize("name", ["executor", "wall", "admin"])
async def test_shortcomings_are_read_by_those_who_control(desk, name):
    with pytest.raises(Refused) as refused:
        await find_shortcomings(getattr(desk, name), TODAY, TODAY)
    assert refused.value.refusal.code == "role_may_not"
