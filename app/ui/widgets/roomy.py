"""A frame that never squeezes what it holds: where there is less room than that needs, it scrolls."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class Roomy(QScrollArea):
    """Its content fills it, and keeps the least size of its layout on a small screen or with large type.

    `across` is whether it may scroll sideways, too; where not, it asks for the width that its content needs.
    Signals: room_changed(pixels) before the content is laid out, so that it may stand otherwise in a narrow place.
    Qt's own `widgetResizable` keeps the wished height of whatever wraps, so that tables would scroll within a scroll.
    """

    room_changed = Signal(int)

    def __init__(self, content: QWidget, parent: QWidget | None = None, *, across: bool = True) -> None:
        super().__init__(parent)
        self._across, self._content = across, content
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        content.installEventFilter(self)

    def minimumSizeHint(self) -> QSize:
        if self._across:
            return QSize(0, 0)
        return QSize(self._content.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width(), 0)

    def sizeHint(self) -> QSize:
        return self._content.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        room, content = self.maximumViewportSize(), self._content
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
