"""The acts of a card as buttons: what is possible now, the primary one first; behind a fold the rest, and what is
refused, with its reason."""

from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.regulation.permission import Actor, Standing
from app.texts import tr, trn
from app.texts.refusals import explain
from app.ui.case.acts import BUTTONS, Offer, offers
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.by_enter import ToolButton
from app.ui.widgets.flow_row import FlowRow

# More buttons than these would take the room of the card itself: the further ones stand behind the fold.
SHOWN_ACTS = 6
# In a card that is not so high fewer stand in the open.
HIGH_CARD, SHOWN_ACTS_LOW = 640, 4


class ActBar(QFrame):
    """Buttons are made once and moved about, so that focus and tooltips survive a change of the card.

    Signals: act_requested(act, variant).
    """

    act_requested = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("frame", "top")
        self.setProperty("ground", "card")
        self._offers: dict[str, Offer] = {}
        self._limit = SHOWN_ACTS
        self._buttons = {button.code: self._make(button.code) for button in BUTTONS}
        self._more = ToolButton(self)
        self._more.setObjectName("acts_elsewhere")
        self._more.setCheckable(True)
        self._row = FlowRow()
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 12)
        box.addWidget(self._row)
        self._more.toggled.connect(self._arrange)

    def set_room(self, card_height: int) -> None:
        """How high the whole card is, in pixels."""
        limit = SHOWN_ACTS if card_height >= HIGH_CARD else SHOWN_ACTS_LOW
        if limit != self._limit:
            self._limit = limit
            self._arrange()

    def show_offers(self, standing: Standing, actor: Actor, zone: ZoneInfo) -> None:
        """Offer the acts of a case in this standing to `actor`."""
        self._offers = {offer.button.code: offer for offer in offers(standing, actor)}
        for code, offer in self._offers.items():
            button = self._buttons[code]
            if offer.refusal is None:
                button.allow(offer.button.help_words)
            else:
                button.refuse(explain(offer.refusal, zone))
        self._arrange()

    def button(self, code: str) -> KeyButton:
        """The button of `acts.BUTTONS` with this code."""
        return self._buttons[code]

    def _make(self, code: str) -> KeyButton:
        spec = next(button for button in BUTTONS if button.code == code)
        button = KeyButton(spec.words, spec.key_cap, spec.kind, spec.icon, self)
        button.setObjectName(f"act_{code}")
        button.clicked.connect(lambda: self._wish(code))
        return button

    def _wish(self, code: str) -> None:
        offer = self._offers.get(code)
        if offer is not None and offer.is_possible:
            self.act_requested.emit(str(offer.button.act), offer.variant)

    def _arrange(self) -> None:
        seen = [offer for offer in self._offers.values() if not offer.is_hopeless]
        shown = [offer for offer in seen if offer.is_shown]
        first = shown if len(shown) <= self._limit + 1 else shown[: self._limit]
        folded = [offer for offer in seen if offer not in first]
        for offer in self._offers.values():
            self._buttons[offer.button.code].setVisible(offer in first or (offer in folded and self._more.isChecked()))
        self._more.setVisible(bool(folded))
        before, behind = ([self._buttons[offer.button.code] for offer in some] for some in (first, folded))
        self._row.set_order([*before, self._more, *behind])
        self._more.setText(tr("fold") if self._more.isChecked() else trn("{n} more", "{n} more", len(folded)))
        self._more.setToolTip(tr("More acts; those that are not possible now say why"))
