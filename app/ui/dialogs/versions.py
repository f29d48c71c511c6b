"""All versions of a draft side by side: the difference between any two, with the remarks that led from one on."""

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.services.views import CaseCard, DraftView
from app.texts import tr
from app.texts.clarification import asked_words
from app.texts.moments import day, near_moment
from app.texts.words import draft_name
from app.ui import theme
from app.ui.dialogs.act_dialog import room_for
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.combo_box import ComboBox
from app.ui.widgets.diff_view import DiffView
from app.ui.widgets.labels import SectionLabel, TextLabel
from app.ui.widgets.tips import in_lines

LIST_WIDTH = 300


class VersionsDialog(QDialog):
    """A version is chosen at the left; what it is compared with above its text: by default the one before it."""

    def __init__(self, card: CaseCard, zone: ZoneInfo, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("versions_dialog")
        self.setWindowTitle(f"{tr('Versions of the draft')} · {card.number}")
        self._drafts, self._zone, self._now = card.drafts, zone, now
        self.versions = QListWidget()
        self.against = ComboBox()
        self.text = DiffView()
        self.remark = TextLabel("", "body", "soon", wrap=True)
        self._facts = TextLabel("", "small", "ink_second", wrap=True)
        self._build()
        self.versions.currentRowChanged.connect(self._choose)
        self.against.currentIndexChanged.connect(lambda _: self._compare())
        self.versions.setCurrentRow(len(self._drafts) - 1)
        now_theme = theme.current()
        self.resize(QSize(now_theme.px(1080), now_theme.px(640)).boundedTo(room_for(self)))

    def _build(self) -> None:
        self.versions.setObjectName("versions")
        self.versions.setAccessibleName(tr("Versions of the draft"))
        self.versions.setFixedWidth(theme.current().px(LIST_WIDTH))
        self.versions.setWordWrap(True)
        self.versions.setSpacing(3)
        for draft in self._drafts:
            item = QListWidgetItem(self._title(draft))
            item.setToolTip(in_lines(draft.remark))
            self.versions.addItem(item)
        self.against.setObjectName("against")
        self.against.setAccessibleName(tr("Compare with"))
        self.text.setObjectName("version_text")
        self.text.setAccessibleName(tr("Draft"))
        self.remark.setObjectName("version_remark")
        right = QVBoxLayout()
        line = QHBoxLayout()
        line.addWidget(self._facts, 1)
        line.addWidget(TextLabel(tr("Compare with"), "small", "ink_second"))
        line.addWidget(self.against)
        right.addLayout(line)
        right.addWidget(self.text, 1)
        right.addWidget(self.remark)
        left = QVBoxLayout()
        left.addWidget(SectionLabel(tr("Versions of the draft")))
        left.addWidget(self.versions, 1)
        body = QHBoxLayout()
        body.setContentsMargins(20, 14, 20, 14)
        body.setSpacing(16)
        body.addLayout(left)
        body.addLayout(right, 1)
        close = KeyButton(tr("Close"), "Esc")
        close.setObjectName("close")
        close.clicked.connect(self.accept)
        foot = QFrame()
        foot.setProperty("frame", "top")
        row = QHBoxLayout(foot)
        row.setContentsMargins(20, 12, 20, 12)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(body, 1)
        outer.addWidget(foot)

    def _title(self, draft: DraftView) -> str:
        name = tr("Version {n}: {kind}", n=draft.version, kind=draft_name(draft.kind))
        when = near_moment(draft.submitted_at, self._now, self._zone)
        return "\n".join((name, " · ".join(part for part in (verdict_words(draft), draft.author, when) if part)))

    def _choose(self, row: int) -> None:
        draft = self._drafts[row]
        self.against.blockSignals(True)
        self.against.clear()
        self.against.addItem(tr("nothing: the text alone"), -1)
        for number, other in enumerate(self._drafts):
            if number != row:
                self.against.addItem(tr("version {n}", n=other.version), number)
        self.against.setCurrentIndex(self.against.findData(row - 1))
        self.against.blockSignals(False)
        facts = [draft.agency, draft.author]
        if draft.agreed_date:
            facts.append(tr("final answer by {date}", date=day(draft.agreed_date)))
        if draft.asked:
            facts.append(tr("asked: {parts}", parts=asked_words(draft.asked)))
        self._facts.show_text(" · ".join(part for part in facts if part))
        self._compare()

    def _compare(self) -> None:
        draft, other = self._drafts[self.versions.currentRow()], self.against.currentData()
        if other is None or other < 0:
            self.text.show_text(draft.text)
        else:
            self.text.show_changes(self._drafts[other].text, draft.text)
        compared = [draft] if other is None or other < 0 else [self._drafts[other], draft]
        remarked = [d for d in sorted(compared, key=lambda d: d.version) if d.remark]
        self.remark.setVisible(bool(remarked))
        lines = (tr("Remark to version {n}: {text}", n=d.version, text=d.remark) for d in remarked)
        self.remark.show_text("\n".join(lines))


def verdict_words(draft: DraftView) -> str:
    """What became of a version."""
    if draft.kind == "information":
        return tr("sent back") if draft.remark else tr("handed in")
    return {"approved": tr("approved"), "rework": tr("to rework")}.get(draft.verdict, tr("waits for approval"))
