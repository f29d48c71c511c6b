"""A clock on the screen: icon, figure, clause and bar, told by shape, word and colour together."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QWidget

from app.ui import theme
from app.ui.theme import Theme
from app.ui.widgets.labels import IconLabel, TextLabel

ICON_SIZE = 13
ICON_GAP = 6
BAR_HEIGHT = 3
BAR_GAP = 5
BAR_WIDTH = 120


class CountdownState(Enum):
    """What a clock says at a glance; the value is (icon or "", role of its ink)."""

    PLAIN = ("", "ink")
    SOON = ("soon", "soon")
    LATE = ("late", "late")
    PENDING = ("pending", "ink_second")
    PAUSED = ("paused", "ink_second")
    STOPWATCH = ("stopwatch", "ink_second")
    NOT_COMPUTABLE = ("not-computable", "ink_second")
    WINDOW_CLOSED = ("window-closed", "ink_third")
    DONE = ("done", "well")

    @property
    def icon(self) -> str:
        return self.value[0]

    @property
    def ink(self) -> str:
        return self.value[1]

    @property
    def is_alarming(self) -> bool:
        return self in (CountdownState.SOON, CountdownState.LATE)


@dataclass(frozen=True, slots=True)
class CountdownLook:
    """What to draw, in finished words. `progress` is the part of the limit that is gone, None draws no bar."""

    state: CountdownState
    figure: str
    note: str = ""
    progress: float | None = None
    spoken: str = ""

    @property
    def accessible_text(self) -> str:
        """What a screen reader says."""
        return self.spoken or ", ".join(part for part in (self.figure, self.note) if part)


def countdown_height(look_theme: Theme) -> int:
    """Pixels that `paint_countdown` needs."""
    figure, note = (QFontMetrics(look_theme.font(role)).height() for role in ("countdown", "small"))
    return figure + note + BAR_GAP + BAR_HEIGHT


def paint_countdown(painter: QPainter, rect: QRect, look: CountdownLook, look_theme: Theme) -> None:
    """Draw icon and figure, beneath them the note, beneath it the bar; centred on the height of `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    top = rect.top() + (rect.height() - countdown_height(look_theme)) // 2
    left, width = rect.left(), rect.width()
    figure_font, note_font = look_theme.font("countdown"), look_theme.font("small")
    figure_metrics, note_metrics = QFontMetrics(figure_font), QFontMetrics(note_font)
    line = QRect(left, top, width, figure_metrics.height())

    indent = _paint_mark(painter, line, look, look_theme)
    painter.setFont(figure_font)
    painter.setPen(look_theme.color(look.state.ink))
    figure = figure_metrics.elidedText(look.figure, Qt.TextElideMode.ElideRight, width - indent)
    painter.drawText(line.adjusted(indent, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), figure)

    note_line = QRect(left, line.bottom() + 1, width, note_metrics.height())
    painter.setFont(note_font)
    painter.setPen(look_theme.color("ink_second"))
    note = note_metrics.elidedText(_fitting(look.note, note_metrics, width), Qt.TextElideMode.ElideRight, width)
    painter.drawText(note_line, int(Qt.AlignmentFlag.AlignVCenter), note)

    if look.progress is not None:
        bar = QRect(left, note_line.bottom() + 1 + BAR_GAP, min(width, look_theme.px(BAR_WIDTH)), BAR_HEIGHT)
        _paint_bar(painter, bar, look, look_theme)
    painter.restore()


def _fitting(note: str, metrics: QFontMetrics, width: int) -> str:
    """The note without its last parts that have no room: "by agr…" says less than nothing."""
    while metrics.horizontalAdvance(note) > width and " · " in note:
        note = note.rpartition(" · ")[0]
    return note


def _paint_mark(painter: QPainter, line: QRect, look: CountdownLook, look_theme: Theme) -> int:
    """Draw the state's icon at the start of `line`; give the indent of what follows."""
    if not look.state.icon:
        return 0
    size = look_theme.px(ICON_SIZE)
    ratio = painter.device().devicePixelRatioF()
    mark = look_theme.pixmap(look.state.icon, look.state.ink, size, ratio)
    painter.drawPixmap(QPoint(line.left(), line.top() + (line.height() - size + 1) // 2), mark)
    return size + ICON_GAP


def _paint_bar(painter: QPainter, bar: QRect, look: CountdownLook, look_theme: Theme) -> None:
    gone = min(1.0, max(0.0, look.progress or 0.0))
    radius = BAR_HEIGHT / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look_theme.color("track"))
    painter.drawRoundedRect(QRectF(bar), radius, radius)
    if gone > 0:
        filled = QRectF(bar)
        filled.setWidth(max(BAR_HEIGHT, bar.width() * gone))
        painter.setBrush(look_theme.color(look.state.ink if look.state.is_alarming else "progress"))
        painter.drawRoundedRect(filled, radius, radius)


class CountdownLabel(QWidget):
    """The countdown of the table as a widget: the first and largest thing of a card or a dialog's head."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look: CountdownLook | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_look(self, look: CountdownLook) -> None:
        """Draw `look`; repaints only if it differs."""
        if look == self._look:
            return
        self._look = look
        self.setAccessibleName(look.accessible_text)
        self.updateGeometry()
        self.update()

    def look(self) -> CountdownLook | None:
        return self._look

    def sizeHint(self) -> QSize:
        now = theme.current()
        if self._look is None:
            return QSize(now.px(BAR_WIDTH), countdown_height(now))
        figure = QFontMetrics(now.font("countdown")).horizontalAdvance(self._look.figure)
        note = QFontMetrics(now.font("small")).horizontalAdvance(self._look.note)
        mark = now.px(ICON_SIZE) + ICON_GAP if self._look.state.icon else 0
        return QSize(max(figure + mark, note, now.px(BAR_WIDTH)) + 2, countdown_height(now))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._look is not None:
            paint_countdown(QPainter(self), self.rect(), self._look, theme.current())


class ClockLine(QFrame):
    """One clock of a card: icon, what must be done, clause and due time beneath, what is left at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[str, CountdownLook] | None = None
        self.setProperty("frame", "top")
        self._icon = IconLabel(16)
        self._title = TextLabel("", wrap=True)
        self._figure = TextLabel("")
        self._note = TextLabel("", "small", "ink_third", wrap=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 6, 0, 6)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.addWidget(self._icon, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._title, 0, 1)
        grid.addWidget(self._figure, 0, 2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._note, 1, 1, 1, 2)
        grid.setColumnStretch(1, 1)

    def show_clock(self, title: str, look: CountdownLook) -> None:
        """Show the clock named `title`; touches nothing when nothing changed."""
        if self._shown == (title, look):
            return
        self._shown = (title, look)
        font = "strong" if look.state.is_alarming else "body"
        self._icon.show_icon(look.state.icon or "pending", look.state.ink)
        self._title.show_text(title, font)
        self._figure.show_text(look.figure, font, look.state.ink)
        self._note.show_text(look.note)
        self.setAccessibleName(f"{title}: {look.accessible_text}")
