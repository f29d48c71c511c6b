"""A look at a file tells what its columns and rows were taken for, and writes nothing."""

import csv
from pathlib import Path

import pytest

from app.services.intake.columns import ColumnMapping
from app.services.intake.importing import Order, import_file
from app.services.intake.mappings import save_mapping
from app.services.intake.previewing import Counted, FileLook, preview
from app.services.intake.runs import list_runs
from tests.services.intake.test_tables import workbook

SAMPLES = Path(__file__).parents[2] / "data" / "intake"


async def look(place, path):
    async with preview(place, path) as parts:
        first = await anext(parts)
        assert isinstance(first, FileLook)
        rows, last = [], None
        async for part in parts:
            rows += part.rows if isinstance(part, Counted) else []
            last = part
    return first, rows, last


def table(folder, rows, name="messages.csv", delimiter=";"):
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


async def test_every_row_says_what_becomes_of_it(desk, tmp_path):
    await import_file(desk.curator, Order(table(tmp_path, [("id", "Текст"), ("1", "Яма")], "before.csv")))
    rows = [("id", "Текст", "Дата"), ("2", "<p>Темно</p>", ""), ("1", "Яма", ""), ("3", "Лужа", "когда-то")]
    rows.append(("4", "Снег"))

    found, seen, last = await look(desk.curator, table(tmp_path, rows))

    assert [(row.number, row.state) for row in seen] == [(2, "mended"), (3, "known"), (4, "refused"), (5, "clean")]
    assert (seen[0].message.text, seen[0].repairs) == ("Темно", ("tags",))
    assert (seen[2].cell, seen[2].code, seen[2].raw) == ("C4", "unreadable_date", "3 · Лужа · когда-то")
    assert (last.read, last.mended, last.refused, last.is_whole) == (4, 1, 1, True)
    (sheet,) = found.sheets
    assert (sheet.export, sheet.fields) == ("plain", {"external_number": "id", "text": "Текст", "posted_at": "Дата"})
    assert len(await list_runs(desk.curator)) == 1


async def test_sheets_and_headers_are_shown_as_they_lie(desk, tmp_path):
    path = workbook(tmp_path, {
        "Обложка": [["Отчёт за неделю"]],
        "Сообщения": [[], ["Период", "1–7"], ["Время публикации", "Кто пишет", "Текст сообщения"], ["", "Анна", "Яма"]],
    })  # fmt: skip

    found, seen, _ = await look(desk.curator, path)

    cover, sheet = found.sheets
    assert cover.header is None
    assert (sheet.name, sheet.export, sheet.zone) == ("Сообщения", "medialogia", "Europe/Moscow")
    assert (sheet.records[sheet.header][0], sheet.samples(1)) == (3, ["Анна"])
    assert [(row.sheet, row.number) for row in seen] == [("Сообщения", 4)]


async def test_a_table_of_strange_columns_is_still_shown_to_be_mapped(desk, tmp_path):
    path = table(tmp_path, [("Кто", "Жалоба"), ("Анна", "Яма, лужа")], delimiter="\t")

    found, seen, _ = await look(desk.curator, path)

    (sheet,) = found.sheets
    assert (found.unread.code, seen) == ("no_header", [])
    assert (sheet.names(0), sheet.samples(1, 0)) == (("Кто", "Жалоба"), ["Яма, лужа"])
    await save_mapping(desk.curator, sheet.fingerprint(0), 0, path.name, ColumnMapping({"text": "Жалоба"}))
    found, seen, _ = await look(desk.curator, path)
    assert (found.unread, found.sheets[0].is_mapped, [row.state for row in seen]) == (None, True, ["clean"])


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 not a table", b"PK\x03\x04 broken"])
async def test_what_is_no_table_is_told_and_nothing_is_shown(desk, tmp_path, content):
    path = tmp_path / "export.xlsx"
    path.write_bytes(content)
    async with preview(desk.curator, path) as parts:
        assert (await anext(parts)).error().params["file"] == "export.xlsx"
