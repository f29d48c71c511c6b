"""Sheets of a workbook for people: typed cells, a head that stays in view, filters, A4, texts that stay texts."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.formatting.rule import CellIsRule, DataBarRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.hyperlink import Hyperlink

from app.services.intake.cleaning import without_control
from app.services.reports.long_lists import ROW
from app.texts import tr

# Excel keeps so many characters in a cell and cuts the rest off without a word.
TEXT_LIMIT = 32_767
_FONT = "Arial"  # there on every office machine, with tabular digits

TITLE = Font(name=_FONT, size=16, bold=True)
HEADING = Font(name=_FONT, size=12, bold=True)
BODY = Font(name=_FONT, size=10)
BOLD = Font(name=_FONT, size=10, bold=True)
MUTED = Font(name=_FONT, size=9, color="5B6470")
LINK = Font(name=_FONT, size=10, color="1F5FA8", underline="single")
BAD = Font(name=_FONT, size=10, bold=True, color="B3261E")
GOOD = Font(name=_FONT, size=10, color="1E7B34")
_HEAD_FILL = PatternFill("solid", fgColor="E7E9EC")
_LINE = Border(bottom=Side("hair", color="B8BEC6"))
_RED = PatternFill("solid", bgColor="F8D7DA")
_AMBER = PatternFill("solid", bgColor="FFF1CC")
# A share below these is shown in red, in amber [ours].
_LOW, _MIDDLE = 0.8, 0.95


# So many texts of a column are kept as they are written.
_MOST_NAMES = 1000
# Points a line of the body takes.
_LINE_HEIGHT = 13.5


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column so many digits wide; words of Arial 10 take a little less than digits of
    the default font, by which widths are told."""
    across = max(int(width * 1.05), 1)
    return sum(max(1, -(-len(part) // across)) for part in text.split("\n"))


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its head, width in characters, and what its cells are.

    `kind`: text, wrap (a long text), count, share (0…1), duration (seconds), moment (aware), day, points (0…100),
    rate (a number with one digit).
    """

    head: str
    width: float
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Own:
    """A value of a kind of its own, in a column whose rows tell different things."""

    value: Any
    kind: str


_FORMATS = {
    "count": "#,##0",
    "share": "0.0%",
    "duration": "[h]:mm",
    "moment": "dd.mm.yyyy hh:mm",
    "day": "dd.mm.yyyy",
    "points": "0.0",
    "rate": "0.0",
    "signed": "+0.0;−0.0;0.0",
    "signed_count": "+#,##0;−#,##0;0",
}
_RIGHT = frozenset(_FORMATS)


class Table:
    """A sheet: a title, a line beneath it, then tables and lines one after another."""

    def __init__(
        self, book: Workbook, name: str, zone: ZoneInfo, title: str, note: str = "", *, portrait: bool = False
    ) -> None:
        self.sheet = book.create_sheet(name[:31])
        self.zone, self.row = zone, 1
        self._looks: dict[tuple[bool, str, str, int], Any] = {}
        self._set_up(portrait)
        self.line(title, TITLE)
        if note:
            self.line(note, MUTED)
        self.skip()

    def _set_up(self, portrait: bool) -> None:
        sheet = self.sheet
        sheet.sheet_view.showGridLines = False
        sheet.page_setup.orientation = "portrait" if portrait else "landscape"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_options.horizontalCentered = True
        margins = sheet.page_margins
        margins.left = margins.right = 0.5
        margins.top, margins.bottom, margins.footer = 0.5, 0.8, 0.4
        sheet.oddFooter.left.text = "&A"
        sheet.oddFooter.right.text = "&P / &N"

    # ----- lines

    def line(self, text: str, font: Font = BODY, across: int = 0) -> None:
        """One text; over `across` columns it wraps."""
        cell = self._put(1, text, "text", font)
        if font is TITLE:
            self.sheet.row_dimensions[self.row].height = 24
        if across:
            self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=1, end_column=across)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            width = sum(self.sheet.column_dimensions[get_column_letter(n + 1)].width for n in range(across))
            self.sheet.row_dimensions[self.row].height = _LINE_HEIGHT * _lines(text, width) + 2
        self.row += 1

    def link(self, text: str, sheet: str, column: int = 1, row: int | None = None) -> None:
        """A text that leads to another sheet of the book."""
        at = row or self.row
        cell = self._put(column, text, "text", LINK, at)
        location = f"'{sheet}'!A1"
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=location, display=text)
        if row is None:
            self.row += 1

    def skip(self, rows: int = 1) -> None:
        self.row += rows

    # ----- tables

    def table(
        self,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Any]],
        *,
        filtered: bool = False,
        fonts: Any = None,
        widths: bool = True,
    ) -> tuple[int, int]:
        """A head and rows; gives the first and last row of the body. `fonts(row index, column index, row)` may give a
        font. A filtered table gets filters, and its head stays in view and is printed on every page."""
        head = self._head(columns, widths)
        for index, row in enumerate(rows):
            for number, (column, value) in enumerate(zip(columns, row, strict=True), start=1):
                font = fonts(index, number - 1, row) if fonts else None
                self._body(number, value, column.kind, font or BODY)
            if (height := _height(columns, row)) is not None:
                self.sheet.row_dimensions[self.row].height = height
            self.row += 1
        last = self.row - 1
        if filtered:
            self._filter(head, last, len(columns))
        self.skip()
        return head + 1, last

    def long_table(self, columns: Sequence[Column], count: int) -> tuple["Pen", int]:
        """The head of a filtered table of `count` rows that end the sheet: what writes them, to be given to
        `long_lists.save`, and the number of the first."""
        head = self._head(columns, widths=True)
        self._filter(head, head + count, len(columns))
        self.row += count
        self.end(len(columns))
        return Pen(self, columns), head + 1

    def _head(self, columns: Sequence[Column], widths: bool) -> int:
        """Write the head of a table; gives its row."""
        for number, column in enumerate(columns, start=1):
            if widths:
                self.sheet.column_dimensions[get_column_letter(number)].width = column.width
            cell = self._put(number, column.head, "text", BOLD)
            cell.fill, cell.border = _HEAD_FILL, _LINE
            is_number = column.kind in _RIGHT
            indent = 1 if number > 1 and not is_number else 0
            horizontal = "right" if is_number else "left"
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal=horizontal, indent=indent)
        longest = max((len(c.head) / max(c.width - 1, 1) for c in columns), default=1)
        self.sheet.row_dimensions[self.row].height = 15 * min(max(int(longest) + 1, 1), 4)
        self.row += 1
        return self.row - 1

    def _filter(self, head: int, last: int, columns: int) -> None:
        self.sheet.auto_filter.ref = f"A{head}:{get_column_letter(columns)}{max(last, head)}"
        self.sheet.freeze_panes = f"B{head + 1}"
        self.sheet.print_title_rows = f"{head}:{head}"

    def colour_shares(self, column: int, first: int, last: int) -> None:
        """Shares that are low in red, middling in amber; nothing else is coloured."""
        if last < first:
            return
        letter = get_column_letter(column)
        span = f"{letter}{first}:{letter}{last}"
        rules = self.sheet.conditional_formatting
        is_less: Any = CellIsRule  # its stub has no types
        rules.add(span, is_less("lessThan", [str(_LOW)], fill=_RED, stopIfTrue=True))
        rules.add(span, is_less("lessThan", [str(_MIDDLE)], fill=_AMBER))

    def align_right(self, first: int, last: int, left: int, right: int) -> None:
        """Words of numbers, and their heads, stand as numbers do."""
        for row in self.sheet.iter_rows(min_row=first, max_row=last, min_col=left, max_col=right):
            for cell in row:
                cell.alignment = Alignment(horizontal="right", vertical="center", wrap_text=True)

    def bars(self, column: int, first: int, last: int) -> None:
        """Numbers with bars behind them."""
        if last >= first:
            letter = get_column_letter(column)
            bar: Any = DataBarRule  # its stub has no types
            span = f"{letter}{first}:{letter}{last}"
            self.sheet.conditional_formatting.add(span, bar("num", 0, "max", color="9DB8D9"))

    def end(self, columns: int, rows: int = 0) -> None:
        """Settle what is printed: the columns used, down to the last row (or `rows`)."""
        self.sheet.print_area = self.area(columns, rows)

    def print_only(self, columns: int, rows: int) -> None:
        """Only the first rows are for paper."""
        self.sheet.print_area = f"A1:{get_column_letter(columns)}{rows}"
        self.sheet.print_title_rows = None

    def area(self, columns: int, rows: int = 0) -> str:
        """Everything written so far, so many columns wide, down to the last row (or `rows`)."""
        return f"A1:{get_column_letter(columns)}{max(self.row - 1, rows, 1)}"

    def _body(self, number: int, value: Any, kind: str, font: Font) -> None:
        """One cell of a table."""
        if isinstance(value, Own):
            value, kind = value.value, value.kind
        cell = self.sheet.cell(self.row, number)
        stands = _enter(cell, value, kind, self.zone)
        cell._style = copy(self.look(number, kind, stands, font)._style)

    def look(self, number: int, kind: str, stands: str, font: Font = BODY) -> Any:
        """A cell that looks as those of a table do, in column `number` of a kind where such a value stands. One for all
        alike: openpyxl takes longer to find a style by its parts than to write a cell."""
        key = number > 1, kind, stands, id(font)
        if key not in self._looks:
            cell = Cell(self.sheet, row=1, column=number)
            _dress(cell, stands)
            cell.font, cell.border = font, _LINE
            if number > 1 and kind in _AFTER:
                cell.alignment = _AFTER[kind]
            self._looks[key] = cell
        return self._looks[key]

    def _put(self, column: int, value: Any, kind: str, font: Font, row: int | None = None) -> Cell:
        cell: Cell = self.sheet.cell(row or self.row, column)
        fill(cell, value, kind, self.zone)
        cell.font = font
        return cell


_LEFT_TOP = Alignment(vertical="top")
# beside a number of the column before
_AFTER = {
    "text": Alignment(horizontal="left", vertical="top", indent=1),
    "wrap": Alignment(horizontal="left", vertical="top", indent=1, wrap_text=True),
}
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_RIGHT_TOP = Alignment(horizontal="right", vertical="top")
_ALIGNED = {"text": _LEFT_TOP, "wrap": _WRAPPED}


def fill(cell: Any, value: Any, kind: str, zone: ZoneInfo) -> None:
    """Put a value of a kind into a cell, typed; a text never becomes a formula and nothing is cut off unsaid."""
    _dress(cell, _enter(cell, value, kind, zone))


def _enter(cell: Any, value: Any, kind: str, zone: ZoneInfo) -> str:
    """Put the value there; gives the kind of what stands there now."""
    cell.value, stands = _typed(value, kind, zone)
    if isinstance(value, str):
        cell.data_type = "s"  # "=1+1" of a citizen stays what they wrote
    return stands


def _typed(value: Any, kind: str, zone: ZoneInfo) -> tuple[Any, str]:
    """A value of a kind as a cell holds it, and the kind of that."""
    if value is None or value == "":
        value, kind = ("—", "none") if kind in _FORMATS else ("", "text")
    if isinstance(value, str):
        return plain(value), kind if kind in ("wrap", "none") else "text"
    if isinstance(value, datetime):
        value = value.astimezone(zone).replace(tzinfo=None)
    elif kind == "duration":
        value = timedelta(seconds=value)
    return value, kind if kind in _FORMATS else "day" if isinstance(value, date) else "number"


class Pen:
    """Writes rows of a table as XML, in the looks of its cells; ROW stands where a row's number comes."""

    def __init__(self, table: Table, columns: Sequence[Column]) -> None:
        self._table, self._columns = table, columns
        self._starts: dict[tuple[int, str], str] = {}
        self._names: list[dict[str, str]] = [{} for _ in columns]

    def row(self, values: Sequence[Any]) -> str:
        """One whole row."""
        cells = "".join([self.cell(number, value) for number, value in enumerate(values, start=1)])
        return self.whole(cells, _height(self._columns, values))

    @staticmethod
    def whole(cells: str, height: float | None = None) -> str:
        """A row of cells that are written already."""
        tall = "" if height is None else f' ht="{height}" customHeight="1"'
        return f'<row r="{ROW}"{tall}>{cells}</row>'

    def cell(self, number: int, value: Any) -> str:
        """The value in the column `number` (from 1); names that come again and again are written once."""
        if not isinstance(value, str):
            return self._cell(number, value)
        names = self._names[number - 1]
        found = names.get(value)
        if found is None:
            found = self._cell(number, value)
            if len(names) < _MOST_NAMES:
                names[value] = found
        return found

    def _cell(self, number: int, value: Any) -> str:
        value, stands = _typed(value, self._columns[number - 1].kind, self._table.zone)
        start = self._starts.get((number, stands)) or self._start(number, stands)
        if isinstance(value, str):
            kept = ' xml:space="preserve"' if value != value.strip() else ""
            return f'{start} t="inlineStr"><is><t{kept}>{escape(value)}</t></is></c>' if value else f"{start}/>"
        return f"{start}><v>{_in_excel(value) if isinstance(value, date | timedelta) else value}</v></c>"

    def _start(self, number: int, stands: str) -> str:
        style = self._table.look(number, self._columns[number - 1].kind, stands).style_id
        return self._starts.setdefault((number, stands), f'<c r="{get_column_letter(number)}{ROW}" s="{style}"')


_in_excel: Any = to_excel  # its stub has no types


def _height(columns: Sequence[Column], row: Sequence[Any]) -> float | None:
    """How high a row has to be for its long texts; None for one line."""
    lines = max((_lines(str(v), c.width) for c, v in zip(columns, row, strict=True) if c.kind == "wrap"), default=1)
    return _LINE_HEIGHT * lines + 2 if lines > 1 else None


def _dress(cell: Any, kind: str) -> None:
    """How a value of a kind stands in its cell."""
    if kind in _FORMATS:
        cell.number_format = _FORMATS[kind]
    cell.alignment = _ALIGNED.get(kind, _RIGHT_TOP)


def lead(cell: Cell, sheet: str, first: int, last: int, columns: int) -> None:
    """Let a number lead to the rows `first` to `last` of a list, which a click on it chooses."""
    location = f"'{sheet}'!A{first}:{get_column_letter(columns)}{last}"
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=location)
    cell.font = LINK


def plain(text: str) -> str:
    """The text as a cell can hold it: without control characters, and with a word where it had to be cut."""
    text = without_control(text)
    if len(text) <= TEXT_LIMIT:
        return text
    told = tr("… [cut: {n} characters in all]", n=len(text))
    return text[: TEXT_LIMIT - len(told)] + told


def new_book(title: str, creator: str) -> Workbook:
    """An empty workbook with a title of its own."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator = plain(title), creator
    return book
