"""A grid of numbers: places beside topics, the darker the more; every cell says its number."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.texts import tr
from app.ui import theme
from app.ui.charts.chart import Chart, Place, cut

ROW_PX, NAMES_PX = 30, 190
# How much of the accent the fullest cell takes.
DEEPEST = 0.62


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of the grid."""

    part: Hashable
    row: int
    column: int
    count: int
    words: str


class GridChart(Chart):
    """`show_cells` shows numbers by row and column; a cell that is not given is empty."""

    def __init__(self, code: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(code, title, parent)
        self._rows: Sequence[str] = ()
        self._columns: Sequence[str] = ()
        self._cells: Sequence[Cell] = ()
        self.draw()

    def show_cells(self, rows: Sequence[str], columns: Sequence[str], cells: Sequence[Cell]) -> None:
        """Show these cells."""
        self._rows, self._columns, self._cells = rows, columns, cells
        self.draw()

    def cells(self) -> Sequence[Cell]:
        return self._cells

    def draw(self) -> None:
        self.plot.dress()
        self.plot.showAxis("left", show=bool(self._cells))
        self.plot.showAxis("bottom", show=False)
        self.plot.showAxis("top", show=bool(self._cells))
        if not self._cells:
            self.plot.put([])
            self.say_nothing_there(tr("Nothing in this period."))
            return
        look = theme.current()
        most = max(cell.count for cell in self._cells)
        places, boxes, texts = [], [], []
        for cell in self._cells:
            shade = _mixed(look.color("card"), look.color("accent"), DEEPEST * cell.count / most)
            rect = QRectF(cell.column - 0.48, cell.row - 0.46, 0.96, 0.92)
            boxes.append((rect, shade))
            text = pg.TextItem(str(cell.count), color=_readable(shade), anchor=(0.5, 0.5))
            text.setFont(look.font("small"))
            text.setPos(cell.column, cell.row)
            texts.append(text)
            places.append(Place(cell.part, rect, cell.words))
        self.plot.add_boxes(boxes)
        for text in texts:
            self.plot.addItem(text)
        self.plot.setMinimumHeight(look.px(ROW_PX) * len(self._rows) + look.px(40))
        self.fit()
        self.plot.put(places)

    def fit(self) -> None:
        if not self._cells:
            return
        look = theme.current()
        names, column = look.px(NAMES_PX), (self.plot.width() - look.px(NAMES_PX)) // max(1, len(self._columns))
        top, left = self.plot.getAxis("top"), self.plot.getAxis("left")
        top.setTicks([[(number, cut(name, column - 8)) for number, name in enumerate(self._columns)]])
        left.setTicks([[(number, cut(name, names - 12)) for number, name in enumerate(self._rows)]])
        left.setWidth(names)
        self.plot.invertY(True)
        self.plot.setRange(QRectF(-0.5, -0.5, max(len(self._columns), 1), max(len(self._rows), 1)), padding=0)


def _mixed(ground: QColor, ink: QColor, share: float) -> QColor:
    """`ground` with so much of `ink` in it."""
    parts = ((ground.red(), ink.red()), (ground.green(), ink.green()), (ground.blue(), ink.blue()))
    return QColor(*(round(a + (b - a) * share) for a, b in parts))


def _readable(ground: QColor) -> QColor:
    """The ink that is read on a ground: the theme's, or white or black where the ground is as dark or as light."""
    light = 0.299 * ground.red() + 0.587 * ground.green() + 0.114 * ground.blue()
    return QColor("#10151C" if light > 140 else "#FFFFFF")
