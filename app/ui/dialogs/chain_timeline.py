"""The chain of agencies drawn against the due times of the draft and the answer (п. 11, п. 10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.regulation.clocks import Rules
from app.regulation.relay import Forecast, Slot
from app.texts import tr
from app.texts.moments import clock_time, duration, near_moment
from app.texts.words import clause_words, clock_name
from app.ui import theme

HEAD = 62
BAR = 26
MARGIN = 20
TICK_WIDTH = 64
MIN_ROW = 44

Interval = tuple[datetime, datetime]


class Axis:
    """Time from left to right without the hours in which nothing can happen: nights and lunch take no room."""

    def __init__(self, intervals: Sequence[Interval], left: float, width: float) -> None:
        self.pieces = _merged(intervals)
        self._left, self._width = left, width
        self._whole = sum((end - begin for begin, end in self.pieces), timedelta()) or timedelta(seconds=1)

    def x(self, moment: datetime) -> float:
        """Where a moment stands; one within a gap stands at the gap."""
        gone = sum((min(max(moment, begin), end) - begin for begin, end in self.pieces), timedelta())
        return self._left + self._width * (gone / self._whole)

    def gaps(self) -> list[Interval]:
        """What is left out between the pieces."""
        return [(a[1], b[0]) for a, b in zip(self.pieces, self.pieces[1:], strict=False)]


def _merged(intervals: Sequence[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for begin, end in sorted(intervals):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > begin:
            merged.append((begin, end))
    return merged


@dataclass(frozen=True, slots=True)
class _Row:
    slot: Slot
    words: str


class ChainTimeline(QWidget):
    """Draws a `Forecast`; what overshoots is red and hatched, so that it is not told by colour alone.

    `fixed` agencies stand before the order: each bar bears the number that its agency has in the list beside.
    """

    def __init__(self, rules: Rules, fixed: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rules = rules
        self._fixed = fixed
        self._forecast: Forecast | None = None
        self.setObjectName("chain_timeline")
        self.setMinimumSize(QSize(420, HEAD + 3 * MIN_ROW))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_forecast(self, forecast: Forecast | None) -> None:
        """Draw another forecast; None empties the picture."""
        self._forecast = forecast
        self.setAccessibleName(self._spoken())
        self.update()

    def _spoken(self) -> str:
        rows = self._rows()
        zone = self._rules.agency.zone
        parts = [f"{row.words}: {clock_time(row.slot.begin, zone)}–{clock_time(row.slot.end, zone)}" for row in rows]
        return "; ".join(parts)

    def _rows(self) -> list[_Row]:
        if self._forecast is None:
            return []
        return [_Row(slot, self._words(slot)) for slot in self._forecast.slots if slot.end > slot.begin]

    def _words(self, slot: Slot) -> str:
        length = duration(int((slot.end - slot.begin).total_seconds()))
        if slot.link is not None:
            return f"{slot.link + self._fixed + 1} · {length}"
        return f"{tr('approval') if slot.step == 'approve' else tr('publication')} {length}"

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.current().color("card"))
        if self._forecast is None or not self._forecast.slots:
            self._paint_empty(painter)
            return
        axis = self._axis(self._forecast)
        self._paint_axis(painter, axis)
        self._paint_bars(painter, axis, self._forecast)
        self._paint_due(painter, axis, self._forecast.draft_due, "draft", "soon", HEAD - 11)
        self._paint_due(painter, axis, self._forecast.answer_due, "answer", "late", HEAD - 28)

    def _paint_empty(self, painter: QPainter) -> None:
        """What will stand here, as a table without rows says it."""
        painter.setFont(theme.current().font("body"))
        painter.setPen(theme.current().color("ink_third"))
        words = tr("Add agencies in their order: here stands by when each has to send its part.")
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(24, 24, -24, -24), int(flags), words)

    def _axis(self, forecast: Forecast) -> Axis:
        begin = forecast.slots[0].begin
        last = max(moment for moment in (forecast.slots[-1].end, forecast.answer_due) if moment)
        working = self._rules.agency.working_intervals(begin, last + timedelta(minutes=30))
        steps = [(slot.begin, slot.end) for slot in forecast.slots]
        return Axis([*working, *steps], MARGIN, self.width() - 2 * MARGIN)

    def _paint_axis(self, painter: QPainter, axis: Axis) -> None:
        now = theme.current()
        painter.setFont(now.font("small"))
        taken = -1e9
        for moment in self._ticks(axis):
            x = axis.x(moment)
            at_gap = any(moment == begin for begin, _ in axis.gaps())
            style = Qt.PenStyle.DashLine if at_gap else Qt.PenStyle.SolidLine
            painter.setPen(QPen(now.color("line"), 1, style))
            painter.drawLine(QPointF(x, HEAD - 6), QPointF(x, self.height() - MARGIN))
            if x - taken >= now.px(TICK_WIDTH):
                painter.setPen(now.color("ink_third"))
                painter.drawText(QPointF(x + 4, 16), self._tick_words(moment, axis))
                taken = x

    def _ticks(self, axis: Axis) -> list[datetime]:
        ticks = {begin for begin, _ in axis.gaps()}
        for begin, end in axis.pieces:
            hour = begin.replace(minute=0, second=0)
            while hour <= end:
                if begin <= hour < end and hour not in {stop for _, stop in axis.gaps()}:
                    ticks.add(hour)
                hour += timedelta(hours=1)
        return sorted(ticks)

    def _tick_words(self, moment: datetime, axis: Axis) -> str:
        zone = self._rules.agency.zone
        resumed = next((end for begin, end in axis.gaps() if begin == moment), None)
        words = clock_time(moment, zone)
        return f"{words} | {clock_time(resumed, zone)}" if resumed else words

    def _paint_bars(self, painter: QPainter, axis: Axis, forecast: Forecast) -> None:
        now = theme.current()
        rows = self._rows()
        step = max(MIN_ROW, (self.height() - HEAD - MARGIN) / max(1, len(rows)))
        for number, row in enumerate(rows):
            top = HEAD + number * step + (step - now.px(BAR)) / 2
            begin, end = axis.x(row.slot.begin), axis.x(row.slot.end)
            late = forecast.answer_due is not None and row.slot.end > forecast.answer_due
            bar = QRectF(begin, top, max(4.0, end - begin), now.px(BAR))
            ink = now.color("late" if late else "accent" if row.slot.link is None else "progress")
            self._paint_bar(painter, bar, ink, row.words, hatched=late)

    def _paint_bar(self, painter: QPainter, bar: QRectF, ink: QColor, words: str, *, hatched: bool) -> None:
        now = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawRoundedRect(bar, 3, 3)
        if hatched:
            shade = now.color("on_accent")
            shade.setAlpha(60)
            painter.setBrush(shade)
            painter.setBrush(Qt.BrushStyle.BDiagPattern)
            painter.drawRoundedRect(bar, 3, 3)
        painter.setFont(now.font("small_strong" if hatched else "small"))
        room = QFontMetrics(painter.font()).horizontalAdvance(words) + 16
        inside = room <= bar.width()
        painter.setPen(now.color("on_accent") if inside else now.color("ink"))
        place = bar.adjusted(8, 0, 0, 0) if inside else QRectF(bar.left() - room - 2, bar.top(), room, bar.height())
        if not inside and place.left() < MARGIN:
            place.moveLeft(bar.right() + 6)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), words)

    def _paint_due(
        self, painter: QPainter, axis: Axis, due: datetime | None, code: str, role: str, baseline: int
    ) -> None:
        if due is None:
            return
        now = theme.current()
        x = axis.x(due)
        painter.setPen(QPen(now.color(role), 2))
        painter.drawLine(QPointF(x, baseline - 12), QPointF(x, self.height() - MARGIN))
        painter.setFont(now.font("small_strong"))
        rule, moment = self._rules.profile.clocks[code], near_moment(due, due, self._rules.agency.zone)
        words = f"{clause_words(rule) or clock_name(rule)} · {moment}"
        room = QFontMetrics(painter.font()).horizontalAdvance(words)
        after = code == "answer" and x + room + 10 < self.width()
        left = x + 6 if after else x - room - 6
        painter.drawText(QPointF(left, baseline), words)
