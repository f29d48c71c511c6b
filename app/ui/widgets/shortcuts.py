"""The one place where a key is bound to what it does."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QWidget


def shortcut(
    owner: QWidget, sequence: str, act: Callable[[], object], *, local: bool = False, repeats: bool = False
) -> list[QShortcut]:
    """Let a key do `act` while `owner` is seen: in its whole window, or, `local`, while it or what is in it has the
    focus. A key with Return is that of the keypad too. Held down it `repeats` only where it moves, never where it acts.
    """
    scope = Qt.ShortcutContext
    made = [QShortcut(QKeySequence(each), owner) for each in _both_enters(sequence)]
    for one in made:
        one.setContext(scope.WidgetWithChildrenShortcut if local else scope.WindowShortcut)
        one.setAutoRepeat(repeats)
        one.activated.connect(act)
    return made


def press_by(owner: QWidget, button: QAbstractButton, *sequences: str, local: bool = False) -> None:
    """Let keys press a button of `owner` while it is seen: the first stands on its cap."""
    for sequence in sequences:
        shortcut(owner, sequence, lambda: button.click() if button.isVisible() else None, local=local)


def _both_enters(sequence: str) -> tuple[str, ...]:
    return (sequence, sequence.replace("Return", "Enter")) if "Return" in sequence else (sequence,)
