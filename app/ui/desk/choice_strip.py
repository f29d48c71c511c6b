"""What can be done to several marked messages at once, above the table while more than one is marked."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.regulation.workflow import State
from app.services.views import QueueRow
from app.texts import tr
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.labels import ElidedLabel, set_role

# The queues whose messages can be worked on many at once.
MANY = ("stream", "inbox", "returned")


class ChoiceStrip(QWidget):
    """Hidden until several rows are marked.

    Signals: send_requested, detect_requested and dismiss_requested for the marked ones, leave_requested to mark only
    one again.
    """

    send_requested = Signal()
    detect_requested = Signal()
    dismiss_requested = Signal()
    leave_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("choice")
        self._words = ElidedLabel("", "strong")
        self.send = KeyButton(tr("Send together"), "Enter", ButtonKind.PRIMARY, "route")
        self.detect = KeyButton(tr("Detected"), tr("Space"), ButtonKind.PRIMARY, "flag")
        self.dismiss = KeyButton(tr("No reaction needed"), "Del")
        self.leave = KeyButton(tr("Only one"), "Esc")
        self._buttons = {"send": self.send, "detect": self.detect, "dismiss": self.dismiss, "leave": self.leave}
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        for name, button in self._buttons.items():
            button.setObjectName(f"{name}_together")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # the marks belong to the table, which keeps the keyboard
            row.addWidget(button)
        self.send.clicked.connect(self.send_requested)
        self.detect.clicked.connect(self.detect_requested)
        self.dismiss.clicked.connect(self.dismiss_requested)
        self.leave.clicked.connect(self.leave_requested)
        set_role(self, "ground", "info_ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.hide()

    def offered(self) -> list[KeyButton]:
        """What can be done to the marked ones now."""
        return [button for button in self._buttons.values() if not button.isHidden()]

    def show_marked(self, rows: Sequence[QueueRow]) -> None:
        """Say how many are marked and offer what their state allows."""
        is_stream = all(row.state is State.COLLECTED for row in rows)
        self._words.setText(tr("Marked: {count}", count=len(rows)))
        self.send.setVisible(not is_stream)
        self.detect.setVisible(is_stream)
        self.dismiss.setVisible(is_stream)
        self.setVisible(len(rows) > 1)
