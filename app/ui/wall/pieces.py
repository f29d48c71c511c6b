"""What a wall's picture is made of: texts, filled places and marks, each with its rectangle; drawn, and compared."""

from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from app.ui.theme import Theme

LEFT, RIGHT, CENTER = "left", "right", "center"
_ALIGN = {LEFT: Qt.AlignmentFlag.AlignLeft, RIGHT: Qt.AlignmentFlag.AlignRight, CENTER: Qt.AlignmentFlag.AlignHCenter}


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text in a place, cut with "…" where it is too long; `size` in pixels, weight 400 or 600."""

    place: tuple[int, int, int, int]
    text: str
    size: int
    role: str = "ink"
    weight: int = 400
    align: str = LEFT

    def draw(self, painter: QPainter, look: Theme) -> None:
        font = look.sized_font(self.size, self.weight)
        words = QFontMetrics(font).elidedText(self.text, Qt.TextElideMode.ElideRight, self.place[2])
        painter.setFont(font)
        painter.setPen(look.color(self.role))
        painter.drawText(QRect(*self.place), int(_ALIGN[self.align] | Qt.AlignmentFlag.AlignVCenter), words)


@dataclass(frozen=True, slots=True)
class Fill:
    """A place filled with the colour of a role."""

    place: tuple[int, int, int, int]
    role: str

    def draw(self, painter: QPainter, look: Theme) -> None:
        painter.fillRect(QRect(*self.place), look.color(self.role))


@dataclass(frozen=True, slots=True)
class Mark:
    """An icon, square."""

    place: tuple[int, int, int, int]
    icon: str
    role: str

    def draw(self, painter: QPainter, look: Theme) -> None:
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(QPoint(*self.place[:2]), look.pixmap(self.icon, self.role, self.place[2], ratio))


Piece = Text | Fill | Mark
Picture = dict[str, Piece]


def changed(before: Picture, after: Picture) -> list[QRect]:
    """The rectangles in which two pictures differ."""
    places = []
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old != new:
            places += [QRect(*piece.place) for piece in (old, new) if piece is not None]
    return places


def width_of(look: Theme, text: str, size: int, weight: int = 400) -> int:
    """Pixels that a text takes."""
    return ceil(QFontMetrics(look.sized_font(size, weight)).horizontalAdvance(text)) + 1


def in_two_lines(look: Theme, text: str, size: int, width: int) -> tuple[str, str]:
    """A text broken at a space so that its first line fits, not after "г."; the second is cut when drawn."""
    metrics = QFontMetrics(look.sized_font(size, 400))
    words, first = text.replace("г. ", "г.\N{NO-BREAK SPACE}").split(" "), ""
    for position, word in enumerate(words):
        longer = f"{first} {word}".strip()
        if first and metrics.horizontalAdvance(longer) > width:
            return first, " ".join(words[position:])
        first = longer
    return first, ""
