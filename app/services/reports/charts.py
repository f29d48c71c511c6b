"""The three charts of a summary: native ones, drawn from cells of other sheets."""

from dataclasses import dataclass
from typing import Any

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun

from app.texts import tr

# Rows of the summary that the charts take.
SUMMARY_ROWS = 34
_MOST_BARS = 9
# A share of all with room for its number beside.
_WHOLE_AND_ITS_LABEL = 1.2
_BLUE, _GREEN, _RED = "2F6DB5", "3C8D57", "C0392B"


@dataclass(frozen=True, slots=True)
class Body:
    """Where a table's body lies."""

    sheet: Any
    first: int
    last: int


def of_summary(sheet: Any, days: Body, clocks: Body, topics: Body) -> None:
    """Messages by day across the page; below it limits kept by step, and messages by topic group."""
    top = sheet.max_row + 2
    sheet.add_chart(_by_day(days), f"A{top}")
    if clocks.last >= clocks.first:
        sheet.add_chart(_by_clock(clocks), f"A{top + 16}")
    if topics.last >= topics.first:
        sheet.add_chart(_by_topic(topics), f"C{top + 16}")


def _by_day(body: Body) -> LineChart:
    chart = LineChart()
    chart.title = _title(tr("Messages by day"))
    data = Reference(body.sheet, min_col=2, max_col=4, min_row=body.first - 1, max_row=body.last)
    chart.add_data(data, titles_from_data=True)
    chart.set_categories(Reference(body.sheet, min_col=1, min_row=body.first, max_row=body.last))
    for series, colour in zip(chart.series, (_BLUE, _GREEN, _RED), strict=True):
        series.smooth = False
        series.graphicalProperties.line.solidFill = colour
        series.graphicalProperties.line.width = 19_000
    chart.x_axis.number_format = "dd.mm"
    chart.height, chart.width = 7.4, 23.4  # type: ignore[assignment]  # the stubs know no halves
    finished: LineChart = _finish(chart)
    return finished


def _by_clock(body: Body) -> BarChart:
    chart = _bars(body, 6, tr("Limits kept by step"), "0%")
    chart.y_axis.scaling.max = _WHOLE_AND_ITS_LABEL
    return chart


def _by_topic(body: Body) -> BarChart:
    return _bars(body, 2, tr("Messages by topic"), "#,##0")


def _bars(body: Body, column: int, title: str, number_format: str) -> BarChart:
    chart = BarChart()
    chart.type, chart.title, chart.legend = "bar", _title(title), None
    last = min(body.last, body.first + _MOST_BARS - 1)
    chart.add_data(Reference(body.sheet, min_col=column, min_row=body.first, max_row=last))
    chart.set_categories(Reference(body.sheet, min_col=1, min_row=body.first, max_row=last))
    chart.series[0].graphicalProperties.solidFill = _BLUE
    chart.dataLabels = DataLabelList()
    chart.dataLabels.showVal = True
    for name in ("showSerName", "showCatName", "showLegendKey", "showPercent"):
        setattr(chart.dataLabels, name, False)
    chart.dataLabels.numFmt = number_format
    chart.y_axis.number_format = number_format
    chart.y_axis.scaling.min = 0  # a bar cut short at its foot says what is not so
    chart.x_axis.scaling.orientation = "maxMin"
    chart.gapWidth = 40
    chart.x_axis.tickLblSkip = 1
    chart.height, chart.width = 7.8, 10.8  # type: ignore[assignment]  # the stubs know no halves
    finished: BarChart = _finish(chart)
    finished.y_axis.majorGridlines = None
    finished.y_axis.delete = True
    return finished


def _title(text: str) -> Title:
    """A title of the size of the text around it."""
    font = CharacterProperties(sz=1200, b=True)
    run = RegularTextRun(rPr=font, t=text)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=font), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _finish(chart: Any) -> Any:
    chart.x_axis.delete = chart.y_axis.delete = False  # openpyxl leaves axes out otherwise
    chart.x_axis.title = chart.y_axis.title = None
    if chart.legend is not None:
        chart.legend.position = "b"
    return chart
