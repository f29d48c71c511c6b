"""Filters and columns that a person keeps: a queue with what it is narrowed to and sorted by, and what a table leaves
out."""

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QActionGroup

from app.services.selection import Selection
from app.texts import tr
from app.ui.desk.keys import key_of
from app.ui.desk.orders import next_sorting, order_name, order_words, own_sorting
from app.ui.desk.queue_page import QueuePage
from app.ui.desk.wording import narrowing_words, queue_title
from app.ui.preferences import Preferences
from app.ui.widgets.menu_button import MenuButton

# Without these a queue tells nothing.
ALWAYS = ("left", "when", "message")
MOST_LETTERS = 40


class Filters:
    """The button in the head of a queue and its menu. `go` shows the filter chosen, `narrow` asks for another."""

    def __init__(
        self,
        page: QueuePage,
        preferences: Preferences,
        person: str,
        go: Callable[[Selection], None],
        narrow: Callable[[], None],
    ) -> None:
        self._page, self._preferences, self._person, self._go = page, preferences, person, go
        self._narrow = narrow
        self.button = MenuButton("filter", tr("Filters and columns"), "filters")
        self.button.setToolTip(f"{self.button.text()} ({key_of('filters').words})")
        self.menu = self.button.menu_below
        self.menu.aboutToShow.connect(self._fill)
        page.unwanted_of = self.unwanted_of
        page.add_tool(self.button)

    def open(self) -> None:
        """Open the menu, by keyboard."""
        self.button.open()

    def saved(self) -> list[Selection]:
        """The filters this person keeps on this computer, in the order they were kept."""
        return self._preferences.filters(self._person)

    def keep(self) -> None:
        """Keep what is shown: the queue, the words looked for, the topic and the agency, the order."""
        made = self._page.shown
        if (made.query or made.only or made.sorting) and made not in self.saved():
            self._preferences.keep_filters(self._person, [*self.saved(), made])

    def forget(self, which: Selection) -> None:
        """Keep this one no longer."""
        self._preferences.keep_filters(self._person, [one for one in self.saved() if one != which])

    def choose(self, which: Selection) -> None:
        """Show what it stands for."""
        self._go(which)

    def unwanted_of(self, queue: str) -> frozenset[str]:
        """The columns that this person leaves out of a queue."""
        return self._preferences.unwanted_columns(self._person, _kind_of(queue))

    def want(self, column: str, wanted: bool) -> None:
        """Show a column of the queue shown, or leave it out."""
        unwanted = self.unwanted_of(self._page.queue)
        unwanted = unwanted - {column} if wanted else unwanted | {column}
        self._preferences.keep_unwanted_columns(self._person, _kind_of(self._page.queue), unwanted)
        self._page.fit_columns()

    # ----- the menu

    def _fill(self) -> None:
        self.menu.clear()
        for one in self.saved():
            self.menu.addAction(filter_words(one, is_own=self._page.is_own), partial(self.choose, one))
        if self.saved():
            self.menu.addSeparator()
        self.menu.addAction(f"{tr('By topic or agency…')}\tF3", self._narrow)
        query = _kept_words(self._page.shown)
        words = tr("Keep the filter “{query}”", query=_short(query)) if query else tr("Keep the filter")
        keep = self.menu.addAction(words, self.keep)
        keep.setEnabled(bool(query))
        hint = tr("First type what to look for, choose a topic or an agency, or sort the queue")
        keep.setToolTip("" if query else hint)
        if self.saved():
            forget = self.menu.addMenu(tr("Forget a filter"))
            for one in self.saved():
                forget.addAction(filter_words(one, is_own=self._page.is_own), partial(self.forget, one))
        self._add_orders()
        self._add_columns()

    def _add_orders(self) -> None:
        if not (orders := self._page.orders()):
            return
        self._add_head(tr("Order of the queue"))
        now = self._page.shown.sorting or own_sorting(self._page.queue)
        group = QActionGroup(self.menu)
        for by in orders:
            action = self.menu.addAction(order_words(now) if by == now.by else order_name(by), partial(self._sort, by))
            action.setCheckable(True)
            action.setChecked(by == now.by)
            group.addAction(action)

    def _sort(self, by: str) -> None:
        self._page.sorting_asked.emit(next_sorting(self._page.queue, self._page.shown.sorting, by))

    def _add_head(self, words: str) -> None:
        """A section's own title is not painted where a stylesheet paints its line."""
        self.menu.addSeparator()
        self.menu.addAction(words).setEnabled(False)

    def _add_columns(self) -> None:
        columns = [(key, title) for key, title in self._page.columns() if key not in ALWAYS]
        if not columns:
            return
        self._add_head(tr("Columns"))
        unwanted = self.unwanted_of(self._page.queue)
        for key, title in columns:
            squeezed = self._page.is_squeezed_out(key)
            action = self.menu.addAction(tr("{column}: no room for it now", column=title) if squeezed else title)
            action.setCheckable(True)
            action.setChecked(key not in unwanted)
            action.toggled.connect(partial(self.want, key))


def filter_words(which: Selection, *, is_own: bool) -> str:
    """"фонари, Дороги · Входящие"."""
    return f"{_short(_kept_words(which))} · {queue_title(which.queue, is_own=is_own)}"


def _kept_words(which: Selection) -> str:
    order = order_words(which.sorting) if which.sorting else ""
    return ", ".join(filter(None, (which.query, narrowing_words(which.only), order)))


def _short(query: str) -> str:
    return query if len(query) <= MOST_LETTERS else query[: MOST_LETTERS - 1].rstrip() + "…"


def _kind_of(queue: str) -> str:
    """Queues of agencies are alike."""
    return queue.partition(":")[0]
