"""Asks for the password of an embedded region's desk before anything of it is shown."""

import asyncio
from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.regulation.errors import Refused
from app.services.storage import DatabaseUnavailable
from app.texts import tr
from app.texts.refusals import explain
from app.ui import theme
from app.ui.tasks import Failures, TaskScope
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.info_bar import InfoBar, InfoKind
from app.ui.widgets.labels import TextLabel


class PasswordWindow(QWidget):
    """`decided` resolves with True once the right one was typed, with False when the window is closed."""

    def __init__(self, region: str, check: Callable[[str], Awaitable[None]]) -> None:
        super().__init__()
        self.setObjectName("password")
        self.setWindowTitle(tr("CUR desk"))
        self._check = check
        self.decided: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.bar = InfoBar()
        self.password = QLineEdit()
        self.password.setObjectName("desk_password")
        self.password.setAccessibleName(tr("Password of the desk"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.enter = KeyButton(tr("Enter the desk"), "Enter", ButtonKind.PRIMARY)
        self.enter.setObjectName("desk_password_enter")
        self._build(region)
        self.scope = TaskScope(Failures.told_by(self._say, (Refused,), (DatabaseUnavailable, OSError)))
        self.enter.clicked.connect(self._request)
        self.password.returnPressed.connect(self._request)

    async def aclose(self) -> None:
        """Free the window."""
        await self.scope.aclose()
        self.close()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._decide(is_right=False)
        super().closeEvent(event)

    def _request(self) -> None:
        self.bar.hide()
        self.setEnabled(False)
        self.scope.start("password", self._try(self.password.text()))

    async def _try(self, password: str) -> None:
        try:
            await self._check(password)
        finally:
            self.setEnabled(True)
        self._decide(is_right=True)

    def _decide(self, *, is_right: bool) -> None:
        if not self.decided.done():
            self.decided.set_result(is_right)

    def _say(self, _name: str, error: Exception) -> None:
        refusal = getattr(error, "refusal", None)
        self.bar.show_message(InfoKind.ERROR, explain(refusal) if refusal is not None else str(error))
        self.password.setFocus()
        self.password.selectAll()

    def _build(self, region: str) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(10)
        column.addWidget(TextLabel(region or tr("CUR desk"), "title", wrap=True))
        column.addWidget(TextLabel(self.password.accessibleName(), "strong"))
        column.addWidget(self.password)
        forgotten = tr("Forgotten? Whoever administers this computer's files can bring back an earlier copy.")
        column.addWidget(TextLabel(forgotten, "small", "ink_second", wrap=True))
        column.addStretch(1)
        column.addWidget(self.enter, 0, Qt.AlignmentFlag.AlignRight)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.bar)
        whole.addLayout(column, 1)
        self.resize(theme.current().px(480), theme.current().px(250))
        self.password.setFocus()
