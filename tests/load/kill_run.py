"""A desk killed two hundred times: python -m tests.load.kill_run [kills]."""

import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

from app.models.database import Database
from tests.helpers import kill
from tests.helpers.staffed import furnish


async def main(kills):
    folder = Path(tempfile.mkdtemp(prefix="cur-desk-kill-"))
    url = f"sqlite+aiosqlite:///{folder / 'desk.db'}"
    database = await Database.open(url)
    await furnish(database)
    await database.close()
    began = time.perf_counter()
    desk, lost = await kill.run(url, kills, seed=None)
    shutil.rmtree(folder)
    print(f"{desk.kills} kills, {len(desk.acknowledged)} acts acknowledged, {len(lost)} lost, "
          f"{time.perf_counter() - began:.0f} s")  # fmt: skip
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)))
