"""Two days that bound a period, both included; the first never comes after the last."""

from datetime import date

from PySide6.QtCore import QDate, QSignalBlocker, Signal
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QWidget

from app.texts import tr
from app.ui.widgets.labels import TextLabel


class PeriodBox(QWidget):
    """Signals: changed when the person picks another day."""

    changed = Signal()

    def __init__(self, begin: date, end: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.begin = day_field(begin, tr("From day"), "period_begin")
        self.end = day_field(end, tr("To day"), "period_end")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.begin)
        row.addWidget(TextLabel("—", ink="ink_third"))
        row.addWidget(self.end)
        self.begin.dateChanged.connect(lambda day: self._follow(self.end, max(day, self.end.date())))
        self.end.dateChanged.connect(lambda day: self._follow(self.begin, min(day, self.begin.date())))

    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        return as_day(self.begin), as_day(self.end)

    def _follow(self, other: QDateEdit, day: QDate) -> None:
        with QSignalBlocker(other):
            other.setDate(day)
        self.changed.emit()


def day_field(day: date, name: str, code: str) -> QDateEdit:
    """A field for a day of this century, with the calendar to open: a year mistyped as 9026 would make a report of a
    sheet a day, and take all memory."""
    field = QDateEdit(QDate(day.year, day.month, day.day))
    field.setDateRange(QDate(2000, 1, 1), QDate(2099, 12, 31))
    field.setObjectName(code)
    field.setAccessibleName(name)
    field.setToolTip(name)
    field.setDisplayFormat("dd.MM.yyyy")
    field.setCalendarPopup(True)
    return field


def as_day(field: QDateEdit) -> date:
    """The day in a field."""
    shown = field.date()
    return date(shown.year(), shown.month(), shown.day())
