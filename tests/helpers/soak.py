"""A wall left running while others change everything it shows: what its memory does meanwhile."""

import _sqlite3
import asyncio
import ctypes
import gc
import itertools
import os
import statistics
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
PAGE = os.sysconf("SC_PAGE_SIZE")


def resident_mb():
    """Memory of this process that is really there."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 2**20


class _Mallinfo(ctypes.Structure):
    """What the C library tells of its memory: `struct mallinfo2`, ten counts of bytes and pieces."""

    NAMES = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")
    _fields_ = [(name, ctypes.c_size_t) for name in NAMES]


def in_use_mb():
    """Memory that is asked for and not given back, without what SQLite holds: a cache that comes and goes in a bound.

    All of it is counted where Python, too, asks the C library (PYTHONMALLOC).
    """
    ask, ask_sqlite = ctypes.CDLL(None).mallinfo2, ctypes.CDLL(_sqlite3.__file__).sqlite3_memory_used
    ask.restype, ask_sqlite.restype = _Mallinfo, ctypes.c_int64
    told = ask()
    return (told.uordblks + told.hblkhd - ask_sqlite()) / 2**20


def median_slope(samples):
    """The median of the slopes between all pairs of (x, y), Theil and Sen's: one step up does not bend it."""
    return statistics.median((y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in itertools.combinations(samples, 2))


class Soak:
    """The real window on a real file, twenty readings a second, its pages turning, a writer in another process."""

    def __init__(self, url, folder):
        self.url = url
        self.window = None
        self.readings = 0
        self._folder = folder

    async def run(self, seconds, every=2.0):
        """Gives [(readings, MB in use, MB resident)], one sample in two seconds."""
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
                gc.collect()
                samples.append((self.readings, in_use_mb(), resident_mb()))
        finally:
            writer.terminate()
            writer.wait()
            await self.window.aclose()
        return samples

    async def _open(self):
        return await Database.open_to_read(self.url)

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
