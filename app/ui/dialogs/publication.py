"""Recording a publication: where the approved text was placed, when, and why elsewhere if so (п. 14)."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QRadioButton, QWidget

from app.regulation import requirements
from app.regulation.clocks import Rules
from app.regulation.errors import Refusal
from app.services.publishing import PublicationRecord
from app.services.views import CaseCard
from app.texts import tr
from app.texts.moments import near_moment
from app.texts.refusals import explain
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.dialogs.moment_field import MomentField
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.labels import SectionLabel, TextLabel
from app.ui.widgets.plain_text import LinkLabel, PlainTextView, canonical_link

COPIED_MS = 1500


@dataclass(frozen=True, slots=True)
class PublicationContext:
    """A card whose draft is approved; `approved_at` is the earliest time of placement."""

    card: CaseCard
    rules: Rules
    now: datetime
    approved_at: datetime
    on_behalf: str = ""


class PublicationDialog(ActDialog):
    """Ends in a `casework.PublicationRecord`; "now" means the time of pressing the button."""

    def __init__(self, context: PublicationContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__("publication_dialog", heading, context.rules.agency.zone, tr("Published"), parent)
        self._context = context
        draft = context.card.draft
        assert draft is not None, "only an approved draft is published"
        self._approved_text = draft.text
        self.text = PlainTextView(2000, fits=False)
        self.copy = KeyButton(tr("Copy the text"), "Ctrl+Shift+C")
        self.same_page = QRadioButton(tr("On the same page or in the same messenger"))
        self.elsewhere = QRadioButton(tr("Not possible there: on the agency's own account"))
        self.link = QLineEdit()
        self.why = QPlainTextEdit()
        self.moment = MomentField(context.now, self.zone)
        self._copied = QTimer(self, singleShot=True, interval=COPIED_MS)
        self._build()
        self._connect()
        self._turn()
        self.fit(1020, 600)

    def refusal(self) -> Refusal | None:
        made, context = self.decision(), self._context
        return requirements.publication(
            made.same_page, made.link, made.reason, made.published_at, context.approved_at, context.now
        )

    def decision(self) -> PublicationRecord:
        same_page = self.same_page.isChecked()
        reason = "" if same_page else self.why.toPlainText().strip()
        return PublicationRecord(
            self.link.text().strip(), self.moment.moment() or self._context.now, same_page, reason
        )

    def _build(self) -> None:
        row = QHBoxLayout(self.body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._approved(), 1)
        row.addWidget(self._form(), 1)

    def _approved(self) -> QWidget:
        side = QFrame()
        side.setProperty("frame", "right")
        box = pane(side)
        box.addWidget(SectionLabel(tr("Approved text: publish it unchanged")))
        self.text.setObjectName("approved_text")
        self.text.setAccessibleName(tr("Approved text"))
        self.text.show_text(self._approved_text)
        box.addWidget(self.text, 1)
        self.copy.setObjectName("copy")
        self.copy.setShortcut("Ctrl+Shift+C")
        box.addWidget(self.copy)
        return side

    def _form(self) -> QWidget:
        form, message = QWidget(), self._context.card.messages[0]
        box = pane(form)
        source = LinkLabel()
        source.setObjectName("message_link")
        source.show_link(tr("Message: {link}", link=canonical_link(message.link)), message.link)
        source.setOpenExternalLinks(True)
        source.setVisible(bool(message.link))
        box.addWidget(source)
        if self._context.on_behalf:
            words = tr("Recorded on behalf of: {name}", name=self._context.on_behalf)
            box.addWidget(TextLabel(words, "body", "soon", wrap=True))
        group = QButtonGroup(self)
        for button, name in ((self.same_page, "same_page"), (self.elsewhere, "elsewhere")):
            button.setObjectName(name)
            group.addButton(button)
            box.addWidget(button)
        self.same_page.setChecked(True)
        self.link.setObjectName("link")
        self.link.setPlaceholderText("https://")
        self._link_label = labelled(tr("Link of the published answer"), self.link)
        box.addWidget(self._link_label)
        box.addWidget(self.link)
        box.addWidget(self.error_for(self.link, "link_missing", "link_malformed"))
        self._why_label = labelled(tr("Why it is technically not possible on the same page"), self.why)
        self.why.setObjectName("why")
        self.why.setTabChangesFocus(True)
        self.why.setFixedHeight(72)
        box.addWidget(self._why_label)
        box.addWidget(self.why)
        box.addWidget(self.error_for(self.why, "why_elsewhere_missing"))
        box.addWidget(SectionLabel(tr("When it was placed")))
        self.moment.setObjectName("published_at")
        box.addWidget(self.moment)
        box.addWidget(self.error_for(self.moment, "in_the_future", "before_previous_act"))
        approved = near_moment(self._context.approved_at, self._context.now, self.zone)
        rule = tr("The clock stops at the actual time, from approval ({moment}) to now.", moment=approved)
        box.addWidget(TextLabel(rule, "small", "ink_third", wrap=True))
        box.addStretch(1)
        return form

    def _connect(self) -> None:
        self.copy.clicked.connect(self._copy)
        self._copied.timeout.connect(lambda: self._say_copied(False))
        self.same_page.toggled.connect(self._turn)
        self.link.textChanged.connect(self._revise)
        self.why.textChanged.connect(self._revise)
        self.moment.changed.connect(self._revise)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.link.setFocus()

    def _turn(self) -> None:
        elsewhere = self.elsewhere.isChecked()
        self.why.setVisible(elsewhere)
        self._why_label.setVisible(elsewhere)
        self._revise()

    def _revise(self, *_: object) -> None:
        self.clear_errors()
        self.revise()
        refused = self.refusal()
        if refused is not None and refused.code in ("link_malformed", "in_the_future", "before_previous_act"):
            error, _field = self._errors[refused.code]
            error.show_error(explain(refused, self.zone))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._approved_text)
        self._say_copied(True)
        self._copied.start()

    def _say_copied(self, copied: bool) -> None:
        self.copy.setText(tr("Copied") if copied else tr("Copy the text"))
