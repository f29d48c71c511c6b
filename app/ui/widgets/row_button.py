"""A line of a list that is pressed: what has no room ends in "…", by its width and not by a count of letters."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyleOptionToolButton, QWidget

from app.ui import theme
from app.ui.widgets.by_enter import ToolButton

HEIGHT = 28
# What Qt leaves between the icon and the words, and the frame of the theme at both ends.
_GAP, _FRAME = 4, 8


class RowButton(ToolButton):
    """As wide as its list; an icon before its words, which its accessible name and its tooltip tell whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._size()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange:
            self._size()
        super().changeEvent(event)

    def initStyleOption(self, option: QStyleOptionToolButton) -> None:
        super().initStyleOption(option)
        option.text = self._fitting()

    def shown_text(self) -> str:
        """The words as they are drawn."""
        return self._fitting().replace("&&", "&")

    def _fitting(self) -> str:
        icon = self.iconSize().width() if not self.icon().isNull() else 0
        margins = 2 * self.style().pixelMetric(QStyle.PixelMetric.PM_ButtonMargin, None, self)
        room = self.width() - icon - margins - theme.current().px(_GAP + _FRAME)
        words = self.text().replace("&&", "&")
        return self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room).replace("&", "&&")

    def _size(self) -> None:
        self.setFixedHeight(theme.current().px(HEIGHT))
