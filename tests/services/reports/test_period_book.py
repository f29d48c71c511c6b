"""The workbook of a period opens again with typed cells, texts that stayed texts, and equal cells for equal reports."""

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from openpyxl import load_workbook

from app.regulation.measures import ClockFigures, Dimension, Figures
from app.regulation.report_days import PeriodKind
from app.regulation.worsening import find_worse
from app.services.reports.period_book import write_period
from app.services.reports.periodic import ClockLine, LateLine, Part, PeriodReport, RatedLine, RepeatLine, pack_lists
from app.services.reports.sheets import TEXT_LIMIT, plain
from app.texts import language, use_language
from app.texts.period_report import change_words

AT = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
BAD_NAME = '=HYPERLINK("http://evil","Комитет")\x07'


@pytest.fixture(autouse=True)
def russian():
    before = language()
    use_language("ru")
    yield
    use_language(before)


def figures(answered, late, **more):
    clocks = {"answer": ClockFigures(met=answered - late, late=late, late_median=3600, late_p90=7200, late_max=9000)}
    values = {
        "received": answered + 2, "answered": answered, "carried_out": 2, "clean": answered - 1, "complete": answered,
        "first_answered": answered, "final_median": 5 * 3600, "final_p90": 30 * 3600, "lost": {"draft": late},
    }  # fmt: skip
    return Figures(clocks=clocks, **values | more)


def example():
    now, before = figures(40, 10), figures(40, 2)
    part = Part(1, BAD_NAME, now, before)
    none = Part(None, "", Figures(received=2, carried_out=2), Figures())
    place = replace(part, name="Курск", residents=440_000)
    parts = dict.fromkeys(Dimension, (part, none)) | {Dimension.PLACE: (place, none)}
    by = {dimension: {p.key: p.figures for p in rows} for dimension, rows in parts.items()}
    return PeriodReport(
        kind=PeriodKind.MONTH, first=date(2026, 10, 1), last=date(2026, 10, 31), made_at=AT, region="Курская область",
        act="Положение, утверждённое постановлением", short_act="Положение № 796-па", zone="Europe/Moscow",
        definitions=1, regulation=("kursk", 1, 0), regulation_id=1, hours_version="a+b", history_id=17,
        total=now, social=now, before=before, social_before=before, year_before=Figures(), parts=parts,
        clocks=(ClockLine("answer", "10", "", "chain"),), days=((date(2026, 10, 5), 12, 10, 3),),
        worse=find_worse(now, before, by),
        rating=(
            RatedLine(1, BAD_NAME, "red", 42, 1, 55.5, {"quality": (39, 40, 97.0, 1.5)}),
            RatedLine(2, "Администрация", "outside", 7, None, None, {}),
        ),
        rating_rules={
            "threshold": 2, "red": 60, "prior": 10, "mean": {"quality": 96.0},
            "weights": dict.fromkeys(("quantity", "quality", "speed", "completeness"), 25),
        },
        lists=pack_lists(
            [LateLine(5, "46-2026-000005", BAD_NAME, "Дороги", "Курск", AT, AT, 93_600, False, False, "draft")],
            [RepeatLine(6, "46-2026-000006", "Комитет", "Дороги", "Курск", AT, "46-2026-000001")],
        ),
    )  # fmt: skip


@pytest.fixture
def path(tmp_path):
    write_period(example(), tmp_path / "октябрь.xlsx", "ru")
    return tmp_path / "октябрь.xlsx"


def texts(sheet):
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def test_sheets_are_named_for_people(path):
    assert load_workbook(path).sheetnames == [
        "Сводка", "Сроки", "Качество", "Динамика", "Социальные сети", "Сети", "Темы", "Места", "Органы", "Кураторы",
        "Рейтинг", "С опозданием", "Повторные", "О методе",
    ]  # fmt: skip


def test_the_summary_says_what_got_worse_and_why(path):
    sheet = load_workbook(path)["Сводка"]
    said = texts(sheet)

    assert any(t.startswith("1. Ответы в срок: было 95,0 %, стало 75,0 %.") and "Проект" in t for t in said)
    assert len(sheet._charts) == 3
    assert {cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink} >= {
        "'С опозданием'!A1",
        "'Рейтинг'!A1",
    }


def late_line(number, agency, *, is_running=False, by_agreement=False):
    return LateLine(
        number, f"46-2026-{number:06}", agency, "", "", AT, AT, 60 * number, is_running, by_agreement, "draft"
    )


def test_a_number_of_an_agency_leads_to_exactly_the_rows_it_counts(tmp_path):
    """Two late answers and one overdue of ДОР among others' rows; of ЖКХ the list does not hold all that is counted."""
    clocks = {"answer": ClockFigures(late=2, running=1, agreed_late=1)}
    roads = Part(1, "ДОР", replace(figures(5, 2), clocks=clocks, repeats=1), Figures())
    houses = Part(2, "ЖКХ", replace(figures(9, 9), clocks={"answer": ClockFigures(late=9)}), Figures())
    late = [
        late_line(9, "ДОР"), late_line(8, "ЖКХ"), late_line(7, "ДОР", by_agreement=True),
        late_line(6, "ДОР", is_running=True), late_line(5, "ДОР"), late_line(4, ""),
    ]  # fmt: skip
    lists = pack_lists(late, [RepeatLine(3, "46-2026-000003", "ДОР", "", "", AT, "46-2026-000001")])
    parts = example().parts | {Dimension.AGENCY: (houses, roads)}
    write_period(replace(example(), parts=parts, lists=lists), tmp_path / "а.xlsx", "ru")

    book = load_workbook(tmp_path / "а.xlsx")
    agencies = book["Органы"]
    row = next(cell.row for cell in agencies["A"] if cell.value == "ДОР")
    found = {cell.column_letter: cell for cell in agencies[row] if cell.hyperlink}
    rows = {}
    for letter, cell in found.items():
        sheet, _, span = cell.hyperlink.location.replace("'", "").partition("!")
        rows[letter] = [line[0].value[-1] for line in book[sheet][span]]
        assert cell.value == len(rows[letter])
    assert rows == {"G": ["9", "5"], "H": ["6"], "N": ["3"]}
    above = next(cell.row for cell in agencies["A"] if cell.value == "ЖКХ")
    assert not any(cell.hyperlink for cell in agencies[above])


def test_numbers_of_everything_lead_to_exactly_their_rows(tmp_path):
    """Whosever they are: what is overdue, answers late, repeats; a number that the list does not hold leads nowhere."""
    total = replace(figures(9, 2), clocks={"answer": ClockFigures(late=2, running=2, agreed_late=1)}, repeats=2)
    late = [
        late_line(9, "ДОР"), late_line(8, "ЖКХ", is_running=True), late_line(7, "ДОР", by_agreement=True),
        late_line(6, "ДОР", is_running=True), late_line(5, "ЖКХ"),
    ]  # fmt: skip
    lists = pack_lists(late, [RepeatLine(3, "46-2026-000003", "ДОР", "", "", AT, "46-2026-000001")])
    write_period(replace(example(), total=total, lists=lists), tmp_path / "а.xlsx", "ru")

    book = load_workbook(tmp_path / "а.xlsx")
    rows = {}
    for name, column in (("Сводка", "B"), ("Сроки", "E")):
        for cell in book[name][column]:
            if cell.hyperlink and "!A1" not in cell.hyperlink.location:
                sheet, _, span = cell.hyperlink.location.replace("'", "").partition("!")
                rows[book[name].cell(cell.row, 1).value] = sorted(line[0].value[-1] for line in book[sheet][span])
    assert rows == {"Из них просрочено": ["6", "8"], "Ответ размещён": ["5", "9"]}


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

    assert "Сравнить не с чем." in texts(load_workbook(tmp_path / "empty.xlsx")["Сводка"])


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
    assert pdf.count(b"/Type/Page") - pdf.count(b"/Type/Pages") == 14
