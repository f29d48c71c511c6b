"""Whose deadlines the strip shows: the steps that wait for this person, least time left first."""

from app.regulation.workflow import DraftKind
from app.services import casework
from app.services.nearest import list_nearest


async def numbers(desk, who):
    cards = {row.id for row in await list_nearest(who, limit=10)}
    return sorted(cards)


async def test_a_curator_sees_what_they_have_in_hand_and_what_nobody_has(desk):
    mine = await desk.entered("Яма у школы")
    hers = await desk.entered("Яма у рынка")
    await desk.act(casework.take, desk.second, hers)
    routed = await desk.routed(text="Яма у моста")

    assert await numbers(desk, desk.curator) == [mine]

    await desk.act(casework.submit, desk.executor, routed, DraftKind.ANSWER, "Заделаем")
    assert await numbers(desk, desk.curator) == [mine, routed]
    assert await numbers(desk, desk.second) == [hers]


async def test_an_executor_sees_their_agencys_work_until_a_colleague_has_it(desk):
    await desk.entered("Яма у школы")
    ours = await desk.routed("ДОР", text="Яма у моста")
    await desk.routed("Льгов", text="Яма во Льгове")

    assert await numbers(desk, desk.executor) == [ours]


async def test_the_most_urgent_comes_first_and_three_are_enough(desk):
    made = []
    for number in range(4):
        made.append(await desk.entered(f"Яма {number}"))
        desk.clock.move(minutes=1)

    assert [row.id for row in await list_nearest(desk.curator)] == made[:3]


async def test_who_acts_on_no_case_sees_the_nearest_of_all(desk):
    inbox, routed = await desk.entered("Яма у школы"), await desk.routed(text="Яма у моста")

    assert await numbers(desk, desk.chief) == [inbox, routed]
