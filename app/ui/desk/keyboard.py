"""The keys of one window: each does what its button does, on what has the focus or is seen."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.case.acts import BUTTONS, ENTER
from app.ui.desk.keys import QUEUE_DIGITS, bind, same_key
from app.ui.desk.navigation import first_place
from app.ui.desk.panes import focus_next
from app.ui.desk.places import PREFIX
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.shortcuts import shortcut

if TYPE_CHECKING:
    from app.ui.desk.window import DeskWindow


# A property of a page's key that was taken up.
HEARD = "heard_when_ambiguous"


class Keyboard:
    """Binds the keys of a window that is built."""

    def __init__(self, window: "DeskWindow") -> None:
        self._window = window
        self._bind_commands()
        self._bind_acts()
        window.places.shown.connect(self._take_ambiguous)

    def perform(self, key: str) -> None:
        """A letter acts on the card that is seen, never on one behind a page, nor on one of several marked."""
        window = self._window
        if window.places.page is None and window.page.has_many:
            window.presenter.perform_together(key)
        elif window.places.has_card:
            window.presenter.perform_key(key)

    def _bind(self, code: str, act: Callable[[], None]) -> None:
        """A key of the whole window; on a page whose own button has it, it is the page's.

        Both would make it ambiguous to Qt, which then runs neither.
        """
        for made in bind(self._window, code, lambda: None):
            run = partial(self._run, made, act)
            made.activated.connect(run)
            made.activatedAmbiguously.connect(run)

    def _run(self, pressed: QShortcut, act: Callable[[], None]) -> None:
        own = self._of_page().get(pressed.key().toString())
        (own.activated.emit if own is not None else act)()

    def _of_page(self) -> dict[str, QShortcut]:
        page = self._window.places.page
        made = page.findChildren(QShortcut) if page is not None else ()
        return {one.key().toString(): one for one in made if one.isEnabled() and _is_seen(one)}

    def _take_ambiguous(self) -> None:
        """The keys of a page that the window has too are heard however Qt finds them."""
        for made in self._of_page().values():
            if not made.property(HEARD):
                made.setProperty(HEARD, True)
                made.activatedAmbiguously.connect(made.activated)

    def _bind_commands(self) -> None:
        window, presenter = self._window, self._window.presenter
        self._bind("palette", window.guide.open_palette)
        self._bind("search", self._focus_search)
        self._bind("enter", presenter.enter_message)
        self._bind("enter_call", presenter.enter_call)
        self._bind("paste", window.paste)  # where no field takes it
        self._bind("import", window.take_in)
        self._bind("report", window.write_report)
        self._bind("table", window.write_table)
        self._bind("overdue", partial(window.ways.go_to, "overdue"))
        self._bind("reload", window.reload)
        self._bind("next_pane", self._next_pane)
        self._bind("theme", window.look.switch_theme)
        for code, steps in (("type_larger", 1), ("type_smaller", -1), ("type_usual", 0)):
            self._bind(code, partial(window.look.size_type, steps))
        self._bind("strip", window.nearest.toggle)
        self._bind("filters", window.filters.open)
        self._bind("narrow", window.guide.open_narrowing)
        self._bind("undo", window.undo)
        self._bind("keys", window.guide.show_keys)
        self._bind("help", window.guide.open_help)
        self._bind("quit", window.quitting.quit)
        self._bind("back", self._back)
        bind(window, "found", self._to_found, window.top_bar.search)
        bind(window, "detect", presenter.stream.detect, window.page)
        bind(window, "dismiss", presenter.stream.dismiss, window.page)
        for sequence, queue in zip(QUEUE_DIGITS, window.navigation.queues, strict=False):
            shortcut(window, sequence, partial(window.ways.go_to, queue), repeats=True)

    def _bind_acts(self) -> None:
        for key in dict.fromkeys(button.key for button in BUTTONS):
            for sequence in same_key(key):
                # Enter belongs to what has the focus: a row, a button, a place at the left.
                owner = self._window.panel if key == ENTER else self._window.panes
                shortcut(owner, sequence, partial(self.perform, key), local=True)

    def _focus_search(self) -> None:
        self._window.top_bar.search.setFocus()
        self._window.top_bar.search.selectAll()

    def _to_found(self) -> None:
        """The keyboard goes down to the rows, and what was typed stays."""
        self._window.top_bar.search.say_now()
        if self._window.places.page is None:
            self._window.page.focus_rows()

    def _back(self) -> None:
        window, search = self._window, self._window.top_bar.search
        if search.hasFocus() and search.text():
            search.clear()
            search.say_now()
        if window.places.page is None:
            window.page.mark_only_one()
            window.page.focus_rows()
        elif not window.places.page.back():
            self._leave_page()

    def _leave_page(self) -> None:
        """From a field to the page's rows, from these to where the person works; never from what is not saved."""
        window, rows = self._window, QApplication.focusWidget()
        page = window.places.page
        assert page is not None, "Escape was pressed on it"
        if not isinstance(rows, QueueView) or not page.isAncestorOf(rows):
            window.places.take_keyboard()
        if QApplication.focusWidget() in (rows, page) and not page.is_edited():
            home = first_place(window.place.actor)
            window.ways.go_to(home if home.startswith(PREFIX) else window.presenter.queue)

    def _next_pane(self) -> None:
        window = self._window
        middle = window.page.view if window.places.page is None else window.places.page
        panes = (window.navigation.list, middle, *((window.panel,) if window.places.has_card else ()))
        focus_next(panes, (window.panel, window.places.page))


def _is_seen(made: QShortcut) -> bool:
    owner = made.parent()
    return isinstance(owner, QWidget) and owner.isVisible()
