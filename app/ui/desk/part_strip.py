"""The parts of a place as a row of buttons: all, or one kind of exit alone, each with its count."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from app.services.queries import PART_OF, PARTS
from app.services.views import QueueCounts
from app.texts import tr
from app.texts.words import queue_name
from app.ui.widgets.by_enter import ToolButton
from app.ui.widgets.labels import set_role


class PartStrip(QWidget):
    """Hidden where a place has no parts. Signals: part_chosen(queue): a part, or the whole place."""

    part_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("parts")
        self._whole = ""
        self._buttons: dict[str, ToolButton] = {}
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 0, 8, 4)
        self._row.setSpacing(4)
        self._row.addStretch(1)
        set_role(self, "ground", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.hide()

    def show_parts(self, queue: str, counts: QueueCounts | None) -> None:
        """Show the parts of the place that `queue` is, or is a part of."""
        whole = PART_OF.get(queue, queue)
        if whole != self._whole:
            self._make_buttons(whole)
        for code, button in self._buttons.items():
            name = tr("All") if code == whole else queue_name(code)
            count = counts.queues.get(code, 0) if counts else 0
            button.setText(f"{name} · {count}" if count else name)
            button.setChecked(code == queue)
        self.setVisible(bool(self._buttons))

    def button(self, code: str) -> ToolButton:
        """The button of a part, or of the whole."""
        return self._buttons[code]

    def _make_buttons(self, whole: str) -> None:
        for button in self._buttons.values():
            self._group.removeButton(button)
            button.deleteLater()
        self._whole = whole
        self._buttons = {code: self._button(code) for code in (whole, *PARTS[whole])} if whole in PARTS else {}

    def _button(self, code: str) -> ToolButton:
        button = ToolButton()
        button.setObjectName(f"part_{code}")
        button.setCheckable(True)
        button.clicked.connect(lambda: self.part_chosen.emit(code))
        self._group.addButton(button)
        self._row.insertWidget(self._row.count() - 1, button)
        return button
