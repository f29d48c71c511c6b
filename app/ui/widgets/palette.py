"""A field over a list of everything that can be done or gone to: type a word, Enter does it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.texts import tr
from app.ui import theme
from app.ui.widgets.buttons import key_cap_size, paint_key_cap
from app.ui.widgets.choice_box import Choice, matching
from app.ui.widgets.labels import TextLabel, set_role
from app.ui.widgets.search_box import SearchBox
from app.ui.widgets.shortcuts import shortcut

Index = QModelIndex | QPersistentModelIndex

WIDTH = 640
ROW_HEIGHT = 34
CAP_GAP = 10
VISIBLE_ROWS = 12
PADDING = 12
_ENTRY_ROLE = int(Qt.ItemDataRole.UserRole)
_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: VISIBLE_ROWS - 1,
    Qt.Key.Key_PageUp: 1 - VISIBLE_ROWS,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to do or go to; `kind` says what it is, `cap` is its own key, both shown beside it. By the words of
    `also`, which are not shown, it is found too."""

    title: str
    kind: str
    run: Callable[[], None]
    cap: str = ""
    also: str = ""


class Palette(QDialog):
    """Accepted with an entry chosen: `decision()`. What is found elsewhere for the typed words comes by `show_found`.

    Signals: text_edited(text).
    """

    text_edited = Signal(str)

    def __init__(self, entries: Sequence[Entry], placeholder: str, nothing: str, parent: QWidget | None = None) -> None:
        """`nothing` is said where no entry has the words typed."""
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("palette")
        self.setWindowTitle(tr("What to do or where to go"))
        self._entries = [
            (Choice(str(number), one.title, f"{one.kind} {one.also}"), one) for number, one in enumerate(entries)
        ]
        self._found: Sequence[Entry] = ()
        self.field = SearchBox(placeholder)
        self.field.setObjectName("palette_field")
        self._model = _EntryModel(self)
        self.list = QListView()
        self.list.setObjectName("palette_list")
        self._none = TextLabel(nothing, "body", "ink_second", wrap=True)
        self._build()
        self.field.text_edited.connect(self._look)
        self.list.clicked.connect(self.accept)
        shortcut(self, "Esc", self.reject)  # at once: the field would only be emptied by the first
        self._show()

    def decision(self) -> Entry:
        """The entry chosen."""
        entry: Entry = self.list.currentIndex().data(_ENTRY_ROLE)
        return entry

    def titles(self) -> list[str]:
        """What is listed now, in order."""
        return [entry.title for entry in self._model.entries]

    def show_found(self, text: str, found: Sequence[Entry]) -> None:
        """What was found for `text`; an answer that came too late is not shown."""
        if text == self.field.text():
            self._found = found
            self._show()

    def accept(self) -> None:
        self.field.say_now()
        if self.list.currentIndex().isValid():
            super().accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The field keeps the keyboard; arrows walk the list."""
        if (step := _STEPS.get(Qt.Key(event.key()))) is not None:
            self._walk(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accept()
        else:
            super().keyPressEvent(event)

    def _walk(self, step: int) -> None:
        last = self._model.rowCount() - 1
        row = self.list.currentIndex().row()
        beyond = {last + 1: 0, -1: last}.get(row + step, row + step)  # a single step goes round
        self.list.setCurrentIndex(self._model.index(min(max(beyond, 0), last), 0))

    def _look(self, text: str) -> None:
        self._found = ()
        self._show()
        self.text_edited.emit(text)

    def _show(self) -> None:
        by_key = {choice.key: entry for choice, entry in self._entries}
        fitting = matching([choice for choice, _ in self._entries], self.field.text())
        self._model.show([*(by_key[choice.key] for choice in fitting), *self._found])
        self.list.setCurrentIndex(self._model.index(0, 0))
        is_empty = not self._model.rowCount()
        self.list.setVisible(not is_empty)
        self._none.setVisible(is_empty)

    def _build(self) -> None:
        px = theme.current().px
        set_role(self, "frame", "rim")  # the window has no frame of the system's own
        self.list.setModel(self._model)
        self.list.setItemDelegate(_EntryDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(self.windowTitle())
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._none.setContentsMargins(PADDING, 8, PADDING, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(10), px(10), px(10), px(10))
        column.setSpacing(px(8))
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        column.addWidget(self._none, 1, Qt.AlignmentFlag.AlignTop)
        self.setFixedSize(px(WIDTH), px(ROW_HEIGHT) * VISIBLE_ROWS + self.field.sizeHint().height() + px(34))
        if (parent := self.parentWidget()) is not None:
            self.move(parent.mapToGlobal(QPoint((parent.width() - self.width()) // 2, px(52))))
        self.field.setFocus()


class _EntryModel(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []
        self.cap_width = 0
        """What the widest key beside a kind takes: kinds stand beneath each other, whatever their keys."""

    def show(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        self.entries = entries
        caps = {entry.cap for entry in entries if entry.cap and entry.kind}
        self.cap_width = max((key_cap_size(cap).width() for cap in caps), default=0)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (entry.title, entry.kind, entry.cap) if part)
        return entry if role == _ENTRY_ROLE else None


class _EntryDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, theme.current().px(ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        now = theme.current()
        entry: Entry = index.data(_ENTRY_ROLE)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, now.color("selection"))
        line = option.rect.adjusted(PADDING, 0, -PADDING, 0)
        right = self._paint_cap(painter, line, entry.cap)
        model = index.model()
        if entry.kind and isinstance(model, _EntryModel) and model.cap_width:
            right = line.right() - model.cap_width - CAP_GAP
        kind_width = QFontMetrics(now.font("small")).horizontalAdvance(entry.kind)
        kind = QRect(right - kind_width, line.top(), kind_width, line.height())
        painter.setFont(now.font("small"))
        painter.setPen(now.color("ink_second"))
        painter.drawText(kind, int(Qt.AlignmentFlag.AlignVCenter), entry.kind)
        painter.setFont(now.font("body"))
        painter.setPen(now.color("ink"))
        room = line.adjusted(0, 0, kind.left() - line.right() - 16, 0)
        title = QFontMetrics(now.font("body")).elidedText(entry.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), title)
        painter.restore()

    def _paint_cap(self, painter: QPainter, line: QRect, cap: str) -> int:
        """Draw the key at the right; gives the pixel that is left of it."""
        if not cap:
            return line.right()
        now = theme.current()
        rect = QRect(QPoint(0, 0), key_cap_size(cap))
        rect.moveTo(line.right() - rect.width(), line.center().y() - rect.height() // 2)
        paint_key_cap(painter, rect, cap, now.color("ink_second"), now.color("line"))
        return rect.left() - CAP_GAP
