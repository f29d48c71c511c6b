"""The bar that lets a person take back what they did a moment ago."""

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtWidgets import QWidget

from app.texts import tr
from app.ui.widgets.info_bar import InfoBar, InfoKind

SECONDS = 8


class UndoBar(InfoBar):
    """One offer at a time, for some seconds of the desk's own time; the next one settles the one before.

    An act that is held back is carried out when its offer ends in any way but being taken.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("undo_bar")
        self._undo: Callable[[], None] | None = None
        self._keep: Callable[[], None] | None = None
        self._ends_at: datetime | None = None
        self._now: datetime | None = None
        self.action_requested.connect(self.undo)
        self.closed.connect(self.settle)

    def offer(self, words: str, undo: Callable[[], None], keep: Callable[[], None] | None = None) -> None:
        """Say what was done; `undo` takes it back, `keep` carries out what was only held."""
        self.settle()
        self._undo, self._keep = undo, keep
        self._ends_at = None if self._now is None else self._now + timedelta(seconds=SECONDS)
        self.show_message(InfoKind.SUCCESS, words, f"{tr('Take it back')} · Ctrl+Z")

    def undo(self) -> bool:
        """Take back what is offered; False where nothing is."""
        undo, self._undo, self._keep = self._undo, None, None
        self.hide()
        if undo is None:
            return False
        undo()
        return True

    def settle(self) -> None:
        """The offer is over: what was held is carried out."""
        keep, self._undo, self._keep = self._keep, None, None
        self.hide()
        if keep is not None:
            keep()

    def tick(self, now: datetime) -> None:
        """End the offer when its time is over."""
        self._now = now
        if self._undo is None:
            return
        if self._ends_at is None:
            self._ends_at = now + timedelta(seconds=SECONDS)
        elif now >= self._ends_at:
            self.settle()
