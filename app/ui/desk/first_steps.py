"""The first day in five steps: what to press next, until it was done; it blocks nothing and can be left."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.services.views import QueueCounts
from app.texts import mark, tr
from app.ui.preferences import Preferences
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.labels import IconLabel, TextLabel, set_role

if TYPE_CHECKING:
    from app.ui.desk.window import DeskWindow


@dataclass(frozen=True, slots=True)
class Seen:
    """What tells that a step was done: the queue shown, how many wait where, whether the palette was opened."""

    queue: str
    waiting: dict[str, int]
    palette: bool

    def more(self, before: "Seen", queue: str) -> bool:
        """Whether more wait in a queue than before."""
        return self.waiting.get(queue, 0) > before.waiting.get(queue, 0)


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, and how it is known to be done since `before`."""

    words: str
    is_done: Callable[[Seen, Seen], bool]


STEPS = (
    Step(
        mark("Open the stream: Ctrl+1. Here is what was collected and nobody has looked at; no clock runs yet."),
        lambda now, before: now.queue == "stream",
    ),
    Step(
        mark("Press Space on a message that needs reaction: it goes to the inbox, and its clocks start."),
        lambda now, before: now.more(before, "inbox"),
    ),
    Step(
        mark("Go to the inbox (Ctrl+2), press Enter, choose topic, place and agency, then Ctrl+Enter."),
        lambda now, before: now.more(before, "executors"),
    ),
    Step(
        mark("Open “Approval” (Ctrl+5), press Enter: approve the draft with Ctrl+Enter, or write a remark."),
        lambda now, before: now.more(before, "to_publish") or now.more(before, "rework"),
    ),
    Step(
        mark("Press Ctrl+K and type any word: acts, queues, agencies and cases are found there. F1 tells the keys."),
        lambda now, before: now.palette,
    ),
)


class FirstSteps(QFrame):
    """Hidden unless it is taken up. Signals: left when the person closes it."""

    left = Signal()

    def __init__(self, window: "DeskWindow", preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("first_steps")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._window, self._preferences = window, preferences
        self._before: Seen | None = None
        self._text = TextLabel("", wrap=True)
        self._next = QPushButton(tr("Go on"))
        self._next.setObjectName("next_step")
        close = IconButton("close", tr("Leave the first steps; Ctrl+K takes them up again"))
        close.setObjectName("leave_steps")
        set_role(self, "ground", "well_ground")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 12, 5)
        row.setSpacing(10)
        row.addWidget(IconLabel(18, "flag", "well"))
        row.addWidget(self._text, 1)
        row.addWidget(self._next)
        row.addWidget(close)
        self._next.clicked.connect(self.go_on)
        close.clicked.connect(self.leave)
        self.hide()

    def begin(self, *, is_demo: bool) -> None:
        """Show the step that a person who is new to the demo region has come to."""
        kept = self._preferences
        if is_demo and not kept.first_steps_left and kept.first_step < len(STEPS):
            self._show()

    def take_up(self) -> None:
        """Go on where it was left; after the end, from the beginning."""
        self._preferences.first_steps_left = False
        if self._preferences.first_step >= len(STEPS):
            self._preferences.first_step = 0
        self._show()

    def leave(self) -> None:
        """Show no more until it is taken up."""
        self.hide()
        self._preferences.first_steps_left = True
        self.left.emit()

    def go_on(self) -> None:
        """To the next step, done or not."""
        self._preferences.first_step += 1
        if self._preferences.first_step < len(STEPS):
            self._show()
            return
        self._text.show_text(tr("That was a curator's day in five steps. “Start over” makes the demo region anew."))
        self._next.hide()

    def tick(self) -> None:
        """Go on where the step was done."""
        if self.isHidden() or self._before is None or self._preferences.first_step >= len(STEPS):
            return
        if STEPS[self._preferences.first_step].is_done(self._seen(), self._before):
            self.go_on()

    def words(self) -> str:
        """What is said."""
        return self._text.text()

    def _show(self) -> None:
        number = self._preferences.first_step
        self._before = self._seen()
        self._text.show_text(
            tr("Step {number} of {count}. {words}", number=number + 1, count=len(STEPS), words=tr(STEPS[number].words))
        )
        self._next.show()
        self.show()

    def _seen(self) -> Seen:
        counts: QueueCounts = self._window.navigation.counts
        return Seen(self._window.page.queue, dict(counts.queues), self._window.guide.palette_used)
