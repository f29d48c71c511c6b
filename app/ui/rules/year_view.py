"""A year of twelve months, painted: which days work, which are shorter, which are off, and the one chosen."""

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.regulation.day_story import DayKind, DayStory
from app.texts.calendar_days import day_lines, month_name
from app.texts.moments import day as day_words
from app.ui import theme

COLUMNS, CELL, ROW = 4, 23, 20
GAP_X, GAP_Y, HEAD = 12, 8, 20
WEEKS = 6

# Ordinary days are left in peace; what differs has a ground and a mark of its own, never colour alone.
_OFF = (DayKind.WEEKEND, DayKind.HOLIDAY, DayKind.MOVED_OFF, DayKind.DECREE, DayKind.OWN_OFF)
_SHORT = (DayKind.SHORTENED, DayKind.OWN_SHORTENED)
_ODD = (DayKind.WORKED, DayKind.OWN_WORKING, DayKind.SPECIAL)


class YearView(QWidget):
    """Arrows and the mouse choose a day.

    Signals: day_chosen(DayStory).
    """

    day_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("year_view")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._stories: dict[date, DayStory] = {}
        self._chosen = date(2000, 1, 1)

    def show_year(self, stories: Sequence[DayStory], chosen: date) -> None:
        """Show the days of one year, `chosen` marked."""
        self._stories = {story.day: story for story in stories}
        self._choose(chosen)
        self.updateGeometry()
        self.update()

    def chosen(self) -> date:
        return self._chosen

    def sizeHint(self) -> QSize:
        width, height = self._month_size()
        now = theme.current()
        rows = 12 // COLUMNS
        return QSize(
            COLUMNS * width + (COLUMNS - 1) * now.px(GAP_X) + 4, rows * height + (rows - 1) * now.px(GAP_Y) + 4
        )

    def rect_of(self, day: date) -> QRect:
        """Where a day stands."""
        now = theme.current()
        width, height = self._month_size()
        left = (day.month - 1) % COLUMNS * (width + now.px(GAP_X)) + 2
        top = (day.month - 1) // COLUMNS * (height + now.px(GAP_Y)) + now.px(HEAD) + 2
        place = date(day.year, day.month, 1).weekday() + day.day - 1
        return QRect(left + place % 7 * now.px(CELL), top + place // 7 * now.px(ROW), now.px(CELL), now.px(ROW))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for story in self._stories.values():
            if story.day.day == 1:
                self._paint_head(painter, story.day)
            self._paint_day(painter, story)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if (day := self._day_at(event.position().toPoint())) is not None:
            self._choose(day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        elif (day := self._chosen + timedelta(days=step)) in self._stories:
            self._choose(day)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            day = self._day_at(event.pos())
            words = "\n".join((day_words(day), *day_lines(self._stories[day]))) if day else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def _choose(self, day: date) -> None:
        self._chosen = day
        story = self._stories.get(day)
        if story is not None:
            self.setAccessibleName(", ".join((day_words(day), *day_lines(story))))
            self.day_chosen.emit(story)
        self.update()

    def _day_at(self, point: QPoint) -> date | None:
        return next((day for day in self._stories if self.rect_of(day).contains(point)), None)

    def _month_size(self) -> tuple[int, int]:
        now = theme.current()
        return 7 * now.px(CELL), now.px(HEAD) + WEEKS * now.px(ROW)

    def _paint_head(self, painter: QPainter, day: date) -> None:
        now = theme.current()
        first = self.rect_of(day)
        left = first.left() - day.weekday() * now.px(CELL)
        painter.setFont(now.font("small_strong"))
        painter.setPen(now.color("ink_second"))
        room = QRect(left + now.px(6), first.top() - now.px(HEAD), 7 * now.px(CELL), now.px(HEAD))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), month_name(day.month))

    def _paint_day(self, painter: QPainter, story: DayStory) -> None:
        now = theme.current()
        cell = self.rect_of(story.day).adjusted(1, 1, -1, -1)
        ground, ink, strong = self._look(story)
        painter.setPen(Qt.PenStyle.NoPen)
        if ground:
            painter.setBrush(now.color(ground))
            painter.drawRoundedRect(cell, 3, 3)
        painter.setFont(_weighted(now.font("small"), strong))
        painter.setPen(now.color(ink))
        painter.drawText(cell, int(Qt.AlignmentFlag.AlignCenter), str(story.day.day))
        if story.kind in _SHORT or story.kind in _ODD:
            painter.setPen(QPen(now.color(ink), 1.5))
            below = QPointF(cell.center().x() - now.px(5), cell.bottom() - 0.5)
            painter.drawLine(below, QPointF(cell.center().x() + now.px(5), below.y()))
        if story.day == self._chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(now.color("focus"), 2))
            painter.drawRoundedRect(cell, 3, 3)

    def _look(self, story: DayStory) -> tuple[str, str, bool]:
        """The day's ground, ink and weight."""
        if story.kind is DayKind.UNKNOWN:
            return "", "disabled", False
        if story.kind is DayKind.WEEKEND:
            return "hover", "ink_second", False
        if story.kind in _OFF:
            return "late_ground", "late", True
        if story.kind in _SHORT:
            return "soon_ground", "soon", True
        if story.kind in _ODD:
            return "info_ground", "accent", True
        return "", "ink", False


def _weighted(font: QFont, strong: bool) -> QFont:
    if not strong:
        return font
    made = QFont(font)
    made.setWeight(QFont.Weight.DemiBold)
    return made
