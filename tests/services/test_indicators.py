"""The indicators: each number is a measure's, behind each part stand its cases, bands are of like days."""

from datetime import timedelta

import pytest

from app.regulation.errors import Refused
from app.regulation.workflow import DraftKind
from app.services import casework
from app.services.indicators import list_behind, read_indicators, sum_of
from app.services.measuring import read_book
from tests.helpers.staffed import START

DAY = START.date()


@pytest.fixture
async def worked(desk):
    """Five Mondays with messages at 10:00 and 15:00; on the last one answers, one of them late, and a promise kept."""
    for week in range(5):
        for number in range(2 + week % 2):
            await desk.entered(f"Яма {week} {number}")
        desk.clock.move(hours=5)
        await desk.entered(f"Вечером {week}")
        desk.clock.move(hours=7 * 24 - 5)
    for number in range(3):
        await desk.routed("ДОР", text=f"Темно {number}")
    late = await desk.routed("ЖКХ", text="Нет воды")
    interim = await desk.routed("ДОР", text="Нет света")
    await desk.act(casework.submit, desk.executor, interim, DraftKind.INTERIM, "Починим к пятнице")
    await desk.act(
        casework.approve, desk.curator, interim, DraftKind.INTERIM, (desk.clock.now() + timedelta(days=4)).date()
    )
    await desk.publish(interim, DraftKind.INTERIM)
    desk.clock.move(minutes=30)
    await desk.act(casework.submit, desk.executor, interim, DraftKind.ANSWER, "Починили")
    return desk, late, interim


async def test_totals_are_the_measures(worked):
    desk, *_ = worked
    last = desk.clock.now().date()
    shown = await read_indicators(desk.chief, last, last)
    book = await read_book(desk.chief, last, last, with_carried=False)

    assert shown.total == book.total
    assert [day.count for day in shown.days] == [book.total.received] == [5]
    assert sum(hour.count for hour in shown.hours) == sum(shown.grid.values()) == 5
    assert {part.name: part.figures for part in shown.clocks} == dict(book.total.clocks)
    assert [(agency.name, agency.count) for agency in shown.agencies] == [("ДОР", 4), ("ЖКХ", 1)]
    assert [(part.name, part.figures.met, sum_of(part.figures)) for part in shown.promises] == [("ДОР", 1, 1)]


async def test_behind_every_part_stand_its_cases(worked):
    desk, late, interim = worked
    last = desk.clock.now().date()
    shown = await read_indicators(desk.chief, DAY, last)

    for inflow in (*shown.days, *shown.hours, *shown.agencies):
        assert len(await list_behind(desk.chief, shown, inflow.part)) == inflow.count
    assert [row.id for row in await list_behind(desk.chief, shown, ("agency", desk.agencies["ЖКХ"]))] == [late]
    kept = await list_behind(desk.chief, shown, ("promise", desk.agencies["ДОР"], "met"))
    assert [row.id for row in kept] == [interim]
    (cell,) = [key for key in shown.grid if key[0] is not None]
    assert len(await list_behind(desk.chief, shown, ("cell", *cell))) == shown.grid[cell] == 5
    assert await list_behind(desk.chief, shown, ("cell", 99, 99)) == []


async def test_a_running_day_is_held_against_the_same_hours_of_like_days(worked):
    desk, *_ = worked
    last = desk.clock.now().date()
    today = (await read_indicators(desk.chief, last, last)).days[0]

    assert today.usual is not None
    assert today.usual.mean == 2.5  # by 10:30: 3, 2, 3, 2 on four Mondays; the first day of all does not count
    assert today.usual.verdict(today.count) == "usual"  # 5 is no number to be alarmed by
    desk.clock.move(hours=5)
    evening = await read_indicators(desk.chief, last, last)
    assert evening.days[0].usual.mean == 3.5
    assert [hour.part[1] for hour in evening.hours if hour.usual and hour.usual.mean] == [10, 15]


async def test_too_few_like_days_give_no_band(worked):
    desk, *_ = worked
    second = DAY + timedelta(weeks=2)
    assert [day.usual for day in (await read_indicators(desk.chief, second, second)).days] == [None]


async def test_days_to_come_are_not_shown(worked):
    desk, *_ = worked
    last = desk.clock.now().date()
    shown = await read_indicators(desk.chief, last, last + timedelta(days=3))
    assert [day.name for day in shown.days] == [last.isoformat()]


async def test_an_executor_has_no_indicators(desk):
    with pytest.raises(Refused) as caught:
        await read_indicators(desk.executor, DAY, DAY)
    assert caught.value.refusal.code == "role_may_not"
