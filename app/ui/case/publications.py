"""Publications on a card: under each message where its answer stands, since when, and the picture that proves it."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.regulation.clocks import Rules
from app.regulation.workflow import State
from app.services.attachments import ref_of
from app.services.views import CaseCard, MessageView, PublicationView
from app.texts import tr
from app.texts.moments import near_moment
from app.texts.words import draft_name
from app.ui.widgets.attachment_list import AttachmentList
from app.ui.widgets.labels import TextLabel
from app.ui.widgets.plain_text import LinkLabel, canonical_link


@dataclass(frozen=True, slots=True)
class Placed:
    """A line of the section: a publication, or None for a message that still misses it. `of` names the message
    where the card has several."""

    publication: PublicationView | None
    of: str = ""


def placed_lines(card: CaseCard) -> tuple[Placed, ...]:
    """What stands where, in the order it was recorded, then the messages that miss it while the case is to be
    published."""
    names = {message.id: _name(number, message) for number, message in enumerate(card.messages, start=1)}
    several = len(names) > 1
    lines = [Placed(p, names.get(p.message_id, "") if several else "") for p in card.publications]
    if card.state is State.TO_PUBLISH and several:
        lines += [Placed(None, names[message.id]) for message in card.unpublished]
    return tuple(lines)


def _name(number: int, message: MessageView) -> str:
    return f"{number}. " + " · ".join(part for part in (message.source, message.author) if part)


class PublicationRow(QWidget):
    """One of them. Signals: link_requested(url), file_requested(FileRef)."""

    link_requested = Signal(str)
    file_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._of = TextLabel("", "small", "ink_second", wrap=True)
        self._link = LinkLabel()
        self._when = TextLabel("", "small", "ink_third", wrap=True)
        self.proof = AttachmentList()
        self.proof.setObjectName("publication_proof")
        self._corrected = TextLabel("", "small", "soon", wrap=True)
        self._corrected.setObjectName("corrected")
        self._link.link_requested.connect(self.link_requested)
        self.proof.open_requested.connect(self.file_requested)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 2, 0, 6)
        box.setSpacing(1)
        for widget in (self._of, self._link, self._when, self._corrected, self.proof):
            box.addWidget(widget)

    def show_placed(self, placed: Placed, rules: Rules, now: datetime) -> None:
        publication = placed.publication
        self._of.show_text(placed.of)
        self._of.setVisible(bool(placed.of))
        self._link.setVisible(publication is not None)
        proof = publication.proof if publication else None
        self.proof.show_files([ref_of(proof)] if proof else [])
        self.proof.setVisible(proof is not None)
        wrong = publication.corrected_at if publication else None
        self._corrected.setVisible(wrong is not None)
        if wrong is not None:
            moment = near_moment(wrong, now, rules.agency.zone)
            self._corrected.show_text(tr("corrected {moment}: see below", moment=moment))
        if publication is None:
            self._when.show_text(tr("not published yet"), ink="soon")
            return
        self._link.show_link(canonical_link(publication.link), publication.link)
        self._when.show_text(publication_words(publication, rules, now), ink="ink_third")


def publication_words(publication: PublicationView, rules: Rules, now: datetime) -> str:
    """ "окончательный ответ · размещено вчера 16:12, отмечено 16:30 · на той же странице"."""
    zone = rules.agency.zone
    words = tr("published {moment}", moment=near_moment(publication.published_at, now, zone))
    if publication.recorded_at != publication.published_at:
        words += ", " + tr("recorded {moment}", moment=near_moment(publication.recorded_at, now, zone))
    where = tr("on the same page") if publication.same_page else tr("elsewhere: {why}", why=publication.reason)
    return f"{draft_name(publication.kind)} · {words} · {where}"
