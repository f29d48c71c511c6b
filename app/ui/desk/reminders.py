"""The bar that reminds of promised answers (п. 15): on the working day before, and on the day itself."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.regulation.promises import Reminder
from app.services.promises import PromiseDue, acknowledge, due_promises
from app.services.workplace import Workplace
from app.texts import tr, trn
from app.texts.moments import day
from app.ui.tasks import TaskScope
from app.ui.widgets.info_bar import InfoBar, InfoKind

READ_EVERY_MINUTES = 10
SHOWN_CASES = 3


class PromiseBar(InfoBar):
    """Shown until the person goes to the cases or closes it; what was seen is stored and not shown to them again.

    Signals: case_requested(id) of the nearest promise.
    """

    case_requested = Signal(int)

    def __init__(self, place: Workplace, scope: TaskScope, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("promise_bar")
        self._place, self._scope = place, scope
        self._due: list[PromiseDue] = []
        self._read_at: datetime | None = None
        self.action_requested.connect(self._go)
        self.closed.connect(self._acknowledge)

    def due(self) -> list[PromiseDue]:
        """What is being reminded of."""
        return self._due

    def refresh(self) -> None:
        """Read anew what this person is to be reminded of."""
        self._scope.latest("reminders", self._read())

    def tick(self, now: datetime) -> None:
        """Read anew from time to time: a new day brings new reminders to a desk that is never closed."""
        if self._read_at is None or abs((now - self._read_at).total_seconds()) >= READ_EVERY_MINUTES * 60:
            self._read_at = now
            self.refresh()

    async def _read(self) -> None:
        self._due = await due_promises(self._place)
        if self._due:
            self.show_message(InfoKind.WARNING, reminder_words(self._due), tr("Show"))
        else:
            self.hide()

    def _go(self) -> None:
        if self._due:
            self.case_requested.emit(self._due[0].case_id)
        self.hide()
        self._acknowledge()

    def _acknowledge(self) -> None:
        seen, self._due = self._due, []
        if seen:
            self._scope.start("reminders seen", acknowledge(self._place, seen))


def reminder_words(due: Sequence[PromiseDue]) -> str:
    """"Окончательный ответ обещан на сегодня: 46-2026-000012 (Комитет дорог). На 25.11.2026: …"."""
    today = [promise for promise in due if promise.kind is Reminder.DAY]
    later = [promise for promise in due if promise.kind is Reminder.EVE]
    parts = []
    if today:
        parts.append(tr("A final answer is promised for today: {cases}.", cases=_named(today)))
    for date in dict.fromkeys(promise.promised_on for promise in later):
        cases = _named([promise for promise in later if promise.promised_on == date])
        parts.append(tr("A final answer is promised for {date}: {cases}.", date=day(date), cases=cases))
    return " ".join(parts)


def _named(promises: Sequence[PromiseDue]) -> str:
    names = [f"{p.number} ({p.agency})" if p.agency else p.number for p in promises[:SHOWN_CASES]]
    words = ", ".join(names)
    rest = len(promises) - len(names)
    return f"{words} {trn('and {n} more', 'and {n} more', rest)}" if rest else words
