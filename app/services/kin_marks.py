"""What a message is found by when another is like it: marks of its link, text, author, places and telling words.

Near texts are found by min-wise hashing (Broder, 1997): of all the stems of a text the one with the least hash is the
same in two texts as often as their stems are shared; so are pairs of such stems in BANDS bands.
"""

import hashlib
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from app.services.folding import fold
from app.services.places.naming import Kind, find_named
from app.services.suggesting.wording import stem, tokens

BANDS, ROWS = 6, 2
WORDS, PLACES = 6, 3
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


# What a message is marked by: its text, its link, its author's name and link, its place.
Words = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared of a message: its marks by kind, each with what it stands for in words, and its stems."""

    marks: dict[str, dict[int, str]]
    stems: frozenset[str]

    @property
    def all_marks(self) -> frozenset[int]:
        return frozenset(mark for marks in self.marks.values() for mark in marks)


def traits_of(text: str, link: str = "", author_name: str = "", author_link: str = "", place: str = "") -> Traits:
    """The traits of a message; `place` is what a person or a file said of where it is."""
    whole = tokens(text)
    words = [stem(word) for word in whole]
    as_written = dict(zip(reversed(words), reversed(whole), strict=True))
    streets = [one for one in (*find_named(text), *find_named(place)) if one.kind is Kind.STREET and one.key][:PLACES]
    author = author_link or author_name
    marks = {
        "link": {_mark("link", link.strip()): link} if link.strip() else {},
        "text": {_mark("text", fold(text)): ""} if text.strip() else {},
        "author": {_mark("author", fold(author)): author_name} if author.strip() else {},
        "near": dict.fromkeys(_near(words), ""),
        "house": {_mark("house", f"{one.key} {one.house}"): one.words for one in streets if one.house},
        "street": {_mark("street", one.key): one.words for one in streets},
        "word": {_mark("word", word): as_written[word] for word in telling_stems(words)},
    }
    most = {
        kind: dict(list(named.items())[:PLACES]) if kind in ("house", "street") else named
        for kind, named in marks.items()
    }
    return Traits(most, frozenset(words))


def telling_stems(words: Iterable[str]) -> tuple[str, ...]:
    """The stems that tell a message from others: the longest, WORDS at most."""
    return tuple(sorted(set(filter(_is_telling, words)), key=lambda word: (-len(word), word))[:WORDS])


@lru_cache(8192)
def _is_telling(word: str) -> bool:
    return len(word) >= _SHORTEST and not word.isdecimal() and not _COMMON.fullmatch(word)


def shared(first: Iterable[str], second: Iterable[str]) -> float:
    """The share of all the stems of two texts that both have, 0 to 1 (Jaccard)."""
    one, other = frozenset(first), frozenset(second)
    return len(one & other) / len(one | other) if one and other else 0.0


def _near(words: list[str]) -> tuple[int, ...]:
    hashes = [_hashes(word) for word in set(words)]
    if len(hashes) < FEWEST_STEMS:
        return ()
    least = list(map(min, *hashes))
    bands = (least[band * ROWS : (band + 1) * ROWS] for band in range(BANDS))
    return tuple(_mark("near", f"{number} {band}") for number, band in enumerate(bands))


@lru_cache(8192)
def _hashes(word: str) -> tuple[int, ...]:
    """What each hash function makes of a stem: the same stems come again and again."""
    value = zlib.crc32(word.encode())
    return tuple((times * value + more) % _PRIME for times, more in _TURNS)


def _mark(kind: str, value: str) -> int:
    digest = hashlib.blake2b(f"{kind}\0{value}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
