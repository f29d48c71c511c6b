"""The workbook of a period opens again with typed cells, texts that stayed texts, and equal cells for equal reports."""

import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from openpyxl.chart import BarChart

from app.regulation.measures import Dimension, Figures
from app.services.reports.period_book import write_period
from app.services.reports.periodic import Part, PeriodReport, pack_lists
from app.services.reports.sheets import TEXT_LIMIT, plain
from app.texts.period_report import change_words
from tests.helpers.reports import example, figures


@pytest.fixture
def path(tmp_path):
    write_period(example(), tmp_path / "октябрь.xlsx", "ru")
    return tmp_path / "октябрь.xlsx"


def texts(sheet):
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def test_sheets_are_named_for_people(path):
    assert load_workbook(path).sheetnames == [
        "Сводка", "Сроки", "Качество", "Динамика", "Социальные сети", "Сети", "Темы", "Места", "Органы", "Кураторы",
        "Рейтинг", "С опозданием", "Повторные", "О методе", "Случаи за числами",
    ]  # fmt: skip


def test_the_summary_says_what_got_worse_and_why(path):
    sheet = load_workbook(path)["Сводка"]
    said = texts(sheet)

    assert any(t.startswith("1. Ответы в срок: было 95,0 %, стало 75,0 %.") and "Проект" in t for t in said)
    assert len(sheet._charts) == 3
    assert {chart.y_axis.scaling.min for chart in sheet._charts if isinstance(chart, BarChart)} == {0}
    assert {cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink} >= {
        "'С опозданием'!A1",
        "'Рейтинг'!A1",
    }


def test_numbers_of_the_summary_can_be_reckoned_with(path):
    rows = {row[0].value: row[1:] for row in load_workbook(path)["Сводка"].iter_rows()}

    received, in_time = rows["Поступило сообщений"][0], rows["Ответы в срок"][0]
    took = rows["До окончательного ответа: половина"][0]
    assert (received.value, received.number_format) == (42, "#,##0")
    assert (in_time.value, in_time.number_format) == (0.75, "0.0%")
    assert (took.value, took.number_format) == (timedelta(hours=5), "[h]:mm")


def test_parts_are_held_against_both_earlier_periods(tmp_path):
    now, year = replace(figures(40, 10), reworks=3, first_median=3600, first_p90=7200), figures(28, 7)
    parts = dict.fromkeys(Dimension, (Part(1, "ДОР", now, figures(45, 2), None, year),))
    write_period(replace(example(), year_before=year, parts=parts), tmp_path / "а.xlsx", "ru")

    for name in ("Сети", "Темы", "Места", "Органы", "Кураторы"):
        sheet = load_workbook(tmp_path / "а.xlsx")[name]
        head = next(cell.row for cell in sheet["A"] if cell.value == "Сравнение и остальные показатели") + 1
        told = dict(zip((c.value for c in sheet[head]), (c.value for c in sheet[head + 1]), strict=True))
        assert (told["Поступило"], told["К предыдущему периоду"], told["К прошлому году"]) == (42, -5, 12)
        assert (told["В срок год назад"], told["Доработки"]) == (0.75, 3)
        assert told["До первого ответа: 9 из 10"] == timedelta(hours=2)


def test_what_changed_by_nothing_has_no_sign():
    assert change_words("answer_share", 0.8382, 0.8384) == "0,0 п. п."
    assert change_words("answer_share", 0.83, 0.84) == "−1,0 п. п."


def test_cells_are_typed_and_nothing_is_a_formula(path):
    book = load_workbook(path)
    late = book["С опозданием"]

    assert late["E5"].value.isoformat() == "2026-11-02T10:00:00"
    assert late["G5"].value == timedelta(hours=26)
    assert late["G5"].number_format == "[h]:mm"
    assert late["B5"].value == '=HYPERLINK("http://evil","Комитет")'
    assert book["Сроки"]["F5"].number_format == "0.0%"
    assert {c.data_type for sheet in book for row in sheet.iter_rows() for c in row} <= {"s", "inlineStr", "n", "d"}


def test_lists_have_filters_heads_that_stay_and_a4(path):
    book = load_workbook(path)
    for name in ("Сроки", "Органы", "Рейтинг", "С опозданием", "Повторные"):
        sheet = book[name]
        assert sheet.auto_filter.ref.startswith("A4:")
        assert sheet.freeze_panes == "B5"
        assert sheet.print_title_rows == "$4:$4"
    for sheet in book:
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_area


def cells(path):
    return {
        (sheet.title, cell.coordinate): (cell.value, cell.number_format, cell.font.color and cell.font.color.rgb)
        for sheet in load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
    }


def test_a_frozen_report_makes_the_same_cells_again(path, tmp_path):
    again = PeriodReport.unpacked(example().packed())

    write_period(again, tmp_path / "again.xlsx", "ru")

    assert cells(tmp_path / "again.xlsx") == cells(path)


def test_a_period_without_anything_makes_a_workbook_too(tmp_path):
    nothing = replace(
        example(), total=Figures(), social=Figures(), before=Figures(), social_before=Figures(), days=(), worse=(),
        parts=dict.fromkeys(Dimension, ()), rating=(), lists=pack_lists((), ()),
    )  # fmt: skip

    write_period(nothing, tmp_path / "empty.xlsx", "ru")

    book = load_workbook(tmp_path / "empty.xlsx")
    assert "Сравнить не с чем." in texts(book["Сводка"])
    assert [book[name]["A5"].value for name in ("С опозданием", "Повторные")] == ["В этом периоде ничего нет."] * 2
    assert "Случаи за числами" not in book.sheetnames


def test_a_text_longer_than_a_cell_says_that_it_was_cut():
    cut = plain("я" * 40_000 + "\x00")

    assert len(cut) == TEXT_LIMIT
    assert cut.endswith("… [обрезано: всего 40000 знаков]")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_prints_every_sheet(path, tmp_path):
    """Opened and printed: each sheet on its page, the summary on one."""
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    words = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(words, check=True, capture_output=True, timeout=120)

    pdf = (tmp_path / "октябрь.pdf").read_bytes()
    assert pdf.count(b"/Type/Page") - pdf.count(b"/Type/Pages") == 15
