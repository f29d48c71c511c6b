"""The tables of the pages «Отчёты» and «Рейтинг»: reports made, figures, parts, and the cases behind a figure."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.regulation.measures import MEASURES, Dimension, Figures, Measure
from app.regulation.rating import Standing
from app.regulation.rating_rules import Component
from app.services.behind import CaseBehind
from app.services.reports.freezing import FrozenReport
from app.services.reports.periodic import Part, PeriodReport, RatedLine
from app.texts import tr, trn
from app.texts.measures import dimension_name, measure_name, measure_rule, part_not_set
from app.texts.moments import full_moment
from app.texts.people import short_name
from app.texts.period_report import change_words, component_name, edition_words, period_name, standing_name, value_words
from app.ui.widgets.rows_model import Column

# The columns of parts, by the measure each shows.
PART_MEASURES = (
    "received", "answered", "answer_share", "overdue_out", "final_median", "clean_share", "complete_share", "returns",
)  # fmt: skip

# Left out where a card stands beside on a small screen: names need the room.
WIDE_ONLY = ("clean_share", "returns")
_WIDTHS = {
    "received": 86, "answered": 78, "answer_share": 78, "overdue_out": 112, "final_median": 100, "clean_share": 96,
    "complete_share": 80, "returns": 84,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One measure of a report: now, in the previous period, a year before."""

    measure: Measure
    now: float | None
    before: float | None
    year: float | None


def figure_rows(report: PeriodReport) -> list[FigureRow]:
    """Every measure; what was carried over is compared with the beginning, which is the end of the period before."""
    rows = []
    for measure in MEASURES:
        before = report.before.value(measure.code)
        if measure.code == "carried_in":
            before = None
        elif measure.code == "carried_out":
            before = report.total.carried_in
        year = report.year_before.value(measure.code) if report.year_before.received else None
        year = None if measure.code in ("carried_in", "carried_out") else year
        rows.append(FigureRow(measure, report.total.value(measure.code), before, year))
    return rows


def figure_columns(zone: ZoneInfo) -> list[Column[FigureRow]]:
    return [
        Column(key="measure", title=tr("Measure"), text=lambda r: measure_name(r.measure.code), lines=1,
               tooltip=lambda r: measure_rule(r.measure.code)),
        Column(key="now", title=tr("Now"), width=100, is_figure=True, lines=1,
               text=lambda r: value_words(r.measure.code, r.now)),
        Column(key="before", title=tr("Before"), width=100, is_figure=True, lines=1, ink=lambda _r: "ink_second",
               text=lambda r: value_words(r.measure.code, r.before)),
        Column(key="change", title=tr("Changed by"), width=128, is_figure=True, lines=1, ink=_change_ink,
               text=_change_text),
        Column(key="year", title=tr("A year before"), width=100, is_figure=True, lines=1, ink=lambda _r: "ink_second",
               text=lambda r: value_words(r.measure.code, r.year)),
    ]  # fmt: skip


def _is_worse(row: FigureRow) -> bool:
    return row.measure.turn(row.before, row.now) < 0


def _change_text(row: FigureRow) -> str:
    """What got worse says so in a word: the colour alone would not."""
    change = change_words(row.measure.code, row.now, row.before)
    return tr("worse {change}", change=change) if _is_worse(row) else change


def _change_ink(row: FigureRow) -> str:
    """Only what got worse is coloured."""
    if row.now is None or row.before is None:
        return "ink_second"
    return "late" if _is_worse(row) else "ink"


def part_columns(dimension: Dimension) -> list[Column[Part]]:
    columns: list[Column[Part]] = [
        Column(key="name", title=dimension_name(dimension), text=lambda p: p.name or part_not_set(dimension), lines=1,
               tooltip=lambda p: p.name, sort_key=lambda p: p.name)
    ]  # fmt: skip
    return [*columns, *map(_part_column, PART_MEASURES)]


def _part_column(code: str) -> Column[Part]:
    return Column(
        key=code,
        title=_short(code),
        width=_WIDTHS[code],
        is_figure=True,
        text=lambda part: value_words(code, part.figures.value(code)),
        tooltip=lambda _part: measure_rule(code),
        sort_key=lambda part: _number(part.figures, code),
        lines=1,
    )


def _short(code: str) -> str:
    return {
        "received": tr("Received"),
        "answered": tr("Answers"),
        "answer_share": tr("In time"),
        "overdue_out": tr("Overdue"),
        "final_median": tr("Half within"),
        "clean_share": tr("First time"),
        "complete_share": tr("Complete"),
        "returns": tr("Returns"),
    }[code]


def _number(figures: Figures, code: str) -> float:
    value = figures.value(code)
    return -1.0 if value is None else float(value)


def report_columns(zone: ZoneInfo) -> list[Column[FrozenReport]]:
    return [
        Column(key="period", title=tr("Period"), width=200, lines=1,
               text=lambda r: period_name(r.days.kind, r.days.first, r.days.last)),
        Column(key="made", title=tr("Made"), width=290, lines=1, ink=lambda _r: "ink_second",
               text=lambda r: _made_words(r, zone), tooltip=lambda r: r.made_by or tr("by the program")),
        Column(key="told", title=tr("Reported"), text=lambda r: told_words(r, zone), lines=1,
               tooltip=lambda r: told_words(r, zone), ink=lambda r: "ink" if r.told else "ink_third"),
    ]  # fmt: skip


def _made_words(report: FrozenReport, zone: ZoneInfo) -> str:
    by = short_name(report.made_by) if report.made_by else tr("by the program")
    return " · ".join(filter(None, (full_moment(report.made_at, zone), by, edition_words(report.edition))))


def told_words(report: FrozenReport, zone: ZoneInfo) -> str:
    """To whom and when a report was told: «Иванова А. А., п. 23, 02.11.2026 12:00»."""
    if not report.told:
        return tr("to nobody yet")
    told = []
    for line in report.told:
        clause = tr("cl. {clause}", clause=line.clause) if line.clause else ""
        told.append(", ".join(filter(None, (line.name or line.post, clause, full_moment(line.reported_at, zone)))))
    return "; ".join(told)


def case_columns(zone: ZoneInfo) -> list[Column[CaseBehind]]:
    return [
        Column(key="number", title=tr("Number"), width=142, text=lambda c: c.number, lines=1),
        Column(key="excerpt", title=tr("Message"), text=lambda c: c.excerpt, tooltip=lambda c: c.excerpt, lines=1),
        Column(key="agency", title=tr("Agency"), width=160, text=lambda c: c.agency, lines=1,
               sort_key=lambda c: c.agency),
        Column(key="at", title=tr("When"), width=152, text=lambda c: full_moment(c.at, zone), lines=1,
               sort_key=lambda c: c.at),
    ]  # fmt: skip


def rated_columns() -> list[Column[RatedLine]]:
    columns: list[Column[RatedLine]] = [
        Column(key="rank", title=tr("No."), width=48, text=lambda r: str(r.place or "—"), lines=1),
        Column(key="agency", title=tr("Agency"), text=lambda r: r.name, tooltip=lambda r: r.name, lines=1,
               note=_standing),
        Column(key="total", title=tr("Points"), width=110, lines=1, is_figure=True, text=lambda r: _points(r.total),
               note=lambda r: standing_name(Standing.RED) if r.standing == Standing.RED else "",
               ink=lambda r: "late" if r.standing == Standing.RED else "ink"),
    ]  # fmt: skip
    return [*columns, *map(_component_column, Component)]


def _standing(row: RatedLine) -> str:
    """How many messages, and why an agency is not in the rating."""
    words = trn("{n} message", "{n} messages", row.messages)
    is_rated = row.standing in (Standing.RATED, Standing.RED)
    return words if is_rated else f"{words} · {standing_name(Standing(row.standing))}"


def _component_column(component: Component) -> Column[RatedLine]:
    code = component.value
    return Column(
        key=code,
        title=component_name(component),
        width=110,
        is_figure=True,
        text=lambda row: _points(row.scores[code][2]) if code in row.scores else "—",
        note=lambda row: _effect(row, component),
        lines=1,
    )


def _points(value: float | None) -> str:
    return "—" if value is None else f"{value:.1f}".replace(".", tr("."))


def _effect(row: RatedLine, component: Component) -> str:
    if component.value not in row.scores:
        return ""
    good, cases, _, effect = row.scores[component.value]
    sign = "+" if effect > 0.05 else "−" if effect < -0.05 else ""
    return f"{good}/{cases} · {sign}{_points(abs(effect))}"
