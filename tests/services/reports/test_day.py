"""The day report counts what happened, and its workbook opens again with texts that stayed texts."""

from datetime import timedelta

import pytest
import pytest_asyncio
from openpyxl import load_workbook

from app.regulation.errors import Refused
from app.regulation.workflow import State
from app.services import casework
from app.services.reports.day import read_day
from app.services.reports.day_book import write_day
from app.services.reports.saving import save_day
from tests.helpers.region import open_region


@pytest_asyncio.fixture
async def region(tmp_path):
    region = await open_region(tmp_path)
    yield region
    await region.database.close()


def share(report, code):
    clock = next(clock for clock in report.clocks if clock.code == code)
    return clock.met, clock.late, clock.by_agreement


async def test_a_day_of_work_is_counted(region):
    await region.published()
    case_id = await region.message("Спасибо за дорогу")
    version = (await region.card(case_id)).version
    await casework.exclude(region.curator, case_id, version, State.NO_REACTION, "Благодарность")
    await region.collected("Ещё одно")

    report = await read_day(region.curator)

    assert (report.collected, report.detected, report.answered, report.excluded) == (3, 2, 1, 1)
    assert report.queues["finished"] == report.queues["excluded"] == report.queues["stream"] == 1
    assert share(report, "route") == (1, 0, 0)
    assert share(report, "answer") == (1, 0, 0)
    assert next(clock.clause for clock in report.clocks if clock.code == "publish") == "14"
    assert report.overdue == ()


async def test_what_is_late_is_late_in_the_report_and_what_is_overdue_is_listed(region):
    late = await region.message("Темно во дворе")
    region.clock.move(minutes=45)
    await casework.route(region.curator, late, (await region.card(late)).version, region.routing())
    waiting = await region.message("Нет воды")
    region.clock.move(minutes=40)

    report = await read_day(region.curator)

    assert share(report, "route") == (0, 1, 0)
    (overdue,) = report.overdue
    assert overdue.number == (await region.card(waiting)).number
    assert (overdue.step, overdue.overdue_seconds, overdue.state) == ("route", 600, State.INBOX)


async def test_clocks_by_agreement_have_no_share(region):
    case_id = await region.routed(agency=1)  # a municipal body
    await casework.return_to_curator(region.curator, case_id, (await region.card(case_id)).version, "Не наше")

    report = await read_day(region.curator)

    assert share(report, "return") == (0, 0, 1)
    assert next(clock.share for clock in report.clocks if clock.code == "return") is None


async def test_another_day_counts_its_own(region):
    await region.published()
    yesterday = region.clock.now().date() - timedelta(days=1)

    report = await read_day(region.curator, yesterday)

    assert (report.collected, report.detected, report.answered) == (0, 0, 0)
    assert all(clock.share is None for clock in report.clocks)


async def test_the_workbook_opens_again(region, tmp_path):
    case_id = await region.message('=HYPERLINK("http://example.org";"Темно")')
    region.clock.move(minutes=45)
    report = await read_day(region.curator)
    path = tmp_path / "день.xlsx"

    await save_day(report, path)

    book = load_workbook(path)
    assert book.sheetnames == ["День", "Сроки", "Просроченные"]
    clocks, overdue = book["Сроки"], book["Просроченные"]
    assert [cell.value for cell in clocks[1]][:3] == ["Срок", "Пункт", "В срок"]
    assert ["Ответ размещён", "п. 10"] in [[row[0].value, row[1].value] for row in clocks.iter_rows()]
    text = overdue["H2"]
    assert (text.value[:11], text.data_type) == ('=HYPERLINK(', "s")
    assert overdue["A2"].value == (await region.card(case_id)).number
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.column_dimensions["A"].width >= 18


async def test_a_share_is_a_percentage_and_no_verdict_a_dash(region, tmp_path):
    await region.published()
    write_day(await read_day(region.curator), tmp_path / "day.xlsx", "ru")

    rows = {row[0].value: row[4] for row in load_workbook(tmp_path / "day.xlsx")["Сроки"].iter_rows()}
    assert (rows["Ответ размещён"].value, rows["Ответ размещён"].number_format) == (1, "0%")
    assert rows["Доработать проект"].value == "—"


async def test_a_place_that_cannot_be_written_is_refused_across_the_process(region, tmp_path):
    with pytest.raises(Refused, match="file_unwritable"):
        await save_day(await read_day(region.curator), tmp_path / "no" / "such" / "day.xlsx")
