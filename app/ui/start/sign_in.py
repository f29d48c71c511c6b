"""The connection to a region's server: which server, how protected, who signs in; each thing that is wrong is said."""

import asyncio
from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.regulation.errors import Refused
from app.services import signing_in
from app.services.signing_in import Address
from app.services.storage import Database
from app.texts import mark, tr
from app.ui import theme
from app.ui.start.deciding import DecidingWindow
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.combo_box import ComboBox
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.labels import TextLabel

# How a connection is protected, in words a person can choose by.
_MODES = {
    "verify-full": mark("TLS, certificate and name checked (verify-full)"),
    "verify-ca": mark("TLS, certificate checked (verify-ca)"),
    "require": mark("TLS without a check (require)"),
    "disable": mark("not protected: this computer only"),
}


class SignInWindow(DecidingWindow[Database | None]):
    """`decided` resolves with the open database, or with None when the window is closed."""

    def __init__(self, address: Address, open_database: Callable[[str], Awaitable[Database]]) -> None:
        super().__init__("sign_in", when_closed=None)
        self._open = open_database
        self.host, self.database, self.user = QLineEdit(), QLineEdit(), QLineEdit()
        self.port, self.mode = QLineEdit(), ComboBox()
        self.password, self.authority = QLineEdit(), QLineEdit()
        self.certificate, self.key = QLineEdit(), QLineEdit()
        self.remember = QCheckBox(tr("keep the password in this computer's keyring"))
        self.enter = KeyButton(tr("Sign in"), "Enter", ButtonKind.PRIMARY)
        self._mode_chosen = bool(address.mode)
        self._build()
        self._show_address(address)
        self._connect()

    def address(self) -> Address:
        """What the fields say."""
        return Address(
            self.host.text().strip() or "localhost", int(self.port.text() or signing_in.PORT),
            self.database.text().strip(), self.user.text().strip(), self.mode.currentData(),
            self.authority.text().strip(), self.certificate.text().strip(), self.key.text().strip(),
        )  # fmt: skip

    def _show_address(self, address: Address) -> None:
        self.host.setText(address.host)
        self.port.setText(str(address.port))
        self.database.setText(address.database)
        self.user.setText(address.user)
        self.authority.setText(address.authority)
        self.certificate.setText(address.certificate)
        self.key.setText(address.key)
        self.mode.setCurrentIndex(self.mode.findData(address.mode or address.default_mode))
        fields = (self.database, self.user, self.password)
        next((field for field in fields if not field.text()), self.password).setFocus()

    def _connect(self) -> None:
        self.enter.clicked.connect(self._request)
        files = self.authority, self.certificate, self.key
        for field in (self.host, self.port, self.database, self.user, self.password, *files):
            field.returnPressed.connect(self._request)
        self.host.textChanged.connect(self._propose_mode)
        self.mode.activated.connect(self._choose_mode)

    def _choose_mode(self) -> None:
        self._mode_chosen = True

    def _propose_mode(self) -> None:
        """Off this computer everything is checked, unless somebody chose otherwise."""
        if not self._mode_chosen and self.address().names_servers:
            self.mode.setCurrentIndex(self.mode.findData(self.address().default_mode))

    def _request(self) -> None:
        wanted = {
            self.database: tr("Name the database."), self.user: tr("Say who signs in."),
            self.password: tr("Type the password."),
        }  # fmt: skip
        if self.certificate.text().strip():  # it may be all that the server asks for
            del wanted[self.password]
        for field, words in wanted.items():
            if not field.text().strip():
                self.bar.show_message(InfoKind.ERROR, words)
                field.setFocus()
                return
        if not self.address().names_servers:
            self.bar.show_message(InfoKind.ERROR, tr("Name the server, or several: db1, db2:5433."))
            self.host.setFocus()
            return
        self.decide_by("sign in", self._sign_in(self.address(), self.password.text()))

    async def _sign_in(self, address: Address, password: str) -> Database:
        database = await self._open(address.url(password))
        try:
            await signing_in.own_person(database)
        except Refused:
            await database.close()
            raise
        if password and self.remember.isChecked() and not await asyncio.to_thread(
            signing_in.remember_password, address, password
        ):
            self.remember.setChecked(False)
        return database

    def _say(self, name: str, error: Exception) -> None:
        super()._say(name, error)
        self.password.setFocus()
        self.password.selectAll()

    def _build(self) -> None:
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.port.setValidator(QIntValidator(1, 65535, self.port))
        self.port.setFixedWidth(theme.current().px(80))
        for code, words in _MODES.items():
            self.mode.addItem(tr(words), code)
        self.authority.setPlaceholderText(tr("the system's own"))
        for field in (self.certificate, self.key):
            field.setPlaceholderText(tr("where the server asks for one"))
        rows: tuple[tuple[str, str, QWidget], ...] = (
            ("sign_in_database", tr("Database"), self.database),
            ("sign_in_mode", tr("Protection"), self.mode),
            ("sign_in_authority", tr("Certification authority's file"), self.authority),
            ("sign_in_certificate", tr("Your certificate's file"), self.certificate),
            ("sign_in_key", tr("Its key's file"), self.key),
            ("sign_in_user", tr("Who"), self.user),
            ("sign_in_password", tr("Password"), self.password),
        )
        form = QGridLayout()
        form.setVerticalSpacing(10)
        form.setHorizontalSpacing(16)
        form.setColumnStretch(1, 1)
        server = QHBoxLayout()
        server.setSpacing(8)
        server.addWidget(self.host, 1)
        server.addWidget(self.port)
        form.addWidget(TextLabel(tr("Server and port")), 0, 0)
        form.addLayout(server, 0, 1)
        self._name(self.host, "sign_in_host", tr("Server"))
        self._name(self.port, "sign_in_port", tr("Port"))
        for row, (name, words, widget) in enumerate(rows, 1):
            self._name(widget, name, words)
            form.addWidget(TextLabel(words), row, 0)
            form.addWidget(widget, row, 1)
        form.addWidget(self.remember, len(rows) + 1, 1)
        self._name(self.remember, "sign_in_remember", self.remember.text())
        self._name(self.enter, "sign_in_enter", tr("Sign in"))
        column = QVBoxLayout()
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(14)
        column.addWidget(TextLabel(tr("Sign in to your region"), "title"))
        column.addLayout(form)
        column.addStretch(1)
        column.addWidget(self.enter, 0, Qt.AlignmentFlag.AlignRight)
        self._frame(column, 620, 510)

    def _name(self, widget: QWidget, name: str, words: str) -> None:
        widget.setObjectName(name)
        widget.setAccessibleName(words)
