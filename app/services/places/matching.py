"""Which entry of the region's register a place named in a text is, and the address beside it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.services.folding import fold
from app.services.places.naming import Kind, Named, find_named, name_key
from app.services.suggesting.wording import LONGEST, stem
from app.services.views import Choice

# What a register writes beside a name and a text may leave out.
_SORTS = re.compile(
    r"\b(?:г|гор|город|городской|округ|муниципальный|муниципальное|образование|район|р-н|сельсовет|сельское|поселение|"
    r"поселок|пос|п|село|с|деревня|д|дер|хутор|х|слобода|сл|пгт|рп|р|область|обл|администрация)\b"
)
_DISTRICT = re.compile(r"район|р-н|округ")
_CAPITAL = re.compile(r"(?<![\w.])[А-ЯЁ][а-яё]+(?:-[А-ЯЁа-яё]+)*")
_ON = re.compile(
    r"\b(?:[Нн]а|[Пп]о|[Оо]т|[Дд]о|[Сс])\s+"
    r"(?P<name>(?:[А-ЯЁ][а-яё]+ )?[А-ЯЁ][а-яё]+(?:ой|ого|ова|ева|ина|ына|ому|ых)\b)"
)
_SMALL = re.compile(
    r"\b(?:деревн\w+|дер\.|сел[оаеу]м?|посел\w+|посёл\w+|пос\.|хутор\w*|город[аеу]?)\s"
    r"(?P<two>(?P<one>[а-яё-]{3,})(?: [а-яё-]{3,})?)"
)
# What follows a word that only looks like a town: "Курский район", "Курская область".
_NOT_A_TOWN = re.compile(r"\s+(?:район|р-н|округ|област|обл\b|сельсовет|улиц|ул\b|шоссе|проспект|переул|пер\b|\d)")


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """The entry of the register (None where none is named) and the address as the text tells it ("" for none);
    `words` are what of the text named the entry."""

    location_id: int | None
    location: str
    words: str
    address: str


Streets = Mapping[str, frozenset[int]]
"""Where in the region there is a street of this key: ids of locations."""


def find_place(text: str, locations: Sequence[Choice], streets: Streets | None = None) -> FoundPlace:
    """The location that a text names, the nearest one first: a settlement before its district; where none is named,
    the only one that has all the streets named. Of settlements of one name it is the one that has these streets."""
    named = find_named(text)
    named = (*named, *_bare_streets(text, named, streets or {}))
    kinds = (Kind.STREET, Kind.SETTLEMENT)
    address = next((one.words for kind in kinds for one in named if one.kind is kind and one.house), "")
    address = address or next((one.words for one in named if one.kind is Kind.STREET), "")
    known = [choice for choice in locations if choice.active]
    on = [one for one in named if one.kind is Kind.STREET and one.key in (streets or {})]
    having = _having(on, streets or {})
    found = _by_sort(named, known, having) or _by_small(text, known) or _by_capital(text, known)
    found = found or _by_street(on, known, having)
    if found is None:
        return FoundPlace(None, "", "", address)
    choice, words = found
    return FoundPlace(choice.id, choice.name, words, address)


def _having(on: Sequence[Named], streets: Streets) -> frozenset[int]:
    """The locations that have every one of these streets."""
    return frozenset.intersection(*(streets[one.key] for one in on)) if on else frozenset()


def _by_street(
    on: Sequence[Named], locations: Sequence[Choice], having: frozenset[int]
) -> tuple[Choice, str] | None:
    there = [choice for choice in locations if choice.id in having]
    return (there[0], on[0].words) if len(there) == 1 else None


def _by_sort(
    named: Sequence[Named], locations: Sequence[Choice], having: frozenset[int]
) -> tuple[Choice, str] | None:
    for kind in (Kind.SETTLEMENT, Kind.DISTRICT):
        for one in named:
            if one.kind is not kind:
                continue
            fitting = [c for c in locations if _key(c.name) == one.key and _is_district(c) == (kind is Kind.DISTRICT)]
            if chosen := _within(fitting, named, having):
                return chosen, one.words
    return None


def _bare_streets(text: str, named: Sequence[Named], streets: Streets) -> Iterator[Named]:
    """Streets that only the register knows for ones: "на Студенческой", "от Косухина"."""
    if not streets or any(one.kind is Kind.STREET for one in named):
        return
    for match in _ON.finditer(text[:LONGEST]):
        name, start, end = match["name"], match.start("name"), match.end()
        if name_key(name) in streets and all(end <= one.start or start >= one.end for one in named):
            yield Named(Kind.STREET, name, "", "", start, end)


def _by_small(text: str, locations: Sequence[Choice]) -> tuple[Choice, str] | None:
    """A town in small letters: the register knows that "деревне большие угоны" is one."""
    towns = _towns(locations)
    for match in _SMALL.finditer(text[:LONGEST]):
        for name in filter(None, (match["two"], match["one"])):
            called = towns.get(_key(name), [])
            if len(called) == 1:
                return called[0], match.group()
    return None


def _towns(locations: Sequence[Choice]) -> dict[str, list[Choice]]:
    """The towns of the register by what they are compared by."""
    towns: dict[str, list[Choice]] = {}
    for choice in locations:
        if not _is_district(choice):
            towns.setdefault(_key(choice.name), []).append(choice)
    return towns


def _by_capital(text: str, locations: Sequence[Choice]) -> tuple[Choice, str] | None:
    towns = _towns(locations)
    for match in _CAPITAL.finditer(text):
        called = towns.get(stem(fold(match.group())), [])
        if len(called) == 1 and not _NOT_A_TOWN.match(text[match.end() : match.end() + 20].casefold()):
            return called[0], match.group()
    return None


def _within(fitting: Sequence[Choice], named: Iterable[Named], having: frozenset[int]) -> Choice | None:
    """The only one; of several of one name the one whose district is named too, or that has the streets named."""
    if len(fitting) <= 1:
        return next(iter(fitting), None)
    districts = {one.key for one in named if one.kind is Kind.DISTRICT}
    inside = [choice for choice in fitting if _key(choice.group) in districts]
    inside = inside or [choice for choice in fitting if choice.id in having]
    return inside[0] if len(inside) == 1 else None


@lru_cache(maxsize=50_000)
def bare_name(name: str) -> str:
    """The name of a place without what registers write beside it: «Льговский муниципальный район» is "льговский"."""
    return " ".join(re.findall(r"[а-я0-9]+", _SORTS.sub(" ", fold(name).replace(".", " "))))


@lru_cache(maxsize=50_000)
def _key(name: str) -> str:
    return " ".join(stem(word) for word in bare_name(name).split())


def _is_district(choice: Choice) -> bool:
    return _names_district(choice.name)


@lru_cache(maxsize=50_000)
def _names_district(name: str) -> bool:
    return bool(_DISTRICT.search(fold(name)))
