"""A message entered by hand: from a phone call, or seen in passing; it is detected at once (п. 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.regulation.errors import Refusal
from app.services.registering import Incoming, refusal
from app.services.views import Choice
from app.texts import tr
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.dialogs.moment_field import MomentField
from app.ui.widgets import choice_box
from app.ui.widgets.choice_box import ChoiceBox
from app.ui.widgets.labels import SectionLabel


@dataclass(frozen=True, slots=True)
class EntryContext:
    """The sources to choose from, and the desk's time."""

    sources: Sequence[Choice]
    zone: ZoneInfo
    now: datetime


class EntryDialog(ActDialog):
    """Ends in a `registering.Incoming`."""

    def __init__(self, context: EntryContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__("entry_dialog", heading, context.zone, tr("Enter"), parent)
        self._context = context
        self.text = QPlainTextEdit()
        self.source = ChoiceBox(tr("Network, messenger, phone"))
        self.link, self.author, self.author_link = QLineEdit(), QLineEdit(), QLineEdit()
        self.place = QLineEdit()
        self.posted = MomentField(context.now, self.zone)
        self.another = QCheckBox(tr("Another message under the same post"))
        self._build()
        for field in (self.link, self.author, self.author_link, self.place):
            field.textChanged.connect(self._revise)
        self.text.textChanged.connect(self._revise)
        self.source.choice_changed.connect(self._revise)
        self.posted.changed.connect(self._revise)
        self.another.toggled.connect(self._revise)
        self.link.textChanged.connect(lambda: self.another.setChecked(False))
        self._revise()
        self.fit(760, 600)

    def refusal(self) -> Refusal | None:
        if not self.source.chosen():
            return Refusal("source_missing")
        return refusal(self.decision(), self._context.now)

    def decision(self) -> Incoming:
        return Incoming(
            text=self.text.toPlainText(),
            source_code=self.source.chosen(),
            link=self.link.text().strip(),
            author_name=self.author.text().strip(),
            author_link=self.author_link.text().strip(),
            place=self.place.text().strip(),
            posted_at=self.posted.moment() or self._context.now,
            is_another=self.another.isChecked(),
        )

    def show_refusal(self, refused: Refusal) -> None:
        if refused.code == "link_known":
            self.another.show()
        super().show_refusal(refused)

    def _build(self) -> None:
        box = pane(self.body)
        self.text.setObjectName("text")
        self.text.setTabChangesFocus(True)
        box.addWidget(labelled(tr("Message, as it was written or said"), self.text))
        box.addWidget(self.text, 1)
        box.addWidget(self.error_for(self.text, "text_empty", "text_too_long", "message_known"))
        self.source.set_choices([choice_box.Choice(c.short_name, c.name) for c in self._context.sources if c.active])
        self._pair(box, (tr("Source"), self.source, "source"), (tr("Link of the message"), self.link, "link"))
        box.addWidget(self.error_for(self.source, "source_missing", "source_off"))
        box.addWidget(self.error_for(self.link, "link_known"))
        self.another.setObjectName("another")
        self.another.hide()
        box.addWidget(self.another)
        author = (tr("Author"), self.author, "author")
        self._pair(box, author, (tr("Link of the author's page"), self.author_link, "author_link"))
        box.addWidget(labelled(tr("Place, as the author names it"), self.place))
        self.place.setObjectName("place")
        box.addWidget(self.place)
        box.addWidget(SectionLabel(tr("When it was posted")))
        self.posted.setObjectName("posted_at")
        box.addWidget(self.posted)
        box.addWidget(self.error_for(self.posted, "from_the_future"))
        self.keeper = self.text

    def _pair(self, box: QVBoxLayout, *fields: tuple[str, QWidget, str]) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        for words, field, name in fields:
            column = QVBoxLayout()
            column.setSpacing(4)
            field.setObjectName(name)
            column.addWidget(labelled(words, field))
            column.addWidget(field)
            row.addLayout(column, 1)
        box.addLayout(row)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.text.setFocus()

    def _revise(self, *_: object) -> None:
        self.clear_errors()
        self.revise()
