"""F1 in a dialog: asked of the window it is over, which knows the help."""

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QDialog

PREFIX = "dialog:"


class HelpAsked(QEvent):
    """Sent to the window that a dialog is over."""

    KIND = QEvent.Type(QEvent.registerEventType())

    def __init__(self, dialog: QDialog) -> None:
        super().__init__(self.KIND)
        self.dialog = dialog

    @property
    def place(self) -> str:
        """The dialog as a page of the help names it."""
        return f"{PREFIX}{self.dialog.objectName()}"


def ask_for_help(dialog: QDialog) -> None:
    """Tell the outermost window that help is asked for at `dialog`; a dialog over none has no help."""
    over = dialog.parentWidget()
    while over is not None and over.window().parentWidget() is not None:
        over = over.window().parentWidget()
    if over is not None:
        QCoreApplication.sendEvent(over.window(), HelpAsked(dialog))
