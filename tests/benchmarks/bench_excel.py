"""Excel files beside openpyxl's own floor: the same rows read and written by it alone, in the same run.

python -m tests.benchmarks.bench_excel [short]. What is above the floor is what the program does with the rows:
cleaning and keeping their places as it reads, styles, kinds and safe texts as it writes.
"""

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.services.intake.tables import stream_records
from app.services.reports.tables import TableData, write_table
from tests.benchmarks.bench_intake import write_xlsx
from tests.benchmarks.results import tell

IS_SHORT = "short" in sys.argv
ROWS, COLUMNS = (1_500, 20) if IS_SHORT else (20_000, 40)
ROUNDS = 3
READ_AT_MOST, WRITE_AT_MOST = 1.5, 2.0


def read_plainly(path):
    """Every cell by openpyxl alone, as text where it is any."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    count = sum(1 for row in sheet.iter_rows(values_only=True) if any(value is not None for value in row))
    book.close()
    return count


def write_plainly(data, path):
    """The same values by openpyxl alone, in the same mode."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append([head for head, _, _ in data.columns])
    for row in data.rows:
        sheet.append([value.replace(tzinfo=None) if isinstance(value, datetime) else value for value in row])
    book.save(path)


def table():
    """A queue as it is exported: numbers, moments, long texts."""
    start = datetime(2026, 1, 1, 8, tzinfo=UTC)
    kinds = ("text", "moment", "wrap", "count")
    columns = [(f"Столбец {number}", 18, kinds[number % 4]) for number in range(12)]
    rows = [
        (f"46-2026-{row:06}", start + timedelta(minutes=row), "слово " * 30 + str(row), row) * 3 for row in range(ROWS)
    ]
    return TableData("Входящие", "", columns, rows, "Europe/Moscow")


def in_turn(ours, floor):
    """The middle of how many times the floor ours takes, in rounds where both take their turn; processor time."""
    ratios = []
    for _ in range(ROUNDS):
        spent = []
        for work in (ours, floor):
            began = time.process_time()
            work()
            spent.append(time.process_time() - began)
        ratios.append(spent[0] / spent[1])
    return statistics.median(ratios)


def main():
    with tempfile.TemporaryDirectory() as folder:
        path, data = Path(folder) / "export.xlsx", table()
        write_xlsx(path, ROWS, COLUMNS)
        assert read_plainly(path) == sum(1 for _ in stream_records(path)) == ROWS + 1
        read = in_turn(lambda: sum(1 for _ in stream_records(path)), lambda: read_plainly(path))
        written = Path(folder) / "written.xlsx"
        wrote = in_turn(lambda: write_table(data, written, "ru"), lambda: write_plainly(data, written))
    for code, what, ratio, most in (
        ("excel.read", "a workbook read / openpyxl's floor", read, READ_AT_MOST),
        ("excel.write", "a table written / openpyxl's floor", wrote, WRITE_AT_MOST),
    ):
        tell(code, what, ratio, most)
        print(f"{what:40}{ratio:8.2f}  at most {most}")
    return 0 if read <= READ_AT_MOST and wrote <= WRITE_AT_MOST else 1


if __name__ == "__main__":
    sys.exit(main())
