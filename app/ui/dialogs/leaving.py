"""Asked before the program ends while a page holds what is not saved."""

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QWidget

from app.regulation.errors import Refusal
from app.texts import tr
from app.ui.dialogs.act_dialog import ActDialog, Heading, pane
from app.ui.widgets.buttons import ButtonKind
from app.ui.widgets.labels import TextLabel


class LeavingDialog(ActDialog):
    """Accepted by whoever leaves without saving; the keyboard begins on staying."""

    def __init__(self, page: str, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__("leaving_dialog", Heading(tr("Leave the desk")), zone, tr("Leave without saving"), parent)
        self.ok.set_kind(ButtonKind.DANGER)
        self.cancel.setText(tr("Stay"))
        words = tr("What you changed on the page «{page}» is not saved. It is lost when the program ends.", page=page)
        box = pane(self.body)
        box.addWidget(TextLabel(words, "body", wrap=True))
        box.addStretch(1)
        self.revise()
        self.fit(560, 190)
        self.cancel.setFocus()

    def tick(self, now: datetime) -> None:
        """Nothing here depends on the time."""

    def refusal(self) -> Refusal | None:
        return None

    def decision(self) -> None:
        """Only whether it was accepted counts."""
