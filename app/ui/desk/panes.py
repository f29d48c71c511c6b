"""The three panes of the window: places at the left, what is shown, the card at the right."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from app.ui import theme

WIDTHS = (212, 788, 440)
SMALL_WIDTHS = (200, 766, 400)
LEAST_WIDTHS = (200, 430, 360)
# Of a wider window the middle and the card take these parts; beyond so many pixels a message's lines are too long.
SHARES = (0, 3, 1)
WIDEST_CARD = 720
# In pixels, the narrowest screen: 1920 at 200 %. With large type, or there, the panes share the width.
NARROWEST_SCREEN = 960


class Panes(QSplitter):
    """No pane can be pushed out of sight; what room there is more goes to the middle, and a part of it to the card."""

    def __init__(self, *parts: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setObjectName("panes")
        self.setChildrenCollapsible(False)
        handles = (len(LEAST_WIDTHS) - 1) * self.handleWidth()
        room = max(NARROWEST_SCREEN, self.screen().availableSize().width()) - handles
        share = min(1.0, room / theme.current().px(sum(LEAST_WIDTHS)))
        for part, least, part_of in zip(parts, LEAST_WIDTHS, SHARES, strict=True):
            part.setMinimumWidth(int(theme.current().px(least) * share))
            self.addWidget(part)
            self.setStretchFactor(self.count() - 1, part_of)
        parts[-1].setMaximumWidth(theme.current().px(WIDEST_CARD))

    def take_first_widths(self, *, is_small: bool) -> None:
        """The widths of a first start; on a small screen the panes beside the table are narrower."""
        self.setSizes([theme.current().px(width) for width in (SMALL_WIDTHS if is_small else WIDTHS)])


def focus_next(panes: Sequence[QWidget | None], made_of_widgets: Sequence[QWidget | None]) -> None:
    """Give the keyboard to the pane after the one that has it; where a pane is made of widgets, to its first."""
    focused = QApplication.focusWidget()
    here = next((n for n, pane in enumerate(panes) if pane and focused and _holds(pane, focused)), -1)
    pane = panes[(here + 1) % len(panes)]
    if pane is not None and pane in made_of_widgets:
        _focus_first(pane)
    elif pane is not None:
        pane.setFocus()


def _holds(pane: QWidget, widget: QWidget) -> bool:
    return pane is widget or pane.isAncestorOf(widget)


def _focus_first(pane: QWidget) -> None:
    """Give the keyboard to the first widget of a pane that takes it by Tab."""
    widget = pane.nextInFocusChain()
    while widget is not None and widget is not pane:
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled()
        if takes and pane.isAncestorOf(widget):
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            return
        widget = widget.nextInFocusChain()
