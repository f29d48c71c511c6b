"""The mark of what has the keyboard, drawn by widgets that the stylesheet gives none."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.ui import theme

WIDTH, RADIUS = 2, 3

if TYPE_CHECKING:
    _Widget = QWidget
else:  # an object without a base of Qt's own may stand beside any
    _Widget = object


class Ringed(_Widget):
    """Beside a class of Qt's, before it: a widget that wears the ring while it has the keyboard."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_ring(self)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        _surface(self).update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        _surface(self).update()


def paint_ring(widget: QWidget) -> None:
    """Draw the ring within a widget that has the focus; to be called at the end of its paintEvent."""
    if not widget.hasFocus():
        return
    surface = _surface(widget)
    painter = QPainter(surface)
    paint_ring_around(painter, QRectF(surface.rect()))
    painter.end()


def _surface(widget: QWidget) -> QWidget:
    """What is painted on: of a scrolling widget the part within its bars."""
    return widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget


def paint_ring_around(painter: QPainter, rect: QRectF) -> None:
    """Draw the ring just within a rectangle."""
    half = WIDTH / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.current().color("focus"), WIDTH))
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), RADIUS, RADIUS)
    painter.restore()
