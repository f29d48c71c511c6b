"""Acts and imports a second, on SQLite with full sync and on PostgreSQL with synchronous commits.

python -m tests.benchmarks.bench_casework
"""

import asyncio
import shutil
import tempfile
import time
from pathlib import Path

from app.models.database import Database
from app.regulation.workflow import DraftKind
from app.services import casework, queries
from app.services.registering import BATCH, Incoming, register
from app.services.verifying import verify
from tests.helpers.postgres import Server
from tests.helpers.staffed import Desk, furnish

CASES, BATCHES = 40, 4


async def measure(url):
    """Seconds of each act in turn, seconds of each batch, and seconds of a verification with its number of acts."""
    database = await Database.open(url)
    await furnish(database)
    desk = await Desk.at(database)
    path = [
        (casework.route, desk.curator, (desk.routing(),)),
        (casework.submit, desk.executor, (DraftKind.ANSWER, "Заделаем яму до пятницы.")),
        (casework.send_to_rework, desk.curator, (DraftKind.ANSWER, "Назовите дату")),
        (casework.submit, desk.executor, (DraftKind.ANSWER, "Заделаем яму 5 июня.")),
        (casework.approve, desk.curator, (DraftKind.ANSWER,)),
    ]
    acts = []
    for number in range(CASES):
        case_id, version = await desk.entered(f"Яма номер {number}"), 1
        for verb, who, words in path:
            began = time.perf_counter()
            version = (await verb(who, case_id, version, *words)).version
            acts.append(time.perf_counter() - began)
    batches = []
    for batch in range(BATCHES):
        messages = [
            Incoming(f"Сообщение {batch} {n} " + "слово " * 40, "vk", author_name=f"Автор {n}") for n in range(BATCH)
        ]
        began = time.perf_counter()
        await register(desk.curator, messages)
        batches.append(time.perf_counter() - began)
    began = time.perf_counter()
    report = await verify(database)
    verified = time.perf_counter() - began, report.acts
    assert report.is_clean
    began = time.perf_counter()
    await queries.list_queue(desk.curator, "stream")
    page = time.perf_counter() - began
    await database.close()
    return sorted(acts), sorted(batches), verified, page


def say(name, acts, batches, verified, page):
    middle = acts[len(acts) // 2] * 1e3, acts[len(acts) * 99 // 100] * 1e3
    rows = BATCH / batches[len(batches) // 2]
    print(f"{name:<24}{len(acts) / sum(acts):>10.0f}{middle[0]:>10.1f}{middle[1]:>10.1f}{rows:>12.0f}"
          f"{verified[1] / verified[0]:>14.0f}{page * 1e3:>10.1f}")  # fmt: skip


async def main():
    folder, server = Path(tempfile.mkdtemp(prefix="cur-desk-bench-")), Server(durable=True)
    try:
        head = ("acts/s", "p50 ms", "p99 ms", "import/s", "verified/s", "page ms")
        print(f"{'':<24}{head[0]:>10}{head[1]:>10}{head[2]:>10}{head[3]:>12}{head[4]:>14}{head[5]:>10}")
        say("SQLite, full sync", *await measure(f"sqlite+aiosqlite:///{folder / 'desk.db'}"))
        say("PostgreSQL, synchronous", *await measure(server.url()))
    finally:
        server.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    asyncio.run(main())
