"""A row of widgets that goes on in the next line where one is full."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowRow(QWidget):
    """Buttons in a pane that may be narrow. Hidden widgets take no room; what was added after `add_gap` stands at the
    right while all is in one line."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 8) -> None:
        super().__init__(parent)
        self._lines = _Lines(self, spacing)

    def add(self, widget: QWidget) -> None:
        """Set `widget` at the end; deleted, it leaves its line by itself."""
        self._lines.addWidget(widget)

    def add_gap(self) -> None:
        """What comes now stands at the right."""
        self._lines.gap = self._lines.count()

    def set_order(self, widgets: Sequence[QWidget]) -> None:
        """Lay out these, in this order; others it held stay its children and are in no line."""
        while self._lines.count():
            self._lines.takeAt(0)
        for widget in widgets:
            self._lines.addWidget(widget)


class _Lines(QLayout):
    """Always the layout of a widget of its own: put into another layout, a layout written in Python has its items kept
    by that one's wrapper, they lose their objects with it, and the program falls at the next question for room."""

    def __init__(self, place: QWidget, spacing: int) -> None:
        super().__init__(place)
        self._items: list[QLayoutItem] = []
        self.gap: int | None = None
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)
        self.invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        """Place the items within `rect`, each at half the height of its line; give the height they need."""
        y, height = rect.y(), 0
        for line in self._lines(rect.width()):
            y += height + self.spacing() if height else 0
            height = max(size.height() for _, _, size in line)
            for x, item, size in line if move else ():
                item.setGeometry(QRect(QPoint(rect.x() + x, y + (height - size.height()) // 2), size))
        return y + height - rect.y()

    def _lines(self, width: int) -> list[list[tuple[int, QLayoutItem, QSize]]]:
        """What is seen, line by line, each with its place in the line and its size."""
        seen = [(number, item, item.sizeHint()) for number, item in enumerate(self._items) if not item.isEmpty()]
        left_over = width - sum(size.width() + self.spacing() for _, _, size in seen) + self.spacing()
        lines: list[list[tuple[int, QLayoutItem, QSize]]] = []
        x = 0
        for number, item, size in seen:
            if not lines or x + size.width() > width:
                lines.append([])
                x = 0
            is_right = self.gap is not None and number >= self.gap
            lines[-1].append((x + max(0, left_over) if is_right else x, item, size))
            x += size.width() + self.spacing()
        return lines
