"""Fields of whoever may not change them: words to read, not greyed boxes."""

from PySide6.QtWidgets import QWidget


def show_as_text(*fields: QWidget) -> None:
    """Let these fields look like text, and take neither mouse nor keyboard."""
    for field in fields:
        field.setProperty("as_text", True)
        field.setEnabled(False)
