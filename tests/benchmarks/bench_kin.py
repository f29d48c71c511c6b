"""Looking for cards that are alike among many messages, on SQLite and on PostgreSQL.

python -m tests.benchmarks.bench_kin [MESSAGES] makes so many cards (1,000,000 where not said) of a generator's words,
puts them into the index, and looks for the kin of fresh ones. It fails by a ratio: among all of them a search may take
no more than six times what it takes among the first twentieth.
"""

import asyncio
import random
import shutil
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, insert, select, text

from app.models import FAR_FUTURE, Case, Message, new_uuid
from app.models.database import Database
from app.services.cards import read_card
from app.services.incoming import Incoming
from app.services.kin import find_kin
from app.services.kin_index import index_batch
from app.services.registering import enter
from tests.benchmarks.results import tell
from tests.helpers.postgres import Server
from tests.helpers.staffed import Desk, furnish

MESSAGES, CHUNK, SEARCHES = 1_000_000, 5_000, 60
INDEXED_AT_ONCE = 20_000  # more than a worker takes: the index's pages are written fewer times
GROWTH_AT_MOST = 6.0
SUBJECTS = ("яма", "фонарь", "мусор", "собаки", "лёд", "люк", "вода", "батареи", "автобус", "дерево", "свалка", "забор")
PLACES = ("у школы", "во дворе", "возле магазина", "на остановке", "у больницы", "за гаражами", "у детского сада")
DEEDS = ("не вывозят", "не чинят", "не работает", "прорвало", "замело", "разбили", "сломали", "затопило", "перекрыли")


def message(random_):
    """Words of a generator: everyday subjects in everyday places, a street of 900 and a house, a few rare words."""
    rare = " ".join(f"{random_.choice(SUBJECTS)}{random_.randrange(40_000):x}ов" for _ in range(4))
    street, house = f"{random_.randrange(900)}-я Садовая", random_.randrange(1, 160)
    common = (
        f"{random_.choice(SUBJECTS)} {random_.choice(PLACES)}, {random_.choice(DEEDS)} уже {random_.randrange(60)} дней"
    )
    return f"Здравствуйте! {common.capitalize()}. {rare}. Адрес: ул. {street}, {house}"


async def fill(desk, first, count, random_):
    """Cards and messages straight into the tables: what is measured is the search."""
    database, now = desk.database, desk.database.clock.now()
    async with database.read() as connection:
        source = (await connection.execute(select(text("id")).select_from(text("source")).limit(1))).scalar_one()
    for start in range(first, first + count, CHUNK):
        cases, messages = [], []
        for number in range(start, start + CHUNK):
            words, at = message(random_), now - timedelta(seconds=first + count - number)
            cases.append({
                "id": number, "uuid": new_uuid(), "number": f"x{number}", "state": "inbox", "version": 1,
                "regulation_id": 1, "importance": "normal", "source_id": source, "excerpt": words[:300], "folded": "",
                "collected_at": at, "changed_at": at, "step_due_at": FAR_FUTURE, "answer_due_at": FAR_FUTURE,
            })  # fmt: skip
            messages.append({
                "id": number, "uuid": new_uuid(), "case_id": number, "source_id": source, "in_act": True,
                "intake_key": f"b{number}", "text": words, "collected_at": at,
            })  # fmt: skip
        async with database.write() as connection:
            await connection.execute(insert(Case), cases)
            await connection.execute(insert(Message), messages)


async def index_all(desk):
    began = time.perf_counter()
    while await index_batch(desk.curator, INDEXED_AT_ONCE):
        pass
    return time.perf_counter() - began


async def searches(desk, random_):
    """Milliseconds of looking for the kin of fresh cards that repeat half the words of one that is there."""
    spent = []
    async with desk.database.read() as connection:
        newest = (await connection.execute(select(func.max(Message.id)))).scalar_one()
    for _ in range(SEARCHES):
        async with desk.database.read() as connection:
            old = (
                await connection.execute(select(Message.text).where(Message.id == random_.randrange(1, newest)))
            ).scalar()
        words = (old or message(random_)).split()
        case_id = await enter(desk.curator, Incoming(" ".join(words[len(words) // 3 :]) + f" {random_.random()}", "vk"))
        card = await read_card(desk.curator, case_id)
        await index_batch(desk.curator)
        began = time.perf_counter()
        await find_kin(desk.curator, card)
        spent.append(1000 * (time.perf_counter() - began))
    return sorted(spent)


async def measure(url, name, count):
    database = await Database.open(url)
    try:
        await furnish(database)
        desk = await Desk.at(database)
        random_ = random.Random(7)
        few = count // 20 // CHUNK * CHUNK or CHUNK
        told = []
        first = 1_000
        for more in (few, max(CHUNK, count - few)):
            await fill(desk, first, more, random_)
            if not database.is_sqlite:
                await _advance(database, first + more)
            first += more + 1_000
            indexing = await index_all(desk)
            spent = await searches(desk, random_)
            told.append(spent[len(spent) // 2])
            print(
                f"{name:10} {first - 2_000:>9,} messages: kin p50 {spent[len(spent) // 2]:6.1f} ms, "
                f"p95 {spent[len(spent) * 95 // 100]:6.1f} ms; indexed {more / indexing:,.0f} a second",
                flush=True,
            )
        return told[1] / told[0]
    finally:
        await database.close()


async def _advance(database, to):
    async with database.write() as connection:
        for table in ("case", "message"):
            await connection.execute(text(f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), {to})"))


async def main(count):
    folder = Path(tempfile.mkdtemp())
    server = Server(durable=True)
    try:
        growths = {
            "SQLite": await measure(f"sqlite+aiosqlite:///{folder / 'kin.sqlite3'}", "SQLite", count),
            "PostgreSQL": await measure(server.url(), "PostgreSQL", count),
        }
    finally:
        server.stop()
        shutil.rmtree(folder)
    for name, growth in growths.items():
        tell(f"kin.growth.{name}", f"kin searched among twenty times the messages, {name}", growth, GROWTH_AT_MOST)
        print(f"{name}: twenty times the messages cost {growth:.1f} times the search")
    if max(growths.values()) > GROWTH_AT_MOST:
        sys.exit(f"searching grows by more than {GROWTH_AT_MOST} times")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES))
