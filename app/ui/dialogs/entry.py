"""A message entered by hand: by phone, in person, or seen in a network; it is detected at once (п. 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.regulation.errors import Refusal, Refused
from app.services.incoming import Incoming
from app.services.links.recognising import recognise
from app.services.registering import refusal
from app.services.suggesting.advising import Suggestions
from app.services.views import Choice
from app.texts import mark, tr
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.dialogs.entry_hints import EntryHints
from app.ui.dialogs.moment_field import MomentField
from app.ui.dialogs.suggestions import ACCEPT_KEY
from app.ui.widgets import choice_box
from app.ui.widgets.attachment_list import AttachmentList, Files
from app.ui.widgets.by_enter import ToolButton
from app.ui.widgets.choice_box import ChoiceBox
from app.ui.widgets.labels import SectionLabel, TextLabel, set_role
from app.ui.widgets.shortcuts import shortcut
from app.ui.widgets.spelling import WORDS_OF_OTHERS

WAYS = {"call": mark("By phone"), "visit": mark("In person"), "net": mark("From a network")}
PHONE = "phone"


@dataclass(frozen=True, slots=True)
class EntryStart:
    """What an entry begins with: the way it came ("call", "visit", "net"), and what was pasted or dropped: words, a
    link, pictures (a file each, or one of the clipboard)."""

    way: str = "net"
    text: str = ""
    link: str = ""
    pictures: tuple[Path | QImage, ...] = ()


FROM_A_NETWORK = EntryStart()


@dataclass(frozen=True, slots=True)
class EntryContext:
    """The sources and topics to choose from, the desk's time, and what the entry begins with."""

    sources: Sequence[Choice]
    zone: ZoneInfo
    now: datetime
    topics: Sequence[Choice] = ()
    start: EntryStart = FROM_A_NETWORK
    files: Files | None = None


class EntryDialog(ActDialog):
    """Ends in a `registering.Incoming`.

    Signals: advice_asked(text) when what is suggested for a text is wanted; `show_suggestions` answers.
    """

    advice_asked = Signal(str)

    def __init__(self, context: EntryContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__("entry_dialog", heading, context.zone, tr("Enter"), parent)
        self._context = context
        self.way = context.start.way
        self.text = QPlainTextEdit()
        self.text.setProperty(WORDS_OF_OTHERS, True)
        self.source = ChoiceBox(tr("Network, messenger, phone"))
        self.link, self.author, self.author_link = QLineEdit(), QLineEdit(), QLineEdit()
        self.place, self.contact = QLineEdit(), QLineEdit()
        self.topic = ChoiceBox(tr("Topic, if it is clear"))
        self.ways = {code: ToolButton() for code in WAYS}
        self.told = TextLabel("", "small", "ink_third", wrap=True)
        self.posted = MomentField(context.now, self.zone)
        self.another = QCheckBox(tr("Another message under the same post"))
        self.attached = AttachmentList(context.files)
        self.hints = EntryHints()
        self._build()
        for field in (self.link, self.author, self.author_link, self.place, self.contact):
            field.textChanged.connect(self._revise)
        self.topic.choice_changed.connect(self._revise)
        self.link.textChanged.connect(self._recognise)
        self.text.textChanged.connect(self._revise)
        self.text.textChanged.connect(lambda: self.hints.text_changed(self.text.toPlainText()))
        self.hints.asked.connect(self.advice_asked)
        self.hints.picked.connect(self._take_hint)
        shortcut(self, ACCEPT_KEY, self._take_first_hints)
        self.source.choice_changed.connect(self._revise)
        self.posted.changed.connect(self._revise)
        self.another.toggled.connect(self._revise)
        self.link.textChanged.connect(lambda: self.another.setChecked(False))
        self._begin(context.start)
        self._revise()
        self.fit(760, 640)

    def refusal(self) -> Refusal | None:
        if not self.source.chosen():
            return Refusal("source_missing")
        if self.attached.is_taking():
            return Refusal("file_on_its_way")
        return refusal(self.decision(), self._context.now)

    def decision(self) -> Incoming:
        return Incoming(
            text=self._words(),
            source_code=self.source.chosen(),
            link=self.link.text().strip(),
            post_kind=self.way if self._is_spoken else "",
            author_name=self.author.text().strip(),
            author_link="" if self._is_spoken else self.author_link.text().strip(),
            author_contact=self.contact.text().strip() if self._is_spoken else "",
            place=self.place.text().strip(),
            topic=next((topic.name for topic in self._context.topics if str(topic.id) == self.topic.chosen()), ""),
            posted_at=self.posted.moment() or self._context.now,
            is_another=self.another.isChecked(),
        )

    def _words(self) -> str:
        """What was typed; a message that is a picture alone is called by it."""
        typed, files = self.text.toPlainText(), self.attached.files()
        if typed.strip() or not files:
            return typed
        return tr("(no words: {files})", files=", ".join(file.name for file in files))

    @property
    def _is_spoken(self) -> bool:
        return self.way in ("call", "visit")

    def choose_way(self, way: str) -> None:
        """How the message came: what a caller is not asked for is not shown."""
        self.way = way
        for code, button in self.ways.items():
            button.setChecked(code == way)
            set_role(button, "active", "true" if code == way else "false")
        for part in self._net_parts:
            part.setVisible(not self._is_spoken)
        for part in self._spoken_parts:
            part.setVisible(self._is_spoken)
        self._when.setText(tr("When it came") if self._is_spoken else tr("When it was posted"))
        if self._is_spoken:
            spoken = next((source for source in self._context.sources if source.group == PHONE and source.active), None)
            if spoken is not None:
                self.source.choose(spoken.short_name)
            self.link.clear()
        elif self.source.chosen() in {each.short_name for each in self._context.sources if each.group == PHONE}:
            self.source.choose("")
        self._revise()

    def _begin(self, start: EntryStart) -> None:
        self.begins_with_words = bool(start.text or start.link or start.pictures)
        self.choose_way(start.way)
        self.text.setPlainText(start.text)
        self.link.setText(start.link)
        for picture in start.pictures:
            self.attached.take(picture)

    def show_suggestions(self, text: str, found: Suggestions) -> None:
        """What is suggested for a text that was asked about."""
        self.hints.show_suggestions(text, found)

    def _take_hint(self, field: str, value: str) -> None:
        if field == "topic":
            self.topic.choose(value)
        else:
            self.place.setText(value)

    def _take_first_hints(self) -> None:
        """Only fields left empty take a suggestion."""
        for field, value in self.hints.firsts().items():
            if not (self.topic.chosen() if field == "topic" else self.place.text().strip()):
                self._take_hint(field, value)

    def _recognise(self, text: str) -> None:
        """Say what a link leads to, and choose its source where none is chosen."""
        self.told.show_text("")
        if not text.strip():
            return
        try:
            found = recognise(text)
        except Refused:
            return
        source = next((each for each in self._context.sources if each.short_name == found.network), None)
        if source is not None and source.active and not self.source.chosen():
            self.source.choose(source.short_name)
        self.told.show_text(" · ".join([source.name if source else tr("a site"), found.canonical_url]))

    def show_refusal(self, refused: Refusal) -> None:
        if refused.code == "link_known":
            self.another.show()
        super().show_refusal(refused)

    def _build(self) -> None:
        box = pane(self.body)
        box.addLayout(self._build_ways())
        self.text.setObjectName("text")
        self.text.setTabChangesFocus(True)
        box.addWidget(labelled(tr("Message, as it was written or said"), self.text))
        box.addWidget(self.text, 1)
        box.addWidget(self.error_for(self.text, "text_empty", "text_too_long", "message_known"))
        self.attached.setObjectName("entry_files")
        self.attached.serve(self.text, self.text.viewport())
        self.attached.changed.connect(self._revise)
        self.attached.open_requested.connect(self.file_requested)
        box.addWidget(self.attached)
        for code in ("file_on_its_way", "file_gone"):
            self._errors[code] = (self.attached.error, self.attached.add)
        self.source.set_choices([choice_box.Choice(c.short_name, c.name) for c in self._context.sources if c.active])
        self._net_parts = self._pair(
            box, (tr("Source"), self.source, "source"), (tr("Link of the message"), self.link, "link")
        )
        self.told.setObjectName("link_told")
        box.addWidget(self.told)
        box.addWidget(self.error_for(self.source, "source_missing", "source_off"))
        box.addWidget(self.error_for(self.link, "link_known"))
        self.another.setObjectName("another")
        self.another.hide()
        box.addWidget(self.another)
        author = (tr("Author"), self.author, "author")
        pairs = self._pair(box, author, (tr("Link of the author's page"), self.author_link, "author_link"))
        contact = labelled(tr("Telephone or address to answer to"), self.contact)
        self.contact.setObjectName("contact")
        self._last_column.addWidget(contact)  # only one of the two is seen
        self._last_column.addWidget(self.contact)
        self._net_parts += [*pairs[2:4], self.told]
        self._spoken_parts = [contact, self.contact]
        topics = [choice_box.Choice(str(c.id), c.name, c.group) for c in self._context.topics if c.active]
        self.topic.set_choices(topics)
        place = (tr("Place, as the author names it"), self.place, "place")
        pairs = self._pair(box, place, (tr("Topic"), self.topic, "topic"))
        for part in pairs[2:4]:
            part.setVisible(bool(topics))
        self.hints.setObjectName("entry_hints")
        box.addWidget(self.hints)
        self._when = SectionLabel("")
        box.addWidget(self._when)
        self.posted.setObjectName("posted_at")
        box.addWidget(self.posted)
        box.addWidget(self.error_for(self.posted, "from_the_future"))

    def _build_ways(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        group = QButtonGroup(self)
        for number, (code, button) in enumerate(self.ways.items(), start=1):
            button.setText(tr(WAYS[code]))
            button.setToolTip(f"Alt+{number}")
            button.setObjectName(f"way_{code}")
            button.setCheckable(True)
            set_role(button, "filter", "true")
            group.addButton(button)
            button.clicked.connect(lambda _=False, code=code: self.choose_way(code))
            shortcut(self, f"Alt+{number}", partial(self.choose_way, code))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _pair(self, box: QVBoxLayout, *fields: tuple[str, QWidget, str]) -> list[QWidget]:
        """Fields side by side; gives the label and the field of each."""
        parts: list[QWidget] = []
        row = QHBoxLayout()
        row.setSpacing(12)
        for words, field, name in fields:
            column = QVBoxLayout()
            column.setSpacing(4)
            field.setObjectName(name)
            label = labelled(words, field)
            column.addWidget(label)
            column.addWidget(field)
            row.addLayout(column, 1)
            parts += [label, field]
            self._last_column = column
        box.addLayout(row)
        return parts

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.text.setFocus()

    def _revise(self, *_: object) -> None:
        self.clear_errors()
        self.revise()
