"""Fields of whoever may not change them: words to read, not greyed boxes."""

from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from app.ui.widgets.number_box import make_room


def show_as_text(*fields: QWidget) -> None:
    """Let these fields look like text, and take neither mouse nor keyboard."""
    for field in fields:
        field.setProperty("as_text", True)
        field.setEnabled(False)
        if isinstance(field, QAbstractSpinBox):
            make_room(field, 0)
