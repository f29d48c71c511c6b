"""A queue in another order: what comes first, pages that miss nothing, and rows put in their place by Python alike."""

import random

import pytest

from app.services import patching, queries
from app.services.incoming import Incoming
from app.services.narrowing import Narrowing
from app.services.registering import register
from app.services.selection import Selection
from app.services.sorting import SORTS, Sorting

BOTH_WAYS = [Sorting(by, descending) for by in SORTS for descending in (False, True)]


async def pages(place, queue, sorting, limit=4, **more):
    rows, after = [], None
    chosen = Selection(queue, sorting=sorting, **more)
    while page := await queries.list_queue(place, chosen, after, limit):
        rows += page
        after = page[-1]
    return rows


async def mixed(desk):
    """Cases of different agencies, topics, sources and times, with ties; some have no topic, place or agency yet."""
    chance = random.Random(7)
    for number in range(14):
        desk.clock.move(minutes=chance.choice([0, 1]))
        topic = chance.choice(["Ямы", "Ёлки", "ёлка", "еда", "Жильё", ""])
        await register(
            desk.curator, [Incoming(f"Сообщение {number}", chance.choice(["vk", "ok"]), topic=topic)], detect_now=True
        )
    for number in range(6):
        await desk.routed(chance.choice(["ДОР", "Льгов"]), text=f"Направлено {number}")
    desk.clock.move(days=3)


async def test_pages_miss_nothing_and_python_puts_a_row_where_the_database_does(desk):
    await mixed(desk)
    for sorting in BOTH_WAYS:
        whole = await queries.list_queue(desk.curator, Selection("overdue", sorting=sorting))

        assert len({row.id for row in whole}) == len(whole) == 20, sorting
        assert await pages(desk.curator, "overdue", sorting) == whole, sorting
        shuffled = random.Random(1).sample(whole, 20)
        assert sorted(shuffled, key=patching.order_of("overdue", sorting)) == whole, sorting
        gone = {row.id for row in whole[::3]}
        again = patching.patched("overdue", whole, gone, whole[::3], has_more=False, sorting=sorting)
        assert again == whole, sorting


async def test_names_stand_by_their_letters_what_is_not_set_last_and_equals_by_time_left(desk):
    for number, topic in enumerate(("Ямы", "", "Ёлки", "жильё", "Дороги", "Ёлки")):
        desk.clock.move(minutes=1)
        await register(desk.curator, [Incoming(f"Сообщение {number}", "vk", topic=topic)], detect_now=True)

    up = await queries.list_queue(desk.curator, Selection("inbox", sorting=Sorting("topic")))
    assert [row.topic for row in up] == ["Дороги", "Ёлки", "Ёлки", "жильё", "Ямы", ""]
    assert up[1].step.due_at < up[2].step.due_at
    down = await queries.list_queue(desk.curator, Selection("inbox", sorting=Sorting("topic", descending=True)))
    assert [row.topic for row in down] == ["", "Ямы", "жильё", "Ёлки", "Ёлки", "Дороги"]
    assert down[3].step.due_at < down[4].step.due_at


async def test_the_stream_can_stand_oldest_first_and_executors_sort_their_own(desk):
    await register(desk.curator, [Incoming("Раньше", "vk")])
    desk.clock.move(minutes=5)
    await register(desk.curator, [Incoming("Позже", "ok")])
    rows = await queries.list_queue(desk.curator, Selection("stream", sorting=Sorting("collected")))
    assert [row.excerpt for row in rows] == ["Раньше", "Позже"]

    mine = await desk.routed("Льгов", text="Наше")
    await desk.routed("ДОР", text="Чужое")
    for sorting in BOTH_WAYS:
        rows = await queries.list_queue(desk.lgov, Selection("executors", sorting=sorting))
        assert [row.id for row in rows] == [mine]


async def test_what_a_search_finds_and_what_a_queue_is_narrowed_to_can_be_sorted(desk):
    for number, source in enumerate(("vk", "ok", "vk")):
        await register(desk.curator, [Incoming(f"Фонари не горят, {number}", source)], detect_now=True)
    await register(desk.curator, [Incoming("Яма", "ok")], detect_now=True)
    found = await pages(desk.curator, "inbox", Sorting("source", descending=True), limit=1, query="фонари")
    assert [row.source for row in found] == sorted((row.source for row in found), reverse=True)
    assert len({row.id for row in found}) == len(found) == 3

    ours = [await desk.routed("ДОР", text=f"Наше {number}") for number in range(3)]
    await desk.routed("Льгов", text="Чужое")
    only = Narrowing(agency=desk.agencies["ДОР"])
    rows = await pages(desk.curator, "executors", Sorting("collected"), limit=2, only=only)
    assert [row.id for row in rows] == ours


@pytest.mark.parametrize("queue", ["finished", "excluded", "no_reaction", queries.EVERYWHERE])
async def test_an_archive_is_never_put_in_order_anew(desk, queue):
    assert not queries.can_be_sorted(queue)
    with pytest.raises(ValueError, match=queue):
        await queries.list_queue(desk.curator, Selection(queue, sorting=Sorting("agency")))


def test_an_order_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="colour"):
        Sorting("colour")
