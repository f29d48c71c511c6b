"""A step that is recorded with a few words: when, by which day, and what; for memos and their follow-up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QCheckBox, QDateEdit, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.regulation.errors import Refusal
from app.texts import tr
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.dialogs.moment_field import MomentField
from app.ui.widgets.labels import SectionLabel, TextLabel
from app.ui.widgets.period_box import as_day, day_field


@dataclass(frozen=True, slots=True)
class StepContext:
    """What is asked: words (refused with the code `needs_words` when there are none), a moment, a day."""

    name: str
    question: str
    ok: str
    now: datetime
    zone: ZoneInfo
    explanation: str = ""
    needs_words: str = ""
    asks_words: bool = True
    asks_moment: bool = False
    day_words: str = ""
    day: date | None = None
    day_may_be_none: bool = False
    day_rule: Callable[[date], Refusal | None] | None = None


@dataclass(frozen=True, slots=True)
class StepDecision:
    """The words, the moment (None: now), the day (None where none is set)."""

    words: str
    moment: datetime | None
    day: date | None


class StepDialog(ActDialog):
    """One field for words, with a moment and a day only where the step has them."""

    def __init__(self, context: StepContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__(context.name, heading, context.zone, context.ok, parent)
        self._context = context
        self.words = QPlainTextEdit(self.body)
        self.words.setVisible(context.asks_words)
        self.moment = MomentField(context.now, context.zone) if context.asks_moment else None
        self.day: QDateEdit | None = None
        self.has_day = QCheckBox(context.day_words, self.body)
        self.has_day.setVisible(context.day_may_be_none)
        self._build()
        self.words.textChanged.connect(self._revise)
        self._revise()
        self.fit(600, 340 if context.asks_words else 220)

    def refusal(self) -> Refusal | None:
        decided = self.decision()
        if self._context.needs_words and not decided.words:
            return Refusal(self._context.needs_words)
        if decided.moment is not None and decided.moment > self._context.now:
            return Refusal("in_the_future", {"at": decided.moment, "now": self._context.now})
        if decided.day is not None and self._context.day_rule is not None:
            refused: Refusal | None = self._context.day_rule(decided.day)
            return refused
        return None

    def decision(self) -> StepDecision:
        is_set = self.day is not None and (not self._context.day_may_be_none or self.has_day.isChecked())
        day = as_day(self.day) if self.day is not None and is_set else None
        moment = self.moment.moment() if self.moment else None
        return StepDecision(self.words.toPlainText().strip(), moment, day)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        (self.words if self._context.asks_words else self.day or self.ok).setFocus()

    def _build(self) -> None:
        box = pane(self.body)
        if self._context.explanation:
            box.addWidget(TextLabel(self._context.explanation, "body", "ink_second", wrap=True))
        if self._context.asks_words:
            self._add_words(box)
        if self.moment is not None:
            self.moment.setObjectName("moment")
            box.addWidget(SectionLabel(tr("When it happened")))
            box.addWidget(self.moment)
            box.addWidget(self.error_for(self.moment, "in_the_future", "before_previous_act"))
            self.moment.changed.connect(self._revise)
        if self._context.day is not None:
            box.addWidget(self._day_row(self._context.day))
            assert self.day is not None, "made just now"
            box.addWidget(self.error_for(self.day, "due_before_sending", "day_in_future"))
        box.addStretch(0)

    def _add_words(self, box: QVBoxLayout) -> None:
        self.words.setObjectName("words")
        self.words.setTabChangesFocus(True)
        self.words.setMinimumHeight(72)
        box.addWidget(labelled(self._context.question, self.words))
        box.addWidget(self.words, 1)
        box.addWidget(self.error_for(self.words, *filter(None, [self._context.needs_words])))

    def _day_row(self, day: date) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        self.day = day_field(day, self._context.day_words, "day")
        if self._context.day_may_be_none:
            self.has_day.setObjectName("has_day")
            self.has_day.setChecked(True)
            self.has_day.toggled.connect(self.day.setEnabled)
            self.has_day.toggled.connect(self._revise)
            line.addWidget(self.has_day)
        else:
            line.addWidget(TextLabel(self._context.day_words, "small", "ink_second"))
        line.addWidget(self.day)
        line.addStretch(1)
        self.day.dateChanged.connect(self._revise)
        return row

    def _revise(self, *_: object) -> None:
        self.clear_errors()
        self.revise()
