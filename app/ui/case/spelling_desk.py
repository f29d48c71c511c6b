"""The speller of one window: answers the fields in which a person writes, off the window's thread."""

from pathlib import Path

from PySide6.QtWidgets import QPlainTextEdit, QWidget
from shiboken6 import isValid

from app.services.spelling import Speller
from app.ui.tasks import TaskScope
from app.ui.widgets.plain_text import PlainTextView
from app.ui.widgets.spelling import WORDS_OF_OTHERS, SpellCheck

OWN_WORDS = "words.txt"


class SpellingDesk:
    """Serves every SpellCheck that it is given; the person's own words lie beside their drafts."""

    def __init__(self, scope: TaskScope, drafts: Path) -> None:
        self._scope = scope
        self._speller = Speller(drafts.parent / OWN_WORDS)

    def proofread(self, owner: QWidget) -> None:
        """Check every field of several lines in `owner`; but for those that hold the words of others."""
        for field in owner.findChildren(QPlainTextEdit):
            is_own = not isinstance(field, PlainTextView) and not field.property(WORDS_OF_OTHERS)
            if is_own and field.findChild(SpellCheck) is None:
                self.serve(SpellCheck(field))

    def serve(self, check: SpellCheck) -> None:
        """Answer what the field asks while it lives."""
        check.check_requested.connect(lambda words: self._begin(check, words))
        check.suggestions_requested.connect(
            lambda word: self._scope.latest("suggest a word", self._suggest(check, word))
        )
        check.keep_requested.connect(lambda word: self._scope.start("keep a word", self._keep(check, word)))
        check.ask()

    def close(self) -> None:
        """End the speller's process."""
        self._speller.close()

    def _begin(self, check: SpellCheck, words: set[str]) -> None:
        if not self._scope.is_closed:  # a field waits for a pause in the typing, and its window may be left meanwhile
            self._scope.latest(f"spelling {id(check)}", self._check(check, words))

    async def _check(self, check: SpellCheck, words: set[str]) -> None:
        wrong = await self._speller.wrong(words)
        if isValid(check):
            check.show_wrong(wrong)

    async def _suggest(self, check: SpellCheck, word: str) -> None:
        found = await self._speller.suggestions(word)
        if isValid(check):
            check.show_suggestions(word, found)

    async def _keep(self, check: SpellCheck, word: str) -> None:
        await self._speller.keep(word)
        if isValid(check):
            check.ask()
