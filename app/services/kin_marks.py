"""What a message is found by when another is like it: marks of its link, text, author, places and telling words.

Near texts are found by min-wise hashing (Broder, 1997): of all the stems of a text the one with the least hash is the
same in two texts as often as their stems are shared; so are pairs of such stems in BANDS bands.
"""

import hashlib
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from app.services.folding import fold
from app.services.places.naming import Kind, find_named
from app.services.suggesting.wording import stems

BANDS, ROWS = 6, 2
WORDS = 6
# Fewer stems than these make no text that could be near another by more than chance.
FEWEST_STEMS = 5
_SHORTEST = 4
_PRIME = (1 << 61) - 1
_TURNS = tuple(
    (zlib.crc32(b"a%d" % n) | 1 << 32, zlib.crc32(b"b%d" % n)) for n in range(BANDS * ROWS)
)  # of each hash function: multiplied by, added
# Stems of the desk's everyday messages that tell nothing apart.
_COMMON = re.compile(
    r"здравств\w*|добр\w*|когд|буд|почем|скаж|пожалуйст|прос|прош|сдела|помог|реш|вопрос|улиц|город|район|наш|котор|очен|"
    r"опя|снов|посл|перед|через|можн|нужн|эт|есл|ест|тож|такж|ден|дня|нет|год|дом|двор|мест|врем|люд|проблем|сообщ|"
    r"администрац|област|принят|мер|дальш|кажд|всех|врод|поч|скольк|тольк|тогд|вообщ|сам|свои|сво"
)


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared of a message: its marks by kind, its stems, and the places it names (by key)."""

    marks: dict[str, tuple[int, ...]]
    stems: frozenset[str]
    houses: frozenset[str]
    streets: frozenset[str]

    @property
    def all_marks(self) -> frozenset[int]:
        return frozenset(mark for marks in self.marks.values() for mark in marks)


def traits_of(text: str, link: str = "", author_name: str = "", author_link: str = "", place: str = "") -> Traits:
    """The traits of a message; `place` is what a person or a file said of where it is."""
    words = stems(text)
    houses, streets = _places(text, place)
    author = author_link or author_name
    marks = {
        "link": (_mark("link", link.strip()),) if link.strip() else (),
        "text": (_mark("text", fold(text)),) if text.strip() else (),
        "author": (_mark("author", fold(author)),) if author.strip() else (),
        "near": _near(words),
        "house": tuple(_mark("house", key) for key in sorted(houses)[:3]),
        "street": tuple(_mark("street", key) for key in sorted(streets)[:3]),
        "word": tuple(_mark("word", word) for word in telling_stems(words)),
    }
    return Traits(marks, frozenset(words), frozenset(houses), frozenset(streets))


def telling_stems(words: Iterable[str]) -> tuple[str, ...]:
    """The stems that tell a message from others: the longest, WORDS at most."""
    kept = {word for word in words if len(word) >= _SHORTEST and not word.isdecimal() and not _COMMON.fullmatch(word)}
    return tuple(sorted(kept, key=lambda word: (-len(word), word))[:WORDS])


def shared(first: Iterable[str], second: Iterable[str]) -> float:
    """The share of all the stems of two texts that both have, 0 to 1 (Jaccard)."""
    one, other = frozenset(first), frozenset(second)
    return len(one & other) / len(one | other) if one and other else 0.0


def _places(text: str, place: str) -> tuple[set[str], set[str]]:
    named = [one for one in (*find_named(text), *find_named(place)) if one.kind is Kind.STREET]
    houses = {f"{one.key} {one.house}" for one in named if one.house}
    return houses, {one.key for one in named if one.key}


def _near(words: list[str]) -> tuple[int, ...]:
    hashes = [zlib.crc32(word.encode()) for word in set(words)]
    if len(hashes) < FEWEST_STEMS:
        return ()
    least = [min((times * value + more) % _PRIME for value in hashes) for times, more in _TURNS]
    bands = (least[band * ROWS : (band + 1) * ROWS] for band in range(BANDS))
    return tuple(_mark("near", f"{number} {band}") for number, band in enumerate(bands))


def _mark(kind: str, value: str) -> int:
    digest = hashlib.blake2b(f"{kind}\0{value}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
