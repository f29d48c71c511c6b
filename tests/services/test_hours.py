"""New working hours: open cases are re-timed by one recorded change, verdicts stay as they were judged."""

import json

import pytest
from sqlalchemy import select, update

from app.models import RuleChange, WorkHours
from app.regulation.calendar_errors import CalendarInvalid
from app.regulation.errors import Refused
from app.regulation.workflow import Act, DraftKind, State
from app.services import casework, retiming
from app.services.hours import change_hours
from app.services.incoming import Incoming
from app.services.registering import register
from app.services.verifying import verify
from app.services.workplace import Workplace
from app.texts.countdown import countdown
from tests.helpers.staffed import START

DAYS = ("mon", "tue", "wed", "thu", "fri")
SHORT = {"tz": "Europe/Moscow", "week": {day: [["10:00", "14:00"]] for day in DAYS}, "years": [2019, 2027]}


def due(card, code):
    return next(clock.due_at for clock in card.clocks if clock.code == code)


async def test_open_clocks_are_counted_anew_and_stopped_ones_stay(desk):
    case_id = await desk.entered()
    desk.clock.move(minutes=40)
    await desk.act(casework.route, desk.curator, case_id, desk.routing())
    before = await desk.card(case_id)

    changed = await change_hours(desk.admin, SHORT, SHORT, "Приказ о рабочем времени")

    card = await desk.card(case_id)
    assert changed.cases == 1
    assert [c for c in card.clocks if not c.is_open] == [c for c in before.clocks if not c.is_open]
    assert [c.outcome for c in card.clocks if not c.is_open] == ["late"]
    # eight working hours from Monday 10:00 now end on Tuesday at 14:00 in Kursk
    assert due(card, "answer") == START.replace(day=2, hour=11)
    assert due(card, "draft") == START.replace(day=2, hour=10)
    assert (card.history[-1].act, card.state, card.version) == (Act.RETIME, before.state, before.version + 1)
    assert (await verify(desk.database)).findings == []


async def test_the_change_is_one_record_that_the_cases_name(desk):
    await desk.routed()
    await desk.routed(text="Вторая")

    await change_hours(desk.admin, SHORT, SHORT, " Приказ № 5 ")

    async with desk.database.read() as connection:
        [change] = (await connection.execute(select(RuleChange))).all()
        versions = (await connection.execute(select(WorkHours.version))).scalars().all()
    assert (change.why, change.cases, change.person_id) == ("Приказ № 5", 2, desk.admin.person.id)
    assert change.finished_at is not None
    assert change.hours_version == desk.database.meta["hours_version"]
    assert len(versions) == 2  # the former hours stay: verdicts were judged by them


async def test_a_case_that_the_change_does_not_touch_gets_no_act(desk):
    [case_id] = (await register(desk.curator, [Incoming("Спасибо", "vk")])).case_ids
    closed = await desk.entered("Закрыто")
    await desk.act(casework.exclude, desk.curator, closed, State.NO_REACTION, "")

    changed = await change_hours(desk.admin, SHORT, SHORT, "Приказ")

    assert changed.cases == 0
    assert [(await desk.card(key)).version for key in (case_id, closed)] == [1, 2]


async def test_going_back_uses_the_hours_that_are_stored_already(desk):
    case_id = await desk.routed()
    before = due(await desk.card(case_id), "answer")
    async with desk.database.read() as connection:
        first = (await connection.execute(select(WorkHours))).one()
    await change_hours(desk.admin, SHORT, SHORT, "Приказ")
    await change_hours(desk.admin, json.loads(first.agency), json.loads(first.duty), "Отмена приказа")

    assert due(await desk.card(case_id), "answer") == before
    assert (await verify(desk.database)).findings == []


async def test_another_desk_takes_the_new_hours_up_at_its_next_act(desk):
    other = await Workplace(desk.database, desk.second.person, desk.second.feed).load()
    await change_hours(desk.admin, SHORT, SHORT, "Приказ")

    [case_id] = (await register(other, [Incoming("Яма", "vk", detected_at=START)])).case_ids

    assert due(await desk.card(case_id), "answer") == START.replace(day=2, hour=11)
    assert (await verify(desk.database)).findings == []


@pytest.mark.program
async def test_a_change_that_was_interrupted_is_gone_on_with(desk, monkeypatch):
    monkeypatch.setattr(retiming, "BATCH", 2)
    cases = [await desk.routed(text=f"Яма {number}") for number in range(5)]
    await change_hours(desk.admin, SHORT, SHORT, "Приказ")
    real, calls = retiming.retime_many, []

    async def dies(place, case_ids, *change):
        calls.append(case_ids)
        if len(calls) == 2:
            raise ConnectionError("power cut")
        return await real(place, case_ids, *change)

    monkeypatch.setattr(retiming, "retime_many", dies)
    longer = {**SHORT, "week": {day: [["09:00", "20:00"]] for day in DAYS}}
    with pytest.raises(ConnectionError):
        await change_hours(desk.admin, longer, longer, "Приказ 2")
    monkeypatch.setattr(retiming, "retime_many", real)

    assert await retiming.finish_changes(desk.curator) == 3
    assert {due(await desk.card(case_id), "answer") for case_id in cases} == {START.replace(hour=15)}
    assert await retiming.finish_changes(desk.admin) == 0
    assert (await verify(desk.database)).findings == []


@pytest.mark.parametrize("who", ["curator", "executor", "chief"])
async def test_only_an_administrator_changes_hours_and_says_why(desk, who):
    with pytest.raises(Refused, match="role_may_not"):
        await change_hours(getattr(desk, who), SHORT, SHORT, "Приказ")
    with pytest.raises(Refused, match="reason_missing"):
        await change_hours(desk.admin, SHORT, SHORT, " ")
    with pytest.raises(CalendarInvalid):
        await change_hours(desk.admin, {"tz": "Europe/Moscow", "week": {"mon": [["9", "18"]]}}, SHORT, "Приказ")
    async with desk.database.read() as connection:
        assert (await connection.execute(select(RuleChange))).all() == []


async def test_a_year_that_is_not_loaded_reaches_the_screen_and_blocks_no_act(desk):
    short_years = {**SHORT, "years": [2026, 2026]}
    desk.clock.move(days=213)  # 31 December
    await change_hours(desk.admin, short_years, short_years, "Календарь 2027 года не загружен")
    case_id = await desk.routed()
    card = await desk.card(case_id)

    rules = desk.curator.rules(card.regulation_id)
    limits = [clock for clock in card.open_clocks if clock.code != "return"]
    words = [countdown(rules, clock, card.facts, desk.clock.now()) for clock in limits]
    assert {(w.state, w.sentence) for w in words} == {
        ("not_computable", "срок не вычислить: не загружен производственный календарь нужного года")
    }
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Да")
    await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
    await desk.publish(case_id)
    assert (await verify(desk.database)).findings == []


async def test_hours_are_never_rewritten_by_a_change(desk):
    async with desk.database.write() as connection:
        await connection.execute(update(WorkHours).values(added_at=START.replace(year=2020)))
    async with desk.database.read() as connection:
        before = (await connection.execute(select(WorkHours))).all()
    await change_hours(desk.admin, SHORT, SHORT, "Приказ")

    async with desk.database.read() as connection:
        after = (await connection.execute(select(WorkHours).order_by(WorkHours.added_at))).all()
    assert after[: len(before)] == before
