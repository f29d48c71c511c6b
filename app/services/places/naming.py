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
        return name_key(self.name)

    @property
    def words(self) -> str:
        """As it is told: "ул. Кирова, 22"."""
        named = f"{self.sort} {self.name}".strip()
        return f"{named}, {self.house}" if self.house else named


_STREETS = {
    "ул.": r"ул(?:\.|иц\w*)?", "пр-т": r"пр(?:-?к?т\w?|оспект\w*|осп\.?)", "пер.": r"пер(?:\.|еул\w*)",
    "проезд": r"проезд\w*|пр-д\w?", "ш.": r"шоссе|ш\.", "б-р": r"б-р\w?|бульвар\w*",
    "пл.": r"пл(?:\.|ощад(?:ь|и|ью)(?!\w))", "наб.": r"наб(?:\.|ережн\w*)",
    "мкр.": r"мкр\.?(?:н\.?)?|мкрн\.?|микрорайон\w*",
    "пр.": r"пр(?:\.|(?=\s[А-ЯЁа-яё]+,?\s*(?:д\.?\s*|дом\s*)?\d))", "туп.": r"туп(?:\.|ик\w*)",
}  # fmt: skip
_SETTLEMENTS = {
    "г.": r"(?<!\d)(?<!\d )г(?:\.|(?= [А-ЯЁ]))|гор\.|город(?:а|у|ом|е)?", "с.": r"с\.|сел(?:о|а|у|ом|е)",
    "д.": r"(?<!т\.)(?<!т\. )д\.|дер\.|деревн[яиюе]\w?", "п.": r"п(?:\.|(?= [А-ЯЁ]))|пос\.|пос[её]л(?:ок|ка|ку|ком|ке)",
    "х.": r"хутор(?:а|у|ом|е)?|х\.", "сл.": r"сл\.|слобод[аыеу]\w?", "пгт": r"пгт\.?", "р.п.": r"р\. ?п\.",
    "ст.": r"станци[яию]\w?|ст\.", "н.п.": r"н\.\s?п\.|нас[её]л[её]нн\w+ пункт\w*",
}  # fmt: skip
# Words that follow a sort of place and are no name of it.
_NO_NAME = re.compile(
    r"(?:и|в|на|у|с|со|к|от|до|по|за|под|над|не|нет|это|эт[ао]й?|этого|этом|где|что|как|или|а|но|же|то|вс[ея]х?|моей|"
    r"наш(?:а|у|ей?|его|ем)|ваш(?:а|у|ей)|тоже|очень|также|возле|около|рядом|между|вдоль|через|после|напротив|без|для|"
    r"дом(?:а|е|у|ов)?|улиц[аеыу]|город(?:а|е|ск\w*)|деревн\w|деревенск\w*|сел[аоеу]|сельск\w*|пос[её]лк\w*|хутор\w?|"
    r"детск(?:ая|ой|ую|их)|соседск\w*|районе?|район[ае]|област[ьи]|рф|россии|сегодня|вчера|завтра|администраци\w|служб\w|школ\w|"
    r"координаты|автобус\w*|маршрут\w*|остановк\w|поликлиник\w|больниц\w|детсад\w?|квартир\w|статьи|пункта|номера|"
    r"заявк[аи]|сообщени[ея]|обращени[ея]|телефон\w?|кабинета|подъезда|закона|постановлени[ея]|приказа|лицея|гимнази\w|января|февраля|марта|апреля|"
    r"июня|июля|августа|сентября|октября|ноября|декабря|недел[яи]|месяца|года|часа|часов|минуты|рубля|группа|палата)"
)
# What stands with a small letter before a name, and after one: "генерала Григорова", "реки Кур"; "Красной армии".
_RANKS = (
    r"(?:реки|генерала|маршала|адмирала|академика|имени|им\.|героев|братьев|сест[её]р|композитора|художника|поэта|писателя|"
    r"космонавт(?:а|ов)|л[её]тчик(?:а|ов)|партизана?|капитана|майора|лейтенанта|сержанта|полковника|профессора|доктора|"
    r"инженера|архитектора|князя|матроса|танкистов|защитников)"
)
_SECOND = (
    r"(?:октября|армии|гвардии|дивизии|бригады|победы|звезды|знамени|слобод[аыеу]|полян[аеы]|коммуны|мая|декабря|июля|марта|"
    r"маркса|либкнехта|люксембург|интернационала|влксм|комсомола|пионеров)"
)
_FIRST = (
    r"(?:карла|розы|ивана|юрия|максима|надежды|ефима|веры|зои|олега|александра|николая|алексея|петра|михаила|сергея|"
    r"владимира|дмитрия|андрея|лизы|степана|богдана|феликса|клары)"
)
_SURNAME = r"[а-яё]{2,}(?:ова|ева|ёва|ина|ына|[сц]кого|[сц]кой)"
_ORDINAL = (
    r"(?:\d{1,2}(?:\s?-\s?(?:й|я|е|го|ой|му|ый|ая|ое|ом|м|ей|ую)|[йяе]|ая|ой|ый|го|-|(?=\s+[А-ЯЁ][а-яё]+(?:ая|ой|ую|ий|ый|ого|"
    r"ому|ом)\b))\s+)?"
)
# A name's word in capitals; a short one may be cut by a dot ("Б. Угоны", "Бол."); "Льговского района" is the next name.
_WORD = (
    r"(?:[А-ЯЁ][а-яё]{0,3}\.(?=\s?[А-ЯЁ])\s?)?(?![А-ЯЁ][а-яё-]+(?:ого|ой)\s+(?:район|р-н|округ|обл))"
    r"(?:[А-ЯЁ][а-яё]+|[А-ЯЁ]{3,})(?:-[А-ЯЁа-яё]+)*"
)
_LOW = rf"(?:{_RANKS}\s+)?[А-ЯЁа-яё]{{3,}}(?:-[А-ЯЁа-яё]+)*"
_YEARS = (
    r"\d{1,3}(?:-летия)?\s+(?:лет\s+)?" + _WORD + r"|\d{1,3}\s+лет\s+[а-яё]{3,}|\d{1,2}\s(?:марта|мая|января|июля)\b"
    + rf"|{_WORD}\s\d{{1,2}}(?:-[йя])?\s(?:Дивизии|Армии|Бригады|Мая|Января)\b"
)
# One to three words: capitals go on ("Карла Маркса", "50 лет Октября"), a small letter ends after one.
_NAME = (
    rf"{_ORDINAL}(?:{_YEARS}|(?:{_RANKS}\s+)?(?:{_WORD}\s{_SURNAME}(?=,?\s*(?:д\.|дом|\d))|{_WORD}(?:[ ]{_WORD}){{0,2}}"
    rf"(?:[ ]{_SECOND}\b)?)|(?i:{_FIRST})\s(?:{_SURNAME}|{_SECOND})|{_LOW}(?:[ ]{_SECOND}\b)?)"
)
# A letter stands at its number, or apart where it can be no other word: "22а", "22 А", "22 «а»", "22 а, кв. 5".
_LETTER = (
    r"(?:-?[а-еА-Е](?!\w)|\s?[«\"'`][а-еА-Е][»\"'`]|\s[А-Е](?!\w)|\s[бе](?=\s|[,.;]|$)|\s[авг](?=\s*(?:[,;)]|кв|под|$)))"
)
_NO_HOUSE = (
    r"(?![\d%])(?!:\d)(?!\.\d\d)(?!,\d{3})(?!-\d{3})(?!\s*(?:лет|год|г\.(?!\s?[А-ЯЁ])|числ|метр|м\b|км\b|час|мин|раза?\b|руб|"
    r"дн|тыс|шт|-й|-я|-е|-го|-ая|-ой|автобус|маршрут|тролл|трамва|январ|феврал|марта|апрел|мая\b|июн|июл|август|сентябр|"
    r"октябр|ноябр|декабр|фонар(?:я|ей)|столб(?:а|ов)|опоры?\b|деревь|дерева\b|куст(?:а|ов)|человек|машины?\b|"
    r"контейнер(?:а|ов)|бак(?:а|ов)|светильник(?:а|ов)|люк(?:а|ов)|ям\b|собаки?\b|останов|семей|семьи|жител(?:я|ей)))"
)
_NUMBER = (
    rf"\d{{1,3}}{_LETTER}?(?:\s?[/\\]\s?\d{{1,3}}{_LETTER}?)?"
    r"(?:\s?(?:к|корп(?:ус)?|стр(?:оение)?)\.?\s?\d{1,2}|\s?,\s?(?:к\.?|(?:корп(?:ус)?|стр(?:оение)?)\.?\s?)\d{1,2})?"
    + _NO_HOUSE
)
_NEAR = r"(?:возле|около|напротив|у|рядом с|в районе|за|перед|близ)"
_MARK = r"(?:д(?:ом[а-я]{0,3})?|стр(?:оение)?|вл(?:адение)?|зд(?:ание)?)"
_HOUSE = (
    rf"(?:\s*,?\s*(?:(?:{_NEAR}\s+)?{_MARK}(?![^\W\d])\.?\s*[№N]?|[№N])?\s*(?P<house>{_NUMBER}))?"
)
# "дома №1, №1-А по проспекту", "к дому 39 пр-та": what stands right before a street.
_HOUSE_FIRST = re.compile(
    rf"(?:\bдом[а-я]{{0,3}}|\bд\.)\s*[№N]?\s*(?P<house>{_NUMBER})(?:\s*(?:,|и)\s*(?:д\.?)?\s*[№N]?\s*\d{{1,3}}{_LETTER}?)*"
    r"\s*,?\s*(?:(?:по|на)\s+)?$", re.IGNORECASE,
)  # fmt: skip
_BEFORE_CHARACTERS = 60


def _sorts(sorts: dict[str, str]) -> re.Pattern[str]:
    """Only where a word begins: looking within words too took three times as long."""
    named = "|".join(rf"(?P<s{number}>{sort})" for number, sort in enumerate(sorts.values()))
    return re.compile(rf"(?<![^\W_])(?:{named})", re.IGNORECASE)


_STREET_SORT, _SETTLEMENT_SORT = _sorts(_STREETS), _sorts(_SETTLEMENTS)
_AFTER_STREET = re.compile(rf"\s*[«\"]?(?P<name>{_NAME})[»\"]?{_HOUSE}")
_AFTER_TOWN = r"(?:заря|поляна|слобода|колодезь?|выселки)\b"
_AFTER_SETTLEMENT = re.compile(
    rf"\s*[«\"]?(?P<name>(?:\d{{1,2}}-?[еяй]\s)?{_WORD}(?:[ -]{_WORD}){{0,2}}(?:[ ]{_AFTER_TOWN})?)"
    rf"[»\"]?(?:\s*,?\s*(?:дом[а-я]{{0,3}}|д\.)\s*[№N]?\s*(?P<house>{_NUMBER}))?"
)
_ENDING = r"(?:ая|ой|ую|яя|ей|юю|ий|ый|ого|ому|ом|ем|им)"
_BEFORE_STREET = re.compile(
    rf"(?<![\w-])(?P<name>{_ORDINAL}(?:[А-ЯЁ][а-яё-]+{_ENDING}|[а-яё-]{{2,}}[сц]к{_ENDING}))\s+"
    rf"(?P<sort>улиц\w*|ул\.|проспект\w*|пр-т\w?\b|проезд\w*|переул\w*|пер\.|шоссе|бульвар\w*|б-р\w?\b|"
    rf"площад(?:ь|и|ью)\b|набережн\w*|микрорайон\w*|мкрн?\b\.?){_HOUSE}"
)
_NUMBERED = re.compile(
    r"(?<!\d)(?P<name>\d{1,2})(?:-?(?:й|ый|ой|м|ом|го|му))?\s+(?:мкрн?\b\.?|микрорайон\w*)"
    rf"{_HOUSE}|\b(?:мкрн?\.?|микрорайон\w*)\s*[№N]?\s*(?P<after>\d{1,2})\b(?!\s*-?[йя]\b)", re.IGNORECASE,
)  # fmt: skip
_DISTRICT = re.compile(
    r"(?<![А-ЯЁа-яё-])(?P<name>[А-ЯЁа-яё-]{3,}(?:ск|цк)(?:ий|ого|ому|ом|им|ая|ой))\s+(?P<sort>район\w*|р-не?|р-на|округ\w*|МО\b)",
    re.IGNORECASE,
)
# "на Кирова 22", "Кирова, 22": a name in the genitive with a house is a street although nothing says so.
_BARE = re.compile(
    rf"\b(?P<name>(?:[А-ЯЁ]\.\s?)?{_ORDINAL}(?:[А-ЯЁ][а-яё]*(?:а|я|ой|ей|ого|ых|ы|и|ая)[ ])?[А-ЯЁ][а-яё]{{2,}}"
    rf"(?:а|я|ой|ого|ых|ы|и|ая|ко|ов))\b{_HOUSE}"
)
# Names that are nothing else, also in small letters and without a house.
_FAMOUS = re.compile(
    r"\b(?P<name>(?i:карла (?:маркса|либкнехта)|розы люксембург|\d\d лет (?:октября|победы|влксм|ссср)|красной армии))"
    + _HOUSE
)
# The first word of a sentence has a capital whatever it is: there only what looks like a street's name is one.
_FIRST_WORD = re.compile(r"(?:^|[.!?…\n]\s*)$")
_LIKE_A_STREET = re.compile(
    r"(?:.*(?:ая|яя|ой|ого|ова|ева|ёва|ина|ына|ых|енко|ко)|.*\s.*|мира|победы|труда|дружбы|маркса|октября|свободы|энгельса|"
    r"ильича|чехова|фрунзе)"
)
# With a small letter after a whole word ("на улице темно"): only what is a name by its form.
_LOW_NAME = re.compile(
    rf"{_RANKS}\s.*|{_FIRST}\s.*|\d+ лет .*|.*(?:ова|ева|ёва|ина|ына|[сц]к(?:ого|ая|ой|ую))|"
    r"(?:садов|лесн|полев|школьн|зел[её]н|молод[её]жн|набережн|центральн|цветочн|степн|лугов|вокзальн|парков|железнодорожн|"
    r"дачн|строительн|зв[её]здн|солнечн|магистральн|заречн|подгорн|аэродромн|ипподромн)(?:ая|ой|ую)|победы|дружбы|мира|труда|свободы"
)
# A word that a name with a small letter never is, whatever stands before it.
_VERB = re.compile(r".{3,}(?:ет|ит|ут|ют|ат|ят|ли|ла|ло|ть|ся|сь|ны|на|но|ено|ают|уют)")
_CROSSING = re.compile(
    r"(?i:\bпересечени\w+|\bперекр[её]ст\w+|\bуг(?:ол|л[уае]))\s+(?:(?:с|от|до)\s+)?(?i:улиц\w*\s+|ул\.?\s*)?"
    rf"(?P<name>{_ORDINAL}{_WORD}(?:[ ](?:{_WORD}|[а-яё]{{3,}}ой))?|{_SURNAME})"
    rf"(?:\s*(?:\bи\b|\bс\b|[/–-])\s*(?i:улиц\w*\s+|ул\.?\s*)?(?P<second>{_WORD}|{_SURNAME}))?"
)
_ALSO = re.compile(rf"\s*(?:,|\bи\b|\bс\b)\s*(?P<name>{_ORDINAL}{_WORD}(?:[ ]{_WORD})?){_HOUSE}")
_SEVERAL = re.compile(r"улиц(?:ах|ами?)?|переулк(?:и|ов|ах|ам)|проспект(?:ы|ов|ах|ам)", re.IGNORECASE)


def find_named(text: str) -> tuple[Named, ...]:
    """The places named in a text, in the order they stand; a place that lies within another one is left out."""
    text = text[:LONGEST]
    found = [*_districts(text), *_streets_before(text), *_sorted(text, _STREET_SORT, _STREETS, Kind.STREET),
             *_sorted(text, _SETTLEMENT_SORT, _SETTLEMENTS, Kind.SETTLEMENT), *_numbered(text), *_bare(text),
             *_crossings(text)]  # fmt: skip
    kept: list[Named] = []
    for one in found:
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start))


def name_key(name: str) -> str:
    """What a street or place is compared by: the stems of its name; "2-я", "2я" and "2" are one."""
    plain = re.sub(r"\b(?:им\.|имени)\s|(\d+)\s?-?\s?(?:й|я|е|го|ой|му|ый|ая|ое|ом|м|ей|ую)\b", r"\1", fold(name))
    return " ".join(stem(word) for word in re.findall(r"[а-я0-9]+", plain))


def _districts(text: str) -> Iterator[Named]:
    for match in _DISTRICT.finditer(text):
        sort = "округ" if match["sort"].casefold().startswith("округ") else "район"
        yield Named(Kind.DISTRICT, match["name"], "", sort, match.start(), match.end())


def _streets_before(text: str) -> Iterator[Named]:
    for match in _BEFORE_STREET.finditer(text):
        if _NO_NAME.fullmatch(fold(match["name"])):
            continue
        sort = next(name for name, pattern in _STREETS.items() if re.fullmatch(pattern, match["sort"], re.IGNORECASE))
        yield _street(text, match, sort)


def _sorted(text: str, pattern: re.Pattern[str], sorts: dict[str, str], kind: Kind) -> Iterator[Named]:
    after = _AFTER_STREET if kind is Kind.STREET else _AFTER_SETTLEMENT
    names = list(sorts)
    for match in pattern.finditer(text):
        runs_on = text[match.end() : match.end() + 1].isalpha() and not match.group().endswith(".")
        name = None if runs_on else after.match(text, match.end())
        if name is None or _NO_NAME.fullmatch(fold(name["name"])):
            continue
        if kind is Kind.STREET and name["name"][0].islower() and not _is_name(match.group(), name):
            continue
        sort = names[int((match.lastgroup or "s0")[1:])]
        yield _street(text, name, sort, kind, match.start())
        if kind is Kind.STREET and _SEVERAL.fullmatch(match.group()):
            yield from _also(text, name, sort)


def _street(text: str, match: re.Match[str], sort: str, kind: Kind = Kind.STREET, start: int = -1) -> Named:
    start = match.start() if start < 0 else start
    house = _house(match)
    if not house and (first := _HOUSE_FIRST.search(text[max(0, start - _BEFORE_CHARACTERS) : start])):
        house = _house(first)
    return Named(kind, match["name"].rstrip("."), house, sort, start, match.end())


def _also(text: str, first: re.Match[str], sort: str) -> Iterator[Named]:
    """What goes on after "улиц Садовой": "и Новой"."""
    end = first.end()
    while (more := _ALSO.match(text, end)) is not None and _LIKE_A_STREET.fullmatch(fold(more["name"])):
        yield Named(Kind.STREET, more["name"], _house(more), sort, more.start("name"), more.end())
        end = more.end()


def _is_name(sort: str, match: re.Match[str]) -> bool:
    """Whether a name in small letters is more than a guess, after "ул." or after the whole word."""
    name, sort = fold(match["name"]), sort.casefold()
    if _LOW_NAME.fullmatch(name):
        return True
    if _VERB.fullmatch(name):
        return False
    if match["house"]:
        return sort.startswith(("ул", "пр", "пер", "мкр", "микр"))
    return sort.startswith(("ул", "пр-", "просп", "пер")) and len(sort) < len("улица")


def _numbered(text: str) -> Iterator[Named]:
    for match in _NUMBERED.finditer(text):
        yield Named(Kind.STREET, match["name"] or match["after"], _house(match), "мкр.", match.start(), match.end())


def _bare(text: str) -> Iterator[Named]:
    for match in _FAMOUS.finditer(text):
        yield _street(text, match, "")
    for match in _BARE.finditer(text):
        name = fold(match["name"])
        if not match["house"] or _NO_NAME.fullmatch(name) or (name.endswith("ов") and not name.endswith("иков")):
            continue
        if _FIRST_WORD.search(text[: match.start()][-3:]):
            beside = re.search(rf"\s{_NEAR}\s", match.group(), re.IGNORECASE)
            if beside or not _LIKE_A_STREET.fullmatch(name):
                continue
        yield _street(text, match, "")


def _crossings(text: str) -> Iterator[Named]:
    for match in _CROSSING.finditer(text):
        for part in ("name", "second"):
            if match[part] and _LIKE_A_STREET.fullmatch(fold(match[part])):
                yield Named(Kind.STREET, match[part], "", "", match.start(part), match.end(part))


def _house(match: re.Match[str]) -> str:
    """The house in one way of writing: «5 корпус 2», «5, корп. 2» and «5к2» are one."""
    house = re.sub(r"[\s«»\",.'`-]+", "", match.groupdict().get("house") or "").lower().replace("\\", "/")
    return re.sub(r"корп(?:ус)?", "к", house).replace("строение", "стр")
