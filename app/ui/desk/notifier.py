"""Telling a person whose window is behind others: a sound, a notice of the system, a mark on the taskbar.

The sound is the system's own bell (QApplication.beep): QtMultimedia is not among the essentials of Qt, and a sound of
the system is one that people know how to make louder or to switch off.
"""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from app.services.alerts.settings import NoticeChoice
from app.texts import tr
from app.ui import icons, theme

NOTICE_MS = 10_000
SHOWN_LINES = 3


class Notifier(QObject):
    """Signals: opened when the person clicks the notice."""

    opened = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._tray: QSystemTrayIcon | None = None

    def notify(self, lines: Sequence[str], choice: NoticeChoice) -> None:
        """Tell of new alerts at once, as the person wants to be told."""
        if choice.sound:
            QApplication.beep()
        QApplication.alert(self._window)
        if choice.notices and not self._window.isActiveWindow() and (tray := self._tray_icon()) is not None:
            tray.showMessage(
                tr("A limit runs out"), "\n".join(lines[:SHOWN_LINES]), QSystemTrayIcon.MessageIcon.Warning, NOTICE_MS
            )

    def show_count(self, count: int) -> None:
        """The number of new alerts on the program's mark in the taskbar, where the system shows such."""
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication), "windows need one"
        app.setBadgeNumber(count)

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
            self._tray.messageClicked.connect(self.opened)
            self._tray.activated.connect(lambda _: self.opened.emit())
            self._tray.show()
        return self._tray
