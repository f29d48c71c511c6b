"""The end of the program and of the demo, asked for first where something would be lost by it."""

from typing import TYPE_CHECKING

from app.texts import tr
from app.ui.desk.leaving import LeavingKind
from app.ui.tasks import ask

if TYPE_CHECKING:
    from app.ui.desk.window import DeskWindow


class Quitting:
    """Ends the program, or the demo, from one window."""

    def __init__(self, window: "DeskWindow") -> None:
        self._window = window
        self._is_asked = False

    def quit(self) -> None:
        """End the program; where a page holds what is not saved, once its person has said so."""
        if not self._window.look.shows_typing():
            self._window.leave(LeavingKind.QUIT)
            return
        page = self._window.places.page
        title = page.title.text() if page is not None else ""
        words = tr("What you changed on the page «{page}» is not saved. It is lost when the program ends.", page=title)
        self._ask_first(LeavingKind.QUIT, tr("Leave the desk"), words, tr("Leave without saving"))

    def start_demo_over(self) -> None:
        """Make the demo region anew, once its person has said so: a stray key must not undo an hour's practice."""
        words = tr("The demo region is made anew: what was done in it is gone, the first steps begin again.")
        self._ask_first(LeavingKind.DEMO_RESTART, tr("Start over"), words, tr("Start over"))

    def end_demo(self) -> None:
        """Leave the demo region and delete it, once its person has said so."""
        words = tr("The demo region is deleted from this computer. Your own region, if there is one, stays as it is.")
        self._ask_first(LeavingKind.DEMO_END, tr("End the demo"), words, tr("End and delete"))

    def _ask_first(self, kind: LeavingKind, title: str, words: str, ok: str) -> None:
        if not self._is_asked:
            self._is_asked = True
            self._window.scope.start("leave", self._ask(kind, title, words, ok))

    async def _ask(self, kind: LeavingKind, title: str, words: str, ok: str) -> None:
        from app.ui.dialogs.leaving import LeavingDialog  # only where something would be lost

        try:
            if await ask(LeavingDialog(title, words, ok, self._window.place.rules().agency.zone, self._window)):
                self._window.leave(kind)
        finally:
            self._is_asked = False
