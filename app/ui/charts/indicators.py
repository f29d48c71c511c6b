"""The six pictures of the indicators, made from their numbers."""

import asyncio
from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.regulation.profile import Profile
from app.services.indicators import ClockPart, Indicators, Inflow
from app.texts import tr
from app.texts.indicators import (
    agency_name,
    cell_words,
    clock_title,
    day_label,
    day_title,
    hour_title,
    inflow_words,
    kept_words,
    place_name,
    share_figure,
    topic_name,
)
from app.ui.charts.bars import Bar, BarChart, Piece
from app.ui.charts.chart import Chart
from app.ui.charts.grid import Cell, GridChart

MOST_AGENCIES, MOST_PLACES, MOST_TOPICS = 15, 14, 9
MORE = "◆"
ROLES = {"met": "progress", "late": "late", "running": "soon"}


class Pictures:
    """The charts, and what they show of a period."""

    def __init__(self, parent: QWidget) -> None:
        self.days = BarChart("days", tr("Inflow by day"), parent=parent)
        self.hours = BarChart("hours", tr("Inflow by hour"), parent=parent)
        self.clocks = BarChart("clocks", tr("Kept limits by clause"), lying=True, parent=parent)
        self.agencies = BarChart("agencies", tr("Load of agencies against the usual"), lying=True, parent=parent)
        self.grid = GridChart("grid", tr("Places and topics"), parent=parent)
        self.promises = BarChart("promises", tr("Promises of interim answers"), lying=True, parent=parent)

    @property
    def beside(self) -> Sequence[Chart]:
        """Those that stand two in a row."""
        return self.days, self.hours, self.clocks, self.promises

    @property
    def wide(self) -> Sequence[Chart]:
        """Those that need the whole width."""
        return self.agencies, self.grid

    @property
    def all(self) -> Sequence[Chart]:
        """In the order of the page."""
        return *self.beside, *self.wide

    async def show(self, found: Indicators, profile: Profile) -> None:
        """Show a period's numbers, one picture after another; `profile` names clocks and clauses."""
        for show in (self._show_inflow, self._show_promises, self._show_agencies, self._show_grid):
            show(found)
            await asyncio.sleep(0)  # the window goes on meanwhile
        self._show_clocks(found, profile)

    def _show_inflow(self, found: Indicators) -> None:
        days = [_inflow(day, day_label(day.name), day_title(day.name)) for day in found.days]
        self.days.show_bars(days if any(day.count or day.usual for day in found.days) else [])
        hours = [_inflow(hour, str(hour.part[1]), hour_title(int(str(hour.part[1])))) for hour in found.hours]
        self.hours.show_bars(hours if found.total.received else [])
        band = tr("The grey band is where eighty such days in a hundred lie; ◆ is above it.")
        no_band = tr("Too few like days lie behind for a band of what is usual.")
        is_banded = any(day.usual for day in found.days)
        self.days.note.show_text(band if is_banded else no_band)
        self.hours.note.show_text(tr("All days of the period together.") if is_banded else no_band)

    def _show_clocks(self, found: Indicators, profile: Profile) -> None:
        order = list(profile.clocks)
        parts = [each for each in found.clocks if each.figures.met + each.figures.late]
        parts.sort(key=lambda each: order.index(each.name) if each.name in order else len(order))
        bars = [_kept(each, clock_title(each.name, profile), ("met", "late")) for each in parts]
        self.clocks.show_bars(bars)
        agreed = sum(each.figures.agreed_met + each.figures.agreed_late for each in found.clocks)
        self.clocks.note.show_text(
            tr("Stopped in the period, late ones in red. By agreement, in no share: {n}.", n=agreed)
        )

    def _show_agencies(self, found: Indicators) -> None:
        shown = found.agencies[:MOST_AGENCIES]
        self.agencies.show_bars([
            _inflow(each, agency_name(each.name), agency_name(each.name), with_figure=True) for each in shown
        ])  # fmt: skip
        more = len(found.agencies) - len(shown)
        words = tr("Messages received; the grey band is what such days usually bring this agency.")
        self.agencies.note.show_text(f"{words} {tr('Not shown: {n}.', n=more)}" if more else words)

    def _show_grid(self, found: Indicators) -> None:
        places, topics = found.places[:MOST_PLACES], found.topics[:MOST_TOPICS]
        cells = [
            Cell(("cell", place, topic), row, column, count, cell_words(place_words, topic_words, count))
            for row, (place, place_words) in enumerate(places)
            for column, (topic, topic_words) in enumerate(topics)
            if (count := found.grid.get((place, topic), 0))
        ]
        names = [place_name(name) for _, name in places], [topic_name(name) for _, name in topics]
        self.grid.show_cells(*names, cells)
        hidden = found.total.received - sum(cell.count for cell in cells)
        words = tr("Messages received; the fullest places and topics.")
        self.grid.note.show_text(f"{words} {tr('Messages elsewhere: {n}.', n=hidden)}" if hidden else words)

    def _show_promises(self, found: Indicators) -> None:
        shown = found.promises[:MOST_AGENCIES]
        bars = [_kept(each, agency_name(each.name), ("met", "late", "running"), with_running=True) for each in shown]
        self.promises.show_bars(bars, tr("No promise came due in this period."))
        self.promises.note.show_text(tr("Came due in the period: kept, late (red), still owed (yellow)."))


def _inflow(inflow: Inflow, label: str, title: str, *, with_figure: bool = False) -> Bar:
    is_more = inflow.usual is not None and inflow.usual.verdict(inflow.count) == "more"
    piece = Piece(inflow.part, inflow.count, "soon" if is_more else "progress", inflow_words(title, inflow))
    band = (inflow.usual.low, inflow.usual.high) if inflow.usual else None
    return Bar(label, (piece,), band, str(inflow.count) if with_figure else "", MORE if is_more else "")


def _kept(each: ClockPart, title: str, kinds: Sequence[str], *, with_running: bool = False) -> Bar:
    counts = {kind: int(getattr(each.figures, kind)) for kind in kinds}
    pieces = tuple(
        Piece((*each.part, kind), count, ROLES[kind], kept_words(title, kind, count))
        for kind, count in counts.items()
        if count
    )
    return Bar(title, pieces, figure=share_figure(each.figures, with_running=with_running))
