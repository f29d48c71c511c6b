"""A bar across a pane that says what is the matter and offers what helps."""

from collections.abc import Callable
from enum import Enum
from weakref import WeakMethod

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from app.texts import tr
from app.ui.widgets.by_enter import PlainButton
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.labels import IconLabel, TextLabel, set_role

WATCH_MILLISECONDS = 200


class InfoKind(Enum):
    """How serious; the value is (icon, ground, ink)."""

    INFO = ("info", "info_ground", "accent")
    WARNING = ("warning", "soon_ground", "soon")
    ERROR = ("error", "late_ground", "late")
    SUCCESS = ("done", "well_ground", "well")


class InfoBar(QFrame):
    """One message at a time, with an optional action.

    Signals: action_requested when the person takes the offer (the bar stays until it is closed or replaced);
    closed when the person dismisses it.
    """

    action_requested = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("info_bar")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._icon = IconLabel(18)
        self._text = TextLabel("", wrap=True)
        self._action = PlainButton()
        self._action.setObjectName("info_bar_action")
        self._close = IconButton("close", tr("Dismiss"))
        self._close.setObjectName("info_bar_close")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        row.addWidget(self._close)
        row.setAlignment(self._close, Qt.AlignmentFlag.AlignVCenter)
        self._is_so: WeakMethod[Callable[[], bool]] | None = None
        self._watch = QTimer(self)
        self._watch.setInterval(WATCH_MILLISECONDS)
        self._watch.timeout.connect(self._look)
        self._action.clicked.connect(self.action_requested)
        self._close.clicked.connect(self._dismiss)
        self.hide()

    def show_message(self, kind: InfoKind, text: str, action: str = "", *, closable: bool = True) -> None:
        """Say `text`, replacing what was said before; `action` is the offer's words."""
        icon, ground, ink = kind.value
        set_role(self, "ground", ground)
        self._watch.stop()
        self._icon.show_icon(icon, ink)
        self._text.show_text(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._close.setVisible(closable)
        self.setAccessibleName(text)
        self.show()

    def show_while(self, is_so: Callable[[], bool], kind: InfoKind, text: str) -> None:
        """Say `text` until it is no longer so: a method that tells it, asked as long as this is said."""
        self.show_message(kind, text)
        self._is_so = WeakMethod(is_so)
        self._watch.start()

    def text(self) -> str:
        return self._text.text()

    def hide(self) -> None:
        """Say nothing any more."""
        self._watch.stop()
        super().hide()

    def _look(self) -> None:
        is_so = self._is_so() if self._is_so is not None else None
        if is_so is None or not is_so():
            self.hide()

    def _dismiss(self) -> None:
        self.hide()
        self.closed.emit()
