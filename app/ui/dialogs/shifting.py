"""Shifting the promised date of a final answer (п. 15): another working day within the limit, and why."""

from dataclasses import dataclass
from datetime import date, datetime

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit, QPlainTextEdit, QWidget

from app.regulation import requirements
from app.regulation.calendar_errors import CalendarError
from app.regulation.clocks import Clock, Rules
from app.regulation.errors import Refusal
from app.regulation.promises import last_day
from app.services.views import CaseCard
from app.texts import tr
from app.texts.moments import day
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.widgets.labels import SectionLabel, TextLabel
from app.ui.widgets.plain_text import PlainTextView

PROMISE_HEIGHT = 120
DATE_REFUSALS = (
    "agreed_date_missing",
    "agreed_date_past",
    "agreed_date_late",
    "agreed_date_not_working",
    "agreed_date_holiday_last",
)


@dataclass(frozen=True, slots=True)
class ShiftContext:
    """The card of the promise, by what rules, at what time."""

    card: CaseCard
    rules: Rules
    now: datetime

    @property
    def final(self) -> Clock | None:
        """The clock of the promise."""
        return next((clock for clock in reversed(self.card.clocks) if clock.code == "final"), None)

    @property
    def promised(self) -> str:
        """What the last interim answer said."""
        approved = [draft for draft in self.card.drafts if draft.agreed_date and draft.verdict == "approved"]
        return approved[-1].text if approved else ""


@dataclass(frozen=True, slots=True)
class ShiftDecision:
    """The new date and the reason."""

    to: date
    reason: str


class ShiftDialog(ActDialog):
    """The curator alone shifts the date; the limit from the first interim answer stands in the words above it."""

    def __init__(self, context: ShiftContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__("shift_date_dialog", heading, context.rules.agency.zone, tr("Shift the date"), parent)
        self._context = context
        self.date = QDateEdit(self.body)
        self.reason = QPlainTextEdit()
        self._build()
        self.date.dateChanged.connect(self._revise_date)
        self.reason.textChanged.connect(self._revise)
        self._revise()
        self.fit(620, 460)

    def refusal(self) -> Refusal | None:
        made, context = self.decision(), self._context
        refused = requirements.shifted_date(made.to, context.now, context.rules, context.final)
        return refused or requirements.reason(made.reason)

    def decision(self) -> ShiftDecision:
        chosen = self.date.date()
        return ShiftDecision(date(chosen.year(), chosen.month(), chosen.day()), self.reason.toPlainText().strip())

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.date.setFocus()

    def _build(self) -> None:
        box = pane(self.body)
        if self._context.promised:
            box.addWidget(SectionLabel(tr("What was promised")))
            view = PlainTextView(PROMISE_HEIGHT, "body")
            view.setAccessibleName(tr("What was promised"))
            view.show_text(self._context.promised)
            box.addWidget(view)
        self.date.setObjectName("date")
        self.date.setCalendarPopup(True)
        self.date.setDisplayFormat("dd.MM.yyyy")
        today = self._context.now.astimezone(self.zone).date()
        self.date.setMinimumDate(_qdate(today).addDays(1))
        promised = self._context.card.promised_on
        self.date.setDate(_qdate(promised or today).addDays(0 if promised else 1))
        box.addWidget(labelled(tr("New date of the final answer"), self.date))
        box.addWidget(self.date)
        box.addWidget(self.error_for(self.date, *DATE_REFUSALS, "date_unchanged", "promise_broken", "no_promise"))
        box.addWidget(TextLabel(self._limit_words(), "small", "ink_third", wrap=True))
        self.reason.setObjectName("reason")
        self.reason.setTabChangesFocus(True)
        self.reason.setMinimumHeight(72)
        box.addWidget(labelled(tr("Why the date is shifted"), self.reason))
        box.addWidget(self.reason, 1)
        box.addWidget(self.error_for(self.reason, "reason_missing"))

    def _limit_words(self) -> str:
        context = self._context
        promised = day(context.card.promised_on) if context.card.promised_on else "—"
        try:
            latest = last_day(context.rules, context.final, context.now)
        except CalendarError:
            latest = None
        if latest is None:
            return tr("Promised now: {date}. The regulation sets no limit.", date=promised)
        return tr(
            "Promised now: {date}. At the latest: {latest}, counted from the first interim answer.",
            date=promised,
            latest=day(latest),
        )

    def _revise(self) -> None:
        self.clear_errors()
        self.revise()

    def _revise_date(self) -> None:
        self._revise()
        refused = self.refusal()
        if refused is not None and refused.code != "reason_missing":
            self.show_refusal(refused)


def _qdate(value: date) -> QDate:
    return QDate(value.year, value.month, value.day)
