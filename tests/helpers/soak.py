"""A wall left running while others change everything it shows: what its memory does meanwhile."""

import asyncio
import itertools
import os
import subprocess
import sys
from pathlib import Path

from app.models.database import Database
from app.ui.wall.reading import WallLine
from app.ui.wall.settings import WallSettings, WallStore
from app.ui.wall.window import WallWindow

ROOT = Path(__file__).parent.parent.parent
REFRESH_SECONDS = 0.05
OPEN_CASES = 40
CACHE_KB = 128
PAGE = os.sysconf("SC_PAGE_SIZE")


def resident_mb():
    """Memory of this process that is really there."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 2**20


def slope_mb_per_hour(samples):
    """The slope of the line of least squares through (seconds, MB)."""
    count = len(samples)
    mean_x = sum(x for x, _ in samples) / count
    mean_y = sum(y for _, y in samples) / count
    below = sum((x - mean_x) ** 2 for x, _ in samples)
    return 3600 * sum((x - mean_x) * (y - mean_y) for x, y in samples) / below


class Soak:
    """The real window on a real file, twenty readings a second, its pages turning, a writer in another process."""

    def __init__(self, url, folder):
        self.url = url
        self.window = None
        self.readings = 0
        self._folder = folder

    async def run(self, seconds, every=1.0):
        """Gives [(seconds, MB)], one sample a second."""
        settings = WallSettings(page_seconds=1, refresh_seconds=2)
        line = WallLine(self._open, self._told, REFRESH_SECONDS, 0.0)
        self.window = WallWindow(line, settings, WallStore(self._folder / "wall.ini", "soak"))
        self.window.resize(1366, 768)
        self.window.show()
        self.window.start()
        writer = subprocess.Popen([sys.executable, "-m", "tests.helpers.soak", self.url], cwd=ROOT)
        samples, loop = [], asyncio.get_running_loop()
        began = loop.time()
        try:
            while loop.time() - began < seconds:
                await asyncio.sleep(every)
                assert writer.poll() is None, "the writer ended by itself"
                samples.append((loop.time() - began, resident_mb()))
        finally:
            writer.terminate()
            writer.wait()
            await self.window.aclose()
        return samples

    async def _open(self):
        """The file, with a cache that is full after the warm-up: the usual one grows with the file, to 2 MB."""
        database = await Database.open_to_read(self.url)
        async with database.read() as connection:
            await connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KB}")
        return database

    def _told(self):
        self.readings += 1
        if self.window is not None:
            self.window.told()


async def write_for_ever(url):
    """Acts of a desk, one after another; after the first forty cases one ends for each that comes."""
    from tests.helpers.staffed import Desk

    database = await Database.open(url)
    desk = await Desk.at(database)
    waiting = []
    for number in itertools.count():
        text = f"Яма {os.getpid()} {number}"
        waiting.append(await desk.entered(text) if number % 2 else await desk.routed("ДОР", text=text))
        if len(waiting) > OPEN_CASES:
            await _end(desk, waiting.pop(0))
        await asyncio.sleep(0.02)


async def _end(desk, case_id):
    from app.regulation.workflow import DraftKind, State
    from app.services import casework

    if (await desk.card(case_id)).state is State.INBOX:
        await desk.act(casework.exclude, desk.curator, case_id, State.NO_REACTION, "Не вопрос")
        return
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем")
    await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
    await desk.publish(case_id)


if __name__ == "__main__":
    asyncio.run(write_for_ever(sys.argv[1]))
