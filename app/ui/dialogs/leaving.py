"""Asked before something is left that would be lost: a page with what is not saved, the demo region."""

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QWidget

from app.regulation.errors import Refusal
from app.texts import tr
from app.ui.dialogs.act_dialog import ActDialog, Heading, pane
from app.ui.widgets.buttons import ButtonKind
from app.ui.widgets.labels import TextLabel


class LeavingDialog(ActDialog):
    """Says in `words` what is lost. Accepted by whoever leaves all the same; the keyboard begins on staying."""

    def __init__(self, title: str, words: str, ok: str, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__("leaving_dialog", Heading(title), zone, ok, parent)
        self.ok.set_kind(ButtonKind.DANGER)
        self.cancel.setText(tr("Stay"))
        box = pane(self.body)
        box.addWidget(TextLabel(words, "body", wrap=True))
        box.addStretch(1)
        self.revise()
        self.fit(560, 190)
        self.cancel.setFocus()
        self.submitted.connect(self.accept)

    def tick(self, now: datetime) -> None:
        """Nothing here depends on the time."""

    def refusal(self) -> Refusal | None:
        return None

    def decision(self) -> None:
        """Only whether it was accepted counts."""
