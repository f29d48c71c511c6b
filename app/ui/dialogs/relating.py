"""Saying that a card is about the same thing as another: a repeat of it (п. 17), or one card with it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from app.regulation import requirements
from app.regulation.errors import Refusal
from app.regulation.requirements import Relative
from app.regulation.workflow import State
from app.services.kin import Kin
from app.services.views import CaseCard
from app.texts import tr
from app.texts.refusals import explain
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, message_view, pane
from app.ui.dialogs.kin_chooser import KinChooser
from app.ui.widgets.labels import SectionLabel, TextLabel

MESSAGE_HEIGHT = 96
# States of a card that nobody has worked on: its messages go to the other card unless the person says otherwise.
_FRESH = (State.COLLECTED, State.INBOX, State.RETURNED)


@dataclass(frozen=True, slots=True)
class RelatingContext:
    """A card, how the rules see it, and the ones that look alike."""

    card: CaseCard
    this: Relative
    kin: tuple[Kin, ...]
    zone: ZoneInfo
    now: datetime


class RelatingDialog(ActDialog):
    """What both dialogs share: the message above, the cards that look alike beneath."""

    def __init__(self, name: str, context: RelatingContext, heading: Heading, ok: str, parent: QWidget | None) -> None:
        super().__init__(name, heading, context.zone, ok, parent)
        self._context = context
        possible = sorted(context.kin, key=lambda kin: self.hopeless(kin))
        self.chooser = KinChooser(possible, context.now, context.zone)
        self._build()
        self.chooser.chosen_changed.connect(self._revise)

    def refused(self, kin: Kin) -> Refusal | None:
        """Why this card may not be chosen."""
        raise NotImplementedError

    def hopeless(self, kin: Kin) -> bool:
        """Whether this card will not do in any way: such ones stand last."""
        return self.refused(kin) is not None

    def refusal(self) -> Refusal | None:
        if self.chooser.not_found:
            return Refusal("card_not_found", {"typed": self.chooser.not_found})
        chosen = self.chooser.chosen()
        return Refusal("card_missing") if chosen is None else self.refused(chosen)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        rows = self.chooser.rows()
        (rows[0].button if rows else self.chooser.typed).setFocus()

    def _build(self) -> None:
        box = pane(self.body)
        box.addWidget(message_view(self._context.card, MESSAGE_HEIGHT, "body"))
        box.addSpacing(6)
        box.addWidget(labelled(self._question(), self.chooser.typed))
        box.addWidget(self.chooser, 1)
        self.chooser.beneath_typed.addWidget(self.error_for(self.chooser.typed, "card_not_found", "card_missing"))
        box.addWidget(self.error_for(self.chooser.typed, "same_card", *_OF_THE_CHOSEN))
        self._add_more(box)

    def _question(self) -> str:
        raise NotImplementedError

    def _add_more(self, box: QVBoxLayout) -> None:
        """What stands beneath the cards."""

    def _revise(self) -> None:
        """The reason stands beneath the cards as soon as one is chosen that will not do."""
        self.clear_errors()
        self.revise()
        refused = self.refusal()
        if refused is not None and refused.code != "card_missing":
            error, _ = self._errors[refused.code]
            error.show_error(explain(refused, self.zone))


_OF_THE_CHOSEN = (
    "earlier_open", "earlier_unanswered", "earlier_merged", "merged_already", "source_published",
    "source_not_mergeable", "target_not_detected", "target_answered", "target_closed", "regulations_differ",
    "significance_differs", "repeat_differs",
)  # fmt: skip


class RepeatDialog(RelatingDialog):
    """Ends in the id of the earlier, answered card."""

    def __init__(self, context: RelatingContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__("repeat_dialog", context, heading, tr("Mark as a repeat"), parent)
        self.revise()
        self.fit(760, 560)

    def refused(self, kin: Kin) -> Refusal | None:
        return requirements.repeat(self._context.this, kin.relative)

    def decision(self) -> int:
        chosen = self.chooser.chosen()
        assert chosen is not None, "the rule asks for a card first"
        return chosen.id

    def _question(self) -> str:
        return tr("Which answered card it repeats")

    def _add_more(self, box: QVBoxLayout) -> None:
        words = tr("The answer to a repeat tells of the measures taken or of the progress: "
                   "the draft is not approved without it.")  # fmt: skip
        box.addWidget(TextLabel(words, "small", "ink_third", wrap=True))


@dataclass(frozen=True, slots=True)
class MergeDecision:
    """The other card, and whether the messages go there or come from there."""

    other_id: int
    into_other: bool


class MergeDialog(RelatingDialog):
    """Ends in a `MergeDecision`; of the two ways only the one that the rules allow can be taken."""

    def __init__(self, context: RelatingContext, heading: Heading, parent: QWidget | None = None) -> None:
        self.there = QRadioButton(tr("The messages of this card go to the chosen one"))
        self.here = QRadioButton(tr("The messages of the chosen card come here"))
        self._loss = TextLabel("", "small", "soon", wrap=True)
        super().__init__("merge_dialog", context, heading, tr("Merge"), parent)
        self._by_hand = False
        self.there.setChecked(context.card.state in _FRESH)
        self.here.setChecked(not self.there.isChecked())
        for button in (self.there, self.here):
            button.clicked.connect(self._turn)
        self._revise()
        self.fit(760, 600)

    def refused(self, kin: Kin) -> Refusal | None:
        return self._refused(kin, self.there.isChecked())

    def hopeless(self, kin: Kin) -> bool:
        return all(self._refused(kin, way) is not None for way in (True, False))

    def decision(self) -> MergeDecision:
        chosen = self.chooser.chosen()
        assert chosen is not None, "the rule asks for a card first"
        return MergeDecision(chosen.id, self.there.isChecked())

    def _refused(self, kin: Kin, into_other: bool) -> Refusal | None:
        this = self._context.this
        return requirements.merge(this, kin.relative) if into_other else requirements.merge(kin.relative, this)

    def _question(self) -> str:
        return tr("Which card is about the same thing")

    def _add_more(self, box: QVBoxLayout) -> None:
        self.there.setObjectName("into_other")
        self.here.setObjectName("into_this")
        ways = QButtonGroup(self)
        box.addWidget(SectionLabel(tr("Which card stays")))
        for button in (self.there, self.here):
            ways.addButton(button)
            box.addWidget(button)
        self._loss.setObjectName("loss")
        box.addWidget(self._loss)

    def _turn(self) -> None:
        self._by_hand = True
        self._revise()

    def _revise(self) -> None:
        chosen = self.chooser.chosen()
        if chosen is not None and not self._by_hand:
            self._take_the_possible_way(chosen)
        super()._revise()
        self._loss.show_text(self._loss_words(chosen))
        self._loss.setVisible(bool(self._loss.text()))

    def _take_the_possible_way(self, kin: Kin) -> None:
        preferred = self._context.card.state in _FRESH
        way = preferred if self._refused(kin, preferred) is None else not preferred
        if self._refused(kin, way) is not None:
            way = preferred
        (self.there if way else self.here).setChecked(True)

    def _loss_words(self, kin: Kin | None) -> str:
        """Whose work ends, before it does."""
        if kin is None or self.refused(kin) is not None:
            return ""
        agency = self._context.card.agency if self.there.isChecked() else kin.agency
        if not agency:
            return ""
        return tr("The work of “{agency}” on the card that closes ends; what it wrote stays to be read.", agency=agency)
