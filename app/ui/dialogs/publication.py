"""Publications (п. 14): the approved text sent by the program, or placed by a person and recorded with its proof."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.regulation.clocks import Rules
from app.regulation.errors import Refusal
from app.services.attachments import ref_of
from app.services.outbox.ordering import Way
from app.services.publishing import PublicationRecord
from app.services.views import CaseCard, MessageView
from app.texts import tr
from app.texts.rulebook import cited
from app.ui import theme
from app.ui.dialogs.act_dialog import ActDialog, Heading, pane
from app.ui.dialogs.moment_field import MomentField
from app.ui.dialogs.placement_form import PlacementForm, Times
from app.ui.widgets.attachment_list import AttachmentList, Files
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.labels import SectionLabel, TextLabel
from app.ui.widgets.plain_text import PlainTextView
from app.ui.widgets.roomy import Roomy
from app.ui.widgets.row_button import HEIGHT, RowButton
from app.ui.widgets.shortcuts import shortcut
from app.ui.widgets.tips import in_lines

COPIED_MS = 1500
ROWS_SEEN = 6
# No line of a list has room for more.
MOST_LETTERS = 400


@dataclass(frozen=True, slots=True)
class PublicationContext:
    """A card whose draft is approved; `approved_at` is the earliest time of placement, `ways` how the program may
    answer each message (by its id)."""

    card: CaseCard
    rules: Rules
    now: datetime
    approved_at: datetime
    on_behalf: str = ""
    files: Files | None = None
    ways: Mapping[int, Way] = field(default_factory=dict)


class PublicationDialog(ActDialog):
    """Ends in the `PublicationRecord`s of the messages filled in; while some are missing it stays open for them.

    Signals: order_requested(Order) to have the program send the answer to one message.
    """

    order_requested = Signal(object)

    def __init__(self, context: PublicationContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__("publication_dialog", heading, context.rules.agency.zone, tr("Published"), parent)
        self._context = context
        draft = context.card.draft
        assert draft is not None, "only an approved draft is published"
        self._approved_text = draft.text
        self.text = PlainTextView(2000, fits=False)
        self.copy = KeyButton(tr("Copy the text"), "Ctrl+Shift+C")
        self.open_page = KeyButton(tr("Copy and open the page"), "Ctrl+Shift+O")
        self.attached = AttachmentList()
        times = Times(context.approved_at, context.now, self.zone)
        not_there = tr("Not possible there: on the agency's own account")
        elsewhere = cited(not_there, context.rules.profile, ("publish_elsewhere",))
        self.forms = [
            PlacementForm(message, times, context.files, elsewhere, context.ways.get(message.id))
            for message in context.card.messages
        ]
        self.rows = [RowButton(self.body) for _ in self.forms] if len(self.forms) > 1 else []
        self._pages = QStackedWidget()
        self._copied = QTimer(self, singleShot=True, interval=COPIED_MS)
        self._build()
        self._connect()
        self._show_placed(context.card)
        self.fit(1060, 690 if self.rows else 620)

    # ----- the message under the hands

    @property
    def form(self) -> PlacementForm:
        return self.forms[self._pages.currentIndex()]

    @property
    def link(self) -> QLineEdit:
        return self.form.link

    @property
    def why(self) -> QPlainTextEdit:
        return self.form.why

    @property
    def moment(self) -> MomentField:
        return self.form.moment

    def show_message(self, index: int) -> None:
        """Turn to the message with this index."""
        self._pages.setCurrentIndex(index)
        if self.rows:
            self.rows[index].setChecked(True)
        self.open_page.setVisible(bool(self.form.message.link))
        self._errors = self.form.errors
        self.revise()

    # ----- what is decided

    def refusal(self) -> Refusal | None:
        """The first thing missing: in what is filled in, else in the message shown."""
        found = self._refused()
        return found[1] if found else None

    def decision(self) -> tuple[PublicationRecord, ...]:
        return tuple(form.record(self._context.now) for form in self._filled())

    def press_ok(self) -> None:
        found = self._refused()
        if found is not None and found[0] is not self.form:
            self.show_message(self.forms.index(found[0]))
        super().press_ok()

    def goes_on(self, card: CaseCard) -> None:
        """Some of it is saved, and the card as it stands now still misses the rest: ask for that."""
        self._context = replace(self._context, card=card)
        self._show_placed(card)
        missing, all_of = len(card.unpublished), len(card.messages)
        words = tr("Recorded under {done} of {all} messages. The rest can wait: nothing recorded is lost.",
                   done=all_of - missing, all=all_of)  # fmt: skip
        self.bar.show_message(InfoKind.INFO, words)
        self.link.setFocus()

    def ordered(self, message_id: int) -> bool:
        """The program sends this one; gives whether nothing is left for a person here."""
        form = next(form for form in self.forms if form.message.id == message_id)
        form.show_ordered()
        left = [form for form in self._missing() if not form.is_ordered]
        if left:
            self.show_message(self.forms.index(left[0]))
        return not left

    def _missing(self) -> list[PlacementForm]:
        ids = {message.id for message in self._context.card.unpublished}
        return [form for form in self.forms if form.message.id in ids]

    def _filled(self) -> list[PlacementForm]:
        """What would be saved now: every message begun, or the one shown where none is."""
        missing = self._missing()
        return [form for form in missing if form.is_begun] or [form for form in missing if form is self.form]

    def _refused(self) -> tuple[PlacementForm, Refusal] | None:
        card, now, filled = self._context.card, self._context.now, self._filled()
        placed = [(p.link, p.same_page) for p in card.publications if card.draft and p.draft_uuid == card.draft.uuid]
        for form in sorted(filled, key=lambda form: form is not self.form):
            others = [*placed, *((f.link.text(), f.same_page.isChecked()) for f in filled if f is not form)]
            if refused := form.refusal(now, others):
                return form, refused
        return None

    # ----- building

    def _build(self) -> None:
        row = QHBoxLayout(self.body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._approved(), 1)
        row.addWidget(self._placements(), 1)

    def _approved(self) -> QWidget:
        side = QFrame()
        side.setProperty("frame", "right")
        box = pane(side)
        box.addWidget(SectionLabel(tr("Approved text: publish it unchanged")))
        self.text.setObjectName("approved_text")
        self.text.setAccessibleName(tr("Approved text"))
        self.text.show_text(self._approved_text)
        box.addWidget(self.text, 1)
        draft = self._context.card.draft
        self.attached.setObjectName("attached")
        self.attached.show_files([ref_of(view) for view in draft.attachments] if draft else [])
        self.attached.setVisible(bool(self.attached.files()))
        box.addWidget(self.attached)
        self.copy.setObjectName("copy")
        self.copy.setShortcut("Ctrl+Shift+C")
        box.addWidget(self.copy)
        self.open_page.setObjectName("open_page")
        self.open_page.setShortcut("Ctrl+Shift+O")
        box.addWidget(self.open_page)
        return side

    def _placements(self) -> QWidget:
        side = QWidget()
        box = pane(side, (0, 0, 0, 0), 0)
        if self._context.on_behalf:
            words = tr("Recorded on behalf of: {name}", name=self._context.on_behalf)
            behalf = TextLabel(words, "body", "soon", wrap=True)
            behalf.setContentsMargins(20, 10, 20, 0)
            box.addWidget(behalf)
        if len(self.forms) > 1:
            box.addWidget(self._list())
        for form in self.forms:
            self._pages.addWidget(Roomy(form, across=False))
        box.addWidget(self._pages, 1)
        return side

    def _list(self) -> QWidget:
        """The messages of the card, one line each; Ctrl+PgUp and Ctrl+PgDn turn from one to the next."""
        lines = QWidget()
        column = QVBoxLayout(lines)
        column.setContentsMargins(12, 6, 12, 6)
        column.setSpacing(1)
        group = QButtonGroup(self)
        for index, row in enumerate(self.rows):
            row.setObjectName(f"message_{index + 1}")
            row.setCheckable(True)
            row.clicked.connect(lambda _=False, index=index: self._turn_to(index))
            group.addButton(row)
            column.addWidget(row)
        area = QScrollArea()
        area.setObjectName("messages")
        area.setWidgetResizable(True)
        area.setWidget(lines)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Of more than can be seen at once the last is seen by half: nobody takes the list for whole.
        seen = len(self.rows) if len(self.rows) <= ROWS_SEEN else ROWS_SEEN - 0.5
        area.setFixedHeight(round(seen * (theme.current().px(HEIGHT) + 1)) + 14)
        frame = QFrame()
        frame.setProperty("frame", "bottom")
        pane(frame, (0, 0, 0, 0), 0).addWidget(area)
        for keys, step in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            shortcut(self, keys, partial(self._step, step), repeats=True)
        return frame

    def _connect(self) -> None:
        self.copy.clicked.connect(self._copy)
        self._copied.timeout.connect(lambda: self._say_copied(False))
        self.attached.open_requested.connect(self.file_requested)
        for form in self.forms:
            form.changed.connect(lambda form=form: self._revise(form))
            form.proof.open_requested.connect(self.file_requested)
            form.order_requested.connect(self.order_requested)
        shortcut(self, "Ctrl+Shift+Return", lambda: self.form.order())
        self.open_page.clicked.connect(self._open_page)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.link.setFocus()

    def _show_placed(self, card: CaseCard) -> None:
        """Mark the messages that have their publication, and turn to the first that misses it."""
        missing = self._missing()
        for form in self.forms:
            form.setEnabled(form in missing)
        for number, row in enumerate(self.rows, start=1):
            form = self.forms[number - 1]
            words = _line(number, form.message)
            row.setText(words.replace("&", "&&"))
            icon, ink = ("pending", "ink_third") if form in missing else ("done", "well")
            row.setIcon(theme.current().icon(icon, ink))
            row.setAccessibleName(words if form in missing else tr("{message}: published", message=words))
            row.setToolTip(in_lines(form.message.text[:MOST_LETTERS]))
        self.show_message(self.forms.index(missing[0]) if missing else 0)

    def _turn_to(self, index: int) -> None:
        self.show_message(index)
        self.link.setFocus()

    def _step(self, step: int) -> None:
        self._turn_to((self._pages.currentIndex() + step) % len(self.forms))

    def _revise(self, form: PlacementForm) -> None:
        found = self._refused()
        form.say(found[1] if found and found[0] is form else None)
        self.revise()

    def _open_page(self) -> None:
        """The text is copied and the page opens at the message: what is left is to paste it, and its link here."""
        if link := self.form.message.link:
            self._copy()
            QDesktopServices.openUrl(QUrl(link))
            self.link.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._approved_text)
        self._say_copied(True)
        self._copied.start()

    def _say_copied(self, copied: bool) -> None:
        self.copy.setText(tr("Copied") if copied else tr("Copy the text"))


def _line(number: int, message: MessageView) -> str:
    """ "2. ВКонтакте · Анна П. · И у нас то же самое"."""
    parts = (message.source, message.author, " ".join(message.text.split()))
    return f"{number}. " + " · ".join(part for part in parts if part)[:MOST_LETTERS]
