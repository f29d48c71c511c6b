"""The duty roster and hand-over on both engines: planned once, nothing stays with who has gone home."""

import asyncio
from datetime import date, time, timedelta

import pytest

from app.regulation.errors import Refused
from app.services import casework, counting, handing_over, queries
from app.services.absences import AbsencePlan, arrange_absence
from app.services.journal import read_journal
from app.services.roster import copy_week, plan_shift, read_duty, read_roster, remove_shift
from app.services.selection import Selection
from app.services.verifying import verify

TODAY = date(2026, 6, 1)  # Monday; the clock stands at 10:00 in Kursk


def day(number):
    return TODAY + timedelta(days=number)


def refused(code):
    return pytest.raises(Refused, match=f"'{code}'")


async def on_duty(desk, who, first=9, last=18, number=0):
    return await plan_shift(desk.chief, who.person.id, day(number), time(first), time(last))


def names(shifts):
    return [shift.person for shift in shifts]


async def test_who_is_on_duty_and_who_comes_next(desk):
    assert not (await read_duty(desk.curator)).is_kept
    await on_duty(desk, desk.curator, 9, 14)
    await on_duty(desk, desk.second, 14, 2)
    case_id = await desk.entered()

    duty = await read_duty(desk.curator)
    assert (names(duty.on_duty), names(duty.coming), duty.mine) == (["Соколова"], ["Орлова"], 1)
    assert duty.my_end - desk.clock.now() == timedelta(hours=4)
    assert not (await queries.list_queue(desk.curator, Selection("inbox")))[0].is_left
    desk.clock.move(hours=15)  # 01:00 on Tuesday: the night shift began yesterday
    assert names((await read_duty(desk.second)).on_duty) == ["Орлова"]
    assert [row.id for row in await handing_over.list_left(desk.second)] == [case_id]
    assert [row.is_left for row in await queries.list_queue(desk.second, Selection("inbox"))] == [True]
    assert (await counting.count_queues(desk.second)).pages["shifts"] == 1
    assert not (await read_duty(desk.executor)).is_kept


@pytest.mark.parametrize(
    ("who", "number", "first", "last", "code"),
    [
        ("curator", 0, 8, 11, "shift_overlaps"),
        ("curator", 0, 18, 20, None),
        ("curator", -1, 9, 18, "shift_past"),
        ("curator", 1, 9, 9, "shift_empty"),
        ("executor", 1, 9, 18, "shift_of_no_curator"),
        ("second", 3, 9, 18, "shift_in_absence"),
        ("second", 2, 20, 8, "shift_in_absence"),
    ],
)
async def test_shifts_that_are_refused(desk, who, number, first, last, code):
    await on_duty(desk, desk.curator)
    await arrange_absence(desk.chief, AbsencePlan(desk.second.person.id, "trip", day(3), day(4)))
    if code is None:
        await on_duty(desk, getattr(desk, who), first, last, number)
        return
    with refused(code):
        await on_duty(desk, getattr(desk, who), first, last, number)


@pytest.mark.parametrize("who", ["curator", "executor", "admin", "wall"])
async def test_only_the_supervisor_plans(desk, who):
    with refused("role_may_not"):
        await plan_shift(getattr(desk, who), desk.curator.person.id, day(1), time(9), time(18))
    with refused("role_may_not"):
        await copy_week(getattr(desk, who), TODAY)
    with refused("role_may_not"):
        await remove_shift(getattr(desk, who), 1)


@pytest.mark.parametrize(("who", "sees"), [("curator", 1), ("admin", 1), ("chief", 1), ("executor", 0), ("wall", 0)])
async def test_who_sees_the_roster(desk, who, sees):
    if sees:
        assert "Соколова" in [worker.name for worker in (await read_roster(getattr(desk, who), TODAY)).curators]
        return
    with refused("role_may_not"):
        await read_roster(getattr(desk, who), TODAY)


async def test_two_supervisors_planning_the_same_shift_at_once_plan_one(desk):
    wishes = (plan_shift(desk.chief, desk.curator.person.id, day(1), time(9), time(18)) for _ in range(2))
    outcomes = await asyncio.gather(*wishes, return_exceptions=True)

    (loser,) = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert (loser.refusal.code, loser.refusal.params["by"]) == ("shift_overlaps", "Шеф")
    assert len((await read_roster(desk.chief, TODAY)).shifts) == 1


async def test_a_week_is_copied_without_those_who_are_away(desk):
    await on_duty(desk, desk.curator)
    await on_duty(desk, desk.second, number=1)
    await arrange_absence(desk.chief, AbsencePlan(desk.second.person.id, "leave", day(7), day(9)))

    copied = await copy_week(desk.chief, TODAY)
    assert (copied.made, copied.left_out) == (1, (("Орлова", day(8)),))
    assert (await copy_week(desk.chief, TODAY)).made == 0
    roster = await read_roster(desk.chief, day(7))
    assert [(shift.person, shift.starts_at.hour) for shift in roster.shifts] == [("Соколова", 6)]


async def test_a_shift_is_taken_off_and_the_journal_keeps_it(desk):
    shift = await on_duty(desk, desk.curator, number=1)
    await remove_shift(desk.chief, shift)
    await remove_shift(desk.chief, shift)

    entries = [entry.entry for entry in await read_journal(desk.chief, desk.curator.person.uuid)]
    assert entries == ["shift_planned", "shift_removed"]
    over = await on_duty(desk, desk.curator)
    desk.clock.move(hours=9)
    with refused("shift_past"):
        await remove_shift(desk.chief, over)


async def test_a_shift_is_handed_over_at_once_with_notes(desk):
    cases = [await desk.entered(f"Сообщение {number}") for number in range(3)]
    taken, *rest = cases
    unfinished = await handing_over.list_unfinished(desk.curator)
    assert [row.id for row in unfinished] == cases

    await desk.act(casework.take, desk.second, taken)
    notes = {taken: "", rest[0]: "Автор просил позвонить", rest[1]: ""}
    batch = "018f0000-0000-7000-8000-000000000001"
    done = await handing_over.hand_over_shift(desk.curator, desk.both.person.id, notes, "До завтра", batch)
    again = await handing_over.hand_over_shift(desk.curator, desk.both.person.id, notes, "До завтра", batch)

    assert ([each.case_id for each in done], again) == (rest, [])
    cards = [await desk.card(case) for case in cases]
    assert [card.curator for card in cards] == ["Орлова", "Двое", "Двое"]
    assert [card.history[-1].note for card in cards[1:]] == ["Автор просил позвонить", "До завтра"]
    assert cards[1].history[-1].handed == ("Соколова", "Двое")
    assert (await handing_over.list_unfinished(desk.curator)) == []
    assert (await verify(desk.database)).findings == []


async def test_a_case_is_given_to_a_curator_who_is_there(desk):
    case_id = await desk.entered()
    to = desk.second.person.id
    await desk.act(handing_over.hand_over, desk.chief, case_id, to, "Ваш район")
    for who, code in [(to, "receiver_has_it"), (desk.executor.person.id, "receiver_no_curator")]:
        with refused(code):
            await desk.act(handing_over.hand_over, desk.second, case_id, who)
    with refused("role_may_not|another_agency"):  # PostgreSQL does not even show it
        await desk.act(handing_over.hand_over, desk.executor, case_id, to)
    await arrange_absence(desk.chief, AbsencePlan(desk.both.person.id, "illness", day(0), day(0)))
    with refused("receiver_away"):
        await desk.act(handing_over.hand_over, desk.second, case_id, desk.both.person.id)
    with refused("receiver_self"):
        await handing_over.hand_over_shift(desk.second, to, {case_id: ""})
    with refused("too_many_at_once"):
        await handing_over.hand_over_shift(desk.second, desk.curator.person.id, dict.fromkeys(range(501), ""))


async def test_what_was_left_is_taken_with_one_act_and_what_is_in_hand_is_not(desk):
    left, worked = await desk.entered("Осталось"), await desk.entered("В работе")
    await on_duty(desk, desk.curator, 8, 9, number=1)
    await on_duty(desk, desk.second, 9, 18, number=1)
    desk.clock.move(days=1)
    await desk.act(casework.take, desk.second, worked)

    done = await handing_over.take_left(desk.second, [left, worked])
    assert [each.case_id for each in done] == [left]
    assert (await desk.card(left)).curator == "Орлова"
    assert await handing_over.list_left(desk.second) == []
    assert await handing_over.take_left(desk.second, [left]) == []
    with refused("role_may_not"):
        await handing_over.take_left(desk.chief, [left])
