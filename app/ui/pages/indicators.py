"""The page «Показатели» (п. 2): pictures of a period for those who steer, and the cases behind each part of them."""

from collections.abc import Hashable
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.services import chosen_file
from app.services.changes import Change
from app.services.indicators import Indicators, list_behind, read_indicators
from app.services.views import QueueRow
from app.texts import tr, trn
from app.texts.indicators import behind_title
from app.texts.moments import day, near_moment, until_words
from app.texts.words import state_name
from app.ui.charts.chart import Chart
from app.ui.charts.files import picture_of, with_suffix
from app.ui.charts.indicators import Pictures
from app.ui.pages.page import Page, Surroundings
from app.ui.tasks import ask
from app.ui.widgets.file_chooser import FileChooser
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.labels import SectionLabel
from app.ui.widgets.period_box import PeriodBox
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel

DAYS_BACK = 29
# Pictures of a month are not drawn anew for every act of the desk.
READ_AGAIN_AFTER = timedelta(minutes=1)


class IndicatorsPage(Page):
    """A click on a part of a picture lists its cases beneath; Enter on a case goes to it in its queue."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(tr("Indicators"), surroundings, parent)
        today = self.place.now().astimezone(self.place.rules().agency.zone).date()
        self.period = PeriodBox(today - timedelta(days=DAYS_BACK), today)
        self.pictures = Pictures(self)
        self.behind: RowsModel[QueueRow] = RowsModel(self._columns(), lambda row: row.id)
        self.behind_view = QueueView(self.behind)
        self.behind_words = SectionLabel("")
        self.indicators: Indicators | None = None
        self._read_at: datetime | None = None
        self._is_stale = False
        self._lay_out()
        self.period.changed.connect(self.show_now)
        for chart in self.pictures.all:
            chart.part_chosen.connect(self._list_behind)
            chart.save_requested.connect(lambda chart=chart: self.scope.start("save a picture", self._save(chart)))
        self.behind_view.row_activated.connect(lambda case_id: self.case_requested.emit(int(str(case_id))))

    async def read(self) -> None:
        first, last = self.period.days()
        found = await read_indicators(self.place, first, last)
        self._read_at, self._is_stale = self.place.now(), False
        await self.pictures.show(found, self.place.rules().profile)
        self.indicators = found
        received = trn("{n} message", "{n} messages", found.total.received)
        words = tr("{received} received, {answered} answered", received=received, answered=found.total.answered)
        self.note.show_text(words)

    def heard(self, change: Change) -> None:
        """Read again, but not oftener than once a minute."""
        self._is_stale = True

    def tick(self, now: datetime) -> None:
        if self._is_stale and self._read_at is not None and now - self._read_at >= READ_AGAIN_AFTER:
            self.show_now()

    def back(self) -> bool:
        """Escape closes the list of cases."""
        stood = not self._pane.isHidden()
        self._pane.hide()
        return stood

    # ----- the cases behind a part

    def _list_behind(self, part: Hashable) -> None:
        self.scope.latest("cases behind", self._saying(self._read_behind(part)))

    async def _read_behind(self, part: Hashable) -> None:
        found = self.indicators
        if found is None or not isinstance(part, tuple):
            return
        rows = await list_behind(self.place, found, part)
        plots = (chart.plot for chart in self.pictures.all)
        words = next((place.words for plot in plots for place in plot.places if place.part == part), "")
        self.behind_words.show_text(behind_title(words, len(found.behind.get(part, ()))))
        self.behind.show(rows)
        self._pane.show()

    def _columns(self) -> list[Column[QueueRow]]:
        return [
            Column(key="case", title=tr("Case"), width=170, text=lambda row: row.number, lines=1,
                   note=lambda row: state_name(row.state), sort_key=lambda row: row.number),
            Column(key="message", title=tr("Message"), text=lambda row: row.excerpt, tooltip=lambda row: row.excerpt),
            Column(key="where", title=tr("Place and topic"), width=220, text=lambda row: row.place, lines=1,
                   note=lambda row: row.topic, sort_key=lambda row: (row.place, row.topic)),
            Column(key="agency", title=tr("Agency"), width=230, text=lambda row: row.agency or "—", lines=1,
                   note=self._ends, sort_key=lambda row: row.agency),
        ]  # fmt: skip

    def _ends(self, row: QueueRow) -> str:
        """When it was closed, or until when its answer is due."""
        zone, now = self.place.rules().agency.zone, self.place.now()
        if row.closed_at is not None:
            return tr("closed {moment}", moment=near_moment(row.closed_at, now, zone))
        if row.answer_due_at is None:
            return ""
        return until_words(row.answer_due_at, now, zone)

    # ----- files

    async def _save(self, chart: Chart) -> None:
        chooser = self._chooser(chart)
        if await ask(chooser) != QFileDialog.DialogCode.Accepted:
            return
        await self._saying(self._write(chart, with_suffix(Path(chooser.selectedFiles()[0]))))

    def _chooser(self, chart: Chart) -> QFileDialog:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        first, last = self.period.days()
        name = f"{chart.title} {first.isoformat()}–{last.isoformat()}.png"
        chooser = FileChooser(self, tr("Save the picture"), str(Path(folder) / name))
        chooser.setObjectName("save_picture")
        chooser.setNameFilters(["PNG (*.png)", "SVG (*.svg)"])
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        return chooser

    async def _write(self, chart: Chart, path: Path) -> None:
        first, last = self.period.days()
        subtitle = f"{self.place.database.meta['region']} · {day(first)}–{day(last)} · {chart.note.text()}"
        await chosen_file.save(path, picture_of(chart, path.suffix.lower(), subtitle))
        self.bar.show_message(InfoKind.INFO, tr("Saved: {path}", path=path))

    # ----- widgets

    def _lay_out(self) -> None:
        self.head.addWidget(self.period)
        charts = QWidget()
        grid = QGridLayout(charts)
        grid.setContentsMargins(0, 0, 8, 8)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(18)
        for number, chart in enumerate(self.pictures.beside):
            grid.addWidget(chart, number // 2, number % 2)
        for chart in self.pictures.wide:
            grid.addWidget(chart, grid.rowCount(), 0, 1, 2)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(charts)
        self._pane = self._make_pane()
        self._pane.hide()
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(scroll)
        split.addWidget(self._pane)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        self.body.addWidget(split, 1)

    def _make_pane(self) -> QWidget:
        pane = QWidget()
        self.behind_view.setObjectName("behind_table")
        self.behind_view.setAccessibleName(tr("Cases behind the part chosen"))
        self.behind_view.set_empty_text(tr("No case stands behind it."))
        close = IconButton("close", tr("Close the list"))
        close.setObjectName("behind_close")
        close.clicked.connect(pane.hide)
        line = QHBoxLayout()
        line.addWidget(self.behind_words, 1)
        line.addWidget(close)
        box = QVBoxLayout(pane)
        box.setContentsMargins(0, 8, 0, 0)
        box.addLayout(line)
        box.addWidget(self.behind_view, 1)
        return pane

