"""A field for a whole number, and the room at the left of every field that is stepped through by arrows."""

from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QSpinBox, QWidget

# What the stylesheet gives the words of every other field at their left; Qt lets it give nothing to these.
MARGIN = 9


class NumberBox(QSpinBox):
    """Its digits begin where the words of the fields around it do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        make_room(self)


def make_room(box: QAbstractSpinBox, pixels: int = MARGIN) -> None:
    """Let what is typed begin so far from the frame; a field that opens a calendar has its room already."""
    if (edit := box.findChild(QLineEdit)) is not None:
        edit.setTextMargins(pixels, 0, 0, 0)
