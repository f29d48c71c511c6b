"""What stands in the middle of the window: the queue, or one of the desk's pages, made when first opened."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.services.changes import Change
from app.ui.pages.page import Page, Surroundings
from app.ui.pages.registry import PageKind
from app.ui.widgets.roomy import Roomy

PREFIX = "page:"


class Places(QStackedWidget):
    """Signals: shown() when another place is seen, or the same with a card beside it or without; case_chosen(id or
    None), case_requested(id) and place_requested(key) of its pages."""

    shown = Signal()
    case_chosen = Signal(object)
    case_requested = Signal(int)
    place_requested = Signal(str)
    reopen_requested = Signal()

    def __init__(
        self, queue: QWidget, kinds: Sequence[PageKind], surroundings: Surroundings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._queue, self._surroundings = queue, surroundings
        self._kinds = {kind.code: kind for kind in kinds}
        self._frames: dict[str, Roomy] = {}
        self.addWidget(queue)
        self._leave_feed = surroundings.place.feed.subscribe(self._heard)

    @property
    def page(self) -> Page | None:
        """The page shown, None while it is the queue."""
        frame = self.currentWidget()
        page = frame.content if isinstance(frame, Roomy) else None
        return page if isinstance(page, Page) else None

    @property
    def has_card(self) -> bool:
        """Whether the card of a case belongs beside what is shown."""
        return self.page is None or not self.page.spread

    @property
    def edited(self) -> str:
        """The key of a page where something is typed and not saved, "" where nothing is."""
        pages = ((code, frame.content) for code, frame in self._frames.items())
        return next((f"{PREFIX}{code}" for code, page in pages if isinstance(page, Page) and page.is_edited()), "")

    def show_place(self, key: str) -> None:
        """Show the page of "page:<code>", or the queue for any other key."""
        left, had_focus = self.page, self._has_focus(self)
        if not key.startswith(PREFIX):
            self.setCurrentWidget(self._queue)
        else:
            self.setCurrentWidget(self._frame(key.removeprefix(PREFIX)))
        if left is not None and left is not self.page:
            left.hide_now()
        if self.page is not None:
            self.page.show_now()
            if had_focus and left is not self.page:
                self.take_keyboard()
        self.shown.emit()

    def take_keyboard(self) -> None:
        """The keyboard comes to the rows of the page shown, never left in what is out of sight."""
        page = self.page
        if page is not None:  # Qt may have put it on a button there already
            page.take_keyboard()
            if not self._has_focus(page):
                page.setFocus()

    def _has_focus(self, part: QWidget) -> bool:
        """Whether the keyboard is in `part`."""
        focused = self.window().focusWidget()
        return focused is not None and (focused is part or part.isAncestorOf(focused))

    def show_part(self, what: str) -> None:
        """Let the page shown show a part of itself."""
        if self.page is not None:
            self.page.show_part(what)

    def close_all(self) -> None:
        """Hear of no more changes."""
        self._leave_feed()

    def tick(self, now: datetime) -> None:
        """Bring the page shown to `now`."""
        if self.page is not None:
            self.page.tick(now)

    def _frame(self, code: str) -> Roomy:
        if code not in self._frames:
            page = self._kinds[code].make(self._surroundings)
            page.case_chosen.connect(lambda case_id: self._choose(page, case_id))
            page.case_requested.connect(self.case_requested)
            page.place_requested.connect(self.place_requested)
            page.reopen_requested.connect(self.reopen_requested)
            self._frames[code] = Roomy(page, widest=lambda: page.widest)
            self._frames[code].room_changed.connect(page.take_room)
            self.addWidget(self._frames[code])
            self._surroundings.proofread(page)
        return self._frames[code]

    def _choose(self, page: Page, case_id: object) -> None:
        if self.page is page:
            self.case_chosen.emit(case_id)
            self.shown.emit()

    def _heard(self, change: Change) -> None:
        if self.page is not None:
            self.page.heard(change)
