"""Splitting messages off a card: which of them leave; at least one stays."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QScrollArea, QSizePolicy, QWidget

from app.regulation import requirements
from app.regulation.clocks import Rules
from app.regulation.errors import Refusal
from app.services.views import CaseCard, MessageView
from app.texts import tr
from app.texts.moments import near_moment
from app.texts.refusals import explain
from app.ui.dialogs.act_dialog import ActDialog, Heading, pane
from app.ui.widgets.labels import TextLabel
from app.ui.widgets.tips import in_lines


@dataclass(frozen=True, slots=True)
class SplittingContext:
    """A card of several messages."""

    card: CaseCard
    rules: Rules
    now: datetime


class SplittingDialog(ActDialog):
    """Ends in the uuids of the messages that leave."""

    def __init__(self, context: SplittingContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__("splitting_dialog", heading, context.rules.agency.zone, tr("Split off"), parent)
        self._context = context
        answered = {publication.message_id for publication in context.card.publications}
        self._published = {message.uuid for message in context.card.messages if message.id in answered}
        self.boxes = {message.uuid: self._box(message) for message in context.card.messages}
        self._outcome = TextLabel("", "small", "ink_third", wrap=True)
        self._outcome.setObjectName("outcome")
        self._build()
        for box in self.boxes.values():
            box.toggled.connect(self._revise)
        self._revise()
        self.fit(720, 520)

    def refusal(self) -> Refusal | None:
        return requirements.split(tuple(self.boxes), self.decision(), self._published)

    def decision(self) -> tuple[str, ...]:
        return tuple(uuid for uuid, box in self.boxes.items() if box.isChecked())

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        next(box for box in reversed(self.boxes.values()) if box.isEnabled()).setFocus()

    def _box(self, message: MessageView) -> QCheckBox:
        posted = near_moment(message.posted_at, self._context.now, self.zone) if message.posted_at else ""
        box = QCheckBox(" · ".join(part for part in (message.author, message.source, posted) if part))
        box.setObjectName(f"message_{message.id}")
        box.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        box.setAccessibleDescription(message.text)
        if message.uuid in self._published:
            box.setEnabled(False)
            box.setToolTip(in_lines(explain(Refusal("answered_stays"))))
        return box

    def _build(self) -> None:
        inside = QWidget()
        rows = pane(inside, (0, 0, 8, 0), 4)
        for message in self._context.card.messages:
            rows.addWidget(self.boxes[message.uuid])
            rows.addWidget(self._beneath(message.text, "body", "ink_second"))
            if message.came_from:
                rows.addWidget(self._beneath(tr("came from {number}", number=message.came_from), "small", "ink_third"))
            if message.uuid in self._published:
                rows.addWidget(self._beneath(explain(Refusal("answered_stays")), "small", "ink_third"))
            rows.addSpacing(8)
        rows.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        box = pane(self.body)
        box.addWidget(TextLabel(tr("Which messages are about another thing"), "small", "ink_second"))
        box.addWidget(area, 1)
        codes = ("nothing_to_split", "nothing_would_stay", "message_gone", "answered_stays")
        box.addWidget(self.error_for(area, *codes))
        box.addWidget(self._outcome)

    def _beneath(self, words: str, font: str, ink: str) -> TextLabel:
        label = TextLabel(words if len(words) <= 400 else words[:399] + "…", font, ink, wrap=True)
        label.setContentsMargins(24, 0, 0, 0)
        return label

    def _revise(self, *_: object) -> None:
        self.clear_errors()
        self.revise()
        self._outcome.show_text(self._outcome_words())

    def _outcome_words(self) -> str:
        """What will come of it: a merged card is given back whole, or a new one is made."""
        chosen = set(self.decision())
        origins = {message.came_from for message in self._context.card.messages if message.uuid in chosen}
        number = next(iter(origins)) if len(origins) == 1 else ""
        whole = {message.uuid for message in self._context.card.messages if message.came_from == number}
        due = tr("The limit of the answer goes on from detection.")
        if number and whole == chosen:
            return tr("Card {number} goes back to the inbox with its messages.", number=number) + " " + due
        return tr("They become a card of their own in the inbox, with a new number.") + " " + due
