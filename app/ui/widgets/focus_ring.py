"""The mark of what has the keyboard, drawn by widgets that the stylesheet gives none."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.ui import theme

WIDTH, RADIUS = 2, 3


def paint_ring(widget: QWidget) -> None:
    """Draw the ring within a widget that has the focus; to be called at the end of its paintEvent."""
    if not widget.hasFocus():
        return
    surface = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
    painter = QPainter(surface)
    paint_ring_around(painter, QRectF(surface.rect()))
    painter.end()


def paint_ring_around(painter: QPainter, rect: QRectF) -> None:
    """Draw the ring just within a rectangle."""
    half = WIDTH / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.current().color("focus"), WIDTH))
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), RADIUS, RADIUS)
    painter.restore()
