"""Words of п. 20 in a message: flags with the words marked, for the curator to decide by; never an act.

What hides a word is undone first: Latin letters and digits that look Russian, letters drawn out, set apart by spaces,
or replaced by signs. Whole words are compared, so that «хлеб», «команда» and «застрахуй» are left in peace.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from app.resources import resource


class Label(StrEnum):
    """What a marked word is."""

    OBSCENE = "obscene"
    INSULT = "insult"
    THREAT = "threat"


@dataclass(frozen=True, slots=True)
class Flag:
    """Words marked in a text: `start` and `end` are positions in it, `ground` the code of the ground in the act."""

    label: Label
    ground: str
    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as written (its place in the text) and as compared."""

    start: int
    end: int
    letters: str


@dataclass(frozen=True, slots=True)
class _Lists:
    obscene: re.Pattern[str]
    insult: re.Pattern[str]
    clean: re.Pattern[str]
    masked: tuple[str, ...]
    deeds: re.Pattern[str]
    weak: re.Pattern[str]
    aims: re.Pattern[str]
    officials: re.Pattern[str]
    family: re.Pattern[str]
    harmless: re.Pattern[str]
    phrases: re.Pattern[str]


# Latin letters and digits that stand for Russian ones in words that are Russian otherwise.
_LOOKS = str.maketrans(
    {"a": "а", "b": "в", "c": "с", "e": "е", "h": "н", "i": "и", "k": "к", "m": "м", "o": "о", "p": "р", "t": "т",
     "u": "и", "x": "х", "y": "у", "z": "з", "3": "з", "0": "о", "4": "ч", "6": "б", "1": "и", "$": "с", "@": "*",
     "#": "*", "ё": "е"}
)  # fmt: skip
_TOKEN = re.compile(r"[\w*#@$]+")
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_][ .\-_*]{1,3}){2,}[^\W\d_](?!\w)")
_RUSSIAN = re.compile("[а-яё]", re.IGNORECASE)
_LOOKALIKES = re.compile(r"[abcehkmoptxyu03@$*#]+")
_DRAWN_OUT = re.compile(r"([а-я])\1+")
_SENTENCE = re.compile(r"[.!?\n]+")
# How far from a deed its aim may stand, and how many letters of a word may be hidden by signs.
NEAR_WORDS = 6
MOST_HIDDEN = 4


def screen(text: str) -> tuple[Flag, ...]:
    """All flags of a text in the order of their places; empty where nothing of п. 20 was found."""
    words = list(_words(text))
    lists = _lists()
    found = [*_rude(text, words, lists), *_spelled_out(text, lists), *_threats(text, words, lists)]
    return tuple(sorted(found, key=lambda flag: (flag.start, flag.label)))


# ----- obscene and insulting words


def _rude(text: str, words: Iterable[_Word], lists: _Lists) -> Iterator[Flag]:
    for word in words:
        if (label := _label(word.letters, lists)) is not None:
            yield Flag(label, "obscene", text[word.start : word.end], word.start, word.end)


def _spelled_out(text: str, lists: _Lists) -> Iterator[Flag]:
    """Letters set apart: «х у й»; a word may begin at any of them, because a preposition may stand before."""
    for run in _SPACED.finditer(text):
        places = [match.start() for match in re.finditer(r"[^\W_]", run.group())]
        letters = "".join(run.group()[place] for place in places).casefold().translate(_LOOKS)
        for first in range(len(letters)):
            if found := lists.obscene.match(letters, first):
                start, end = run.start() + places[first], run.start() + places[found.end() - 1] + 1
                yield Flag(Label.OBSCENE, "obscene", text[start:end], start, end)
                break


def _label(letters: str, lists: _Lists) -> Label | None:
    if "*" in letters:
        return Label.OBSCENE if _is_masked(letters, lists.masked) else None
    if lists.clean.match(letters):
        return None
    if lists.obscene.match(letters):
        return Label.OBSCENE
    return Label.INSULT if lists.insult.match(letters) else None


def _is_masked(letters: str, known: Iterable[str]) -> bool:
    """Whether a word with signs in it can be one of the known: its first letter is left, and no more is hidden."""
    seen = len(letters.replace("*", ""))
    if seen < 2 or letters.startswith("*") or letters.count("*") > MOST_HIDDEN:
        return False
    pattern = re.compile(re.sub(r"\*+", lambda signs: f"[а-я]{{1,{len(signs[0]) + 1}}}", letters))
    return any(pattern.fullmatch(word) for word in known)


# ----- threats


def _threats(text: str, words: list[_Word], lists: _Lists) -> Iterator[Flag]:
    for sentence in _sentences(text, words):
        line, places = _joined(sentence)
        for found in lists.phrases.finditer(line):
            first, last = places[found.start()], places[found.end() - 1]
            aim = _aim([word.letters for word in sentence], lists, weak=False) or "threat"
            yield _flag(text, sentence[first], sentence[last], aim)
        for number, word in enumerate(sentence):
            if not lists.deeds.match(word.letters) or (number and lists.harmless.match(sentence[number - 1].letters)):
                continue
            near = sentence[max(0, number - NEAR_WORDS) : number + NEAR_WORDS + 1]
            aim = _aim([each.letters for each in near], lists, weak=bool(lists.weak.match(word.letters)))
            if aim:
                yield _flag(text, word, word, aim)


def _aim(near: list[str], lists: _Lists, *, weak: bool) -> str:
    """The ground by whom a deed is aimed at; "" where it is aimed at nobody."""
    persons = {"вас", "тебя", "их", "его", "е", "всех", "каждого"}
    if weak and not any(word in persons for word in near):
        return ""
    official = any(map(lists.officials.match, near)) or any(word.startswith(("ваш", "вас", "вам")) for word in near)
    if any(map(lists.family.match, near)) and (official or any(word.startswith(("тво", "теб")) for word in near)):
        return "threat_family"
    if official:
        return "threat"
    return "harm" if any(map(lists.aims.match, near)) else ""


def _flag(text: str, first: _Word, last: _Word, ground: str) -> Flag:
    return Flag(Label.THREAT, ground, text[first.start : last.end], first.start, last.end)


def _sentences(text: str, words: Iterable[_Word]) -> Iterator[list[_Word]]:
    ends = [match.start() for match in _SENTENCE.finditer(text)] + [len(text)]
    sentence: list[_Word] = []
    limit = iter(ends)
    end = next(limit)
    for word in words:
        while word.start > end:
            if sentence:
                yield sentence
            sentence, end = [], next(limit)
        sentence.append(word)
    if sentence:
        yield sentence


def _joined(sentence: list[_Word]) -> tuple[str, list[int]]:
    """The sentence as one line of compared words, and for each of its characters the word it is of."""
    line, places = "", []
    for number, word in enumerate(sentence):
        piece = word.letters if not number else f" {word.letters}"
        line += piece
        places += [number] * len(piece)
    return line, places


# ----- words as compared


def _words(text: str) -> Iterator[_Word]:
    for match in _TOKEN.finditer(text):
        yield _Word(match.start(), match.end(), _letters(match.group()))


def _letters(token: str) -> str:
    folded = token.casefold()
    if not (_RUSSIAN.search(folded) or (_LOOKALIKES.fullmatch(folded) and re.search("[a-z]", folded))):
        return folded
    return _DRAWN_OUT.sub(r"\1", folded.translate(_LOOKS).strip("*_") if folded.strip("*") else "")


# ----- the lists


@cache
def _lists() -> _Lists:
    data = tomllib.loads(resource("screening/russian.toml").read_text(encoding="utf-8"))
    obscene, insult, threat = data["obscene"], data["insult"], data["threat"]
    return _Lists(
        obscene=_starting(obscene["words"]),
        insult=_starting(insult["words"]),
        clean=_starting(obscene["clean"]),
        masked=tuple(obscene["masked"]),
        deeds=_starting(threat["deeds"]),
        weak=_starting(threat["weak"]),
        aims=_starting(threat["aims"]),
        officials=_starting(threat["officials"]),
        family=_starting(threat["family"]),
        harmless=_starting(threat["harmless"]),
        phrases=re.compile("|".join(rf"\b(?:{phrase})" for phrase in threat["phrases"])),
    )


def _starting(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{word})" for word in words))
