"""Whether the words of a window have the room they need, measured in the fonts they are drawn with."""

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QComboBox, QHeaderView, QLabel, QLineEdit, QTabBar, QWidget

from app.ui.widgets.labels import ElidedLabel

# Half a letter: rounding of layouts at odd widths.
SLACK = 4


def cut_texts(window):
    """Every text of a window that is shown shorter or lower than it is: (kind, text, pixels that are missing)."""
    found = []
    for widget in window.findChildren(QWidget):
        if widget.isVisibleTo(window):
            found += [(type(widget).__name__, text, missing) for text, missing in _missing(widget) if missing > SLACK]
    return found


def _missing(widget):
    metrics = QFontMetrics(widget.font())
    if isinstance(widget, QLabel):
        yield from _missing_of_label(widget)
    elif isinstance(widget, QAbstractButton) and widget.text():
        yield widget.text(), widget.sizeHint().width() - widget.width()
    elif isinstance(widget, QComboBox) and widget.currentText():
        room = widget.minimumSizeHint().width() - _longest(widget, metrics) if widget.count() else 0
        yield widget.currentText(), metrics.horizontalAdvance(widget.currentText()) + max(room, 24) - widget.width()
    elif isinstance(widget, QLineEdit) and widget.placeholderText() and not widget.text():
        yield widget.placeholderText(), metrics.horizontalAdvance(widget.placeholderText()) + 12 - widget.width()
    elif isinstance(widget, QTabBar):
        for tab in range(widget.count()):
            yield widget.tabText(tab), metrics.horizontalAdvance(widget.tabText(tab)) - widget.tabRect(tab).width()
    elif isinstance(widget, QHeaderView) and widget.orientation() is Qt.Orientation.Horizontal:
        for section in range(widget.count()):
            title = str(widget.model().headerData(section, widget.orientation()) or "")
            if not widget.isSectionHidden(section):
                yield title, metrics.horizontalAdvance(title) + 12 - widget.sectionSize(section)


def _missing_of_label(label):
    text = label.text()
    if not text or isinstance(label, ElidedLabel) or label.size().isEmpty():
        return
    if label.wordWrap():
        yield text, label.heightForWidth(label.width()) - label.height()
    elif "<" not in text:
        metrics = QFontMetrics(label.font())
        widest = max(metrics.horizontalAdvance(line) for line in text.split("\n"))
        yield text, widest - label.contentsRect().width()


def _longest(box, metrics):
    return max(metrics.horizontalAdvance(box.itemText(row)) for row in range(box.count()))


def texts_of(window):
    """Every word that a window shows or speaks, but for what is in a table's rows: to look for another language."""
    for widget in window.findChildren(QWidget):
        if widget.isVisibleTo(window):
            typed = isinstance(widget, QLineEdit)  # what is in it, people wrote
            names = ("placeholderText", "toolTip", "accessibleName", "windowTitle")
            names += () if typed else ("text", "title")
            for name in names:
                told = getattr(widget, name, None)
                if callable(told) and isinstance(words := told(), str) and words:
                    yield type(widget).__name__, words
            if isinstance(widget, QHeaderView):
                for section in range(widget.count()):
                    yield "QHeaderView", str(widget.model().headerData(section, widget.orientation()) or "")
            if isinstance(widget, QTabBar):
                yield from (("QTabBar", widget.tabText(tab)) for tab in range(widget.count()))
            if isinstance(widget, QComboBox):
                yield from (("QComboBox", widget.itemText(row)) for row in range(widget.count()))


def is_cyrillic(text):
    return re.search("[А-Яа-яЁё]", text) is not None
