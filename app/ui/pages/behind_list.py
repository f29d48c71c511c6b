"""The cases behind a figure, listed beneath it: read in a process of their own, the latest wish wins."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.regulation.measures import Dimension
from app.regulation.report_days import Days
from app.services.behind import MOST, CaseBehind
from app.services.reports.making import find_behind
from app.services.workplace import Workplace
from app.texts import tr
from app.ui.pages.report_rows import case_columns
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.labels import ElidedLabel
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import RowsModel


class BehindList(QWidget):
    """Hidden until a figure is opened. Signals: case_chosen(id or None), case_activated(id), closed."""

    closed = Signal()
    case_chosen = Signal(object)
    case_activated = Signal(int)

    def __init__(self, place: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        zone = place.rules().agency.zone
        self.rows: RowsModel[CaseBehind] = RowsModel(case_columns(zone), lambda case: case.id)
        self.view = QueueView(self.rows, lines=1, has_note=False)
        self.heading = ElidedLabel("", "small_strong", "ink_second")
        self.shut = KeyButton(tr("Hide the list"), "Esc")
        self._build()
        self.hide()

    async def open(
        self, title: str, days: Days, code: str, dimension: Dimension | None = None, key: int | None = None
    ) -> None:
        """List the cases behind a figure. Raises Refused."""
        self.heading.show_text(tr("{what}: looking for the cases…", what=title))
        self.view.set_empty_text("")
        self.rows.show([])
        self.show()
        behind = await find_behind(self._place, days, code, dimension, key)
        words = tr("cases: {n}", n=behind.count)
        if behind.count > MOST:
            words += " · " + tr("the latest {n} are shown", n=MOST)
        self.heading.show_text(f"{title}: {words}")
        self.view.set_empty_text(tr("No case stands behind this number now."))
        self.rows.show(behind.cases)
        self.view.setFocus()

    def close_list(self) -> bool:
        """Put the list away; gives whether it stood here."""
        if self.isHidden():
            return False
        self.hide()
        self.case_chosen.emit(None)
        self.closed.emit()
        return True

    def _build(self) -> None:
        self.view.setObjectName("cases_behind")
        self.view.setAccessibleName(tr("Cases behind the number"))
        self.heading.setObjectName("behind_heading")
        self.shut.setObjectName("behind_close")
        line = QHBoxLayout()
        line.addWidget(self.heading, 1)
        line.addWidget(self.shut)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addLayout(line)
        box.addWidget(self.view, 1)
        self.shut.clicked.connect(self.close_list)
        self.view.row_chosen.connect(self.case_chosen)
        self.view.row_activated.connect(lambda case_id: self.case_activated.emit(int(str(case_id))))
