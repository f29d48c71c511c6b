"""The first day in five steps, by what the person may do; it blocks nothing and can be left."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from app.regulation.workflow import Role
from app.services.views import QueueCounts
from app.texts import mark, tr
from app.ui.desk.keys import QUEUE_DIGITS
from app.ui.preferences import Preferences
from app.ui.widgets.by_enter import PlainButton
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.labels import IconLabel, TextLabel, set_role

if TYPE_CHECKING:
    from app.ui.desk.window import DeskWindow


@dataclass(frozen=True, slots=True)
class Seen:
    """What tells that a step was done: the queue shown ("" on a page), the page, how many wait where, whether the
    palette was opened."""

    queue: str
    page: str
    waiting: dict[str, int]
    palette: bool

    def more(self, before: "Seen", queue: str) -> bool:
        """Whether more wait in a queue than before."""
        return self.waiting.get(queue, 0) > before.waiting.get(queue, 0)

    def fewer(self, before: "Seen", queue: str) -> bool:
        """Whether fewer wait in a queue than before."""
        return self.waiting.get(queue, 0) < before.waiting.get(queue, 0)


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, and how it is known to be done since `before`; `queue` is the one whose key the words name."""

    words: str
    is_done: Callable[[Seen, Seen], bool]
    queue: str = ""


def _on_page(page: str, words: str) -> Step:
    return Step(words, lambda now, _before: now.page == page)


_PALETTE = Step(
    mark("Press Ctrl+K and type any word: acts, queues, agencies and cases are found there. F1 tells the keys."),
    lambda now, before: now.palette,
)
CURATOR = (
    Step(
        mark("Open the stream: {key}. Here is what was collected and nobody has looked at; no clock runs yet."),
        lambda now, before: now.queue == "stream", "stream",
    ),
    Step(
        mark("Press Space on a message that needs reaction: it goes to the inbox, and its clocks start."),
        lambda now, before: now.more(before, "inbox"),
    ),
    Step(
        mark("Go to the inbox ({key}), press Enter, choose topic, place and agency, then Ctrl+Enter."),
        lambda now, before: now.more(before, "executors"), "inbox",
    ),
    Step(
        mark("Open “Approval” ({key}), press Enter: approve the draft with Ctrl+Enter, or write a remark."),
        lambda now, before: now.more(before, "to_publish") or now.more(before, "rework"), "approval",
    ),
    _PALETTE,
)  # fmt: skip
EXECUTOR = (
    Step(
        mark("The message with the least time left is on top. Press Enter, write a draft, send it with Ctrl+Enter."),
        lambda now, before: now.more(before, "approval"),
    ),
    Step(
        mark("Not your agency's business? R returns it to the curator, within the time that the card shows."),
        lambda now, before: now.fewer(before, "executors"),
    ),
    Step(
        mark("Open “Rework” ({key}): the curator's remark stands above the draft. Enter, put it right, Ctrl+Enter."),
        lambda now, before: now.fewer(before, "rework"), "rework",
    ),
    Step(
        mark("Open “To publish” ({key}): Enter, copy the answer, put it under the message, paste the link to it."),
        lambda now, before: now.fewer(before, "to_publish"), "to_publish",
    ),
    _PALETTE,
)  # fmt: skip
CONTROL = (
    Step(mark("What is overdue (Ctrl+0): the card tells which step was missed, and by which clause."),
         lambda now, before: (now.queue == "overdue") != (before.queue == "overdue")),
    _on_page("indicators", mark(
        "Open “Indicators” at the left: where work piles up; a click on a figure opens its cases."
    )),
    _on_page("shortcomings", mark(
        "Open “Shortcomings”: the program finds them itself, a memo to the head is made of them."
    )),
    _on_page("shifts", mark(
        "Open “Shifts”: who is on duty, whose messages are left, what one shift hands to the next."
    )),
    _PALETTE,
)  # fmt: skip
ADMINISTRATOR = (
    Step(mark("“Registers” at the left: agencies first, then people with their roles and agencies."),
         lambda now, before: (now.page == "registers") != (before.page == "registers")),
    _on_page("rules", mark(
        "Open “Regulation and hours”: every limit with its clause; a change is shown on open cases first."
    )),
    _on_page("networks", mark(
        "Open “Networks”: where messages are read and answers published; a file can be taken in instead."
    )),
    _on_page("copies", mark(
        "Open “Copies and export”: when the last copy was made, how to bring one back."
    )),
    _PALETTE,
)  # fmt: skip
# The first of a person's roles that has steps leads them.
TRACKS: dict[Role, tuple[Step, ...]] = {
    Role.CURATOR: CURATOR,
    Role.EXECUTOR: EXECUTOR,
    Role.RESPONSIBLE: EXECUTOR,
    Role.SUPERVISOR: CONTROL,
    Role.ORGANISER: CONTROL,
    Role.ADMINISTRATOR: ADMINISTRATOR,
}


def track_of(roles: Collection[Role]) -> tuple[str, tuple[Step, ...]]:
    """The steps for somebody of these roles, and their name; none for the wall."""
    role = next((role for role in TRACKS if role in roles), None)
    return (str(role), TRACKS[role]) if role is not None else ("", ())


class FirstSteps(QFrame):
    """Hidden unless it is taken up. Signals: left when the person closes it."""

    left = Signal()

    def __init__(self, window: "DeskWindow", preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("first_steps")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._window, self._preferences = window, preferences
        self._track, self.steps = track_of(window.place.actor.roles)
        self._before: Seen | None = None
        self._text = TextLabel("", wrap=True)
        self._next = PlainButton(tr("Go on"))
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
        if is_demo and not self._preferences.first_steps_left and self._done() < len(self.steps):
            self._show()

    def take_up(self) -> None:
        """Go on where it was left; after the end, from the beginning."""
        self._preferences.first_steps_left = False
        if self._done() >= len(self.steps):
            self._keep(0)
        self._show()

    def leave(self) -> None:
        """Show no more until it is taken up."""
        self.hide()
        self._preferences.first_steps_left = True
        self.left.emit()

    def go_on(self) -> None:
        """To the next step, done or not."""
        self._keep(self._done() + 1)
        if self._done() < len(self.steps):
            self._show()
            return
        words = tr(
            "That was your day in five steps. “Start over” makes the demo region anew, “End the demo” deletes it."
        )
        self._text.show_text(words)
        self._next.hide()

    def tick(self) -> None:
        """Go on where the step was done."""
        if self.isHidden() or self._before is None or self._done() >= len(self.steps):
            return
        if self.steps[self._done()].is_done(self._seen(), self._before):
            self.go_on()

    def words(self) -> str:
        """What is said."""
        return self._text.text()

    def _show(self) -> None:
        number = self._done()
        self._before = self._seen()
        step = self.steps[number]
        words = tr(step.words, key=self._key_of(step.queue)) if step.queue else tr(step.words)
        self._text.show_text(
            tr("Step {number} of {count}. {words}", number=number + 1, count=len(self.steps), words=words)
        )
        self._next.show()
        self.show()

    def _key_of(self, queue: str) -> str:
        """Queues have their keys by their place at the left, and not everybody has all of them."""
        return QUEUE_DIGITS[self._window.navigation.queues.index(queue)]

    def _done(self) -> int:
        return self._preferences.first_step(self._track)

    def _keep(self, done: int) -> None:
        self._preferences.keep_first_step(self._track, done)

    def _seen(self) -> Seen:
        counts: QueueCounts = self._window.navigation.counts
        page = self._window.places.page
        queue = self._window.page.queue if page is None else ""
        return Seen(queue, page.objectName() if page else "", dict(counts.queues), self._window.guide.palette_used)
