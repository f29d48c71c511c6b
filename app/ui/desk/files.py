"""The day's report and tables of the window written to workbooks."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QWidget

from app.regulation.errors import Refused
from app.services.reports.day import read_day
from app.services.reports.saving import save_day
from app.services.reports.tables import TableData, save_table
from app.services.storage import DatabaseUnavailable
from app.services.workplace import Workplace
from app.texts import tr, trn
from app.texts.refusals import explain
from app.ui.dialogs.act_dialog import Heading
from app.ui.dialogs.file_dialog import FileDialog, ReportDialog, WorkbookDialog
from app.ui.tasks import TaskScope, ask
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel


async def write_report(window: QWidget, place: Workplace, scope: TaskScope) -> None:
    """Ask where to, and write the report of the region's today."""
    zone = place.rules().agency.zone
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    name = tr("Report {day}", day=f"{place.now().astimezone(zone):%Y-%m-%d}")
    dialog = ReportDialog(zone, Path(folder) / f"{name}.xlsx", window)
    dialog.submitted.connect(lambda: scope.start("report", _write(dialog, place)))
    await ask(dialog)


async def _write(dialog: ReportDialog, place: Workplace) -> None:
    path = dialog.decision()
    dialog.set_busy(True)
    try:
        await save_day(await read_day(place), path)
    except (Refused, DatabaseUnavailable) as error:
        _tell(dialog, error)
    else:
        dialog.show_outcome(tr("Saved: {path}", path=path), [])
    finally:
        dialog.set_busy(False)


def _tell(dialog: FileDialog, error: Refused | DatabaseUnavailable) -> None:
    if isinstance(error, Refused):
        dialog.show_refusal(error.refusal)
    else:
        dialog.show_unavailable(explain(error.refusal))


# ----- tables


ReadTable = Callable[[bool], Awaitable[TableData]]
"""Reads a table to be written, with the names of authors or without."""


async def write_table(
    window: QWidget, place: Workplace, scope: TaskScope, title: str, read: ReadTable, *, is_of_authors: bool = False
) -> None:
    """Ask where to, and write a table of the window: a queue, a history, what a page shows.

    Where authors could stand in it (`is_of_authors`) they do only if asked for.
    """
    zone = place.rules().agency.zone
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    name = "".join(" " if char in '<>:"/\\|?*' else char for char in title)
    heading = Heading(title, tr("An Excel workbook of the table as it is shown, with its filter"))
    path = Path(folder) / f"{name} {place.now().astimezone(zone):%Y-%m-%d}.xlsx"
    dialog = WorkbookDialog("table_dialog", heading, zone, path, window, is_of_authors=is_of_authors)
    dialog.submitted.connect(lambda: scope.start("table", _write_table(dialog, read)))
    await ask(dialog)


async def _write_table(dialog: WorkbookDialog, read: ReadTable) -> None:
    path = dialog.decision()
    dialog.set_busy(True)
    try:
        data = await read(dialog.with_authors.isChecked())
        await save_table(data, path)
    except (Refused, DatabaseUnavailable) as error:
        _tell(dialog, error)
    else:
        dialog.show_outcome(tr("Saved: {path}", path=path), [trn("{n} row", "{n} rows", len(data.rows))])
    finally:
        dialog.set_busy(False)


def shown_table(view: QueueView, title: str, zone: str) -> TableData:
    """What a table of a page shows, as its words."""
    model = view.model()
    assert isinstance(model, RowsModel), "every table of a page is one"
    columns = [(column.title, 16.0 if column.width else 50.0, "wrap") for column in model.columns]
    rows = [[_words(column, row) for column in model.columns] for row in model.rows()]
    return TableData(title, "", columns, rows, zone)


def _words(column: Column[Any], row: Any) -> str:
    return "\n".join(filter(None, (column.text(row), column.note(row))))
