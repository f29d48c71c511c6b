"""Many contested claims: two curators reach for each message at once; exactly one may win, the other hears by whom.

python -m tests.load.contested_claims [count] [sqlite|postgres]: 10,000 on PostgreSQL (with guards, each curator by
their own sign-in) unless said otherwise. Ends with code 1 where a message was taken twice or by nobody.
"""

import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

from app.models.database import Database
from tests.benchmarks.results import tell
from tests.helpers.contest import contest, detected
from tests.helpers.postgres import Server
from tests.helpers.signed_in import open_signed_in
from tests.helpers.staffed import Desk, furnish

COUNT, AT_ONCE = 10_000, 2


async def run(url, count):
    database = await Database.open(url)
    await furnish(database)
    desk = await Desk.at(database, names=("Соколова", "Орлова"))
    opened = [] if database.is_sqlite else await open_signed_in(desk)
    case_ids = await detected(desk.curator, count)
    began = time.perf_counter()
    outcome = await contest([desk.curator, desk.second], case_ids, AT_ONCE)
    seconds = time.perf_counter() - began
    print(f"{outcome.claims} contested claims in {seconds:.0f} s ({outcome.claims / seconds:.0f} a second): "
          f"{len(outcome.wrong)} wrong")  # fmt: skip
    for line in outcome.wrong[:20]:
        print(f"  {line}")
    for each in [*opened, database]:
        await each.close()
    tell("contested.wrong", f"of {count:,} contested claims not won by exactly one who is named", len(outcome.wrong), 0,
         unit="", is_ratio=False)  # fmt: skip
    tell("contested.rate", "contested claims a second, both curators answered", outcome.claims / seconds, 20, unit="/s",
         at_least=True, is_ratio=False)  # fmt: skip
    return 1 if outcome.wrong or outcome.claims != count else 0


def main(words):
    count = next((int(word) for word in words if word.isdigit()), COUNT)
    folder = Path(tempfile.mkdtemp(prefix="cur-desk-contest-"))
    if "sqlite" in words:
        try:
            return asyncio.run(run(f"sqlite+aiosqlite:///{folder / 'desk.db'}", count))
        finally:
            shutil.rmtree(folder)
    server = Server(durable=True)
    try:
        return asyncio.run(run(server.url(), count))
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
