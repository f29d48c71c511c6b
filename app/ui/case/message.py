"""A message on its card: where and when it stands, who wrote it, what, as written; its files, and what became of it."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.regulation.clocks import Rules
from app.services.attachments import ref_of
from app.services.views import AttachmentView, CaseCard, MessageChangeView, MessageView
from app.texts import tr
from app.texts.files import size_words
from app.texts.moments import near_moment
from app.texts.words import outcome_name, post_kind_name
from app.ui.case.changes import ChangeBlock
from app.ui.widgets.attachment_list import AttachmentList
from app.ui.widgets.labels import ElidedLabel, TextLabel
from app.ui.widgets.plain_text import LinkLabel, PlainTextView, canonical_link, framed
from app.ui.widgets.rows_box import RowsBox

MESSAGE_HEIGHT = 264


class MessageBlock(QWidget):
    """One message: where and when it stands, who wrote it, and what, as written.

    Signals: link_requested(url); file_requested(FileRef) for a file that is kept here.
    """

    link_requested = Signal(str)
    file_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = TextLabel("", "body", "ink_second", wrap=True)
        self._source.setObjectName("message_source")
        self._limit = TextLabel("", "small", "ink_third", wrap=True)
        self._limit.setObjectName("own_limit")
        self._link = LinkLabel()
        self._link.setObjectName("open_source")
        self._address = ElidedLabel("", "small", "ink_third")
        self.text = PlainTextView(MESSAGE_HEIGHT)
        self.text.setObjectName("message_text")
        self.text.setAccessibleName(tr("Message"))
        self._author = LinkLabel()
        self._shown: tuple[Rules, datetime] | None = None
        self.changes: RowsBox[ChangeBlock, MessageChangeView] = RowsBox(ChangeBlock, self._fill_change, 4)
        self._files: RowsBox[LinkLabel, AttachmentView] = RowsBox(self._file_label, _fill_file, 2)
        self.kept = AttachmentList()
        self.kept.setObjectName("message_files")
        self.kept.open_requested.connect(self.file_requested)
        self._build()
        self._link.link_requested.connect(self.link_requested)
        self._author.link_requested.connect(self.link_requested)

    def _build(self) -> None:
        links = QHBoxLayout()
        links.setSpacing(8)
        links.addWidget(self._link)
        links.addWidget(self._address, 1)
        links.addWidget(self._author)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(self._source)
        box.addWidget(self._limit)
        box.addLayout(links)
        box.addSpacing(2)
        box.addWidget(framed(self.text))
        box.addWidget(self.changes)
        box.addWidget(self._files)
        box.addWidget(self.kept)

    def show_message(self, message: MessageView, rules: Rules, now: datetime) -> None:
        """Show `message`; the text is touched only when it differs."""
        self._shown = rules, now
        self._source.show_text(source_line(message, rules, now))
        self._link.show_link(tr("open the source"), message.link)
        self._link.setVisible(bool(message.link))
        self._address.setText(canonical_link(message.link))
        self._address.setVisible(bool(message.link or message.author_link))
        self._author.show_link(tr("author's page"), message.author_link)
        self._author.setVisible(bool(message.author_link))
        self.text.show_text(message.text)
        self.changes.show_items(message.changes)
        self.changes.setVisible(bool(message.changes))
        linked = [file for file in message.attachments if not file.sha256]
        self._files.show_items(linked)
        self._files.setVisible(bool(linked))
        kept = [ref_of(file) for file in message.attachments if file.sha256]
        self.kept.show_files(kept)
        self.kept.setVisible(bool(kept))

    def show_own_limit(self, card: CaseCard | None, message: MessageView) -> None:
        """Of several messages: until when this one is to be answered, and from which card it came; None: of one."""
        self._limit.setVisible(card is not None)
        if card is not None and self._shown is not None:
            self._limit.show_text(_own_limit(card, message, *self._shown))

    def _fill_change(self, block: ChangeBlock, change: MessageChangeView) -> None:
        assert self._shown is not None, "filled only while a message is shown"
        block.show_change(change, *self._shown)

    def _file_label(self) -> LinkLabel:
        label = LinkLabel()
        label.link_requested.connect(self.link_requested)
        return label


def _own_limit(card: CaseCard, message: MessageView, rules: Rules, now: datetime) -> str:
    """"сообщение 2 · ответить до завтра 12:07 · из 46-2026-000123"."""
    clock, number = card.answer_clock(message), card.messages.index(message) + 1
    limit = ""
    if clock is not None and clock.outcome is not None:
        limit = tr("answer: {outcome}", outcome=outcome_name(clock.outcome))
    elif clock is not None and clock.due_at is not None:
        moment = near_moment(clock.due_at, now, rules.agency.zone)
        is_late = now > clock.due_at
        limit = tr("answer was due {moment}", moment=moment) if is_late else tr("answer by {moment}", moment=moment)
    origin = tr("came from {number}", number=message.came_from) if message.came_from else ""
    return " · ".join(part for part in (tr("message {n}", n=number), limit, origin) if part)


def _fill_file(label: LinkLabel, file: AttachmentView) -> None:
    size = " · " + size_words(file.size_bytes) if file.size_bytes else ""
    label.show_link(tr("attachment: {name}", name=file.name) + size, file.link or file.name)


def source_line(message: MessageView, rules: Rules, now: datetime) -> str:
    """"ВКонтакте · комментарий · Анна П. · вчера 16:12 · вне положения"."""
    zone = rules.agency.zone
    posted = near_moment(message.posted_at, now, zone) if message.posted_at else ""
    taken_in = tr("taken in {moment}", moment=near_moment(message.collected_at, now, zone))
    outside = "" if message.in_act else tr("source not named in the act")
    author = ", ".join(part for part in (message.author, message.author_contact) if part)
    parts = (message.source, post_kind_name(message.post_kind), author, posted or taken_in, outside)
    return " · ".join(part for part in parts if part)
