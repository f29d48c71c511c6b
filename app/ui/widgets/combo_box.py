"""A choice among a few, whose long value ends in "…" where there is no room for it, and is whole in the tooltip."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox


class ComboBox(QComboBox):
    """Qt draws what fits of a value and breaks it off within a letter."""

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        option.currentText = self._fitting(option)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and not self.toolTip() and self.is_cut():
            self.setToolTip(self.currentText())
            told = super().event(event)
            self.setToolTip("")
            return told
        return super().event(event)

    def is_cut(self) -> bool:
        """Whether the value does not fit."""
        option = QStyleOptionComboBox()
        super().initStyleOption(option)
        return self._fitting(option) != self.currentText()

    def _fitting(self, option: QStyleOptionComboBox) -> str:
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self).width()
        return self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
