"""What a request to the author asks for (п. 11): what, where, when; ticked parts make up the text."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from app.regulation.requirements import MISSING
from app.texts import tr
from app.texts.clarification import missing_name, request_text, usual_question
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.labels import SectionLabel


class AskedBox(QWidget):
    """Signals: composed(text) when the request put together of the parts changed; insert_requested(text)."""

    composed = Signal(str)
    insert_requested = Signal(str)

    def __init__(self, author: str, asked: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._author = author
        self.parts = {part: QCheckBox(missing_name(part)) for part in MISSING}
        self.questions = {part: QLineEdit() for part in MISSING}
        self.insert = KeyButton(tr("Put into the text"))
        self._build()
        for part in asked:
            self.parts[part].setChecked(True)
        for part, box in self.parts.items():
            box.toggled.connect(lambda on, part=part: self._turn(part, on))
            self.questions[part].textChanged.connect(lambda _: self._tell())
        self.insert.clicked.connect(lambda: self.insert_requested.emit(self.text()))
        self._allow()

    def asked(self) -> tuple[str, ...]:
        """The parts ticked, in their order."""
        return tuple(part for part, box in self.parts.items() if box.isChecked())

    def text(self) -> str:
        """The request put together of the parts ticked; "" for none."""
        return request_text(self._author, {part: self.questions[part].text() for part in self.asked()})

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.addWidget(SectionLabel(tr("What is missing")), 0, 0, 1, 2)
        for number, (part, box) in enumerate(self.parts.items(), start=1):
            field = self.questions[part]
            box.setObjectName(f"ask_{part}")
            field.setObjectName(f"question_{part}")
            field.setAccessibleName(missing_name(part))
            field.setPlaceholderText(usual_question(part))
            field.setEnabled(box.isChecked())
            grid.addWidget(box, number, 0)
            grid.addWidget(field, number, 1)
        self.insert.setObjectName("insert_request")
        grid.addWidget(self.insert, len(MISSING) + 1, 1)
        grid.setColumnStretch(1, 1)

    def _turn(self, part: str, on: bool) -> None:
        self.questions[part].setEnabled(on)
        self._tell()

    def _tell(self) -> None:
        self._allow()
        self.composed.emit(self.text())

    def _allow(self) -> None:
        if self.asked():
            self.insert.allow()
        else:
            self.insert.refuse(tr("Tick what is missing."))
