"""Choosing another card: the ones that look alike, each with why, or one by its number or its message's link."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.services.kin import Kin
from app.texts import tr
from app.texts.kin import about_kin, why_alike
from app.ui.widgets.labels import ElidedLabel, TextLabel

LOOKUP_MS = 250
LEAST_TYPED = 3


class KinRow(QWidget):
    """One card that may be chosen by a click anywhere on it: its number and state, what it says, why it is alike."""

    def __init__(self, kin: Kin, now: datetime, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kin = kin
        self.button = QRadioButton(kin.number)
        self.button.setObjectName(f"kin_{kin.id}")
        about, why = about_kin(kin, now, zone), why_alike(kin)
        self.button.setAccessibleDescription(". ".join(part for part in (about, kin.excerpt, why) if part))
        text = ElidedLabel(kin.excerpt, "body", "ink_second")
        text.setToolTip(kin.excerpt)
        beneath = TextLabel(why, "small", "ink_third", wrap=True)
        beneath.setVisible(bool(why))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.button)
        head.addWidget(ElidedLabel(about, "small", "ink_second"), 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 8)
        box.setSpacing(2)
        box.addLayout(head)
        for label in (text, beneath):
            label.setContentsMargins(24, 0, 0, 0)
            box.addWidget(label)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.button.setChecked(True)
            self.button.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mouseReleaseEvent(event)


class KinChooser(QWidget):
    """Guarantees: at most one card is chosen; what was found by number or link stands first and is chosen.

    Signals: chosen_changed(); lookup_requested(typed) a moment after a number or link was typed, to be answered by
    `show_found`.
    """

    chosen_changed = Signal()
    lookup_requested = Signal(str)

    def __init__(self, kin: Sequence[Kin], now: datetime, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now, self._zone = now, zone
        self.typed = QLineEdit()
        self.typed.setObjectName("card_typed")
        self.typed.setPlaceholderText(tr("Number of the card, its last digits, or the link of its message"))
        self.typed.setAccessibleName(tr("Another card"))
        self.not_found = ""
        self._group = QButtonGroup(self)
        self._rows: list[KinRow] = []
        nothing = tr("No card looks alike. Find one by its number or link.")
        self._none = TextLabel(nothing, "body", "ink_third", wrap=True)
        self._pause = QTimer(self, singleShot=True, interval=LOOKUP_MS)
        self._build()
        for one in kin:
            self._add(one, len(self._rows))
        self._none.setVisible(not self._rows)
        self.typed.textChanged.connect(self._note_typing)
        self._pause.timeout.connect(lambda: self.lookup_requested.emit(self.typed.text().strip()))
        self._group.buttonToggled.connect(lambda _button, checked: self.chosen_changed.emit() if checked else None)

    def chosen(self) -> Kin | None:
        """The card chosen, None so far."""
        return next((row.kin for row in self._rows if row.button.isChecked()), None)

    def rows(self) -> list[KinRow]:
        return list(self._rows)

    def show_found(self, typed: str, kin: Kin | None) -> None:
        """What was found for `typed`; an answer that came too late is not shown."""
        if typed != self.typed.text().strip():
            return
        self.not_found = "" if kin is not None else typed
        if kin is not None:
            row = next((row for row in self._rows if row.kin.id == kin.id), None) or self._add(kin, 0)
            row.button.setChecked(True)
            self._area.ensureWidgetVisible(row)
        self._none.setVisible(not self._rows)
        self.chosen_changed.emit()

    def _build(self) -> None:
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._area = QScrollArea()
        self._area.setObjectName("kin")
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inside)
        self._area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        self.beneath_typed = QVBoxLayout()
        """Where a dialog says what is wrong with what was typed."""
        box.addWidget(self.typed)
        box.addLayout(self.beneath_typed)
        box.addWidget(self._none)
        box.addWidget(self._area, 1)

    def _add(self, kin: Kin, place: int) -> KinRow:
        row = KinRow(kin, self._now, self._zone)
        self._rows.insert(place, row)
        self._group.addButton(row.button)
        self._column.insertWidget(place, row)
        return row

    def _note_typing(self) -> None:
        self.not_found = ""
        if len(self.typed.text().strip()) >= LEAST_TYPED:
            self._pause.start()
        else:
            self._pause.stop()
        self.chosen_changed.emit()
