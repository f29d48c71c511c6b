"""Outline icons, recoloured and drawn sharp at any device pixel ratio."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.resources import resource

SIZES = (16, 20, 24)
RATIOS = (1.0, 1.5, 2.0)


@cache
def icon(name: str, color: str, disabled_color: str) -> QIcon:
    """The icon resources/icons/<name>.svg in `color` ("#RRGGBB"). Raises FileNotFoundError for an unknown name."""
    made = QIcon()
    for size in SIZES:
        for ratio in RATIOS:
            made.addPixmap(pixmap(name, color, size, ratio), QIcon.Mode.Normal)
            made.addPixmap(pixmap(name, disabled_color, size, ratio), QIcon.Mode.Disabled)
    return made


@cache
def pixmap(name: str, color: str, size: int, ratio: float) -> QPixmap:
    """The icon as `size` logical pixels square."""
    svg = _source(name).replace("currentColor", color)
    if size < SIZES[0]:
        # Drawn for 24 px with a stroke of 2: below 16 px the line would be thinner than a pixel.
        svg = svg.replace('stroke-width="2"', 'stroke-width="2.6"')
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, made.width(), made.height()))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


@cache
def _source(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text(encoding="utf-8")
