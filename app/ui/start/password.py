"""Asks for the password of an embedded region's desk before anything of it is shown."""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from app.texts import tr
from app.ui.start.deciding import DecidingWindow
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.labels import TextLabel


class PasswordWindow(DecidingWindow[bool]):
    """`decided` resolves with True once the right one was typed, with False when the window is closed."""

    def __init__(self, region: str, check: Callable[[str], Awaitable[None]]) -> None:
        super().__init__("password", when_closed=False)
        self._check = check
        self.password = QLineEdit()
        self.password.setObjectName("desk_password")
        self.password.setAccessibleName(tr("Password of the desk"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.enter = KeyButton(tr("Enter the desk"), "Enter", ButtonKind.PRIMARY)
        self.enter.setObjectName("desk_password_enter")
        self._build(region)
        self.enter.clicked.connect(self._request)
        self.password.returnPressed.connect(self._request)

    def _request(self) -> None:
        self.decide_by("password", self._try(self.password.text()))

    async def _try(self, password: str) -> bool:
        await self._check(password)
        return True

    def _say(self, name: str, error: Exception) -> None:
        super()._say(name, error)
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
        self._frame(column, 480, 250)
        self.password.setFocus()
