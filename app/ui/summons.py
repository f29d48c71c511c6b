"""A link to a case, opened while the desk runs, goes to that desk: one local socket for each data folder."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

PATIENCE_MS = 500
LONGEST_LINK = 2000


def call_running_desk(folder: Path, link: str) -> bool:
    """Hand the link to the desk that runs on this data folder; False where none does."""
    socket = QLocalSocket()
    socket.connectToServer(_name(folder))
    if not socket.waitForConnected(PATIENCE_MS):
        return False
    socket.write(f"{link}\n".encode())
    was_written = socket.waitForBytesWritten(PATIENCE_MS)
    socket.disconnectFromServer()
    return was_written


def _name(folder: Path) -> str:
    return f"cur-desk-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]}"


class Summons(QObject):
    """Hears links that other starts of the program were given. Only this user's programs can speak to it."""

    link_received = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = _name(folder)
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
            if line:
                self.link_received.emit(line)
        elif socket.bytesAvailable() > LONGEST_LINK:
            socket.abort()
