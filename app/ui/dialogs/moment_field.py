"""A date and time in the region's zone: now by default, or when it really happened."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QDateTime, QTime, Signal
from PySide6.QtWidgets import QCheckBox, QDateTimeEdit, QHBoxLayout, QWidget

from app.texts import tr


class MomentField(QWidget):
    """`moment()` is None while "now" is ticked: the act happens when it is saved.

    Signals: changed.
    """

    changed = Signal()

    def __init__(self, now: datetime, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self.is_now = QCheckBox(tr("now"))
        self.is_now.setObjectName("happened_now")
        self.is_now.setChecked(True)
        self.edit = QDateTimeEdit(_wall_clock(now, zone))
        self.edit.setObjectName("happened_at")
        self.edit.setAccessibleName(tr("When it happened"))
        self.edit.setDisplayFormat("dd.MM.yyyy HH:mm")
        self.edit.setCalendarPopup(True)
        self.edit.setEnabled(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.is_now)
        row.addWidget(self.edit)
        row.addStretch(1)
        self.setFocusProxy(self.is_now)
        self.is_now.toggled.connect(self._turn)
        self.edit.dateTimeChanged.connect(self.changed)

    def moment(self) -> datetime | None:
        """When it happened, aware UTC; None for "when it is saved"."""
        if self.is_now.isChecked():
            return None
        value = self.edit.dateTime()
        day, time = value.date(), value.time()
        local = datetime(day.year(), day.month(), day.day(), time.hour(), time.minute(), tzinfo=self._zone)
        return local.astimezone(UTC)

    def set_moment(self, moment: datetime) -> None:
        """Say that it happened then."""
        self.is_now.setChecked(False)
        self.edit.setDateTime(_wall_clock(moment, self._zone))

    def _turn(self, is_now: bool) -> None:
        self.edit.setEnabled(not is_now)
        if not is_now:
            self.edit.setFocus()
        self.changed.emit()


def _wall_clock(moment: datetime, zone: ZoneInfo) -> QDateTime:
    """The figures of the region's clock; Qt's own zones are not asked, this PC's may be wrong."""
    local = moment.astimezone(zone)
    return QDateTime(QDate(local.year, local.month, local.day), QTime(local.hour, local.minute))
