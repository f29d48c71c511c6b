"""A wall at a high rate of changes: python -m tests.load.wall_soak [seconds]; fails where its memory has a slope.

Twenty readings a second instead of one in five seconds: ten minutes are as many readings as sixteen hours of a wall.
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from app.models.database import Database
from tests.helpers.soak import REFRESH_SECONDS, Soak, slope_mb_per_hour
from tests.helpers.staffed import furnish

WARM_UP = 0.25
# Of a wall's own pace: what a slope of the soak means there, in MB a week.
USUAL_REFRESH_SECONDS = 5
MOST_MB_PER_THOUSAND_READINGS = 0.1


async def soak(seconds: float) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite+aiosqlite:///{folder / 'desk.db'}"
        database = await Database.open(url)
        await furnish(database)
        await database.close()
        run = Soak(url, folder)
        samples = await run.run(seconds)
    warm = [sample for sample in samples if sample[0] >= seconds * WARM_UP]
    slope = slope_mb_per_hour(warm)
    per_reading = slope * (seconds / 3600) / run.readings
    thousand = 1000 * per_reading
    print(f"{seconds:.0f} s, {run.readings} readings ({1 / REFRESH_SECONDS:.0f} a second asked), pages turning")
    print(f"resident: {samples[0][1]:.1f} MB at first, {warm[0][1]:.1f} after warm-up, {warm[-1][1]:.1f} at the end")
    print(f"slope after warm-up: {slope:.2f} MB an hour, {thousand:.3f} MB in 1,000 readings "
          f"(at most {MOST_MB_PER_THOUSAND_READINGS})")  # fmt: skip
    print(f"at a wall's own pace: {per_reading * 7 * 86400 / USUAL_REFRESH_SECONDS:.1f} MB a week")
    return 0 if thousand <= MOST_MB_PER_THOUSAND_READINGS else 1


def main() -> int:
    from PySide6.QtWidgets import QApplication

    from app.ui import loop, theme

    app = QApplication(sys.argv[:1])
    theme.use(app, theme.load("dark"))
    return loop.run(soak(float(sys.argv[1]) if len(sys.argv) > 1 else 600.0), app)


if __name__ == "__main__":
    sys.exit(main())
