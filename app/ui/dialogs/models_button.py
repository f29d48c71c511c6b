"""The button of a draft that offers model answers of the guidance library and puts one in at the cursor (п. 2)."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QWidget

from app.regulation.requirements import PLACE_LEFT
from app.services.guidance import ModelAnswer
from app.texts import tr
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.shortcuts import shortcut

KEY = "Ctrl+T"


class ModelsButton(KeyButton):
    """One model answer goes in at once, of several one is chosen; the first place left to fill is then selected."""

    def __init__(self, models: Sequence[ModelAnswer], editor: QPlainTextEdit, window: QWidget) -> None:
        super().__init__(tr("Model answer"), KEY)
        self.setObjectName("models")
        self._models, self._editor = tuple(models), editor
        self.menu_of_models = QMenu(self)
        self.menu_of_models.setObjectName("models_menu")
        for number, model in enumerate(self._models, start=1):
            words = f"&{number}  {model.title}" if number < 10 else model.title
            self.menu_of_models.addAction(words, partial(self.put_in, model))
        self.clicked.connect(self.offer)
        shortcut(window, KEY, self.offer)

    def offer(self) -> None:
        """Put in the only one, or let the writer choose."""
        if len(self._models) == 1:
            self.put_in(self._models[0])
        else:
            self.menu_of_models.popup(self.mapToGlobal(self.rect().topLeft()))

    def put_in(self, model: ModelAnswer) -> None:
        """Put the text in at the cursor; one undo takes it out."""
        cursor = self._editor.textCursor()
        start = cursor.selectionStart()
        cursor.insertText(model.text)
        if left := PLACE_LEFT.search(model.text):
            cursor.setPosition(start + left.start())
            cursor.setPosition(start + left.end(), QTextCursor.MoveMode.KeepAnchor)
        self._editor.setTextCursor(cursor)
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)
