"""A region of a million cases, 20,000 of them open, on PostgreSQL with row-level security on.

python -m tests.benchmarks.bench_million [cases] lets a region grow from a thousand cases to a million, tenfold each
time, and prints at each size for a curator and for an executor, each by their own sign-in, how long it takes to open a
queue and to read its next page, a card, the counts, pages of the archive and a search: milliseconds by the clock, the
client's work included, and of the processors, desk and server together, which a busy machine changes little. Last come
the server's plans. Half of a small region's cases are open. A few cases are lived through by the rules and copied with
new ids; of a closed one only the card, its message, its turn and its clocks. Making the million takes minutes,
putting it into the index of the search some more.
"""

import asyncio
import os
import sys
import time
from contextlib import contextmanager, suppress

from sqlalchemy import event, select, text

from app.models import Base, Case
from app.models.database import Database
from app.models.listening import listening
from app.regulation.workflow import DraftKind, Role
from app.services import casework
from app.services.cards import read_card
from app.services.counting import count_queues
from app.services.queries import EVERYWHERE, list_queue
from app.services.regions import NewAgency, NewPerson, add_agencies, add_people
from app.services.selection import Selection
from tests.benchmarks.results import tell, tell_growth, tell_text
from tests.helpers.postgres import Server
from tests.helpers.signed_in import open_signed_in
from tests.helpers.staffed import Desk, furnish

SIZES, OPEN, READINGS = (1_000, 10_000, 100_000, 1_000_000), 20_000, 300
AGENCIES = 40
WHOLE = ("case", "message", "leg", "draft", "approval", "clock", "history")
CLOSED = ("case", "message", "leg", "clock")
UUIDS = ("uuid", "leg_uuid", "draft_uuid", "leg", "message", "act_id", "intake_key", "number")
WORDS = (
    "яма", "фонарь", "мусор", "собаки", "лёд", "люк", "вода", "батареи", "автобус", "дерево", "свалка", "забор",
    "школа", "двор", "остановка", "больница",
)  # fmt: skip
GOALS = dict.fromkeys(("opening", "page", "card", "archive"), (5, 20)) | {"counts": (30, 30), "search": (60, 60)}
# Common and rare words, in another form, unfinished, misspelt; a house, a word of long ago, and what is nowhere.
QUERIES = ("яма", "фонари двор", "больниц", "фанарь", "свалка дом 4217", "4217", "снегопад", "неттакого")


async def furnish_templates(desk):
    """Cases in the states a region has most of: waiting for a curator, with an agency, in approval, answered."""
    inbox = await desk.entered("Первая")
    routed = await desk.routed(text="Вторая")
    submitted = await desk.routed(text="Третья")
    await desk.act(casework.submit, desk.executor, submitted, DraftKind.ANSWER, "Заделаем")
    answered = await desk.approved()
    async with desk.database.read() as connection:
        at = await desk.database.moment(connection)
    await desk.publish(answered, at=at)
    return [inbox, routed, submitted], answered


async def multiply(database, opened, closed, had, cases):
    """Copy the templates on the server until there are so many: an equal share of each open one, the rest closed."""
    share = min(OPEN, cases // 2) // len(opened) - min(OPEN, had // 2) // len(opened)
    async with database.write() as connection:
        await connection.execute(text("SET LOCAL synchronous_commit = off"))
        await connection.execute(text("SET LOCAL session_replication_role = replica"))  # keys are right by their making
        first = 1_000 + had
        for template in opened:
            for table in WHOLE:
                await connection.execute(text(_copied(table, template, first, share)))
            first += share
        for table in CLOSED:
            await connection.execute(text(_copied(table, closed, first, cases - had - share * len(opened))))
    await database.install_guards()  # what no trigger heard of is put into the index of the search
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE"))


def _copied(table, template, first, count):
    key = "id" if table == "case" else "case_id"
    columns = [column.name for column in Base.metadata.tables[table].columns if column.name != "id" or table == "case"]
    values = ", ".join(_value(table, name, first) for name in columns)
    listed = ", ".join(f'"{name}"' for name in columns)
    return (
        f'INSERT INTO "{table}" ({listed}) SELECT {values} FROM "{table}" t, generate_series(0, {count - 1}) g '
        f"WHERE t.{key} = {template}"
    )


def _value(table, name, first):
    number = f"({first} + g)"
    if (table, name) == ("case", "id") or name == "case_id":
        return number
    if name in UUIDS:
        return f"substr(t.{name}, 1, 26) || lpad({number}::text, 10, '0')"
    if name == "agency_id":
        return f"CASE WHEN t.agency_id IS NOT NULL THEN 1 + {number} % {AGENCIES} END"
    if name == "folded":
        words = f"ARRAY{list(WORDS)}"
        picked = " || ' ' || ".join(f"({words})[1 + {number} * {prime} % {len(WORDS)}]" for prime in (7, 31, 113))
        long_ago = f"CASE WHEN {number} % 10 = 3 AND {number} < 300000 THEN ' снегопад' ELSE '' END"
        return f"{picked} || {long_ago} || ' дом ' || {number}"
    if name in ("collected_at", "detected_at", "closed_at", "changed_at", "step_due_at") and table == "case":
        return f"t.{name} - {number} % 100000 * interval '13 seconds'"
    return f"t.{name}"


class Readings:
    """What each reading took: seconds by the clock, and of the processors, the desk's and the server's."""

    def __init__(self, server):
        self.seconds, self.used, self._server = {}, {}, server
        self._took = dict.fromkeys(server.sessions(), 0)

    async def take(self, name, work):
        """A reading; the first of its name is not counted, for it plans, and the pool connects."""
        used, began = self._used(), time.perf_counter()
        found = await work
        seconds = time.perf_counter() - began
        if name not in self.seconds:
            self.seconds[name], self.used[name] = [], []
            self._took = dict.fromkeys(self._server.sessions(), 0) | self._took
        else:
            self.seconds[name].append(seconds)
            self.used[name].append(self._used() - used)
        return found

    def _used(self):
        for path in self._took:
            with suppress(FileNotFoundError):  # a process of the server that has ended took what it took
                self._took[path] = int(path.read_text().split()[0])
        return time.process_time() + sum(self._took.values()) / 1e9


async def read_all(place, readings):
    """Each reading in turn, `READINGS` times."""
    queue, take = "inbox" if Role.CURATOR in place.actor.roles else "executors", readings.take
    rows = await take("opening", list_queue(place, Selection(queue)))
    archive = await take("archive", list_queue(place, Selection("finished")))
    for number in range(READINGS):
        rows = await take("opening", list_queue(place, Selection(queue)))
        await take("page", list_queue(place, Selection(queue), rows[-1]))
        archive = await take("archive", list_queue(place, Selection("finished"), archive[-1] if archive else None))
        await take("card", read_card(place, rows[number % len(rows)].id))
        where = (queue, "finished", EVERYWHERE)[number % 3]
        await take("search", list_queue(place, Selection(where, QUERIES[number % len(QUERIES)])))
        if number % 5 == 0:
            await take("counts", count_queues(place))


def quantiles(seconds):
    """The middle, and what one in a hundred exceeds, in milliseconds."""
    ordered = sorted(seconds)
    return ordered[len(ordered) // 2] * 1e3, ordered[len(ordered) * 99 // 100] * 1e3


def a(who):
    return f"an {who}" if who[0] in "aeiou" else f"a {who}"


def say(size, who, readings):
    for name, seconds in readings.seconds.items():
        middle, last = quantiles(seconds)
        goal = " and ".join(f"{each} ms" for each in GOALS[name])
        times = f"{middle:>9.1f} ms p50{last:>9.1f} ms p99{quantiles(readings.used[name])[0]:>9.1f} ms of processors"
        print(f"{size:>9,} {who:<10}{name:<10}{times}   goal {goal}", flush=True)


def tell_all(found):
    """Tell the table what was found, by size and person: times of the largest size, and how what each costs grew."""
    largest = max(size for size, _ in found)
    for (size, who), readings in found.items():
        for name, seconds in readings.seconds.items() if size == largest else ():
            for part, value, most in zip(("p50", "p99"), quantiles(seconds), GOALS[name], strict=True):
                what = f"{name} of {a(who)}, {size:,} cases on a server, {part}"
                tell(f"million.{who}.{name}.{part}", what, value, most, unit="ms", is_ratio=False)
            grown = {each: quantiles(other.used[name])[0] for (each, whose), other in found.items() if whose == who}
            what = f"{name} of {a(who)} on a server, ms of processors"
            tell_growth(f"million.{who}.{name}.used", what, grown, GOALS[name][0], unit="ms", is_ratio=False)


async def read_plans(place, line, name, work):
    """The server's plan of every statement of a reading, asked where the desk asked it; what never ran left out."""
    with keeping(place, line) as asked:
        await work
    told = []
    for driver, statement, values in asked:
        explain = f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) {statement}"
        if driver is None:
            async with place.database.read() as connection:
                plan = [row[0] for row in await connection.exec_driver_sql(explain, values)]
        else:
            plan = [row[0] for row in await driver.fetch(explain, *values)]
        told.append("\n".join((f"== {name}", " ".join(statement.split()), "", *_run_parts(plan), "")))
    return "\n".join(told)


@contextmanager
def keeping(place, line):
    """Every statement that the desk sends meanwhile, with its values, by the listening connection or the pool."""
    asked, answer = [], line.ask

    async def ask(statement, values):
        asked.append((line._driver, statement, values))
        return await answer(statement, values)

    def heard(_connection, _cursor, statement, values, _context, _many):
        asked.append((None, statement, values))

    line.ask = ask
    event.listen(place.database.engine.sync_engine, "before_cursor_execute", heard)
    yield asked
    event.remove(place.database.engine.sync_engine, "before_cursor_execute", heard)
    del line.ask


def _run_parts(plan):
    """The lines of a plan without the parts that were never run: most of what row-level security might have asked."""
    hidden = None
    for number, row in enumerate(plan):
        indent = len(row) - len(row.lstrip())
        if hidden is not None and indent > hidden:
            continue
        hidden = None
        following = plan[number + 1] if number + 1 < len(plan) else ""
        is_label = row.lstrip().startswith(("InitPlan", "SubPlan")) and "never executed" in following
        if is_label or "never executed" in row:
            hidden = indent
        else:
            yield row


async def measure(server, place):
    """The readings of one person."""
    place.archive = None
    async with listening(place.database):  # as a desk at work does
        readings = Readings(server)
        await read_all(place, readings)
        return readings


async def plans_of(who, place):
    """The plans of one person's readings, as text."""
    queue = "inbox" if who == "curator" else "executors"
    place.archive = None
    async with listening(place.database) as line:
        [row, *_] = await list_queue(place, Selection(queue))
        [*_, last] = await list_queue(place, Selection("finished"))
        readings = {
            "page": lambda: list_queue(place, Selection(queue)),
            "archive, the next page": lambda: list_queue(place, Selection("finished"), after=last),
            "card": lambda: read_card(place, row.id),
            "counts": lambda: count_queues(place),
        }
        return "\n".join(
            [await read_plans(place, line, f"{name} of {a(who)}", work()) for name, work in readings.items()]
        )


async def describe(database):
    async with database.read() as connection:
        size = await connection.execute(text("SELECT pg_size_pretty(pg_database_size(current_database()))"))
        states = await connection.execute(select(Case.state, text("count(*)")).group_by(Case.state))
        return f"{', '.join(f'{state} {count:,}' for state, count in states)}; {size.scalar_one()}"


async def staff(database):
    """A region with its people and agencies; gives the desk."""
    await furnish(database)
    named = [NewAgency(f"Орган {n}", f"О-{n}", ("regional", "municipal")[n % 2]) for n in range(AGENCIES - 3)]
    await add_agencies(database, named)
    await add_people(database, [NewPerson("Дежурный", (Role.CURATOR,))])
    return await Desk.at(database)


async def main(sizes):
    server = Server(durable=True, shared_buffers="1GB", maintenance_work_mem="256MB", max_wal_size="8GB")
    try:
        database = await Database.open(server.url())
        desk = await staff(database)
        templates = await furnish_templates(desk)
        opened = await open_signed_in(desk)
        people = {"curator": desk.curator, "executor": desk.executor}
        found, had = {}, 0
        for size in sizes:
            began = time.perf_counter()
            await multiply(database, *templates, had, size)
            print(f"{await describe(database)}, made in {time.perf_counter() - began:.0f} s", flush=True)
            for who, place in people.items():
                found[size, who] = await measure(server, place)
                say(size, who, found[size, who])
            had = size
        plans = f"Plans of {sizes[-1]:,} cases.\n\n" + "\n".join([await plans_of(*each) for each in people.items()])
        print(plans)
        tell_all(found)
        tell_text("plans.txt", plans)
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        for each in [*opened, database]:
            await each.close()
    finally:
        server.stop()


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if sys.argv[1:] else SIZES[-1]
    asyncio.run(main((*(size for size in SIZES if size < wanted), wanted)))
