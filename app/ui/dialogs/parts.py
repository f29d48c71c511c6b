"""What earlier agencies wrote for the common answer (п. 16), beside the draft: each part can be put into the text."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.views import DraftView
from app.texts import tr
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.labels import ElidedLabel, SectionLabel
from app.ui.widgets.plain_text import PlainTextView

PART_HEIGHT = 130


class PartsBox(QWidget):
    """Signals: insert_requested(text) of one part."""

    insert_requested = Signal(str)

    def __init__(self, parts: Sequence[DraftView], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[KeyButton] = []
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(SectionLabel(tr("Parts of other agencies")))
        for number, part in enumerate(parts, start=1):
            self._add_part(box, number, part)

    def _add_part(self, box: QVBoxLayout, number: int, part: DraftView) -> None:
        button = KeyButton(tr("Put in"))
        button.setObjectName(f"insert_part_{number}")
        button.setAccessibleName(tr("Put in the part of {agency}", agency=part.agency))
        button.clicked.connect(lambda: self.insert_requested.emit(part.text))
        self.buttons.append(button)
        head = QHBoxLayout()
        head.addWidget(ElidedLabel(f"{number}. {part.agency}", "strong"), 1)
        head.addWidget(button)
        text = PlainTextView(PART_HEIGHT, "body")
        text.setObjectName(f"part_{number}")
        text.setAccessibleName(part.agency)
        text.show_text(part.text)
        box.addLayout(head)
        box.addWidget(text)
