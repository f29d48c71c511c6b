"""A sheet's cells are read as openpyxl reads them, and damage is told, never guessed at."""

import zipfile
from datetime import date, datetime, time, timedelta
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import WINDOWS_EPOCH
from openpyxl.xml.constants import SHEET_MAIN_NS

from app.services.intake.sheet_cells import Book, read_rows
from app.services.intake.tables import TableError, read_records
from tests.benchmarks.bench_intake import write_xlsx

BOOK = Book(("Яма", "Вода"), frozenset({1, 2}), frozenset({2}), WINDOWS_EPOCH)


def read(rows, book=BOOK):
    sheet = f"<worksheet xmlns='{SHEET_MAIN_NS}'><sheetData>\n{rows}\n</sheetData></worksheet>"
    return list(read_rows(BytesIO(sheet.encode()), book))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("<c t='s'><v>1</v></c>", "Вода"),
        ("<c><v>12</v></c>", 12),
        ("<c><v>1.5</v></c>", 1.5),
        ("<c><v>1E2</v></c>", 100.0),
        ("<c s='1'><v>46000.5</v></c>", datetime(2025, 12, 9, 12)),  # noqa: DTZ001 - a sheet knows no zone
        ("<c s='1'><v>0.25</v></c>", time(6)),
        ("<c s='2'><v>1.5</v></c>", timedelta(days=1, hours=12)),
        ("<c s='1'><v>99999999999</v></c>", "#VALUE!"),
        ("<c t='d'><v>2026-09-21</v></c>", date(2026, 9, 21)),
        ("<c t='b'><v>0</v></c>", False),
        ("<c t='e'><v>#N/A</v></c>", "#N/A"),
        ("<c t='str'><f>A1&amp;B1</f><v>Яма &amp; вода</v></c>", "Яма & вода"),
        ("<c t='str'><v></v></c>", None),
        ("<c t='s'/>", None),
        ("<c><f>SUM(A1)</f></c>", None),
        ("<c t='inlineStr'><is><t>Яма</t></is></c>", "Яма"),
        ("<c t='inlineStr'><is><r><t>Я</t></r>\n<r><t>ма</t></r><rPh sb='0' eb='1'><t>х</t></rPh></is></c>", "Яма"),
        (f"<c t='str'><v>{'дорога ' * 9000}</v></c>", "дорога " * 9000),
    ],
)
def test_a_cell_of_every_kind(cell, value):
    assert read(f"<row r='1'>{cell}<c><v>7</v></c></row>") == [(1, [value, 7])]


def test_cells_stand_in_the_columns_they_name_and_rows_at_their_numbers():
    first = "<row r='2'><c r='B2'><v>1</v></c><c r='AB2'><v>2</v></c></row>"

    rows = read(f"{first}<row/><row r='9.0'><c r='A9'><v>3</v></c></row>")

    assert rows == [(2, [None, 1, *[None] * 25, 2]), (3, []), (9, [3])]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("<row r='1'><c t='s'><v>2</v></c></row>", "IndexError"),
        ("<row r='1'><c><v>семь</v></c></row>", "ValueError"),
        ("<row r='1'><c r='ZZZ1'><v>1</v></c></row>", "ValueError"),
        ("<row r='1'><c r='1'><v>1</v></c></row>", "ValueError"),
        ("<row r='x'></row>", "ValueError"),
        ("<row r='1'><c><v>1</c></row>", "ExpatError"),
    ],
)
def test_damage_is_told_and_the_rows_before_it_are_given(rows, fault):
    sheet = f"<s xmlns='{SHEET_MAIN_NS}'><row r='7'><c><v>1</v></c></row>{rows}</s>"
    read_so_far = read_rows(BytesIO(sheet.encode()), BOOK)

    assert next(read_so_far) == (7, [1])
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which kind is the table's
        list(read_so_far)
    assert type(caught.value).__name__ == fault


def test_a_workbook_is_read_as_openpyxl_reads_it(tmp_path):
    book = Workbook()
    book.active.append(["id", "Текст", "Дата", None, "Верно"])
    book.active.append([1, "Яма\nу школы", datetime(2026, 9, 21, 10, 30), None, True])  # noqa: DTZ001 - as above
    book.active.append([])
    book.active.append([2.5, "=1+1", date(2026, 9, 22), timedelta(hours=30), None])
    book.active["G6"] = time(9, 15)
    book.save(tmp_path / "book.xlsx")
    whole = load_workbook(tmp_path / "book.xlsx", read_only=True, data_only=True)
    whole.active.reset_dimensions()

    as_openpyxl = [(number, list(row)) for number, row in enumerate(whole.active.iter_rows(values_only=True), start=1)]

    assert [(number, list(row)) for number, row in read_records(tmp_path / "book.xlsx")] == as_openpyxl
    whole.close()


def test_a_string_that_is_not_there_is_a_damaged_file(tmp_path):
    write_xlsx(tmp_path / "book.xlsx", 1, 12)
    with zipfile.ZipFile(tmp_path / "book.xlsx") as source, zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"<v>1</v>", b"<v>900</v>"))

    with pytest.raises(TableError, match="corrupt"):
        read_records(tmp_path / "bad.xlsx")
