"""The wall with 500 open cases: how much of one core it takes, with its readings and its ticking.

python -m tests.benchmarks.bench_wall [cases] [short] fails above 5 % of a core. Cases are registered through the
service; their spread over states and agencies is written straight into the rows (see bench_desk).
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.benchmarks.results import tell

IS_SHORT = "short" in sys.argv
SECONDS = 12 if IS_SHORT else 60
MOST_SHARE = 0.05
SIZES = ((1920, 1080), (3840, 2160))


async def measure(folder: Path, size: tuple[int, int]) -> float:
    """The share of a core that the wall takes while it stands."""
    from app.models.database import Database
    from app.ui.wall.reading import WallLine
    from app.ui.wall.settings import WallSettings, WallStore
    from app.ui.wall.window import WallWindow

    readings = 0
    window: WallWindow | None = None

    def told() -> None:
        nonlocal readings
        readings += 1
        if window is not None:
            window.told()

    url = f"sqlite+aiosqlite:///{folder}/cur-desk.sqlite3"
    settings = WallSettings(page_seconds=15)
    line = WallLine(lambda: Database.open_to_read(url), told, settings.refresh_seconds)
    window = WallWindow(line, settings, WallStore(folder / "wall.ini", "bench"))
    window.resize(*size)
    window.show()
    begun = time.perf_counter()
    window.start()
    while line.line.state is None:
        await asyncio.sleep(0.01)
    first = time.perf_counter() - begun
    await asyncio.sleep(2)
    before, wall, cpu = readings, time.perf_counter(), time.process_time()
    await asyncio.sleep(SECONDS)
    share = (time.process_time() - cpu) / (time.perf_counter() - wall)
    open_cases = line.line.state.open
    await window.aclose()
    print(f"{size[0]}×{size[1]}: {open_cases} open cases, {readings - before} readings in {SECONDS} s")
    tell(f"wall.{size[1]}", f"a wall of {size[0]}×{size[1]}, 500 open cases: share of a core", share, MOST_SHARE,
         is_ratio=False)  # fmt: skip
    print(f"  first data after {first:.2f} s, {100 * share:.2f} % of a core (at most {100 * MOST_SHARE:.0f} %)")
    return share


def main() -> int:
    from tests.benchmarks.bench_desk import build

    counts = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(build(folder, counts[0] if counts else 500))

        from PySide6.QtWidgets import QApplication

        from app.ui import loop, theme

        app = QApplication(sys.argv[:1])
        theme.use(app, theme.load("dark"))

        async def measured() -> int:
            shares = [await measure(folder, size) for size in SIZES]
            return 0 if max(shares) <= MOST_SHARE else 1

        return loop.run(measured(), app)


if __name__ == "__main__":
    sys.exit(main())
