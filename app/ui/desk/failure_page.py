"""A defect of the program as a person meets it: what happened, that nothing is lost, details to copy."""

import traceback

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.texts import tr
from app.ui import theme
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.labels import TextLabel


class FailurePage(QDialog):
    """Shows an unexpected error; its details are those of the log."""

    def __init__(self, name: str, error: BaseException, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("failure_page")
        self.setWindowTitle(tr("An error in the program"))
        self.resize(theme.current().px(640), theme.current().px(360))
        self.details = QPlainTextEdit("".join([f"{name}\n", *traceback.format_exception(error)]))
        self.details.setObjectName("failure_details")
        self.details.setAccessibleName(tr("Details of the error"))
        self.details.setReadOnly(True)
        copy = KeyButton(tr("Copy the details"), "", ButtonKind.SECONDARY, "copy")
        copy.setObjectName("failure_copy")
        close = KeyButton(tr("Go on working"), "Esc", ButtonKind.PRIMARY)
        close.setObjectName("failure_close")
        words = tr(
            "This is a fault of the program, not yours. What was saved is kept; the act under way may not have been "
            "done: look at the card. Send the details to those who look after the program."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(TextLabel(tr("An error in the program"), "heading"))
        column.addWidget(TextLabel(words, wrap=True))
        column.addWidget(self.details, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(copy)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column.addLayout(buttons)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.details.toPlainText()))
        close.clicked.connect(self.accept)
        close.setFocus()
