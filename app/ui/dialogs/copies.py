"""Dialogs of the page «Копии и выгрузка»: bringing a copy back, exporting everything, what is sent to support."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from app.regulation.errors import Refusal
from app.services.local_copies import LocalCopy
from app.texts import tr, trn
from app.texts.moments import full_moment
from app.ui.dialogs.act_dialog import ActDialog, Heading, pane
from app.ui.dialogs.file_dialog import FileDialog
from app.ui.widgets.file_chooser import FileChooser
from app.ui.widgets.labels import TextLabel

SHOWN_HEIGHT = 520


def _documents(name: str) -> Path:
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(folder) / name


class BringBackDialog(ActDialog):
    """Asks once more: everything done after the copy is not in it. Ends in the copy."""

    def __init__(self, copy: LocalCopy, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        made = full_moment(copy.made_at, zone)
        heading = Heading(tr("Bring a copy back"), tr("The region becomes what it was {moment}", moment=made))
        super().__init__("bring_back_dialog", heading, zone, tr("Bring back"), parent)
        self._copy = copy
        box = pane(self.body)
        cases = trn("{n} case is in the copy.", "{n} cases are in the copy.", copy.cases)
        lost = tr("What was done after it will be gone from the desk: acts, drafts handed in, reports.")
        kept = tr("The present state is copied first and stands in the list: it can be brought back the same way.")
        for words, ink in ((cases, "ink"), (lost, "late"), (kept, "ink_second")):
            box.addWidget(TextLabel(words, "body", ink, wrap=True))
        box.addStretch(1)
        self.revise()
        self.fit(560, 300)

    def tick(self, now: datetime) -> None:
        """Nothing here depends on the time."""

    def refusal(self) -> Refusal | None:
        return None

    def decision(self) -> LocalCopy:
        return self._copy


class ExportDialog(FileDialog):
    """Names the folder that everything is written to."""

    def __init__(self, region: str, today: str, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        about = tr("A folder of CSV tables and files with a manifest; any program reads them. It holds personal data.")
        path = _documents(f"{region} {today}")
        heading = Heading(tr("Everything the region owns"), about)
        super().__init__("export_dialog", heading, zone, tr("Export"), path, parent)

    def asked_words(self) -> str:
        return tr("Folder")

    def choose_file(self) -> QFileDialog:
        chooser = FileChooser(self, self.windowTitle(), str(Path(self.path.text()).parent))
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        return chooser

    def take_path(self, chosen: str) -> None:
        """A folder was chosen: the export is made in it, under the name it had."""
        super().take_path(str(Path(chosen) / Path(self.path.text()).name))


class DiagnosticsDialog(FileDialog):
    """Shows exactly what is written to the file; nothing is sent by the program itself."""

    def __init__(self, text: str, today: str, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        about = tr("No names, no texts of citizens, no passwords: look it through, save it, send the file yourself.")
        path = _documents(f"cur-desk-{today}.txt")
        heading = Heading(tr("What helps support"), about)
        super().__init__("diagnostics_dialog", heading, zone, tr("Save"), path, parent)
        self.text = text
        self.lines.setAccessibleName(tr("What is written to the file"))
        self.show_lines(text)
        self.fit(900, SHOWN_HEIGHT + 140)

    def choose_file(self) -> QFileDialog:
        chooser = FileChooser(self, self.windowTitle(), self.path.text(), tr("Text (*.txt)"))
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("txt")
        return chooser
