"""A column of alike rows that is brought up to date in place, so that nothing jumps and no selection is lost."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

Row = TypeVar("Row", bound=QWidget)
Item = TypeVar("Item")


class RowsBox(QWidget, Generic[Row, Item]):
    """Rows are made by `make` and filled by `fill(row, item)`; surplus ones are freed."""

    def __init__(
        self,
        make: Callable[[], Row],
        fill: Callable[[Row, Item], None],
        spacing: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._make, self._fill = make, fill
        self._rows: list[Row] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(spacing)

    def show_items(self, items: Sequence[Item]) -> None:
        """Show one row for each item."""
        while len(self._rows) > len(items):
            row = self._rows.pop()
            self._box.removeWidget(row)
            row.hide()
            row.deleteLater()
        for number, item in enumerate(items):
            if number == len(self._rows):
                self._add(self._make())
            self._fill(self._rows[number], item)

    def _add(self, row: Row) -> None:
        before = self._rows[-1] if self._rows else self
        self._rows.append(row)
        self._box.addWidget(row)
        keep_turn(before, row)

    def rows(self) -> list[Row]:
        return list(self._rows)


def keep_turn(before: QWidget, added: QWidget) -> None:
    """Let Tab come to what is in `added` right after `before` and what is in that: what is made later comes last."""
    last = (before, *_parts_in_turn(before))[-1] if not before.isAncestorOf(added) else before
    for widget in (added, *_parts_in_turn(added)):
        _put_after(last, widget)
        last = widget


def _put_after(first: QWidget, second: QWidget) -> None:
    """Qt moves only what takes the focus; a link takes it once it has where to lead."""
    policies = [(widget, widget.focusPolicy()) for widget in (first, second) if widget.focusProxy() is None]
    for widget, _ in policies:
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    QWidget.setTabOrder(first, second)
    for widget, policy in policies:
        widget.setFocusPolicy(policy)


def _parts_in_turn(widget: QWidget) -> list[QWidget]:
    """What Tab finds in a widget before it leaves it."""
    found, part = list[QWidget](), widget.nextInFocusChain()
    while part is not None and widget.isAncestorOf(part):
        found.append(part)
        part = part.nextInFocusChain()
    return found
