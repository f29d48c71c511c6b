"""The parts of a card: head, message, facts, draft, publications, history; each is brought up to date in place."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.regulation.clocks import Rules
from app.regulation.profile import Importance
from app.regulation.workflow import CLOSED, DraftKind
from app.services.attachments import ref_of
from app.services.views import (
    CaseCard,
    DraftView,
    HistoryView,
    ReplyView,
)
from app.texts import tr, trn
from app.texts.clarification import asked_words
from app.texts.moments import day, near_moment
from app.texts.words import (
    act_name,
    changed_words,
    draft_name,
    importance_name,
    state_name,
)
from app.ui import theme
from app.ui.widgets.attachment_list import AttachmentList
from app.ui.widgets.by_enter import ToolButton
from app.ui.widgets.flow_row import FlowRow
from app.ui.widgets.labels import Pill, SectionLabel, TextLabel
from app.ui.widgets.plain_text import LinkLabel, PlainTextView, framed
from app.ui.widgets.rows_box import RowsBox

MESSAGE_HEIGHT = 264
DRAFT_HEIGHT = 176
RECENT_ACTS = 12
LABEL_WIDTH = 92


class Section(QWidget):
    """A quiet title over a body; hidden as a whole when there is nothing to say."""

    def __init__(self, title: str, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body = body
        self.title = SectionLabel(title)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(self.title)
        box.addWidget(body)


class Head(FlowRow):
    """The number, the state, and marks that make this case different from others."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, spacing=6)
        self.number = TextLabel("", "title")
        self.number.setObjectName("case_number")
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._pills: list[Pill] = []
        self.add(self.number)

    def show_card(self, card: CaseCard, *, by_agreement: bool) -> None:
        """Show what is particular about `card`."""
        self.number.show_text(card.number)
        wanted = self._marks(card, by_agreement)
        while len(self._pills) < len(wanted):
            self._pills.append(Pill(""))
            self.add(self._pills[-1])
        for pill, words in zip(self._pills, wanted, strict=False):
            pill.show_pill(*words)
        for number, pill in enumerate(self._pills):
            pill.setVisible(number < len(wanted))
        self.updateGeometry()

    def _marks(self, card: CaseCard, by_agreement: bool) -> list[tuple[str, str]]:
        marks = [(state_name(card.state), "accent")]
        high = card.importance is Importance.HIGH
        marks.append((importance_name(card.importance), "soon" if high else "plain"))
        if card.significant:
            marks.append((tr("socially significant"), "accent"))
        if card.standing.is_repeat:
            marks.append((tr("repeat"), "soon"))
        if len(card.messages) > 1:
            marks.append((trn("{n} message", "{n} messages", len(card.messages)), "plain"))
        last = [change for message in card.messages for change in message.changes[-1:] if change.kind != "restored"]
        marks += [(words, "soon") for words in dict.fromkeys(changed_words(change.kind) for change in last)]
        if by_agreement:
            marks.append((tr("by agreement"), "plain"))
        if card.returns:
            marks.append((trn("returned {n} time", "returned {n} times", card.returns), "soon"))
        if card.late_returns:
            marks.append((trn("{n} late return", "{n} late returns", card.late_returns), "late"))
        if card.reworks:
            marks.append((trn("reworked {n} time", "reworked {n} times", card.reworks), "plain"))
        if card.at_work:
            marks.append((tr("being worked on by {names}", names=card.at_work), "soon"))
        if card.corrections:
            marks.append((trn("corrected {n} time", "corrected {n} times", card.corrections), "soon"))
        return marks


class ReplyBlock(QWidget):
    """What the author replied to a request (п. 11), as written, with its time and link.

    Signals: link_requested(url).
    """

    link_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head = TextLabel("", "body", "ink_second", wrap=True)
        self._link = LinkLabel()
        self.text = PlainTextView(MESSAGE_HEIGHT)
        self.text.setObjectName("reply_text")
        self.text.setAccessibleName(tr("The author replied"))
        self._link.link_requested.connect(self.link_requested)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(self._head)
        box.addWidget(self._link)
        box.addWidget(framed(self.text))

    def show_reply(self, reply: ReplyView, rules: Rules, now: datetime) -> None:
        zone = rules.agency.zone
        words = f"{tr('The author replied')} · {near_moment(reply.replied_at, now, zone)}"
        recorded = tr("recorded by {name}", name=reply.recorded_by)
        if reply.recorded_at != reply.replied_at:
            recorded += f" {near_moment(reply.recorded_at, now, zone)}"
        self._head.show_text(f"{words} · {recorded}")
        self._link.show_link(tr("open the source"), reply.link)
        self._link.setVisible(bool(reply.link))
        self.text.show_text(reply.text)


class FactRow(QWidget):
    """A name and its value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = TextLabel("", "small", "ink_third")
        self._name.setFixedWidth(theme.current().px(LABEL_WIDTH))
        self._value = TextLabel("", wrap=True)
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(8)
        row.addWidget(self._name, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._value, 1)

    def show_fact(self, fact: tuple[str, str, str]) -> None:
        name, value, ink = fact
        self._name.show_text(name)
        self._value.show_text(value, ink=ink)


def facts_of(card: CaseCard) -> list[tuple[str, str, str]]:
    """(name, value, ink) of what is known about a case beside its text."""
    topic = " · ".join(part for part in (card.topic_group, card.topic) if part)
    place = ", ".join(part for part in (card.location, card.place) if part)
    known = [
        (tr("Place"), place, tr("not set")),
        (tr("Topic"), topic, tr("not chosen")),
        (tr("Agency"), _agency_words(card), tr("not sent yet")),
        (tr("Curator"), card.curator, tr("nobody has taken it")),
    ]
    facts = [(name, value or missing, "ink" if value else "ink_third") for name, value, missing in known]
    if card.promised_on is not None and card.state not in CLOSED:
        facts.append((tr("Promised"), tr("final answer by {date}", date=day(card.promised_on)), "ink"))
    suggested = [part for part in (card.suggested_topic, card.suggested_agency) if part]
    if suggested and not card.agency:
        facts.append((tr("In the file"), " · ".join(suggested), "ink_second"))
    return facts


def _agency_words(card: CaseCard) -> str:
    """The agency, who of it has the work in hand, or that it works without the program."""
    leg = card.leg
    if leg is None:
        return card.agency
    if not leg.has_program:
        return f"{card.agency} · {tr('without the program: a curator records its acts')}"
    return " · ".join(part for part in (card.agency, leg.executor) if part)


class DraftBlock(QFrame):
    """The current version of the draft with its files, what was decided on it, and why it came back.

    Signals: file_requested(FileRef); versions_requested when the person wants to see the earlier ones.
    """

    file_requested = Signal(object)
    versions_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.versions = ToolButton()
        self.versions.setObjectName("versions")
        self.versions.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.versions.clicked.connect(self.versions_requested)
        self.setProperty("frame", "card")
        self._title = TextLabel("", "strong", wrap=True)
        self._verdict = Pill("")
        self._who = TextLabel("", "small", "ink_third", wrap=True)
        self.text = PlainTextView(DRAFT_HEIGHT, "body")
        self.text.setObjectName("draft_text")
        self.text.setAccessibleName(tr("Draft"))
        self._remark = TextLabel("", "body", "soon", wrap=True)
        self._remark.setObjectName("draft_remark")
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._verdict)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 10, 6, 10)
        box.setSpacing(4)
        box.addLayout(head)
        box.addWidget(self._who)
        box.addWidget(self._remark)
        box.addWidget(self.text)
        self.attached = AttachmentList()
        self.attached.setObjectName("draft_files")
        self.attached.open_requested.connect(self.file_requested)
        box.addWidget(self.attached)
        box.addWidget(self.versions)

    def show_draft(self, draft: DraftView, rules: Rules, now: datetime, count: int = 1) -> None:
        """Show a version; `count` is how many there are."""
        self.versions.setVisible(count > 1)
        self.versions.setText(trn("{n} version: compare", "{n} versions: compare", count))
        kind = draft_name(draft.kind)
        self._title.show_text(tr("Version {n}: {kind}", n=draft.version, kind=kind))
        verdicts = {"approved": (tr("approved"), "well"), "rework": (tr("to rework"), "soon")}
        words, ink = verdicts.get(draft.verdict, (tr("waits for approval"), "accent"))
        if draft.kind is DraftKind.INFORMATION:  # a part is not approved: it is passed on, or sent back
            words, ink = (tr("sent back"), "soon") if draft.remark else (tr("handed in"), "accent")
        self._verdict.show_pill(words, ink)
        self._who.show_text(_draft_origin(draft, rules, now))
        self._remark.setVisible(bool(draft.remark))
        self._remark.show_text(tr("Remark: {text}", text=draft.remark) if draft.remark else "")
        self.text.show_text(draft.text)
        self.attached.show_files([ref_of(view) for view in draft.attachments])
        self.attached.setVisible(bool(draft.attachments))


def _draft_origin(draft: DraftView, rules: Rules, now: datetime) -> str:
    parts = [draft.author, near_moment(draft.submitted_at, now, rules.agency.zone)]
    if draft.recorded_by and draft.recorded_by != draft.author:
        parts.append(tr("recorded by {name}", name=draft.recorded_by))
    if draft.agreed_date:
        parts.append(tr("final answer by {date}", date=day(draft.agreed_date)))
    if draft.asked:
        parts.append(tr("asked: {parts}", parts=asked_words(draft.asked)))
    return " · ".join(part for part in parts if part)


class HistoryRow(QWidget):
    """One act: when, what, who, for whom, with what words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._when = TextLabel("", "small", "ink_third")
        self._when.setFixedWidth(theme.current().px(LABEL_WIDTH))
        self._what = TextLabel("", "body", "ink_second", wrap=True)
        self._note = TextLabel("", "small", "ink_third", wrap=True)
        self._what.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 3, 0, 3)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.addWidget(self._when, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._what, 0, 1)
        grid.addWidget(self._note, 1, 1)
        grid.setColumnStretch(1, 1)

    def show_act(self, entry: HistoryView, rules: Rules, now: datetime) -> None:
        zone = rules.agency.zone
        self._when.show_text(near_moment(entry.occurred_at, now, zone))
        self._what.show_text(history_words(entry))
        notes = [entry.note]
        if entry.recorded_at != entry.occurred_at:
            notes.insert(0, tr("recorded {moment}", moment=near_moment(entry.recorded_at, now, zone)))
        note = "\n".join(part for part in notes if part)
        self._note.show_text(note)
        self._note.setVisible(bool(note))


def history_words(entry: HistoryView) -> str:
    """"согласовано: промежуточный ответ — Е. Соколова, за Комитет дорог"."""
    what = act_name(entry.act, entry.variant, entry.state_to)
    who = entry.actor
    if entry.on_behalf:
        who = tr("{who}, for {whom}", who=who, whom=entry.on_behalf)
    if entry.handed is not None:
        what += f": {_handed_words(entry.handed)}"
    return f"{what} — {who}" if who else what


def _handed_words(handed: tuple[str, str]) -> str:
    """"Соколова → Орлова"; nobody is named as nobody."""
    before, after = handed
    return f"{before} → {after or tr('to nobody')}" if before else after or tr("to nobody")


class HistoryList(QWidget):
    """The history; a long one shows its last acts until the rest is asked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context: tuple[Rules, datetime] | None = None
        self._entries: tuple[HistoryView, ...] = ()
        self._whole = False
        self._more = ToolButton()
        self._more.setObjectName("history_more")
        self._more.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._rows: RowsBox[HistoryRow, HistoryView] = RowsBox(HistoryRow, self._fill)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._more)
        box.addWidget(self._rows)
        self._more.clicked.connect(self._show_whole)

    def show_history(self, entries: tuple[HistoryView, ...], rules: Rules, now: datetime, *, fresh: bool) -> None:
        """Show the acts; `fresh` says that another case is shown from now on."""
        self._context, self._entries = (rules, now), entries
        self._whole = self._whole and not fresh
        hidden = 0 if self._whole else max(0, len(entries) - RECENT_ACTS)
        self._more.setVisible(hidden > 0)
        self._more.setText(trn("{n} earlier act", "{n} earlier acts", hidden))
        self._rows.show_items(entries[hidden:])

    def _fill(self, row: HistoryRow, entry: HistoryView) -> None:
        assert self._context is not None, "filled only while shown"
        row.show_act(entry, *self._context)

    def _show_whole(self) -> None:
        self._whole = True
        assert self._context is not None, "the button is seen only when a history is shown"
        self.show_history(self._entries, *self._context, fresh=False)


class Fold(QWidget):
    """A line that opens what is of little interest now."""

    def __init__(self, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._body = body
        self._button = ToolButton()
        self._button.setCheckable(True)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setArrowType(Qt.ArrowType.RightArrow)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        box.addWidget(self._button)
        box.addWidget(body)
        body.hide()
        self._button.toggled.connect(self._turn)

    def show_title(self, title: str) -> None:
        if title != self._button.text():
            self._button.setText(title)

    def name_button(self, name: str) -> None:
        self._button.setObjectName(name)

    def close_up(self) -> None:
        self._button.setChecked(False)

    def _turn(self, is_open: bool) -> None:
        self._button.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self._body.setVisible(is_open)
