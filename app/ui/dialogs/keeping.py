"""What was typed into a dialog that was left without saving: taken from its fields, put back when it opens again."""

from collections import Counter

from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from app.services.left_words import Words
from app.ui.widgets.choice_box import ChoiceBox


def words_of(dialog: QWidget) -> dict[tuple[str, int], str]:
    """What stands in every field that a person types into; what is chosen from a list is no text."""
    return {key: _text(field) for key, field in _fields(dialog).items()}


def typed_over(began: Words, ended: Words) -> dict[tuple[str, int], str]:
    """What of `ended` was typed by the person: it is not what the fields began with."""
    return {key: text for key, text in ended.items() if text.strip() and text != began.get(key, "")}


def bring_back(dialog: QWidget, words: Words) -> None:
    """Put texts back into their fields; one whose field is gone is left out."""
    for key, field in _fields(dialog).items():
        if key not in words:
            continue
        if isinstance(field, QPlainTextEdit):
            field.setPlainText(words[key])
        else:
            field.setText(words[key])


def _fields(dialog: QWidget) -> dict[tuple[str, int], QLineEdit | QPlainTextEdit]:
    found, seen = dict[tuple[str, int], QLineEdit | QPlainTextEdit](), Counter[str]()
    for field in dialog.findChildren(QWidget):
        if isinstance(field, QLineEdit | QPlainTextEdit) and _is_typed_into(field):
            found[field.objectName(), seen[field.objectName()]] = field
            seen[field.objectName()] += 1
    return found


def _is_typed_into(field: QLineEdit | QPlainTextEdit) -> bool:
    is_secret = isinstance(field, QLineEdit) and field.echoMode() is not QLineEdit.EchoMode.Normal
    is_part = isinstance(field.parentWidget(), QAbstractSpinBox | QComboBox)
    return not (field.isReadOnly() or is_secret or is_part or isinstance(field, ChoiceBox))


def _text(field: QLineEdit | QPlainTextEdit) -> str:
    return field.toPlainText() if isinstance(field, QPlainTextEdit) else field.text()
