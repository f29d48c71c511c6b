"""A small button that is only an icon; its meaning is in the tooltip and spoken."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QToolButton, QWidget

from app.ui import theme
from app.ui.widgets.by_enter import ByEnter


class IconButton(ByEnter, QToolButton):
    """An icon of the theme on a flat button; follows a change of theme."""

    def __init__(self, icon: str, text: str, ink: str = "ink_second", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._ink = icon, ink
        self.setText(text)
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.setIconSize(QSize(theme.current().px(16), theme.current().px(16)))
        self._fetch()

    def show_icon(self, icon: str, ink: str = "ink_second") -> None:
        self._name, self._ink = icon, ink
        self._fetch()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._fetch()
        super().changeEvent(event)

    def _fetch(self) -> None:
        self.setIcon(theme.current().icon(self._name, self._ink))
