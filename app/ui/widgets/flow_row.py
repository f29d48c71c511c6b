"""A row of widgets that goes on in the next line where one is full."""

from collections.abc import Sequence

from PySide6.QtCore import QChildEvent, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget
from shiboken6 import isValid


class FlowRow(QWidget):
    """Buttons in a pane that may be narrow. Hidden widgets take no room; what was added after `add_gap` stands at the
    right while all is in one line; what `grows` shares what is left of its line."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 8) -> None:
        super().__init__(parent)
        self._lines = _Lines(self, spacing)

    def add(self, widget: QWidget, *, grows: bool = False) -> None:
        """Set `widget` at the end; deleted, it leaves its line by itself."""
        if grows:
            self._lines.growing.append(widget)
        self.set_order([*self._lines.widgets, widget])

    def add_gap(self) -> None:
        """What comes now stands at the right."""
        self._lines.gap = len(self._lines.widgets)

    def set_order(self, widgets: Sequence[QWidget]) -> None:
        """Lay out these, in this order; others it held stay its children and are in no line."""
        self._lines.widgets = [widget for widget in widgets if isValid(widget)]
        for widget in self._lines.widgets:
            if widget.parent() is not self:
                hidden = widget.isHidden() and widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
                widget.setParent(self)
                if self.isVisible() and not hidden:
                    widget.show()
        self._lines.invalidate()

    def childEvent(self, event: QChildEvent) -> None:
        super().childEvent(event)
        if event.removed():
            self._lines.invalidate()


class _Lines(QLayout):
    """Knows its widgets and has no items: those are freed by Qt without a word to Python, and a layout that kept them
    brought the program down. Always the layout of a widget of its own, never put into another one."""

    def __init__(self, place: QWidget, spacing: int) -> None:
        super().__init__(place)
        self.widgets: list[QWidget] = []
        self.growing: list[QWidget] = []
        self.gap: int | None = None
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        raise NotImplementedError("widgets are added to the row")

    def count(self) -> int:
        return 0

    def itemAt(self, index: int) -> QLayoutItem | None:
        return None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return None

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
        size = QSize(0, 0)
        for _, widget in self._seen():
            size = size.expandedTo(_size(widget))
        return size

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        """Place the widgets within `rect`, each at half the height of its line; give the height they need."""
        y, height = rect.y(), 0
        for line in self._broken(rect.width()):
            y += height + self.spacing() if height else 0
            height = max(size.height() for _, _, size in line)
            for x, widget, size in line if move else ():
                widget.setGeometry(QRect(QPoint(rect.x() + x, y + (height - size.height()) // 2), size))
        return y + height - rect.y()

    def _broken(self, width: int) -> list[list[tuple[int, QWidget, QSize]]]:
        """What is seen, line by line, each with its place in the line and its size."""
        lines: list[list[tuple[int, QWidget, QSize]]] = []
        x = 0
        for number, widget in self._seen():
            size = _size(widget)
            if not lines or x + size.width() > width:
                lines.append([])
                x = 0
            lines[-1].append((number, widget, size))
            x += size.width() + self.spacing()
        return [self._spread(line, width, is_only=len(lines) == 1) for line in lines]

    def _spread(
        self, line: list[tuple[int, QWidget, QSize]], width: int, *, is_only: bool
    ) -> list[tuple[int, QWidget, QSize]]:
        """A line's widgets with their places; what is left of its room is given away."""
        left = max(0, width - sum(size.width() + self.spacing() for _, _, size in line) + self.spacing())
        growing = [widget for _, widget, _ in line if widget in self.growing]
        placed, x = [], 0
        for number, widget, size in line:
            if widget in growing:
                size = QSize(size.width() + left // len(growing), size.height())
            elif is_only and not growing and self.gap is not None and number >= self.gap:
                x, left = x + left, 0
            placed.append((x, widget, size))
            x += size.width() + self.spacing()
        return placed

    def _seen(self) -> list[tuple[int, QWidget]]:
        """Those that take room, by their number in the row."""
        return [
            (number, widget) for number, widget in enumerate(self.widgets) if isValid(widget) and not widget.isHidden()
        ]


def _size(widget: QWidget) -> QSize:
    """As any layout would give it: what it wishes, within its bounds."""
    wished = widget.sizeHint().expandedTo(widget.minimumSizeHint())
    return wished.boundedTo(widget.maximumSize()).expandedTo(widget.minimumSize())
