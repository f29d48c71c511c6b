"""The administrator's unsaved edits of the rules: the regulation's document, or the region's hours; never both."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.regulation.profile import Profile
from app.regulation.profile_file import parse
from app.regulation.rule_edits import Changes, Path, differing
from app.regulation.toml_text import changed, write
from app.services.foresight import Proposal
from app.services.hours import HoursSettings
from app.services.rulebook import Rulebook


class RulesDraft(QObject):
    """What stands on the page: the rules in force with the edits made so far.

    Signals: edited when an edit was made or all were taken back, refused(error) when hours cannot be used.
    """

    edited = Signal()
    refused = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._book: Rulebook | None = None
        self.document: Mapping[str, Any] = {}
        self.hours = HoursSettings({})

    @property
    def book(self) -> Rulebook:
        assert self._book is not None, "nothing was read yet"
        return self._book

    @property
    def is_read(self) -> bool:
        return self._book is not None

    @property
    def profile(self) -> Profile:
        """The regulation as edited; the edits that the page offers always fit the format."""
        return parse(self.text(), "regulation.toml") if self.is_edited_regulation else self.book.profile

    def show_book(self, book: Rulebook) -> None:
        """Take up the rules as they were read; edits made meanwhile stay where these are the rules they were made
        from."""
        same = self._book is not None and (self._book.document, self._book.hours) == (book.document, book.hours)
        self._book = book
        if not same:
            self.document, self.hours = book.document, book.hours

    def take_back(self) -> None:
        """Forget every edit."""
        self.document, self.hours = self.book.document, self.book.hours
        self.edited.emit()

    def edit(self, changes: Changes) -> None:
        """Put values into the regulation's document."""
        self.document = changed(self.document, changes)
        self.edited.emit()

    def edit_hours(self, hours: HoursSettings) -> None:
        """Take up other hours; such as cannot be used are refused, and the former stay."""
        if (error := hours.refusal(self.book.profile.zone)) is not None:
            self.refused.emit(error)
            return
        self.hours = hours
        self.edited.emit()

    @property
    def is_edited_regulation(self) -> bool:
        return bool(self.edits())

    @property
    def is_edited_hours(self) -> bool:
        return self._book is not None and self.hours != self._book.hours

    @property
    def is_edited(self) -> bool:
        return self.is_edited_regulation or self.is_edited_hours

    def edits(self) -> list[Path]:
        """The places of the document that were edited."""
        return differing(self.book.document, self.document) if self._book is not None else []

    def text(self) -> str:
        """The regulation as edited, as TOML."""
        return write(self.document)

    def proposal(self) -> Proposal:
        """What would be put in force."""
        text = self.text() if self.is_edited_regulation else ""
        return Proposal(text, self.hours if self.is_edited_hours else None)
