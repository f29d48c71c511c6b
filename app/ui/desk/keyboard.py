"""The keys of one window: each does what its button does, on what has the focus or is seen."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from app.ui.case.acts import BUTTONS, ENTER
from app.ui.desk.keys import QUEUE_DIGITS, bind, same_key, shortcut
from app.ui.desk.panes import focus_next
from app.ui.desk.receiving import receive

if TYPE_CHECKING:
    from app.ui.desk.window import DeskWindow


class Keyboard:
    """Binds the keys of a window that is built."""

    def __init__(self, window: "DeskWindow") -> None:
        self._window = window
        self._bind_commands()
        self._bind_acts()

    def perform(self, key: str) -> None:
        """A letter acts on the card that is seen, never on one behind a page, nor on one of several marked."""
        window = self._window
        if window.places.page is None and window.page.has_many:
            window.presenter.perform_together(key)
        elif window.places.has_card:
            window.presenter.perform_key(key)

    def _bind_commands(self) -> None:
        window, presenter = self._window, self._window.presenter
        bind(window, "palette", window.guide.open_palette)
        bind(window, "search", self._focus_search)
        bind(window, "enter", presenter.enter_message)
        bind(window, "enter_call", presenter.enter_call)
        bind(window, "paste", self._paste)
        bind(window, "import", window.take_in)
        bind(window, "report", window.write_report)
        bind(window, "table", window.write_table)
        bind(window, "overdue", lambda: presenter.open_queue("overdue"))
        bind(window, "reload", window.reload)
        bind(window, "next_pane", self._next_pane)
        bind(window, "theme", window.switch_theme)
        bind(window, "strip", window.nearest.toggle)
        bind(window, "filters", window.filters.open)
        bind(window, "narrow", window.guide.open_narrowing)
        bind(window, "undo", window.page.undo.undo)
        bind(window, "keys", window.guide.show_keys)
        bind(window, "help", window.guide.open_help)
        bind(window, "quit", window.quit)
        bind(window, "back", self._back)
        bind(window, "detect", presenter.detect, window.page)
        bind(window, "dismiss", presenter.dismiss, window.page)
        for sequence, queue in zip(QUEUE_DIGITS, window.navigation.queues, strict=False):
            shortcut(window, sequence, partial(presenter.open_queue, queue))

    def _bind_acts(self) -> None:
        for key in dict.fromkeys(button.key for button in BUTTONS):
            for sequence in same_key(key):
                # Enter belongs to what has the focus: a row, a button, a place at the left.
                owner = self._window.panel if key == ENTER else self._window.panes
                shortcut(owner, sequence, partial(self.perform, key), local=True)

    def _paste(self) -> None:
        """Ctrl+V where no field takes it."""
        receive(QApplication.clipboard().mimeData(), self._window.presenter, self._window.take_in)

    def _focus_search(self) -> None:
        self._window.top_bar.search.setFocus()
        self._window.top_bar.search.selectAll()

    def _back(self) -> None:
        window, search = self._window, self._window.top_bar.search
        if search.hasFocus() and search.text():
            search.clear()
            search.say_now()
        if window.places.page is None:
            window.page.mark_only_one()
            window.page.focus_rows()
        else:
            window.places.page.back()

    def _next_pane(self) -> None:
        window = self._window
        middle = window.page.view if window.places.page is None else window.places.page
        panes = (window.navigation.list, middle, *((window.panel,) if window.places.has_card else ()))
        focus_next(panes, (window.panel, window.places.page))
