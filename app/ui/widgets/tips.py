"""Tooltips in lines that an eye follows: Qt keeps plain words in one line, up to the width of the screen, and takes
what looks like markup for markup, though a citizen wrote it."""

import html
import textwrap

from PySide6.QtCore import QEvent
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip, QWidget

LETTERS = 72


def in_lines(words: str) -> str:
    """Plain words as a tooltip shows them: no line of more than LETTERS."""
    parts = words.split("\n")
    shown = "\n".join(line for part in parts for line in textwrap.wrap(part, LETTERS) or [""])
    return f'<p style="white-space:pre">{html.escape(shown)}</p>' if "<" in shown else shown


def shows_tip(widget: QWidget, event: QEvent) -> bool:
    """Whether `event` asked for the tooltip of `widget`, which is shown in lines then: for `event` of a widget."""
    if event.type() != QEvent.Type.ToolTip or not widget.toolTip() or not isinstance(event, QHelpEvent):
        return False
    QToolTip.showText(event.globalPos(), in_lines(widget.toolTip()), widget)
    return True
