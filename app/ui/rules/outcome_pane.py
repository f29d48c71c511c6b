"""What the edits would do to open cases, why they are made, and the button that puts them in force."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QProgressBar, QVBoxLayout, QWidget

from app.regulation.profile import LimitKind
from app.services.foresight import Foresight, Moved
from app.texts import tr, trn
from app.texts.words import clock_code_name
from app.ui import theme
from app.ui.dialogs.act_dialog import labelled
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.labels import FieldError, SectionLabel, TextLabel
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel

LEAST_WIDTH, WIDTH, MOST, VIEW_HEIGHT = 320, 400, 16_777_215, 160  # MOST: Qt's own word for no limit
WHY_HEIGHT = 64


class OutcomePane(QFrame):
    """Signals: apply_requested(why), take_back_requested, case_requested(case id)."""

    apply_requested = Signal(str)
    take_back_requested = Signal()
    case_requested = Signal(int)

    def __init__(self, zone: ZoneInfo, may_set: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("outcome")
        self.setProperty("frame", "left")
        self._zone, self._may_set, self._now = zone, may_set, datetime.now(zone)
        self.head = TextLabel("", "strong", wrap=True)
        self.lines = TextLabel("", "body", "ink_second", wrap=True)
        self.model: RowsModel[Moved] = RowsModel(self._columns(), lambda row: (row.case_id, row.code, row.before))
        self.view = QueueView(self.model)
        self.view.setObjectName("outcome_rows")
        self.view.setAccessibleName(tr("Cases that the change moves"))
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.told = TextLabel("", "small", "ink_second", wrap=True)
        self.why = QPlainTextEdit()
        self.why.setObjectName("why")
        self.error = FieldError(self.why)
        self.apply = KeyButton(tr("Put in force"), "", ButtonKind.PRIMARY)
        self.apply.setObjectName("apply")
        self.take_back = KeyButton(tr("Take the edits back"))
        self.take_back.setObjectName("take_back")
        self._foot = QWidget()
        self._build()
        self.apply.clicked.connect(self._request)
        self.take_back.clicked.connect(self.take_back_requested)
        self.why.textChanged.connect(self.error.clear)
        self.view.row_activated.connect(lambda key: self.case_requested.emit(key[0]))
        self.show_nothing()

    def show_nothing(self, note: str = "") -> None:
        """Nothing is edited."""
        words = tr("Change a rule: what it does to the open cases is counted here before it is in force.")
        reads = tr("Only an administrator changes the rules: here you read them.")
        self.head.show_text(tr("Nothing is changed"))
        self.lines.show_text(note or (words if self._may_set else reads), ink="ink_second")
        self.model.show([])
        self.view.hide()
        self._foot.hide()
        self.progress.hide()
        self.told.show_text("")

    def show_counting(self, edits: Sequence[str], found: Foresight | None) -> None:
        """Counting is under way; `edits` are the edits in words."""
        self._open(edits)
        self.apply.refuse(tr("Wait until the effect is counted."))
        self.progress.show()
        self.progress.setRange(0, 0 if found is None else max(1, found.open_cases))
        if found is not None:
            self.progress.setValue(found.looked_at)

    def show_foresight(self, edits: Sequence[str], found: Foresight, now: datetime) -> None:
        """What was counted."""
        self._open(edits)
        self._now = now
        self.progress.hide()
        self.lines.show_text("\n".join([*edits, "", *outcome_lines(found)]), ink="ink")
        self.model.show(found.rows)
        self.view.setVisible(bool(found.rows))
        hidden = found.moved > len({row.case_id for row in found.rows})
        self.told.show_text(tr("The list shows the first {n} rows.", n=len(found.rows)) if hidden else "")
        self.apply.allow()

    def show_fault(self, edits: Sequence[str], words: str) -> None:
        """The edits cannot be used: where, what, and how to mend it."""
        self._open(edits)
        self.progress.hide()
        self.model.show([])
        self.view.hide()
        self.lines.show_text(words, ink="late")
        self.apply.refuse(words)

    def show_progress(self, looked_at: int, open_cases: int) -> None:
        """The change is in force; its open cases are being re-timed."""
        self.apply.refuse(tr("Being put in force."))
        self.take_back.refuse(tr("Being put in force."))
        self.progress.show()
        self.progress.setRange(0, max(1, open_cases))
        self.progress.setValue(looked_at)
        self.told.show_text(
            tr("In force. Cases re-timed: {done} of {all}. The program may be closed: it goes on at its next start.",
               done=looked_at, all=open_cases)
        )  # fmt: skip

    def show_done(self) -> None:
        """Put in force: the pane is as before the first edit."""
        self.why.clear()
        self.take_back.allow()
        self.show_nothing()

    def _open(self, edits: Sequence[str]) -> None:
        self.head.show_text(trn("{n} edit, not in force yet", "{n} edits, not in force yet", len(edits)))
        self.lines.show_text("\n".join(edits), ink="ink")
        self._foot.setVisible(self._may_set)
        self.take_back.allow()

    def _request(self) -> None:
        if self.why.toPlainText().strip():
            self.apply_requested.emit(self.why.toPlainText())
        else:
            self.error.show_error(tr("Say why: it stands in the history of every case."))
            self.why.setFocus()

    def _columns(self) -> list[Column[Moved]]:
        return [
            Column(key="case", title=tr("Case"), text=lambda r: r.number, note=lambda r: clock_code_name(r.code)),
            Column(key="before", title=tr("Due before"), width=104, text=lambda r: self._moment(r.before, r),
                   ink=self._old),
            Column(key="after", title=tr("Due after"), width=104, text=lambda r: self._moment(r.after, r),
                   ink=self._new),
        ]  # fmt: skip

    def _moment(self, at: datetime | None, row: Moved) -> str:
        if at is not None:
            return f"{at.astimezone(self._zone):%d.%m.%y %H:%M}"
        return tr("not computed") if row.kind is LimitKind.NOT_COMPUTABLE else tr("no limit")

    def _old(self, row: Moved) -> str:
        return "late" if self._is_late(row.before, row) else "ink_second"

    def _new(self, row: Moved) -> str:
        return "late" if self._is_late(row.after, row) else "ink"

    def _is_late(self, due: datetime | None, row: Moved) -> bool:
        return due is not None and due < self._now and row.kind is not LimitKind.WINDOW

    def stand(self, *, beneath: bool) -> None:
        """Beside what is edited, or beneath it in a narrow place, as wide as that."""
        now = theme.current()
        self.setMinimumWidth(now.px(LEAST_WIDTH))
        self.setMaximumWidth(MOST if beneath else now.px(WIDTH))
        self.view.setMinimumHeight(now.px(VIEW_HEIGHT) if beneath else 0)

    def _build(self) -> None:
        now = theme.current()
        self.stand(beneath=False)
        self.why.setFixedHeight(now.px(WHY_HEIGHT))
        self.why.setPlaceholderText(tr("Order No. 5 of 01.12.2026"))
        self.why.setTabChangesFocus(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.take_back)
        buttons.addStretch(1)
        buttons.addWidget(self.apply)
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(6)
        foot.addWidget(labelled(tr("Why (it stands in the history of every case re-timed)"), self.why))
        foot.addWidget(self.why)
        foot.addWidget(self.error)
        foot.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(SectionLabel(tr("What it does to open cases")))
        for part in (self.head, self.lines, self.progress):
            column.addWidget(part)
        column.addWidget(self.view, 1)
        column.addWidget(self.told)
        column.addStretch(0)
        column.addWidget(self._foot)


def outcome_lines(found: Foresight) -> list[str]:
    """The count in sentences: how many move, how many become or cease to be overdue."""
    if not found.open_cases:
        return [tr("There are no open cases that it concerns.")]
    lines = [trn("{n} open case gets other due times", "{n} open cases get other due times", found.moved)]
    if found.looked_at < found.open_cases:
        lines[0] += " " + tr(
            "(counted: the {n} nearest to their due time of {all})", n=found.looked_at, all=found.open_cases
        )
    if found.late:
        lines.append(trn("{n} becomes overdue", "{n} become overdue", found.late))
    if found.saved:
        lines.append(trn("{n} is overdue no longer", "{n} are overdue no longer", found.saved))
    if found.uncounted:
        lines.append(trn("{n} cannot be computed any more", "{n} cannot be computed any more", found.uncounted))
    if not found.moved:
        lines = [tr("No open case gets another due time ({n} looked at).", n=found.looked_at)]
    lines.append(tr("Verdicts that were given stay as they are."))
    return lines
