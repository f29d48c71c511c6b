"""The parts of a card that name other cards: the earlier answer (п. 17), repeats, merged cards and what they wrote."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.regulation.clocks import Rules
from app.services.views import CaseCard, DraftView, KinView
from app.texts import tr, trn
from app.texts.moments import near_moment
from app.texts.words import draft_name, state_name
from app.ui.case.sections import Fold, Section
from app.ui.widgets.by_enter import ByEnter
from app.ui.widgets.labels import ElidedLabel, TextLabel
from app.ui.widgets.plain_text import LinkLabel, PlainTextView, canonical_link
from app.ui.widgets.rows_box import RowsBox

ANSWER_HEIGHT = 132
BUTTON_EDGE = 9


class CaseLink(ByEnter, QToolButton):
    """The number of another card, which opens it.

    Signals: case_requested(id).
    """

    case_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id = 0
        self.setAutoRaise(True)
        self.clicked.connect(lambda: self.case_requested.emit(self._id))

    def show_case(self, kin: KinView) -> None:
        self._id = kin.id
        self.setText(kin.number)
        self.setObjectName(f"open_case_{kin.id}")
        self.setToolTip(tr("Open the card {number}", number=kin.number))


class EarlierBlock(QFrame):
    """The answered card that this one repeats, with its answer and where it stands.

    Signals: case_requested(id); link_requested(url).
    """

    case_requested = Signal(int)
    link_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("frame", "card")
        self._case = CaseLink()
        self._when = TextLabel("", "small", "ink_third", wrap=True)
        self.text = PlainTextView(ANSWER_HEIGHT, "body")
        self.text.setObjectName("earlier_answer")
        self.text.setAccessibleName(tr("Earlier answer"))
        self._link = LinkLabel()
        head = QHBoxLayout()
        head.addWidget(self._case)
        head.addWidget(self._when, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 6, 6, 10)
        box.setSpacing(4)
        box.addLayout(head)
        answer = QVBoxLayout()  # under the number, whose button has an edge of its own
        answer.setContentsMargins(BUTTON_EDGE, 0, 0, 0)
        answer.setSpacing(4)
        answer.addWidget(self.text)
        answer.addWidget(self._link)
        box.addLayout(answer)
        self._case.case_requested.connect(self.case_requested)
        self._link.link_requested.connect(self.link_requested)

    def show_earlier(self, kin: KinView, rules: Rules, now: datetime) -> None:
        self._case.show_case(kin)
        at = near_moment(kin.published_at, now, rules.agency.zone) if kin.published_at else ""
        published = tr("published {moment}", moment=at) if at else ""
        self._when.show_text(" · ".join(part for part in (published, kin.agency) if part))
        self.text.show_text(kin.answer)
        self._link.show_link(canonical_link(kin.link), kin.link)
        self._link.setVisible(bool(kin.link))


class KinRow(QWidget):
    """Another card in a line, and folded beneath it what was written there.

    Signals: case_requested(id).
    """

    case_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._case = CaseLink()
        self._what = TextLabel("", "small", "ink_third")
        self._excerpt = ElidedLabel("", "body", "ink_second")
        self._excerpt.setContentsMargins(4, 0, 0, 0)
        self.drafts: RowsBox[DraftText, DraftView] = RowsBox(DraftText, DraftText.show_draft, 6)
        self.fold = Fold(self.drafts)
        head = QHBoxLayout()
        head.addWidget(self._case)
        head.addWidget(self._what, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 2, 0, 4)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self._excerpt)
        box.addWidget(self.fold)
        self._case.case_requested.connect(self.case_requested)

    def show_kin(self, kin: KinView) -> None:
        self._case.show_case(kin)
        self._what.show_text(" · ".join(part for part in (state_name(kin.state), kin.agency) if part))
        self._excerpt.setText(kin.excerpt)
        self._excerpt.setVisible(bool(kin.excerpt))
        self.drafts.show_items(kin.drafts)
        self.fold.name_button(f"drafts_of_{kin.id}")
        self.fold.show_title(trn("{n} text written there", "{n} texts written there", len(kin.drafts)))
        self.fold.setVisible(bool(kin.drafts))


class DraftText(QWidget):
    """What was written on a card that was merged."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head = TextLabel("", "small", "ink_third", wrap=True)
        self.text = PlainTextView(ANSWER_HEIGHT, "body")
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 0, 0, 0)
        box.setSpacing(2)
        box.addWidget(self._head)
        box.addWidget(self.text)

    def show_draft(self, draft: DraftView) -> None:
        words = tr("Version {n}: {kind}", n=draft.version, kind=draft_name(draft.kind))
        self._head.show_text(" · ".join(part for part in (words, draft.author) if part))
        self.text.show_text(draft.text)


class KinSections(QWidget):
    """All of a card's other cards; each section is there only where it has something to say.

    Signals: case_requested(id); link_requested(url).
    """

    case_requested = Signal(int)
    link_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.earlier = EarlierBlock()
        self.into = self._rows()
        self.repeats = self._rows()
        self.merged = self._rows()
        self._sections = (
            Section(tr("Merged into"), self.into),
            Section(tr("Earlier answer"), self.earlier),
            Section(tr("Repeats of this question"), self.repeats),
            Section(tr("Merged with this card"), self.merged),
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        for section in self._sections:
            box.addWidget(section)
        self.earlier.case_requested.connect(self.case_requested)
        self.earlier.link_requested.connect(self.link_requested)

    def show_card(self, card: CaseCard, rules: Rules, now: datetime) -> None:
        """Show the cards that `card` is tied to; hidden as a whole where there are none."""
        kin = card.kin
        into = (kin.merged_into,) if kin.merged_into else ()
        if kin.earlier is not None:
            self.earlier.show_earlier(kin.earlier, rules, now)
        self.into.show_items(into)
        self.repeats.show_items(kin.repeats)
        self.merged.show_items(kin.merged)
        there = (bool(into), kin.earlier is not None, bool(kin.repeats), bool(kin.merged))
        for section, is_there in zip(self._sections, there, strict=True):
            section.setVisible(is_there)
        self.setVisible(any(there))

    def _rows(self) -> RowsBox[KinRow, KinView]:
        return RowsBox(self._row, KinRow.show_kin)

    def _row(self) -> KinRow:
        row = KinRow()
        row.case_requested.connect(self.case_requested)
        return row
