"""A person without a mouse: keys go to whatever has the keyboard, and it is never nowhere."""

from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from tests.helpers.desk import until
from tests.helpers.qt import is_ready, type_text

MOST_TABS = 30


def focus():
    """What has the keyboard; a person who presses a key then has always something that hears it."""
    focused = QApplication.focusWidget()
    assert focused is not None, "the keyboard is nowhere"
    assert focused.isVisible(), f"the keyboard is in {focused.objectName()}, which is out of sight"
    return focused


def where():
    """The name of what has the keyboard."""
    return focus().objectName()


def press(*keys):
    """Press keys one after another, each as Qt writes it: "Ctrl+Return"."""
    for key in keys:
        combined = QKeySequence(key)[0]
        QTest.keyClick(focus(), combined.key(), combined.keyboardModifiers())


def write(text):
    """Type letters into what has the keyboard."""
    type_text(focus(), text)


def tab_to(name):
    """Press Tab until the keyboard is in `name`."""
    for _ in range(MOST_TABS):
        if where() == name:
            return
        press("Tab")
    raise AssertionError(f"Tab does not come to {name}")


def pick(name, typed):
    """Go to a choice by Tab, type a part of it and take it by Enter."""
    tab_to(name)
    write(typed)
    press("Return")


async def dialog(name):
    """Wait for a dialog that takes the keyboard."""

    def shown():
        tops = QApplication.topLevelWidgets()
        return next((w for w in tops if isinstance(w, QDialog) and w.objectName() == name and is_ready(w)), None)

    await until(lambda: shown() is not None)
    return shown()


async def back_at(window, name="rows"):
    """Wait until no dialog is left and the keyboard is back in the window, at `name`; offscreen nobody manages
    windows, so the window is given back as a window manager gives it."""
    await until(lambda: not any(isinstance(w, QDialog) and w.isVisible() for w in QApplication.topLevelWidgets()))
    window.activateWindow()
    await until(lambda: is_ready(window))
    try:
        await until(lambda: where() == name)
    except TimeoutError:
        raise AssertionError(f"the keyboard is in {where()}, not in {name}") from None


async def record_publication(window, link):
    """Enter on a case to be published, the link of the answer, Ctrl+Enter."""
    press("Return")
    await dialog("publication_dialog")
    assert where() == "link"
    write(link)
    press("Ctrl+Return")
    await back_at(window)


async def by_palette(words):
    """Ctrl+K, some words, Enter."""
    press("Ctrl+K")
    palette = await dialog("palette")
    write(words)
    palette.field.say_now()
    press("Return")


