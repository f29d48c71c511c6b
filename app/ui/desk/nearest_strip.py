"""A small window above those of other programs: one's own three nearest deadlines, each with its clause."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QFontMetrics, QGuiApplication, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.services.nearest import NEAREST
from app.services.views import QueueRow
from app.texts import tr
from app.texts.words import state_name
from app.ui import theme
from app.ui.widgets.by_enter import ByEnter
from app.ui.widgets.countdown import CountdownLook, countdown_height, paint_countdown
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.labels import TextLabel, set_role
from app.ui.widgets.tips import in_lines

WIDTH = 360
COUNTDOWN_WIDTH = 150
PADDING = 8


class NearestStrip(QFrame):
    """Stays above other windows and takes the keyboard from none; dragged by its head, it stays where it was put.

    Signals: case_requested(id) when a deadline is clicked; left when it is closed by its cross; moved_to(QPoint).
    """

    case_requested = Signal(int)
    left = Signal()
    moved_to = Signal(QPoint)

    def __init__(self, look: Callable[[QueueRow, datetime], CountdownLook]) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(None, flags)
        self.setObjectName("nearest_strip")
        self.setWindowTitle(tr("My nearest deadlines"))
        self.setAccessibleName(tr("My nearest deadlines"))
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._look = look
        self._rows: tuple[QueueRow, ...] = ()
        self._held: QPoint | None = None
        self._empty = TextLabel(tr("No deadline waits for you."), "body", "ink_second")
        self._lines = [_Line() for _ in range(NEAREST)]
        self._build()

    def show_rows(self, rows: Sequence[QueueRow], now: datetime) -> None:
        """Show these cases, the nearest first; at most three."""
        self._rows = tuple(rows[:NEAREST])
        self._empty.setVisible(not self._rows)
        for number, line in enumerate(self._lines):
            line.setVisible(number < len(self._rows))
        self.tick(now)
        self.adjustSize()
        if self.isVisible():
            self.put(self.pos())  # a line more must not hang below the screen

    def tick(self, now: datetime) -> None:
        """Bring the countdowns to `now`."""
        looks = [self._look(row, now) for row in self._rows]
        self._make_room(looks)
        for line, row, look in zip(self._lines, self._rows, looks, strict=False):
            line.show_row(row, look)

    def rows(self) -> tuple[QueueRow, ...]:
        """The cases shown, least time left first."""
        return self._rows

    def lines(self) -> list["_Line"]:
        """The lines that are shown."""
        return self._lines[: len(self._rows)]

    def put(self, place: QPoint | None) -> None:
        """Stand where it stood, if a screen is still there; else in the lower right corner."""
        screen = QGuiApplication.screenAt(place) if place is not None else None
        room = (screen or QGuiApplication.primaryScreen()).availableGeometry()
        size = self.sizeHint().expandedTo(self.minimumSize())
        wanted = place if place is not None and screen is not None else room.bottomRight()
        self.move(
            max(room.left(), min(wanted.x(), room.right() - size.width())),
            max(room.top(), min(wanted.y(), room.bottom() - size.height())),
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        self.left.emit()
        super().closeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._held = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self.move(event.globalPosition().toPoint() - self._held)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._held = None
            self.moved_to.emit(self.pos())

    def _make_room(self, looks: Sequence[CountdownLook]) -> None:
        """As wide as the longest note under a countdown needs: a time without its clause is half the news."""
        now = theme.current()
        metrics = QFontMetrics(now.font("small"))
        usual = now.px(COUNTDOWN_WIDTH)
        needed = max([usual, *(metrics.horizontalAdvance(look.note) + 2 for look in looks)])
        self.setFixedWidth(now.px(WIDTH) + needed - usual)
        for line in self._lines:
            line.countdown_width = needed

    def _build(self) -> None:
        set_role(self, "ground", "panel")
        self.setProperty("frame", "card")
        self.setFixedWidth(theme.current().px(WIDTH))
        head = QHBoxLayout()
        head.setContentsMargins(PADDING, 4, 4, 2)
        head.addWidget(TextLabel(tr("My nearest deadlines"), "small", "ink_third"), 1)
        close = IconButton("close", tr("Close the strip"))
        close.setObjectName("strip_close")
        close.clicked.connect(self.close)
        head.addWidget(close)
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 1, 1, 4)
        box.setSpacing(0)
        box.addLayout(head)
        self._empty.setContentsMargins(PADDING, 0, PADDING, PADDING)
        box.addWidget(self._empty)
        for number, line in enumerate(self._lines):
            line.setObjectName(f"nearest_{number}")
            line.clicked.connect(lambda _=False, number=number: self.case_requested.emit(self._rows[number].id))
            box.addWidget(line)


class _Line(ByEnter, QAbstractButton):
    """One deadline: the countdown with its clause, the number, with whom the case is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[str, str, CountdownLook] | None = None
        self.countdown_width = theme.current().px(COUNTDOWN_WIDTH)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_row(self, row: QueueRow, look: CountdownLook) -> None:
        """Show a case; touches nothing when nothing changed."""
        shown = (row.number, row.agency or state_name(row.state), look)
        if shown == self._shown:
            return
        self._shown = shown
        self.setAccessibleName(f"{row.number}, {shown[1]}: {look.accessible_text}")
        self.setToolTip(in_lines(row.excerpt))
        self.update()

    def words(self) -> tuple[str, str, str]:
        """Number, agency, and the countdown's note with the clause, as shown."""
        assert self._shown is not None, "a line that is shown has a case"
        number, agency, look = self._shown
        return number, agency, look.note

    def sizeHint(self) -> QSize:
        now = theme.current()
        return QSize(now.px(WIDTH - COUNTDOWN_WIDTH) + self.countdown_width - 2, countdown_height(now) + 2 * PADDING)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._shown is None:
            return
        number, agency, look = self._shown
        now, painter = theme.current(), QPainter(self)
        painter.fillRect(self.rect(), now.color("hover" if self.underMouse() else "card"))
        painter.fillRect(QRect(0, 0, self.width(), 1), now.color("line"))
        if self.hasFocus():
            painter.setPen(QPen(now.color("focus"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        inner = self.rect().adjusted(PADDING, PADDING, -PADDING, -PADDING)
        left = QRect(inner.topLeft(), QSize(self.countdown_width, inner.height()))
        paint_countdown(painter, left, look, now)
        self._paint_case(painter, inner.adjusted(left.width() + PADDING, 0, 0, 0), number, agency)

    def _paint_case(self, painter: QPainter, rect: QRect, number: str, agency: str) -> None:
        now = theme.current()
        for text, font, ink, top in ((number, "strong", "ink", True), (agency, "small", "ink_second", False)):
            metrics = QFontMetrics(now.font(font))
            half = QRect(rect.left(), rect.top() if top else rect.center().y(), rect.width(), rect.height() // 2)
            painter.setFont(now.font(font))
            painter.setPen(now.color(ink))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(half, int(Qt.AlignmentFlag.AlignVCenter), shown)
