"""The end of a shift: everything unfinished in one's hands, who takes it over, and a note for each or for all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QTableWidget, QTableWidgetItem, QWidget

from app.regulation.errors import Refusal
from app.services.views import QueueRow
from app.texts import tr, trn
from app.texts.words import state_name
from app.ui import theme
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.widgets.choice_box import Choice, ChoiceBox
from app.ui.widgets.countdown import CountdownLook
from app.ui.widgets.labels import TextLabel
from app.ui.widgets.tips import in_lines

ROW_HEIGHT = 34
MESSAGE, STEP, LEFT, NOTE = range(4)


@dataclass(frozen=True, slots=True)
class ShiftEnd:
    """What is in hand, who can take it (the next on duty first), and how much time is left of a step."""

    rows: tuple[QueueRow, ...]
    receivers: tuple[Choice, ...]
    next_on_duty: str
    look: Callable[[QueueRow, datetime], CountdownLook]
    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True, slots=True)
class HandedShift:
    """To whom (a person's id), which cases with a note of their own or "", and the note for the others."""

    to: int
    notes: Mapping[int, str]
    note: str


class ShiftEndDialog(ActDialog):
    """Ends in a `HandedShift`. Every message is ticked at first; a note is typed into its own row."""

    def __init__(self, context: ShiftEnd, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__("shift_end_dialog", heading, context.zone, tr("Hand over"), parent)
        self._context = context
        self.receiver = ChoiceBox(tr("Type any letters of the name"))
        self.note = QLineEdit()
        self.table = QTableWidget(len(context.rows), 4)
        self._count = TextLabel("", "body", "ink_second")
        self._build()
        self._fill()
        self.receiver.choice_changed.connect(self._revise)
        self.table.itemChanged.connect(self._revise)
        self._revise()
        self.fit(980, 560)

    def refusal(self) -> Refusal | None:
        if not self.receiver.chosen():
            return Refusal("receiver_missing")
        return None if self._ticked() else Refusal("nothing_chosen")

    def decision(self) -> HandedShift:
        notes = {self._context.rows[row].id: self._cell(row, NOTE).text().strip() for row in self._ticked()}
        return HandedShift(int(self.receiver.chosen() or 0), notes, self.note.text().strip())

    def tick(self, now: datetime) -> None:
        super().tick(now)
        self._show_left()

    def _ticked(self) -> list[int]:
        checked = Qt.CheckState.Checked
        return [row for row in range(self.table.rowCount()) if self._cell(row, MESSAGE).checkState() == checked]

    def _cell(self, row: int, column: int) -> QTableWidgetItem:
        item = self.table.item(row, column)
        assert item is not None, "every cell is filled"
        return item

    def _build(self) -> None:
        box = pane(self.body)
        self.receiver.setObjectName("receiver")
        self.receiver.set_choices(self._context.receivers)
        self.receiver.choose(self._context.next_on_duty)
        box.addWidget(labelled(tr("Who takes it over"), self.receiver))
        box.addWidget(self.receiver)
        codes = ("receiver_missing", "receiver_away", "receiver_no_curator", "receiver_self")
        box.addWidget(self.error_for(self.receiver, *codes))
        self._build_table()
        box.addWidget(labelled(tr("Unfinished in your hands"), self.table))
        box.addWidget(self.table, 1)
        box.addWidget(self.error_for(self.table, "nothing_chosen", "too_many_at_once"))
        self.note.setObjectName("note")
        box.addWidget(labelled(tr("Note for all that have none of their own"), self.note))
        box.addWidget(self.note)
        self._count.setObjectName("chosen")
        self.footer.insertWidget(0, self._count)

    def _build_table(self) -> None:
        table = self.table
        table.setObjectName("unfinished")
        table.setHorizontalHeaderLabels([tr("Message"), tr("Step"), tr("Left"), tr("Own note")])
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(theme.current().px(ROW_HEIGHT))
        head = table.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(MESSAGE, QHeaderView.ResizeMode.Stretch)
        for column, width in ((STEP, 170), (LEFT, 84), (NOTE, 280)):
            table.setColumnWidth(column, theme.current().px(width))

    def _fill(self) -> None:
        shown, ticked, written = Qt.ItemFlag.ItemIsEnabled, Qt.ItemFlag.ItemIsUserCheckable, Qt.ItemFlag.ItemIsEditable
        selectable = Qt.ItemFlag.ItemIsSelectable
        self.table.blockSignals(True)
        for number, row in enumerate(self._context.rows):
            message = QTableWidgetItem(f"{row.number}  {row.excerpt}")
            message.setFlags(shown | ticked | selectable)
            message.setCheckState(Qt.CheckState.Checked)
            message.setToolTip(in_lines(row.excerpt))
            self.table.setItem(number, MESSAGE, message)
            for column, words in ((STEP, state_name(row.state)), (LEFT, ""), (NOTE, "")):
                item = QTableWidgetItem(words)
                item.setFlags(shown | selectable | (written if column == NOTE else selectable))
                self.table.setItem(number, column, item)
        self.table.blockSignals(False)
        self._show_left()

    def _show_left(self) -> None:
        self.table.blockSignals(True)
        for number, row in enumerate(self._context.rows):
            look = self._context.look(row, self._context.now)
            cell = self._cell(number, LEFT)
            cell.setText(look.figure)
            cell.setToolTip(look.accessible_text)
        self.table.blockSignals(False)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        (self.ok if self.receiver.chosen() else self.receiver).setFocus()

    def _revise(self, *_: object) -> None:
        self.clear_errors()
        self.revise()
        chosen, count = len(self._ticked()), len(self._context.rows)
        self._count.show_text(tr("chosen {chosen} of {count}", chosen=chosen, count=count))
        self.ok.setText(trn("Hand over {n} message", "Hand over {n} messages", chosen) if chosen else tr("Hand over"))
