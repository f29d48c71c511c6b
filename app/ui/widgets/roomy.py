"""A frame that never squeezes what it holds: where there is less room than that needs, it scrolls."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid


class _Host(QWidget):
    """Between the frame and its content: hears when that needs another room."""

    def __init__(self, content: QWidget, frame: "Roomy") -> None:
        super().__init__()
        self.content, self._frame = content, frame
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(content)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and isValid(self._frame):  # a frame that is deleted goes first
            self._frame.ask_anew()
        return done


class Roomy(QScrollArea):
    """Its content fills it, and keeps the least size of its layout on a small screen or with large type.

    `across` is whether it may scroll sideways, too; where not, it asks for the width that its content needs. `widest`
    tells beyond how many pixels the content grows no more, None for no such width: lines and tables that are wider
    than an eye follows are no use of a large screen.
    Signals: room_changed(pixels) before the content is laid out, so that it may stand otherwise in a narrow place;
    needs_changed when the content may need another room than before.
    Qt's own `widgetResizable` keeps the wished height of whatever wraps, so that tables would scroll within a scroll.
    """

    room_changed = Signal(int)
    needs_changed = Signal()

    def __init__(
        self,
        content: QWidget,
        parent: QWidget | None = None,
        *,
        across: bool = True,
        widest: Callable[[], int | None] = lambda: None,
    ) -> None:
        super().__init__(parent)
        self._across, self._widest = across, widest
        self._host = _Host(content, self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._host)

    @property
    def content(self) -> QWidget:
        """What it holds."""
        return self._host.content

    def missing(self) -> QSize:
        """How many pixels more it would need to scroll neither way."""
        room, least = self.maximumViewportSize(), self._host.minimumSizeHint()
        width = max(room.width(), least.width())
        return QSize(width - room.width(), max(0, _least_height(self._host, width) - room.height()))

    def minimumSizeHint(self) -> QSize:
        if self._across:
            return QSize(0, 0)
        return QSize(self._host.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width(), 0)

    def sizeHint(self) -> QSize:
        return self._host.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def ask_anew(self) -> None:
        """The content needs another room than before."""
        self._fit()
        self.updateGeometry()
        self.needs_changed.emit()

    def _fit(self) -> None:
        room, content = self.maximumViewportSize(), self._host
        room.setWidth(min(room.width(), self._widest() or room.width()))
        self.room_changed.emit(room.width())
        least = content.minimumSizeHint()
        bar = self.verticalScrollBar().sizeHint().width()
        width = max(room.width(), least.width())
        height = _least_height(content, width)
        if height > room.height() - (bar if width > room.width() else 0):
            width = max(room.width() - bar, least.width())
            height = _least_height(content, width)
        content.resize(width, max(room.height() - (bar if width > room.width() else 0), height))


def _least_height(content: QWidget, width: int) -> int:
    layout = content.layout()
    if layout is not None and layout.hasHeightForWidth():
        return layout.minimumHeightForWidth(width)
    return content.minimumSizeHint().height()
