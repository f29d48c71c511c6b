"""Recording what the author replied to a request (п. 11): their words, where they stand, and when they were written."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.regulation import requirements
from app.regulation.clocks import Rules
from app.regulation.errors import Refusal
from app.services.replies import ReplyRecord
from app.services.views import CaseCard
from app.texts import tr
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.dialogs.moment_field import MomentField
from app.ui.widgets.labels import SectionLabel, TextLabel
from app.ui.widgets.plain_text import PlainTextView
from app.ui.widgets.spelling import WORDS_OF_OTHERS

ASKED_HEIGHT = 130


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """A card that waits for its author; `on_behalf` names the agency for which a curator records."""

    card: CaseCard
    rules: Rules
    now: datetime
    on_behalf: str = ""


class ReplyDialog(ActDialog):
    """Ends in a `replies.ReplyRecord`."""

    def __init__(self, context: ReplyContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__("reply_received_dialog", heading, context.rules.agency.zone, tr("Save the reply"), parent)
        self._context = context
        self.text = QPlainTextEdit()
        self.text.setProperty(WORDS_OF_OTHERS, True)
        self.link = QLineEdit()
        self.moment = MomentField(context.now, self.zone)
        self._build()
        self.text.textChanged.connect(self._revise)
        self.link.textChanged.connect(self._revise)
        self.moment.changed.connect(self._revise)
        self._revise()
        self.fit(680, 520)

    def refusal(self) -> Refusal | None:
        made, context = self.decision(), self._context
        refused = requirements.draft(made.text) or requirements.reply_link(made.link)
        if refused is None and made.replied_at is not None:
            return requirements.moment(made.replied_at, context.card.collected_at, context.now)
        return refused

    def decision(self) -> ReplyRecord:
        return ReplyRecord(self.text.toPlainText().strip(), self.link.text().strip(), self.moment.moment())

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.text.setFocus()

    def _build(self) -> None:
        box = pane(self.body)
        if (draft := self._context.card.draft) is not None:
            box.addWidget(SectionLabel(tr("What the author was asked")))
            asked = PlainTextView(ASKED_HEIGHT, "body")
            asked.setObjectName("asked_text")
            asked.setAccessibleName(tr("What the author was asked"))
            asked.show_text(draft.text)
            box.addWidget(asked)
        self.text.setObjectName("reason")
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(96)
        box.addWidget(labelled(tr("What the author replied"), self.text))
        box.addWidget(self.text, 1)
        box.addWidget(self.error_for(self.text, "draft_empty", "draft_too_long"))
        self.link.setObjectName("link")
        self.link.setPlaceholderText("https://")
        box.addWidget(labelled(tr("Link of the reply, if it has one"), self.link))
        box.addWidget(self.link)
        box.addWidget(self.error_for(self.link, "link_malformed"))
        box.addWidget(SectionLabel(tr("When the author wrote it")))
        self.moment.setObjectName("replied_at")
        box.addWidget(self.moment)
        box.addWidget(self.error_for(self.moment, "in_the_future", "before_previous_act"))
        rule = tr("The case goes back to the executor; the answer's clock runs as the regulation says.")
        box.addWidget(TextLabel(rule, "small", "ink_third", wrap=True))

    def _revise(self, *_: object) -> None:
        self.clear_errors()
        self.revise()
