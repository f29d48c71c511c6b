"""The days of a report: a month, a week, or any two days."""

from datetime import date

from PySide6.QtCore import QDate, QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.regulation.report_days import Days, PeriodKind, any_days, month_of, week_of
from app.texts import tr
from app.ui.widgets.combo_box import ComboBox
from app.ui.widgets.period_box import PeriodBox


class DaysBox(QWidget):
    """A month or a week is named by any of its days; its first and last day are shown. Signals: changed."""

    changed = Signal()

    def __init__(self, days: Days, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = ComboBox()
        self.kind.setObjectName("report_kind")
        self.kind.setAccessibleName(tr("Of what the report is"))
        for kind, name in (
            (PeriodKind.MONTH, tr("Month")), (PeriodKind.WEEK, tr("Week")), (PeriodKind.PERIOD, tr("Any days")),
        ):  # fmt: skip
            self.kind.addItem(name, kind)
        self.kind.setCurrentIndex(self.kind.findData(days.kind))
        self.period = PeriodBox(days.first, days.last)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.kind)
        row.addWidget(self.period)
        self.kind.activated.connect(self._settle)
        self.period.changed.connect(self._settle)

    def days(self) -> Days:
        """What is chosen."""
        first, last = self.period.days()
        kind = PeriodKind(self.kind.currentData())
        if kind is PeriodKind.MONTH:
            return month_of(first)
        return week_of(first) if kind is PeriodKind.WEEK else any_days(first, last)

    def _settle(self) -> None:
        days = self.days()
        for field, day in ((self.period.begin, days.first), (self.period.end, days.last)):
            with QSignalBlocker(field):
                field.setDate(_qdate(day))
        self.changed.emit()


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
