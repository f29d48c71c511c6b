"""The table of a queue: quick at ten thousand rows, and the place in it survives every change."""

from collections.abc import Hashable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from app.ui import theme
from app.ui.widgets.countdown import CountdownLook
from app.ui.widgets.focus_ring import paint_ring
from app.ui.widgets.row_delegate import RowDelegate, row_height, row_look
from app.ui.widgets.rows_model import RowsModel

HEADER_HEIGHT = 26
# In a narrow place: what the column that takes the rest keeps, in pixels at scale 1, and how much the others give.
LEAST_REST, LEAST_SHARE = 240, 0.55
# A column no wider than this holds a box or a number of a row: it neither gives nor takes.
NARROW = 64
# Around what is said where there are no rows; and how much wider than even lines its lines may be for whole words.
WORDS_MARGIN, WORDS_SLACK = 24, 60
# In a wide one: what that column keeps before countdowns take more, and how much the others take of what is left.
READ_REST, MOST_SHARE = 360, 3.0


class QueueView(QTableView):
    """One row is chosen at a time. When the chosen row leaves, the one that takes its place is chosen; rows that
    come above do not push away what is being read. After `allow_many` Shift, Ctrl and Ctrl+A mark several.

    Signals: row_chosen(id or None) when another row is chosen, by the person or because the chosen one left;
    row_activated(id) on Enter or a double click; marks_changed when other rows are marked; order_asked(code) on a click
    on the head of a column that names an order; menu_asked(id, point of the screen) by the right button
    or the menu key.
    """

    row_chosen = Signal(object)
    row_activated = Signal(object)
    marks_changed = Signal()
    order_asked = Signal(str)
    menu_asked = Signal(object, QPoint)

    def __init__(
        self, model: RowsModel[Any], parent: QWidget | None = None, *, lines: int = 2, has_note: bool = True
    ) -> None:
        """`lines` of text in a row, and a note beneath it: 1 and none for a table of numbers."""
        super().__init__(parent)
        self._rows = model
        self._lines, self._has_note = lines, has_note
        self._empty_text = ""
        self._is_ringed = self._waits_for_first = False
        self._drawn: dict[Hashable, CountdownLook] = {}
        self._reported: Hashable | None = None
        self._place: tuple[Hashable | None, int, int] | None = None
        self._ordered_by: tuple[int, bool] | None = None
        self._share = 1.0
        self._spare: tuple[str, ...] = ()
        self._taken: dict[int, int] = {}
        self.setModel(model)
        self.setItemDelegate(RowDelegate(self))
        self._set_up_rows()
        self._set_up_header()
        self._connect()

    def tick(self, now: datetime) -> None:
        """Bring the countdowns to `now`; repaints only the visible cells whose look has changed."""
        self._rows.now = now
        drawn: dict[Hashable, CountdownLook] = {}
        for position in self._visible_rows():
            index = self._rows.index(position, 0)
            look = row_look(self._rows, index)
            if look is None:
                continue
            row_id = self._rows.row_id(index)
            drawn[row_id] = look
            before = self._drawn.get(row_id)
            if before != look:
                self._repaint_countdowns(position, with_strip=before is None or before.state is not look.state)
        self._drawn = drawn

    def chosen(self) -> Any:
        """The chosen row, None for none."""
        return self._rows.row(self.currentIndex())

    def chosen_id(self) -> Hashable | None:
        return self._rows.row_id(self.currentIndex())

    def choose(self, row_id: Hashable) -> bool:
        """Choose a row and scroll to it; False when it is not here."""
        index = self._rows.index_of(row_id)
        if not index.isValid():
            return False
        self._choose_position(index.row())
        self.scrollTo(index)
        return True

    def choose_first(self) -> bool:
        """Choose the most urgent row; False when there is none."""
        if not self._rows.rowCount():
            return False
        self._choose_position(0)
        self.scrollToTop()
        return True

    def take_keyboard(self) -> None:
        """Take the keyboard, with the first row chosen, now or as soon as there is one."""
        self._waits_for_first = not self._rows.rowCount()
        self.setFocus()

    def allow_many(self) -> None:
        """Let several rows be marked at once."""
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)

    def marked(self) -> list[Any]:
        """The marked rows in their order: the chosen one, or several."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._rows.row(self._rows.index(row, 0)) for row in rows]

    def mark_only_chosen(self) -> None:
        """Leave one row marked: the chosen one."""
        if self.currentIndex().isValid():
            self._choose_position(self.currentIndex().row())

    def show_order(self, code: str, *, descending: bool = False) -> None:
        """Mark the head of the column whose order the rows are in; a code that no column has leaves no mark."""
        columns = [number for number, column in enumerate(self._rows.columns) if column.order == code]
        self._ordered_by = (columns[0], descending) if code and columns else None
        self._mark_head()

    def set_spare(self, *keys: str) -> None:
        """Columns that are left out of a narrow table, the first one first, before the text has no room."""
        self._spare = keys
        self._leave_out(self.viewport().width())

    def set_empty_text(self, text: str) -> None:
        """What to say where there are no rows."""
        self._empty_text = text
        self.viewport().update()

    def keyboardSearch(self, search: str) -> None:
        """Letters are the keys of acts: Qt's jump to a row by its letters would choose another case."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = self._rows.rowCount() - 1
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self.row_activated.emit(self.chosen_id())
            return
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and last >= 0:
            target = 0 if event.key() == Qt.Key.Key_Home else last
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self._is_many:
                self._mark_up_to(target)
            else:
                self._choose_position(target)
            self.scrollTo(self.currentIndex())
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Of the row under the pointer; by its key of the chosen one, for Qt tells its place by another one's top."""
        index, at = self.indexAt(event.pos()), event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            at = self.viewport().mapToGlobal(self.visualRect(index).center())
        if (row_id := self._rows.row_id(index)) is not None:
            self.menu_asked.emit(row_id, at)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt would make the first row current but not selected: choose it whole."""
        if not self.currentIndex().isValid():
            self.choose_first()
        super().focusInEvent(event)
        self._is_ringed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._empty_text and not self._rows.rowCount():
            painter = QPainter(self.viewport())
            painter.setFont(theme.current().font("body"))
            painter.setPen(theme.current().color("ink_third"))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            place = _for_words(self.viewport().rect(), painter, flags, self._empty_text)
            painter.drawText(place, flags, self._empty_text)
            painter.end()
        if self._is_ringed and not self.currentIndex().isValid():
            paint_ring(self)  # where rows have none to show it; not around a page that was just opened

    def _set_up_rows(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.hide()
        rows.setMinimumSectionSize(1)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(row_height(theme.current(), self._lines, has_note=self._has_note))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._leave_out(event.size().width())
        self._share_room(event.size().width())

    def _leave_out(self, room: int) -> None:
        """Hide spare columns until the one that takes the rest keeps what it needs."""
        px = theme.current().px
        numbers = {column.key: (n, px(column.width)) for n, column in enumerate(self._rows.columns)}
        taken = sum(width for _, width in numbers.values())
        for key in self._spare:
            number, width = numbers[key]
            is_left_out = room - taken < px(LEAST_REST)
            taken -= width if is_left_out else 0
            if is_left_out != self.isColumnHidden(number):
                self.setColumnHidden(number, is_left_out)
                self._share = 0.0  # the others share the room anew

    def _share_room(self, room: int) -> None:
        """All but countdowns give where the columns do not fit beside one that takes what is left, and take where that
        would be wider than lines are read. A countdown takes first: what its words need, in whole."""
        px = theme.current().px
        shown = [(n, column) for n, column in enumerate(self._rows.columns) if not self.isColumnHidden(n)]
        if all(column.width for _, column in shown):
            return
        title = self.horizontalHeader().sectionSizeHint
        rest = [(n, column) for n, column in shown if not column.width]
        soft = [(n, px(column.width)) for n, column in shown if column.width > NARROW and not column.look]
        wished = sum(width for _, width in soft)
        firm = sum(max(px(LEAST_REST), title(n)) for n, _ in rest)
        firm += sum(px(column.width) for _, column in shown if 0 < column.width <= NARROW and not column.look)
        spare = room - firm - wished - sum(px(column.width) for _, column in shown if column.look)
        spare -= px(READ_REST - LEAST_REST) * len(rest)
        for n, column in shown:
            if column.look:
                more = min(px(column.wide - column.width), spare) if column.wide else 0
                firm += self._take(n, px(column.width) + max(0, more))
        share = min(1.0, max(LEAST_SHARE, (room - firm) / wished)) if wished else 1.0
        left = room - firm - sum(px(column.enough - LEAST_REST) for _, column in rest)
        if wished and left > wished:
            share = min(MOST_SHARE, left / wished)
        if share != self._share:
            self._share = share
            for n, width in soft:
                shared = int(width * share)
                self.setColumnWidth(n, shared if share > 1 else min(width, max(title(n), shared)))

    def _take(self, number: int, width: int) -> int:
        """Give a countdown's column its width, once: a person may draw it after that."""
        if self._taken.get(number, self.columnWidth(number)) != width:
            self.setColumnWidth(number, width)
        self._taken[number] = width
        return width

    def _set_up_header(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setFont(theme.current().font("small"))
        header.setFixedHeight(theme.current().px(HEADER_HEIGHT))
        header.setMinimumSectionSize(theme.current().px(48))
        header.setSectionsClickable(any(each.sort_key or each.order for each in self._rows.columns))
        for number, column in enumerate(self._rows.columns):
            if column.width:
                self.setColumnWidth(number, theme.current().px(column.width))
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)

    def _connect(self) -> None:
        self._rows.about_to_show.connect(self._remember_place)
        self._rows.shown.connect(self._restore_place)
        self.horizontalHeader().sectionClicked.connect(self._sort_by)
        self.doubleClicked.connect(lambda index: self.row_activated.emit(self._rows.row_id(index)))
        self.selectionModel().currentRowChanged.connect(self._report)
        self.selectionModel().selectionChanged.connect(self._tell_marks)

    @property
    def _is_many(self) -> bool:
        return self.selectionMode() is QAbstractItemView.SelectionMode.ExtendedSelection

    def _tell_marks(self) -> None:
        if self._place is None:
            self.marks_changed.emit()

    def _mark_up_to(self, target: int) -> None:
        """Mark from the chosen row to `target`."""
        rows = sorted((max(0, self.currentIndex().row()), target))
        reach = QItemSelection(self._rows.index(rows[0], 0), self._rows.index(rows[1], 0))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        model = self.selectionModel()
        model.setCurrentIndex(self._rows.index(target, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
        model.select(reach, flags)

    def _visible_rows(self) -> range:
        count = self._rows.rowCount()
        if not count or not self.isVisible():
            return range(0)
        last = self.rowAt(self.viewport().height() - 1)
        return range(max(0, self.rowAt(0)), (last if last >= 0 else count - 1) + 1)

    def _repaint_countdowns(self, position: int, *, with_strip: bool) -> None:
        for number, column in enumerate(self._rows.columns):
            if column.look or (with_strip and number == 0):
                self.viewport().update(self.visualRect(self._rows.index(position, number)))

    def _choose_position(self, position: int) -> None:
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self._rows.index(position, 0), flags)

    def _sort_by(self, column: int) -> None:
        if self._rows.columns[column].sort_key is None:
            self._mark_head()  # Qt has put its mark on what was clicked
            if order := self._rows.columns[column].order:
                self.order_asked.emit(order)
            return
        header = self.horizontalHeader()
        header.setSortIndicatorShown(True)
        self._rows.sort(column, header.sortIndicatorOrder())

    def _mark_head(self) -> None:
        column, descending = self._ordered_by or (-1, False)
        header = self.horizontalHeader()
        header.setSortIndicatorShown(column >= 0)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        header.setSortIndicator(column, order)

    def _remember_place(self) -> None:
        top = self.indexAt(QPoint(0, 0))
        offset = self.verticalScrollBar().value() - top.row() * self.rowHeight(0) if top.isValid() else 0
        anchor = self._rows.row_id(top) if self.verticalScrollBar().value() > 0 else None
        self._place = (anchor, offset, self.currentIndex().row())

    def _restore_place(self) -> None:
        anchor, offset, position = self._place or (None, 0, -1)
        self._place = None
        if self._waits_for_first and self._rows.rowCount():
            self._waits_for_first = False
            if not self.currentIndex().isValid():
                self.choose_first()
        # Qt moves the choice to a neighbour of its own liking while rows go; the place in the queue matters more.
        if position >= 0 and self._rows.rowCount() and self._reported != self.chosen_id():
            self._choose_instead(min(position, self._rows.rowCount() - 1))
        top = self._rows.index_of(anchor) if anchor is not None else QModelIndex()
        if top.isValid():
            self.updateGeometries()
            self.verticalScrollBar().setValue(top.row() * self.rowHeight(0) + offset)
        self._report()
        self._tell_marks()

    def _choose_instead(self, position: int) -> None:
        """The chosen row left: the one in its place is chosen, or, where others stay marked, the first of these."""
        marked = self.selectionModel().selectedRows() if self._is_many else []
        others = [index for index in marked if index.row() != self.currentIndex().row()]
        if not others:
            self._choose_position(position)
            return
        first = min(marked, key=lambda index: index.row())
        self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)

    def _report(self) -> None:
        if self._place is None and self.chosen_id() != self._reported:
            self._reported = self.chosen_id()
            self.row_chosen.emit(self._reported)


def _for_words(whole: QRect, painter: QPainter, flags: int, words: str) -> QRect:
    """Where words stand in the middle of `whole`: of those that need several lines none is left alone in the last."""
    room = whole.adjusted(WORDS_MARGIN, WORDS_MARGIN, -WORDS_MARGIN, -WORDS_MARGIN)
    height = painter.boundingRect(room, flags, words).height()
    line = painter.fontMetrics().lineSpacing()
    lines = max(1, round(height / line))
    if lines > 1:
        even = painter.fontMetrics().horizontalAdvance(words) // lines + WORDS_SLACK
        narrow = room.adjusted((room.width() - even) // 2, 0, -((room.width() - even) // 2), 0)
        if even < room.width() and painter.boundingRect(narrow, flags, words).height() <= height:
            return narrow
    return room
