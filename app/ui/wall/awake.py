"""Keeps the screen on while the wall stands: asks the desktop, else the X server, else Windows."""

import logging
import shutil
import subprocess
import sys

log = logging.getLogger(__name__)

# SetThreadExecutionState: continuously, the system and the display are needed.
_WINDOWS_AWAKE = 0x80000000 | 0x00000001 | 0x00000002
_X_COMMANDS = (("xset", "s", "off"), ("xset", "s", "noblank"), ("xset", "-dpms"))
_SERVICES = (
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver"),
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver"),
)


def keep_awake(platform: str) -> list[str]:
    """Ask whoever may blank the screen not to; gives the names of those who agreed.

    `platform` is Qt's: on "offscreen" there is nothing to keep on.
    """
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetThreadExecutionState(_WINDOWS_AWAKE)
        return ["windows"]
    agreed = _ask_desktop() if platform in ("xcb", "wayland") else []
    if platform == "xcb" and _ask_x():
        agreed.append("xset")
    if not agreed and platform in ("xcb", "wayland"):
        log.info("nobody here keeps the screen on: switch its blanking off by hand")
    return agreed


def _ask_desktop() -> list[str]:
    """Inhibit over D-Bus; it holds as long as this program's connection does."""
    from PySide6.QtDBus import QDBusConnection, QDBusInterface, QDBusMessage

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return []
    for service, path, interface in _SERVICES:
        asked = QDBusInterface(service, path, interface, bus)
        if asked.isValid():
            answer = asked.call("Inhibit", "cur-desk", "wall")
            if answer.type() == QDBusMessage.MessageType.ReplyMessage:
                return [service]
    return []


def _ask_x() -> bool:
    """Switch the X server's own blanking and power saving off."""
    if shutil.which("xset") is None:
        return False
    done = [subprocess.run(command, check=False, capture_output=True, timeout=5) for command in _X_COMMANDS]
    return all(each.returncode == 0 for each in done)
