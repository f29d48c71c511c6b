"""A chart as a file: its title and period above, the picture beneath; PNG for a slide, SVG for print."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from app.regulation.errors import Refused
from app.ui import theme
from app.ui.charts.chart import Chart

KINDS = (".png", ".svg")
HEAD_PX, MARGIN_PX = 64, 18
# Twice the pixels of the screen: sharp on paper.
PNG_RATIO = 2


def picture_of(chart: Chart, suffix: str, subtitle: str) -> bytes:
    """The chart as the bytes of a PNG or SVG file. Raises Refused("picture_kind_unknown")."""
    if suffix not in KINDS:
        raise Refused("picture_kind_unknown", kind=suffix or "—")
    size = QSize(chart.plot.width() + 2 * MARGIN_PX, chart.plot.height() + HEAD_PX + MARGIN_PX)
    return _svg(chart, size, subtitle) if suffix == ".svg" else _png(chart, size, subtitle)


def _png(chart: Chart, size: QSize, subtitle: str) -> bytes:
    image = QImage(size * PNG_RATIO, QImage.Format.Format_RGB32)
    image.fill(theme.current().color("card"))
    painter = QPainter(image)
    painter.scale(PNG_RATIO, PNG_RATIO)
    _paint(painter, chart, size, subtitle)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # takes a device, the stubs do not know
    return bytes(buffer.data().data())


def _svg(chart: Chart, size: QSize, subtitle: str) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(chart.title)
    painter = QPainter(generator)
    painter.fillRect(0, 0, size.width(), size.height(), theme.current().color("card"))
    _paint(painter, chart, size, subtitle)
    painter.end()
    return bytes(buffer.data().data())


def _paint(painter: QPainter, chart: Chart, size: QSize, subtitle: str) -> None:
    look = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = size.width() - 2 * MARGIN_PX
    for role, ink, top, words in (("title", "ink", 8, chart.title), ("small", "ink_second", 34, subtitle)):
        painter.setFont(look.font(role))
        painter.setPen(look.color(ink))
        painter.drawText(QRectF(MARGIN_PX, top, width, 26), int(Qt.AlignmentFlag.AlignVCenter), words)
    target = QRectF(MARGIN_PX, HEAD_PX, width, size.height() - HEAD_PX - MARGIN_PX)
    chart.plot.scene().prepareForPaint()
    chart.plot.scene().render(painter, target, QRectF(chart.plot.rect()), Qt.AspectRatioMode.KeepAspectRatio)


def with_suffix(path: Path) -> Path:
    """The path as named, a PNG where it names no kind."""
    return path if path.suffix else path.with_suffix(KINDS[0])
