"""Where in a text stands what a search found it by: whole words, in any form, unfinished or misspelt."""

import re
from functools import lru_cache

from app.services.folding import fold
from app.services.search import Piece, pieces_of
from app.services.suggesting.wording import stem

# Where a marked word begins and ends in its text, in characters.
Span = tuple[int, int]
_WORD = re.compile(r"[0-9A-Za-zА-Яа-яЁё]+")
_SHORTEST_NEAR = 4
# Of a row's two lines so many characters are surely seen; a word further down comes with so many before it.
_SEEN = 56
_BEFORE = 28


@lru_cache(4096)
def found_in(text: str, query: str, *, is_near: bool = False) -> tuple[Span, ...]:
    """The words of `text` that `query` asks for; `is_near` for a case that was found by words nearly alike."""
    pieces = _asked(query)
    if not pieces:
        return ()
    words = ((match.span(), fold(match.group())) for match in _WORD.finditer(text))
    return tuple(span for span, word in words if _is_meant(word, pieces, is_near))


@lru_cache(4096)
def begun_near(text: str, query: str, *, is_near: bool = False) -> str:
    """The text, begun later where the first word that `query` asks for would be out of sight."""
    spots = found_in(text, query, is_near=is_near)
    if not spots or spots[0][1] <= _SEEN:
        return text
    return f"…{text[text.rfind(' ', 0, spots[0][0] - _BEFORE) + 1 :]}"


@lru_cache(64)
def _asked(query: str) -> tuple[Piece, ...]:
    return pieces_of(query)


def _is_meant(word: str, pieces: tuple[Piece, ...], is_near: bool) -> bool:
    return any(_is_form(word, one, piece, is_near) for piece in pieces for one in piece.words)


def _is_form(word: str, asked: str, piece: Piece, is_near: bool) -> bool:
    wanted = stem(asked)
    if word.startswith(wanted) and stem(word) == wanted:
        return True
    if is_near:
        return _may_be_near(word, wanted) and is_one_letter_away(stem(word), wanted)
    return piece.open and word.startswith(asked)


def _may_be_near(word: str, wanted: str) -> bool:
    """Quick to say, as a stemmer is not: of one wrong letter either the first or the second half knows nothing."""
    if len(wanted) < _SHORTEST_NEAR or len(word) < len(wanted) - 1 or any(sign.isdigit() for sign in wanted):
        return False
    half = len(wanted) // 2
    return word.startswith(wanted[: half - 1]) or wanted[half + 1 :] in word


def is_one_letter_away(one: str, other: str) -> bool:
    """Whether a letter put in, left out or changed, or two that are swapped, make one word of the other."""
    if one == other:
        return True
    start, most = 0, min(len(one), len(other))
    while start < most and one[start] == other[start]:
        start += 1
    end = 0
    while end < most - start and one[-1 - end] == other[-1 - end]:
        end += 1
    here, there = one[start : len(one) - end], other[start : len(other) - end]
    return max(len(here), len(there)) <= 1 or (len(here) == 2 and here == there[::-1])
