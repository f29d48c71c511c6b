"""What letting go here does, said over a widget while something is dragged across it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.ui import theme
from app.ui.widgets.labels import TextLabel, set_role

FROM_TOP = 72


class DropNote(QFrame):
    """Takes part in its widget's drops: accepts what `takes` says may be let go, and is seen as long as it is above."""

    def __init__(self, host: QWidget, words: str, takes: Callable[[QMimeData], bool]) -> None:
        super().__init__(host)
        self._host, self._takes = host, takes
        self.setObjectName("drop_note")
        set_role(self, "frame", "drop")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.addWidget(TextLabel(words, "strong"))
        self.hide()
        host.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent) and self._takes(event.mimeData()):
            event.acceptProposedAction()
            self._come()
            return True
        if event.type() in (QEvent.Type.DragLeave, QEvent.Type.Drop):
            self.hide()
        return super().eventFilter(watched, event)

    def _come(self) -> None:
        self.adjustSize()
        self.move((self._host.width() - self.width()) // 2, theme.current().px(FROM_TOP))
        self.show()
        self.raise_()
