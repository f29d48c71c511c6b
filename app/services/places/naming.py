"""The places that a text names, by rules: what stands after "ул." or before "района", and the house behind a street.

Names keep the case they stand in ("Кирова", "Светлой"); they are compared by their stems.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.services.folding import fold
from app.services.suggesting.wording import LONGEST, stem


class Kind(StrEnum):
    """What a named place is."""

    DISTRICT = "district"
    SETTLEMENT = "settlement"
    STREET = "street"


@dataclass(frozen=True, slots=True)
class Named:
    """A place as the text names it: `start` and `end` are positions in it; `sort` is what it calls it ("ул.")."""

    kind: Kind
    name: str
    house: str
    sort: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """What it is compared by: the stems of its name, without the house."""
        return " ".join(stem(word) for word in re.findall(r"[а-я0-9]+", fold(self.name)))

    @property
    def words(self) -> str:
        """As it is told: "ул. Кирова, 22"."""
        named = f"{self.sort} {self.name}".strip()
        return f"{named}, {self.house}" if self.house else named


_STREETS = {
    "ул.": r"ул(?:\.|иц\w*)?", "пр-т": r"пр(?:-т\w?|оспект\w*|осп\.?)", "пер.": r"пер(?:\.|еул\w*)",
    "проезд": r"проезд\w*", "ш.": r"шоссе|ш\.", "б-р": r"б-р\w?|бульвар\w*", "пл.": r"пл(?:\.|ощад\w*)",
    "наб.": r"наб(?:\.|ережн\w*)", "мкр.": r"мкр\.?(?:н\.?)?|мкрн\.?|микрорайон\w*",
    "пр.": r"пр\.", "туп.": r"туп(?:\.|ик\w*)",
}  # fmt: skip
_SETTLEMENTS = {
    "г.": r"г\.|гор\.|город(?:а|у|ом|е)?", "с.": r"с\.|сел(?:о|а|у|ом|е)", "д.": r"д\.|дер\.|деревн[яиюе]\w?",
    "п.": r"п\.|пос\.|пос[её]л(?:ок|ка|ку|ком|ке)", "х.": r"хутор(?:а|у|ом|е)?|х\.", "сл.": r"сл\.|слобод[аыеу]\w?",
    "пгт": r"пгт\.?", "р.п.": r"р\. ?п\.", "ст.": r"станци[яию]\w?|ст\.",
}  # fmt: skip
# Words that follow a sort of place and are no name of it.
_NO_NAME = re.compile(
    r"(?:и|в|на|у|с|со|к|от|до|по|за|под|над|не|нет|это|эт[ао]й?|этого|этом|где|что|как|или|а|но|же|то|вс[ея]х?|моей|"
    r"наш(?:а|у|ей?|его|ем)|тоже|очень|также|возле|около|рядом|между|вдоль|через|после|дом(?:а|е|у|ов)?|улиц[аеыу]|"
    r"город(?:а|е)?|район[ае]|област[ьи]|рф|россии)"
)
_ORDINAL = r"(?:\d{1,2}-(?:й|я|е|го|ой|му|ый|ая|ое)\s+)?"
# A name's word in capitals; a short one may be cut by a dot ("Б. Угоны", "Бол."); "Льговского района" is the next name.
_WORD = (
    r"(?:[А-ЯЁ][а-яё]{0,3}\.(?=\s?[А-ЯЁ])\s?)?(?![А-ЯЁ][а-яё-]+ого\s+(?:район|р-н|округ))"
    r"(?:[А-ЯЁ][а-яё]+|[А-ЯЁ]{3,})(?:-[А-ЯЁа-яё]+)*"
)
_LOW = r"[А-ЯЁа-яё]{3,}(?:-[А-ЯЁа-яё]+)*"
_YEARS = r"\d{1,3}(?:-летия)?\s+(?:лет\s+)?" + _WORD
# One to three words: capitals go on ("Карла Маркса", "50 лет Октября"), a small letter ends after one.
_NAME = rf"{_ORDINAL}(?:{_YEARS}|{_WORD}(?:[ ]{_WORD}){{0,2}}|{_LOW})"
_HOUSE = (
    r"(?:\s*,?\s*(?:(?:д(?:ом)?\.?|№|стр(?:оение)?\.?|вл(?:адение)?\.?|зд(?:ание)?\.?)\s*)?№?\s*(?P<house>\d{1,3}(?:\s?/\s?\d{1,3})?(?:\s?[«\"]?[а-дА-Д][»\"]?(?![а-яёА-ЯЁ]))?"
    r"(?:\s?(?:к|корп(?:ус)?|стр(?:оение)?)\.?\s?\d{1,2}|\s?,\s?(?:к\.?|(?:корп(?:ус)?|стр(?:оение)?)\.?\s?)\d{1,2})?)(?![\d:%])(?!\s*(?:лет|год|г\.|числ|метр|час|мин|раз|руб|дн|тыс|-й|-я|-е|-го|-ая|-ой)))?"
)


def _sorts(sorts: dict[str, str]) -> re.Pattern[str]:
    """Only where a word begins: looking within words too took three times as long."""
    named = "|".join(rf"(?P<s{number}>{sort})" for number, sort in enumerate(sorts.values()))
    return re.compile(rf"(?<![^\W_])(?:{named})", re.IGNORECASE)


_STREET_SORT, _SETTLEMENT_SORT = _sorts(_STREETS), _sorts(_SETTLEMENTS)
_AFTER_STREET = re.compile(rf"\s*[«\"]?(?P<name>{_NAME})[»\"]?{_HOUSE}")
_AFTER_SETTLEMENT = re.compile(rf"\s*[«\"]?(?P<name>{_WORD}(?:[ -]{_WORD}){{0,2}})[»\"]?")
_BEFORE_STREET = re.compile(
    rf"(?P<name>{_ORDINAL}[А-ЯЁ][а-яё-]+(?:ая|ой|ую|ий|ый|ого|ому|ом|ем))\s+"
    rf"(?P<sort>улиц\w*|ул\.|проспект\w*|проезд\w*|переул\w*|пер\.|шоссе|бульвар\w*|площад\w*){_HOUSE}"
)
_DISTRICT = re.compile(
    r"(?<![А-ЯЁа-яё-])(?P<name>[А-ЯЁа-яё-]{3,}(?:ск|цк)(?:ий|ого|ому|ом|им|ая|ой))\s+(?P<sort>район\w*|р-не?|р-на|округ\w*|МО\b)",
    re.IGNORECASE,
)
# "на Кирова 22", "Кирова, 22": a name in the genitive with a house is a street although nothing says so.
_BARE = re.compile(
    rf"\b(?P<name>(?:[А-ЯЁ]\.\s?)?[А-ЯЁ][а-яё]{{2,}}(?:[ ][А-ЯЁ][а-яё]{{2,}})?(?:а|я|ой|ого|ых|ы|и|ая)){_HOUSE}"
)


def find_named(text: str) -> tuple[Named, ...]:
    """The places named in a text, in the order they stand; a place that lies within another one is left out."""
    text = text[:LONGEST]
    found = [*_districts(text), *_streets_before(text), *_sorted(text, _STREET_SORT, _STREETS, Kind.STREET),
             *_sorted(text, _SETTLEMENT_SORT, _SETTLEMENTS, Kind.SETTLEMENT), *_bare(text)]  # fmt: skip
    kept: list[Named] = []
    for one in found:
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start))


def _districts(text: str) -> Iterator[Named]:
    for match in _DISTRICT.finditer(text):
        sort = "округ" if match["sort"].casefold().startswith("округ") else "район"
        yield Named(Kind.DISTRICT, match["name"], "", sort, match.start(), match.end())


def _streets_before(text: str) -> Iterator[Named]:
    for match in _BEFORE_STREET.finditer(text):
        sort = next(name for name, pattern in _STREETS.items() if re.fullmatch(pattern, match["sort"], re.IGNORECASE))
        yield Named(Kind.STREET, match["name"], _house(match), sort, match.start(), match.end())


def _sorted(text: str, pattern: re.Pattern[str], sorts: dict[str, str], kind: Kind) -> Iterator[Named]:
    after = _AFTER_STREET if kind is Kind.STREET else _AFTER_SETTLEMENT
    names = list(sorts)
    for match in pattern.finditer(text):
        runs_on = text[match.end() : match.end() + 1].isalpha() and not match.group().endswith(".")
        if runs_on:
            continue
        name = after.match(text, match.end())
        if (
            name is None
            or _NO_NAME.fullmatch(fold(name["name"]))
            or (name["name"][0].islower() and _is_lowly(match, kind))
        ):
            continue
        sort = names[int((match.lastgroup or "s0")[1:])]
        yield Named(kind, name["name"].rstrip("."), _house(name), sort, match.start(), name.end())


def _is_lowly(match: re.Match[str], kind: Kind) -> bool:
    """Whether a name in small letters would be a guess: only "ул. кирова" is none."""
    return kind is not Kind.STREET or not match.group().casefold().startswith(("ул", "пр-", "просп", "пер"))


def _bare(text: str) -> Iterator[Named]:
    for match in _BARE.finditer(text):
        if match["house"] and not _NO_NAME.fullmatch(fold(match["name"])):
            yield Named(Kind.STREET, match["name"], _house(match), "", match.start(), match.end())


def _house(match: re.Match[str]) -> str:
    """The house in one way of writing: «5 корпус 2», «5, корп. 2» and «5к2» are one."""
    house = re.sub(r"[\s«»\",.]+", "", match.groupdict().get("house") or "").lower()
    return re.sub(r"корп(?:ус)?", "к", house).replace("строение", "стр")
