"""Which entry of the region's register a place named in a text is, and the address beside it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.services.folding import fold
from app.services.places.naming import Kind, Named, find_named
from app.services.suggesting.wording import stem
from app.services.views import Choice

# What a register writes beside a name and a text may leave out.
_SORTS = re.compile(
    r"\b(?:г|гор|город|городской|округ|муниципальный|муниципальное|образование|район|р-н|сельсовет|сельское|поселение|"
    r"поселок|пос|п|село|с|деревня|д|дер|хутор|х|слобода|сл|пгт|рп|р|область|обл|администрация)\b"
)
_DISTRICT = re.compile(r"район|р-н|округ")
_CAPITAL = re.compile(r"(?<![\w.])[А-ЯЁ][а-яё]+(?:-[А-ЯЁа-яё]+)*")
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


def find_place(text: str, locations: Sequence[Choice]) -> FoundPlace:
    """The location that a text names, the nearest one first: a settlement before its district."""
    named = find_named(text)
    address = next((one.words for one in named if one.kind is Kind.STREET and one.house), "")
    address = address or next((one.words for one in named if one.kind is Kind.STREET), "")
    known = [choice for choice in locations if choice.active]
    found = _by_sort(named, known) or _by_capital(text, known)
    if found is None:
        return FoundPlace(None, "", "", address)
    choice, words = found
    return FoundPlace(choice.id, choice.name, words, address)


def _by_sort(named: Sequence[Named], locations: Sequence[Choice]) -> tuple[Choice, str] | None:
    for kind in (Kind.SETTLEMENT, Kind.DISTRICT):
        for one in named:
            if one.kind is not kind:
                continue
            fitting = [c for c in locations if _key(c.name) == one.key and _is_district(c) == (kind is Kind.DISTRICT)]
            if chosen := _within(fitting, named):
                return chosen, one.words
    return None


def _by_capital(text: str, locations: Sequence[Choice]) -> tuple[Choice, str] | None:
    towns: dict[str, list[Choice]] = {}
    for choice in locations:
        if not _is_district(choice):
            towns.setdefault(_key(choice.name), []).append(choice)
    for match in _CAPITAL.finditer(text):
        called = towns.get(stem(fold(match.group())), [])
        if len(called) == 1 and not _NOT_A_TOWN.match(text[match.end() : match.end() + 20].casefold()):
            return called[0], match.group()
    return None


def _within(fitting: Sequence[Choice], named: Iterable[Named]) -> Choice | None:
    """The only one; of several of one name the one whose district is named too."""
    if len(fitting) <= 1:
        return next(iter(fitting), None)
    districts = {one.key for one in named if one.kind is Kind.DISTRICT}
    inside = [choice for choice in fitting if _key(choice.group) in districts]
    return inside[0] if len(inside) == 1 else None


def _key(name: str) -> str:
    bare = _SORTS.sub(" ", fold(name).replace(".", " "))
    return " ".join(stem(word) for word in re.findall(r"[а-я0-9]+", bare))


def _is_district(choice: Choice) -> bool:
    return bool(_DISTRICT.search(fold(choice.name)))
