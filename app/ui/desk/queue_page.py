"""A queue on the screen: its title and summary, the bars that say what is the matter, and the table."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services import search
from app.services.patching import first_of, order_of, patched
from app.services.queries import NEWEST_FIRST, PAGE, PART_OF, can_be_sorted
from app.services.selection import Selection
from app.services.views import QueueCounts, QueueRow
from app.texts import tr
from app.ui import theme
from app.ui.desk.choice_strip import MANY, ChoiceStrip
from app.ui.desk.columns import Columns
from app.ui.desk.narrowing_strip import NarrowingStrip
from app.ui.desk.orders import next_sorting, own_sorting
from app.ui.desk.part_strip import PartStrip
from app.ui.desk.undo_bar import UndoBar
from app.ui.desk.wording import empty_words, narrowed_empty_words, queue_title, summary
from app.ui.widgets.info_bar import InfoBar
from app.ui.widgets.labels import ElidedLabel, TextLabel, set_role
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import RowsModel

HEADER_HEIGHT = 38
# Where a message has fewer pixels to be read in, these columns go, the first one first.
SPARE_COLUMNS = {"source": 240, "place": 240, "agency": 140, "hands": 140}
# Beyond this the message shares what is left with these columns.
GOOD_MESSAGE_WIDTH = 330
WIDENING_COLUMNS = ("place", "agency", "hands", "source")
MOST_WIDENING = 90


class QueuePage(QWidget):
    """Shows the pages of one queue read so far, in the order of the database.

    Signals: sorting_asked(Sorting, or None) by a click on a head or on the strip; rows_shown whenever rows came;
    part_chosen(queue) where a place has parts; row_chosen(id or None), row_activated(id); more_needed(last row) near
    the end of what was read; seen when it stands before the person again; menu_asked(id, point of the screen) by the
    right button on a row, or the menu key.
    """

    seen = Signal()
    sorting_asked = Signal(object)
    rows_shown = Signal()
    part_chosen = Signal(str)
    row_chosen = Signal(object)
    row_activated = Signal(object)
    more_needed = Signal(object)
    menu_asked = Signal(object, QPoint)

    def __init__(self, columns: Columns, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queue_page")
        self._columns, self.is_own = columns, columns.is_own
        self.shown = Selection("")
        self._counts: QueueCounts | None = None
        self._has_more = False
        self._now: datetime | None = None
        self.view: QueueView | None = None
        self._title = TextLabel("", "heading")
        self._summary = ElidedLabel("", "body", "ink_second")
        self.parts = PartStrip()
        self.narrowing = NarrowingStrip()
        self.choice = ChoiceStrip()
        self.bar = InfoBar()
        self.lasting_bar = InfoBar()
        self.undo = UndoBar()
        self._hidden: frozenset[int] = frozenset()
        self.unwanted_of: Callable[[str], frozenset[str]] = lambda _queue: frozenset()
        self._build()

    @property
    def queue(self) -> str:
        return self.shown.queue

    def orders(self) -> list[str]:
        """The orders that the queue shown can stand in; none where it has only its own."""
        return self._columns.orders(self.queue)

    def columns(self) -> list[tuple[str, str]]:
        """Key and title of each column that the queue shown has."""
        return [(column.key, column.title) for column in self._model.columns] if self.view is not None else []

    def is_squeezed_out(self, key: str) -> bool:
        """Whether a column that the person wants has no room in a window of this width."""
        numbers = {column.key: number for number, column in enumerate(self._model.columns)}
        wanted = key in numbers and key not in self.unwanted_of(self.queue)
        return wanted and self.view is not None and self.view.isColumnHidden(numbers[key])

    def add_tool(self, tool: QWidget) -> None:
        """Put a button at the end of the head."""
        self._head.addWidget(tool)

    def rows(self) -> list[QueueRow]:
        """What was read so far, in the order shown."""
        return self._model.rows() if self.view else []

    def marked(self) -> list[QueueRow]:
        """The rows that are marked: the chosen one, or several of them."""
        return self.view.marked() if self.view is not None else []

    @property
    def has_many(self) -> bool:
        """Whether several rows are marked, so that what is done is done to all of them."""
        return not self.choice.isHidden()

    def mark_only_one(self) -> None:
        """Leave only the chosen row marked."""
        if self.view is not None:
            self.view.mark_only_chosen()

    def hide_rows(self, ids: Collection[int]) -> None:
        """Show no rows of these cases, wherever they are read from, until `unhide_rows`."""
        self._hidden |= frozenset(ids)
        if self.view is not None:
            self._show(self._model.rows(), has_more=self._has_more)

    def unhide_rows(self, ids: Collection[int]) -> None:
        """These may be shown again; they are when they are read next."""
        self._hidden -= frozenset(ids)

    def show_rows(self, selection: Selection, rows: Sequence[QueueRow], *, has_more: bool, now: datetime) -> None:
        """Show a queue from its start; the same queue keeps the chosen row and the place in it, another order begins
        at its top."""
        before, self.shown, self._now = self.shown, selection, now
        queue, query, only = selection.queue, selection.query, selection.only
        if queue != before.queue:
            self._new_table()
        self._columns.query = query
        self.narrowing.show_narrowing(only, selection.sorting)
        assert self.view is not None, "made with its queue"
        self.view.set_empty_text(narrowed_empty_words(only) if only else empty_words(queue, query, is_own=self.is_own))
        self._show(rows, has_more=has_more)
        self._mark_order()
        if selection.sorting != before.sorting:
            self.view.scrollToTop()
        if query != before.query:
            self.view.viewport().update()  # the same rows may have other words marked
        if self.view.chosen_id() is None:
            self.view.choose_first()
        if not rows:
            self.row_chosen.emit(None)  # an empty new table has nothing to lose, so it says nothing itself

    def append_rows(self, rows: Sequence[QueueRow], *, has_more: bool) -> None:
        """Add the next page."""
        self._has_more = has_more
        self._model.append(self._seen(rows), has_more=has_more)
        self._summarise()
        self.rows_shown.emit()

    def merge(self, changed: Collection[int], rows: Sequence[QueueRow]) -> None:
        """Of the cases `changed` only `rows` are in this queue now: put each where it belongs.

        A case beyond the last page read comes with its page.
        """
        shown = self._model.rows()
        rows = patched(self.queue, shown, changed, rows, has_more=self._has_more, sorting=self.shown.sorting)
        kept = first_of(rows, len(shown))
        self._show(kept, has_more=self._has_more or len(kept) < len(rows))
        if self.view is not None and self.view.chosen_id() is None:
            self.view.choose_first()  # the queue was empty: Enter is meant for what has come

    @property
    def has_run_out(self) -> bool:
        """Whether every row read so far has left while there are more: the page is to be read anew."""
        return self._has_more and not self.rows()

    def shows(self, case_id: int) -> bool:
        """Whether a case is among the rows read so far."""
        return self.view is not None and self._model.index_of(case_id).isValid()

    def found_by(self, case_id: int) -> tuple[str, bool]:
        """The words that a case here was found by, and whether only words nearly alike stand in it; "" for none."""
        row = next((row for row in self.rows() if row.id == case_id), None) if self.shown.query else None
        return (self.shown.query, row.rank == search.NEAR) if row is not None else ("", False)

    def show_counts(self, counts: QueueCounts) -> None:
        """The counts, for the title of an agency's queue and the summary."""
        self._counts = counts
        self.parts.show_parts(self.queue, counts)
        self._summarise()

    def tick(self, now: datetime) -> None:
        """Bring the countdowns to `now`."""
        is_new_minute = self._now is None or now.replace(second=0) != self._now.replace(second=0)
        self._now = now
        if self.view is not None:
            self.view.tick(now)
        if is_new_minute:
            self._summarise()

    def focus_rows(self) -> None:
        """Give the keyboard to the table."""
        if self.view is not None:
            self.view.setFocus()

    def summary_words(self) -> str:
        return self._summary.text()

    def title(self) -> str:
        return self._title.text()

    def showEvent(self, event: QShowEvent) -> None:
        """Back from another page: the row that is still chosen is said again, for its card was put away."""
        super().showEvent(event)
        if event.spontaneous():
            return
        self.seen.emit()
        if self.view is not None and (chosen := self.view.chosen_id()) is not None:
            self.row_chosen.emit(chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns()

    def fit_columns(self) -> None:
        """Hide what the person leaves out, and spare columns until the message has room; where there is plenty, names
        need not be cut."""
        if self.view is None:
            return
        now = theme.current()
        unwanted = self.unwanted_of(self.queue)
        columns = [column for column in self._model.columns if column.key not in unwanted]
        widths = {column.key: now.px(column.width) for column in columns}
        for spare, least in SPARE_COLUMNS.items():
            if self.width() - sum(widths.values()) < now.px(least):
                widths.pop(spare, None)
        wider = [key for key in WIDENING_COLUMNS if key in widths]
        plenty = max(0, self.width() - sum(widths.values()) - now.px(GOOD_MESSAGE_WIDTH))
        for number, column in enumerate(self._model.columns):
            self.view.setColumnHidden(number, column.key not in widths)
            if column.key in wider:
                more = min(plenty // (2 * len(wider)), now.px(MOST_WIDENING))
                self.view.setColumnWidth(number, widths[column.key] + more)

    def _show(self, rows: Sequence[QueueRow], *, has_more: bool) -> None:
        self._has_more = has_more
        self._model.now = self._now
        self._model.show(self._seen(rows), has_more=has_more)
        self._summarise()
        if self.view is not None and self._now is not None:
            self.view.tick(self._now)
        self.rows_shown.emit()

    def show_hints(self) -> None:
        """What is suggested for rows has changed."""
        if self.view is not None:
            self.view.viewport().update()

    def _seen(self, rows: Sequence[QueueRow]) -> list[QueueRow]:
        return [row for row in rows if row.id not in self._hidden]

    def _summarise(self) -> None:
        if not self.queue or self._now is None:
            return
        self._title.show_text(self._title_of(PART_OF.get(self.queue, self.queue)))
        self._summary.setText(self._summary_of(self._model.rows(), self._now))

    def _title_of(self, queue: str) -> str:
        return queue_title(queue, self._counts, is_own=self.is_own)

    def _summary_of(self, rows: Sequence[QueueRow], now: datetime) -> str:
        if self.shown.query or self.shown.only:
            found = f"{len(rows)}+" if self._has_more else len(rows)
            return tr("found: {count}", count=found) if rows else ""
        urgent = None if self.queue in NEWEST_FIRST else next(iter(rows), None)
        if self.shown.sorting:  # of a queue that was not read to its end nobody knows
            urgent = None if self._has_more else min(rows, key=order_of(self.queue), default=None)
        return summary(max(self._count(), len(rows)) if self._has_more else len(rows), urgent, now)

    def _count(self) -> int:
        if self._counts is None:
            return 0
        agencies = {f"agency:{number}": count for number, _, count, _ in self._counts.agencies}
        return self._counts.queues.get(self.queue, agencies.get(self.queue, 0))

    def _new_table(self) -> None:
        """Another queue has other columns: a new table in the place of the old one."""
        # The first table takes the keyboard: the desk begins with its rows, not in the search field; not behind a page.
        # Asked of the window: while a palette over it closes, the window is not active and nothing in it "has" it.
        had_focus = self.window().focusWidget() is self.view if self.view is not None else not self.isHidden()
        if self.view is not None:
            self.view.row_chosen.disconnect(self.row_chosen)
            self._column.removeWidget(self.view)
            self.view.hide()
            self.view.deleteLater()
            self._model.deleteLater()
        queue = self.queue
        self.parts.show_parts(queue, self._counts)
        self._model: RowsModel[QueueRow] = RowsModel(self._columns.of(queue), lambda row: row.id, self)
        self.view = QueueView(self._model)
        self.view.setObjectName("rows")
        self.view.setAccessibleName(self._title_of(queue))
        self._column.addWidget(self.view, 1)
        self.fit_columns()
        if queue in MANY:
            self.view.allow_many()
        self.choice.hide()
        self.view.order_asked.connect(self._ask_for_order)
        self.view.marks_changed.connect(lambda: self.choice.show_marked(self.marked()))
        self.view.row_chosen.connect(self.row_chosen)
        self.view.row_activated.connect(self.row_activated)
        self.view.menu_asked.connect(self.menu_asked)
        self._model.more_needed.connect(self._ask_for_more)
        if had_focus:
            self.view.setFocus()

    def _ask_for_more(self) -> None:
        if not self.has_run_out:
            self.more_needed.emit(max(self._model.rows(), key=order_of(self.queue, self.shown.sorting)))

    def _ask_for_order(self, by: str) -> None:
        """A click on a head: by it, then from its end, then the queue's own order."""
        if can_be_sorted(self.queue):
            self.sorting_asked.emit(next_sorting(self.queue, self.shown.sorting, by))

    def _mark_order(self) -> None:
        assert self.view is not None, "made with its queue"
        sorting = self.shown.sorting or own_sorting(self.queue)
        is_best_first = self.shown.sorting is None and bool(search.pieces_of(self.shown.query))
        self.view.show_order("" if is_best_first else sorting.by, descending=sorting.descending)

    def _build(self) -> None:
        header = QWidget()
        header.setFixedHeight(theme.current().px(HEADER_HEIGHT))
        set_role(header, "ground", "card")
        row = self._head = QHBoxLayout(header)
        row.setContentsMargins(14, 0, 12, 0)
        row.setSpacing(10)
        row.addWidget(self._title)
        row.addWidget(self._summary, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.lasting_bar)
        self._column.addWidget(self.bar)
        self._column.addWidget(self.undo)
        self._column.addWidget(header)
        self._column.addWidget(self.parts)
        self._column.addWidget(self.narrowing)
        self._column.addWidget(self.choice)
        self.lasting_bar.setObjectName("lasting_bar")
        self.parts.part_chosen.connect(self.part_chosen)
        self.narrowing.order_left.connect(lambda: self.sorting_asked.emit(None))
        self.choice.leave_requested.connect(self.mark_only_one)


def is_full_page(rows: Sequence[QueueRow], limit: int = PAGE) -> bool:
    """Whether more may follow what was just read, at most `limit` rows."""
    return len(rows) >= limit
