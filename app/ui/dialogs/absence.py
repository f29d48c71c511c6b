"""Recording an absence and changing its end (п. 6): who, which days, why, and who substitutes."""

from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QVBoxLayout, QWidget

from app.regulation.absences import Away
from app.regulation.errors import Refusal
from app.services.absences import AbsenceBook, AbsencePlan, AbsenceView
from app.texts import tr
from app.texts.people import days_words, short_day
from app.texts.refusals import explain
from app.texts.words import absence_name
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.widgets.choice_box import Choice, ChoiceBox
from app.ui.widgets.combo_box import ComboBox
from app.ui.widgets.labels import TextLabel

REASONS = ("illness", "leave", "trip", "study", "other")


@dataclass(frozen=True, slots=True)
class AbsenceContext:
    """The book of absences, and whose absence is begun with (0: to be chosen)."""

    book: AbsenceBook
    zone: ZoneInfo
    person_id: int = 0


class AbsenceDialog(ActDialog):
    """Ends in an `AbsencePlan`; what the rule refuses stands beside its field before anything is saved."""

    def __init__(self, context: AbsenceContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__("absence_dialog", heading, context.zone, tr("Record"), parent)
        self._context = context
        self.person = ChoiceBox(tr("Type any letters of the name"))
        self.first, self.last = day_field(context.book.today), day_field(context.book.today)
        self.reason = ComboBox()
        self.substitute = ChoiceBox(tr("Nobody: the work waits for whoever takes it"))
        self._outcome = TextLabel("", "body", "ink_second", wrap=True)
        self._build()
        self._fill()
        self._connect()
        self._revise()
        self.fit(600, 440)

    def tick(self, now: object) -> None:
        """An absence counts in days; the countdowns of other dialogs are not here."""

    def refusal(self) -> Refusal | None:
        if not self.person.chosen():
            return Refusal("person_missing")
        book = self._context.book
        refused: Refusal | None = book.staff.refusal(self.decision().away, book.today)
        return refused

    def decision(self) -> AbsencePlan:
        substitute = self.substitute.chosen()
        return AbsencePlan(
            int(self.person.chosen() or 0), self.reason.currentData(), chosen_day(self.first), chosen_day(self.last),
            int(substitute) if substitute else None,
        )  # fmt: skip

    def _build(self) -> None:
        box = pane(self.body)
        self._add(box, tr("Who will be away"), self.person, "person", "person_missing", "absence_without_work")
        days = QHBoxLayout()
        days.setSpacing(16)
        for words, field, name in ((tr("First day"), self.first, "first_day"), (tr("Last day"), self.last, "last_day")):
            column = QVBoxLayout()
            column.setSpacing(4)
            self._add(column, words, field, name)
            column.addStretch(1)
            days.addLayout(column)
        column = QVBoxLayout()
        column.setSpacing(4)
        self._add(column, tr("Reason"), self.reason, "reason")
        column.addStretch(1)
        days.addLayout(column, 1)
        box.addLayout(days)
        box.addWidget(self.error_for(self.last, "absence_reversed", "absence_past", "absence_overlaps"))
        codes = ("substitute_self", "substitute_elsewhere", "substitute_away")
        self._add(box, tr("Who substitutes"), self.substitute, "substitute", *codes)
        self._outcome.setObjectName("outcome")
        box.addSpacing(6)
        box.addWidget(self._outcome)
        box.addStretch(1)

    def _add(self, box: QVBoxLayout, words: str, field: QWidget, name: str, *codes: str) -> None:
        field.setObjectName(name)
        box.addWidget(labelled(words, field))
        box.addWidget(field)
        if codes:
            box.addWidget(self.error_for(field, *codes))

    def _fill(self) -> None:
        book = self._context.book
        people = [Choice(str(w.id), w.name, ", ".join(n for _, n in w.agencies.values())) for w in book.people]
        self.person.set_choices(people)
        self.person.choose(str(self._context.person_id or (book.people[0].id if len(book.people) == 1 else "")))
        for reason in REASONS:
            self.reason.addItem(absence_name(reason), reason)
        self._offer_substitutes()

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        (self.first if self.person.chosen() else self.person).setFocus()

    def _offer_substitutes(self) -> None:
        """Who may do this person's work; those who are away on these days say so."""
        staff, key = self._context.book.staff, int(self.person.chosen() or 0)
        worker = staff.workers.get(key)
        fitting = [w for w in staff.workers.values() if worker and w.may_substitute(worker)]
        first, last = chosen_day(self.first), chosen_day(self.last)
        free = {w.id for w in staff.substitutes(key, first, last)} if worker else set()
        order = sorted(fitting, key=lambda w: (w.id not in free, w.name))
        note = {w.id: w.post if w.id in free else tr("away on these days") for w in fitting}
        self.substitute.set_choices([Choice(str(w.id), w.name, note[w.id]) for w in order])

    def _connect(self) -> None:
        self.person.choice_changed.connect(self._revise)
        self.substitute.choice_changed.connect(self._show_outcome)
        for field in (self.first, self.last):
            field.dateChanged.connect(self._revise)
        self.first.dateChanged.connect(lambda day: self.last.date() < day and self.last.setDate(day))

    def _revise(self, *_: object) -> None:
        self._offer_substitutes()
        self._show_outcome()

    def _show_outcome(self, *_: object) -> None:
        self.clear_errors()
        self.revise()
        refused = self.refusal() if self.person.chosen() else None
        if refused is not None:
            self._say_beside(refused)
        self._outcome.show_text("" if refused or not self.person.chosen() else self._words())

    def _words(self) -> str:
        """What will happen to the work."""
        staff, plan, today = self._context.book.staff, self.decision(), self._context.book.today
        first, back = short_day(max(plan.first_day, today)), short_day(_next(plan.last_day))
        who = staff.workers[plan.person_id].name
        if plan.substitute_id is None:
            return tr(
                "On {first} the work of {who} becomes nobody's; what nobody took comes back on {back}.",
                first=first, who=who, back=back,
            )  # fmt: skip
        substitute = staff.workers[plan.substitute_id].name
        return tr(
            "On {first} the work of {who} goes to {substitute}, and on {back} it comes back.",
            first=first, who=who, substitute=substitute, back=back,
        )  # fmt: skip

    def _say_beside(self, refused: Refusal) -> None:
        """While fields change a refusal is said, but the focus stays where the person is."""
        if place := self._errors.get(refused.code):
            place[0].show_error(explain(refused, self.zone))


class AbsenceEndDialog(ActDialog):
    """Ends in the new last day of an absence, or in the day before its first one: it is cancelled."""

    def __init__(
        self, absence: AbsenceView, context: AbsenceContext, heading: Heading, parent: QWidget | None = None
    ) -> None:
        super().__init__("absence_end_dialog", heading, context.zone, tr("Save"), parent)
        self._absence, self._context = absence, context
        self.last = day_field(max(absence.first_day, min(absence.last_day, _before(context.book.today))))
        self.last.setMinimumDate(_qdate(_before(absence.first_day)))
        self._outcome = TextLabel("", "body", "ink_second", wrap=True)
        self._build()
        self.last.dateChanged.connect(self._revise)
        self._revise()
        self.fit(480, 260)

    def tick(self, now: object) -> None:
        """An absence counts in days."""

    def refusal(self) -> Refusal | None:
        absence, book, last = self._absence, self._context.book, chosen_day(self.last)
        if last < absence.first_day:
            return None
        if last < _before(book.today):
            return Refusal("absence_past", {"last": last, "today": book.today})
        if last <= absence.last_day:
            return None
        known = next((away for away in book.staff.absences if away.id == absence.id), None)
        plan = known or Away(absence.person_id, absence.first_day, absence.last_day, None, absence.id)
        refused: Refusal | None = book.staff.refusal(replace(plan, last_day=last), book.today)
        return refused

    def decision(self) -> date:
        return chosen_day(self.last)

    def _build(self) -> None:
        box = pane(self.body)
        self.last.setObjectName("last_day")
        box.addWidget(labelled(tr("Last day of the absence"), self.last))
        box.addWidget(self.last)
        box.addWidget(self.error_for(self.last, "absence_past", "absence_overlaps", "absence_over", "substitute_away"))
        self._outcome.setObjectName("outcome")
        box.addWidget(self._outcome)
        box.addStretch(1)

    def _revise(self, *_: object) -> None:
        self.clear_errors()
        self.revise()
        last, today = chosen_day(self.last), self._context.book.today
        if last < self._absence.first_day:
            words = tr("The absence is cancelled: the work stays where it belongs.")
        elif last < today:
            words = tr("The work comes back at once.")
        else:
            days, back = days_words(self._absence.first_day, last), short_day(_next(last))
            words = tr("Away {days}; the work comes back on {back}.", days=days, back=back)
        self._outcome.show_text(words)


def day_field(day: date) -> QDateEdit:
    """A field for a day of the region."""
    field = QDateEdit(_qdate(day))
    field.setDisplayFormat("dd.MM.yyyy")
    field.setCalendarPopup(True)
    return field


def chosen_day(field: QDateEdit) -> date:
    day = field.date()
    return date(day.year(), day.month(), day.day())


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
