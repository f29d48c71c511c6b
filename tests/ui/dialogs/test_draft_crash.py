"""kill -9 while typing: the text is there when the desk is opened again."""

import asyncio
import os
import sys
from pathlib import Path

from PySide6.QtCore import Qt

from app.services.directories import read_directories
from app.services.regions import list_people, sit_down
from app.services.storage import Database
from tests.helpers.desk import Desk, press
from tests.helpers.region import HandClock, Region
from tests.ui.dialogs.typist import TEXT

ROOT = Path(__file__).parents[3]


async def test_text_typed_before_the_kill_is_restored(tmp_path, errors):
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.ui.dialogs.typist", str(tmp_path),
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    case_id = int(await asyncio.wait_for(child.stdout.readline(), 60))
    child.kill()
    await child.wait()

    clock = HandClock()
    clock.move(minutes=9)
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/desk.db", clock)
    places = [await sit_down(database, person) for person in await list_people(database)]
    region = Region(database, clock, *places, await read_directories(places[0]))
    desk = Desk(region, region.executor, tmp_path / "drafts", errors)
    await desk.show(case_id)
    dialog = await desk.open("submit")

    assert dialog.editor.toPlainText() == TEXT
    assert dialog.bar.text() == "Восстановлено из черновика 11:05."

    press(dialog, Qt.Key.Key_Escape)
    await desk.done()
    await desk.close()
    await database.close()
