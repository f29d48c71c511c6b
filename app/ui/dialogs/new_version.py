"""A new version of the act from a day on: from a file, or the text in force with the edits that stand on the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate
from PySide6.QtWidgets import (
    QButtonGroup,
    QDateEdit,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QWidget,
)

from app.regulation import requirements
from app.regulation.errors import Refusal, Refused
from app.regulation.profile_file import ProfileError, parse
from app.regulation.toml_text import changed, write
from app.services import chosen_file
from app.texts import tr
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.file_chooser import FileChooser

# A regulation is a page of text; what is larger is another kind of file.
LARGEST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class VersionDecision:
    """The text of the new version, and why it is added."""

    text: str
    why: str


class NewVersionDialog(ActDialog):
    """`document` is the text in force with the page's edits; a file brings its own number and day."""

    def __init__(
        self, document: Mapping[str, Any], tomorrow: date, zone: ZoneInfo, parent: QWidget | None = None
    ) -> None:
        heading = Heading(tr("New version of the act"))
        super().__init__("new_version_dialog", heading, zone, tr("Add the version"), parent)
        self._document, self._next = document, document["regulation"]["version"] + 1
        self.copy = QRadioButton(tr("The text in force with the edits made on this page"))
        self.file = QRadioButton(tr("From a TOML file"))
        self.path, self.browse = QLineEdit(), KeyButton(tr("Browse…"), "Ctrl+O")
        self.day = QDateEdit(QDate(tomorrow.year, tomorrow.month, tomorrow.day))
        head = document["regulation"]
        self.act, self.short_act = QLineEdit(head["act"]), QLineEdit(head["short_act"])
        self.why = QPlainTextEdit()
        self._text = ""
        self._build()
        self.copy.toggled.connect(self._turn)
        self.path.textChanged.connect(self.clear_errors)
        self.browse.clicked.connect(self._choose)
        self._turn()
        self.fit(680, 520)

    def refusal(self) -> Refusal | None:
        if refused := self._read():
            return refused
        try:
            parse(self._text, self._source())
        except ProfileError as error:
            return error.refusal
        return requirements.reason(self.why.toPlainText())

    def decision(self) -> VersionDecision:
        self._read()
        return VersionDecision(self._text, self.why.toPlainText().strip())

    def tick(self, now: object) -> None:
        """Nothing here depends on the time."""

    def _source(self) -> str:
        return Path(self.path.text().strip()).name if self.file.isChecked() else "regulation.toml"

    def _read(self) -> Refusal | None:
        """Take up the text that is meant; why it cannot be, or None."""
        if self.copy.isChecked():
            head = {"version": self._next, "effective_from": self.day.date().toPython()}
            head |= {"act": self.act.text().strip(), "short_act": self.short_act.text().strip()}
            self._text = write(changed(self._document, {("regulation", key): value for key, value in head.items()}))
            return None
        named = self.path.text().strip()
        if not named:
            return Refusal("file_not_named")
        self._text, refused = read_text(Path(named).expanduser())
        return refused

    def _choose(self) -> None:
        chooser = FileChooser(self, tr("New version of the act"), self.path.text(), "TOML (*.toml)")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(self.path.setText)
        chooser.open()

    def _turn(self) -> None:
        mine = self.copy.isChecked()
        for field in (self.day, self.act, self.short_act):
            field.setEnabled(mine)
        for other in (self.path, self.browse):
            other.setEnabled(not mine)
        self.clear_errors()

    def _build(self) -> None:
        names = {"version_copy": self.copy, "version_file": self.file, "version_path": self.path}
        names |= {"version_day": self.day, "version_act": self.act, "version_short_act": self.short_act}
        for name, field in {**names, "version_why": self.why}.items():
            field.setObjectName(name)
        group = QButtonGroup(self)
        for button in (self.copy, self.file):
            group.addButton(button)
        self.copy.setChecked(True)
        self.day.setDisplayFormat("dd.MM.yyyy")
        self.day.setCalendarPopup(True)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.path, 1)
        line.addWidget(self.browse)
        box = pane(self.body)
        box.addWidget(self.copy)
        for words, field in (
            (tr("In force from"), self.day), (tr("Full name of the act"), self.act), (tr("Short name"), self.short_act),
        ):  # fmt: skip
            box.addWidget(labelled(words, field))
            box.addWidget(field)
        box.addWidget(self.file)
        self.path.setAccessibleName(tr("From a TOML file"))
        box.addLayout(line)
        box.addWidget(self.error_for(self.path, "file_not_named", *chosen_file.READ_CODES))
        box.addWidget(labelled(tr("Why"), self.why))
        box.addWidget(self.why, 1)
        box.addWidget(self.error_for(self.why, "reason_missing"))


def read_text(path: Path) -> tuple[str, Refusal | None]:
    """The text of a file, or why it cannot be read."""
    try:
        return chosen_file.read_text(path, LARGEST_BYTES), None
    except Refused as error:
        return "", error.refusal
