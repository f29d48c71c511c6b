"""The page «Рейтинг» (п. 2): agencies by points, what each component does to them, and the cases behind."""

import asyncio
from datetime import date

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QProgressBar, QWidget

from app.regulation.behind import COMPONENTS
from app.regulation.measures import Dimension
from app.regulation.rating import Standing
from app.regulation.rating_rules import Component
from app.regulation.report_days import Days, month_of
from app.services.changes import Change
from app.services.reports.making import STEPS, make_report
from app.services.reports.periodic import PeriodReport, RatedLine
from app.texts import tr, trn
from app.texts.moments import full_moment
from app.texts.period_report import component_name, component_rule, rating_words
from app.ui.pages.behind_list import BehindList
from app.ui.pages.page import Page, Surroundings
from app.ui.pages.report_rows import rated_columns
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.days_box import DaysBox
from app.ui.widgets.flow_row import FlowRow
from app.ui.widgets.labels import TextLabel
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import RowsModel

# Until this day of a month the month before is shown: a few days say little of anybody.
_EARLY = 10
# Columns before those of the components.
_FIRST_COMPONENT = 3


def shown_first(today: date) -> Days:
    """The month whose rating stands there before another is chosen."""
    month = month_of(today)
    return month.before if today.day <= _EARLY else month


class RatingPage(Page):
    """Counted in a process of its own when the page is opened, when other days are chosen, and on wish."""

    beside_card = True

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(tr("Rating"), surroundings, parent)
        today = self.place.now().astimezone(self.place.rules().agency.zone).date()
        self.report: PeriodReport | None = None
        self.days = DaysBox(shown_first(today))
        self.again = KeyButton(tr("Count anew"))
        self.explain = KeyButton(tr("How it is counted"))
        self.progress = QProgressBar()
        self.rows: RowsModel[RatedLine] = RowsModel(rated_columns(), lambda row: row.agency)
        self.view = QueueView(self.rows, lines=1)
        self.rules = TextLabel("", "small", "ink_second", wrap=True)
        self.behind = BehindList(self.place)
        self._lay_out()
        self._connect()

    @property
    def spread(self) -> bool:
        return self.behind.isHidden()

    async def read(self) -> None:
        self.progress.setValue(0)
        self.progress.show()
        try:
            report = await make_report(self.place, self.days.days(), lambda _step, done: self.progress.setValue(done))
            self._show(report)
        except Exception:
            self.view.set_empty_text("")  # the bar above says why nothing was counted
            raise
        finally:
            if asyncio.current_task() is not None and not self.scope.is_closed:
                self.progress.hide()

    def show_now(self) -> None:
        """What was counted stays until other days are asked for: counting a month takes seconds."""
        if self.report is None:
            super().show_now()

    def heard(self, change: Change) -> None:
        """One act changes a month's rating by nothing to see."""

    def back(self) -> bool:
        return self.behind.close_list()

    def count_anew(self) -> None:
        """Read the chosen days again."""
        self.report = None
        self.view.set_empty_text(tr("Points are being counted…"))
        self.behind.close_list()
        self.show_now()

    def open_component(self, agency: RatedLine, component: Component) -> None:
        """List the cases that cost an agency points of a component."""
        if self.report is None:
            return
        title = f"{agency.name} — {component_name(component).lower()}"
        work = self.behind.open(title, self.days.days(), COMPONENTS[component], Dimension.AGENCY, agency.agency)
        self.scope.latest("cases behind", self._saying(work))

    def _show(self, report: PeriodReport) -> None:
        self.report = report
        self.view.set_empty_text(tr("Nothing in this period."))
        self.rows.show(report.rating)
        red = sum(row.standing == Standing.RED for row in report.rating)
        rated = sum(row.place is not None for row in report.rating)
        words = [trn("{n} agency in the rating", "{n} agencies in the rating", rated)]
        if red:
            words.append(trn("{n} in the red zone", "{n} are in the red zone", red))
        zone = self.place.rules().agency.zone
        words.append(tr("data at {at}", at=full_moment(report.made_at, zone)))
        self.note.show_text(" · ".join(words))
        weights = report.rating_rules["weights"]
        told = [
            tr("{component}, weight {weight}", component=component_name(c), weight=weights[c.value])
            + f": {component_rule(c)}."
            for c in Component
        ]
        self.rules.show_text("\n".join([*told, *rating_words(report.rating_rules)]))

    def _clicked(self, index: QModelIndex) -> None:
        row, column = self.rows.row(index), index.column() - _FIRST_COMPONENT
        if row is not None and column >= 0:
            self.open_component(row, list(Component)[column])

    def _activated(self, agency_id: object) -> None:
        """Enter opens the component that costs the agency most."""
        row = next((row for row in self.rows.rows() if row.agency == agency_id), None)
        if row is not None and row.scores:
            worst = min(row.scores, key=lambda code: row.scores[code][3])
            self.open_component(row, Component(worst))

    def _lay_out(self) -> None:
        self.view.setObjectName("rating_table")
        self.view.setAccessibleName(tr("Rating of agencies"))
        self.view.set_empty_text(tr("Points are being counted…"))
        self.rules.setObjectName("rating_rules")
        self.rules.hide()
        self.again.setObjectName("rating_again")
        self.explain.setObjectName("rating_explain")
        self.explain.setCheckable(True)
        self.progress.setRange(0, STEPS)
        self.progress.setTextVisible(False)
        self.progress.hide()
        hint = tr("A click on a component opens the cases that cost points; beneath: good of all, and the effect")
        line = FlowRow()
        line.add(self.days)
        line.add(self.again)
        line.add_gap()
        line.add(self.explain)
        self.body.addWidget(line)
        self.body.addWidget(self.progress)
        self.body.addWidget(TextLabel(hint, "small", "ink_third", wrap=True))
        self.body.addWidget(self.rules)
        self.body.addWidget(self.view, 3)
        self.body.addWidget(self.behind, 2)

    def _connect(self) -> None:
        self.days.changed.connect(self.count_anew)
        self.again.clicked.connect(self.count_anew)
        self.explain.toggled.connect(self.rules.setVisible)
        self.view.clicked.connect(self._clicked)
        self.view.row_activated.connect(self._activated)
        self.behind.case_chosen.connect(self.case_chosen)
        self.behind.case_activated.connect(self.case_requested)
