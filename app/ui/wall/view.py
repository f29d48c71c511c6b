"""The surface of a wall: paints a picture, and of the next one only what differs."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from app.ui import theme
from app.ui.wall.pieces import Picture, changed


class WallView(QWidget):
    """Shows pictures. `repainted` tells the places that the last one changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("wall_view")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.picture: Picture = {}
        self.repainted: list[QRect] = []

    def show_picture(self, picture: Picture) -> None:
        """Show a picture; what did not change is not painted again."""
        self.repainted = changed(self.picture, picture)
        self.picture = picture
        if self.repainted:
            region = QRegion()
            for place in self.repainted:
                region += place
            self.update(region)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, region = theme.current(), event.region()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        for part in region:  # type: ignore[attr-defined]  # a region is a sequence, the stubs do not know
            painter.fillRect(part, look.color("background"))
        for piece in self.picture.values():
            if region.intersects(QRect(*piece.place)):
                piece.draw(painter, look)
