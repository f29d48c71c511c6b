"""What changed between two versions of a text, word by word; struck out and underlined, not by colour alone."""

import re
from dataclasses import dataclass
from enum import Enum
from html import escape

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QTextEdit, QWidget

from app.ui import theme
from app.ui.theme import Theme
from app.ui.widgets.focus_ring import Ringed

# Comparing is quadratic; a longer difference is shown as one whole block out and one in.
MAX_WORDS = 1500
LINE_HEIGHT = "135%"
# Between the words and the ring of what has the keyboard.
MARGIN = 8
# A word takes the space before it along: were spaces words, each would match each other, in quadratic time.
_WORDS = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")


class Change(Enum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text with one fate."""

    change: Change
    text: str


def word_changes(old: str, new: str) -> list[Piece]:
    """The pieces that lead from `old` to `new`; without REMOVED they spell `new`, without ADDED `old`."""
    # The first words get a space too, so that they are found again where another word now stands before them.
    before, after = _WORDS.findall(" " + old), _WORDS.findall(" " + new)
    head = _common_start(before, after)
    tail = _common_start(before[head:][::-1], after[head:][::-1])
    middle_before, middle_after = before[head : len(before) - tail], after[head : len(after) - tail]
    pieces = [Piece(Change.SAME, "".join(before[:head]))]
    pieces += _middle(middle_before, middle_after)
    pieces.append(Piece(Change.SAME, "".join(before[len(before) - tail :])))
    return _without_first_space(_with_common_space(_joined(pieces)))


def _middle(before: list[str], after: list[str]) -> list[Piece]:
    if max(len(before), len(after)) > MAX_WORDS:
        return [Piece(Change.REMOVED, "".join(before)), Piece(Change.ADDED, "".join(after))]
    pieces = []
    from difflib import SequenceMatcher  # only where two texts are compared

    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=True).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Change.SAME, "".join(before[i:j])))
        else:
            pieces += [Piece(Change.REMOVED, "".join(before[i:j])), Piece(Change.ADDED, "".join(after[k:m]))]
    return _without_islands(pieces)


def _without_islands(pieces: list[Piece]) -> list[Piece]:
    """Changed words with only a space or a comma kept between them read better as one change."""
    merged: list[Piece] = []
    removed = added = ""
    for number, piece in enumerate(pieces):
        is_island = piece.change is Change.SAME and not re.search(r"\w", piece.text) and 0 < number < len(pieces) - 1
        if piece.change is not Change.ADDED and (piece.change is Change.REMOVED or is_island):
            removed += piece.text
        if piece.change is Change.ADDED or is_island:
            added += piece.text
        if piece.change is Change.SAME and not is_island:
            merged += [Piece(Change.REMOVED, removed), Piece(Change.ADDED, added), piece]
            removed = added = ""
    return [*merged, Piece(Change.REMOVED, removed), Piece(Change.ADDED, added)]


def _common_start(left: list[str], right: list[str]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _with_common_space(pieces: list[Piece]) -> list[Piece]:
    """A space that stands before both the removed and the added word has not changed."""
    parted = []
    for number, piece in enumerate(pieces):
        follower = pieces[number + 1] if number + 1 < len(pieces) else None
        leader = pieces[number - 1] if number else None
        text = piece.text
        if follower and _replaces(piece, follower) and text[0].isspace() and text[0] == follower.text[0]:
            parted.append(Piece(Change.SAME, text[0]))
            text = text[1:]
        elif leader and _replaces(leader, piece) and text[0].isspace() and text[0] == leader.text[0]:
            text = text[1:]
        parted.append(Piece(piece.change, text))
    return _joined(parted)


def _replaces(removed: Piece, added: Piece) -> bool:
    return removed.change is Change.REMOVED and added.change is Change.ADDED


def _without_first_space(pieces: list[Piece]) -> list[Piece]:
    """Take back from both versions the space they were given."""
    first, *rest = pieces
    if first.change is Change.SAME:
        return _joined([Piece(Change.SAME, first.text[1:]), *rest])
    second, *rest = rest
    # Words came or went at the start: the space that parts them from what follows is theirs now.
    return _joined([Piece(first.change, first.text[1:] + second.text[0]), Piece(Change.SAME, second.text[1:]), *rest])


def _joined(pieces: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if joined and joined[-1].change is piece.change:
            joined[-1] = Piece(piece.change, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined


def changes_html(pieces: list[Piece], look: Theme) -> str:
    """The pieces as rich text: removed struck out, added underlined, each on its ground."""
    styles = {
        Change.SAME: f"color:{look.hex('ink')}",
        Change.REMOVED: _style(look, "removed", "line-through"),
        Change.ADDED: _style(look, "added", "underline"),
    }
    spans = []
    for number, piece in enumerate(pieces):
        if number and {piece.change, pieces[number - 1].change} == {Change.REMOVED, Change.ADDED}:
            spans.append(" ")  # "МКУЯму" would read as one word
        word = piece.text.lstrip()
        space = piece.text[: len(piece.text) - len(word)]
        spans.append(f'{space}<span style="{styles[piece.change]}">{escape(word)}</span>')
    return f'<div style="white-space:pre-wrap;line-height:{LINE_HEIGHT}">{"".join(spans)}</div>'


def _style(look: Theme, role: str, line: str) -> str:
    return f"color:{look.hex(role)};background-color:{look.hex(role + '_ground')};text-decoration:{line}"


class DiffView(Ringed, QTextEdit):
    """A read-only text that shows its difference to an earlier version, or itself alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setProperty("plain", "true")
        self.setFont(theme.current().font("message"))
        self.document().setDocumentMargin(theme.current().px(MARGIN))
        self._pieces: list[Piece] = []

    def show_text(self, text: str) -> None:
        """Show `text` without a comparison."""
        self._show([Piece(Change.SAME, text)])

    def show_changes(self, old: str, new: str) -> None:
        """Show `new` with what it changes in `old`."""
        self._show(word_changes(old, new))

    def pieces(self) -> list[Piece]:
        return self._pieces

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show(self._pieces)

    def _show(self, pieces: list[Piece]) -> None:
        self._pieces = pieces
        self.setHtml(changes_html(pieces, theme.current()))
