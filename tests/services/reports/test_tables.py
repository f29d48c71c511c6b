"""Tables of the window as workbooks: a queue with its filter, a history; typed, and never a formula."""

from datetime import datetime
from zoneinfo import ZoneInfo

from openpyxl import load_workbook

from app.services.journal import read_journal
from app.services.reports.tables import history_table, read_queue, write_table
from app.services.selection import Selection
from app.texts import language, use_language


def written(data, path):
    before = language()
    try:
        write_table(data, path, "ru")
    finally:
        use_language(before)
    return load_workbook(path).worksheets[0]


async def test_a_queue_goes_out_whole_and_filtered(desk, tmp_path):
    for number in range(3):
        await desk.entered(f"=1+{number} Яма на Щигровской")
    await desk.entered("Нет воды")

    data = await read_queue(desk.curator, Selection("inbox", "яма"), "Входящие")
    sheet = written(data, tmp_path / "очередь.xlsx")

    assert sheet.title == "Входящие"
    rows = list(sheet.iter_rows(min_row=5, max_row=7, values_only=True))
    assert sorted(row[12][:4] for row in rows) == ["=1+0", "=1+1", "=1+2"]
    assert all(isinstance(row[4], datetime) and row[0].startswith("46-") for row in rows)
    assert {cell.data_type for cell in sheet["M"]} <= {"s", "inlineStr", "n"}
    assert sheet.auto_filter.ref == "A4:M7"


async def test_a_history_tells_who_did_what(desk, tmp_path):
    case_id = await desk.answered()
    card = await desk.card(case_id)

    sheet = written(history_table(card, ZoneInfo("Europe/Moscow")), tmp_path / "история.xlsx")

    acts = [row[5] for row in sheet.iter_rows(min_row=4, max_row=8, values_only=True)]
    assert [row[0] for row in sheet.iter_rows(min_row=4, max_row=8, values_only=True)] == [1, 2, 3, 4, 5]
    assert acts[1] == "направлено в орган"
    assert sheet["D4"].value == "Соколова"


async def test_who_wrote_stands_in_it_only_if_asked_for_and_the_journal_tells(desk):
    await desk.entered("Яма на Щигровской", author_name="Иван Петров", author_link="https://vk.com/id7")

    bare = await read_queue(desk.curator, Selection("inbox"), "Входящие")
    assert "Иван" not in str(bare)
    named = await read_queue(desk.curator, Selection("inbox"), "Входящие", with_authors=True)
    assert named.rows[0][-2:] == ("Иван Петров", "https://vk.com/id7")
    assert len(named.columns) == len(named.rows[0])
    (entry,) = await read_journal(desk.curator, desk.database.meta["epoch"])
    assert (entry.entry, entry.who, entry.payload) == ("authors_exported", "Соколова", {"cases": 1, "queue": "inbox"})
