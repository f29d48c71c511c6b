"""Awaitable waits for tests on the Qt loop, where pytest-qt's own waits would nest an event loop."""

import asyncio

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from tests.helpers.waiting import PATIENCE_SECONDS, until

__all__ = ["until"]


async def signal(bound_signal, seconds=PATIENCE_SECONDS):
    """Wait for one emission and give its arguments."""
    arrived = asyncio.get_running_loop().create_future()

    def note(*args):
        if not arrived.done():
            arrived.set_result(args)

    bound_signal.connect(note)
    try:
        return await asyncio.wait_for(arrived, seconds)
    finally:
        bound_signal.disconnect(note)


def application():
    """The one QApplication, dressed as the desk is: tests measure the real look, never the platform's."""
    app = QApplication.instance() or QApplication(["cur-desk"])
    if not app.property("dressed"):
        from app.ui import theme

        app.setQuitOnLastWindowClosed(False)
        theme.use(app, theme.load("light"))
        app.setProperty("dressed", True)
    return app


def is_ready(window):
    """Whether a window takes keys and shortcuts: shown, and made active by the platform."""
    return window is not None and window.isVisible() and window.isActiveWindow()


def top_level_windows():
    """Windows that live on after pending deletions are carried out."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return set(QApplication.topLevelWidgets())


def type_text(widget, text):
    """Type into a widget letter by letter; QtTest's own keyClicks aborts on Cyrillic."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, letter)
            QCoreApplication.sendEvent(widget, event)
