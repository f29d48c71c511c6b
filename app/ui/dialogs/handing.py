"""Giving work to a colleague: who gets it, and a note for them."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.regulation.errors import Refusal
from app.services.handing_over import Colleague
from app.texts import tr
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.widgets.choice_box import Choice, ChoiceBox


@dataclass(frozen=True, slots=True)
class HandingContext:
    """Whom the work can be given to, and what they are called ("Executor", "Curator")."""

    name: str
    who: str
    zone: ZoneInfo
    now: datetime
    people: tuple[Colleague, ...]


@dataclass(frozen=True, slots=True)
class HandingDecision:
    """Who gets the work (a person's id), with what words."""

    to: int
    note: str


class HandingDialog(ActDialog):
    """Ends in a `HandingDecision`. People who are away stand last and are said to be."""

    def __init__(self, context: HandingContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__(context.name, heading, context.zone, tr("Hand over"), parent)
        self._context = context
        self.person = ChoiceBox(tr("Type any letters of the name"))
        self.note = QPlainTextEdit()
        self._build()
        self.person.choice_changed.connect(lambda _: self._changed())
        self.revise()
        self.fit(680, 320)

    def refusal(self) -> Refusal | None:
        return None if self.person.chosen() else Refusal("receiver_missing")

    def decision(self) -> HandingDecision:
        return HandingDecision(int(self.person.chosen() or 0), self.note.toPlainText().strip())

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        (self.note if self.person.chosen() else self.person).setFocus()

    def _changed(self) -> None:
        self.clear_errors()
        self.revise()

    def _build(self) -> None:
        box = pane(self.body)
        self.person.setObjectName("person")
        self.person.set_choices([colleague_choice(person) for person in self._context.people])
        there = [person for person in self._context.people if not person.is_away]
        if len(there) == 1:
            self.person.choose(str(there[0].id))
        box.addWidget(labelled(self._context.who, self.person))
        box.addWidget(self.person)
        codes = ("receiver_missing", "receiver_away", "receiver_has_it", "receiver_no_curator", "not_of_the_agency")
        box.addWidget(self.error_for(self.person, *codes))
        self.note.setObjectName("note")
        self.note.setTabChangesFocus(True)
        box.addWidget(labelled(tr("Note for them"), self.note))
        box.addWidget(self.note, 1)


def colleague_choice(person: Colleague) -> Choice:
    """A colleague to choose, with the post, or that they are away."""
    return Choice(str(person.id), person.name, tr("away today") if person.is_away else person.post)
