"""Where an import begins, and the imports that were: who took in which file, what came of it, what was refused."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from app.services.intake.reading import Unread
from app.services.intake.runs import KeptRefusal, RunView
from app.texts import tr
from app.texts.files import size_words
from app.texts.imports import export_name, refusal_words, run_lines, state_words
from app.texts.moments import near_moment
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.labels import SectionLabel, TextLabel
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel

HASH_SHOWN = 12
_INKS = {"finished": "well", "running": "accent", "stopped": "soon", "broken": "late", "cut_off": "late"}


class PastPane(QWidget):
    """Signals: path_given(text) to look at a file, browse_requested, run_chosen(id or None), save_requested."""

    path_given = Signal(str)
    browse_requested = Signal()
    run_chosen = Signal(object)
    save_requested = Signal()

    def __init__(self, zone: ZoneInfo, *, may_import: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone, self._may_import = zone, may_import
        self.now: datetime | None = None
        self.path = QLineEdit()
        self.browse = KeyButton(tr("Browse…"), "Ctrl+O")
        self.look = KeyButton(tr("Look at it"), "Enter", ButtonKind.PRIMARY)
        self.runs: RowsModel[RunView] = RowsModel(self._run_columns(), lambda run: run.id)
        self.runs_view = QueueView(self.runs)
        self.title, self.told = TextLabel("", "strong", wrap=True), TextLabel("", "body", "ink_second", wrap=True)
        self.refused: RowsModel[KeptRefusal] = RowsModel(_refusal_columns(), lambda row: row.id)
        self.refused_view = QueueView(self.refused)
        self.save = KeyButton(tr("Write refused rows to a file…"), "Ctrl+S")
        self._build()
        self.path.returnPressed.connect(self._give)
        self.look.clicked.connect(self._give)
        self.browse.clicked.connect(self.browse_requested)
        self.runs_view.row_chosen.connect(self.run_chosen)
        self.save.clicked.connect(self.save_requested)

    def show_runs(self, runs: Sequence[RunView], now: datetime) -> None:
        """The imports, the newest first."""
        self.now = now
        self.runs.show(runs)
        if self.runs_view.chosen() is None and runs:
            self.runs_view.choose_first()

    def show_run(self, run: RunView | None, refused: Sequence[KeptRefusal]) -> None:
        """How one import went."""
        self._side.setVisible(run is not None)
        if run is None:
            return
        unread = run.stories.get("unread")
        lines = run_lines(run, Unread(unread[0], unread[1], is_whole=False) if unread else None)
        self.title.show_text(run.file_name)
        facts = f"{size_words(run.file_bytes)} · sha256 {run.file_hash[:HASH_SHOWN]} · {export_name(run.export)}"
        self.told.show_text("\n".join([facts, *lines]))
        self.refused.show(refused)
        for part in (self._refused_title, self.refused_view, self.save):
            part.setVisible(bool(refused))
        self._refused_title.show_text(
            tr("Not taken in: {n}", n=run.refused)
            if run.refused == len(refused)
            else tr("Not taken in: {n}, the first {shown} of them", n=run.refused, shown=len(refused))
        )

    def _give(self) -> None:
        if self.path.text().strip():
            self.path_given.emit(self.path.text().strip())
        else:
            self.browse_requested.emit()

    def _build(self) -> None:
        names = {"path": self.path, "browse": self.browse, "look": self.look, "runs": self.runs_view,
                 "run_title": self.title, "run_told": self.told, "refused": self.refused_view,
                 "save_refused": self.save}  # fmt: skip
        for name, part in names.items():
            part.setObjectName(name)
        self.path.setPlaceholderText(tr("A CSV or Excel file: drop it here, or give its path"))
        self.path.setAccessibleName(tr("File"))
        self.runs_view.setAccessibleName(tr("Past imports"))
        self.runs_view.set_empty_text(tr("Nothing was taken in from files yet."))
        self.refused_view.setAccessibleName(tr("Rows that were not taken in"))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.path, 1)
        line.addWidget(self.browse)
        line.addWidget(self.look)
        box.addLayout(line)
        for part in (self.path, self.browse, self.look):
            part.setVisible(self._may_import)
        box.addWidget(SectionLabel(tr("Past imports")))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.runs_view)
        split.addWidget(self._build_side())
        split.setStretchFactor(0, 1)
        split.setSizes([600, 480])
        box.addWidget(split, 1)

    def _build_side(self) -> QWidget:
        self._side = QWidget()
        self._refused_title = SectionLabel("")
        box = QVBoxLayout(self._side)
        box.setContentsMargins(14, 0, 0, 0)
        box.setSpacing(6)
        for part in (self.title, self.told, self._refused_title):
            box.addWidget(part)
        box.addWidget(self.refused_view, 1)
        box.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        box.addStretch(0)
        self._side.hide()
        return self._side

    def _run_columns(self) -> list[Column[RunView]]:
        return [
            Column(
                key="file", title=tr("File"), text=lambda run: run.file_name, note=lambda run: export_name(run.export),
                tooltip=lambda run: f"{run.file_name}\nsha256 {run.file_hash}", lines=1,
            ),
            Column(
                key="when", title=tr("When and who"), width=150, text=self._moment, note=lambda run: run.person, lines=1
            ),
            Column(
                key="counts", title=tr("New of read"), width=110, text=lambda run: f"{run.new} / {run.read}", lines=1,
                note=lambda run: tr("not taken in: {n}", n=run.refused) if run.refused else "",
            ),
            Column(
                key="state", title=tr("How it ended"), width=140, text=lambda run: state_words(run.state),
                ink=lambda run: _INKS[run.state],
            ),
        ]  # fmt: skip

    def _moment(self, run: RunView) -> str:
        return near_moment(run.started_at, self.now, self._zone) if self.now else ""


def _refusal_columns() -> list[Column[KeptRefusal]]:
    return [
        Column(
            key="row", title=tr("Row"), width=70, text=lambda row: str(row.row_number), note=lambda row: row.sheet,
            lines=1,
        ),
        Column(
            key="reason", title=tr("Why, and how to mend it"), text=_reason, tooltip=_reason, lines=3,
        ),
    ]  # fmt: skip


def _reason(row: KeptRefusal) -> str:
    return refusal_words(row.code, row.params, row.cell)
