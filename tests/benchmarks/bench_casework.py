"""Acts and imports a second, on SQLite with full sync and on PostgreSQL with synchronous commits.

python -m tests.benchmarks.bench_casework [short] prints a table. It fails by ratios taken in the same run, not by
times: an act against a bare transaction of as many statements as it has, on the same database, and one message of a
batch against an act.
"""

import asyncio
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from app.models.database import Database
from app.regulation.workflow import DraftKind
from app.services import casework, queries
from app.services.incoming import Incoming
from app.services.registering import BATCH, register
from app.services.selection import Selection
from app.services.verifying import verify
from tests.benchmarks.results import tell
from tests.helpers.postgres import Server
from tests.helpers.signed_in import make_sign_ins, sign_in
from tests.helpers.staffed import Desk, furnish

CASES, BATCHES, DESKS = 40, 4, 8
STATEMENTS = 13
# An act in bare transactions: the rules, the clocks and the hashes may cost so much beside storing.
# A message of a batch of 500 in acts: it is stored and put into the index of the search with the others, but on
# PostgreSQL the guards check each.
ACT_AT_MOST, MESSAGE_AT_MOST = 4.5, 0.4


@dataclass(frozen=True)
class Measured:
    """Seconds of each act, bare transaction and batch; acts a second of several desks, and what one of those takes of
    the processors (ms, desk and server); of a check; of a page."""

    acts: list[float]
    bare: list[float]
    batches: list[float]
    together: float
    processor: float
    verified: float
    page: float

    @property
    def act_ratio(self):
        return middle(self.acts) / middle(self.bare)

    @property
    def message_ratio(self):
        return middle(self.batches) / BATCH / middle(self.acts)


def middle(seconds):
    return sorted(seconds)[len(seconds) // 2]


async def timed(work):
    began = time.perf_counter()
    found = await work
    return time.perf_counter() - began, found


async def bare(database):
    """Store one thing and read it again, in as many statements as an act has, and commit."""
    async with database.write() as connection:
        await connection.execute(text("UPDATE meta SET value = value WHERE key = 'epoch'"))
        for _ in range(STATEMENTS - 2):
            (await connection.execute(text("SELECT key, value FROM meta WHERE key = 'epoch'"))).one()


async def one_case(desk, name):
    """A case from its entry to the approved answer; gives the seconds of each act after the entry."""
    case_id, version = await desk.entered(name), 1
    acts = []
    for verb, who, words in [
        (casework.route, desk.curator, (desk.routing(),)),
        (casework.submit, desk.executor, (DraftKind.ANSWER, "Заделаем яму до пятницы.")),
        (casework.send_to_rework, desk.curator, (DraftKind.ANSWER, "Назовите дату")),
        (casework.submit, desk.executor, (DraftKind.ANSWER, "Заделаем яму 5 июня.")),
        (casework.approve, desk.curator, (DraftKind.ANSWER,)),
    ]:
        seconds, done = await timed(verb(who, case_id, version, *words))
        version = done.version
        acts.append(seconds)
    return acts


async def desk_work(desk, name, cases):
    for number in range(cases):
        await one_case(desk, f"Яма {name} {number}")


def several(url, cases):
    """Acts a second of several desks at once, and the desks' processor seconds an act; each has connections of its own,
    two desks to a process; on PostgreSQL everybody acts by their own sign-in. An entry is an act as well."""
    with ProcessPoolExecutor(DESKS // 2, multiprocessing.get_context("spawn")) as pool:
        spans = list(pool.map(_two_desks, [url] * (DESKS // 2), range(DESKS // 2), [cases] * (DESKS // 2)))
    acts = DESKS * cases * 6
    seconds = max(end for _, end, _ in spans) - min(begin for begin, *_ in spans)
    return acts / seconds, sum(taken for *_, taken in spans) / acts


def _two_desks(url, name, cases):
    return asyncio.run(_desks_at_once(url, name, cases))


async def _desks_at_once(url, name, cases):
    databases = [await Database.open(url) for _ in range(2)]
    desks = [await Desk.at(database, names=("Соколова", "Панов")) for database in databases]
    for n, desk in enumerate(desks):
        databases += [] if desk.database.is_sqlite else await sign_in(desk)
        await one_case(desk, f"Прогрев {name} {n}")
    began, before = time.time(), time.process_time()
    await asyncio.gather(*(desk_work(desk, f"{name} {n}", cases) for n, desk in enumerate(desks)))
    ended, taken = time.time(), time.process_time() - before
    for database in databases:
        await database.close()
    return began, ended, taken


async def measure(url, cases, batches, server=None):
    database = await Database.open(url)
    await furnish(database)
    desk = await Desk.at(database)
    acts, plain, stored = [], [], []
    await one_case(desk, "Прогрев")
    for number in range(cases):
        acts += await one_case(desk, f"Яма номер {number}")
        plain += [(await timed(bare(database)))[0] for _ in range(5)]
    for batch in range(batches):
        messages = [
            Incoming(f"Сообщение {batch} {n} " + "слово " * 40, "vk", author_name=f"Автор {n}") for n in range(BATCH)
        ]
        stored.append((await timed(register(desk.curator, messages)))[0])
    if not database.is_sqlite:
        await make_sign_ins(database)
    before = server.processor_seconds() if server else 0
    together, processor = several(url, cases // 2)
    # Those who signed in have gone with what they took: it is in the account of the server's parent.
    processor += (server.processor_seconds() - before) / (DESKS * (cases // 2 + 1) * 6) if server else 0
    seconds, report = await timed(verify(database))
    assert report.is_clean
    page, _ = await timed(queries.list_queue(desk.curator, Selection("stream")))
    await database.close()
    return Measured(acts, plain, stored, together, processor * 1e3, report.acts / seconds, page)


def say(name, found):
    acts = sorted(found.acts)
    figures = (
        f"{len(acts) / sum(acts):>8.0f}{middle(acts) * 1e3:>8.1f}{acts[len(acts) * 99 // 100] * 1e3:>8.1f}"
        f"{found.together:>10.0f}{found.processor:>8.1f}{found.act_ratio:>10.2f}{BATCH / middle(found.batches):>10.0f}"
        f"{found.message_ratio:>12.3f}{found.verified:>12.0f}{found.page * 1e3:>9.1f}"
    )
    print(f"{name:<24}{figures}", flush=True)


async def main(short):
    folder, server = Path(tempfile.mkdtemp(prefix="cur-desk-bench-")), Server(durable=True)
    cases, batches = (8, 3) if short else (CASES, BATCHES)
    passed = True
    try:
        print(f"{'':<24}{'acts/s':>8}{'p50 ms':>8}{'p99 ms':>8}{f'{DESKS} desks':>10}{'cpu ms':>8}{'act/bare':>10}"
              f"{'import/s':>10}{'message/act':>12}{'verified/s':>12}{'page ms':>9}")  # fmt: skip
        for name, url, goal, asked in (
            ("SQLite, full sync", f"sqlite+aiosqlite:///{folder / 'desk.db'}", 60, None),
            ("PostgreSQL, synchronous", server.url(), 100, server),
        ):
            found = await measure(url, cases, batches, asked)
            say(name, found)
            engine = name.split(",")[0]
            tell(f"casework.act.{engine}", f"an act / a bare transaction, {engine}", found.act_ratio, ACT_AT_MOST)
            tell(f"casework.message.{engine}", f"a message of a batch / an act, {engine}", found.message_ratio,
                 MESSAGE_AT_MOST)  # fmt: skip
            tell(f"casework.p50.{engine}", f"an act, p50, {engine}", middle(found.acts) * 1e3, 50, unit="ms",
                 is_ratio=False)  # fmt: skip
            tell(f"casework.together.{engine}", f"acts a second of {DESKS} desks at once, {engine}", found.together,
                 goal, unit="/s", at_least=True, is_ratio=False)  # fmt: skip
            # Two cores have so much for each of as many acts a second, desks and server together.
            tell(f"casework.processor.{engine}", f"processor time of an act, {engine}", found.processor, 2000 / goal,
                 unit="ms", is_ratio=False)  # fmt: skip
            passed &= found.act_ratio <= ACT_AT_MOST and found.message_ratio <= MESSAGE_AT_MOST
    finally:
        server.stop()
        shutil.rmtree(folder)
    print(f"load of the machine: {', '.join(f'{each:.1f}' for each in os.getloadavg())} on {os.cpu_count()} cores")
    print(f"{'passed' if passed else 'FAILED'}: act/bare at most {ACT_AT_MOST}, message/act at most {MESSAGE_AT_MOST}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main("short" in sys.argv[1:])))
