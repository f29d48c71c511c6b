"""Underlines misspelt words of a text field and offers what they may be meant to be."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QTextEdit

from app.services.spelling import Word, words_of
from app.texts import tr
from app.ui import theme

PAUSE_MS = 700
# A property of a field: what stands in it is a citizen's or a program's, and nobody here mends it.
WORDS_OF_OTHERS = "words_of_others"


class SpellCheck(QObject):
    """Belongs to one field. The word that is still being typed is left in peace.

    Signals: check_requested(words), suggestions_requested(word), keep_requested(word); who hears them answers by
    `show_wrong` and `show_suggestions`.
    """

    check_requested = Signal(object)
    suggestions_requested = Signal(str)
    keep_requested = Signal(str)

    def __init__(self, editor: QPlainTextEdit) -> None:
        super().__init__(editor)
        self._editor = editor
        self._wrong: frozenset[str] = frozenset()
        self._menu: QMenu | None = None
        self._menu_word: Word | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.ask)
        editor.textChanged.connect(self._pause.start)
        editor.cursorPositionChanged.connect(self._underline)
        for part in (editor, editor.viewport()):  # the key's menu comes to the one, the mouse's to the other
            part.installEventFilter(self)

    def ask(self) -> None:
        """Have the words of the text checked, where they can be mended."""
        self._pause.stop()
        if self._editor.isReadOnly():
            return
        if words := {word.text for word in words_of(self._editor.toPlainText())}:
            self.check_requested.emit(words)

    def show_wrong(self, words: Collection[str]) -> None:
        """Underline these wherever they stand."""
        self._wrong = frozenset(words)
        self._underline()

    def underlined(self) -> list[str]:
        """The words that are underlined, in their order."""
        return [selection.cursor.selectedText() for selection in self._editor.extraSelections()]

    def show_suggestions(self, word: str, found: Iterable[str]) -> None:
        """Fill the menu that was opened at `word`."""
        if self._menu is None or self._menu_word is None or self._menu_word.text != word:
            return
        waiting = self._menu.actions()[0]
        place = self._menu_word
        for number, other in enumerate(found, start=1):
            action = self._menu.addAction(f"&{number}  {other}")
            action.triggered.connect(lambda _=False, other=other: self._replace(place, other))
            self._menu.removeAction(action)
            self._menu.insertAction(waiting, action)
        waiting.setText(tr("Nothing like it is known"))
        waiting.setVisible(self._menu.actions()[0] is waiting)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QContextMenuEvent):
            by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
            at = event.pos() if by_mouse else self._editor.cursorRect().bottomLeft()
            cursor = self._editor.cursorForPosition(at) if by_mouse else self._editor.textCursor()
            if (word := self._wrong_at(cursor.position())) is not None:
                self.open_menu(word, self._editor.viewport().mapToGlobal(at))
                return True
        return super().eventFilter(watched, event)

    def open_menu(self, word: Word, at: QPoint) -> None:
        """The field's own menu, before it what the word may be meant to be."""
        menu = self._editor.createStandardContextMenu()
        first: Any = menu.actions()[0] if menu.actions() else None  # before nothing: at the end
        waiting = menu.addAction(tr("Looking for the right word…"))
        waiting.setEnabled(False)
        keep = menu.addAction(tr("“{word}” is right: remember it", word=word.text))
        keep.triggered.connect(lambda: self.keep_requested.emit(word.text))
        for action in (waiting, keep, menu.addSeparator()):
            menu.removeAction(action)
            menu.insertAction(first, action)
        menu.setObjectName("spelling_menu")
        menu.aboutToHide.connect(menu.deleteLater)
        menu.destroyed.connect(self._forget_menu)
        self._menu, self._menu_word = menu, word
        self.suggestions_requested.emit(word.text)
        menu.popup(at)

    def _forget_menu(self) -> None:
        self._menu = self._menu_word = None

    def _replace(self, word: Word, other: str) -> None:
        cursor = self._editor.textCursor()
        cursor.setPosition(word.start)
        cursor.setPosition(word.end, QTextCursor.MoveMode.KeepAnchor)
        if cursor.selectedText() == word.text:
            cursor.insertText(other)

    def _wrong_at(self, position: int) -> Word | None:
        words = words_of(self._editor.toPlainText())
        return next((w for w in words if w.text in self._wrong and w.start <= position <= w.end), None)

    def _underline(self) -> None:
        cursor_at = self._editor.textCursor().position() if self._editor.hasFocus() else -1
        words = words_of(self._editor.toPlainText()) if self._wrong else ()
        marks = [self._mark(word) for word in words if word.text in self._wrong and word.end != cursor_at]
        with suppress(RuntimeError):  # the field may be going with its dialog
            self._editor.setExtraSelections(marks)

    def _mark(self, word: Word) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self._editor.document())
        cursor.setPosition(word.start)
        cursor.setPosition(word.end, QTextCursor.MoveMode.KeepAnchor)
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SpellCheckUnderline)
        look.setUnderlineColor(theme.current().color("late"))
        mark.cursor, mark.format = cursor, look
        return mark
