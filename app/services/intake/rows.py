"""One row of an export made into a message to take in, or into a refusal that says why."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.services.intake.cleaning import clean_line, clean_text, has_words, normal_text
from app.services.intake.columns import REGION_ZONE, Layout, network_of, normal_header, post_kind_of
from app.services.intake.moments import UnreadableDateError, has_no_time, is_nothing, read_moment
from app.services.intake.sheets import SURPLUS, Cell, Sheet, column_letter

MAX_TEXT_CHARS = 100_000
"""The longest message taken in. The networks' own limits end far below: 16,384 characters for a post in VK."""
MAX_LINE_CHARS = 300
"""Names, topics and the like are cut here: longer ones are texts in a wrong column."""
MAX_LINK_CHARS = 2000
MAX_KEY_CHARS = 100
CLOCK_GRACE = timedelta(minutes=5)
"""How far ahead of our clock an export's time may be: clocks of two machines differ."""
_SAFE_LINK = re.compile(r"(?:(?:https?|tg|viber|whatsapp)://)?[^\s:]+(?::\d+)?(?:/\S*)?|tg:\S+", re.IGNORECASE)

_THOUSANDS = re.compile(r"\d{1,3}( \d{3})+")
_POINT_NOUGHT = re.compile(r"\d+\.0")
_AROUND_LINK = re.compile(r"^(https?://)?(www\.|m\.)?", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """Where the message is about, in the export's own words; parts that it does not name are empty."""

    region: str = ""
    municipality: str = ""
    settlement: str = ""
    street: str = ""
    house: str = ""


@dataclass(frozen=True)
class IntakeRow:
    """A message as an export tells it. Times are aware UTC; what the export does not say is empty or None.

    `network` is a code of the regulations' sources, `post_kind` is "post", "comment" or empty. `key` (100 characters
    at most) is the same for the same message in every later file of the same kind. `content_hash` is described at
    `content_hash()`. `repairs` holds codes of what was mended or is worth a look (see `app.texts.intake`).
    """

    row_number: int
    sheet: str
    export: str
    key: str
    content_hash: str
    external_number: str
    text: str
    topic_group: str
    topic: str
    agency_name: str
    executor_name: str
    place: Place
    network: str
    post_kind: str
    link: str
    author_name: str
    author_link: str
    posted_at: datetime | None
    detected_at: datetime | None
    answer_text: str
    outcome: str
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnownSources:
    """The region's register of sources: `codes` by their names as `normal_header` gives them, `off` holds the names
    of those that take no new messages, by code."""

    codes: Mapping[str, str] = field(default_factory=dict)
    off: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RowRefusal:
    """A row that is not taken in: where it stands, a code, and `params` for the sentence.

    `cell` names the cell as a spreadsheet does ("F14"), empty where the whole row is meant.
    """

    row_number: int
    sheet: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    cell: str = ""


class _RefusedError(Exception):
    def __init__(self, code: str, in_field: str = "", **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.field = in_field
        self.params = params


def read_rows(sheet: Sheet, region_zone: ZoneInfo, now: datetime) -> Iterator[IntakeRow | RowRefusal]:
    """Every row of the sheet, cleaned or refused, as a stream.

    Naive times are of the export's own zone where it has one (monitoring systems write Moscow time), else of
    `region_zone`. `now` is the aware instant against which a time in the future is judged. Raises TableError as
    `Sheet.rows` does.
    """
    for number, cells in sheet.rows():
        yield read_row(sheet, number, cells, region_zone, now)


def read_row(
    sheet: Sheet,
    number: int,
    cells: dict[str, Cell],
    region_zone: ZoneInfo,
    now: datetime,
    sources: KnownSources = KnownSources(),
) -> IntakeRow | RowRefusal:
    """One row cleaned or refused: columns_slipped, empty_text, text_too_long, unreadable_date, future_date,
    source_off."""
    try:
        return _Reading(sheet, number, cells, region_zone, now, sources).row()
    except _RefusedError as refused:
        return RowRefusal(number, sheet.name, refused.code, refused.params, _cell_name(sheet, number, refused.field))


def content_hash(text: str, author: str, link: str) -> str:
    """sha256 over text, author and link, each preceded by its length in bytes, in this order, as UTF-8.

    The text and the author are compared as `normal_text` says; the link without its scheme, "www.", "m." and a
    closing slash. Editors' changes of case, spacing and ё do not make a new message; any other change does.
    """
    link = _AROUND_LINK.sub("", link.strip()).rstrip("/")
    digest = hashlib.sha256()
    for part in (normal_text(text), normal_text(author), link):
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def _cell_name(sheet: Sheet, number: int, code: str) -> str:
    """The cell of a field in a row: "F14"; empty where no column holds the field."""
    header = sheet.layout.headers.get(code)
    return f"{column_letter(sheet.header.names.index(header))}{number}" if header else ""


class _Reading:
    """The cells of one row by our names of fields, and what was mended in them."""

    def __init__(
        self,
        sheet: Sheet,
        number: int,
        cells: dict[str, Cell],
        region_zone: ZoneInfo,
        now: datetime,
        sources: KnownSources,
    ) -> None:
        self._sheet = sheet
        self._layout: Layout = sheet.layout
        self._number = number
        self._cells = cells
        zone = self._layout.export.zone
        self._zone = region_zone if zone == REGION_ZONE else ZoneInfo(zone)
        self._headers = self._layout.headers
        self._now = now
        self._sources = sources
        self._repairs: list[str] = []

    def row(self) -> IntakeRow:
        if SURPLUS in self._cells:
            raise _RefusedError("columns_slipped", surplus=self._cells[SURPLUS])
        text = self._text()
        line, external_number = self._line, self._number_text("external_number")
        link, author_name, author_link = self._link("link"), line("author_name"), self._link("author_link")
        digest = content_hash(text, author_link or author_name, link)
        export = self._layout.export
        return IntakeRow(
            row_number=self._number,
            sheet=self._sheet.name,
            export=export.code,
            key=_key(export.code, export.identity, external_number, digest),
            content_hash=digest,
            external_number=external_number,
            text=text,
            topic_group=line("topic_group"),
            topic=line("topic"),
            agency_name=line("agency"),
            executor_name=line("executor"),
            place=self._place(),
            network=self._network(line("network"), link),
            post_kind=post_kind_of(line("post_kind")),
            link=link,
            author_name=author_name,
            author_link=author_link,
            posted_at=self._moment("posted_at", "posted_time"),
            detected_at=self._moment("detected_at"),
            answer_text=clean_text(self._string("answer_text"))[0],
            outcome=line("outcome"),
            repairs=tuple(self._repairs),
        )

    def _network(self, said: str, link: str) -> str:
        """The source's code: of a known network, else of the region's own source of that name."""
        code = network_of(said, link)
        if code in ("", "other"):
            code = self._sources.codes.get(normal_header(said), code)
        if (code or "other") in self._sources.off:
            raise _RefusedError("source_off", "network", value=self._sources.off[code or "other"])
        return code

    def _place(self) -> Place:
        region, municipality, settlement, street = map(self._line, ("region", "municipality", "settlement", "street"))
        return Place(region, municipality, settlement, street, self._number_text("house"))

    def _text(self) -> str:
        text, repairs = self._first_text()
        if not text:
            raise _RefusedError("empty_text", "text")
        if len(text) > MAX_TEXT_CHARS:
            raise _RefusedError("text_too_long", "text", size=len(text), limit=MAX_TEXT_CHARS)
        self._repairs += repairs
        if not has_words(text):
            self._repairs.append("no_words")
        return text

    def _first_text(self) -> tuple[str, tuple[str, ...]]:
        """The message's own text; where a system found none, its title or what it recognised in a picture or video;
        of an export that holds no citizens' texts, the fact."""
        for name in ("text", "title", "recognised_text", "fact"):
            text, repairs = clean_text(self._string(name))
            if text and not is_nothing(text):
                return text, (*repairs, *((f"text_from_{name}",) if name != "text" else ()))
        return "", ()

    def _cell(self, name: str) -> Cell:
        header = self._headers.get(name)
        return self._cells.get(header) if header else None

    def _string(self, name: str) -> str:
        cell = self._cell(name)
        if isinstance(cell, str):
            return cell
        if cell is None:
            return ""
        if isinstance(cell, float) and cell.is_integer():
            return str(int(cell))
        return str(cell)

    def _line(self, name: str) -> str:
        said = self._string(name)
        return clean_line(said)[:MAX_LINE_CHARS].rstrip() if said else ""

    def _link(self, name: str) -> str:
        """A link that may be opened: the scheme of a page or a messenger, or none; anything else is left out."""
        link = clean_line(self._string(name))
        if link and (not _SAFE_LINK.fullmatch(link) or len(link) > MAX_LINK_CHARS):
            self._repairs.append("link_left_out")
            return ""
        return link

    def _number_text(self, name: str) -> str:
        """A number as written, without the spaces between thousands and the ".0" that tables add."""
        line = self._line(name)
        if _THOUSANDS.fullmatch(line):
            return line.replace(" ", "")
        return line.removesuffix(".0") if _POINT_NOUGHT.fullmatch(line) else line

    def _moment(self, name: str, time_name: str = "") -> datetime | None:
        cell, time_cell = self._cell(name), self._cell(time_name) if time_name else None
        try:
            moment = read_moment(cell, self._zone, time_cell)
        except UnreadableDateError as error:
            raise _RefusedError(
                "unreadable_date", name, column=self._layout.headers[name], value=str(error)[:60]
            ) from error
        if moment is None:
            return None
        if has_no_time(cell, time_cell):
            self._repairs.append("no_time")
        if moment > self._now + CLOCK_GRACE:
            local = moment.astimezone(self._zone)
            value = f"{local:%d.%m.%Y %H:%M}"
            raise _RefusedError("future_date", name, column=self._layout.headers[name], value=value)
        return moment


def _key(export: str, identity: str, number: str, digest: str) -> str:
    """What makes the row known again. A number alone is trusted only where the export numbers messages for good."""
    key = f"content:{digest}"
    if number and identity == "number":
        key = f"{export}:{number}"
    elif number and identity == "number_and_content":
        key = f"{export}:{number}:{digest}"
    return key if len(key) <= MAX_KEY_CHARS else f"{export}:{hashlib.sha256(key.encode()).hexdigest()}"
