"""The day's report written to a workbook."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QWidget

from app.regulation.errors import Refused
from app.services.reports.day import read_day
from app.services.reports.saving import save_day
from app.services.storage import DatabaseUnavailable
from app.services.workplace import Workplace
from app.texts import tr
from app.texts.refusals import explain
from app.ui.dialogs.file_dialog import FileDialog, ReportDialog
from app.ui.tasks import TaskScope, ask


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
