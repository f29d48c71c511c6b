"""Many items are worked on beside the window: a process of their own gives what a turn for each gives."""

import asyncio

import pytest

from app.services.background import apart
from app.services.background.apart import beside, in_turns
from app.services.kin_index import marks_of
from app.services.search import entry_of

MARKED = [("Яма на дороге", "https://vk.com/wall-1_2", "Анна", "", "Курск"), ("Нет воды", "", "", "", "")]
FOUND = [("46-2026-000001", "яма на дороге", "Курск", ("Анна",)), ("46-2026-000002", "нет воды", "", ())]


@pytest.mark.parametrize(("make", "items"), [(marks_of, MARKED), (entry_of, FOUND)], ids=["kin", "search"])
async def test_many_are_made_by_a_process_of_their_own_as_they_are_here(make, items, monkeypatch):
    monkeypatch.setattr(apart, "APART_FROM", 3)
    seen = []

    def here(item):
        seen.append(item)
        return make(item)

    async with beside(here, 2) as few, beside(make, 3) as many:
        assert await many(items) == await few(items)
    assert seen == items


async def test_a_window_gets_its_turn_between_two_items():
    turns = 0

    async def window():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    watching = asyncio.ensure_future(window())
    await in_turns(len)(["яма"] * 20)
    watching.cancel()
    assert turns >= 20
