"""A column of alike rows that is brought up to date in place, so that nothing jumps and no selection is lost."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

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
                self._rows.append(self._make())
                self._box.addWidget(self._rows[number])
            self._fill(self._rows[number], item)

    def rows(self) -> list[Row]:
        return list(self._rows)
