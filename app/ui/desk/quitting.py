"""The end of the program, which asks first where a page would lose something by it."""

from typing import TYPE_CHECKING

from app.ui.desk.leaving import LeavingKind
from app.ui.tasks import ask

if TYPE_CHECKING:
    from app.ui.desk.window import DeskWindow


class Quitting:
    """Ends the program from one window."""

    def __init__(self, window: "DeskWindow") -> None:
        self._window = window
        self._is_asked = False

    def quit(self) -> None:
        """End the program; where a page holds what is not saved, once its person has said so."""
        if not self._window.look.shows_typing():
            self._window.leave(LeavingKind.QUIT)
        elif not self._is_asked:
            self._is_asked = True
            self._window.scope.start("quit", self._ask())

    async def _ask(self) -> None:
        from app.ui.dialogs.leaving import LeavingDialog  # only where something would be lost

        window = self._window
        page = window.places.page
        title = page.title.text() if page is not None else ""
        dialog = LeavingDialog(title, window.place.rules().agency.zone, window)
        dialog.submitted.connect(dialog.accept)
        try:
            if await ask(dialog):
                window.leave(LeavingKind.QUIT)
        finally:
            self._is_asked = False
