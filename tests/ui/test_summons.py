"""A link opened elsewhere comes to the desk that runs: one for each folder of data."""

import asyncio
import subprocess
import sys
from functools import partial

import pytest_asyncio
from PySide6.QtCore import Qt

from app.services.case_link import number_of
from app.ui.running import may_run
from app.ui.summons import Summons, call_running_desk, show_running_desk
from tests.helpers.journeys import desk  # noqa: F401  a fixture
from tests.helpers.qt import is_ready, until
from tests.helpers.windows import press


@pytest_asyncio.fixture
async def heard(tmp_path):
    links = []
    summons = Summons(tmp_path)
    summons.link_received.connect(links.append)
    assert summons.listen()
    yield links
    summons.close()


async def test_a_link_comes_to_the_desk_of_its_folder(heard, tmp_path):
    link = "cur-desk://case/46-2026-004217"

    assert await asyncio.to_thread(call_running_desk, tmp_path, link)
    await until(lambda: heard == [link])


async def test_a_second_start_brings_the_desk_forward_that_shows_the_same(tmp_path):
    summons, forward = Summons(tmp_path, shows_place=lambda place: place == "region"), []
    summons.show_requested.connect(lambda: forward.append("came"))
    assert not may_run(tmp_path)
    assert summons.listen()

    assert may_run(tmp_path)
    assert await second_start(tmp_path, "region") == "True"
    assert await second_start(tmp_path, "demo") == "False", "another region is another desk"

    summons.close()
    assert forward == ["came"]
    assert not show_running_desk(tmp_path, "region")


async def second_start(folder, place):
    """What another process is answered: it waits for the answer and would hold this one's loop."""
    asks = "import sys; from pathlib import Path; from app.ui.summons import show_running_desk as show; "
    asks += "print(show(Path(sys.argv[1]), sys.argv[2]))"
    call = partial(subprocess.run, [sys.executable, "-c", asks, folder, place], capture_output=True, text=True)
    return (await asyncio.to_thread(call)).stdout.strip()


async def test_a_folder_without_a_desk_takes_none(heard, tmp_path):
    assert not call_running_desk(tmp_path / "another", "cur-desk://case/46-2026-000001")


async def test_a_second_desk_of_a_folder_leaves_links_to_the_first(heard, tmp_path):
    assert not await asyncio.to_thread(lambda: Summons(tmp_path).listen())


def test_only_our_own_links_name_a_number():
    assert number_of(" cur-desk://case/46-2026-004217/ ") == "46-2026-004217"
    assert number_of("https://vk.com/wall-1_2") is None


async def test_the_window_opens_the_case_of_a_link(desk):  # noqa: F811
    window = await desk.sit()
    case_id = await desk.region.routed()
    card = await desk.region.card(case_id)

    window.open_link(f"cur-desk://case/{card.number}")

    await until(lambda: (shown := window.panel.card()) is not None and shown.number == card.number)


async def test_a_number_nobody_gave_is_said(desk):  # noqa: F811
    window = await desk.sit()

    window.open_link("cur-desk://case/46-2026-999999")

    await until(lambda: "46-2026-999999" in window.page.bar.text())


async def test_what_was_said_of_a_link_goes_with_the_next_one_and_with_another_queue(desk):  # noqa: F811
    case_id = await desk.region.routed()
    number = (await desk.region.card(case_id)).number
    window = await desk.sit()
    await until(lambda: is_ready(window))
    ways = (
        lambda: window.open_link(f"cur-desk://case/{number}"),
        lambda: press(window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier),
    )
    for leave in ways:
        window.open_link("cur-desk://case/46-2026-999999")
        await until(window.page.bar.isVisible)
        leave()
        await until(window.page.bar.isHidden)
