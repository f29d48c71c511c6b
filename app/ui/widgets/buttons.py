"""Buttons of acts: they show the key that does the same and say why they are refused."""

from enum import Enum

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from app.ui import theme
from app.ui.widgets.by_enter import ByEnter

RADIUS = 5
PADDING = 14
GAP = 7
HEIGHT = 32
CAP_PADDING = 5
ICON_SIZE = 16


class ButtonKind(Enum):
    """One primary act at a time; the rest are secondary; danger is for what cannot be taken back."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    DANGER = "danger"


def key_cap_size(key: str) -> QSize:
    """The room a key cap takes; empty for no key."""
    if not key:
        return QSize(0, 0)
    metrics = QFontMetrics(theme.current().font("small"))
    height = metrics.height() + 2
    return QSize(max(height, metrics.horizontalAdvance(key) + 2 * CAP_PADDING), height)


def paint_key_cap(painter: QPainter, rect: QRect, key: str, ink: QColor, edge: QColor) -> None:
    """Draw a key in a small frame; for any painter that says which key does the thing."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setPen(ink)
    painter.setFont(theme.current().font("small"))
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), key)
    painter.restore()


class KeyButton(ByEnter, QPushButton):
    """A push button with its key beside the words; when refused it is greyed and its tooltip says why.

    The key is only shown: shortcuts belong to the window, which knows when a letter is typed into a field.
    """

    def __init__(
        self,
        text: str,
        key: str = "",
        kind: ButtonKind = ButtonKind.SECONDARY,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._key, self._kind, self._icon_name = key, kind, icon
        self.setAccessibleName(f"{text}, {key}" if key else text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAttribute(Qt.WidgetAttribute.WA_LayoutUsesWidgetRect)

    def key(self) -> str:
        return self._key

    def set_key(self, key: str) -> None:
        """Show another key."""
        self._key = key
        self.setAccessibleName(f"{self.text()}, {key}" if key else self.text())
        self.updateGeometry()
        self.update()

    def kind(self) -> ButtonKind:
        return self._kind

    def set_kind(self, kind: ButtonKind) -> None:
        """Make this the primary act, or no longer."""
        if kind is not self._kind:
            self._kind = kind
            self.updateGeometry()
            self.update()

    def allow(self, hint: str = "") -> None:
        """The act is possible now; `hint` is an optional tooltip."""
        self._settle(enabled=True, words=hint)

    def refuse(self, reason: str) -> None:
        """Grey the button and say why."""
        self._settle(enabled=False, words=reason)

    def sizeHint(self) -> QSize:
        now = theme.current()
        width = QFontMetrics(self._font()).horizontalAdvance(self.text()) + 2 * PADDING
        if self._icon_name:
            width += now.px(ICON_SIZE) + GAP
        if self._key:
            width += GAP + key_cap_size(self._key).width()
        return QSize(width, now.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option)
        self._paint_words(painter)

    def _settle(self, *, enabled: bool, words: str) -> None:
        self.setEnabled(enabled)
        self.setToolTip(words)
        self.setAccessibleDescription(words)

    def _font(self) -> QFont:
        return theme.current().font("strong" if self._kind is ButtonKind.PRIMARY else "body")

    def _ink_role(self) -> str:
        if not self.isEnabled():
            return "disabled"
        return {"primary": "on_accent", "secondary": "ink", "danger": "late"}[self._kind.value]

    def _paint_ground(self, painter: QPainter, option: QStyleOptionButton) -> None:
        now = theme.current()
        is_primary = self._kind is ButtonKind.PRIMARY and self.isEnabled()
        is_hot = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if is_primary:
            ground, edge = ("accent_hover" if is_hot or self.isDown() else "accent"), "accent"
        else:
            is_in = self.isDown() or self.isChecked()
            ground = "selection" if is_in else "hover" if is_hot and self.isEnabled() else "card"
            edge = "rim" if self.isEnabled() else "line"
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(now.color(edge), 1))
        painter.setBrush(now.color(ground))
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(now.color("on_accent" if is_primary else "focus"), 1.5 if is_primary else 2))
            inset = 3 if is_primary else 0.5
            painter.drawRoundedRect(frame.adjusted(inset, inset, -inset, -inset), RADIUS - 1, RADIUS - 1)

    def _paint_words(self, painter: QPainter) -> None:
        now = theme.current()
        ink = now.color(self._ink_role())
        left = (self.width() - self.sizeHint().width()) // 2 + PADDING
        if self._icon_name:
            size = now.px(ICON_SIZE)
            mark = now.pixmap(self._icon_name, self._ink_role(), size, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(left, (self.height() - size) / 2), mark)
            left += size + GAP
        font = self._font()
        width = QFontMetrics(font).horizontalAdvance(self.text())
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(QRect(left, 0, width + 2, self.height()), int(Qt.AlignmentFlag.AlignVCenter), self.text())
        if self._key:
            cap = QRect()
            cap.setSize(key_cap_size(self._key))
            cap.moveTo(left + width + GAP, (self.height() - cap.height()) // 2)
            quiet = self._kind is not ButtonKind.PRIMARY and self.isEnabled()
            ink = now.color("ink_second") if quiet else ink
            edge = now.color("line") if self._ink_role() != "on_accent" else ink
            paint_key_cap(painter, cap, self._key, ink, edge)
