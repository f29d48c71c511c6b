"""A page of entries: a table beside the form of the chosen one."""

from collections.abc import Sequence
from typing import Any

from app.texts import tr
from app.ui.pages.page import Page
from app.ui.registers.form import EntryForm
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.queue_view import QueueView


class EntryPage(Page):
    """Nothing typed and not saved is left for another entry before that was said."""

    form: EntryForm
    view: QueueView
    # The entry in the form, None for an empty form; whether a person asked for that one, so that it stays whatever
    # others do meanwhile.
    _row: Any = None
    _is_asked_for = False

    def take_up(self, row: Any, *, is_asked_for: bool = False) -> None:
        """Another entry is in the form from now on, or an empty one with None."""
        self._row, self._is_asked_for = row, is_asked_for

    def is_edited(self) -> bool:
        return self.form.is_edited()

    @property
    def rows(self) -> Sequence[Any]:
        """Every entry of the table."""
        raise NotImplementedError

    def show_entry(self, row: Any) -> None:
        """Show an entry in the form."""
        raise NotImplementedError

    def choose_entry(self, row_id: object) -> None:
        """Go to an entry chosen in the table."""
        row = next((row for row in self.rows if row.id == row_id), None)
        if row is None or (self._row is not None and row.id == self._row.id):
            return
        if self.form.is_edited():
            if self._row is not None:
                self.view.choose(self._row.id)
            self.say_unsaved()
            return
        self.show_entry(row)

    def say_unsaved(self) -> None:
        """Say what has to be done first with what was typed."""
        words = tr("Save this entry first (Ctrl+Enter), or give it up (Esc).")
        self.form.bar.show_while(self.form.is_edited, InfoKind.WARNING, words)
