"""A field to search or filter by, that speaks up shortly after the typing."""

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.texts import tr
from app.ui import theme
from app.ui.widgets.buttons import key_cap_size, paint_key_cap

DEBOUNCE_MS = 8


class SearchBox(QLineEdit):
    """Escape empties it, Enter does not wait. `key` is only shown; the window owns the shortcut.

    Signals: text_edited(text) once for letters that come together (8 ms), and never twice with the same text.
    """

    text_edited = Signal(str)

    def __init__(self, placeholder: str, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self._said = ""
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self._lens = QAction(self)
        self._clear = QAction(tr("Clear"), self)
        self.addAction(self._lens, QLineEdit.ActionPosition.LeadingPosition)
        self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self._fetch()
        self._pause = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._pause.timeout.connect(self.say_now)
        self.textChanged.connect(self._changed)
        self.returnPressed.connect(self.say_now)
        self._clear.triggered.connect(self.clear)
        self._clear.setVisible(False)
        self._leave_room()

    def say_now(self) -> None:
        """Emit what was typed, if that is news."""
        self._pause.stop()
        if self.text() != self._said:
            self._said = self.text()
            self.text_edited.emit(self._said)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.say_now()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._fetch()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._key and not self.text() and not self.hasFocus():
            cap = QRect()
            cap.setSize(key_cap_size(self._key))
            cap.moveTo(self.width() - cap.width() - 8, (self.height() - cap.height()) // 2)
            now = theme.current()
            paint_key_cap(QPainter(self), cap, self._key, now.color("ink_third"), now.color("line"))

    def _changed(self) -> None:
        self._clear.setVisible(bool(self.text()))
        self._leave_room()
        self._pause.start()

    def _leave_room(self) -> None:
        """The hint in an empty field ends before the key's cap."""
        room = key_cap_size(self._key).width() if self._key and not self.text() else 0
        self.setTextMargins(0, 0, room, 0)

    def _fetch(self) -> None:
        self._lens.setIcon(theme.current().icon("search", "ink_third"))
        self._clear.setIcon(theme.current().icon("close", "ink_second"))
