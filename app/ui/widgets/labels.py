"""Labels by role: plain text, icons, pills, section heads, elided text, errors beneath a field."""

import re

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.ui import theme
from app.ui.widgets.tips import shows_tip
from app.ui.widgets.wrapping import kept_together


def set_role(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the stylesheet looks at (ground, frame, pill, invalid …) and take its look on."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    font = widget.font()
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.setFont(font)  # unpolishing puts back the font of the first polish


# A word of so many letters and more is a link, or no word: it may be broken at its joints, and where it has none
# anywhere, or it would widen its pane.
LONG_WORD = 24
_JOINT = re.compile(r"(?<=[/?&=#_.-])(?=[^/])")
_LONG = re.compile(rf"\S{{{LONG_WORD},}}")
_MAY_BREAK = "\u200b"
# Fewer letters than this before "…" say nothing: the place stays empty.
LEAST_LETTERS = 4
_GROUPS = (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled)


class TextLabel(QLabel):
    """Plain text in the font and ink of a role; never interprets a citizen's text as markup.

    Where it wraps it wraps within words, too, that no pane is wide enough for.
    """

    _said = ""

    def __init__(
        self, text: str, font: str = "body", ink: str = "ink", *, wrap: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self._font_role, self._ink = font, ink
        self.setFont(theme.current().font(font))
        self._take_ink()
        self.setText(text)

    def show_text(self, text: str, font: str | None = None, ink: str | None = None) -> None:
        """Change what differs; a role that is not given stays."""
        if ink is not None and ink != self._ink:
            self._ink = ink
            self._take_ink()
        if font is not None and font != self._font_role:
            self._font_role = font
            self.setFont(theme.current().font(font))
        if text != self.text():
            self.setText(text)

    def setText(self, text: str) -> None:
        self._said = text
        super().setText(_LONG.sub(_breakable, kept_together(text)) if self.wordWrap() else text)

    def text(self) -> str:
        """The text as it was given, not as Qt breaks it."""
        return self._said

    def event(self, event: QEvent) -> bool:
        return shows_tip(self, event) or super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._take_ink()
        elif event.type() == QEvent.Type.StyleChange:  # another theme: Qt has put back the font of the first polish
            self.setFont(theme.current().font(self._font_role))
        super().changeEvent(event)

    def _take_ink(self) -> None:
        # By palette, not by stylesheet: polishing anew for a property would throw away the font.
        # Of every group: what is greyed is a field, not the words about it.
        color, mine = theme.current().color(self._ink), self.palette()
        if any(mine.color(group, QPalette.ColorRole.WindowText) != color for group in _GROUPS):
            mine.setColor(QPalette.ColorRole.WindowText, color)
            self.setPalette(mine)


def _breakable(word: re.Match[str]) -> str:
    parts = _JOINT.split(word.group())
    return _MAY_BREAK.join(part if len(part) < LONG_WORD else _MAY_BREAK.join(part) for part in parts)


class SectionLabel(TextLabel):
    """The quiet head of a group: "Сроки по положению"."""

    def __init__(self, text: str, parent: QWidget | None = None, *, wrap: bool = False) -> None:
        super().__init__(text, "small", "ink_third", wrap=wrap, parent=parent)


class IconLabel(QLabel):
    """One icon in the colour of a role; follows a change of theme. Decorative: say its meaning in words beside."""

    def __init__(self, size: int = 16, name: str = "", ink: str = "ink_second", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self._name, self._ink = name, ink
        self.setFixedSize(theme.current().px(size), theme.current().px(size))
        self._fetch()

    def show_icon(self, name: str, ink: str) -> None:
        if (name, ink) != (self._name, self._ink):
            self._name, self._ink = name, ink
            self._fetch()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._fetch()
        super().changeEvent(event)

    def _fetch(self) -> None:
        if self._name:
            size = theme.current().px(self._size)
            self.setPixmap(theme.current().pixmap(self._name, self._ink, size, self.devicePixelRatioF()))


class Pill(TextLabel):
    """A short mark in a frame. Kinds: plain, soon, late, well, accent; the word carries the meaning."""

    def __init__(self, text: str, kind: str = "plain", parent: QWidget | None = None) -> None:
        super().__init__(text, "small", _pill_ink(kind), parent=parent)
        self.setProperty("pill", kind)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)

    def show_pill(self, text: str, kind: str) -> None:
        set_role(self, "pill", kind)
        self.show_text(text, ink=_pill_ink(kind))


def _pill_ink(kind: str) -> str:
    return "ink_second" if kind == "plain" else kind


class ElidedLabel(TextLabel):
    """One line that ends in "…" where it does not fit; the whole text is in the tooltip then, and always spoken."""

    def __init__(self, text: str, font: str = "body", ink: str = "ink", parent: QWidget | None = None) -> None:
        super().__init__(text, font, ink, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._explain()

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setAccessibleName(text)
        self._explain()

    def minimumSizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance("……"), super().minimumSizeHint().height())

    def is_elided(self) -> bool:
        return self._visible_text() != self.text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._explain()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.current().color(self._ink))
        painter.drawText(self.contentsRect(), int(self.alignment()), self._visible_text())

    def _visible_text(self) -> str:
        line = " ".join(self.text().split())
        shown = QFontMetrics(self.font()).elidedText(line, Qt.TextElideMode.ElideRight, self.contentsRect().width())
        return shown if shown == line or len(shown) > LEAST_LETTERS else ""

    def _explain(self) -> None:
        self.setToolTip(self.text() if self.is_elided() else "")


class FieldError(QWidget):
    """The place beneath a field where a refusal is said; the field gets a red frame and the words as description."""

    def __init__(self, field: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._text = TextLabel("", "small", "late", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(6)
        row.addWidget(IconLabel(14, "warning", "late"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        self.hide()

    def show_error(self, text: str) -> None:
        """Say why the field is refused; an empty `text` takes it back."""
        self._text.show_text(text)
        self._field.setAccessibleDescription(text)
        set_role(self._field, "invalid", "true" if text else None)
        self.setVisible(bool(text))

    def clear(self) -> None:
        self.show_error("")

    def text(self) -> str:
        return self._text.text()
