"""Places of a region from a table: address objects of ГАР/ФИАС (each with its parent), or one place a line.

Read as a stream: a file of a million lines is mostly houses, plots and what is no more, and none of that is kept.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from app.services.folding import fold
from app.services.intake.sheets import Cell, Record, TableError
from app.services.intake.tables import stream_records
from app.services.places.naming import name_key

HEADER_ROWS = 20
PULSE_ROWS = 20_000
PIECE = 5_000
MOST_KEPT = 400_000
"""So many places are kept of one file at most: a region has some ten thousand streets; a whole country has too many."""

_COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("objectid", "objectguid", "aoguid", "fias id", "fias", "id"),
    "parent": ("parentobjid", "parentobjectid", "parentguid", "parentid", "parent id"),
    "name": ("name", "formalname", "offname", "наименование", "название"),
    "sort": ("typename", "shortname", "socrname", "socr", "тип"),
    "level": ("level", "aolevel", "уровень"),
    "region_code": ("regioncode", "код региона"),
    "municipality": (
        "муниципалитет", "муниципальное образование", "муниципальный район", "муниципальный округ", "район", "area",
        "district", "municipality", "area with type", "area name",
    ),
    "settlement": (
        "населенный пункт", "город", "settlement", "city", "settlement with type", "city with type", "место",
    ),
    "street": ("улица", "street", "street with type", "street name"),
}  # fmt: skip
# A row of a register of addresses says in these that it is no more.
_LIVE = {
    "isactual": ("0", "false"), "isactive": ("0", "false"), "actstatus": ("0",), "livestatus": ("0",),
}  # fmt: skip
_REGION, _DISTRICTS, _TOWNS, _STREETS = 1, (2, 3), (4, 5, 6, 35), (7, 8)
# What a town, village or district is called, by what registers write for it.
_SORTS = {
    "г": "город", "гор": "город", "с": "село", "д": "деревня", "дер": "деревня", "п": "посёлок", "пос": "посёлок",
    "х": "хутор", "сл": "слобода", "ст": "станция", "ст-ца": "станица", "рп": "рабочий посёлок", "пгт": "пгт",
    "р-н": "район", "м.р-н": "район", "мр-н": "район", "м.о": "муниципальный округ", "г.о": "городской округ",
    "с/с": "сельсовет", "с.п": "сельское поселение", "г.п": "городское поселение",
}  # fmt: skip
_STREET_SORTS = {
    "ул": "ул.", "улица": "ул.", "пер": "пер.", "переулок": "пер.", "пр-кт": "пр-т", "просп": "пр-т",
    "проспект": "пр-т", "пр-д": "проезд", "проезд": "проезд", "ш": "ш.", "шоссе": "ш.", "бульвар": "б-р", "пл": "пл.",
    "площадь": "пл.", "наб": "наб.", "набережная": "наб.", "мкр": "мкр.", "микрорайон": "мкр.", "туп": "туп.",
    "тупик": "туп.",
}  # fmt: skip
_DISTRICT_WORD = re.compile(r"район|округ|муниципальное образование")
_BEHIND = re.compile(r"(?:ий|ый|ой|ая|ое)$")
_POSSIBLE_SORT = re.compile(r"^([а-яё./-]+?)\.?\s+(?=[А-ЯЁ0-9])")
# Seats of rural and urban municipalities are no place of their own: their villages are.
_UNITS = re.compile(r"сельсовет|поселени|с/с|округ|внутригородск")


@dataclass(slots=True)
class Places:
    """Places as a file tells them: municipalities, each with its settlements, each with its streets.

    `read` counts rows, `skipped` those that are houses, no longer there, of another region or without a place; `keys`
    say what each street is compared by.
    """

    read: int = 0
    skipped: int = 0
    tree: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    is_whole: bool = False

    def add(self, municipality: str, settlement: str = "", street: str = "") -> None:
        """One place; a town without a municipality is one itself."""
        towns = self.tree.setdefault(municipality, {})
        if settlement or street:
            streets = towns.setdefault(settlement, set())
            if street:
                streets.add(street)

    def take(self, other: "Places") -> None:
        """Add what another piece of the same file tells."""
        self.read, self.skipped, self.is_whole = other.read, other.skipped, other.is_whole
        for municipality, towns in other.tree.items():
            self.tree.setdefault(municipality, {}).update(towns)
        self.keys |= other.keys

    def counts(self) -> tuple[int, int, int]:
        """How many municipalities, settlements and streets."""
        towns = [(name, streets) for each in self.tree.values() for name, streets in each.items()]
        return len(self.tree), sum(1 for name, _ in towns if name), sum(len(streets) for _, streets in towns)


@dataclass(frozen=True, slots=True)
class Reading:
    """The file, and the code of the region (ГИБДД's, as ФИАС has it) where the file tells codes."""

    path: Path
    region_code: str = ""


def is_of_addresses(path: Path) -> bool:
    """Whether the file's header is one of address objects or of streets; raises TableError where it cannot be read."""
    return _header(_first(path)) is not None


def read_places(reading: Reading) -> Iterator[Places | TableError]:
    """The places of a file, told every 20,000 rows and at the end (`is_whole`); a file that breaks off says so last."""
    places = Places()
    try:
        found = _header(_first(reading.path))
        if found is None:
            raise TableError("no_places")
        number, header = found
        rows = (cells for at, cells in stream_records(reading.path) if at > number)
        each = _of_objects if "parent" in header else _of_lines
        for _ in each(rows, header, reading.region_code, places):
            if places.read % PULSE_ROWS == 0:
                yield Places(places.read, places.skipped)
        if not places.tree:
            raise TableError("no_places")
        streets = {name for towns in places.tree.values() for each in towns.values() for name in each}
        places.keys = {name: street_key(name) for name in streets}
        places.is_whole = True
        yield places
    except TableError as error:
        error.params.setdefault("file", reading.path.name)
        yield error


def stream_places(reading: Reading) -> Iterator[Places | TableError]:
    """What `read_places` gives, the places at its end in pieces of some PIECE streets, the last one `is_whole`.

    From a process of its own a piece is taken over at once, and nothing else is done meanwhile.
    """
    for part in read_places(reading):
        if isinstance(part, TableError) or not part.is_whole:
            yield part
            continue
        piece, size = Places(part.read, part.skipped), 0
        for municipality, towns in part.tree.items():
            piece.tree[municipality] = {}
            for town, streets in towns.items():
                piece.tree.setdefault(municipality, {})[town] = streets
                piece.keys.update((street, part.keys[street]) for street in streets)
                size += len(streets) + 1
                if size >= PIECE:
                    yield piece
                    piece, size = Places(part.read, part.skipped), 0
        piece.is_whole = True
        yield piece


def street_key(name: str) -> str:
    """What a street is compared by: the stems of its name, whatever its sort and case."""
    return name_key(_STREET_SORT.sub(" ", fold(name)))


_STREET_SORT = re.compile(
    r"(?<![а-я])(?:улица|ул|переулок|пер|проспект|пр-кт|пр-т|просп|проезд|пр-д|шоссе|ш|бульвар|б-р|площадь|пл|набережная|наб|"
    r"микрорайон|мкр|тупик|туп|тракт|аллея|квартал|кв-л|линия|территория|тер)(?:\.|(?![а-я-]))"
)


# ----- address objects, each with its parent


def _of_objects(
    rows: Iterator[Sequence[Cell]], header: Mapping[str, int], region_code: str, places: Places
) -> Iterator[None]:
    """Objects may stand in any order: they are kept until the end, then hung under what they belong to."""
    kept: dict[str, tuple[str, int, str]] = {}
    live = [(header[name], dead) for name, dead in _LIVE.items() if name in header]
    for cells in rows:
        places.read += 1
        level = _number(_word(cells, header.get("level")))
        if level not in (_REGION, *_DISTRICTS, *_TOWNS, *_STREETS) or _is_other(cells, header, region_code, live):
            places.skipped += 1
        else:
            name = named(_word(cells, header["name"]), _word(cells, header.get("sort")), level)
            kept[_word(cells, header["id"])] = (_word(cells, header["parent"]), level, name)
            if len(kept) > MOST_KEPT:
                raise TableError("too_many_places", limit=MOST_KEPT)
        yield
    for key, (_, level, _) in kept.items():
        if level != _REGION:
            _hang(key, kept, places)


def _hang(key: str, kept: Mapping[str, tuple[str, int, str]], places: Places) -> None:
    """The object under its settlement and municipality, as far as the file names them."""
    street = town = district = ""
    seen: set[str] = set()
    while key in kept and key not in seen:
        seen.add(key)
        parent, level, name = kept[key]
        if level in _STREETS:
            street = street or name
        elif level in _DISTRICTS:
            district = name
        elif level in _TOWNS and not (town and _UNITS.search(fold(name))):
            town = town or name
        key = parent
    if town and _UNITS.search(fold(town)):
        town = ""  # a rural municipality of which nothing else is told
        if not street:
            places.skipped += 1
            return
    if district or town:
        places.add(district or town, town, street)
    else:
        places.skipped += 1


def _is_other(
    cells: Sequence[Cell], header: Mapping[str, int], region_code: str, live: list[tuple[int, tuple[str, ...]]]
) -> bool:
    """Whether the object is no more, or of another region."""
    if any(_word(cells, index).lower() in dead for index, dead in live):
        return True
    code = _word(cells, header.get("region_code"))
    return bool(code and region_code) and code.lstrip("0") != region_code.lstrip("0")


# ----- one place a line


def _of_lines(
    rows: Iterator[Sequence[Cell]], header: Mapping[str, int], region_code: str, places: Places
) -> Iterator[None]:
    kept = 0
    for cells in rows:
        places.read += 1
        municipality, settlement, street = (
            _word(cells, header.get(name)) for name in ("municipality", "settlement", "street")
        )
        if not (municipality or settlement) or _is_other(cells, header, region_code, []):
            places.skipped += 1
        else:
            town = _spelled(settlement)
            places.add(_spelled(municipality) or town, town, street)
            kept += bool(street)
            if kept % PULSE_ROWS == 0 and sum(places.counts()) > MOST_KEPT:
                raise TableError("too_many_places", limit=MOST_KEPT)
        yield


# ----- names


def named(name: str, sort: str, level: int) -> str:
    """A place as people say it: «Льговский район», «город Курск», «ул. Кирова»."""
    word = fold(sort).rstrip(".")
    if level in _STREETS:
        return f"{_STREET_SORTS.get(word, word)} {name}".strip()
    word = _SORTS.get(word, word)
    if not word or word in fold(name).split():
        return name
    return f"{name} {word}" if _BEHIND.search(fold(name)) and _DISTRICT_WORD.search(word) else f"{word} {name}"


def _spelled(name: str) -> str:
    """«г. Курск» as «город Курск», so that one place has one name however a file shortens it."""
    match = _POSSIBLE_SORT.match(name)
    word = _SORTS.get(fold(match[1]).rstrip(".")) if match else None
    if match and word:
        return f"{word} {name[match.end() :]}"
    bare, _, last = name.rpartition(" ")
    word = _SORTS.get(fold(last).rstrip("."))
    return f"{bare} {word}" if bare and word in ("район", "муниципальный округ") else name


# ----- the file


def _first(path: Path) -> list[Record]:
    return list(islice(stream_records(path), HEADER_ROWS))


def _header(records: list[Record]) -> tuple[int, dict[str, int]] | None:
    """Where the header stands and which column is what; None where no row is one of places with streets or parents."""
    for number, cells in records:
        names = [re.sub(r"[\s_]+", " ", fold(str(cell))) if cell is not None else "" for cell in cells]
        found = {
            code: next(names.index(alias) for alias in aliases if alias in names)
            for code, aliases in _COLUMNS.items()
            if any(alias in names for alias in aliases)
        }
        found |= {name: names.index(name) for name in _LIVE if name in names}
        if {"id", "parent", "name", "level"} <= found.keys() and _belongs(names, found):
            return number, found
        if "street" in found and ("settlement" in found or "municipality" in found):
            found.pop("parent", None)
            return number, found
    return None


def _belongs(names: list[str], found: dict[str, int]) -> bool:
    """A parent is told by the same kind of id as the object: numbers by numbers, GUIDs by GUIDs."""
    pairs = (("objectid", "parentobjid"), ("objectguid", "parentguid"), ("aoguid", "parentguid"), ("id", "parentid"))
    for own, parent in pairs:
        if own in names and parent in names:
            found["id"], found["parent"] = names.index(own), names.index(parent)
            return True
    return "parent" in found


def _word(cells: Sequence[Cell], index: int | None) -> str:
    cell = cells[index] if index is not None and index < len(cells) else None
    if isinstance(cell, str):
        return " ".join(cell.split())
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _number(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 4 else -1
