"""What is suggested while a card is sent: topics, agencies, the place, and cards that are alike, each with why.

It never acts: a click takes one suggestion over into its field, F2 takes the first of each into fields left empty.
"""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.services.suggesting.advising import Suggested, Suggestions
from app.texts import tr
from app.texts.suggesting import chance_words, why_place, why_suggested
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.labels import ElidedLabel, SectionLabel, TextLabel

ACCEPT_KEY = "F2"
# The fields that lines are for, in the order in which the first of each is taken.
FIELDS = ("location", "place", "topic", "agency")


@dataclass(frozen=True, slots=True)
class Offer:
    """One line: the field it is for ("topic", "agency", "location", "place"), what it puts there, and why."""

    field: str
    value: str
    title: str
    note: str
    why: str


def offers_of(found: Suggestions, *, asks_agency: bool) -> list[Offer]:
    """The lines of what was found, the place first: it decides among agencies."""
    offers = []
    place = found.place
    if place is not None and place.location_id is not None:
        offers.append(Offer("location", str(place.location_id), place.location, "", why_place(place.words)))
    if place is not None and place.address:
        offers.append(Offer("place", place.address, place.address, "", tr("the address in the text")))
    offers += [_offer("topic", one) for one in found.topics]
    return offers + [_offer("agency", one) for one in found.agencies if asks_agency]


def _offer(field: str, one: Suggested) -> Offer:
    return Offer(field, str(one.id), one.name, chance_words(one.chance), why_suggested(one))


class SuggestionsView(QWidget):
    """The lines of topics and agencies under their heads, each marked while it stands in its field.

    Signals: picked(field, value) for one line; first_picked() for the first of each field.
    """

    picked = Signal(str, str)
    first_picked = Signal()

    def __init__(self, offers: list[Offer], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = [self._row(offer) for offer in offers]
        self._heads: dict[str, SectionLabel] = {}
        self._parts: dict[str, QVBoxLayout] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 8)
        box.setSpacing(2)
        head = QHBoxLayout()
        head.addWidget(SectionLabel(tr("Suggested, you decide")), 1)
        self.accept_first = KeyButton(tr("Take the first"), ACCEPT_KEY)
        self.accept_first.setObjectName("accept_first")
        self.accept_first.setToolTip(tr("Puts the first suggestion into each field left empty"))
        self.accept_first.clicked.connect(self.first_picked)
        head.addWidget(self.accept_first)
        box.addLayout(head)
        for field, title in (("topic", tr("Topic")), ("agency", tr("Agency"))):
            self._heads[field] = SectionLabel(title)
            self._parts[field] = QVBoxLayout()
            self._parts[field].setSpacing(2)
            box.addWidget(self._heads[field])
            box.addLayout(self._parts[field])
            self._lay_out(field)
        self._show_heads()

    @property
    def offers(self) -> list[Offer]:
        """What is offered now."""
        return [row.offer for row in self.rows]

    def show_agencies(self, offers: list[Offer]) -> None:
        """Put these lines in the place of those of agencies."""
        if offers == [offer for offer in self.offers if offer.field == "agency"]:
            return
        for row in self.rows:
            if row.offer.field == "agency":
                row.setParent(None)
                row.deleteLater()
        self.rows = [row for row in self.rows if row.offer.field != "agency"] + [self._row(offer) for offer in offers]
        self._lay_out("agency")
        self._show_heads()

    def _row(self, offer: Offer) -> "OfferRow":
        row = OfferRow(offer)
        row.picked.connect(lambda offer: self.picked.emit(offer.field, offer.value))
        return row

    def _lay_out(self, field: str) -> None:
        for row in self.rows:
            if row.offer.field == field:
                self._parts[field].addWidget(row)

    def _show_heads(self) -> None:
        for field, head in self._heads.items():
            head.setVisible(any(offer.field == field for offer in self.offers))
        self.setVisible(bool(self.rows))

    def place_rows(self) -> "list[OfferRow]":
        """The lines about the place, which stand elsewhere than the others."""
        return [row for row in self.rows if row.offer.field in ("location", "place")]

    def firsts(self) -> dict[str, str]:
        """The first value of each field."""
        found: dict[str, str] = {}
        for offer in self.offers:
            found.setdefault(offer.field, offer.value)
        return found

    def mark(self, values: dict[str, str]) -> None:
        """Show which lines stand in their fields now."""
        for row in self.rows:
            row.show_taken(values.get(row.offer.field) == row.offer.value)


class OfferRow(QFrame):
    """One suggestion: what, how likely, why; taken over by a click, Enter or Space."""

    picked = Signal(object)

    def __init__(self, offer: Offer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.offer = offer
        self.setObjectName(f"suggested_{offer.field}_{offer.value}")
        self.setProperty("frame", "top")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(". ".join(part for part in (offer.title, offer.note, offer.why) if part))
        self._title, self._mark = ElidedLabel(offer.title, "body"), TextLabel("", "small", "added")
        why = ElidedLabel(offer.why, "small", "ink_third")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.addWidget(self._title, 0, 0)
        grid.addWidget(self._mark, 0, 1)
        if offer.note:
            grid.addWidget(TextLabel(offer.note, "small", "ink_second"), 0, 2)
        grid.addWidget(why, 1, 0, 1, 3)
        grid.setColumnStretch(0, 1)

    def show_taken(self, taken: bool) -> None:
        """Say whether this stands in its field."""
        self._mark.setText(tr("taken") if taken else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.picked.emit(self.offer)
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit(self.offer)
        else:
            super().keyPressEvent(event)
