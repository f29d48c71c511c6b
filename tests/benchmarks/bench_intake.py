"""Big exports: time and peak memory of the reading, and of the whole import with the loop's lateness meanwhile.

python -m tests.benchmarks.bench_intake [ROWS] [COLUMNS] makes a CSV and an XLSX (shared strings, as Excel writes) in a
temporary folder, reads each in a fresh process, then takes each in on a new SQLite database as the window does: a
process of its own reads, this one registers. Goals for 100,000 rows of 40 columns: CSV 60 s, XLSX 150 s, 400 MB.
On a busy machine the seconds of processor tell more than those of the clock; both are printed.
"""

import asyncio
import csv
import multiprocessing
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from app.services.intake.rows import IntakeRow, read_rows
from app.services.intake.tables import open_table

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


def read(path: Path) -> None:
    started = time.perf_counter()
    taken = 0
    with open_table(path) as table:
        for sheet in table.sheets:
            for row in read_rows(sheet, ZoneInfo("Europe/Moscow"), datetime(2030, 1, 1, tzinfo=UTC)):
                taken += isinstance(row, IntakeRow)
    seconds = time.perf_counter() - started
    size = path.stat().st_size / 1e6
    print(f"{path.suffix[1:]:5} {size:6.1f} MB  {taken:,} rows read  {seconds:6.1f} s  peak {peak_mb('self')} MB")


def peak_mb(process: int | str) -> int:
    """The largest resident size of a process so far. Not getrusage: its maximum counts the parent's."""
    status = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024


async def take_in(path: Path) -> None:
    """The whole import, as the window does it; the loop is asked for a turn every 10 ms."""
    # Here, because the reading process loads this module again, as it does the program's own: without a window.
    from app.services.intake.importing import Order, import_file
    from app.ui.pages.imports import WINDOW_BATCH
    from tests.helpers.region import open_region

    region = await open_region(Path(tempfile.mkdtemp(dir=path.parent)))
    region.clock.at = datetime(2030, 1, 1, tzinfo=UTC)
    late: list[float] = []
    peaks = [0]

    async def listen() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.01)
            late.append(time.perf_counter() - began - 0.01)

    def hear(_report: object) -> None:
        peaks.extend(peak_mb(child.pid) for child in multiprocessing.active_children() if child.pid)

    listening = asyncio.create_task(listen())
    began, worked = time.perf_counter(), time.process_time()
    report = await import_file(region.curator, Order(path, batch=WINDOW_BATCH), hear)
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    listening.cancel()
    late.sort()
    at = {share: late[int(len(late) * share) - 1] * 1000 for share in (0.5, 0.95, 1.0)}
    print(
        f"{path.suffix[1:]:5} {report.new:,} new of {report.read:,}  {seconds:6.1f} s (processor {processor:.1f} s)  "
        f"peak {peak_mb('self')} MB + reader {max(peaks)} MB  loop late p50 {at[0.5]:.0f}, p95 {at[0.95]:.0f}, "
        f"max {at[1.0]:.0f} ms"
    )
    await region.database.close()


def main(rows: int, columns: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for write, name in ((write_csv, "export.csv"), (write_xlsx, "export.xlsx")):
            path = Path(folder) / name
            write(path, rows, columns)
            for mode in ("read", "import"):
                command = [sys.executable, "-m", "tests.benchmarks.bench_intake", mode, str(path)]
                subprocess.run(command, check=True)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments and arguments[0] == "read":
        read(Path(arguments[1]))
    elif arguments and arguments[0] == "import":
        asyncio.run(take_in(Path(arguments[1])))
    else:
        wanted = [int(value) for value in arguments]
        main(*(wanted + [100_000, 40][len(wanted) :]))
