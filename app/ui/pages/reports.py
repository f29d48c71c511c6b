"""The page «Отчёты» (п. 23): reports made and to whom they were told, their figures, and the cases behind each."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QModelIndex, QStandardPaths
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QProgressBar, QStackedWidget, QWidget

from app.regulation.duties import Duty, duty_refusal
from app.regulation.measures import Dimension
from app.regulation.report_days import Days, month_of
from app.services.changes import Change
from app.services.reports import freezing, making
from app.services.reports.freezing import FrozenReport
from app.services.reports.periodic import Part, PeriodReport
from app.texts import tr
from app.texts.measures import dimension_name, measure_name, part_not_set
from app.texts.period_report import period_name, worse_words
from app.texts.refusals import explain
from app.ui import theme
from app.ui.dialogs.act_dialog import Heading
from app.ui.dialogs.telling import Telling, TellingDialog
from app.ui.pages.asking import ask_and_save
from app.ui.pages.behind_list import BehindList
from app.ui.pages.page import Page, Surroundings
from app.ui.pages.report_rows import (
    PART_MEASURES,
    WIDE_ONLY,
    FigureRow,
    figure_columns,
    figure_rows,
    part_columns,
    report_columns,
)
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.combo_box import ComboBox
from app.ui.widgets.days_box import DaysBox
from app.ui.widgets.file_chooser import FileChooser
from app.ui.widgets.flow_row import FlowRow
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.labels import TextLabel
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import RowsModel
from app.ui.widgets.shortcuts import press_by

# Narrower than this, pixels at scale 1, a table of parts leaves columns out.
WIDE = 900
MADE_HEIGHT = 118
"""A head and three reports: the newest are asked for."""


class ReportsPage(Page):
    """The chosen report is shown as it was frozen; what is listed behind a figure is read from the database now."""

    beside_card = True

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(tr("Reports"), surroundings, parent)
        zone = self.place.rules().agency.zone
        today = self.place.now().astimezone(zone).date()
        self.report: PeriodReport | None = None
        self.days = DaysBox(month_of(today).before)
        self.make = KeyButton(tr("Make the report"), "Ctrl+Enter", ButtonKind.PRIMARY)
        self.cancel = KeyButton(tr("Cancel"), "Esc")
        self.save = KeyButton(tr("Save as Excel…"), "Ctrl+S")
        self.tell = KeyButton(tr("Reported…"))
        self.progress = QProgressBar()
        self.made: RowsModel[FrozenReport] = RowsModel(report_columns(zone), lambda report: report.id)
        self.made_view = QueueView(self.made, lines=1, has_note=False)
        self.figures: RowsModel[FigureRow] = RowsModel(figure_columns(zone), lambda row: row.measure.code)
        self.figures_view = QueueView(self.figures, lines=1, has_note=False)
        self.parts: dict[Dimension, RowsModel[Part]] = {}
        self._part_views: list[QueueView] = []
        self.breakdown = ComboBox()
        self.worse = TextLabel("", "body", wrap=True)
        self.stack = QStackedWidget()
        self.behind = BehindList(self.place)
        self._work: asyncio.Task[None] | None = None
        self._lay_out()
        self._connect()
        self._show_report(None)

    @property
    def spread(self) -> bool:
        return self.behind.isHidden()

    async def read(self) -> None:
        self.made.show(await freezing.list_frozen(self.place))
        if self.made_view.chosen_id() is None:
            self.made_view.choose_first()

    def heard(self, change: Change) -> None:
        """A frozen report does not change; the list is read when the page is opened."""

    def back(self) -> bool:
        if self._work is not None:
            self.stop()
            return True
        return self.behind.close_list()

    # ----- making and saving

    def start_making(self) -> None:
        """Count the chosen days in a process of their own and keep the report."""
        if self._work is None:
            self._run(self._make(self.days.days()))

    def stop(self) -> None:
        """Cancel what is being made: nothing of it is kept."""
        if self._work is not None:
            self._work.cancel()

    def save_to(self, path: str) -> None:
        """Write the shown report as a workbook."""
        if self.report is not None and self._work is None:
            self._run(self._save(self.report, Path(path)))

    def _run(self, work: object) -> None:
        self._work = self.scope.latest("report making", self._working(work))

    async def _working(self, work: object) -> None:
        self._show_work(is_running=True)
        try:
            await self._saying(work)
        finally:
            self._work = None
            if not self.scope.is_closed:
                self._show_work(is_running=False)

    async def _make(self, days: Days) -> None:
        report = await making.make_report(self.place, days, self._progress)
        made = await freezing.freeze(self.place, report)
        await self.read()
        self.made_view.choose(made)

    async def _save(self, report: PeriodReport, path: Path) -> None:
        await making.write_report(report, path, self._progress)
        self.bar.show_message(InfoKind.SUCCESS, tr("Saved: {path}", path=path))

    def _progress(self, _step: str, done: int) -> None:
        self.progress.setValue(done)

    def _show_work(self, *, is_running: bool) -> None:
        self.progress.setValue(0)
        self.progress.setVisible(is_running)
        self.cancel.setVisible(is_running)
        busy = tr("A report is being made.")
        for button in (self.make, self.save, self.tell):
            button.refuse(busy) if is_running else button.allow()
        if not is_running:
            self._show_buttons()

    def _choose_file(self) -> None:
        if self.report is None:
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = tr("Report {day}", day=period_name(self.report.kind, self.report.first, self.report.last))
        chooser = FileChooser(self, tr("The report, to Excel"), f"{folder}/{name}.xlsx", tr("Excel workbooks (*.xlsx)"))
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("xlsx")
        chooser.fileSelected.connect(self.save_to)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    # ----- telling

    def _start_telling(self) -> None:
        chosen = self.made_view.chosen()
        if chosen is not None and self.tell.isEnabled():
            self.do("telling", self._tell(chosen))

    async def _tell(self, chosen: FrozenReport) -> None:
        zone = self.place.rules().agency.zone
        to = await freezing.addressees(self.place, self.place.now().astimezone(zone).date())
        clauses = ", ".join(sorted({each.clause for each in to if each.clause}))
        note = tr("cl. {clause}", clause=clauses) if clauses else ""
        days = chosen.days
        heading = Heading(tr("Reported: {period}", period=period_name(days.kind, days.first, days.last)), note)
        dialog = TellingDialog(to, heading, zone, self.window())

        async def record(told: Telling) -> None:
            await freezing.record_told(self.place, chosen.id, told.to, told.way)

        await ask_and_save(dialog, self, record)

    # ----- showing

    def _choose_report(self, report_id: object) -> None:
        self.behind.close_list()
        if report_id is None:
            self._show_report(None)
        else:
            self.scope.latest("frozen report", self._saying(self._open(int(str(report_id)))))

    async def _open(self, report_id: int) -> None:
        self._show_report(await freezing.read_frozen(self.place, report_id))

    def _show_report(self, report: PeriodReport | None) -> None:
        self.report = report
        self.figures.show(figure_rows(report) if report else [])
        for dimension, model in self.parts.items():
            model.show(report.parts[dimension] if report else [])
        self.worse.show_text(self._worse_words(report) if report else "")
        self.worse.setVisible(bool(report and report.worse))
        self._show_buttons()

    @staticmethod
    def _worse_words(report: PeriodReport) -> str:
        told = []
        for worse in report.worse:
            part = report.name_of(worse.dimension, worse.part) if worse.dimension else ""
            told.append("• " + worse_words(worse, part))
        return "\n".join([tr("What got worse and why") + ":", *told])

    def _show_buttons(self) -> None:
        nothing = tr("Make a report or choose one first.")
        refused = duty_refusal(Duty.REPORT_MONTHLY, self.place.actor)
        self.save.refuse(nothing) if self.report is None else self.save.allow()
        if refused is not None:
            self.tell.refuse(explain(refused))
        else:
            self.tell.refuse(nothing) if self.report is None else self.tell.allow()

    def _show_breakdown(self) -> None:
        self.stack.setCurrentIndex(self.breakdown.currentIndex())

    # ----- the cases behind

    def open_figure(self, code: object) -> None:
        """List the cases behind a measure of the whole."""
        if self.report is not None and code is not None:
            self._open_behind(measure_name(str(code)), str(code))

    def _open_part(self, dimension: Dimension, index: QModelIndex) -> None:
        part = self.parts[dimension].row(index)
        if self.report is None or part is None:
            return
        code = PART_MEASURES[max(index.column() - 1, 0)]
        name = part.name or part_not_set(dimension)
        self._open_behind(f"{name} — {measure_name(code)}", code, dimension, part.key)

    def _open_behind(self, title: str, code: str, dimension: Dimension | None = None, key: int | None = None) -> None:
        assert self.report is not None, "callers look"
        self.worse.hide()  # the list takes its room
        days = Days(self.report.kind, self.report.first, self.report.last)
        work = self._saying(self.behind.open(title, days, code, dimension, key))
        self.scope.latest("cases behind", work)

    # ----- parts of the page

    def _lay_out(self) -> None:
        for name, widget in (
            ("report_make", self.make), ("report_cancel", self.cancel), ("report_save", self.save),
            ("report_tell", self.tell), ("report_progress", self.progress), ("reports_table", self.made_view),
            ("figures_table", self.figures_view), ("report_breakdown", self.breakdown),
        ):  # fmt: skip
            widget.setObjectName(name)
        self.progress.setRange(0, making.STEPS)
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.cancel.hide()
        self.made_view.setAccessibleName(tr("Reports made"))
        self.made_view.set_empty_text(
            tr("No report was made yet. The program makes the monthly one on the first working day.")
        )
        self.figures_view.setAccessibleName(tr("Figures"))
        self.figures_view.set_empty_text(tr("Make a report or choose one first."))
        line = FlowRow()
        for part in (self.days, self.make, self.cancel):
            line.add(part)
        self.body.addWidget(line)
        self.body.addWidget(self.progress)
        self.made_view.setFixedHeight(theme.current().px(MADE_HEIGHT))
        self.body.addWidget(self.made_view)
        self.body.addWidget(self._second_line())
        hint = tr("A double click or Enter on a number opens its cases")
        self.body.addWidget(TextLabel(hint, "small", "ink_third"))
        self.body.addWidget(self.stack, 5)
        self.body.addWidget(self.worse)
        self.body.addWidget(self.behind, 4)
        self._fill_stack()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < theme.current().px(WIDE)
        for view in self._part_views:
            for code in WIDE_ONLY:
                view.setColumnHidden(1 + PART_MEASURES.index(code), is_narrow)

    def _second_line(self) -> QWidget:
        self.breakdown.addItem(tr("All figures"))
        for dimension in Dimension:
            self.breakdown.addItem(tr("By {dimension}", dimension=dimension_name(dimension).lower()))
        self.breakdown.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        line = FlowRow()
        line.add(self.breakdown)
        line.add_gap()
        line.add(self.save)
        line.add(self.tell)
        return line

    def _fill_stack(self) -> None:
        self.stack.addWidget(self.figures_view)
        for dimension in Dimension:
            model: RowsModel[Part] = RowsModel(part_columns(dimension), lambda part: part.key)
            view = QueueView(model, lines=1, has_note=False)
            view.setObjectName(f"parts_{dimension}")
            view.setAccessibleName(dimension_name(dimension))
            view.set_empty_text(tr("Nothing in this period."))
            view.doubleClicked.connect(lambda index, d=dimension: self._open_part(d, index))
            self.parts[dimension] = model
            self._part_views.append(view)
            self.stack.addWidget(view)

    def _connect(self) -> None:
        self.make.clicked.connect(self.start_making)
        self.cancel.clicked.connect(self.stop)
        self.save.clicked.connect(self._choose_file)
        self.tell.clicked.connect(self._start_telling)
        press_by(self, self.make, "Ctrl+Return")
        press_by(self, self.save, "Ctrl+S")
        self.made_view.row_chosen.connect(self._choose_report)
        self.figures_view.row_activated.connect(self.open_figure)
        self.breakdown.currentIndexChanged.connect(self._show_breakdown)
        self.behind.closed.connect(lambda: self.worse.setVisible(bool(self.report and self.report.worse)))
        self.behind.case_chosen.connect(self.case_chosen)
        self.behind.case_activated.connect(self.case_requested)
