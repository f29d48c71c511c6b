"""How the desk looks: colours, fonts and icons by role. Widgets ask for a role and never name a colour.

`use(app, load("dark"))` dresses the whole program at once, now or again later: Qt then sends every widget a
PaletteChange event, upon which widgets that hold icons fetch them anew; painters ask `current()` as they paint.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from app.resources import resource
from app.ui import icons
from app.ui.stylesheet import stylesheet

NAMES = ("light", "dark")
FAMILY = "Golos Text"

# Role: size in pixels at scale 1, weight. All have tabular figures, so that a ticking clock does not jitter.
_FONTS = {
    "countdown": (17, 600),
    "title": (18, 600),
    "heading": (15, 600),
    "message": (15, 400),
    "body": (14, 400),
    "strong": (14, 600),
    "small": (12, 400),
    "small_strong": (12, 600),
}
_TABULAR = QFont.Tag("tnum")
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}$")


@dataclass(frozen=True)
class Theme:
    """One look: the colour of every role, and the scale of all text (1.0 = 14 px body)."""

    name: str
    colors: dict[str, str]
    scale: float = 1.0

    def hex(self, role: str) -> str:
        """The colour of a role as "#RRGGBB"; KeyError for an unknown role."""
        return self.colors[role]

    def color(self, role: str) -> QColor:
        """The colour of a role, the caller's own; KeyError for an unknown role."""
        return QColor(_qcolor(self.colors[role]))

    def font(self, role: str) -> QFont:
        """A role's font, the caller's own: countdown, title, heading, message, body, strong, small, small_strong."""
        size, weight = _FONTS[role]
        return QFont(_qfont(self.px(size), weight))

    def sized_font(self, pixels: int, weight: int) -> QFont:
        """The program's font at any size in pixels, for what is read from afar; weight is 400 or 600."""
        return _qfont(pixels, weight)

    def px(self, pixels: int) -> int:
        """A length that grows with the text."""
        return round(pixels * self.scale)

    def icon(self, name: str, role: str = "ink_second") -> QIcon:
        """An icon of resources/icons in the colour of a role; greyed where its widget is disabled."""
        return icons.icon(name, self.hex(role), self.hex("disabled"))

    def pixmap(self, name: str, role: str, size: int, ratio: float = 1.0) -> QPixmap:
        """The same icon for a painter: `size` logical pixels at the device pixel ratio `ratio`. Cached."""
        return icons.pixmap(name, self.hex(role), size, ratio)


class ThemeError(Exception):
    """A theme file that cannot be used; says which file, which key and what is allowed."""


@cache
def load(name: str, scale: float = 1.0) -> Theme:
    """The theme of resources/themes/<name>.toml. Raises ThemeError for a value that is neither colour nor role."""
    path = resource(f"themes/{name}.toml")
    raw: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))["colors"]
    colors = {}
    for role, value in raw.items():
        color = raw.get(value, value)
        if not _COLOR.match(color):
            raise ThemeError(f"{path.name}: {role} = {value!r}: expected #RRGGBB or the name of a role with a colour")
        colors[role] = color
    return Theme(name, colors, scale)


def current() -> Theme:
    """The theme in use."""
    return _in_use


def use(app: QApplication, theme: Theme) -> None:
    """Dress the whole program in `theme`."""
    global _in_use
    add_fonts()
    _in_use = theme
    app.setStyle("Fusion")
    app.setFont(theme.font("body"))
    app.setPalette(palette(theme))
    app.setStyleSheet(stylesheet(theme.name, theme.colors, theme.px))


def palette(theme: Theme) -> QPalette:
    """Qt's own colour roles, for the parts that no stylesheet rule reaches."""
    roles = QPalette.ColorRole
    made = QPalette()
    for place, role in {
        roles.Window: "panel",
        roles.WindowText: "ink",
        roles.Base: "card",
        roles.AlternateBase: "panel",
        roles.Text: "ink",
        roles.PlaceholderText: "ink_third",
        roles.Button: "panel",
        roles.ButtonText: "ink",
        roles.BrightText: "late",
        roles.Highlight: "selection",
        roles.HighlightedText: "ink",
        roles.Link: "accent",
        roles.LinkVisited: "accent",
        roles.ToolTipBase: "card",
        roles.ToolTipText: "ink",
        roles.Accent: "accent",
        roles.Light: "card",
        roles.Midlight: "hover",
        roles.Mid: "line",
        roles.Dark: "edge",
        roles.Shadow: "edge",
    }.items():
        made.setColor(place, theme.color(role))
    for place in (roles.WindowText, roles.Text, roles.ButtonText, roles.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, place, theme.color("disabled"))
    return made


@cache
def _qcolor(code: str) -> QColor:
    return QColor(code)


@cache
def _qfont(pixels: int, weight: int) -> QFont:
    font = QFont(FAMILY)
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight(weight))
    font.setFeature(_TABULAR, 1)
    return font


@cache
def add_fonts() -> None:
    for path in sorted(resource("fonts").glob("*.ttf")):
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise ThemeError(f"{path.name}: Qt cannot read this font")


_in_use = load("light")
