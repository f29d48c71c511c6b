"""Files in and out of the desk: messages taken in from a table, the day's report written to a workbook."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QWidget

from app.regulation.errors import Refused
from app.services.intake.importing import ImportReport, Order, import_file
from app.services.intake.tables import TableError
from app.services.reports.day import read_day
from app.services.reports.saving import save_day
from app.services.storage import DatabaseUnavailable
from app.services.workplace import Workplace
from app.texts import tr
from app.texts.import_report import report_head, report_lines
from app.texts.intake import explain_table_error
from app.texts.refusals import explain
from app.ui.dialogs.file_dialog import FileDialog, ImportDialog, ReportDialog
from app.ui.tasks import TaskScope, ask

WINDOW_BATCH = 25
"""Rows of one transaction of an import in the window: its table is painted between two."""


async def take_in(window: QWidget, place: Workplace, scope: TaskScope) -> None:
    """Ask for a file and take its messages in; the report stands in the dialog until it is closed."""
    dialog = ImportDialog(place.rules().agency.zone, window)
    dialog.submitted.connect(lambda: scope.start("import", _import(dialog, place)))
    await ask(dialog)


async def _import(dialog: ImportDialog, place: Workplace) -> None:
    order = Order(dialog.decision(), as_detected=dialog.as_detected.isChecked(), batch=WINDOW_BATCH)
    dialog.set_busy(True)
    try:
        report = await import_file(
            place, order, lambda so_far: dialog.told.show_text(report_head(so_far)), lambda: dialog.is_stopped
        )
    except TableError as error:
        dialog.show_error(explain_table_error(error))
    except (Refused, DatabaseUnavailable) as error:
        _tell(dialog, error)
    else:
        _show(dialog, report)
    finally:
        dialog.set_busy(False)


def _show(dialog: ImportDialog, report: ImportReport) -> None:
    lines = report_lines(report, None)[1:]
    if report.unread is not None:
        lines.insert(0, explain_table_error(report.unread))
    dialog.show_outcome(report_head(report), lines)


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
