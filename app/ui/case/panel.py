"""The card: a message as the citizen wrote it, its clocks, its facts and history, and the acts possible now."""

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app.regulation.clocks import Rules
from app.regulation.permission import Actor
from app.services.views import CaseCard, MessageView, ReplyView
from app.texts import tr
from app.ui.case.act_bar import ActBar
from app.ui.case.clocks import ClockList
from app.ui.case.kin import KinSections
from app.ui.case.message import MESSAGE_HEIGHT, MessageBlock
from app.ui.case.publications import Placed, PublicationRow, placed_lines
from app.ui.case.sections import (
    DraftBlock,
    FactRow,
    Head,
    HistoryList,
    ReplyBlock,
    Section,
    facts_of,
)
from app.ui.widgets.labels import TextLabel
from app.ui.widgets.rows_box import RowsBox

# Of the card's height, the most that a message takes; a few lines are always seen.
MESSAGE_SHARE, LEAST_MESSAGE_HEIGHT = 0.3, 110


class CardPanel(QWidget):
    """Shows one card at a time; a new version of the same card keeps scroll position and text selection.

    Signals: act_requested(act, variant) for the acts of `acts.BUTTONS`; link_requested(url), a web link only;
    case_requested(id) when another card is named on this one; file_requested(FileRef); filled(whether a card is shown).
    """

    act_requested = Signal(str, str)
    link_requested = Signal(str)
    case_requested = Signal(int)
    file_requested = Signal(object)
    clause_requested = Signal(str)
    filled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setProperty("ground", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._card: CaseCard | None = None
        self._context: tuple[Rules, datetime] | None = None
        self.head = Head()
        self.messages: RowsBox[MessageBlock, MessageView] = RowsBox(self._make_message, self._fill_message, 10)
        self.replies: RowsBox[ReplyBlock, ReplyView] = RowsBox(self._make_reply, self._fill_reply, 10)
        self.clocks = ClockList()
        self.facts: RowsBox[FactRow, tuple[str, str, str]] = RowsBox(FactRow, FactRow.show_fact)
        self.kin = KinSections()
        self.draft = DraftBlock()
        self.publications: RowsBox[PublicationRow, Placed] = RowsBox(self._make_publication, self._publication)
        self.history = HistoryList()
        self.acts = ActBar()
        self._build()
        self.acts.act_requested.connect(self.act_requested)
        self.clocks.clause_requested.connect(self.clause_requested)
        self.draft.file_requested.connect(self.file_requested)
        self.draft.versions_requested.connect(self._open_versions)
        self.kin.case_requested.connect(self.case_requested)
        self.kin.link_requested.connect(self.link_requested)

    def card(self) -> CaseCard | None:
        """The card shown."""
        return self._card

    def show_card(self, card: CaseCard | None, rules: Rules | None, actor: Actor | None, now: datetime) -> None:
        """Show `card` as `actor` may act on it, or the empty state."""
        fresh = card is None or self._card is None or card.id != self._card.id
        self._card = card
        if card is None or rules is None or actor is None:
            self._pages.setCurrentWidget(self._empty)
            self.filled.emit(False)
            return
        self._context = rules, now
        by_agreement = any(clock.by_agreement for clock in card.open_clocks)
        self.head.show_card(card, by_agreement=by_agreement)
        self.messages.show_items(card.messages)
        self.replies.show_items(card.replies)
        self.replies.setVisible(bool(card.replies))
        self.kin.show_card(card, rules, now)
        self.clocks.show_card(card, rules, now, fresh=fresh)
        self.facts.show_items(facts_of(card))
        self._draft_section.setVisible(card.draft is not None)
        if card.draft is not None:
            self.draft.show_draft(card.draft, rules, now, len(card.drafts))
        self._publications_section.setVisible(bool(card.publications))
        self.publications.show_items(placed_lines(card))
        self.history.show_history(card.history, rules, now, fresh=fresh)
        self.acts.show_offers(card.standing, actor, rules.agency.zone)
        self._pages.setCurrentWidget(self._shown)
        self.filled.emit(True)
        if fresh:
            self._area.verticalScrollBar().setValue(0)

    def show_found(self, query: str, is_near: bool) -> None:
        """Mark in the messages the words that the card was found by."""
        for block in self.messages.rows():
            block.text.show_found(query, is_near)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """On a small screen a long message leaves room for the clocks beneath it, and fewer acts stand in the open."""
        self.acts.set_room(self.height())
        for block in self.messages.rows():
            block.text.limit_height(self._message_height())

    def _message_height(self) -> int:
        return max(LEAST_MESSAGE_HEIGHT, min(MESSAGE_HEIGHT, round(self.height() * MESSAGE_SHARE)))

    def tick(self, now: datetime) -> None:
        """Bring the countdowns to `now`."""
        if self._card is not None and self.isVisible():
            self.clocks.tick(now)
            if self._card.at_work_until is not None and now > self._card.at_work_until:  # a desk that died
                self._card = replace(self._card, at_work="", at_work_until=None)
                by_agreement = any(clock.by_agreement for clock in self._card.open_clocks)
                self.head.show_card(self._card, by_agreement=by_agreement)

    def _build(self) -> None:
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(16, 12, 12, 16)
        inner.setSpacing(12)
        inner.addWidget(self.head)
        inner.addWidget(self.messages)
        inner.addWidget(self.replies)
        inner.addWidget(self.kin)
        inner.addWidget(Section(tr("Due times by the regulation"), self.clocks))
        inner.addWidget(Section(tr("Particulars"), self.facts))
        self._draft_section = Section(tr("Draft of the answer"), self.draft)
        self._publications_section = Section(tr("Published"), self.publications)
        inner.addWidget(self._draft_section)
        inner.addWidget(self._publications_section)
        inner.addWidget(Section(tr("History"), self.history))
        inner.addStretch(1)
        self._area = QScrollArea()
        self._area.setObjectName("card_scroll")
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(content)
        self._area.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        self._shown = QWidget()
        column = QVBoxLayout(self._shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._area, 1)
        column.addWidget(self.acts)
        self._empty = self._make_empty()
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._shown)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)

    def _make_empty(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(32, 32, 32, 32)
        words = TextLabel(tr("The message chosen in the table (↑ ↓) stands here."), "body", "ink_third", wrap=True)
        words.setObjectName("card_empty")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        box.addWidget(words)
        return page

    def _make_message(self) -> MessageBlock:
        block = MessageBlock()
        block.text.limit_height(self._message_height())
        block.link_requested.connect(self.link_requested)
        block.file_requested.connect(self.file_requested)
        return block

    def _fill_message(self, block: MessageBlock, message: MessageView) -> None:
        assert self._context is not None, "filled only while a card is shown"
        block.show_message(message, *self._context)
        block.show_own_limit(self._card if self._card and len(self._card.messages) > 1 else None, message)

    def _make_reply(self) -> ReplyBlock:
        block = ReplyBlock()
        block.link_requested.connect(self.link_requested)
        return block

    def _fill_reply(self, block: ReplyBlock, reply: ReplyView) -> None:
        assert self._context is not None, "filled only while a card is shown"
        block.show_reply(reply, *self._context)

    def _open_versions(self) -> None:
        from app.ui.dialogs.versions import VersionsDialog  # not needed to show a card

        assert self._card is not None, "the button is seen only with a card"
        assert self._context is not None, "given with the card"
        rules, now = self._context
        dialog = VersionsDialog(self._card, rules.agency.zone, now, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _make_publication(self) -> PublicationRow:
        row = PublicationRow()
        row.link_requested.connect(self.link_requested)
        row.file_requested.connect(self.file_requested)
        return row

    def _publication(self, row: PublicationRow, placed: Placed) -> None:
        assert self._context is not None, "filled only while a card is shown"
        row.show_placed(placed, *self._context)
