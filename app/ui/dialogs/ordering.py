"""The ordering dialog (п. 16): agencies dragged into order, their chain drawn live against the answer's due time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.regulation.clocks import Rules
from app.regulation.errors import Refusal
from app.regulation.profile import Importance
from app.regulation.relay import Fix, Forecast
from app.texts import tr, trn
from app.texts.moments import clock_time, duration
from app.texts.words import limit_words
from app.ui import theme
from app.ui.dialogs.act_dialog import ActDialog, Heading
from app.ui.dialogs.chain_timeline import ChainTimeline
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.choice_box import Choice, ChoiceBox
from app.ui.widgets.flow_row import FlowRow
from app.ui.widgets.labels import TextLabel

AGENCY = int(Qt.ItemDataRole.UserRole)
TIMES = AGENCY + 1
CARD_HEIGHT = 62
# Three buttons stand beside each other in it.
LEFT_WIDTH = 424

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Ordering:
    """What the dialog is opened with. `forecast(n, now)` draws the chain of n agencies from `now`.

    `fixed` are agencies that wrote their part or are writing it: named, not moved. `sending` is False when the
    order of a running relay is changed: then nobody need wait unless `needs_next`. `notices` say by an agency's key
    that it has nobody today or works without the program (п. 6).
    """

    agencies: tuple[Choice, ...]
    chosen: tuple[str, ...]
    forecast: Callable[[int, datetime], Forecast]
    rules: Rules
    now: datetime
    fixed: tuple[str, ...] = ()
    sending: bool = True
    needs_next: bool = True
    notices: Mapping[str, str] = field(default_factory=dict)


class OrderingDialog(ActDialog):
    """Ends in the agencies' ids in order, without the fixed ones; a chain that overshoots is said before OK."""

    def __init__(self, ordering: Ordering, heading: Heading, parent: QWidget | None = None) -> None:
        words = tr("Set the order") if not ordering.sending else tr("Take this order")
        super().__init__("ordering_dialog", heading, ordering.rules.agency.zone, words, parent)
        self._context = ordering
        self._titles = {choice.key: choice.title for choice in ordering.agencies}
        self._build()
        self._connect()
        for key in ordering.chosen:
            self._append(key)
        self._refresh()
        self.fit(1000, 620)

    def refusal(self) -> Refusal | None:
        if self._context.needs_next and self._list.count() == 0:
            return Refusal("agency_missing")
        return None

    def decision(self) -> tuple[int, ...]:
        return tuple(int(key) for key in self._keys())

    def tick(self, now: datetime) -> None:
        super().tick(now)
        self._refresh()

    def _keys(self) -> list[str]:
        return [self._list.item(row).data(AGENCY) for row in range(self._list.count())]

    # ----- building

    def _build(self) -> None:
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._left())
        self._timeline = ChainTimeline(self._context.rules, len(self._context.fixed))
        middle.addWidget(self._timeline, 1)
        column.addLayout(middle, 1)
        self._warning = TextLabel("", "body", "late", wrap=True)
        self._warning.setObjectName("chain_warning")
        self._warning.setContentsMargins(20, 8, 20, 4)
        column.addWidget(self._warning)
        self._slack = TextLabel("", "body", "ink_second")
        self._slack.setObjectName("chain_slack")
        self.footer.insertWidget(0, self._slack)

    def _left(self) -> QWidget:
        left = QFrame()
        left.setFixedWidth(theme.current().px(LEFT_WIDTH))
        rows = QVBoxLayout(left)
        rows.setContentsMargins(20, 14, 20, 14)
        self._list = _OrderList()
        self._list.setItemDelegate(_CardDelegate(len(self._context.fixed), self._list))
        self._add = ChoiceBox(tr("Add an agency"))
        self._add.setObjectName("add_agency")
        self._add.setAccessibleName(tr("Add an agency"))
        self._add.set_choices(self._context.agencies)
        self._who = TextLabel("", "small", "ink_second", wrap=True)
        rows.addWidget(TextLabel(_rule_words(self._context.rules), "small", "ink_second", wrap=True))
        if self._context.fixed:
            done = ", ".join(self._context.fixed)
            rows.addWidget(TextLabel(tr("Before them: {agencies}", agencies=done), "small", "ink_second", wrap=True))
        rows.addWidget(self._list, 1)
        self._up, self._down = KeyButton(tr("Earlier"), "Alt+↑"), KeyButton(tr("Later"), "Alt+↓")
        self._out = KeyButton(tr("Take out"), "Del")
        rows.addWidget(self._buttons())
        rows.addWidget(self._add)
        rows.addWidget(self.error_for(self._add, "agency_missing", "agency_twice", "agency_inactive"))
        rows.addWidget(self._who)
        return left

    def _buttons(self) -> FlowRow:
        """What the keys of the list do, for the mouse: an agency too many could not be taken out by dragging."""
        made = FlowRow(spacing=6)
        for name, button, act in (
            ("move_up", self._up, lambda: self._move_by(-1)),
            ("move_down", self._down, lambda: self._move_by(1)),
            ("remove_agency", self._out, self._remove),
        ):
            button.setObjectName(name)
            button.clicked.connect(act)
            made.add(button)
        return made

    def _connect(self) -> None:
        self._add.choice_changed.connect(self._on_added)
        self._list.model().rowsMoved.connect(self._refresh)
        self._list.model().rowsRemoved.connect(self._refresh)
        self._list.currentRowChanged.connect(self._allow_moves)
        self._list.installEventFilter(self)

    # ----- acting

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._add.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Insert:
            self._add.open_all()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._list and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            moves = event.modifiers() & Qt.KeyboardModifier.AltModifier
            if moves and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._move_by(-1 if event.key() == Qt.Key.Key_Up else 1)
                return True
            if event.key() == Qt.Key.Key_Delete:
                self._remove()
                return True
        return super().eventFilter(watched, event)

    def _move_by(self, step: int) -> None:
        row = self._list.currentRow()
        to = row + step
        if 0 <= row < self._list.count() and 0 <= to < self._list.count():
            item = self._list.takeItem(row)
            self._list.insertItem(to, item)
            self._list.setCurrentRow(to)
            self._refresh()

    def _remove(self) -> None:
        if self._list.currentRow() >= 0:
            self._list.takeItem(self._list.currentRow())

    def _allow_moves(self, *_: object) -> None:
        """Grey what would do nothing."""
        row, last = self._list.currentRow(), self._list.count() - 1
        self._up.setEnabled(row > 0)
        self._down.setEnabled(0 <= row < last)
        self._out.setEnabled(row >= 0)

    def _on_added(self, key: str) -> None:
        if key and key not in self._keys():
            self._append(key)
            self._list.setCurrentRow(self._list.count() - 1)
            self._refresh()
        self._add.choose("")

    def _append(self, key: str) -> None:
        item = QListWidgetItem(self._titles.get(key, key))
        item.setData(AGENCY, key)
        self._list.addItem(item)

    # ----- showing

    def _refresh(self, *_: object) -> None:
        count = self._list.count()
        drawn = self._context.forecast(count, self._context.now) if count else None
        self._timeline.show_forecast(drawn)
        self._show_times(drawn)
        self._show_words(drawn, count)
        self._allow_moves()
        self.clear_errors()
        self.revise()

    def _show_times(self, drawn: Forecast | None) -> None:
        zone = self.zone
        for row in range(self._list.count()):
            slot = next((slot for slot in drawn.slots if slot.link == row), None) if drawn else None
            times = f"{clock_time(slot.begin, zone)}–{clock_time(slot.end, zone)}" if slot else ""
            note = self._context.notices.get(self._list.item(row).data(AGENCY), "")
            times = " · ".join(part for part in (times, note) if part)
            self._list.item(row).setData(TIMES, times)
            self._list.item(row).setData(
                Qt.ItemDataRole.AccessibleTextRole, f"{row + 1}. {self._list.item(row).text()} {times}"
            )

    def _show_words(self, drawn: Forecast | None, count: int) -> None:
        last = self._list.item(count - 1).text() if count else ""
        self._who.show_text(tr("The common draft is written by the last: {agency}.", agency=last) if last else "")
        slack = drawn.slack_seconds if drawn else None
        self._slack.show_text("" if slack is None else tr("Slack now: {slack}", slack=_signed(slack)))
        self._warning.setVisible(bool(drawn and not drawn.fits))
        if drawn and not drawn.fits:
            self._warning.show_text(_warning_words(drawn))


def _signed(seconds: int) -> str:
    return f"{'−' if seconds < 0 else ''}{duration(seconds)}"


def _rule_words(rules: Rules) -> str:
    """What the regulation says of the order (п. 16 in Kursk), with its clause and limit where it has them."""
    link = rules.profile.clocks["link"]
    limit = link.limits.get(Importance.NORMAL)
    each = tr("each has {limit} from receipt;", limit=limit_words(limit)) if limit else ""
    last = tr("the last prepares the common draft. Drag to change the order.")
    clause = tr("cl. {clause}", clause=link.clause) + ":" if link.clause else ""
    words = " ".join(filter(None, (clause, each, last)))
    return words[:1].upper() + words[1:]


def _warning_words(drawn: Forecast) -> str:
    over = duration(drawn.slack_seconds or 0)
    words = tr("▲ The chain does not fit the answer's limit, by {duration}.", duration=over)
    if drawn.fixes:
        words += " " + tr("One of these would help: {fixes}.", fixes=" · ".join(map(_fix_words, drawn.fixes)))
    return words


def _fix_words(fix: Fix) -> str:
    if fix.code == "fewer_links":
        return trn("keep {n} agency", "keep {n} agencies", fix.links)
    if fix.code == "normal_importance":
        return tr("normal importance")
    return tr("give an interim answer first")


class _OrderList(QListWidget):
    """Agencies as cards that can be dragged."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("order_list")
        self.setAccessibleName(tr("Agencies in order"))
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSpacing(4)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


class _CardDelegate(QStyledItemDelegate):
    """Paints an agency with its place in the order and the hours the forecast gives it."""

    def __init__(self, before: int, parent: QObject) -> None:
        super().__init__(parent)
        self._before = before

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(option.rect.width(), theme.current().px(CARD_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        now = theme.current()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(now.color("accent" if chosen else "line"))
        painter.setBrush(now.color("selection" if chosen else "card"))
        card = option.rect.adjusted(1, 1, -2, -2)
        painter.drawRoundedRect(card, 5, 5)
        self._paint_words(painter, card, index)
        painter.restore()

    def _paint_words(self, painter: QPainter, card: QRect, index: Index) -> None:
        now = theme.current()
        painter.setPen(now.color("ink_third"))
        painter.drawText(card.adjusted(10, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), "⠿")
        painter.setPen(now.color("ink"))
        painter.setFont(now.font("strong"))
        number = str(index.row() + 1 + self._before)
        painter.drawText(card.adjusted(34, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), number)
        painter.setFont(now.font("body"))
        metrics = painter.fontMetrics()
        left = card.adjusted(62, 9, -8, -9)
        title = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, left.width())
        painter.drawText(left, int(Qt.AlignmentFlag.AlignTop), title)
        painter.setFont(now.font("small"))
        painter.setPen(now.color("ink_second"))
        painter.drawText(left, int(Qt.AlignmentFlag.AlignBottom), str(index.data(TIMES) or ""))

