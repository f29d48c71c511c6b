"""What the day brings to an open desk: rights of a substitute, work that moves at midnight, and the reminder."""

from datetime import date, time, timedelta

import pytest_asyncio

from app.regulation.workflow import Role
from app.services.absences import AbsencePlan, arrange_absence
from app.services.regions import NewPerson, add_people, list_people, sit_down
from app.services.roster import plan_shift
from tests.helpers.desk import until
from tests.helpers.windows import open_desk

ROADS = "Комитет дорожного хозяйства Курской области"
TODAY = date(2026, 11, 24)


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path)
    yield opened
    await opened.aclose()


async def test_midnight_brings_the_substitutes_rights_without_a_restart(desk):
    region = desk.region
    await add_people(region.database, [NewPerson("Г. Главная", (Role.RESPONSIBLE,), agency=ROADS)])
    person = next(person for person in await list_people(region.database) if person.name == "Г. Главная")
    chief = await sit_down(region.database, person)
    plan = AbsencePlan(
        person.id, "trip", TODAY + timedelta(days=1), TODAY + timedelta(days=1), region.executor.person.id
    )
    await arrange_absence(chief, plan)
    window = await desk.sit(region.executor, "executors")
    await until(lambda: window.duty._day == TODAY)
    assert Role.RESPONSIBLE not in region.executor.actor.roles

    region.clock.move(days=1)
    window.tick()
    await until(lambda: Role.RESPONSIBLE in region.executor.actor.roles)
    region.clock.move(days=1)
    window.tick()
    await until(lambda: Role.RESPONSIBLE not in region.executor.actor.roles)


async def test_a_reminder_dismissed_does_not_come_back_for_this_shift(desk):
    region = desk.region
    await plan_shift(region.supervisor, region.curator.person.id, TODAY, time(9), time(11, 14))
    await region.message()
    window = await desk.sit()
    await until(window.shift_bar.isVisible)
    window.shift_bar._dismiss()

    region.clock.move(minutes=2)
    window.tick()
    await until(lambda: window.duty._read_at == region.clock.now())
    await desk.settled(window)
    assert not window.shift_bar.isVisible()


async def test_no_reminder_long_before_the_end_or_with_nothing_in_hand(desk):
    region = desk.region
    await plan_shift(region.supervisor, region.colleague.person.id, TODAY, time(9), time(11, 10))
    window = await desk.sit(region.colleague)
    await until(lambda: "Белова" in window.status.duty_words())
    assert not window.shift_bar.isVisible()
