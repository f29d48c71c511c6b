"""The list of places at the left of the window, with live counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from app.ui import theme
from app.ui.widgets.focus_ring import paint_ring, paint_ring_around
from app.ui.widgets.wrapping import wrapped

Index = QModelIndex | QPersistentModelIndex

ROW_HEIGHT = 27
SECTION_HEIGHT = 34
PADDING = 16
BAR_WIDTH = 3
MAX_LINES = 2
_ROW_ROLE = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True, slots=True)
class NavItem:
    """A place to go. `alarming` makes its count red and bold, `muted` its title quiet; no count at zero."""

    key: str
    title: str
    count: int = 0
    alarming: bool = False
    muted: bool = False


@dataclass(frozen=True, slots=True)
class NavSection:
    """A titled group of places."""

    title: str
    items: Sequence[NavItem]


Row = NavItem | str


class NavList(QListView):
    """Sections of places; arrows walk over the places only.

    Signals: item_chosen(key) when the person moves to another place, by mouse or keyboard.
    """

    item_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._silent = False
        self._model = _NavModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_NavDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("ground", "panel")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._moved)
        # A longer count leaves less room to the title, which may then need another line.
        self._model.dataChanged.connect(lambda *_: self.scheduleDelayedItemsLayout())

    def spot_of(self, key: str) -> QPoint:
        """The middle of an entry, where a mouse would click it."""
        return self.visualRect(self._model.index_of(key)).center()

    def show_sections(self, sections: Sequence[NavSection]) -> None:
        """Show these places; the chosen one stays chosen if it is still there."""
        rows: list[Row] = []
        for section in sections:
            rows += [section.title, *section.items] if section.title else section.items
        chosen = self.chosen()
        if self._model.show(rows) and chosen:
            self.choose(chosen)

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Change the counts of the places named; the others keep theirs."""
        self._model.set_counts(counts)

    def chosen(self) -> str:
        """The key of the chosen place, "" for none."""
        return self._model.key(self.currentIndex())

    def choose(self, key: str) -> None:
        """Mark a place as chosen without `item_chosen`; an unknown key changes nothing."""
        index = self._model.index_of(key)
        if index.isValid():
            self._silent = True
            self.setCurrentIndex(index)
            self._silent = False

    def choose_none(self) -> None:
        """Mark no place, without `item_chosen`."""
        self._silent = True
        self.setCurrentIndex(QModelIndex())
        self._silent = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt lays out anew for another height only; titles wrap by the width, also when a scroll bar takes some.

        A list that grows shorter, as a bar comes above the desk, keeps the chosen place in sight if it was there.
        """
        chosen = self.currentIndex()
        was_in_sight = chosen.isValid() and 0 <= self.visualRect(chosen).top() < event.oldSize().height()
        super().resizeEvent(event)
        if was_in_sight and event.size().height() < event.oldSize().height():
            self.scrollTo(chosen)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt would choose the first place by itself on focus, and with it switch what the window shows."""
        if self.chosen():
            super().focusInEvent(event)
        else:
            QAbstractScrollArea.focusInEvent(self, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.chosen():
            paint_ring(self)

    def _moved(self, index: QModelIndex) -> None:
        if key := self._model.key(index):
            self.scrollTo(index)
            if not self._silent:
                self.item_chosen.emit(key)


class _NavModel(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    def show(self, rows: list[Row]) -> bool:
        """Take the rows over; True when places came or went, so that the view has lost its current one."""
        if [_identity(row) for row in rows] != [_identity(row) for row in self._rows]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return True
        for number, row in enumerate(rows):
            self._replace(number, row)
        return False

    def set_counts(self, counts: Mapping[str, int]) -> None:
        for number, row in enumerate(self._rows):
            if isinstance(row, NavItem) and row.key in counts:
                self._replace(number, replace(row, count=counts[row.key]))

    def key(self, index: Index) -> str:
        row = self._rows[index.row()] if index.isValid() else ""
        return row.key if isinstance(row, NavItem) else ""

    def index_of(self, key: str) -> QModelIndex:
        for number, row in enumerate(self._rows):
            if isinstance(row, NavItem) and row.key == key:
                return self.index(number)
        return QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not self.key(index):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == _ROW_ROLE:
            return row
        title = row.title if isinstance(row, NavItem) else row
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{title}, {row.count}" if isinstance(row, NavItem) and row.count else title
        return None

    def _replace(self, number: int, row: Row) -> None:
        if row != self._rows[number]:
            self._rows[number] = row
            self.dataChanged.emit(self.index(number), self.index(number))


def _identity(row: Row) -> tuple[str, str]:
    return ("place", row.key) if isinstance(row, NavItem) else ("section", row)


class _NavDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        now = theme.current()
        row = index.data(_ROW_ROLE)
        if not isinstance(row, NavItem):
            return QSize(0, now.px(SECTION_HEIGHT))
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListView) else option.rect.width()
        more = (len(_lines(row, width)) - 1) * QFontMetrics(now.font("strong")).height()
        return QSize(0, now.px(ROW_HEIGHT) + max(0, more))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(_ROW_ROLE)
        painter.save()
        if isinstance(row, NavItem):
            self._paint_place(painter, option, row)
        else:
            now = theme.current()
            painter.setFont(now.font("small"))
            painter.setPen(now.color("ink_third"))
            line = option.rect.adjusted(PADDING, 0, -PADDING, -5)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignBottom), row)
        painter.restore()

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """A title that does not fit in two lines shows whole in a tooltip."""
        row = index.data(_ROW_ROLE)
        if isinstance(row, NavItem) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), row.title if is_cut(row, option.rect.width()) else "", view)
            return True
        return super().helpEvent(event, view, option, index)

    def _paint_place(self, painter: QPainter, option: QStyleOptionViewItem, item: NavItem) -> None:
        now = theme.current()
        rect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, now.color("selection"))
            painter.fillRect(QRect(rect.left(), rect.top(), BAR_WIDTH, rect.height()), now.color("accent"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, now.color("hover"))
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        view = self.parent()
        if is_chosen and isinstance(view, QListView) and view.hasFocus():
            paint_ring_around(painter, QRectF(rect))
        height = QFontMetrics(now.font("strong")).height()
        lines = _lines(item, rect.width())
        line = QRect(rect.left() + PADDING, rect.top(), rect.width() - 2 * PADDING, height)
        line.translate(0, (rect.height() - height * len(lines)) // 2)
        if item.count:
            painter.setFont(now.font("strong" if item.alarming else "body"))
            painter.setPen(now.color("late" if item.alarming else "ink_second"))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(line, int(flags), str(item.count))
        painter.setFont(now.font("strong" if is_chosen else "body"))
        painter.setPen(now.color("ink_second" if item.muted else "ink"))
        for text in lines:
            painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), text)
            line.translate(0, height)


def _room(item: NavItem, width: int) -> int:
    """Pixels left for the title in a row of `width`."""
    count = QFontMetrics(theme.current().font("strong")).horizontalAdvance(str(item.count)) + 8 if item.count else 0
    return width - 2 * PADDING - count


def _lines(item: NavItem, width: int) -> tuple[str, ...]:
    # Measured in the bold face of the chosen place, so that choosing never wraps anew.
    return wrapped(item.title, theme.current().font("strong"), _room(item, width), MAX_LINES)


def is_cut(item: NavItem, width: int) -> bool:
    """Whether a row of `width` pixels is too narrow for the title."""
    return "…" in "".join(_lines(item, width))
