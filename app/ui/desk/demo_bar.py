"""The bar that says the region is made up and its time is shifted."""

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from app.texts import tr
from app.texts.moments import clock_time, weekday
from app.ui.widgets.by_enter import PlainButton
from app.ui.widgets.labels import IconLabel, TextLabel, set_role


class DemoBar(QFrame):
    """Signals: restart_requested makes the demo anew, end_requested goes on to one's own region."""

    restart_requested = Signal()
    end_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("demo_bar")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        set_role(self, "ground", "info_ground")
        self._text = TextLabel("", wrap=True)
        restart, end = PlainButton(tr("Start over")), PlainButton(tr("End the demo"))
        restart.setObjectName("demo_restart")
        end.setObjectName("demo_end")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 12, 5)
        row.setSpacing(10)
        row.addWidget(IconLabel(18, "info", "accent"))
        row.addWidget(self._text, 1)
        row.addWidget(restart)
        row.addWidget(end)
        restart.clicked.connect(self.restart_requested)
        end.clicked.connect(self.end_requested)

    def tick(self, now: datetime, zone: ZoneInfo, *, is_short: bool = False) -> None:
        """Say what time it is in the demo; `is_short` where the row is shared, the whole then by the mouse."""
        moment = {"weekday": weekday(now, zone), "time": clock_time(now, zone)}
        whole = tr(
            "Demo region: people and messages are made up, time is shifted. Here it is {weekday}, {time}.", **moment
        )
        self._text.setWordWrap(not is_short)
        self._text.show_text(tr("Demo: {weekday}, {time}", **moment) if is_short else whole)
        self._text.setToolTip(whole if is_short else "")
        self.setSizePolicy(
            QSizePolicy.Policy.Maximum if is_short else QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred
        )


def side_by_side(*bars: QWidget) -> QWidget:
    """Bars that share a row: of 768 pixels each row is one message less."""
    shared = QWidget()
    shared.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    row = QHBoxLayout(shared)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    for bar in bars:
        row.addWidget(bar)
    return shared
