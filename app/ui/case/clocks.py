"""The clocks of a card: each with its countdown, clause, reasoning and the slack it leaves."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.regulation.clocks import Clock, Facts, Rules, step_clock
from app.services.views import CaseCard
from app.texts import tr, trn
from app.texts.countdown import Words, countdown, reasoning
from app.texts.slack import SlackWords, slack_words
from app.texts.words import clock_name
from app.ui.case.sections import Fold
from app.ui.widgets.countdown import ClockLine, CountdownLook, CountdownState
from app.ui.widgets.labels import TextLabel
from app.ui.widgets.rows_box import RowsBox

# States whose figure alone would mislead: the whole sentence stands beneath the name.
_NEEDS_SENTENCE = ("paused", "late", "not_computable", "stopwatch")
_INKS = {"plain": "ink_second", "soon": "soon", "late": "late"}


def look_of(words: Words, note: str = "") -> CountdownLook:
    """A countdown's words as the widgets draw them."""
    return CountdownLook(
        CountdownState[words.state.upper()], words.figure, note or words.note, words.progress, words.sentence
    )


class ClockEntry(QFrame):
    """One clock, and beneath it what the answer's limit leaves to this step; a click asks for its clause's text.

    Signals: clause_requested(number).
    """

    clause_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clause = ""
        self.setProperty("frame", "top")
        self.line = ClockLine()
        self.slack = TextLabel("", "small", "ink_second", wrap=True)
        self.slack.setObjectName("slack")
        self.slack.setContentsMargins(28, 0, 0, 6)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.line)
        box.addWidget(self.slack)

    def show_clock(self, title: str, look: CountdownLook, slack: SlackWords | None, clause: str) -> None:
        self.line.show_clock(title, look)
        if clause != self._clause:
            self._clause = clause
            self.setCursor(Qt.CursorShape.PointingHandCursor if clause else Qt.CursorShape.ArrowCursor)
            self.setToolTip(tr("Text of cl. {clause}", clause=clause) if clause else "")
        self.slack.setVisible(slack is not None)
        if slack is not None:
            self.slack.show_text(slack.text, ink=_INKS[slack.state])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._clause:
            self.clause_requested.emit(self._clause)
        super().mouseReleaseEvent(event)


class ClockList(QWidget):
    """Open clocks, the step's first; stopped ones folded with their verdicts. One `tick` brings all up to date.

    Signals: clause_requested(number) for the text of the clause that a clock rests on.
    """

    clause_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[CaseCard, Rules, datetime] | None = None
        self._reasons: dict[tuple[str, int, str | None], str] = {}
        self._none = TextLabel(tr("No clock is running."), "small", "ink_third")
        self._open: RowsBox[ClockEntry, Clock] = RowsBox(self._make_entry, self._fill)
        self._stopped: RowsBox[ClockEntry, Clock] = RowsBox(self._make_entry, self._fill)
        self._fold = Fold(self._stopped)
        self._fold.name_button("stopped_clocks")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        box.addWidget(self._none)
        box.addWidget(self._open)
        box.addWidget(self._fold)

    def show_card(self, card: CaseCard, rules: Rules, now: datetime, *, fresh: bool) -> None:
        """Show the clocks of `card`; `fresh` says that another case is shown from now on."""
        self._shown = card, rules, now
        self._reasons = {clock.key: _reason(rules, clock, card.facts, now) for clock in card.clocks}
        if fresh:
            self._fold.close_up()
        running = card.open_clocks
        stopped = tuple(clock for clock in card.clocks if not clock.is_open)
        self._open.show_items(running)
        self._stopped.show_items(stopped)
        self._none.setVisible(not running)
        self._fold.setVisible(bool(stopped))
        self._fold.show_title(trn("{n} clock stopped", "{n} clocks stopped", len(stopped)))

    def tick(self, now: datetime) -> None:
        """Bring the countdowns to `now`; lines whose words are the same are not touched."""
        if self._shown is None:
            return
        card, rules, _ = self._shown
        self._shown = card, rules, now
        for entry, clock in zip(self._open.rows(), card.open_clocks, strict=True):
            self._fill(entry, clock)

    def entries(self) -> list[ClockEntry]:
        return self._open.rows()

    def _make_entry(self) -> ClockEntry:
        entry = ClockEntry()
        entry.clause_requested.connect(self.clause_requested)
        return entry

    def _fill(self, entry: ClockEntry, clock: Clock) -> None:
        assert self._shown is not None, "filled only while a card is shown"
        card, rules, now = self._shown
        words = countdown(rules, clock, card.facts, now)
        rule = rules.profile.clocks[clock.code]
        title = clock_name(rule)
        if clock.message and _has_many(card):
            title = _of_message(title, clock, card)
        elif sum(other.code == clock.code for other in card.clocks) > 1:
            title = tr("{name}, run {n}", name=title, n=clock.round)
        first = words.sentence if words.state in _NEEDS_SENTENCE else words.note
        note = "\n".join(part for part in (first, self._reasons[clock.key]) if part)
        is_step = clock == step_clock(card.clocks)
        slack = slack_words(rules, card.clocks, clock, card.facts, now) if is_step else None
        entry.show_clock(title, look_of(words, note), slack, rule.clause or "")


def _reason(rules: Rules, clock: Clock, facts: Facts, now: datetime) -> str:
    return reasoning(rules, clock, facts, now=now) if clock.is_open else ""


def _has_many(card: CaseCard) -> bool:
    """Whether the card has or had several messages."""
    return len({clock.message for clock in card.clocks if clock.message}) > 1


def _of_message(title: str, clock: Clock, card: CaseCard) -> str:
    """Which of several messages a clock is of, numbered as they stand on the card."""
    numbers = {message.uuid: number for number, message in enumerate(card.messages, start=1)}
    if clock.message not in numbers:
        return tr("{name}, a message that left the card", name=title)
    return tr("{name}, message {n}", name=title, n=numbers[clock.message])
