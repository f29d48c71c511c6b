"""Big exports taken in as a person does it: the real window looks at the file, imports it, and is asked for life.

python -m tests.benchmarks.bench_intake [ROWS] [COLUMNS] [SERVER_ROWS] makes a CSV and an XLSX (shared strings, as Excel
writes) and takes each in through the page «Импорт» of a window of its own, offscreen: the whole look, then the import,
on a new SQLite file, until the last message can be found; then SERVER_ROWS of a CSV on PostgreSQL with its guards on
and commits synced (0 for none).
Goals for 100,000 rows of 40 columns: CSV 60 s, XLSX 150 s, 400 MB with the processes that read and index, and the
window never away for more than 0.1 s (p99 0.05 s): a timer of Qt's is due every 10 ms, and how late it came is how
long a key pressed at any moment would have waited. On a busy machine the seconds of processor tell more than those of
the clock, and `own` more than `late`: what the window's own thread worked through between two turns. It fails where a
message is missing.
"""

import asyncio
import csv
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from tests.benchmarks.results import tell

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROWS, COLUMNS, SERVER_ROWS = 100_000, 40, 10_000
BEAT_MS = 10
GOALS = {"CSV": 60, "XLSX": 150}
MEGABYTES, P99_MS, MOST_MS = 400, 50, 100
KNOWN = [
    "Дата", "Сообщение", "Ссылка", "Площадка", "Автор", "Профиль автора",
    "Блог", "Тип", "Регион", "Город", "Id сообщения",
]
WORDS = [
    "яма", "двор", "улица", "свет", "вода", "автобус", "снег", "мусор", "подъезд", "школа",
    "ответьте", "пожалуйста", "когда", "сделают", "опять", "неделю",
]


def header(columns: int) -> list[str]:
    return KNOWN + [f"Показатель {index}" for index in range(columns - len(KNOWN))]


def messages(rows: int, columns: int) -> Iterator[list[str]]:
    start = datetime(2026, 1, 1, 8, 0, tzinfo=UTC)
    for index in range(rows):
        words = " ".join(WORDS[(index * step) % len(WORDS)] for step in range(1, 40))
        moment = start + timedelta(minutes=index)
        known = [f"{moment:%d.%m.%Y %H:%M}", f"{index}: {words}&#33;\nЖдём ответа", f"https://vk.com/wall-2_{index}"]
        known += ["vk.com", f"Житель {index % 9000}", f"https://vk.com/id{index % 9000}"]
        known += ["Город", "Пост", "Область", "Город", str(index)]
        yield known + [str(index * step % 977) for step in range(columns - len(KNOWN))]


def write_csv(path: Path, rows: int, columns: int) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(header(columns))
        writer.writerows(messages(rows, columns))


def write_xlsx(path: Path, rows: int, columns: int) -> None:
    """A workbook written by hand: openpyxl would take minutes."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    strings: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f"<worksheet {space}><sheetData>".encode())
            for number, record in enumerate([header(columns), *messages(rows, columns)], start=1):
                cells = "".join(f'<c t="s"><v>{strings.setdefault(cell, len(strings))}</v></c>' for cell in record)
                sheet.write(f'<row r="{number}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")
        items = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
        archive.writestr("xl/sharedStrings.xml", f"<sst {space}>{items}</sst>")
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {space} xmlns:r="{links}"><sheets>'
            '<sheet name="Сообщения" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        relations = "http://schemas.openxmlformats.org/package/2006/relationships"
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{relations}"><Relationship Id="rId1" Type="{links}/worksheet" '
            f'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{relations}"><Relationship Id="rId1" Type="{links}/officeDocument" '
            f'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>',
        )


# ----- in the process of one window


def megabytes(process: int | str) -> int:
    """The largest resident size of a process so far. Not getrusage: its maximum counts the parent's."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024
    except (OSError, StopIteration):  # it has ended
        return 0


def processor() -> float:
    """Seconds of processor of this process and of those it has waited for."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


class Pulse:
    """A timer of Qt's: how late each turn came (ms), what the window's thread itself worked until it (ms), and how
    large the processes beside it have been together (MB)."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.late: list[float] = []
        self.own: list[float] = []
        self.beside = 0
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer = QTimer(interval=BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def close(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.late.append(max(0.0, (now - self._last) * 1000 - BEAT_MS))
        self.own.append((worked - self._worked) * 1000)
        if len(self.late) % 50 == 0:
            children = (child.pid for child in multiprocessing.active_children())
            self.beside = max(self.beside, sum(megabytes(pid) for pid in children if pid))
        self._last, self._worked = now, worked


def waited(late: list[float]) -> list[float]:
    """What a key pressed every 10 ms would have waited: a turn that came late was late for all that fell into it."""
    return sorted(moment for each in late for moment in _within(each))


def _within(late: float) -> Iterator[float]:
    yield late
    while (late := late - BEAT_MS) > 0:
        yield late


async def take_in(path: Path, url: str) -> None:
    """The look and the import in one window; prints what was found as JSON."""
    from app.models.database import Database
    from app.services.intake.runs import list_runs
    from app.services.regions import list_people, sit_down
    from app.ui.application import settle_memory
    from app.ui.desk.window import DeskWindow
    from app.ui.preferences import Preferences

    database = await Database.open(url)
    people = await list_people(database)
    curator = next(person for person in people if person.name == "Соколова")
    window = DeskWindow(
        await sit_down(database, curator), people, Preferences(path.parent / "bench.ini"), path.parent
    )
    window.resize(1440, 900)
    window.start("stream")
    window.show()
    await settle_memory()
    window.places.show_place("page:imports")
    page = window.places.page
    assert page is not None
    found: dict[str, float] = {"base": megabytes("self")}
    with closing(Pulse()) as pulse:
        began, used = time.perf_counter(), processor()
        page.open_file(path)
        while page.panes.currentWidget() is not page.look or not page.look.progress.isHidden():
            await asyncio.sleep(0.05)
        looked = time.perf_counter()
        page.take_in()
        while page.panes.currentWidget() is not page.past:
            await asyncio.sleep(0.05)
        taken = time.perf_counter()
        found |= {"look": looked - began, "import": taken - looked, "processor": processor() - used}
        while await waiting_for_indexes(database):
            await asyncio.sleep(0.5)
        found |= {"indexed": time.perf_counter() - taken, "processor_indexed": processor() - used}
    told = waited(pulse.late)
    found |= {
        "desk": megabytes("self"), "beside": pulse.beside, "p50": told[len(told) // 2],
        "p99": told[int(len(told) * 0.99)], "most": told[-1], "own": max(pulse.own),
        "new": (await list_runs(window.place))[0].new,
    }  # fmt: skip
    print(json.dumps(found))
    await window.aclose()
    await database.close()


async def waiting_for_indexes(database: Any) -> int:
    """How many messages of a file cannot be found yet by their words, or beside those that are alike; a server's
    worker does that elsewhere."""
    if not database.is_sqlite:
        return 0
    from app.services.kin_index import count_unmarked
    from app.services.search import count_due

    async with database.read() as connection:
        return await count_unmarked(connection) + await count_due(connection)


def run_window(path: Path, url: str) -> None:
    from PySide6.QtWidgets import QApplication

    from app.ui import loop, theme

    app = QApplication(sys.argv[:1])
    theme.use(app, theme.load("light"))

    async def done() -> int:
        await take_in(path, url)
        return 0

    loop.run(done(), app)


# ----- all of them


async def furnished(url: str) -> None:
    """A region in a new database."""
    from app.models.database import Database
    from tests.helpers.staffed import furnish

    database = await Database.open(url)
    await furnish(database)
    await database.close()


async def signed_in(url: str, name: str = "Соколова") -> str:
    """Somebody's own sign-in at a server, the curator's by default."""
    from app.models.database import Database
    from app.services.regions import list_people
    from tests.helpers.signed_in import make_sign_ins, url_of

    database = await Database.open(url)
    logins = await make_sign_ins(database)
    own = url_of(database, logins[next(person.id for person in await list_people(database) if person.name == name)])
    await database.close()
    return own


def in_window(path: Path, url: str, rows: int) -> dict[str, float]:
    """Take a file in, in a process of its own; prints and gives what was found."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_intake", "window", str(path), url]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    assert found["new"] == rows, f"{found['new']} of {rows} messages"
    engine = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
    print(
        f"{path.suffix[1:].upper()}, {engine}: {rows:,} rows, {path.stat().st_size / 1e6:.0f} MB\n"
        f"  look {found['look']:.1f} s, import {found['import']:.1f} s, processor {found['processor']:.1f} s\n"
        f"  indexes whole {found['indexed']:.1f} s later, processor {found['processor_indexed']:.1f} s with that\n"
        f"  window {found['desk']} MB (of which {found['base']} before), processes beside it {found['beside']} MB\n"
        f"  late p50 {found['p50']:.1f}, p99 {found['p99']:.1f}, most {found['most']:.1f}; own {found['own']:.1f} ms",
        flush=True,
    )
    return found


def tell_of(kind: str, found: dict[str, float], share: float) -> None:
    """Tell the table; the goals of time shrink with a smaller file."""
    code, what = f"intake.{kind.lower()}", f"import of {kind}"
    clock = found["look"] + found["import"]
    tell(f"{code}.seconds", f"{what}, look and all", clock, GOALS[kind] * share, unit="s", is_ratio=False)
    tell(f"{code}.processor", f"{what}, of the processors", found["processor"], GOALS[kind] * share, unit="s",
         is_ratio=False)  # fmt: skip
    tell(f"{code}.indexed", f"{what}, everything found after its end", found["indexed"], 60, unit="s", is_ratio=False)
    memory = found["desk"] + found["beside"]
    tell(f"{code}.memory", f"{what}, window and what it starts", memory, MEGABYTES, unit="MB", is_ratio=False)
    for part, goal in (("p99", P99_MS), ("most", MOST_MS)):
        name = f"{what}, a key waits, {part}"
        tell(f"{code}.{part}", name, found[part], goal, unit="ms", is_ratio=False)


def main(rows: int, columns: int, server_rows: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for write, kind in ((write_csv, "CSV"), (write_xlsx, "XLSX")):
            path, url = folder / f"export.{kind.lower()}", f"sqlite+aiosqlite:///{folder}/{kind}.sqlite3"
            write(path, rows, columns)
            asyncio.run(furnished(url))
            tell_of(kind, in_window(path, url, rows), rows / ROWS)
        if server_rows:
            write_csv(folder / "server.csv", server_rows, columns)
            on_server(folder / "server.csv", server_rows)
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def on_server(path: Path, rows: int) -> None:
    from tests.helpers.postgres import Server

    server = Server(durable=True)
    try:
        asyncio.run(furnished(server.url()))
        url, before = asyncio.run(signed_in(server.url())), server.processor_seconds()
        found = in_window(path, url, rows)
        own = (server.processor_seconds() - before) / rows * 1000
        each = found["processor"] / rows * 1000 + own
        print(f"  {each:.2f} ms of processor a message, {own:.2f} of them the server's")
        tell("intake.server.own", "a message of an import on PostgreSQL, the server's processor", own, 1.5, unit="ms",
             is_ratio=False)  # fmt: skip
        tell("intake.server.message", "a message of an import on PostgreSQL, processor", each, 6, unit="ms",
             is_ratio=False)  # fmt: skip
        tell("intake.server.p99", "import on PostgreSQL, a key waits, p99", found["p99"], P99_MS, unit="ms",
             is_ratio=False)  # fmt: skip
    finally:
        server.stop()


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments[:1] == ["window"]:
        run_window(Path(arguments[1]), arguments[2])
    else:
        wanted = [int(value) for value in arguments]
        main(*(wanted + [ROWS, COLUMNS, SERVER_ROWS][len(wanted) :]))
