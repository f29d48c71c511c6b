"""A register of addresses of a million rows taken in: how long, how large, and how late the loop was meanwhile.

python -m tests.benchmarks.bench_places [ROWS] makes a table as ГАР has it (municipalities, settlements, a third of it
streets, the rest houses), looks at it and writes it, on a new SQLite file and on PostgreSQL with its guards on and
commits synced. It fails where a street is missing.
"""

import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.bench_intake import furnished, megabytes, processor, signed_in
from tests.benchmarks.results import tell
from tests.helpers.postgres import Server

ROWS, DISTRICTS, TOWNS = 1_000_000, 60, 60


def write(path: Path, rows: int) -> int:
    """A table as ГАР has it; gives how many streets are in it."""
    streets = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("OBJECTID;PARENTOBJID;NAME;TYPENAME;LEVEL;ISACTUAL;ISACTIVE\n1;;Курская;обл;1;1;1\n")
        towns = []
        for district in range(DISTRICTS):
            number = 10 + district
            file.write(f"{number};1;Район {district}-й;м.р-н;3;1;1\n")
            for town in range(TOWNS):
                towns.append(1000 + district * TOWNS + town)
                file.write(f"{towns[-1]};{number};Село {district}-{town};с;6;1;1\n")
        for row in range(rows - len(towns) - DISTRICTS - 1):
            number = 10_000 + row
            if row % 10 < 3:
                streets += 1
                file.write(f"{number};{towns[row % len(towns)]};Имени {row}-го полка;ул;8;1;1\n")
            else:
                file.write(f"{number};{number - row % 10};{row % 200};д;10;1;1\n")
    return streets


async def take_in(path: Path, url: str) -> None:
    """The look and the writing by an administrator; prints what was found as JSON."""
    from app.models.database import Database
    from app.services.places.taking import plan_places, take_in_places
    from app.services.regions import list_people, sit_down

    database = await Database.open(url)
    admin = next(person for person in await list_people(database) if person.name == "Админ")
    place = await sit_down(database, admin)
    late, beside = [], [0]

    async def listen() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.01)
            late.append((time.perf_counter() - began) * 1000 - 10)

    def hear(_read: int) -> None:
        beside.append(sum(megabytes(child.pid) for child in multiprocessing.active_children() if child.pid))

    listening = asyncio.create_task(listen())
    began, used = time.perf_counter(), processor()
    plan = await plan_places(place, path, hear)
    looked = time.perf_counter()
    taken = await take_in_places(place, plan)
    listening.cancel()
    late.sort()
    found = {
        "look": looked - began, "write": time.perf_counter() - looked, "processor": processor() - used,
        "memory": megabytes("self") + max(beside), "p99": late[int(len(late) * 0.99)], "most": late[-1],
        "streets": taken.streets,
    }  # fmt: skip
    print(json.dumps(found))
    await database.close()


def measured(path: Path, url: str, streets: int, engine: str) -> None:
    command = [sys.executable, "-m", "tests.benchmarks.bench_places", "take", str(path), url]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["streets"] == streets, f"{found['streets']} of {streets} streets"
    print(
        f"{engine}: {streets:,} streets; look {found['look']:.1f} s, write {found['write']:.1f} s, "
        f"processor {found['processor']:.1f} s, {found['memory']} MB, "
        f"loop late p99 {found['p99']:.0f}, most {found['most']:.0f} ms",
        flush=True,
    )
    for part, goal, unit in (("processor", 60, "s"), ("memory", 400, "MB"), ("p99", 50, "ms")):
        what = f"a million rows of places, {part}, {engine}"
        tell(f"places.{engine}.{part}", what, found[part], goal, unit=unit, is_ratio=False)


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        path, url = Path(name) / "gar.csv", f"sqlite+aiosqlite:///{name}/places.sqlite3"
        streets = write(path, rows)
        asyncio.run(furnished(url))
        measured(path, url, streets, "SQLite")
        server = Server(durable=True)
        try:
            asyncio.run(furnished(server.url()))
            measured(path, asyncio.run(signed_in(server.url(), "Админ")), streets, "PostgreSQL")
        finally:
            server.stop()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    if sys.argv[1:2] == ["take"]:
        asyncio.run(take_in(Path(sys.argv[2]), sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
