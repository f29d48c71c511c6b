"""Versions of the act and the changes of the rules: what counts by which, who changed what, when and why."""

from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.rulebook import ChangeView, VersionView
from app.texts import mark, tr, trn
from app.texts.moments import day, full_moment
from app.ui.rules.draft import RulesDraft
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.labels import SectionLabel, TextLabel
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel

_KINDS = {
    "hours": mark("hours and calendar"),
    "correction": mark("correction of the regulation"),
    "version": mark("new version of the act"),
}


class VersionsTab(QWidget):
    """Signals: version_requested (a new version of the act), text_requested (write the text in force to a file)."""

    version_requested = Signal()
    text_requested = Signal()

    def __init__(self, draft: RulesDraft, may_set: bool, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("versions_tab")
        self._draft, self._zone = draft, zone
        self.versions: RowsModel[VersionView] = RowsModel(self._version_columns(), lambda row: row.version)
        self.changes: RowsModel[ChangeView] = RowsModel(self._change_columns(), lambda row: row.uuid)
        self.version_view, self.change_view = QueueView(self.versions), QueueView(self.changes)
        self.new = KeyButton(tr("New version of the act…"), parent=self)  # shown below: not as a window
        self.new.setObjectName("new_version")
        self.new.setVisible(may_set)
        self.save = KeyButton(tr("Write the text to a file…"))
        self.save.setObjectName("save_text")
        self._build()
        self.new.clicked.connect(self.version_requested)
        self.save.clicked.connect(self.text_requested)

    def show_draft(self) -> None:
        book = self._draft.book
        self.versions.show(book.versions)
        self.changes.show(book.changes)

    def _version_columns(self) -> list[Column[VersionView]]:
        return [
            Column(key="version", title=tr("Version"), width=150, text=_version_words,
                   note=lambda row: tr("in force") if row.current else ""),
            Column(key="from", title=tr("From"), width=110, text=lambda row: day(row.effective_from)),
            Column(key="act", title=tr("Act"), text=lambda row: row.short_act),
            Column(key="open", title=tr("Open cases"), width=110, text=lambda row: str(row.open_cases),
                   is_figure=True),
        ]  # fmt: skip

    def _change_columns(self) -> list[Column[ChangeView]]:
        return [
            Column(key="when", title=tr("When"), width=140, text=lambda row: full_moment(row.changed_at, self._zone),
                   note=lambda row: row.who),
            Column(key="what", title=tr("What"), width=200, text=lambda row: tr(_KINDS[row.kind])),
            Column(key="why", title=tr("Why"), text=lambda row: row.why, tooltip=lambda row: row.why),
            Column(key="cases", title=tr("Cases re-timed"), width=130, text=lambda row: str(row.cases),
                   note=lambda row: "" if row.finished else tr("still going on"), is_figure=True),
        ]  # fmt: skip

    def _build(self) -> None:
        for name, view, words, empty in (
            ("versions", self.version_view, tr("Versions of the act"), ""),
            ("changes", self.change_view, tr("Changes of the rules"), tr("The rules are as the region was set up.")),
        ):
            view.setObjectName(name)
            view.setAccessibleName(words)
            view.set_empty_text(empty)
        note = tr("A new version counts for messages registered from its day on; open cases keep theirs.")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(TextLabel(note, "body", "ink_second", wrap=True), 1)
        head.addWidget(self.save)
        head.addWidget(self.new)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 12, 0)
        column.setSpacing(8)
        column.addWidget(SectionLabel(tr("Versions of the act")))
        column.addWidget(self.version_view, 1)
        column.addLayout(head)
        column.addWidget(SectionLabel(tr("Changes of the rules")))
        column.addWidget(self.change_view, 2)


def _version_words(row: VersionView) -> str:
    corrections = trn("{n} correction", "{n} corrections", row.revision)
    return f"{row.version} · {corrections}" if row.revision else str(row.version)
