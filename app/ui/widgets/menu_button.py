"""An icon that opens a menu, without waiting for it: Qt's own way runs a loop of events inside the press, and a window
that is left meanwhile would be freed under it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QStyleOptionToolButton, QWidget

from app.ui.widgets.icon_button import IconButton


class MenuButton(IconButton):
    """`menu_below` opens at a click, Space or Enter, and stands below the button, which stays pressed meanwhile."""

    def __init__(self, icon: str, text: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(icon, text, parent=parent)
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu_below = QMenu(self)
        self.menu_below.setObjectName(f"{name}_menu")
        self.menu_below.aboutToHide.connect(lambda: self.setDown(False))
        self.clicked.connect(self.open)

    def open(self) -> None:
        """Show the menu; returns at once."""
        self.menu_below.popup(self.mapToGlobal(self.rect().bottomLeft()))
        self.setDown(True)

    def initStyleOption(self, option: QStyleOptionToolButton) -> None:
        """Painted with the mark of a button that has a menu."""
        super().initStyleOption(option)
        option.features |= QStyleOptionToolButton.ToolButtonFeature.HasMenu
