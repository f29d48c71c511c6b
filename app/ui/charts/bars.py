"""Bars: upright ones for times, lying ones for names; the usual band lies behind, a mark stands where it is left."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QWidget

from app.texts import tr
from app.ui import theme
from app.ui.charts.chart import Chart, Place, cut

BAR, BAND = 0.56, 0.84
# Room above the largest bar for its mark and its number.
HEADROOM = 1.16
LYING_PX = 30
NAMES_PX, NAMES_SHARE, LABEL_PX = 210, 0.3, 40
LEAST_NAMES_PX, LEAST_BAR_PX = 80, 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar: how long, the role of its colour, what it is and what is said of it."""

    part: Hashable
    length: int
    role: str
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of pieces; `band` is what is usual (from, to); `mark` stands beside it, `figure` at its end."""

    label: str
    pieces: tuple[Piece, ...]
    band: tuple[int, int] | None = None
    figure: str = ""
    mark: str = ""

    @property
    def length(self) -> int:
        return sum(piece.length for piece in self.pieces)


class BarChart(Chart):
    """`show_bars` shows them; `lying` ones are read from the top."""

    def __init__(self, code: str, title: str, *, lying: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(code, title, parent)
        self._lying = lying
        self._bars: Sequence[Bar] = ()
        self._most = 1
        self._empty = tr("Nothing in this period.")
        self.draw()

    def show_bars(self, bars: Sequence[Bar], empty: str = "") -> None:
        """Show these; where there are none, `empty` says so."""
        self._bars, self._empty = bars, empty or self._empty
        self.draw()

    def bars(self) -> Sequence[Bar]:
        return self._bars

    def draw(self) -> None:
        self.plot.dress()
        self.plot.showAxis("left", show=bool(self._bars))
        self.plot.showAxis("bottom", show=bool(self._bars))
        if not self._bars:
            self.plot.put([])
            self.say_nothing_there(self._empty)
            return
        most = max([bar.length for bar in self._bars] + [bar.band[1] for bar in self._bars if bar.band] + [1])
        if self._lying:
            self.plot.setMinimumHeight(theme.current().px(LYING_PX) * len(self._bars) + theme.current().px(34))
        self.plot.add_boxes([*self._bands(), *self._boxes()])
        self._draw_words(most)
        self._most = most
        self.fit()
        self.plot.put(self._places(most))

    def _bands(self) -> list[tuple[QRectF, QColor]]:
        color = theme.current().color("track")
        return [
            (self._rect(number, bar.band[0], max(bar.band[1] - bar.band[0], 0.15)), color)
            for number, bar in enumerate(self._bars)
            if bar.band is not None
        ]

    def _boxes(self) -> list[tuple[QRectF, QColor]]:
        boxes = []
        for number, bar in enumerate(self._bars):
            at = 0
            for piece in bar.pieces:
                if piece.length:
                    rect = self._rect(number, at, piece.length, BAR)
                    boxes.append((rect, theme.current().color(piece.role)))
                at += piece.length
        return boxes

    def _places(self, most: int) -> list[Place]:
        places = []
        for number, bar in enumerate(self._bars):
            at = 0
            for piece in bar.pieces:
                # Where a bar is one piece its whole row is the part: short bars are hit too.
                whole = len(bar.pieces) == 1
                start, length = (0, most) if whole else (at, piece.length)
                if length:
                    places.append(Place(piece.part, self._rect(number, start, length), piece.words))
                at += piece.length
        return places

    def _draw_words(self, most: int) -> None:
        for number, bar in enumerate(self._bars):
            words = " ".join(filter(None, (bar.mark, bar.figure)))
            if not words:
                continue
            role = "soon" if bar.mark else "ink_second"
            text = pg.TextItem(words, color=theme.current().color(role), anchor=(0, 0.5) if self._lying else (0.5, 1))
            text.setFont(theme.current().font("small_strong" if bar.mark else "small"))
            end = bar.length + (most * 0.01 if self._lying else 0)
            text.setPos(*((end, number) if self._lying else (number, end)))
            self.plot.addItem(text)

    def fit(self) -> None:
        if not self._bars:
            return
        count = len(self._bars)
        names, values = ("left", "bottom") if self._lying else ("bottom", "left")
        self.plot.getAxis(values).setTicks([_steps(self._most)])
        self.plot.invertY(self._lying)
        if self._lying:
            self._fit_lying(count)
            return
        every = max(1, -(-count * theme.current().px(LABEL_PX) // max(1, self.plot.width() - 40)))
        labels = [(number, bar.label) for number, bar in enumerate(self._bars) if number % every == 0]
        self.plot.getAxis(names).setTicks([labels])
        self.plot.setRange(QRectF(-0.5, 0, count, self._most * HEADROOM), padding=0)

    def _fit_lying(self, count: int) -> None:
        """Names at the left, in a wide place as long as they are; at the right as much room as the longest figure
        needs. Where both do not fit beside a bar, names are cut."""
        px = theme.current().px
        metrics = QFontMetrics(theme.current().font("small_strong"))
        figure = max(metrics.horizontalAdvance(f"{bar.mark} {bar.figure}") for bar in self._bars) + 24
        longest = max(metrics.horizontalAdvance(bar.label) for bar in self._bars) + 16
        most = max(px(NAMES_PX), min(longest, round(self.plot.width() * NAMES_SHARE)))
        names = max(px(LEAST_NAMES_PX), min(most, self.plot.width() - figure - px(LEAST_BAR_PX)))
        axis = self.plot.getAxis("left")
        axis.setWidth(names)
        axis.setTicks([[(number, cut(bar.label, names - 12)) for number, bar in enumerate(self._bars)]])
        room = max(self.plot.width() - names, figure + 60)
        self.plot.setRange(QRectF(0, -0.5, self._most * room / (room - figure), count), padding=0)

    def _rect(self, number: int, start: float, length: float, width: float = BAND) -> QRectF:
        """Where a piece of a bar lies, as wide as a band or as a bar."""
        if self._lying:
            return QRectF(start, number - width / 2, length, width)
        return QRectF(number - width / 2, start, width, length)


def _steps(most: int) -> list[tuple[int, str]]:
    """Round numbers for an axis, four or five of them."""
    rough = max(1, most / 4)
    size = 10 ** (len(str(int(rough))) - 1)
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough)
    return [(value, str(value)) for value in range(0, most + 1, step)]
