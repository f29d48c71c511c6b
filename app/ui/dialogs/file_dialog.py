"""Dialogs about a file that is written; what came of it stands in the dialog."""

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.regulation.errors import Refusal
from app.services.chosen_file import READ_CODES, WRITE_CODES
from app.texts import tr
from app.ui import theme
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.file_chooser import FileChooser
from app.ui.widgets.labels import TextLabel
from app.ui.widgets.plain_text import PlainTextView

REPORT_HEIGHT = 300
# Of the whole dialog: while only a file is asked for, and with what came of it.
ASKING_HEIGHT, TOLD_HEIGHT = 250, 480


class FileDialog(ActDialog):
    """A path to type or choose, and a place for what came of it. The main button becomes «Закрыть» when done."""

    def __init__(
        self, name: str, heading: Heading, zone: ZoneInfo, ok: str, path: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name, heading, zone, ok, parent)
        self.path = QLineEdit(str(path or ""))
        self.browse = KeyButton(tr("Browse…"), "Ctrl+O")
        self.told = TextLabel("", wrap=True)
        self.lines = PlainTextView(REPORT_HEIGHT, "body")
        self.is_done = False
        self._build()
        self.path.textChanged.connect(self._revise)
        self.browse.clicked.connect(self._choose)
        self.revise()
        self.fit(760, ASKING_HEIGHT)

    def refusal(self) -> Refusal | None:
        return None if self.path.text().strip() else Refusal("file_not_named")

    def decision(self) -> Path:
        """The file named."""
        return Path(self.path.text().strip()).expanduser()

    def press_ok(self) -> None:
        if self.is_done:
            self.accept()
        else:
            super().press_ok()

    def tick(self, now: object) -> None:
        """Nothing here depends on the time."""

    def show_error(self, words: str) -> None:
        """Why the file cannot be used, beside its path."""
        self._error.show_error(words)
        self.path.setFocus()

    def show_outcome(self, told: str, lines: Sequence[str]) -> None:
        """What came of it; nothing is left to do but to close."""
        self.is_done = True
        self.told.show_text(told)
        self.show_lines("\n".join(lines))
        for field in (self.path, self.browse, *self.findChildren(QCheckBox)):
            field.setEnabled(False)
        self.cancel.hide()
        self.ok.setText(tr("Close"))
        self.ok.setFocus()

    def show_lines(self, text: str) -> None:
        """What came of it in full, "" for nothing; the dialog grows by it."""
        self.lines.show_text(text)
        self.lines.setVisible(bool(text))
        if text and self.height() < theme.current().px(TOLD_HEIGHT):
            self.fit(760, TOLD_HEIGHT)

    def asked_words(self) -> str:
        """What the path is of."""
        return tr("File")

    def choose_file(self) -> QFileDialog:
        """The system's own dialog for this kind of file."""
        raise NotImplementedError

    def take_path(self, chosen: str) -> None:
        """What was chosen in the system's dialog becomes the path."""
        self.path.setText(chosen)

    def _choose(self) -> None:
        chooser = self.choose_file()
        chooser.fileSelected.connect(self.take_path)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def _build(self) -> None:
        box = pane(self.body)
        self.path.setObjectName("path")
        self.browse.setObjectName("browse")
        self.told.setObjectName("told")
        self.lines.setObjectName("report_lines")
        self.lines.setAccessibleName(tr("What came of it"))
        self.lines.hide()
        box.addWidget(labelled(self.asked_words(), self.path))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.path, 1)
        row.addWidget(self.browse)
        box.addLayout(row)
        self._error = self.error_for(self.path, "file_not_named", *READ_CODES, *WRITE_CODES)
        box.addWidget(self._error)
        self.extras = QVBoxLayout()
        box.addLayout(self.extras)
        box.addWidget(self.told)
        box.addWidget(self.lines, 1)
        box.addStretch(0)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.path.setFocus()

    def _revise(self, *_: object) -> None:
        self.clear_errors()
        self.revise()


class WorkbookDialog(FileDialog):
    """Writes a workbook."""

    def __init__(
        self, name: str, heading: Heading, zone: ZoneInfo, path: Path, parent: QWidget | None = None,
        *, is_of_authors: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(name, heading, zone, tr("Save"), path, parent)
        self._what = heading.title
        self.with_authors = QCheckBox(tr("with authors' names and pages: this is written down in the journal (152-FZ)"))
        self.with_authors.setObjectName("with_authors")
        self.with_authors.setVisible(is_of_authors)
        self.extras.addWidget(self.with_authors)

    def choose_file(self) -> QFileDialog:
        chooser = FileChooser(self, self._what, self.path.text(), tr("Excel workbooks (*.xlsx)"))
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("xlsx")
        return chooser


class ReportDialog(WorkbookDialog):
    """Writes the report of the day to a workbook."""

    def __init__(self, zone: ZoneInfo, path: Path, parent: QWidget | None = None) -> None:
        heading = Heading(tr("Report of the day"), tr("An Excel workbook: counts, clocks by clause, what is overdue"))
        super().__init__("report_dialog", heading, zone, path, parent)
