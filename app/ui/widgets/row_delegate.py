"""Draws the rows of a queue: countdown, wrapped text with a quiet note beneath, a strip where time presses."""

from functools import lru_cache
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui import theme
from app.ui.theme import Theme
from app.ui.widgets.countdown import CountdownLook, countdown_height, paint_countdown
from app.ui.widgets.rows_model import Column, RowsModel

PADDING_X = 10
PADDING_Y = 6
STRIP_WIDTH = 3
MAX_LINES = 3
# More than this many characters never fit in a cell; a citizen's message may have a million.
MAX_CHARACTERS = 400

Index = QModelIndex | QPersistentModelIndex


def row_height(look_theme: Theme) -> int:
    """Pixels of a row: two lines of text and a note, or a countdown."""
    body, small = (QFontMetrics(look_theme.font(role)).height() for role in ("body", "small"))
    return max(countdown_height(look_theme), 2 * body + small) + 2 * PADDING_Y + 1


class RowDelegate(QStyledItemDelegate):
    """For a view over a RowsModel."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, row_height(theme.current()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RowsModel):
            return
        now = theme.current()
        painter.save()
        self._paint_ground(painter, option, index, model)
        content = option.rect.adjusted(PADDING_X, PADDING_Y, -PADDING_X, -PADDING_Y - 1)
        look = model.look(index)
        if look:
            paint_countdown(painter, content, look, now)
        else:
            _paint_text(painter, content, model.columns[index.column()], model.row(index))
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, model: RowsModel[Any]
    ) -> None:
        now = theme.current()
        rect = option.rect
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, now.color("selection" if is_selected else "card"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), now.color("line"))
        if is_selected and option.state & QStyle.StateFlag.State_Active and _has_focus(option):
            painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 1), now.color("focus"))
            painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), now.color("focus"))
        if index.column() == 0:
            look = row_look(model, index)
            if look and look.state.is_alarming:
                strip = QRect(rect.left(), rect.top(), STRIP_WIDTH, rect.height() - 1)
                painter.fillRect(strip, now.color(look.state.ink))


def row_look(model: RowsModel[Any], index: Index) -> CountdownLook | None:
    """The first countdown of a row: the one that says how the row stands."""
    for number, column in enumerate(model.columns):
        if column.look:
            return model.look(index.sibling(index.row(), number))
    return None


def _has_focus(option: QStyleOptionViewItem) -> bool:
    return option.widget is not None and option.widget.hasFocus()


def _paint_text(painter: QPainter, rect: QRect, column: Column[Any], row: object) -> None:
    now = theme.current()
    body, small = now.font("body"), now.font("small")
    lines = wrapped(column.text(row), body, rect.width(), column.lines)
    ink = now.color(column.ink(row) if column.ink else "ink")
    bottom = _paint_lines(painter, rect, lines, body, ink)
    note = column.note(row)
    if note:
        rest = wrapped(note, small, rect.width(), MAX_LINES - len(lines))
        _paint_lines(painter, rect.adjusted(0, bottom - rect.top(), 0, 0), rest, small, now.color("ink_second"))


def _paint_lines(painter: QPainter, rect: QRect, lines: tuple[str, ...], font: QFont, ink: object) -> int:
    """Draw lines from the top of `rect`; give the y below the last one."""
    metrics = QFontMetrics(font)
    painter.setFont(font)
    painter.setPen(ink)
    baseline = rect.top() + metrics.ascent()
    for line in lines:
        painter.drawText(rect.left(), baseline, line)
        baseline += metrics.height()
    return baseline - metrics.ascent()


def wrapped(text: str, font: QFont, width: int, max_lines: int) -> tuple[str, ...]:
    """`text` in at most `max_lines` lines of `width` pixels, the last one ended by "…" where it does not fit."""
    return _wrapped(" ".join(text[:MAX_CHARACTERS].split()), font.key(), width, max_lines)


@lru_cache(maxsize=4096)
def _wrapped(text: str, font_key: str, width: int, max_lines: int) -> tuple[str, ...]:
    if not text or max_lines < 1 or width < 1:
        return ()
    font = QFont()
    font.fromString(font_key)
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    starts = []
    layout.beginLayout()
    while len(starts) < max_lines and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        starts.append(line.textStart())
    layout.endLayout()
    lines = [text[start:end].rstrip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
    lines[-1] = QFontMetrics(font).elidedText(lines[-1], Qt.TextElideMode.ElideRight, width)
    return tuple(lines)
