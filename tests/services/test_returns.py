"""Returns (п. 8, 9): the story of each, who returned what that was meant for whom, and what the supervisor is told."""

from datetime import date

import pytest

from app.regulation.errors import Refused
from app.regulation.workflow import State
from app.services import casework, returns

TODAY = date(2026, 6, 1)


async def returned(desk, case_id, who, reason="Не наше", right=None):
    agency = desk.agencies[right] if right else None
    await desk.act(casework.return_to_curator, who, case_id, reason, agency)


async def sent_on(desk, case_id, agency):
    await desk.act(casework.reroute, desk.curator, case_id, desk.routing(agency))


async def badge(desk, name="chief"):
    async with desk.database.read() as connection:
        return (await connection.execute(returns.count_raised(getattr(desk, name)))).scalar_one()


async def pairs(desk):
    return [
        (pair.agency, pair.meant_for, pair.count, pair.late)
        for pair in await returns.count_pairs(desk.chief, TODAY, TODAY)
    ]


async def test_the_second_return_is_raised_with_its_story_and_stays_with_the_curator(desk):
    case_id = await desk.routed()
    await returned(desk, case_id, desk.executor, "Дорога муниципальная", "Льгов")
    assert (await returns.list_raised(desk.chief), await badge(desk)) == ([], 0)
    await sent_on(desk, case_id, "Льгов")
    desk.clock.move(minutes=31)
    await returned(desk, case_id, desk.lgov, "Дорога областная")

    (raised,) = await returns.list_raised(desk.chief)

    assert (raised.id, raised.waits, raised.curator, await badge(desk)) == (case_id, True, "Соколова", 1)
    assert [(each.agency, each.reason, each.named, each.sent_to, each.is_late) for each in raised.returns] == [
        ("ДОР", "Дорога муниципальная", "Льгов", "Льгов", False),
        ("Льгов", "Дорога областная", "", "", True),
    ]
    card = await desk.card(case_id)
    assert (card.state, card.returns) == (State.RETURNED, 2)


async def test_sent_on_it_waits_no_more_and_closed_it_is_gone(desk):
    case_id = await desk.routed()
    for _ in range(2):
        await returned(desk, case_id, desk.executor)
        await sent_on(desk, case_id, "ДОР")
    (raised,) = await returns.list_raised(desk.chief)
    assert (raised.waits, raised.agency, await badge(desk)) == (False, "ДОР", 0)
    await returned(desk, case_id, desk.executor)
    await desk.act(casework.exclude, desk.curator, case_id, State.NO_REACTION, "")
    assert await returns.list_raised(desk.chief) == []


async def test_pairs_count_where_it_went_else_whom_the_executor_named(desk):
    first = await desk.routed()
    await returned(desk, first, desk.executor, right="Льгов")
    await sent_on(desk, first, "ЖКХ")  # named Льгов, but it was ЖКХ's
    second = await desk.routed(text="Вторая яма")
    desk.clock.move(minutes=45)
    await returned(desk, second, desk.executor, right="ЖКХ")  # nobody sent it on yet
    third = await desk.routed(text="Третья яма")
    await returned(desk, third, desk.executor)  # nobody knows whose

    assert await pairs(desk) == [("ДОР", "ЖКХ", 2, 1), ("ДОР", "", 1, 0)]
    assert (await returns.count_pairs(desk.chief, TODAY, TODAY))[0].cases == (first, second)


async def test_an_exit_between_keeps_each_return_with_its_own_agency(desk):
    case_id = await desk.routed()
    await returned(desk, case_id, desk.executor)
    await desk.act(casework.exclude, desk.curator, case_id, State.OUTSIDE_COMPETENCE, "Не область")
    await desk.act(casework.reinstate, desk.chief, case_id, "Всё же область")
    await desk.act(casework.route, desk.curator, case_id, desk.routing("Льгов"))
    await returned(desk, case_id, desk.lgov, right="ДОР")
    (raised,) = await returns.list_raised(desk.chief)
    assert [(each.agency, each.sent_to) for each in raised.returns] == [("ДОР", "Льгов"), ("Льгов", "")]


async def test_other_days_are_not_counted(desk):
    case_id = await desk.routed()
    await returned(desk, case_id, desk.executor)
    assert await returns.count_pairs(desk.chief, date(2026, 5, 1), date(2026, 5, 31)) == []


async def test_returns_are_read_by_those_who_control(desk):
    for work in (returns.list_raised(desk.executor), returns.count_pairs(desk.admin, TODAY, TODAY)):
        with pytest.raises(Refused) as refused:
            await work
        assert refused.value.refusal.code == "role_may_not"
