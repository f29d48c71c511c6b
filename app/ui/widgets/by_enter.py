"""Enter does what has the keyboard: Qt lets it press a button in a dialog alone, and a window's key of the same name
would do something else there."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QToolButton

from app.ui.widgets.tips import shows_tip

ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)

if TYPE_CHECKING:
    _Button = QAbstractButton
else:  # an object without a base of Qt's own may stand beside any
    _Button = object


class ByEnter(_Button):
    """Beside a button's class of Qt's, before it: Enter presses it as Space does."""

    def event(self, event: QEvent) -> bool:
        if asks_for_enter(event):
            event.accept()
            return True
        return shows_tip(self, event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_enter(event):
            if not event.isAutoRepeat():
                self.click()
        else:
            super().keyPressEvent(event)


class PlainButton(ByEnter, QPushButton):
    """A push button of the theme without a key of its own."""


class ToolButton(ByEnter, QToolButton):
    """A tool button with words."""


def is_enter(event: QKeyEvent) -> bool:
    """Whether Enter was pressed, with nothing held that makes another key of it."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return event.key() in ENTERS and held == Qt.KeyboardModifier.NoModifier


def asks_for_enter(event: QEvent) -> bool:
    """Whether Qt asks here who wants Enter: the one that has the keyboard, before any shortcut."""
    return event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and is_enter(event)
