"""A small window while the database opens, and where it does not."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.regulation.errors import Refusal
from app.texts import tr
from app.texts.refusals import explain
from app.ui import theme
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.labels import IconLabel, TextLabel


class OpeningWindow(QWidget):
    """Says that the database is being opened; `say` tells why it was not, and waits until that is read."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("opening")
        self.setWindowTitle(tr("CUR desk"))
        self._read: asyncio.Future[None] | None = None
        self._mark = IconLabel(24, "pending", "ink_third")
        self.words = TextLabel(tr("Opening the database…"), "message", wrap=True)
        self._close = KeyButton(tr("Close"), "Esc", ButtonKind.PRIMARY)
        self._close.setObjectName("opening_close")
        self._close.hide()
        self.resize(theme.current().px(520), theme.current().px(160))
        line = QHBoxLayout()
        line.setSpacing(14)
        line.addWidget(self._mark)
        line.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.addLayout(line, 1)
        column.addWidget(self._close, 0, Qt.AlignmentFlag.AlignRight)
        self._close.clicked.connect(self.close)

    async def say(self, refusal: Refusal) -> None:
        """Tell why the database was not opened; returns when the window is closed."""
        self._mark.show_icon("error", "late")
        self.words.show_text(explain(refusal))
        self._close.show()
        self._close.setFocus()
        self._read = asyncio.get_running_loop().create_future()
        await self._read

    async def aclose(self) -> None:
        """Free the window."""
        self.close()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._read is not None and not self._read.done():
            self._read.set_result(None)
        super().closeEvent(event)
