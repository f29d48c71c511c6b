"""What is suggested while a message is entered by hand: a quiet button for each field left open; it never acts."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.suggesting.advising import Suggestions
from app.texts import tr
from app.ui.dialogs.suggestions import ACCEPT_KEY, Offer, offers_of
from app.ui.widgets.by_enter import ToolButton
from app.ui.widgets.flow_row import FlowRow
from app.ui.widgets.labels import set_role

SETTLED_MS = 400
LEAST_LENGTH = 15
TOPICS = 2


class EntryHints(QWidget):
    """Buttons of likely topics and of the place named; hidden while there is nothing to suggest.

    Signals: asked(text) once a text has settled; picked(field, value): "topic" an id, "place" words.
    """

    asked = Signal(str)
    picked = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._buttons: list[tuple[Offer, ToolButton]] = []
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(lambda: self.asked.emit(self._text))
        self._row = FlowRow(spacing=6)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._row)
        self.hide()

    def text_changed(self, text: str) -> None:
        """A text is being typed: it is asked about when it rests for a moment."""
        self._text = text
        if len(text.strip()) < LEAST_LENGTH:
            self._settled.stop()
            self._show([])
        else:
            self._settled.start()

    def show_suggestions(self, text: str, found: Suggestions) -> None:
        """Show what was found for `text`, unless it has been changed since."""
        if text == self._text:
            self._show(_offers(found))

    def firsts(self) -> dict[str, str]:
        """The first value of each field."""
        found: dict[str, str] = {}
        for offer, _ in self._buttons:
            found.setdefault(offer.field, offer.value)
        return found

    def _show(self, offers: Sequence[Offer]) -> None:
        if [offer for offer, _ in self._buttons] == list(offers):
            return
        for _, button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = [(offer, self._button(offer)) for offer in offers]
        self.setVisible(bool(offers))

    def _button(self, offer: Offer) -> ToolButton:
        button = ToolButton()
        is_topic = offer.field == "topic"
        what = tr("topic: {name}", name=offer.title) if is_topic else tr("place: {name}", name=offer.title)
        button.setText(tr("likely {what}", what=what))
        why = "; ".join(part for part in (offer.note, offer.why) if part)
        button.setToolTip(f"{tr('Suggested, you decide')} ({ACCEPT_KEY})\n{why}")
        button.setAccessibleName(f"{button.text()}. {why}")
        button.setObjectName(f"entry_hint_{offer.field}")
        set_role(button, "filter", "true")
        button.clicked.connect(lambda: self.picked.emit(offer.field, offer.value))
        self._row.add(button)
        button.show()
        return button


def _offers(found: Suggestions) -> list[Offer]:
    """The place in one line of words, as an author would name it, then the likeliest topics."""
    offers = offers_of(found, asks_agency=False)
    places = [offer for offer in offers if offer.field in ("location", "place")]
    topics = [offer for offer in offers if offer.field == "topic"][:TOPICS]
    words = ", ".join(offer.title for offer in places)
    reasons = "; ".join(offer.why for offer in places)
    return [*([Offer("place", words, words, "", reasons)] if words else []), *topics]
