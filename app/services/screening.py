"""Words of п. 20 in a message: flags with the words marked, for the curator to decide by; never an act.

What hides a word is undone first: Latin letters and digits that look Russian, letters drawn out, set apart by spaces,
or replaced by signs. Whole words are compared, so that «хлеб», «команда» and «застрахуй» are left in peace.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from itertools import product

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
    objects: re.Pattern[str]
    body: re.Pattern[str]
    literal: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    own: re.Pattern[str]
    told: re.Pattern[str]
    insults: re.Pattern[str]
    plain: re.Pattern[str]
    phrases: re.Pattern[str]


# Latin letters and digits that stand for Russian ones in words that are Russian otherwise.
_LOOKS = str.maketrans(
    {"a": "а", "b": "в", "c": "с", "e": "е", "h": "н", "i": "и", "k": "к", "m": "м", "o": "о", "p": "р", "t": "т",
     "u": "и", "x": "х", "y": "у", "z": "з", "3": "з", "0": "о", "4": "ч", "6": "б", "1": "и", "$": "с", "@": "*",
     "#": "*", "ё": "е"}
)  # fmt: skip
# Marks of stress and what is not seen: a word is the same without them.
_UNSEEN = "\u0300-\u036f\u00ad\u200b-\u200f\u2060"
_TOKEN = re.compile(rf"[\w*#@${_UNSEEN}]+")
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_][ .\-_*]{1,3}){2,}[^\W\d_](?!\w)")
_RUSSIAN = re.compile("[а-яё]", re.IGNORECASE)
_LOOKALIKES = re.compile(r"[abcehkmoptxyu03@$*#]+")
_DRAWN_OUT = re.compile(r"([а-я])\1+")
_CUT = re.compile(r"(?<!\w)[а-яёa-z]{1,6}(?:(?:[\-_'’*/]{1,2}|\.{1,3}|…)[а-яёa-z]{1,8}){1,3}(?!\w)", re.IGNORECASE)
_SURNAME = re.compile(r"(?:ов|ова|ову|овым|овой|ове|ин|ина|ину|иной|ино|ск(?:ий|ая|ое|ого|ой|ую|ом))$")
_PATRONYMIC = re.compile(r"(?:ович|евич|ич|овна|евна|ична)(?:а|у|ем|е|ой|ы)?$")
_COMMA = re.compile(r"[,;:—–]")
_PREPOSITIONS = frozenset(("на", "у", "к", "ко", "для", "от", "за", "с", "со", "из", "при", "про", "о", "об", "через"))
_ANYTHING = frozenset(("их", "его", "е", "них"))
# "сломаю ногу на вашем льду": what stands behind these is a place, not whose leg it is.
_PLACED = frozenset(("на", "в", "во", "по", "под", "об", "о", "около", "возле", "из", "за", "от", "у"))
# "к чертовой матери": nobody's mother.
_DEVILS = ("чертов", "едрен", "ядрен", "такой")
_PERSONS = frozenset(("вас", "тебя", "вам", "тебе", "их", "него", "них", "всех", "его", "вами", "тобой"))
_SENTENCE = re.compile(r"[.!?\n]+")
# How far from a deed its aim may stand, and how many letters of a word may be hidden by signs.
NEAR_WORDS = 6
CLOSE_WORDS = 3
# A sentence this short that names a deed needs to name nobody: «Убью!».
FEW_WORDS = 3
TOLD_WITHIN = 5
# No word is longer, in letters; and what is said of oneself stands within so many words.
LONGEST_WORD = 40
OWN_WITHIN = 12
# A part of a cut word this short is no word by itself: «ху.й».
SHORT_PART = 3
MOST_HIDDEN = 4
# As many letters before a sign tell a word: «пизд@болы».
LONG_PART = 4
# Words recur: what was made of so many is kept.
KEPT_WORDS = 20_000


def screen(text: str) -> tuple[Flag, ...]:
    """All flags of a text in the order of their places; empty where nothing of п. 20 was found."""
    words = list(_words(text))
    lists = _lists()
    found = [
        *_rude(text, words, lists),
        *_spelled_out(text, lists),
        *_cut_up(text, lists),
        *_threats(text, words, lists),
    ]
    return tuple(sorted(found, key=lambda flag: (flag.start, flag.label)))


# ----- obscene and insulting words


def _rude(text: str, words: list[_Word], lists: _Lists) -> Iterator[Flag]:
    for sentence in _sentences(text, words):
        for number, word in enumerate(sentence):
            label = _label(word.letters)
            if label is None or _is_surname(text, sentence, number):
                continue
            if label is Label.INSULT and _is_no_insult(sentence, number, lists):
                continue
            yield Flag(label, "obscene", text[word.start : word.end], word.start, word.end)
        line, places = _joined(sentence)
        for found in lists.insults.finditer(line):
            start, end = sentence[places[found.start()]].start, sentence[places[found.end() - 1]].end
            yield Flag(Label.INSULT, "obscene", text[start:end], start, end)


def _is_surname(text: str, sentence: Sequence[_Word], number: int) -> bool:
    """ "депутат Дураков", "улица Тупицына": a capital within a sentence, and an ending of names; whatever stands before
    a name and patronymic: "Гнида Пётр Иванович"."""
    word, behind = sentence[number], sentence[number + 1 : number + 3]
    written = text[word.start : word.end]
    if not written[:1].isupper() or written.isupper():
        return False
    named = [text[one.start : one.end].istitle() for one in behind]
    if named == [True, True] and _PATRONYMIC.search(behind[1].letters):
        return True
    return bool((number or named[:1] == [True]) and _SURNAME.search(word.letters))


def _is_no_insult(sentence: Sequence[_Word], number: int, lists: _Lists) -> bool:
    """Whether the word stands in its own sense (cattle, vermin), is said of oneself, or told as somebody else's."""
    letters = sentence[number].letters
    near = sentence[max(0, number - NEAR_WORDS) : number + NEAR_WORDS + 1]
    for words, beside in lists.literal:
        if words.match(letters) and any(beside.match(word.letters) for word in near):
            return True
    first = max(0, number - OWN_WITHIN)
    line, places = _joined(sentence[first : number + OWN_WITHIN + 1])
    if any(number - first in places[found.start() : found.end()] for found in lists.own.finditer(line)):
        return True
    return _is_told(sentence, number, lists)


def _is_told(sentence: Sequence[_Word], number: int, lists: _Lists) -> bool:
    """ "водитель обозвал меня дураком", "сосед кричит: убью тебя"."""
    return any(lists.told.match(word.letters) for word in sentence[max(0, number - TOLD_WITHIN) : number])


def _spelled_out(text: str, lists: _Lists) -> Iterator[Flag]:
    """Letters set apart: «х у й»; a word may begin at any of them, because a preposition may stand before."""
    for run in _SPACED.finditer(text):
        spaced = run.group()
        places = [match.start() for match in re.finditer(r"[^\W_]", spaced)]
        letters = "".join(spaced[place] for place in places).casefold().translate(_LOOKS)
        for first, label in product(range(len(letters)), (Label.OBSCENE, Label.INSULT)):
            rude = lists.obscene if label is Label.OBSCENE else lists.insult
            if found := rude.match(letters, first, first + LONGEST_WORD):
                start, end = run.start() + places[first], run.start() + places[found.end() - 1] + 1
                yield Flag(label, "obscene", text[start:end], start, end)
                break


def _cut_up(text: str, lists: _Lists) -> Iterator[Flag]:
    """A word cut by signs: «ху.й», «пиз-дец»; its parts alone are no such word."""
    for run in _CUT.finditer(text):
        letters = _DRAWN_OUT.sub(r"\1", re.sub(r"[\W_]", "", run.group()).casefold().translate(_LOOKS))
        parts = [_letters(part) for part in re.split(r"[\W_]+", run.group()) if part]
        if lists.clean.match(letters) or any(map(_label, parts)) or min(map(len, parts)) > SHORT_PART:
            continue
        label = _label(letters) or _hidden(run.group(), lists)
        if label is Label.INSULT and "-" in run.group():
            continue  # "кое-гады" is no cut word; a word is cut by a hyphen where a line ends, too
        if label is not None:
            yield Flag(label, "obscene", run.group(), run.start(), run.end())


def _hidden(cut: str, lists: _Lists) -> Label | None:
    """A hyphen or some dots that stand for a letter: «бл-дь», «за..бали»."""
    letters = _letters(re.sub(r"-|\.{2,}|…", "*", cut))
    is_one = "*" not in cut and letters.count("*") == 1 and len(letters) > SHORT_PART
    return Label.OBSCENE if is_one and _is_masked(letters, lists.masked) else None


@lru_cache(KEPT_WORDS)
def _label(letters: str) -> Label | None:
    lists = _lists()
    if "*" in letters:
        seen = letters.split("*")[0]
        known = len(seen) >= LONG_PART and lists.obscene.match(seen) and not lists.clean.match(seen)
        return Label.OBSCENE if known or _is_masked(letters, lists.masked) else None
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
            if not _is_deed(word.letters) or (number and lists.harmless.match(sentence[number - 1].letters)):
                continue
            close = sentence[max(0, number - CLOSE_WORDS) : number + CLOSE_WORDS + 1]
            if _is_done_to_a_thing(close, lists) or _is_told(sentence, number, lists):
                continue
            weak = bool(lists.weak.match(word.letters))
            near = sentence[max(0, number - NEAR_WORDS) : number + NEAR_WORDS + 1]
            clause = _within_commas(text, near, word) if weak else near
            aim = _aim(_without_prepositions(clause), lists, weak=weak)
            if aim == "harm" and _is_done_to_a_thing(near, lists) and not _names_somebody(near, lists):
                continue  # "собака бросается, я её застрелю"
            if not aim and len(sentence) <= FEW_WORDS and lists.plain.match(word.letters):
                aim = "harm"
            if aim:
                yield _flag(text, word, word, aim)


def _names_somebody(near: Sequence[_Word], lists: _Lists) -> bool:
    """Whether a person is named otherwise than by "их", "её", which may be a thing's."""
    return any(lists.aims.match(word.letters) and word.letters not in _ANYTHING for word in near)


def _is_done_to_a_thing(close: Sequence[_Word], lists: _Lists) -> bool:
    """Whether a thing or an animal stands beside the deed as its object; "как собаку" is said of a person."""
    before = ["", *(word.letters for word in close)]
    return any(
        lists.objects.match(word.letters) and said != "как" for said, word in zip(before, close, strict=False)
    )


@lru_cache(KEPT_WORDS)
def _is_deed(letters: str) -> bool:
    return bool(_lists().deeds.match(letters))


def _aim(near: list[str], lists: _Lists, *, weak: bool) -> str:
    """The ground by whom a deed is aimed at; "" where it is aimed at nobody."""
    persons = {"вас", "тебя", "их", "его", "е", "всех", "каждого"}
    given = {"вам", "тебе", "ему", "им", "ей"}
    owners = [word for said, word in zip(["", *near], near, strict=False) if said not in _PLACED]
    bodily = any(map(lists.body.match, near)) and any(w in given or w.startswith(("ваш", "тво")) for w in owners)
    if weak and not bodily and not any(word in persons for word in near):
        return ""
    official = any(map(lists.officials.match, near)) or any(word.startswith(("ваш", "вас", "вам")) for word in near)
    kin = [word for said, word in zip(["", *near], near, strict=False) if not said.startswith(_DEVILS)]
    if any(map(lists.family.match, kin)) and (official or any(word.startswith(("тво", "теб")) for word in near)):
        return "threat_family"
    if official:
        return "threat"
    return "harm" if bodily or any(map(lists.aims.match, near)) else ""


def _without_prepositions(near: Sequence[_Word]) -> list[str]:
    """The words, without persons behind a preposition: "подам на вас в суд" aims at nobody's life."""
    letters = [word.letters for word in near]
    return [
        word for before, word in zip(["", *letters], letters, strict=False)
        if not (before in _PREPOSITIONS and word in _PERSONS)
    ]  # fmt: skip


def _within_commas(text: str, near: Sequence[_Word], deed: _Word) -> list[_Word]:
    """Those of the words that no comma or dash parts from the deed."""
    return [word for word in near if not _COMMA.search(text[min(word.end, deed.end) : max(word.start, deed.start)])]


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


def _joined(sentence: Sequence[_Word]) -> tuple[str, list[int]]:
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


@lru_cache(KEPT_WORDS)
def _letters(token: str) -> str:
    folded = re.sub(f"[{_UNSEEN}]", "", unicodedata.normalize("NFC", token)).casefold()
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
        objects=_starting(threat["objects"]),
        body=_starting(threat["body"]),
        literal=tuple((re.compile(one["words"]), re.compile(one["near"])) for one in insult["literal"]),
        own=_anywhere(insult["own"]),
        told=re.compile(insult["told"]),
        insults=_anywhere(insult["phrases"]),
        plain=_starting(threat["plain"]),
        phrases=_anywhere(threat["phrases"]),
    )


def _starting(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{word})" for word in words))


def _anywhere(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{phrase})" for phrase in phrases))
