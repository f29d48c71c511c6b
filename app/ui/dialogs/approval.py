"""Approval: message and draft side by side, advice, slack to the answer's limit; approve or return (п. 12, 15, 19)."""

from dataclasses import dataclass
from datetime import date, datetime

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QDateEdit, QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.regulation import requirements
from app.regulation.calendar_errors import CalendarError
from app.regulation.clocks import Clock, Rules
from app.regulation.errors import Refusal
from app.regulation.promises import last_day
from app.regulation.workflow import Act, DraftKind
from app.services.advice import Advice, advise
from app.services.attachments import ref_of
from app.services.outbox.enclosing import left_to_hand
from app.services.outbox.rendering import Answered, own_page_head
from app.services.views import CaseCard, DraftView
from app.texts import tr
from app.texts.advice import advice_words
from app.texts.files import by_hand_words
from app.texts.slack import SlackWords, slack_words
from app.texts.words import draft_name
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, message_view, pane
from app.ui.widgets.attachment_list import AttachmentList
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.diff_view import DiffView
from app.ui.widgets.labels import IconLabel, SectionLabel, TextLabel
from app.ui.widgets.shortcuts import press_by, shortcut

MESSAGE_HEIGHT = 320
HEADS_SHOWN = 2
_INKS = {"plain": "ink", "soon": "soon", "late": "late"}


@dataclass(frozen=True, slots=True)
class ApprovalContext:
    """A card under review; `may_approve` is a refusal where this curator may only return it (own draft).

    `like_answers` is how many answers of the last month say the same as this draft.
    """

    card: CaseCard
    rules: Rules
    now: datetime
    may_approve: Refusal | None = None
    like_answers: int = 0


@dataclass(frozen=True, slots=True)
class ApprovalDecision:
    """Approve (an interim answer with the agreed date of the final one), or rework with a remark."""

    act: Act
    kind: DraftKind
    remark: str = ""
    agreed: date | None = None


class ApprovalDialog(ActDialog):
    """What is approved is exactly the text that was submitted: it cannot be edited here."""

    def __init__(self, context: ApprovalContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__("approval_dialog", heading, context.rules.agency.zone, tr("Approve"), parent)
        self._context = context
        draft = context.card.draft
        assert draft is not None, "only a draft can be reviewed"
        self.draft: DraftView = draft
        self._previous = context.card.drafts[-2] if len(context.card.drafts) > 1 else None
        self._act = Act.APPROVE
        self._first: QWidget | None = None
        self.text = DiffView()
        self.attached = AttachmentList()
        self.remark = QPlainTextEdit()
        self.agreed = QDateEdit(self.body)
        self.rework = KeyButton(tr("To rework"), "Ctrl+B")
        self._build()
        self._connect()
        self._show_text(changes=self._previous is not None)
        self.revise()
        self.fit(1180, 660)

    def refusal(self) -> Refusal | None:
        """Why it may not be approved: a date past the limit, or one's own draft."""
        if self._context.may_approve is not None:
            refused_before: Refusal = self._context.may_approve
            return refused_before
        is_repeat = self._context.card.standing.is_repeat
        if refused := requirements.measures(is_repeat, self.draft.kind, self.draft.measures):
            return refused
        if self.draft.kind is DraftKind.INTERIM:
            return requirements.agreed_date(self._agreed(), self._context.now, self._context.rules, self._final())
        return None

    def decision(self) -> ApprovalDecision:
        if self._act is Act.REWORK:
            return ApprovalDecision(Act.REWORK, self.draft.kind, self.remark.toPlainText().strip())
        return ApprovalDecision(Act.APPROVE, self.draft.kind, agreed=self._agreed())

    def press_ok(self) -> None:
        """Ctrl+Enter: approve; with a remark written, or where the person came to return the draft, return it."""
        if self._first is self.remark or self._has_remark():
            self.press_rework()
            return
        self._act = Act.APPROVE
        super().press_ok()

    def _press_approve(self) -> None:
        """The button itself: it never throws a remark away."""
        if self._has_remark():
            self.show_refusal(Refusal("remark_unsent"))
            return
        self.press_ok()

    def press_rework(self) -> None:
        """Return the draft; without a remark the field says that it is needed."""
        self._act = Act.REWORK
        self.press(requirements.reason(self.remark.toPlainText()))

    def press_again(self) -> None:
        if self._act is Act.REWORK:
            self.press_rework()
        else:
            self.press_ok()

    def start_with_remark(self) -> None:
        """Open at the remark: the person came to return the draft, so Ctrl+Enter must not approve it."""
        self._first = self.remark
        self.ok.hide()
        self.rework.set_kind(ButtonKind.PRIMARY)
        self.rework.set_key("Ctrl+Enter")

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        (self._first or self.text).setFocus()

    def _has_remark(self) -> bool:
        return bool(self.remark.toPlainText().strip())

    def _turn(self) -> None:
        """A remark makes the return the main act: the same key then never approves."""
        self.clear_errors()
        if self._first is self.remark:
            return
        returns = self._has_remark()
        self.rework.set_kind(ButtonKind.PRIMARY if returns else ButtonKind.SECONDARY)
        self.rework.set_key("Ctrl+Enter" if returns else "Ctrl+B")
        self.ok.set_kind(ButtonKind.SECONDARY if returns else ButtonKind.PRIMARY)
        self.ok.set_key("" if returns else "Ctrl+Enter")

    def _final(self) -> Clock | None:
        """The clock of an earlier interim answer: its date stands."""
        return next((clock for clock in reversed(self._context.card.clocks) if clock.code == "final"), None)

    def _agreed(self) -> date | None:
        if self.draft.kind is not DraftKind.INTERIM:
            return None
        chosen = self.agreed.date()
        return date(chosen.year(), chosen.month(), chosen.day())

    # ----- building

    def _build(self) -> None:
        row = QHBoxLayout(self.body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._question(), 4)
        row.addWidget(self._answer(), 7)
        row.addWidget(self._advice(), 4)
        self.remark.setObjectName("remark")
        self.remark.setPlaceholderText(tr("Remark for the rework (needed to return)"))
        self.remark.setAccessibleName(tr("Remark"))
        self.remark.setTabChangesFocus(True)
        self.remark.setFixedHeight(self.fontMetrics().lineSpacing() * 2 + 16)
        self.rework.setObjectName("rework")
        place = QWidget()
        column = pane(place, (0, 0, 0, 0), 0)
        column.addWidget(self.remark)
        column.addWidget(self.error_for(self.remark, "reason_missing", "remark_unsent"))
        self.footer.insertWidget(0, place, 10)
        self.footer.insertWidget(self.footer.indexOf(self.ok), self.rework)
        self.footer.setAlignment(self.rework, Qt.AlignmentFlag.AlignVCenter)
        QWidget.setTabOrder(self.cancel, self.rework)
        QWidget.setTabOrder(self.rework, self.ok)

    def _question(self) -> QWidget:
        side = QFrame()
        side.setProperty("frame", "right")
        box = pane(side)
        box.addWidget(SectionLabel(tr("Message")))
        box.addWidget(message_view(self._context.card, MESSAGE_HEIGHT))
        if self._previous is not None and self._previous.remark:
            box.addWidget(SectionLabel(tr("What the curator asked last time")))
            box.addWidget(TextLabel(self._previous.remark, "body", "ink_second", wrap=True))
        slack = self._slack()
        if slack is not None:
            box.addWidget(SectionLabel(tr("Answer's limit")))
            words = TextLabel(slack.text, "body", _INKS[slack.state], wrap=True)
            words.setObjectName("slack")
            box.addWidget(words)
        box.addStretch(1)
        return side

    def _slack(self) -> SlackWords | None:
        card, rules, now = self._context.card, self._context.rules, self._context.now
        clock = next((c for c in card.open_clocks if c.code == "approve"), None)
        return slack_words(rules, card.clocks, clock, card.facts, now) if clock else None

    def _answer(self) -> QWidget:
        middle = QWidget()
        box = pane(middle)
        head = QHBoxLayout()
        title = tr("Version {n}: {kind}", n=self.draft.version, kind=draft_name(self.draft.kind))
        head.addWidget(SectionLabel(title, wrap=True), 1)
        if self._previous is not None:
            self.compare = KeyButton(tr("Changes to version {n}", n=self._previous.version), "Ctrl+D")
            self.compare.setObjectName("compare")
            self.compare.setCheckable(True)
            self.compare.setChecked(True)
            head.addWidget(self.compare)
        box.addLayout(head)
        self.text.setObjectName("draft_text")
        self.text.setAccessibleName(tr("Draft"))
        self.text.setTabChangesFocus(True)
        box.addWidget(self.text, 1)
        self.attached.setObjectName("attached")
        self.attached.show_files([ref_of(view) for view in self.draft.attachments])
        self.attached.setVisible(bool(self.draft.attachments))
        box.addWidget(self.attached)
        box.addWidget(self._files_told())
        self.agreed.setVisible(self.draft.kind is DraftKind.INTERIM)
        if self.draft.kind is DraftKind.INTERIM:
            self._add_agreed_date(box)
        return middle

    def _files_told(self) -> TextLabel:
        """Where the program could not send the files with the answer."""
        said = left_to_hand(self.draft.attachments, self.draft.text, self._context.card.networks)
        words = TextLabel("\n".join(by_hand_words(*one) for one in said), "small", "soon", wrap=True)
        words.setObjectName("files_told")
        words.setVisible(bool(said))
        return words

    def _add_agreed_date(self, box: QVBoxLayout) -> None:
        self.agreed.setObjectName("agreed_date")
        self.agreed.setCalendarPopup(True)
        self.agreed.setDisplayFormat("dd.MM.yyyy")
        rules, now = self._context.rules, self._context.now
        today = now.astimezone(self.zone).date()
        self.agreed.setMinimumDate(QDate(today.year, today.month, today.day).addDays(1))
        if latest := _latest_agreed(rules, now, self._final()):
            self.agreed.setMaximumDate(QDate(latest.year, latest.month, latest.day))
            self.agreed.setDate(self.agreed.maximumDate())
        box.addWidget(labelled(tr("Date of the final answer"), self.agreed))
        box.addWidget(self.agreed)
        codes = ("missing", "past", "late", "not_working", "holiday_last")
        box.addWidget(self.error_for(self.agreed, *(f"agreed_date_{code}" for code in codes)))

    def _advice(self) -> QWidget:
        side = QFrame()
        side.setProperty("frame", "left")
        box = pane(side, spacing=8)
        clause = self._context.rules.profile.clause("content")
        title = tr("Check of the text: advice, not a ban")
        whole = f"{title} ({tr('cl. {clause}', clause=clause)})" if clause else title
        box.addWidget(SectionLabel(whole, wrap=True))
        card = self._context.card
        shown = sum(ref_of(view).is_seen for view in self.draft.attachments)
        about = (str(self.draft.kind), card.messages[0].author, card.networks, shown, self._context.like_answers)
        for point in advise(self.draft.text, *about):
            box.addWidget(_advice_line(point))
        box.addStretch(1)
        frozen = tr("The text is approved as it stands and published unchanged.")
        box.addWidget(TextLabel(frozen, "small", "ink_third", wrap=True))
        if heads := self._own_page_heads():
            words = TextLabel(tr("On the agency's own page, where that is needed, this stands before it:"), "small",
                              "ink_third", wrap=True)  # fmt: skip
            box.addWidget(words)
            told = TextLabel("\n".join(heads[:HEADS_SHOWN]), "small", "ink_second", wrap=True)
            told.setObjectName("own_page_heads")
            told.setToolTip("\n".join(heads))
            box.addWidget(told)
        return side

    def _own_page_heads(self) -> list[str]:
        """What is approved together with the text: the mention and link for the agency's own page (п. 14)."""
        messages = (
            Answered(m.id, m.uuid, m.source_code, m.link, m.post_kind, m.author, m.author_link)
            for m in self._context.card.messages
        )
        return [head for message in messages if (head := own_page_head(message)) is not None]

    def _connect(self) -> None:
        self.rework.clicked.connect(self.press_rework)
        self.attached.open_requested.connect(self.file_requested)
        shortcut(self, "Ctrl+B", self.press_rework)
        if self._previous is not None:
            self.compare.toggled.connect(lambda on: self._show_text(changes=on))
            press_by(self, self.compare, "Ctrl+D")
        self.ok.clicked.disconnect(self.press_ok)
        self.ok.clicked.connect(self._press_approve)
        self.remark.textChanged.connect(self._turn)
        self.agreed.dateChanged.connect(self._revise_date)

    def _revise_date(self) -> None:
        self.clear_errors()
        self.revise()
        if refused := self.refusal():
            self.show_refusal(refused)

    def _show_text(self, *, changes: bool) -> None:
        if changes and self._previous is not None:
            self.text.show_changes(self._previous.text, self.draft.text)
        else:
            self.text.show_text(self.draft.text)


def _latest_agreed(rules: Rules, now: datetime, final: Clock | None) -> date | None:
    """The last day that may be agreed (п. 15), None where the regulation sets none or it cannot be computed."""
    if final is not None and final.due_at is not None:
        return final.due_at.astimezone(rules.agency.zone).date()
    try:
        return last_day(rules, final, now)
    except CalendarError:
        return None


def _advice_line(point: Advice) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    icon = IconLabel(16, "done" if point.is_fine else "soon", "well" if point.is_fine else "soon")
    row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(TextLabel(advice_words(point), "body", "ink_second" if point.is_fine else "ink", wrap=True), 1)
    line.setObjectName(f"advice_{point.code}")
    return line
