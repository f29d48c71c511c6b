"""A wall at a high rate of changes: python -m tests.load.wall_soak [seconds]; fails where its memory has a slope.

Twenty readings a second instead of one in five seconds: ten minutes are as many readings as sixteen hours of a wall.
What must not grow is the memory in use, so Python gets all of its own from the C library, which counts it; resident
memory also grows with each page that is touched for the first time, and is bounded as a whole.
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from app.models.database import Database
from tests.helpers.soak import REFRESH_SECONDS, Soak, median_slope
from tests.helpers.staffed import furnish

# Of the readings: until then caches of a bounded size fill up.
WARM_UP = 0.4
USUAL_REFRESH_SECONDS = 5
MOST_MB_PER_THOUSAND_READINGS = 0.05
MOST_RESIDENT_MB = 4.0


async def soak(seconds: float) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite+aiosqlite:///{folder / 'desk.db'}"
        database = await Database.open(url)
        await furnish(database)
        await database.close()
        run = Soak(url, folder)
        samples = await run.run(seconds)
    warm = [sample for sample in samples if sample[0] >= run.readings * WARM_UP]
    (_, used, resident), (_, used_last, resident_last) = warm[0], warm[-1]
    thousand = 1000 * median_slope([(readings, in_use) for readings, in_use, _ in warm])
    print(f"{seconds:.0f} s, {run.readings} readings ({1 / REFRESH_SECONDS:.0f} a second asked), pages turning")
    print(f"in use: {used:.2f} MB after warm-up, {used_last:.2f} at the end")
    print(f"slope of it: {thousand:.3f} MB in 1,000 readings (at most {MOST_MB_PER_THOUSAND_READINGS}), "
          f"{thousand / 1000 * 7 * 86400 / USUAL_REFRESH_SECONDS:.1f} MB a week at a wall's own pace")  # fmt: skip
    print(f"resident: {samples[0][2]:.1f} MB at first, {resident:.1f} after warm-up, {resident_last:.1f} at the end "
          f"(at most {MOST_RESIDENT_MB} more)")  # fmt: skip
    return 0 if thousand <= MOST_MB_PER_THOUSAND_READINGS and resident_last - resident <= MOST_RESIDENT_MB else 1


def main() -> int:
    if os.environ.get("PYTHONMALLOC") != "malloc":
        command = [sys.executable, "-m", "tests.load.wall_soak", *sys.argv[1:]]
        os.execve(command[0], command, os.environ | {"PYTHONMALLOC": "malloc"})
    from PySide6.QtWidgets import QApplication

    from app.ui import loop, theme

    app = QApplication(sys.argv[:1])
    theme.use(app, theme.load("dark"))
    return loop.run(soak(float(sys.argv[1]) if len(sys.argv) > 1 else 600.0), app)


if __name__ == "__main__":
    sys.exit(main())
