"""What a case costs a server: its bytes on the disk, its log, its time: python -m tests.load.sizing [cases]."""

import asyncio
import sys
import time

from sqlalchemy import text

from app.models.database import Database
from app.regulation.workflow import DraftKind
from app.services import casework, publishing
from app.services.kin_index import index_batch
from tests.helpers.crew import NAME, furnish_server
from tests.helpers.postgres import Server
from tests.helpers.staffed import LINK, Desk

# As long as the messages and answers of a region are on average.
MESSAGE, ANSWER = "На Щигровской улице у дома 14 который день яма. " * 6, "Здравствуйте! Ямочный ремонт выполнен. " * 12
ACTS_A_CASE = 5
_SIZE = "SELECT pg_database_size(current_database()), pg_current_wal_insert_lsn() - '0/0'"


async def measure(cases: int) -> None:
    """From detection to publication, one after another from one connection, with every guard."""
    server = await asyncio.to_thread(lambda: Server(durable=True))
    try:
        await furnish_server(server)
        database = await Database.open(server.url(NAME))
        desk = await Desk.at(database, ("Соколова", "Панов"))
        await _live(desk, 0)
        size, log = await _sizes(database)
        began = time.perf_counter()
        for number in range(1, cases + 1):
            await _live(desk, number)
        seconds = time.perf_counter() - began
        await index_batch(desk.curator)
        grown, logged = await _sizes(database)
        await database.close()
    finally:
        await asyncio.to_thread(server.stop)
    acts = cases * ACTS_A_CASE
    print(f"{cases} cases, {acts} acts: {(grown - size) / cases / 1024:.1f} kB on the disk a case, "
          f"{(logged - log) / acts / 1024:.1f} kB of write-ahead log an act, "
          f"{1000 * seconds / acts:.0f} ms an act from one connection")  # fmt: skip


async def _sizes(database):
    async with database.engine.connect() as connection:
        return (await connection.execute(text(_SIZE))).one()


async def _live(desk, number):
    case_id = await desk.entered(f"{number} {MESSAGE}", author_name="Иван Петров", author_link="https://vk.com/id7")
    await desk.act(casework.route, desk.curator, case_id, desk.routing())
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, ANSWER)
    done = await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
    record = publishing.PublicationRecord(LINK, done.recorded_at)
    await desk.act(publishing.publish, desk.executor, case_id, DraftKind.ANSWER, record)


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
