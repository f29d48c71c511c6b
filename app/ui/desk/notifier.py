"""Telling a person whose window is behind others: a sound, a notice of the system, a mark on the taskbar.

The sound is the system's own bell (QApplication.beep): QtMultimedia is not among the essentials of Qt, and a sound of
the system is one that people know how to make louder or to switch off.
"""

import sys
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from app.services.alerts.settings import NoticeChoice
from app.texts import tr, trn
from app.ui import icons, theme

NOTICE_MS = 10_000
SHOWN_LINES = 3


class Notifier(QObject):
    """Signals: opened(case id or None) when the person clicks the notice: of the one case it told of, None where it
    told of several, or where the mark in the tray itself was clicked."""

    opened = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._tray: QSystemTrayIcon | None = None
        self._count = 0
        self._about: int | None = None

    def notify(self, lines: Sequence[str], choice: NoticeChoice, about: int | None = None) -> None:
        """Tell of new alerts at once, as the person wants to be told; `about` is the case, where all are of one."""
        if choice.sound:
            QApplication.beep()
        QApplication.alert(self._window)
        if choice.notices and not self._window.isActiveWindow() and (tray := self._tray_icon()) is not None:
            told = list(lines[:SHOWN_LINES])
            if rest := len(lines) - len(told):
                told.append(trn("and {n} more", "and {n} more", rest))
            self._about = about
            tray.showMessage(
                tr("A limit runs out"), "\n".join(told), QSystemTrayIcon.MessageIcon.Warning, NOTICE_MS
            )

    def show_count(self, count: int) -> None:
        """The number of new alerts on the program's mark in the taskbar, where the system shows such."""
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication), "windows need one"
        if sys.platform != "linux":
            app.setBadgeNumber(count)
        elif count != self._count:
            _tell_launchers(app.desktopFileName(), count)
        self._count = count

    def close(self) -> None:
        """Leave nothing of it in the tray or on the taskbar."""
        self.show_count(0)
        if self._tray is not None:
            self._tray.hide()

    def _tray_icon(self) -> QSystemTrayIcon | None:
        """Made when first needed; None where the system has no tray."""
        if self._tray is None and QSystemTrayIcon.isSystemTrayAvailable():
            self._tray = QSystemTrayIcon(icons.icon("warning", theme.current().hex("soon"), "#888888"), self)
            self._tray.setToolTip(tr("CUR desk"))
            self._tray.messageClicked.connect(lambda: self.opened.emit(self._about))
            self._tray.activated.connect(lambda _: self.opened.emit(None))
            self._tray.show()
        return self._tray


def _tell_launchers(name: str, count: int) -> None:
    """Tell the docks and taskbars of a Linux desktop of the count, by the signal they all take from Unity's days.

    Qt's own setBadgeNumber makes a D-Bus path of the program's name and may not, because of its hyphen: it says so in
    the log, and no mark is ever shown.
    """
    from PySide6.QtDBus import QDBusConnection, QDBusMessage  # where something is told, not at the start

    bus = QDBusConnection.sessionBus()
    if bus.isConnected():
        path = f"/com/canonical/unity/launcherentry/{name.replace('-', '_')}"
        message = QDBusMessage.createSignal(path, "com.canonical.Unity.LauncherEntry", "Update")
        shown = {"count": count, "count-visible": count > 0}
        message.setArguments([f"application://{name}.desktop", shown])
        bus.send(message)
