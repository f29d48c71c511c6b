"""The fields of one publication: its link, its place, its time and the picture that proves it (п. 14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QLineEdit, QPlainTextEdit, QRadioButton, QVBoxLayout, QWidget

from app.regulation.errors import Refusal
from app.services import publishing
from app.services.links import recognising
from app.services.outbox.ordering import Order, Way
from app.services.publishing import PublicationRecord
from app.services.views import MessageView
from app.texts import tr
from app.texts.moments import near_moment
from app.texts.refusals import explain
from app.ui.dialogs.act_dialog import labelled, pane
from app.ui.dialogs.moment_field import MomentField
from app.ui.widgets.attachment_list import AttachmentList, Files
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.labels import FieldError, SectionLabel, TextLabel
from app.ui.widgets.plain_text import LinkLabel, canonical_link

_LINK_CODES = (
    *recognising.REFUSALS, "link_missing", "link_short", "link_of_page", "link_of_message", "link_of_other_network",
    "link_twice", "placed_already",
)  # fmt: skip
# Said while a field is being filled in, without waiting for the button: something is written, and it is wrong.
_AT_ONCE = frozenset([*_LINK_CODES, "in_the_future", "before_previous_act"]) - {"link_missing"}


@dataclass(frozen=True, slots=True)
class Times:
    """Between when and when it may have been placed."""

    approved_at: datetime
    now: datetime
    zone: ZoneInfo


class PlacementForm(QWidget):
    """One message's publication; "now" means the time of pressing the button.

    `elsewhere` are the words of the choice that is not the same page (п. 14), `way` how the program may send it.

    Signals: changed; order_requested(Order) to have the program send it.
    """

    changed = Signal()
    order_requested = Signal(object)

    def __init__(
        self, message: MessageView, times: Times, files: Files | None, elsewhere: str, way: Way | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.message, self._way = message, way
        self.send = KeyButton(tr("Send by the program"), "Ctrl+Shift+Enter", icon="publish")
        self.falls = QCheckBox(tr("if that is closed, on the agency's own page"))
        self.way_words = TextLabel("", "small", "ink_third", wrap=True)
        self._times = times
        self.errors: dict[str, tuple[FieldError, QWidget]] = {}
        self.same_page = QRadioButton(tr("On the same page or in the same messenger"))
        self.elsewhere = QRadioButton(elsewhere)
        self.link = QLineEdit()
        self.author_link = QLineEdit(message.author_link)
        self.why = QPlainTextEdit()
        self.moment = MomentField(times.now, times.zone)
        self.proof = AttachmentList(files, most=1, add=tr("Picture of the answer…"))
        self._build()
        self._connect()
        self._turn()

    @property
    def is_begun(self) -> bool:
        """Whether anything was filled in that a person would miss."""
        return bool(self.link.text().strip() or self.proof.files())

    def record(self, now: datetime) -> PublicationRecord:
        same_page = self.same_page.isChecked()
        proof = next(iter(self.proof.files()), None)
        return PublicationRecord(
            link=self.link.text().strip(),
            published_at=self.moment.moment() or now,
            same_page=same_page,
            reason="" if same_page else self.why.toPlainText().strip(),
            author_link="" if same_page else self.author_link.text().strip(),
            proof=proof,
            message_id=self.message.id,
        )

    def refusal(self, now: datetime, others: Sequence[tuple[str, bool]]) -> Refusal | None:
        """Why this publication cannot be recorded; `others` are the card's other links of the same text."""
        if self.proof.is_taking():
            return Refusal("file_on_its_way")
        return publishing.refusal(self.record(now), self.message, others, self._times.approved_at, now)

    def say(self, refused: Refusal | None) -> None:
        """Say at once what is wrong with what is filled in; what is only missing waits for the button."""
        for error, _ in self.errors.values():
            error.clear()
        if refused is not None and refused.code in _AT_ONCE:
            self.errors[refused.code][0].show_error(explain(refused, self._times.zone))

    # ----- building

    def _build(self) -> None:
        box = pane(self, (20, 10, 20, 10), 4)
        source = LinkLabel()
        source.setObjectName("message_link")
        words = canonical_link(self.message.link)
        source.show_link(tr("Message: {link}", link=words), self.message.link)
        source.setOpenExternalLinks(True)
        source.setVisible(bool(self.message.link))
        box.addWidget(source)
        self._ways(box)
        group = QButtonGroup(self)
        for button, name in ((self.same_page, "same_page"), (self.elsewhere, "elsewhere")):
            button.setObjectName(name)
            group.addButton(button)
            box.addWidget(button)
        self.same_page.setChecked(True)
        self.link.setObjectName("link")
        self.link.setPlaceholderText("https://")
        self._add(box, tr("Link of the published answer"), self.link, *_LINK_CODES)
        self._elsewhere(box)
        self.proof.setObjectName("proof")
        box.addSpacing(2)
        box.addWidget(self.proof)
        proof_error = FieldError(self.proof)
        for code in ("proof_missing", "proof_not_picture", "file_gone", "file_on_its_way", "files_too_many"):
            self.errors[code] = (proof_error, self.proof.add)
        box.addWidget(proof_error)
        box.addSpacing(2)
        box.addWidget(SectionLabel(tr("When it was placed")))
        self.moment.setObjectName("published_at")
        box.addWidget(self.moment)
        self._error(box, self.moment, "in_the_future", "before_previous_act")
        approved = near_moment(self._times.approved_at, self._times.now, self._times.zone)
        rule = tr("The clock stops at the actual time, from approval ({moment}) to now.", moment=approved)
        box.addWidget(TextLabel(rule, "small", "ink_third", wrap=True))
        box.addStretch(1)

    def _ways(self, box: QVBoxLayout) -> None:
        """Whether the program can send it, or why not."""
        self.send.setObjectName("send_by_program")
        box.addWidget(self.send)
        self.falls.setObjectName("falls")
        self.falls.setChecked(True)
        self.falls.setVisible(self._way is not None and self._way.falls)
        box.addWidget(self.falls)
        self.way_words.setObjectName("way_words")
        box.addWidget(self.way_words)
        box.addSpacing(4)
        self.send.setVisible(self._way is not None)
        self.way_words.setVisible(self._way is not None)
        if self._way is not None and self._way.refused is not None:
            words = explain(self._way.refused, self._times.zone)
            self.send.refuse(words)
            self.way_words.show_text(words)
        elif self._way is not None:
            self.send.allow()
            name, why = self._way.connector, self._way.why
            told = tr("Goes out exactly as approved, through the connection “{name}”.", name=name)
            if why is not None:
                head = tr("On the agency's own page, with a mention and a link: in place the files cannot go.")
                told = f"{head} {told}"
            self.way_words.show_text(told)

    def order(self) -> None:
        """Wish that the program sends it, where it may."""
        if self.send.isEnabled() and self._way is not None:
            self.order_requested.emit(Order(self.message.id, self._way.rung, may_fall=self.falls.isChecked()))

    def show_ordered(self) -> None:
        """It is on its way: nothing is left to fill in."""
        self.send.refuse(tr("On its way: see the page «Outbox»."))
        self.way_words.show_text(tr("On its way: see the page «Outbox»."), ink="well")

    @property
    def is_ordered(self) -> bool:
        """Whether the program sends it already."""
        return self._way is not None and not self.send.isEnabled() and self._way.refused is None

    def _elsewhere(self, box: QVBoxLayout) -> None:
        """What п. 14 asks for when the answer does not stand on the same page."""
        self.why.setObjectName("why")
        self.why.setTabChangesFocus(True)
        self.why.setFixedHeight(52)
        self.author_link.setObjectName("author_link")
        self.author_link.setPlaceholderText("https://")
        before = box.count()
        why = tr("Why it is technically not possible on the same page")
        self._add(box, why, self.why, "why_elsewhere_missing")
        self._add(box, tr("Link to the author"), self.author_link, "author_link_missing")
        items = [item.widget() for index in range(before, box.count()) if (item := box.itemAt(index))]
        self._only_elsewhere = [widget for widget in items if widget and not isinstance(widget, FieldError)]

    def _add(self, box: QVBoxLayout, words: str, field: QWidget, *codes: str) -> None:
        box.addWidget(labelled(words, field))
        box.addWidget(field)
        self._error(box, field, *codes)

    def _error(self, box: QVBoxLayout, field: QWidget, *codes: str) -> None:
        error = FieldError(field)
        for code in codes:
            self.errors[code] = (error, field)
        box.addWidget(error)

    def _connect(self) -> None:
        self.same_page.toggled.connect(self._turn)
        for field in (self.link, self.author_link):
            field.textChanged.connect(self.changed)
        self.why.textChanged.connect(self.changed)
        self.moment.changed.connect(self.changed)
        self.send.clicked.connect(self.order)
        self.proof.changed.connect(self.changed)
        self.proof.serve(self.link)

    def _turn(self) -> None:
        for widget in self._only_elsewhere:
            widget.setVisible(self.elsewhere.isChecked())
        self.changed.emit()
