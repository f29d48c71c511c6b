"""The report of a period (п. 23): figures of everything and of every part, compared, rated, with the cases behind."""

import json
import zlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from itertools import chain
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Agency, Case, History, Location, Person, Source, Topic
from app.regulation.book import Book, BookFigures
from app.regulation.duties import Duty
from app.regulation.measures import (
    DEFINITIONS_VERSION,
    Dimension,
    Figures,
    MessageFact,
    Subject,
    VerdictFact,
    Verdicts,
)
from app.regulation.profile import Profile
from app.regulation.rating import Rating, rate
from app.regulation.report_days import Days, PeriodKind
from app.regulation.worsening import Worse, find_worse
from app.services.acting import is_bound
from app.services.journal import check_duty
from app.services.measuring import Progress, enter, period_of, read_book, read_parts
from app.services.shortcomings import rows_of
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a dimension: its id (None: not settled), name, figures, those of the previous period and of the same
    one a year before (None in reports of editions that did not keep them).

    `residents` of a municipality, where known.
    """

    key: int | None
    name: str
    figures: Figures
    before: Figures
    residents: int | None = None
    year_before: Figures | None = None

    @property
    def per_thousand(self) -> float | None:
        """Received messages per 1,000 residents."""
        return 1000 * self.figures.received / self.residents if self.residents else None


_OF_PART = "figures", "before", "year_before"


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock of the regulation in force: its code, clause, own title and whose it is."""

    code: str
    clause: str
    title: str
    who: str


@dataclass(frozen=True, slots=True)
class RatedLine:
    """One agency of the rating with, by component: good, cases, points, effect."""

    agency: int
    name: str
    standing: str
    messages: int
    place: int | None
    total: float | None
    scores: Mapping[str, tuple[int, int, float, float]]


@dataclass(frozen=True, slots=True)
class LateLine:
    """A late answer of the period, or one overdue at its end (`is_running`); seconds as the clock counts.

    `keys` are the parts it is counted in, in the order of Dimension; `is_social` whether it is of a social network.
    """

    case_id: int
    number: str
    agency: str
    topic: str
    place: str
    detected_at: datetime | None
    at: datetime
    late_seconds: int
    is_running: bool
    by_agreement: bool
    lost_step: str | None
    keys: tuple[int | None, ...] = ()
    is_social: bool = False


@dataclass(frozen=True, slots=True)
class RepeatLine:
    """A repeat received in the period, and the answered case it asks again (п. 17); parts as in LateLine."""

    case_id: int
    number: str
    agency: str
    topic: str
    place: str
    detected_at: datetime
    of_number: str
    keys: tuple[int | None, ...] = ()
    is_social: bool = False


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """Everything a report of a period says; made once, frozen, written as often as one likes.

    `lists` are its late answers and repeats, packed: a window that shows figures would otherwise stand still while many
    thousand rows are made that only a workbook prints.
    """

    kind: PeriodKind
    first: date
    last: date
    made_at: datetime
    region: str
    act: str
    short_act: str
    zone: str
    definitions: int
    regulation: tuple[str, int, int]
    regulation_id: int
    hours_version: str
    history_id: int
    total: Figures
    social: Figures
    before: Figures
    social_before: Figures
    year_before: Figures
    parts: Mapping[Dimension, tuple[Part, ...]]
    clocks: tuple[ClockLine, ...]
    days: tuple[tuple[date, int, int, int], ...]
    worse: tuple[Worse, ...]
    rating: tuple[RatedLine, ...]
    rating_rules: Mapping[str, Any]
    lists: bytes

    @property
    def late(self) -> tuple[LateLine, ...]:
        """Late answers, the gravest first; unpacked at every asking."""
        return tuple(LateLine(**_timed(row)) for row in _listed(self.lists, "late"))

    @property
    def repeats(self) -> tuple[RepeatLine, ...]:
        """Repeats, the earliest first; unpacked at every asking."""
        return tuple(RepeatLine(**_timed(row)) for row in _listed(self.lists, "repeats"))

    def name_of(self, dimension: Dimension, key: int | None) -> str:
        """The name of a part, "" for one that has no figures."""
        return next((part.name for part in self.parts[dimension] if part.key == key), "")

    def packed(self) -> bytes:
        """The report as it is frozen: how long its figures are (8 bytes), the figures, the lists; equal for equal
        reports."""
        figures = _packed(self._data())
        return len(figures).to_bytes(8, "big") + figures + self.lists

    def to_json(self) -> dict[str, Any]:
        """The report as data; days and instants as ISO text, durations in seconds, shares 0…1."""
        loaded: dict[str, Any] = json.loads(json.dumps(self._data(), default=_plain))
        return loaded | {name: list(_listed(self.lists, name)) for name in ("late", "repeats")}

    def _data(self) -> dict[str, Any]:
        data = {name: getattr(self, name) for name in self.__slots__ if name != "lists"}
        figures = ("total", "social", "before", "social_before", "year_before")
        data |= {name: data[name].to_json() for name in figures}
        data["parts"] = {
            dimension.value: [
                _row(part) | {name: of.to_json() for name in _OF_PART if (of := getattr(part, name)) is not None}
                for part in parts
            ]
            for dimension, parts in self.parts.items()
        }
        return data | {name: [_row(r) for r in data[name]] for name in ("clocks", "worse", "rating")}

    @classmethod
    def unpacked(cls, packed: bytes) -> "PeriodReport":
        """The report that `packed` gave."""
        end = 8 + int.from_bytes(packed[:8], "big")
        data = json.loads(zlib.decompress(packed[8:end]))
        figures = ("total", "social", "before", "social_before", "year_before")
        data |= {name: Figures.from_json(data[name]) for name in figures}
        data["parts"] = {
            Dimension(name): tuple(
                Part(**row | {name: Figures.from_json(row[name]) for name in _OF_PART if row.get(name)}) for row in rows
            )
            for name, rows in data["parts"].items()
        }
        data |= {name: date.fromisoformat(data[name]) for name in ("first", "last")}
        data |= {"made_at": _moment(data["made_at"]), "kind": PeriodKind(data["kind"])}
        data["regulation"] = tuple(data["regulation"])
        data["days"] = tuple((date.fromisoformat(day), *counts) for day, *counts in data["days"])
        data["clocks"] = tuple(ClockLine(**row) for row in data["clocks"])
        data["worse"] = tuple(Worse(**row | {"dimension": _dimension(row["dimension"])}) for row in data["worse"])
        data["rating"] = tuple(
            RatedLine(**row | {"scores": {name: tuple(score) for name, score in row["scores"].items()}})
            for row in data["rating"]
        )
        return cls(**data, lists=packed[end:])


def pack_lists(late: Iterable[LateLine], repeats: Iterable[RepeatLine]) -> bytes:
    """The `lists` of a report: each row is a line of JSON, so that they are never all there as text."""
    packer = zlib.compressobj(6)
    rows = chain((("late", line) for line in late), (("repeats", line) for line in repeats))
    packed = [packer.compress(f"{_CANONICAL.encode([name, _row(line)])}\n".encode()) for name, line in rows]
    return b"".join(packed) + packer.flush()


def _listed(lists: bytes, name: str) -> Iterator[dict[str, Any]]:
    """The rows of the list `name`, as JSON has them."""
    mark = f'["{name}"'.encode()
    return (json.loads(line)[1] for line in BytesIO(zlib.decompress(lists)) if line.startswith(mark))


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a list with its moments and parts."""
    moments = {name: _moment(row[name]) for name in ("detected_at", "at") if name in row}
    return row | moments | {"keys": tuple(row["keys"])}


def _packed(data: Any) -> bytes:
    """Canonical JSON, compressed."""
    return zlib.compress(_CANONICAL.encode(data).encode(), 6)


def _row(line: Any) -> dict[str, Any]:
    """The fields of one line, as they are: there are many lines, and `asdict` copies each value."""
    return {name: getattr(line, name) for name in line.__slots__}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return value.isoformat()


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _dimension(name: str | None) -> Dimension | None:
    return Dimension(name) if name else None


# ----- reading


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a period is compared with: figures of the previous one, and of the same one a year before; each of
    everything, of social networks and of every part."""

    before: BookFigures
    year_before: BookFigures


async def read_earlier(place: Workplace, days: Days) -> Earlier:
    """The figures these days are compared with. Raises Refused("role_may_not")."""
    before = await read_book(place, days.before.first, days.before.last, with_carried=False)
    year = await read_book(place, days.year_before.first, days.year_before.last, with_carried=False)
    return Earlier(before.all_figures(), year.all_figures())


async def read_report(
    place: Workplace,
    days: Days,
    progress: Progress | None = None,
    earlier: Callable[[], Awaitable[Earlier]] | None = None,
) -> PeriodReport:
    """The report of these days, counted now. Raises Refused("role_may_not").

    `earlier` gives what `read_earlier` gives, where somebody else reads that meanwhile.
    """
    check_duty(place, Duty.MAKE_REPORTS)
    tell = progress or (lambda _step, _done: None)
    book, late, repeats = await _read_now(place, days, tell)
    tell("before", 4)
    compared = await (earlier() if earlier is not None else read_earlier(place, days))
    tell("names", 6)
    return await _report(place, days, book, compared, late, repeats)


async def _read_now(place: Workplace, days: Days, tell: Progress) -> tuple[Book, list[VerdictFact], list[MessageFact]]:
    """The book of the period, the late answers and the repeats in it."""
    period = period_of(place, days.first, days.last)
    book = Book(period, place.rules().agency.between)
    late: list[VerdictFact] = []
    repeats: list[MessageFact] = []
    async for facts in read_parts(place, period, in_columns=True, progress=tell):
        enter(book, facts)
        for fact in () if isinstance(facts, Verdicts) else facts:
            if isinstance(fact, MessageFact):
                if fact.is_repeat and period.holds(fact.detected_at):
                    repeats.append(fact)
            elif isinstance(fact, VerdictFact) and fact.code == "answer" and not fact.is_met:
                late.append(fact)
    return book, late, repeats


async def _report(
    place: Workplace,
    days: Days,
    book: Book,
    earlier: Earlier,
    late: list[VerdictFact],
    repeats: list[MessageFact],
) -> PeriodReport:
    rules, regulation_id = place.rules(), place.current_regulation_id
    profile, now, before, year = rules.profile, book.all_figures(), earlier.before, earlier.year_before
    async with place.database.read() as connection:
        names = await _Names.read(connection)
        parts = {dimension: _parts(names, dimension, now, before, year) for dimension in Dimension}
        cases = await _cases(connection, {f.case_id for f in late} | {f.case_id for f in repeats})
        history_id = (await connection.execute(select(func.coalesce(func.max(History.id), 0)))).scalar_one()
    by_agency = {part.key: part.figures for part in parts[Dimension.AGENCY] if part.key is not None}
    rating = rate(by_agency, names.bound, profile)
    figures_by = {dimension: {p.key: p.figures for p in rows} for dimension, rows in parts.items()}
    return PeriodReport(
        kind=days.kind,
        first=days.first,
        last=days.last,
        made_at=place.now(),
        region=profile.region,
        act=profile.act,
        short_act=profile.short_act,
        zone=rules.agency.zone.key,
        definitions=DEFINITIONS_VERSION,
        regulation=(profile.key, profile.version, profile.revision),
        regulation_id=regulation_id,
        hours_version=rules.calendar_version,
        history_id=history_id,
        total=now.total,
        social=now.social,
        before=before.total,
        social_before=before.social,
        year_before=year.total,
        parts=parts,
        clocks=_clock_lines(profile),
        days=tuple((day, c.received, c.answered, c.late) for day, c in sorted(book.days.items())),
        worse=find_worse(now.total, before.total, figures_by) if before.total.received else (),
        rating=_rated_lines(names, rating),
        rating_rules=_rating_rules(rating),
        lists=pack_lists(
            (_late_line(names, cases, fact) for fact in sorted(late, key=_gravest)),
            (_repeat_line(names, cases, fact) for fact in sorted(repeats, key=lambda f: (f.detected_at, f.case_id))),
        ),
    )


def _clock_lines(profile: Profile) -> tuple[ClockLine, ...]:
    """The clocks that the regulation limits."""
    return tuple(
        ClockLine(rule.code, rule.clause or "", rule.title or "", rule.who)
        for rule in profile.clocks.values()
        if rule.limits or rule.channels
    )


def _rated_lines(names: "_Names", rating: Rating) -> tuple[RatedLine, ...]:
    return tuple(
        RatedLine(
            row.agency, names.of(Dimension.AGENCY, row.agency), row.standing.value, row.messages, row.place, row.total,
            {c.value: (s.sample.good, s.sample.cases, s.points, s.effect) for c, s in row.scores.items()},
        )
        for row in rating.rows
    )  # fmt: skip


def _rating_rules(rating: Rating) -> dict[str, Any]:
    return {
        "threshold": rating.rules.threshold, "red": rating.rules.red, "prior": rating.rules.prior,
        "weights": {component.value: weight for component, weight in rating.rules.weights.items()},
        "mean": {component.value: mean for component, mean in rating.mean.items()},
    }  # fmt: skip


def _gravest(fact: VerdictFact) -> tuple[bool, bool, int, int]:
    return fact.by_agreement, not fact.is_running, -fact.late_seconds, fact.case_id


def _late_line(names: "_Names", cases: Mapping[int, Any], fact: VerdictFact) -> LateLine:
    case, subject = cases[fact.case_id], fact.subject
    return LateLine(
        fact.case_id, case.number, names.of(Dimension.AGENCY, subject.agency),
        names.of(Dimension.TOPIC, subject.topic), names.of(Dimension.PLACE, subject.place), case.detected_at, fact.at,
        fact.late_seconds, fact.is_running, fact.by_agreement, fact.lost_step, _keys(subject), subject.is_social,
    )  # fmt: skip


def _repeat_line(names: "_Names", cases: Mapping[int, Any], fact: MessageFact) -> RepeatLine:
    case, subject = cases[fact.case_id], fact.subject
    return RepeatLine(
        fact.case_id, case.number, names.of(Dimension.AGENCY, subject.agency),
        names.of(Dimension.TOPIC, subject.topic), names.of(Dimension.PLACE, subject.place), fact.detected_at,
        case.of_number, _keys(subject), subject.is_social,
    )  # fmt: skip


def _keys(subject: Subject) -> tuple[int | None, ...]:
    return tuple(subject.key(dimension) for dimension in Dimension)


@dataclass(slots=True)
class CaseName:
    """What a list says of a case beside its facts."""

    number: str
    detected_at: datetime | None
    of_number: str = ""


async def _cases(connection: AsyncConnection, case_ids: Iterable[int]) -> dict[int, CaseName]:
    query = select(Case.id, Case.number, Case.detected_at, Case.repeat_of)
    rows = await rows_of(connection, query, Case.id, case_ids)
    asked = await rows_of(
        connection, select(Case.uuid, Case.number), Case.uuid, {row.repeat_of for row in rows if row.repeat_of}
    )
    numbers = {row.uuid: row.number for row in asked}
    return {row.id: CaseName(row.number, row.detected_at, numbers.get(row.repeat_of, "")) for row in rows}


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of all parts, residents of places, and which agencies the act binds."""

    names: Mapping[Dimension, Mapping[int, str]]
    residents: Mapping[int, int]
    bound: frozenset[int]

    @classmethod
    async def read(cls, connection: AsyncConnection) -> "_Names":
        agencies = (await connection.execute(select(Agency))).all()
        columns = {
            Dimension.NETWORK: select(Source.id, Source.name),
            Dimension.TOPIC: select(Topic.id, Topic.name),
            Dimension.PLACE: select(Location.id, Location.name),
            Dimension.CURATOR: select(Person.id, Person.name),
        }
        names = {dimension: dict((await connection.execute(query)).all()) for dimension, query in columns.items()}
        names[Dimension.AGENCY] = {row.id: row.short_name for row in agencies}
        residents = select(Location.id, Location.residents).where(Location.residents.is_not(None))
        bound = frozenset(row.id for row in agencies if is_bound(row.kind, row.binding))
        people = {row.id: int(row.residents) for row in await connection.execute(residents)}
        return cls(names, people, bound)

    def of(self, dimension: Dimension, key: int | None) -> str:
        return self.names[dimension].get(key, "") if key is not None else ""


def _parts(
    names: _Names, dimension: Dimension, now: BookFigures, before: BookFigures, year: BookFigures
) -> tuple[Part, ...]:
    """Parts with any figures, the one with most messages first; what is not settled last."""
    was, year_was = before.by[dimension], year.by[dimension]
    parts = [
        Part(
            key, names.of(dimension, key), figures, was.get(key, Figures()),
            names.residents.get(key) if dimension is Dimension.PLACE and key is not None else None,
            year_was.get(key, Figures()),
        )
        for key, figures in now.by[dimension].items()
    ]  # fmt: skip
    return tuple(sorted(parts, key=lambda part: (part.key is None, -part.figures.received, part.name)))
