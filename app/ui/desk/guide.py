"""What leads a person through the desk: the palette, the page of keys, the help. Each is made when asked for."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget
from shiboken6 import isValid

from app.texts import language, tr
from app.ui.desk.keys_page import KeysPage, keys_of
from app.ui.desk.places import PREFIX
from app.ui.tasks import ask, decide

if TYPE_CHECKING:
    from app.services.help import Topic
    from app.ui.desk.help_window import HelpWindow
    from app.ui.desk.window import DeskWindow


class Guide:
    """One window's own. `help` is the help's window, None until it was opened; `palette_used` once the palette was."""

    def __init__(self, window: "DeskWindow") -> None:
        self._window = window
        self.help: HelpWindow | None = None
        self.palette_used = False

    def open_palette(self) -> None:
        """Everything that can be done or gone to, found by typing (Ctrl+K)."""
        self.palette_used = True
        self._window.scope.start("palette", self._use_palette())

    async def _use_palette(self) -> None:
        from app.ui.desk.commands import commands, find_cases  # not needed to start
        from app.ui.widgets.palette import Palette

        window = self._window
        nothing = tr("Nothing of that name. Numbers and words of messages are looked for too.")
        palette = Palette(commands(window), tr("An act, a queue, a page, an agency, a case…"), nothing, window)

        async def find(text: str) -> None:
            found = await find_cases(window, text)
            if isValid(palette):
                palette.show_found(text, found)

        palette.text_edited.connect(lambda text: window.scope.latest("palette search", find(text)))
        if (entry := await decide(palette)) is not None:
            entry.run()

    def open_narrowing(self) -> None:
        """The topics and agencies of the queue, to keep one of them (F3)."""
        self._window.scope.start("narrowing", self._narrow())

    async def _narrow(self) -> None:
        from app.ui.desk.narrowing import choose_narrowing  # not needed to start

        await choose_narrowing(self._window)

    def show_keys(self) -> None:
        """The page of keys (F1)."""
        shown = self._window.places.page
        page = KeysPage(self._window.place.actor, self._window, keys_of(shown) if shown is not None else ())
        page.help_requested.connect(self.open_help)
        self._window.scope.start("keys", ask(page))

    def open_help(self, key: str = "") -> None:
        """The help beside the desk, at a page or "clause:<number>"; at what the desk shows where nothing is said."""
        if self.help is None:
            self.help = self._new_help(self._window)
        self._show_help(self.help, key or self._topic_here())

    def help_over(self, dialog: QDialog, place: str) -> None:
        """The help over a dialog, which holds back every other window: at the page about it, else as from the desk."""
        from app.ui.desk.help_window import HelpWindow  # not needed to start

        shown = dialog.findChild(HelpWindow)
        if shown is None:
            shown = self._new_help(dialog)
            shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._show_help(shown, self._topic_here(place))

    def _new_help(self, over: QWidget) -> "HelpWindow":
        from app.services.help import read_act  # not needed to start
        from app.ui.desk.help_window import HelpWindow

        return HelpWindow(self._topics(), read_act(self._window.place.rules().profile.key), over)

    def _topics(self) -> "tuple[Topic, ...]":
        from app.services.help import read_topics, with_definitions  # not needed to start

        return with_definitions(read_topics(language()), self._window.place.rules().profile)

    def _topic_here(self, *places: str) -> str:
        """The page about the first of the places that has one, then about what the desk shows."""
        from app.services.help import topic_for  # not needed to start

        page = self._window.places.page
        here = self._window.presenter.queue if page is None else f"{PREFIX}{page.objectName()}"
        return topic_for((*places, here), self._topics()).key

    @staticmethod
    def _show_help(shown: "HelpWindow", key: str) -> None:
        shown.show_place(key)
        shown.show()
        shown.raise_()
        shown.activateWindow()
