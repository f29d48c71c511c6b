"""The look of a window as its person wants it: light or dark, the size of type, the language; each remembered."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from app.services.workplace import PersonView
from app.texts import tr
from app.ui import theme, type_size
from app.ui.desk.leaving import LeavingKind
from app.ui.widgets.info_bar import InfoKind

if TYPE_CHECKING:
    from app.ui.desk.window import DeskWindow


class Look:
    """Colours change at once; what sizes and words are built into comes with a new window in the place of this one."""

    def __init__(self, window: "DeskWindow") -> None:
        self._window, self._preferences = window, window.preferences

    def switch_theme(self) -> None:
        """Light to dark and back."""
        names = theme.NAMES
        name = names[(names.index(theme.current().name) + 1) % len(names)]
        self._preferences.theme = name
        app = QApplication.instance()
        assert isinstance(app, QApplication), "windows need one"
        theme.use(app, theme.load(name, theme.current().scale))

    def size_type(self, steps: int) -> None:
        """Type so many steps larger, or smaller below 0; 0 for the desktop's own size."""
        if self.shows_typing():
            return
        person = self._window.place.person.uuid
        now = self._preferences.type_size(person)
        self._preferences.keep_type_size(person, type_size.beside(now, steps) if steps else None)
        if self._preferences.type_size(person) != now:
            self._window.leave(LeavingKind.TYPE_SIZE)

    def give_seat(self, person: PersonView) -> None:
        """Somebody else sits down."""
        if not self.shows_typing():
            self._window.leave(LeavingKind.SEAT, person)

    def shows_typing(self) -> bool:
        """Whether a page holds what would be lost with this window; then it is shown, and says so."""
        key = self._window.places.edited
        if key:
            self._window.open_page(key)
            if (page := self._window.places.page) is not None:
                words = tr("Save what you changed here first, or take it back: it would be lost with this window.")
                page.bar.show_while(page.is_edited, InfoKind.WARNING, words)
        return bool(key)

    def speak(self, code: str) -> None:
        """Another language."""
        if code != self._preferences.language and not self.shows_typing():
            self._preferences.language = code
            self._window.leave(LeavingKind.LANGUAGE)
