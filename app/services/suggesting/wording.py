"""A message as the model sees it: cleaned of what exports leave in it, cut into stems and parts of stems."""

import html
import re
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import chain, pairwise
from typing import Any

from app.services.folding import fold

_TAGS = re.compile(r"<[^<>]{0,300}>|_x000d_|\[(?:name|hidden|phone|email)[^\]]{0,40}\]|https?://\S+", re.IGNORECASE)
_TOKEN = re.compile(r"[a-zа-я]+|\d+")
_WORD = r"[А-ЯЁа-яё][А-ЯЁа-яё-]{2,}"
_BEFORE = (
    r"ул(?:\.|иц\w*)?|д(?:ер)?(?:\.|еревн\w*)|с(?:\.|ел\w*)|пос(?:\.|[её]л\w*)|п\.|г\.|город\w*|пр(?:-т|оспект\w*|оезд\w*|\.)|"
    r"пер(?:\.|еул\w*)|мкр\w*|район\w*|пл\.|площад\w*|шоссе"
)
_PLACES = (
    re.compile(r"(?<![.!?:\n])\s([А-ЯЁ][а-яё-]{2,})"),
    re.compile(rf"\b(?:{_BEFORE})\s*({_WORD})", re.IGNORECASE),
    re.compile(r"([А-ЯЁа-яё-]{4,}(?:ск|ц)(?:ий|ого|ом|ому))\s+(?:район|округ|сельсовет|р-н)", re.IGNORECASE),
    re.compile(rf"({_WORD})\s+(?:улиц\w*|ул\.|проспект\w*|проезд\w*|переул\w*)", re.IGNORECASE),
)
_of_thread = threading.local()
# The longest text that is looked at, in characters: what a message asks for stands long before.
LONGEST = 6_000
# Words that join others: each may be frequent where a topic is, and none is a reason that a person would accept.
_JOINING = """
    а без больше бы был была были было быть в вам вами вас ваш ваша ваше ваши во вообще вот все всё всего всем всех вы
    где да даже для до его ее её если есть еще ещё же за здравствуйте и из или им их к как какая какие какой когда кто
    ли либо лишь меня мне много можно мой моя мы на над надо нам нами нас наш наша наше наши не него нею ни нибудь них
    но ну о об один однако он она они оно от очень перед по под пожалуйста поэтому после почему при про с
    сам сама себе себя сейчас со так такая также такие такое такой там то тогда того тоже только том тот тут ты у уже
    хоть хотя чего чем через что чтобы эта эти это этого этой этом этот этих я
"""
# Parts of stems, in characters, a stem's edges counted.
PARTS = (3, 4, 5)


def cleaned(text: str) -> str:
    """The text on one line, without tags, entities, links and masks of exports."""
    return " ".join(_TAGS.sub(" ", html.unescape(text[:LONGEST].replace("\0", " "))).split())


def tokens(text: str) -> list[str]:
    """The words and numbers of a text as they stand, folded."""
    return _TOKEN.findall(fold(cleaned(text)))


def stems(text: str) -> list[str]:
    """The stems of a text's words, and its numbers, in their order."""
    return [stem(word) for word in tokens(text)]


def place_stems(text: str) -> list[str]:
    """The stems of what may be names of places: after "ул.", before "района", capitals within a sentence."""
    bare = cleaned(text)
    found = {match.group(1) for pattern in _PLACES for match in pattern.finditer(bare)}
    return sorted(stem(fold(name)) for name in found)


def _stemmer() -> Any:
    """This thread's own: a stemmer keeps the word it works on, and rows are looked at while a card is."""
    if not hasattr(_of_thread, "stemmer"):
        import snowballstemmer  # only where a text is really looked at: the window opens without it

        _of_thread.stemmer = snowballstemmer.stemmer("russian")
    return _of_thread.stemmer


@lru_cache(100_000)
def stem(word: str) -> str:
    """A Russian word without its ending (Snowball)."""
    return str(_stemmer().stemWord(word))


@cache
def joining_stems() -> frozenset[str]:
    """The stems of words that join others and say nothing of what a message is about."""
    return frozenset(map(stem, tokens(_JOINING)))


def word_terms(words: list[str]) -> Counter[int]:
    """How often each stem, by its digest, stands in a text, and each two that follow one another."""
    pairs = (f"{first} {second}" for first, second in pairwise(words))
    return Counter(map(digest, chain(words, pairs)))


def part_terms(words: list[str]) -> Counter[int]:
    """How often each part of a stem, by its digest, stands in a text: what spelling and word-building leave alike."""
    return Counter(chain.from_iterable(map(_parts, words)))


def digest(term: str) -> int:
    """The number a term goes by."""
    return zlib.crc32(term.encode())


@lru_cache(50_000)
def _parts(word: str) -> tuple[int, ...]:
    return tuple(map(digest, _cut(f" {word} ")))


def _cut(padded: str) -> Iterator[str]:
    for length in PARTS:
        if len(padded) < length:
            yield f"#{padded}"
            return
        for start in range(len(padded) - length + 1):
            yield f"#{padded[start : start + length]}"
