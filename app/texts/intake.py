"""Sentences about files and rows taken in: what is wrong, where, and how to mend it."""

from collections.abc import Mapping
from typing import Any, Protocol

from app.regulation.errors import Refusal
from app.texts import mark, tr
from app.texts.refusals import explain

_TABLE = {
    "no_rows": mark(
        "The file “{file}” holds column headings and no row under them: there is nothing to take in. "
        "Export it again or for another period."
    ),
    "old_excel": mark(
        "The file “{file}” is an old Excel workbook (.xls) or protected by a password. "
        "Open it in Excel and save it as “Excel Workbook (.xlsx)” without a password."
    ),
    "not_a_table": mark("The file “{file}” is not a table. CSV and Excel (.xlsx) files are read."),
    "not_a_workbook": mark(
        "The file “{file}” is an archive or a document, not an Excel workbook. CSV and Excel (.xlsx) files are read."
    ),
    "corrupt": mark("The file “{file}” is damaged. Download or export it again."),
    "unpacks_too_big": mark(
        "The file “{file}” unpacks to {size}, which is more than a workbook of messages can be. "
        "It was not opened. Export it again or for a shorter period."
    ),
    "unknown_encoding": mark(
        "The letters in the file “{file}” cannot be made out: it is neither UTF-8 nor Windows-1251. "
        "Save it as “CSV UTF-8” or as an Excel workbook (.xlsx)."
    ),
    "no_header": mark(
        "No column with the text of messages was found in the file “{file}”. Columns found: {found}. "
        "One of these is needed: {needed}. Rename the column and try again."
    ),
    "no_places": mark(
        "No places were found in the file “{file}”. Needed are the columns of ГАР or ФИАС (OBJECTID, PARENTOBJID, "
        "NAME, TYPENAME, LEVEL, or AOGUID, PARENTGUID, FORMALNAME, SHORTNAME, AOLEVEL), or: municipality, settlement, "
        "street."
    ),
    "too_many_places": mark(
        "The file “{file}” holds more than {limit} places: it is of several regions. Export the region alone."
    ),
    "unclosed_quote": mark(
        "The file “{file}” breaks off: a quotation mark opened in row {row} is never closed. "
        "The rows before it were read. Mend the quotation mark or export the file again."
    ),
    "reading_died": mark(
        "The file “{file}” could not be read to its end: the reading stopped, perhaps for want of memory. "
        "What was taken in before is kept. Export a shorter period and try again."
    ),
    "broken_csv": mark(
        "The file “{file}” cannot be read from row {row} on: a cell there never ends. "
        "The rows before it were read. Export the file again."
    ),
}

_ROW = {
    "columns_slipped": mark(
        "there are more cells than columns: a separator in the text was not quoted. Mend the row or export it again."
    ),
    "empty_text": mark("there is no text of a message. Add the text or delete the row."),
    "text_too_long": mark(
        "the text is {size} characters long, and at most {limit} are taken in. Shorten it or split it."
    ),
    "unreadable_date": mark(
        "“{value}” in the column “{column}” is not a date. Write it like 21.09.2026 16:13 or leave the cell empty."
    ),
    "source_off": mark(
        "the source “{value}” is switched off and takes no new messages. An administrator can switch it on."
    ),
    "future_date": mark(
        "“{value}” in the column “{column}” has not come yet. Mend the date, or check this computer's clock."
    ),
}

_REPAIRS = {
    "text_from_fact": mark("the export holds no text of the citizen, the fact named in it was taken"),
    "line_marks": mark("Excel's marks of line ends removed"),
    "entities": mark("encoded characters restored"),
    "tags": mark("page markup removed"),
    "control": mark("unprintable characters removed"),
    "spaces": mark("unusual spaces replaced"),
    "invisible": mark("invisible characters removed"),
    "blank_lines": mark("surplus blank lines removed"),
    "no_words": mark("no words, only signs or emoji: look at the original"),
    "no_time": mark("the day is given without a time; midnight is assumed"),
    "link_left_out": mark("the link was left out: it does not lead to a page"),
    "text_from_title": mark("there was no text, the title was taken"),
    "text_from_recognised_text": mark("there was no text, the one recognised by the monitoring system was taken"),
}


class Refused(Protocol):
    """A row that was not taken in, as this module needs it."""

    @property
    def row_number(self) -> int: ...
    @property
    def sheet(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def params(self) -> dict[str, Any]: ...
    @property
    def cell(self) -> str: ...


class Unread(Protocol):
    """A file that cannot be read, as this module needs it."""

    @property
    def code(self) -> str: ...
    @property
    def params(self) -> dict[str, Any]: ...


def explain_table_error(error: Unread) -> str:
    """The sentence about a file that cannot be read: as a table, or at all."""
    if error.code not in _TABLE:
        return explain(Refusal(error.code, error.params))
    params = dict(error.params)
    for name in ("size", "limit"):
        if name in params:
            params[name] = _megabytes(params[name])
    for name in ("found", "needed"):
        if name in params:
            params[name] = ", ".join(f"«{column}»" for column in params[name]) or tr("no named columns")
    return tr(_TABLE[error.code], **params)


def explain_row_refusal(refusal: Refused) -> str:
    """The sentence about a row that was not taken in, with the place where it stands."""
    place = row_place(refusal.sheet, refusal.row_number)
    return f"{place}: {row_reason(refusal.code, refusal.params)}"


def row_reason(code: str, params: Mapping[str, Any]) -> str:
    """Why a row was not taken in and how to mend it, without its place."""
    return tr(_ROW[code], **{name: _grouped(value) for name, value in params.items()})


def explain_repair(code: str) -> str:
    """What was mended in a row, or is worth a look, in a few words."""
    return tr(_REPAIRS[code])


def row_place(sheet: str, row: int) -> str:
    """Where a row stands: "Sheet “Messages”, row 14"; files without sheets say the row only."""
    return tr("Sheet “{sheet}”, row {row}", sheet=sheet, row=row) if sheet else tr("Row {row}", row=row)


def _grouped(value: Any) -> Any:
    return f"{value:,}".replace(",", "\u00a0") if isinstance(value, int) else value


def _megabytes(size: int) -> str:
    return tr("{number} MB", number=_grouped(max(1, round(size / 1_000_000))))
