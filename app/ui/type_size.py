"""How large the type of the desk is, in percent of its own 14 px: the sizes there are, and where a desktop starts."""

import sys

from PySide6.QtGui import QFont, QFontInfo

SIZES = (90, 100, 110, 125, 150, 175, 200)
USUAL = 100
# Pixels of a desktop's own font where nobody enlarged it: 9 pt on Windows, 11 pt elsewhere (others have less).
_USUAL_PIXELS = 12.0 if sys.platform == "win32" else 15.0


def of_desktop(font: QFont) -> int:
    """The size that is nearest to how much a desktop enlarged its own `font`; never less than the usual one."""
    percent = 100 * QFontInfo(font).pixelSize() / _USUAL_PIXELS
    return min((size for size in SIZES if size >= USUAL), key=lambda size: abs(size - percent))


def beside(size: int, steps: int) -> int:
    """The size so many steps larger (or smaller, below 0), the last one at either end."""
    return SIZES[max(0, min(len(SIZES) - 1, SIZES.index(size) + steps))]
