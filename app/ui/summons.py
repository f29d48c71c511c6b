"""Another start of the program goes to the desk that runs: with a link to a case, or only to bring it forward. There is
one local socket for each data folder."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from app.ui.running import socket_name

PATIENCE_MS = 500
LONGEST_LINK = 2000
SHOW, SHOWN = "show ", b"shown"


def call_running_desk(folder: Path, link: str) -> bool:
    """Hand the link to the desk that runs on this data folder; False where none does."""
    return _call(folder, link) is not None


def show_running_desk(folder: Path, place: str) -> bool:
    """Bring the desk of this data folder forward, where one runs and shows `place`; False where not."""
    socket = _call(folder, f"{SHOW}{place}")
    if socket is None or not socket.waitForReadyRead(PATIENCE_MS):
        return False
    return bytes(socket.readAll().data()).startswith(SHOWN)


def _call(folder: Path, words: str) -> QLocalSocket | None:
    socket = QLocalSocket()
    socket.connectToServer(socket_name(folder))
    if not socket.waitForConnected(PATIENCE_MS):
        return None
    socket.write(f"{words}\n".encode())
    return socket if socket.waitForBytesWritten(PATIENCE_MS) else None


class Summons(QObject):
    """Hears links that other starts of the program were given. Only this user's programs can speak to it.

    Signals: link_received(link); show_requested where another start would show what `shows_place` says is shown here.
    """

    link_received = Signal(str)
    show_requested = Signal()

    def __init__(
        self, folder: Path, parent: QObject | None = None, shows_place: Callable[[str], bool] = lambda _place: False
    ) -> None:
        super().__init__(parent)
        self._name, self._shows_place = socket_name(folder), shows_place
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)

    def listen(self) -> bool:
        """Begin to hear; False where another desk of this folder already does."""
        probe = QLocalSocket()
        probe.connectToServer(self._name)
        if probe.waitForConnected(PATIENCE_MS):
            probe.disconnectFromServer()
            return False
        QLocalServer.removeServer(self._name)  # what a desk that died left behind
        return self._server.listen(self._name)

    def close(self) -> None:
        """Hear nothing more."""
        self._server.close()

    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if socket.canReadLine():
            line = bytes(socket.readLine(LONGEST_LINK).data()).decode(errors="replace").strip()
            if line.startswith(SHOW):
                self._answer(socket, line.removeprefix(SHOW))
            elif line:
                self.link_received.emit(line)
        elif socket.bytesAvailable() > LONGEST_LINK:
            socket.abort()

    def _answer(self, socket: QLocalSocket, place: str) -> None:
        if self._shows_place(place):
            socket.write(SHOWN)
            socket.flush()
            self.show_requested.emit()
        socket.disconnectFromServer()
