"""The ordering dialog (п. 16): agencies dragged into order, their chain drawn live against the answer's due time."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
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
from app.regulation.relay import Fix, Forecast
from app.texts import tr, trn
from app.texts.moments import clock_time, duration
from app.ui import theme
from app.ui.dialogs.chain_timeline import ChainTimeline
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.choice_box import Choice, ChoiceBox
from app.ui.widgets.labels import TextLabel, set_role

AGENCY = int(Qt.ItemDataRole.UserRole)
TIMES = AGENCY + 1
CARD_HEIGHT = 62

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Ordering:
    """What the dialog is opened with. `forecast(n)` draws the chain of n agencies from now.

    `fixed` are agencies that wrote their part or are writing it: shown, not moved. `sending` is False when the
    order of a running relay is changed.
    """

    number: str
    agencies: tuple[Choice, ...]
    chosen: tuple[str, ...]
    forecast: Callable[[int], Forecast]
    fixed: tuple[str, ...] = ()
    sending: bool = True


class OrderingDialog(QDialog):
    """Ends in the agencies' keys in order; OK is possible with a chain that overshoots, but says so first."""

    def __init__(self, ordering: Ordering, rules: Rules, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ordering = ordering
        self._zone = rules.agency.zone
        self._titles = {choice.key: choice.title for choice in ordering.agencies}
        self.setObjectName("ordering_dialog")
        self.setWindowTitle(tr("Order of agencies · {number}", number=ordering.number))
        self.resize(1000, 620)
        self._build(rules)
        self._connect()
        for key in ordering.chosen:
            self._append(key)
        self._refresh()

    def decision(self) -> tuple[str, ...]:
        """The agencies' keys in the order set, without the fixed ones."""
        return tuple(self._list.item(row).data(AGENCY) for row in range(self._list.count()))

    # ----- building

    def _build(self, rules: Rules) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._left())
        self._timeline = ChainTimeline(rules)
        middle.addWidget(self._timeline, 1)
        column.addLayout(middle, 1)
        column.addWidget(self._foot())

    def _head(self) -> QWidget:
        head = QFrame()
        set_role(head, "ground", "header")
        rows = QVBoxLayout(head)
        rows.setContentsMargins(20, 14, 20, 12)
        rows.addWidget(TextLabel(self.windowTitle(), "title"))
        rule = tr(
            "cl. 16: each has two hours from receipt at most; the last prepares the common draft within the limit of "
            "cl. 10. Drag to change the order."
        )
        rows.addWidget(TextLabel(rule, "small", "ink_second", wrap=True))
        return head

    def _left(self) -> QWidget:
        left = QFrame()
        left.setFixedWidth(theme.current().px(380))
        rows = QVBoxLayout(left)
        rows.setContentsMargins(12, 12, 12, 12)
        self._list = _OrderList()
        self._list.setItemDelegate(_CardDelegate(len(self._ordering.fixed), self._list))
        self._add = ChoiceBox(tr("Add an agency"))
        self._add.setObjectName("add_agency")
        self._add.setAccessibleName(tr("Add an agency"))
        self._add.set_choices(self._ordering.agencies)
        self._who = TextLabel("", "small", "ink_second", wrap=True)
        if self._ordering.fixed:
            done = ", ".join(self._titles.get(key, key) for key in self._ordering.fixed)
            rows.addWidget(TextLabel(tr("Before them: {agencies}", agencies=done), "small", "ink_second", wrap=True))
        rows.addWidget(self._list, 1)
        rows.addWidget(self._add)
        rows.addWidget(self._who)
        keys = tr("Alt+↑ and Alt+↓ move, Delete removes, Insert adds")
        rows.addWidget(TextLabel(keys, "small", "ink_third", wrap=True))
        return left

    def _foot(self) -> QWidget:
        foot = QFrame()
        set_role(foot, "ground", "panel")
        rows = QVBoxLayout(foot)
        rows.setContentsMargins(20, 10, 20, 12)
        self._warning = TextLabel("", "body", "late", wrap=True)
        self._warning.setObjectName("chain_warning")
        rows.addWidget(self._warning)
        line = QHBoxLayout()
        self._slack = TextLabel("", "body", "ink_second")
        self._slack.setObjectName("chain_slack")
        self._cancel = KeyButton(tr("Cancel"), "Esc")
        words = tr("Send to the first") if self._ordering.sending else tr("Set the order")
        self._ok = KeyButton(words, "Ctrl+Enter", ButtonKind.PRIMARY)
        self._ok.setObjectName("ok")
        line.addWidget(self._slack, 1)
        line.addWidget(self._cancel)
        line.addWidget(self._ok)
        rows.addLayout(line)
        return foot

    def _connect(self) -> None:
        self._add.choice_changed.connect(self._on_added)
        self._list.model().rowsMoved.connect(self._refresh)
        self._list.model().rowsRemoved.connect(self._refresh)
        self._cancel.clicked.connect(self.reject)
        self._ok.clicked.connect(self.accept)
        self._list.installEventFilter(self)

    # ----- acting

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if control and self._ok.isEnabled():
                self.accept()
            return
        if event.key() == Qt.Key.Key_Insert:
            self._add.open_all()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._list and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            row = self._list.currentRow()
            moves = event.modifiers() & Qt.KeyboardModifier.AltModifier
            if moves and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._move(row, row + (-1 if event.key() == Qt.Key.Key_Up else 1))
                return True
            if event.key() == Qt.Key.Key_Delete and row >= 0:
                self._list.takeItem(row)
                return True
        return super().eventFilter(watched, event)

    def _move(self, row: int, to: int) -> None:
        if 0 <= row < self._list.count() and 0 <= to < self._list.count():
            item = self._list.takeItem(row)
            self._list.insertItem(to, item)
            self._list.setCurrentRow(to)
            self._refresh()

    def _on_added(self, key: str) -> None:
        if key and key not in self.decision() and key not in self._ordering.fixed[-1:]:
            self._append(key)
            self._refresh()
        self._add.choose("")

    def _append(self, key: str) -> None:
        item = QListWidgetItem(self._titles.get(key, key))
        item.setData(AGENCY, key)
        self._list.addItem(item)

    # ----- showing

    def _refresh(self) -> None:
        count = self._list.count()
        drawn = self._ordering.forecast(count) if count else None
        self._timeline.show_forecast(drawn)
        self._show_times(drawn)
        self._show_words(drawn, count)
        if count == 0 and self._ordering.sending:
            self._ok.refuse(tr("Choose an agency."))
        else:
            self._ok.allow()

    def _show_times(self, drawn: Forecast | None) -> None:
        zone = self._zone
        for row in range(self._list.count()):
            slot = next((slot for slot in drawn.slots if slot.link == row), None) if drawn else None
            times = f"{clock_time(slot.begin, zone)}–{clock_time(slot.end, zone)}" if slot else ""
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


def _warning_words(drawn: Forecast) -> str:
    over = duration(drawn.slack_seconds or 0)
    words = tr("▲ The chain does not fit the limit of cl. 10, by {duration}.", duration=over)
    if drawn.fixes:
        words += " " + tr("One of these would help: {fixes}.", fixes=" · ".join(map(_fix_words, drawn.fixes)))
    return words


def _fix_words(fix: Fix) -> str:
    if fix.code == "fewer_links":
        return trn("keep {n} agency", "keep {n} agencies", fix.links)
    if fix.code == "normal_importance":
        return tr("normal importance")
    return tr("give an interim answer first (cl. 15)")


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

