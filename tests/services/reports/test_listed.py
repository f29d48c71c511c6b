"""Numbers of the workbook lead to exactly the rows they count: on generated work, and where lists fall short."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from app.models import Agency
from app.models.database import Database
from app.regulation.measures import ClockFigures, Dimension
from app.regulation.report_days import month_of
from app.services.regions import NewAgency, add_agencies, list_people, sit_down
from app.services.reports import listed
from app.services.reports.period_book import write_period
from app.services.reports.periodic import LateLine, pack_lists, read_report
from app.texts.measures import part_not_set
from app.texts.period_report import step_name
from tests.helpers.reports import example, figures, late_line
from tests.helpers.staffed import MovableClock
from tests.helpers.year import write_year

NOW = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
OCTOBER = month_of(date(2026, 10, 1))
# Columns of the parts' sheets that count listed cases; places have two columns more before them.
COUNTS = {"late": 7, "overdue_out": 8, "repeats": 14}


async def october(sqlite_url):
    """The report of a generated month; some of its bodies are not bound by the act, and two have one name."""
    database = await Database.open(sqlite_url, MovableClock(NOW))
    await add_agencies(database, [NewAgency("Город", "Город", "municipal"), NewAgency("Другой", "Другой", "municipal")])
    people = {person.name: person for person in await list_people(database)}
    await write_year(await sit_down(database, people["Соколова"]), 500, date(2026, 9, 15), OCTOBER.last)
    async with database.write() as connection:
        await connection.execute(update(Agency).where(Agency.short_name == "Другой").values(short_name="Город"))
    report = await read_report(await sit_down(database, people["Шеф"]), OCTOBER)
    await database.close()
    return report


def numbers_behind(book, cell):
    """Numbers of the cases in the rows that a cell leads to; None where it leads nowhere."""
    if cell.hyperlink is None or cell.hyperlink.location.endswith("!A1"):
        return None
    sheet, _, span = cell.hyperlink.location.replace("'", "").partition("!")
    at = next(c.column for row in book[sheet].iter_rows(max_row=8) for c in row if c.value == "Номер")
    return sorted(row[at - 1].value for row in book[sheet][span])


def expected(report, measure, is_of):
    """Numbers of the cases that a measure counts, of those lines that are asked for."""
    counts = {
        "overdue_out": lambda line: line.is_running, "running": lambda line: line.is_running and not line.by_agreement,
        "late": lambda line: not line.is_running and not line.by_agreement, "agreed": lambda line: line.by_agreement,
        "lost": lambda line: not line.is_running,
    }  # fmt: skip
    if measure == "repeats":
        return sorted(line.number for line in report.repeats if is_of(line))
    return sorted(line.number for line in report.late if counts[measure](line) and is_of(line))


def body(sheet, head):
    """Rows of the table whose first head is `head`, by the name in their first cell."""
    first = next(cell.row for cell in sheet["A"] if cell.value == head) + 1
    rows = []
    for row in sheet.iter_rows(min_row=first):
        if row[0].value is None:
            break
        rows.append(row)
    return rows


async def test_every_number_leads_to_exactly_its_cases(sqlite_url, tmp_path):
    report = await october(sqlite_url)
    write_period(report, tmp_path / "октябрь.xlsx", "ru")
    book, seen = load_workbook(tmp_path / "октябрь.xlsx"), []

    def check(cell, number, measure, is_of=lambda line: True):
        wanted = expected(report, measure, is_of)
        assert len(wanted) == number
        assert numbers_behind(book, cell) == (wanted or None), (cell.parent.title, cell.coordinate)
        seen.append(measure if number else "")

    sheets = {"network": "Сети", "topic": "Темы", "place": "Места", "agency": "Органы", "curator": "Кураторы"}
    heads = dict(zip(sheets, ("Сеть", "Группа тем", "Муниципалитет", "Орган", "Куратор"), strict=True))
    for at, dimension in enumerate(Dimension):
        rows = body(book[sheets[dimension]], heads[dimension])
        for part, row in zip(report.parts[dimension], rows, strict=True):
            assert row[0].value == (part.name if part.key is not None else part_not_set(dimension))
            counts = {"late": part.figures.clock("answer").late, "overdue_out": part.figures.overdue_out}
            for measure, number in (counts | {"repeats": part.figures.repeats}).items():
                cell = row[COUNTS[measure] - 1 + 2 * (dimension is Dimension.PLACE)]
                assert (cell.value or 0) == number
                check(cell, number, measure, lambda line, at=at, key=part.key: line.keys[at] == key)

    for name, column, total, is_of in (
        ("Сводка", 1, report.total, lambda line: True), ("Социальные сети", 1, report.total, lambda line: True),
        ("Социальные сети", 4, report.social, lambda line: line.is_social),
        ("Качество", 4, report.social, lambda line: line.is_social),
    ):  # fmt: skip
        rows = {row[0].value: row for row in body(book[name], "Показатель")}
        check(rows["Из них повторных"][column], total.repeats, "repeats", is_of)
        if name != "Качество":
            check(rows["Из них просрочено"][column], total.overdue_out, "overdue_out", is_of)

    answer = report.total.clock("answer")
    row = next(row for row in body(book["Сроки"], "Срок") if row[0].value == "Ответ размещён")
    check(row[4], answer.late, "late")
    check(row[10], answer.running, "running")
    check(row[12], answer.agreed_late + answer.agreed_running, "agreed")
    steps = {row[0].value: row for row in body(book["Сроки"], "Шаг")}
    for step, number in report.total.lost.items():
        check(steps[step_name(step)][3], number, "lost", lambda line, step=step: (line.lost_step or "") == step)
    for row in body(book["Динамика"], "День"):
        day = row[0].value.date()
        check(row[3], row[3].value, "late", lambda line, day=day: (line.at + timedelta(hours=3)).date() == day)
    assert {measure for measure in seen if measure} == {*COUNTS, "running", "agreed", "lost"}


def test_a_number_whose_rows_the_list_does_not_hold_leads_nowhere(tmp_path, monkeypatch):
    """Of ДОР nine answers were late and the lists hold two; the one repeat it has is there."""
    monkeypatch.setattr(listed, "MOST_ROWS", 2)
    roads = replace(example().parts[Dimension.AGENCY][0], name="ДОР")
    roads = replace(roads, figures=replace(figures(9, 9), clocks={"answer": ClockFigures(late=9)}, repeats=1))
    late = [replace(late_line(number, "ДОР"), keys=(1,) * 5) for number in range(9)]
    repeat = replace(example().repeats[0], keys=(1,) * 5)
    report = replace(
        example(), parts=dict.fromkeys(Dimension, (roads,)), total=roads.figures, lists=pack_lists(late, [repeat])
    )
    write_period(report, tmp_path / "а.xlsx", "ru")

    book = load_workbook(tmp_path / "а.xlsx")
    row = body(book["Органы"], "Орган")[0]
    assert numbers_behind(book, row[6]) is None
    assert numbers_behind(book, row[13]) == ["46-2026-000006"]
    assert book["С опозданием"]["A4"].value == "Не показано ещё 7 строк."


def test_what_is_only_for_links_is_not_for_paper(tmp_path):
    write_period(example(), tmp_path / "а.xlsx", "ru")

    sheet = load_workbook(tmp_path / "а.xlsx")["Случаи за числами"]

    assert sheet.print_area == "'Случаи за числами'!$A$1:$G$2"
    assert sheet.max_row > 5
    assert sheet.auto_filter.ref == f"A4:G{sheet.max_row}"


@pytest.mark.parametrize("text", ["=1+1", "<b>&amp;</b>", " с пробелами ", "в две\nстроки"])
def test_a_text_in_a_long_list_stays_as_it_was(tmp_path, text):
    line = LateLine(1, "46-2026-000001", text, text, text, None, NOW, 60, True, False, None)
    write_period(replace(example(), lists=pack_lists([line], ())), tmp_path / "а.xlsx", "ru")

    row = load_workbook(tmp_path / "а.xlsx")["С опозданием"][5]

    assert [cell.value for cell in row[1:4]] == [text] * 3
    assert {cell.data_type for cell in row} <= {"s", "inlineStr", "n", "d"}
    assert [row[4].value, row[6].value] == ["—", timedelta(minutes=1)]
