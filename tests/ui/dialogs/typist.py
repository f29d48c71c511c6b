"""A child process for the crash test: opens the draft dialog on a region, types, says so, and waits to be killed."""

import asyncio
import sys
from pathlib import Path

from app.ui.loop import AppEventLoop
from tests.helpers.desk import Desk, type_into
from tests.helpers.qt import application
from tests.helpers.region import open_region

TEXT = "Здравствуйте, Андрей! Светофор включили сегодня в 10:40."


async def type_and_wait(folder):
    region = await open_region(folder)
    case_id = await region.routed()
    desk = Desk(region, region.executor, folder / "drafts", [])
    await desk.show(case_id)
    dialog = await desk.open("submit")
    type_into(dialog.editor, TEXT)
    while not list((folder / "drafts").glob("*.json")):
        await asyncio.sleep(0.01)
    print(case_id, flush=True)
    await asyncio.sleep(600)


if __name__ == "__main__":
    with AppEventLoop(application()) as loop:
        loop.run_until_complete(type_and_wait(Path(sys.argv[1])))
