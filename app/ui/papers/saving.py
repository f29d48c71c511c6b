"""The page for the Governor saved as a file that the person names, before it is reported."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from app.regulation.errors import Refused
from app.services import chosen_file
from app.services.governor import Papers
from app.services.reports.governor import GovernorPaper
from app.services.reports.templates import read_template
from app.services.storage import DatabaseUnavailable
from app.services.workplace import Workplace
from app.texts import tr
from app.texts.refusals import explain
from app.ui.dialogs.governor import GovernorDialog
from app.ui.papers.making import make_papers
from app.ui.tasks import TaskScope, ask
from app.ui.widgets.file_chooser import FileChooser
from app.ui.widgets.info_bar import InfoKind

FILTERS = {"docx": "Word (*.docx)", "pdf": "PDF (*.pdf)"}


async def papers_of(place: Workplace, paper: GovernorPaper) -> Papers:
    """The page of a case or an episode, by the template in use."""
    return await make_papers(paper, await read_template(place, f"governor_{paper.kind}"))


def offer_saving(dialog: GovernorDialog, place: Workplace, scope: TaskScope) -> None:
    """Let the dialog's buttons save the page; what came of it is said in its bar."""
    dialog.export_requested.connect(lambda kind: scope.start("save a page", _save(dialog, place, kind)))


async def _save(dialog: GovernorDialog, place: Workplace, kind: str) -> None:
    paper = dialog.paper()
    path = await ask_path(dialog, kind, paper.number or paper.title)
    if path is None:
        return
    dialog.set_busy(True)
    try:
        papers = await papers_of(place, paper)
        await chosen_file.save(path, papers.docx if kind == "docx" else papers.pdf)
    except (Refused, DatabaseUnavailable) as error:
        dialog.bar.show_message(InfoKind.WARNING, explain(error.refusal))
    else:
        dialog.bar.show_message(InfoKind.INFO, tr("Saved: {path}", path=path))
    finally:
        if isValid(dialog):
            dialog.set_busy(False)


async def ask_path(parent: QWidget, kind: str, name: str) -> Path | None:
    """The file to write, named by the person; None when they thought better of it."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    safe = "".join(char if char.isalnum() or char in " -_." else "_" for char in name)[:60].strip()
    chooser = FileChooser(parent, tr("Save"), str(Path(folder) / f"{tr('Report to the Governor')} {safe}.{kind}"))
    chooser.setNameFilter(FILTERS[kind])
    chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    chooser.setDefaultSuffix(kind)
    if await ask(chooser) != QFileDialog.DialogCode.Accepted:
        return None
    return Path(chooser.selectedFiles()[0])
