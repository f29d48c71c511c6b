"""Text in a few lines of a given width, ended by "…": for painters; and what no line may part."""

import re
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QTextLayout, QTextOption

# More than this many characters never fit in a cell; a citizen's message may have a million.
MAX_CHARACTERS = 400
# A number and what it counts, hours and their minutes, a day and its hour, «№» and «п.» and their number; a dash never
# begins a line.
_TOGETHER = re.compile(
    r"(?<=№) (?=\S)|(?<=\bп\.) (?=\d)|(?<=\d) (?=(?:мин|ч|дн|сек|МБ|КБ|min|h|MB|KB|%)(?!\w))| (?=[—–] )"
    r"|(?:(?<=\d ч)|(?<=\d h)) (?=\d+ (?:мин|min))"
    r"|(?:(?<=вчера)|(?<=завтра)|(?<=yesterday)|(?<=tomorrow)|(?<=\d\.\d\d)|(?<=\.\d{4})) (?=\d\d:\d\d)"
)


def kept_together(text: str) -> str:
    """The text with spaces that do not break where a line must not end; as long as it was."""
    return _TOGETHER.sub("\N{NO-BREAK SPACE}", text)


def wrapped(text: str, font: QFont, width: int, max_lines: int) -> tuple[str, ...]:
    """`text` in at most `max_lines` lines of `width` pixels, the last one ended by "…" where it does not fit.

    Lines break between words only; a word wider than a line is cut with "…" itself.
    """
    return _wrapped(" ".join(text[:MAX_CHARACTERS].split()), font.key(), width, max_lines)


@lru_cache(maxsize=4096)
def _wrapped(text: str, font_key: str, width: int, max_lines: int) -> tuple[str, ...]:
    if not text or max_lines < 1 or width < 1:
        return ()
    font = QFont()
    font.fromString(font_key)
    metrics = QFontMetrics(font)
    lines = _lines(text, kept_together(text), font, width, max_lines)
    if any(" " in line and metrics.horizontalAdvance(line) > width for line in lines[:-1] or lines):
        lines = _lines(text, text, font, width, max_lines)  # what belongs together is too wide for one line
    # A word wider than its line is cut too: half a word on the next line reads as another word.
    return tuple(metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in lines)


def _lines(text: str, kept: str, font: QFont, width: int, max_lines: int) -> list[str]:
    """`text` where the lines of `kept` end, the last of them with all that is left."""
    layout = QTextLayout(kept, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout.setTextOption(option)
    starts: list[int] = []
    layout.beginLayout()
    while len(starts) < max_lines and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        starts.append(line.textStart())
    layout.endLayout()
    return [text[start:end].rstrip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
