"""Draws the rows of a queue: countdown, wrapped text with a quiet note beneath, a strip where time presses."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from app.ui import theme
from app.ui.theme import Theme
from app.ui.widgets.countdown import CountdownLook, countdown_height, paint_countdown
from app.ui.widgets.rows_model import Column, RowsModel
from app.ui.widgets.tips import in_lines
from app.ui.widgets.wrapping import wrapped

PADDING_X = 10
PADDING_Y = 6
STRIP_WIDTH = 3
MAX_LINES = 3
# In pixels at scale 1: a line of more than about 120 letters is no longer followed by the eye.
MEASURE = 880
PILL_PADDING = 5
PILL_SPACING = 5
PILL_GAP = 1

Index = QModelIndex | QPersistentModelIndex


def row_height(look_theme: Theme, lines: int = 2, *, has_note: bool = True) -> int:
    """Pixels of a row: two lines of text and a note, or a countdown; `lines` 1 is for tables without countdowns."""
    body, small = (QFontMetrics(look_theme.font(role)).height() for role in ("body", "small"))
    text = lines * body + (small if has_note else 0)
    return (max(countdown_height(look_theme), text) if lines > 1 else text) + 2 * PADDING_Y + 1


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

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """A cell's tooltip may be a whole message."""
        if event.type() != QEvent.Type.ToolTip:
            return super().helpEvent(event, view, option, index)
        words = index.data(Qt.ItemDataRole.ToolTipRole) or ""
        QToolTip.showText(event.globalPos(), in_lines(words), view.viewport(), option.rect)
        return bool(words)

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, model: RowsModel[Any]
    ) -> None:
        now = theme.current()
        rect = option.rect
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, now.color("selection" if is_selected else "card"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), now.color("line"))
        if is_selected and option.state & QStyle.StateFlag.State_Active and _has_focus(option, index):
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


def _has_focus(option: QStyleOptionViewItem, index: Index) -> bool:
    """Whether the keyboard is in this row: of several marked ones, in the one whose card is shown."""
    view = option.widget
    return isinstance(view, QAbstractItemView) and view.hasFocus() and view.currentIndex().row() == index.row()


def _paint_text(painter: QPainter, rect: QRect, column: Column[Any], row: object) -> None:
    now = theme.current()
    body, small = now.font("body"), now.font("small")
    rect = rect.adjusted(0, 0, min(0, now.px(MEASURE) - rect.width()), 0)
    lines = wrapped(column.text(row), body, rect.width(), column.lines)
    ink = now.color(column.ink(row) if column.ink else "ink")
    _paint_found(painter, rect, [column.found(row, line) for line in lines], lines, body)
    bottom = _paint_lines(painter, rect, lines, body, ink, at_right=column.is_figure)
    if column.pills and (pills := column.pills(row)):
        _paint_pills(painter, rect.adjusted(0, bottom + PILL_GAP - rect.top(), 0, 0), pills)
    elif note := column.note(row):
        room = (rect.bottom() - bottom) // QFontMetrics(small).height()
        rest = wrapped(note, small, rect.width(), max(1, min(MAX_LINES - len(lines), room)))
        beneath = rect.adjusted(0, bottom - rect.top(), 0, 0)
        _paint_lines(painter, beneath, rest, small, now.color("ink_second"), at_right=column.is_figure)


def _paint_found(
    painter: QPainter, rect: QRect, found: Sequence[Sequence[tuple[int, int]]], lines: Sequence[str], font: QFont
) -> None:
    """A ground and a line beneath the words that were searched for."""
    now, metrics = theme.current(), QFontMetrics(font)
    for number, (spans, line) in enumerate(zip(found, lines, strict=True)):
        top = rect.top() + number * metrics.height()
        for start, end in spans:
            left, right = (rect.left() + metrics.horizontalAdvance(line[:at]) for at in (start, end))
            word = QRect(left - 1, top, right - left + 2, metrics.height())
            painter.fillRect(word, now.color("found_ground"))
            painter.fillRect(QRect(word.left(), word.bottom(), word.width(), 1), now.color("accent"))


def _paint_pills(painter: QPainter, rect: QRect, pills: Sequence[tuple[str, str]]) -> None:
    """Words in frames side by side; those that do not fit stay out, the first is cut instead."""
    now = theme.current()
    font = now.font("small")
    metrics = QFontMetrics(font)
    painter.setFont(font)
    left = rect.left()
    for text, kind in pills:
        room = rect.right() - left - 2 * PILL_PADDING
        if left > rect.left() and metrics.horizontalAdvance(text) > room:
            return
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        width = metrics.horizontalAdvance(shown) + 2 * PILL_PADDING
        frame = QRect(left, rect.top(), width, metrics.height())
        painter.setPen(now.color("edge" if kind == "plain" else kind))
        painter.drawRoundedRect(QRectF(frame).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setPen(now.color("ink_second" if kind == "plain" else kind))
        painter.drawText(frame, int(Qt.AlignmentFlag.AlignCenter), shown)
        left += width + PILL_SPACING


def _paint_lines(
    painter: QPainter, rect: QRect, lines: tuple[str, ...], font: QFont, ink: object, *, at_right: bool
) -> int:
    """Draw lines from the top of `rect`; give the y below the last one."""
    metrics = QFontMetrics(font)
    painter.setFont(font)
    painter.setPen(ink)
    baseline = rect.top() + metrics.ascent()
    for line in lines:
        left = rect.right() + 1 - metrics.horizontalAdvance(line) if at_right else rect.left()
        painter.drawText(left, baseline, line)
        baseline += metrics.height()
    return baseline - metrics.ascent()
