"""What every chart is: a title, a picture in the theme's colours, parts chosen by mouse or keys, a file to save."""

from collections.abc import Hashable
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.texts import tr
from app.ui import theme
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.labels import TextLabel


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part lies in the picture's own coordinates, what it is, and what is said of it."""

    part: Hashable
    rect: QRectF
    words: str


class Plot(pg.PlotWidget):
    """A still picture: nothing in it moves, zooms or opens a menu; parts are chosen by a click, arrows and Enter.

    Signals: part_chosen(part).
    """

    part_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, enableMenu=False)
        menu = self.getPlotItem().ctrlMenu  # made even where none is wanted, without anybody to free it
        menu.setParent(self, menu.windowFlags())
        self.places: list[Place] = []
        self.current = -1
        self._frame: pg.PlotDataItem | None = None
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.getViewBox().setDefaultPadding(0.0)

    def dress(self) -> None:
        """Take the theme's colours and fonts, and forget what was drawn."""
        look = theme.current()
        self.clear()
        self._frame = None
        self.setBackground(look.color("card"))
        for side in ("left", "bottom", "top"):
            axis = self.getAxis(side)
            axis.setPen(look.color("line"))
            axis.setTextPen(look.color("ink_second"))
            axis.setTickFont(look.font("small"))
            axis.setStyle(tickLength=0, tickAlpha=0)

    def add_boxes(self, boxes: list[tuple[QRectF, QColor]]) -> None:
        """Filled rectangles as one item: hundreds of items would hold the window for a quarter of a second."""
        if boxes:
            rects = [rect for rect, _ in boxes]
            self.addItem(pg.BarGraphItem(
                x0=[rect.left() for rect in rects], width=[rect.width() for rect in rects],
                y0=[rect.top() for rect in rects], height=[rect.height() for rect in rects],
                brushes=[color for _, color in boxes], pen=pg.mkPen(None),
            ))  # fmt: skip

    def put(self, places: list[Place]) -> None:
        """These are the parts now; the one chosen before stays chosen where it is still there."""
        kept = self.places[self.current].part if 0 <= self.current < len(self.places) else None
        self.places = places
        self.current = next((n for n, place in enumerate(places) if place.part == kept), -1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if places else Qt.FocusPolicy.NoFocus)
        self._show_frame()

    def place_at(self, position: QPointF) -> int:
        """The number of the part under a point of the widget, -1 for none."""
        spot = self.getViewBox().mapSceneToView(self.mapToScene(position.toPoint()))
        return next((n for n, place in enumerate(self.places) if place.rect.contains(spot)), -1)

    def point_of(self, number: int) -> QPointF:
        """The middle of a part in the widget."""
        middle = self.getViewBox().mapViewToScene(self.places[number].rect.center())
        return QPointF(self.mapFromScene(middle))

    def choose(self, number: int) -> None:
        """Choose a part and tell it."""
        self.current = number
        self._show_frame()
        self.part_chosen.emit(self.places[number].part)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self.place_at(event.position())
        self.setFocus()
        if number >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.choose(number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        number = self.place_at(event.position())
        self.setToolTip(self.places[number].words if number >= 0 else "")
        self.setCursor(Qt.CursorShape.PointingHandCursor if number >= 0 else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A still picture."""

    def wheelEvent(self, event: QEvent) -> None:
        event.ignore()  # the page scrolls

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps: dict[int, int] = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}
        step = steps.get(event.key(), 0)
        if step and self.places:
            self.current = min(len(self.places) - 1, max(0, self.current + step))
            self._show_frame()
            self.setAccessibleDescription(self.places[self.current].words)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self.current < len(self.places):
            self.choose(self.current)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.current < 0 and self.places:
            self.current = 0  # where the arrows begin; told only when it is chosen
        self._show_frame()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_frame()

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(480), theme.current().px(220))

    def _show_frame(self) -> None:
        """A frame around the part that is chosen."""
        if self._frame is not None:
            self.removeItem(self._frame)
            self._frame = None
        if not 0 <= self.current < len(self.places):
            return
        rect = self.places[self.current].rect
        x = [rect.left(), rect.right(), rect.right(), rect.left(), rect.left()]
        y = [rect.top(), rect.top(), rect.bottom(), rect.bottom(), rect.top()]
        pen = pg.mkPen(theme.current().color("focus" if self.hasFocus() else "edge"), width=2)
        self._frame = self.plot(x, y, pen=pen)


class Chart(QWidget):
    """A titled plot. Subclasses draw in `draw()`; it is called anew when the theme changes.

    Signals: part_chosen(part), save_requested().
    """

    part_chosen = Signal(object)
    save_requested = Signal()

    def __init__(self, code: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(code)
        self.title = title
        self.note = TextLabel("", "small", "ink_second", wrap=True)
        self.plot = Plot()
        self.plot.setObjectName(f"{code}_plot")
        self.plot.setAccessibleName(title)
        save = IconButton("download", tr("Save the picture: {title}", title=title))
        save.setObjectName(f"{code}_save")
        head = QHBoxLayout()
        head.addWidget(TextLabel(title, "heading"), 1)
        head.addWidget(save)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(head)
        box.addWidget(self.note)
        box.addWidget(self.plot, 1)
        self.plot.part_chosen.connect(self.part_chosen)
        save.clicked.connect(self.save_requested)

    def draw(self) -> None:
        """Draw what was given."""
        raise NotImplementedError

    def fit(self) -> None:
        """Give words and numbers the room that the plot's size leaves them."""

    def say_nothing_there(self, words: str) -> None:
        """An empty picture says why."""
        text = pg.TextItem(words, color=theme.current().color("ink_second"), anchor=(0.5, 0.5))
        text.setFont(theme.current().font("body"))
        self.plot.setRange(QRectF(0, 0, 1, 1), padding=0)
        text.setPos(0.5, 0.5)
        self.plot.addItem(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.draw()


def cut(words: str, pixels: int) -> str:
    """Words of an axis, cut to so many pixels: one that is too long would not be shown at all."""
    metrics = QFontMetrics(theme.current().font("small"))
    return metrics.elidedText(words, Qt.TextElideMode.ElideRight, pixels)
