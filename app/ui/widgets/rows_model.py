"""A table of frozen rows under declared columns, brought up to date by id so that the eye keeps its place."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.ui.widgets.countdown import CountdownLook

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = int(Qt.ItemDataRole.UserRole)


def _nothing(row: object) -> str:
    return ""


def _nowhere(row: object, line: str) -> tuple[()]:
    return ()


# What a column that takes the rest has enough with, where it says nothing else: wider lines are hard to read.
MOST_REST = 760


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[R]):
    """How one fact of a row is shown. Functions of the row, quick and without I/O: they run while painting.

    `width` in pixels at scale 1, 0 takes the room that is left, of which `enough` suits it before others take more.
    `text` may wrap over `lines`; `note` stands beneath it, small, or `pills`: words in frames, each with a kind of
    Pill. `look(row, now)` makes the column a countdown; `wide` is what its longest words take where there is room.
    `ink` names a colour role for the text; `found(row, line)` tells where in a line of it stands what was searched for.
    A column without `sort_key` cannot be sorted by its head; `order` names what whoever reads the rows can sort by
    instead, and `head_tip` says what a click on the head does. What `is_figure` stands at the right, under its title:
    digits of one place beneath each other.
    """

    key: str
    title: str
    width: int = 0
    enough: int = MOST_REST
    wide: int = 0
    text: Callable[[R], str]
    note: Callable[[R], str] = _nothing
    pills: Callable[[R], Sequence[tuple[str, str]]] | None = None
    tooltip: Callable[[R], str] = _nothing
    ink: Callable[[R], str] | None = None
    found: Callable[[R, str], Sequence[tuple[int, int]]] = _nowhere
    sort_key: Callable[[R], Any] | None = None
    order: str = ""
    head_tip: str = ""
    look: Callable[[R, datetime], CountdownLook] | None = None
    lines: int = 2
    is_figure: bool = False


class RowsModel(QAbstractTableModel, Generic[R]):
    """Rows in the order given, or in that of the column a person sorted by.

    Signals: more_needed when the view nears the end and `show` or `append` promised more rows;
    about_to_show and shown around each change, for a view to keep its place.
    """

    more_needed = Signal()
    about_to_show = Signal()
    shown = Signal()

    def __init__(
        self, columns: Sequence[Column[R]], row_id: Callable[[R], Hashable], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.now: datetime | None = None
        self._row_id = row_id
        self._rows: list[R] = []
        self._positions: dict[Hashable, int] = {}
        self._has_more = False
        self._sorted_by: tuple[Callable[[R], Any], bool] | None = None

    # What is shown

    def show(self, rows: Sequence[R], *, has_more: bool = False) -> None:
        """Make the table hold exactly `rows`. Rows are known by id: removed, moved, inserted and updated in place.

        Raises ValueError when an id comes twice.
        """
        target = self._in_order(rows)
        ids = [self._row_id(row) for row in target]
        if len(set(ids)) != len(ids):
            raise ValueError("two rows share one id")
        self.about_to_show.emit()
        self._has_more = has_more
        self._remove_all_but(set(ids))
        self._reorder(ids)
        self._insert_missing(target, ids)
        self._update(target)
        self.shown.emit()

    def append(self, rows: Sequence[R], *, has_more: bool = False) -> None:
        """Add the next page; rows that are here already are updated."""
        newer = {self._row_id(row): row for row in rows}
        kept = [newer.pop(self._row_id(row), row) for row in self._rows]
        self.show([*kept, *newer.values()], has_more=has_more)

    def rows(self) -> list[R]:
        return list(self._rows)

    def row(self, index: Index) -> R | None:
        """The row at an index, None for an invalid one."""
        return self._rows[index.row()] if index.isValid() else None

    def row_id(self, index: Index) -> Hashable | None:
        return self._row_id(self._rows[index.row()]) if index.isValid() else None

    def index_of(self, row_id: Hashable) -> QModelIndex:
        """The first cell of the row with this id; invalid when it is not here."""
        position = self._positions.get(row_id)
        return QModelIndex() if position is None else self.index(position, 0)

    def look(self, index: Index) -> CountdownLook | None:
        """The countdown in a cell as of `now`; None where the column has none, and before the first tick."""
        make = self.columns[index.column()].look
        return make(self._rows[index.row()], self.now) if make and self.now else None

    # Qt's side

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self.columns[index.column()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            look = self.look(index)
            return look.figure if look else column.text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tooltip(row) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            look = self.look(index)
            return look.accessible_text if look else ", ".join(filter(None, _said(column, row)))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            if role == Qt.ItemDataRole.DisplayRole:
                return self.columns[section].title
            if role == Qt.ItemDataRole.ToolTipRole:
                return self.columns[section].head_tip or None
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if self.columns[section].is_figure else Qt.AlignmentFlag.AlignLeft
                return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column's key from now on; column -1 or one without a key returns to the order given next."""
        key = self.columns[column].sort_key if column >= 0 else None
        self._sorted_by = (key, order == Qt.SortOrder.DescendingOrder) if key else None
        self._reorder([self._row_id(row) for row in self._in_order(self._rows)])

    def canFetchMore(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008 - Qt's own default
        return self._has_more and not parent.isValid()

    def fetchMore(self, parent: Index = QModelIndex()) -> None:  # noqa: B008 - Qt's own default
        """Ask for the next page once; it comes by `append`, which says whether there is still more."""
        if self.canFetchMore(parent):
            self._has_more = False
            self.more_needed.emit()

    # Reconciling

    def _in_order(self, rows: Sequence[R]) -> list[R]:
        if self._sorted_by is None:
            return list(rows)
        key, descending = self._sorted_by
        return sorted(rows, key=key, reverse=descending)

    def _remove_all_but(self, ids: set[Hashable]) -> None:
        last = len(self._rows) - 1
        while last >= 0:
            if self._row_id(self._rows[last]) in ids:
                last -= 1
                continue
            first = last
            while first > 0 and self._row_id(self._rows[first - 1]) not in ids:
                first -= 1
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()
            last = first - 1
        self._reindex()

    def _reorder(self, ids: list[Hashable]) -> None:
        """Bring the rows that are here into the order of `ids`; one layout change keeps selections at any size."""
        wanted = [self._positions[row_id] for row_id in ids if row_id in self._positions]
        if wanted == list(range(len(self._rows))):
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        new_position = {old: new for new, old in enumerate(wanted)}
        self._rows = [self._rows[old] for old in wanted]
        self._reindex()
        after = [self.index(new_position[index.row()], index.column()) for index in before]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _insert_missing(self, target: list[R], ids: list[Hashable]) -> None:
        known = set(self._positions)
        first = 0
        while first < len(target):
            if ids[first] in known:
                first += 1
                continue
            end = first
            while end < len(target) and ids[end] not in known:
                end += 1
            self.beginInsertRows(QModelIndex(), first, end - 1)
            self._rows[first:first] = target[first:end]
            self.endInsertRows()
            first = end
        self._reindex()

    def _update(self, target: list[R]) -> None:
        changed = [number for number, row in enumerate(target) if row != self._rows[number]]
        self._rows = target
        last_column = len(self.columns) - 1
        for first, last in _runs(changed):
            self.dataChanged.emit(self.index(first, 0), self.index(last, last_column))

    def _reindex(self) -> None:
        self._positions = {self._row_id(row): number for number, row in enumerate(self._rows)}


def _said(column: Column[R], row: R) -> tuple[str, ...]:
    pills = column.pills(row) if column.pills else ()
    return (column.text(row), column.note(row), *(text for text, _ in pills))


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Ascending numbers as first and last of each unbroken run."""
    if not numbers:
        return []
    breaks = [(left, right) for left, right in pairwise(numbers) if right != left + 1]
    firsts = [numbers[0], *(right for _, right in breaks)]
    lasts = [*(left for left, _ in breaks), numbers[-1]]
    return list(zip(firsts, lasts, strict=True))
