"""The day report as a workbook: three sheets, texts that never become formulas."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from app.services.chosen_file import written
from app.services.intake.cleaning import without_control
from app.services.reports.day import DayReport
from app.services.workbooks import streamed
from app.texts import tr, use_language
from app.texts.moments import day as day_words
from app.texts.moments import full_moment
from app.texts.words import clock_code_name, queue_name, state_name

_BOLD = Font(bold=True)
_HEAD = PatternFill("solid", fgColor="E7E9EC")
_WRAP = Alignment(wrap_text=True, vertical="top")


def write_day(report: DayReport, path: Path, speak: str) -> None:
    """Write the workbook at `path` in the language `speak`. Raises Refused as `chosen_file.written`
    does."""
    use_language(speak)
    with written(path) as part, streamed(part) as book:
        _summary(book, report)
        _clocks(book, report)
        _overdue(book, report)


def _summary(book: Workbook, report: DayReport) -> None:
    zone = ZoneInfo(report.zone)
    sheet = _sheet(book, tr("Day"), (48, 20), (tr("Report of the day {day}", day=day_words(report.day)), ""))
    for name, value in (
        (tr("Region"), report.region),
        (tr("Act"), report.act),
        (tr("Made at"), full_moment(report.made_at, zone)),
        (tr("Collected"), report.collected),
        (tr("Detected"), report.detected),
        (tr("Of them repeats"), report.repeats),
        (tr("Cards merged into others"), report.merged),
        (tr("Answers published"), report.answered),
        (tr("Interim answers published"), report.interim),
        (tr("Taken out of work"), report.excluded),
        (tr("Overdue now"), len(report.overdue)),
    ):
        _row(sheet, (name, value))
    _row(sheet, ())
    _row(sheet, (tr("Queues when the report was made"), ""), bold=True)
    for queue, count in report.queues.items():
        _row(sheet, (queue_name(queue), count))


def _clocks(book: Workbook, report: DayReport) -> None:
    head = (tr("Clock"), tr("Clause"), tr("In time"), tr("Late"), tr("Share in time"), tr("By agreement"))
    sheet = _sheet(book, tr("Clocks"), (32, 18, 12, 12, 16, 18), head)
    for clock in report.clocks:
        clause = tr("cl. {clause}", clause=clock.clause) if clock.clause else tr("norm not set")
        share = "—" if clock.share is None else clock.share
        _row(sheet, (_name(report, clock.code), clause, clock.met, clock.late, share, clock.by_agreement), percent=4)


def _overdue(book: Workbook, report: DayReport) -> None:
    zone = ZoneInfo(report.zone)
    head = (
        tr("Number"), tr("State"), tr("Step"), tr("Was due"), tr("Overdue, h"), tr("Agency"), tr("Place"),
        tr("Message"),
    )  # fmt: skip
    sheet = _sheet(book, tr("Overdue"), (18, 22, 26, 18, 14, 32, 32, 70), head)
    for case in report.overdue:
        step = _name(report, case.step)
        hours = round(case.overdue_seconds / 3600, 1)
        _row(
            sheet,
            (
                case.number,
                state_name(case.state),
                f"{step} ({tr('by agreement')})" if case.by_agreement else step,
                full_moment(case.due_at, zone),
                hours,
                case.agency,
                case.place,
                case.excerpt,
            ),
        )


def _name(report: DayReport, code: str) -> str:
    return report.titles.get(code) or clock_code_name(code)


def _sheet(book: Workbook, title: str, widths: Sequence[int], head: Sequence[str]) -> Any:
    """A sheet whose first row stays in view; widths in characters. Write-only books want both before the rows."""
    sheet = book.create_sheet(title)
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    _row(sheet, head, bold=True)
    return sheet


def _row(sheet: Any, values: Sequence[Any], *, bold: bool = False, percent: int | None = None) -> None:
    sheet.append([_cell(sheet, value, bold, number == percent) for number, value in enumerate(values)])


def _cell(sheet: Any, value: Any, bold: bool, percent: bool) -> Any:
    cell = WriteOnlyCell(sheet, without_control(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"  # "=1+1" of a citizen stays what they wrote
    elif percent:
        cell.number_format = "0%"
    cell.alignment = _WRAP
    if bold:
        cell.font, cell.fill = _BOLD, _HEAD
    return cell
