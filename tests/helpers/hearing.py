"""What a screen reader finds in a window: whatever takes the keyboard has a name."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QScrollArea,
    QScrollBar,
    QTabBar,
    QTabWidget,
    QWidget,
)


def unnamed(root):
    """The widgets under `root` that take the keyboard and would be read without a name, by class and object name."""
    heard = (widget for widget in (root, *root.findChildren(QWidget)) if takes_keyboard(widget))
    return [f"{type(widget).__name__} {widget.objectName()}" for widget in heard if not _name_of(widget)]


def takes_keyboard(widget):
    """Whether Tab should come to it: seen, enabled, and no part of another field."""
    is_reached = widget.isVisible() and widget.isEnabled() and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return is_reached and not _is_part(widget)


def _is_part(widget):
    """A part of a field that is named itself, or a frame that only scrolls."""
    parent = widget.parentWidget()
    inner = isinstance(parent, (QAbstractSpinBox, QComboBox)) or widget.objectName().startswith("qt_")
    is_viewport = isinstance(parent, QAbstractScrollArea) and parent.viewport() is widget
    return inner or is_viewport or isinstance(widget, (QScrollBar, QScrollArea, QTabBar, QTabWidget))


def _name_of(widget):
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface is not None and interface.text(QAccessible.Text.Name).strip()


__all__ = ["takes_keyboard", "unnamed"]
