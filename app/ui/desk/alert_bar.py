"""The bar that alerts: the gravest clock that runs out in full, the others counted in the same line."""

from datetime import datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.regulation.alarms import Level, Priority
from app.regulation.workflow import Role
from app.services.alerts.answering import acknowledge, hear
from app.services.alerts.reading import AlertView, list_alerts
from app.services.changes import Change
from app.services.workplace import Workplace
from app.texts import tr
from app.texts.alerts import alert_line, bar_words
from app.ui.desk.notifier import Notifier
from app.ui.tasks import TaskScope
from app.ui.widgets.info_bar import InfoBar, InfoKind

READ_EVERY = timedelta(seconds=5)


class AlertBar(InfoBar):
    """Shown while any alert that asks this person to act is new. Closing it is taking notice of all it tells of.

    Signals: case_requested(id) of a single alert, list_requested where there are several.
    """

    case_requested = Signal(int)
    list_requested = Signal()

    def __init__(
        self, place: Workplace, scope: TaskScope, notifier: Notifier, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("alert_bar")
        self._place, self._scope, self._notifier = place, scope, notifier
        self._is_asked = Role.CURATOR in place.actor.roles or bool(place.actor.agencies)
        self._is_first = True
        self._shown: list[AlertView] = []
        self._read_at: datetime | None = None
        self._leave_feed = place.feed.subscribe(self._heard)
        self.action_requested.connect(self._go)
        self.closed.connect(self._acknowledge)

    def shown(self) -> list[AlertView]:
        """The alerts that the bar tells of, the gravest first."""
        return self._shown

    def tick(self, now: datetime) -> None:
        """Listen every few seconds; the words are of this very moment."""
        if not self._is_asked:
            return
        if self._read_at is None or abs(now - self._read_at) >= READ_EVERY:
            self._read_at = now
            self._scope.latest("alerts", self._listen())
        if self._shown:
            self._say(now)

    def close_down(self) -> None:
        """Hear of no more changes."""
        self._leave_feed()
        self._notifier.close()

    async def _listen(self) -> None:
        hearing = await hear(self._place)
        if not (hearing.is_anything or self._shown or self._is_first):
            return
        self._is_first = False  # what was told at another desk, or before a restart, still stands here
        self._shown = [alert for alert in await list_alerts(self._place) if alert.is_new]
        self._notifier.show_count(len(self._shown))
        now = self._place.now()
        if not self._shown:
            self.hide()
            return
        self._say(now)
        heard = [alert for alert in self._shown if alert.id in hearing.audible]
        if heard:
            lines = [alert_line(alert, now, self._place.rules().agency.zone) for alert in heard]
            cases = {alert.case_id for alert in heard}
            self._notifier.notify(lines, hearing.choice, cases.pop() if len(cases) == 1 else None)

    def _say(self, now: datetime) -> None:
        first = self._shown[0]
        is_late = first.priority is Priority.HIGH or first.level is Level.DUE
        words = bar_words(self._shown, now, self._place.rules().agency.zone)
        if self.isHidden() or words != self.text():
            action = tr("To the case") if len(self._shown) == 1 else tr("All alerts")
            self.show_message(InfoKind.ERROR if is_late else InfoKind.WARNING, words, action)

    def _go(self) -> None:
        if len(self._shown) == 1:
            self.case_requested.emit(self._shown[0].case_id)
        else:
            self.list_requested.emit()
        self.hide()
        self._acknowledge()

    def _acknowledge(self) -> None:
        seen, self._shown = [alert.id for alert in self._shown], []
        if seen:
            self._scope.start("alerts seen", acknowledge(self._place, seen))

    def _heard(self, change: Change) -> None:
        """What others do to cases of which nothing is told here waits for the next reading."""
        if change.is_own or change.everything or any(alert.case_id in change.case_ids for alert in self._shown):
            self._read_at = None  # at the next tick: many changes are one reading
