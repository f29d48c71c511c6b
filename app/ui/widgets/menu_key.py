"""Shift+F10 opens the menu of what has the keyboard, as the Menu key does: many keyboards have none, and Qt knows only
that key on X11."""

from PySide6.QtCore import QCoreApplication, QRect, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QWidget

from app.ui.widgets.shortcuts import shortcut


def offer_menu_key(window: QWidget) -> None:
    """Bind the key in a window."""
    shortcut(window, "Shift+F10", lambda: _open_menu(window))


def _open_menu(window: QWidget) -> None:
    has_keyboard = window.focusWidget()
    if has_keyboard is None:
        return
    cursor = has_keyboard.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
    place = cursor.center() if isinstance(cursor, QRect) else has_keyboard.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, has_keyboard.mapToGlobal(place))
    QCoreApplication.sendEvent(has_keyboard, event)
