"""The indicators of a period for supervisors: the measures as pictures, and the cases behind every part of each.

Counted from the same facts and by the same definitions as reports and the rating (`regulation.measures`); the number
of a part is the number of facts whose cases are listed behind it.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Agency, Case, Location, Message, Topic
from app.regulation.book import Book
from app.regulation.duties import Duty
from app.regulation.measures import ClockFigures, Dimension, Figures, MessageFact, VerdictFact, Verdicts, counted
from app.regulation.usual import WEEKS, Usual, days_like, usual_sum
from app.services.day_figures import working_day_of
from app.services.journal import check_duty
from app.services.measuring import Fact, period_of, read_parts
from app.services.queries import list_cases
from app.services.views import QueueRow
from app.services.workplace import Workplace

HOURS = 24
DAY_SECONDS = 86_400
# After so many facts the window gets its turn.
TURN = 250
# More rows than anybody reads; the head says how many there are.
MOST_ROWS = 500

# A part of a picture: ("day", "2026-11-24"), ("hour", 14), ("agency", id), ("clock", code, "late"), ("promise", id,
# "late"), ("cell", place id, topic id); ids are None for what is not settled.
Part = tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True)
class Inflow:
    """Messages received, and the band that is usual; None where too few like days lie behind."""

    part: Part
    name: str
    count: int
    usual: Usual | None


@dataclass(frozen=True, slots=True)
class ClockPart:
    """How one clock was kept (`name` is its code), or one agency's promises (its short name)."""

    part: Part
    name: str
    figures: ClockFigures


@dataclass(frozen=True, slots=True)
class Indicators:
    """All pictures of a period. `places` and `topics` are (id, name), those with the most messages first."""

    first: date
    last: date
    total: Figures
    days: tuple[Inflow, ...]
    hours: tuple[Inflow, ...]
    agencies: tuple[Inflow, ...]
    clocks: tuple[ClockPart, ...]
    promises: tuple[ClockPart, ...]
    places: tuple[tuple[int | None, str], ...]
    topics: tuple[tuple[int | None, str], ...]
    grid: Mapping[tuple[int | None, int | None], int]
    behind: Mapping[Part, tuple[int, ...]]


async def read_indicators(place: Workplace, first: date, last: date) -> Indicators:
    """The indicators of the days `first` to `last`, both included; a period that is not over ends now.

    Raises Refused("role_may_not").
    """
    check_duty(place, Duty.READ_REPORTS)
    reading = _Reading(place, first, last, Book(period_of(place, first, last), place.rules().agency.between))
    async for facts in read_parts(place, reading.book.period, with_carried=False):
        assert not isinstance(facts, Verdicts), "only in columns"
        for start in range(0, len(facts), TURN):
            reading.add(facts[start : start + TURN])
            await asyncio.sleep(0)  # the window goes on meanwhile
    async with place.database.read() as connection:
        past = await _Past.read(place, connection, first)
        names = await _Names.read(connection)
    return await asyncio.to_thread(reading.indicators, past, names)


@dataclass(slots=True)
class _Reading:
    """Facts of a period as they come, the cases behind each part, and at the end the indicators."""

    place: Workplace
    first: date
    last: date
    book: Book
    received: list[MessageFact] = field(default_factory=list)
    behind: dict[Part, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, facts: Sequence[Fact]) -> None:
        self.book.add(facts)
        for fact in facts:
            if isinstance(fact, MessageFact):
                if "received" in counted(fact, self.book.period):
                    self.received.append(fact)
            elif isinstance(fact, VerdictFact):
                for part in _parts_of_verdict(fact):
                    self.behind[part].append(fact.case_id)

    def indicators(self, past: "_Past", names: "_Names") -> Indicators:
        inflow = _InflowCount(self.place, self.received, past)
        for part, fact in inflow.parts():
            self.behind[part].append(fact.case_id)
        whole = (self.first + timedelta(days=shift) for shift in range((self.last - self.first).days + 1))
        days = [day for day in whole if day <= inflow.today]
        total, grid = self.book.total, self.book.grid
        return Indicators(
            first=self.first,
            last=self.last,
            total=total,
            days=tuple(inflow.of(("day", day.isoformat()), day.isoformat(), [day]) for day in days),
            hours=tuple(inflow.of(("hour", hour), str(hour), days) for hour in range(HOURS)),
            agencies=inflow.agencies(days, names.agencies),
            clocks=tuple(ClockPart(("clock", code), code, each) for code, each in total.clocks.items()),
            promises=_promises(self.book, names.agencies),
            places=names.ordered(grid, 0, names.places),
            topics=names.ordered(grid, 1, names.topics),
            grid=dict(grid),
            behind={part: tuple(dict.fromkeys(ids)) for part, ids in self.behind.items()},
        )


async def list_behind(place: Workplace, indicators: Indicators, part: Part) -> list[QueueRow]:
    """The cases behind a part, least time left first. Raises Refused("role_may_not")."""
    check_duty(place, Duty.READ_REPORTS)
    ids = indicators.behind.get(part, ())[:MOST_ROWS]
    return await list_cases(place, Case.id.in_(ids), limit=MOST_ROWS) if ids else []


def _parts_of_verdict(fact: VerdictFact) -> Iterable[Part]:
    """Limits by agreement are in no share, and behind none."""
    if fact.by_agreement:
        return
    kept = "running" if fact.is_running else "met" if fact.is_met else "late"
    yield "clock", fact.code, kept
    if fact.code == "final":
        yield "promise", fact.subject.agency, kept


def _promises(book: Book, names: Mapping[int, str]) -> tuple[ClockPart, ...]:
    """Promises of interim answers (п. 15) that came due, by agency, the most first."""
    found = [
        ClockPart(("promise", key), names.get(key or 0, ""), figures.clock("final"))
        for key, figures in book.by(Dimension.AGENCY).items()
    ]
    due = [each for each in found if sum_of(each.figures)]
    return tuple(sorted(due, key=lambda each: (-sum_of(each.figures), each.name)))


def sum_of(figures: ClockFigures) -> int:
    """Limits that stopped or are overdue, those by agreement left out."""
    return figures.met + figures.late + figures.running


# ----- what came, held against what is usual


@dataclass(slots=True)
class _Past:
    """Messages of the weeks before: by day, the second of the day and the agency of each."""

    days: dict[date, list[tuple[int, int | None]]]
    since: date | None
    _counted: dict[tuple[date, int], Counter[Part]] = field(default_factory=dict)

    @classmethod
    async def read(cls, place: Workplace, connection: AsyncConnection, first: date) -> "_Past":
        zone = place.rules().agency.zone
        begin = datetime.combine(first - timedelta(weeks=WEEKS), time.min, zone)
        earliest = (await connection.execute(select(func.min(Message.detected_at)))).scalar()
        query = (
            select(Message.detected_at, Case.agency_id)
            .join(Case, Case.id == Message.case_id)
            .where(Message.detected_at >= begin)
        )
        days: dict[date, list[tuple[int, int | None]]] = defaultdict(list)
        result = await connection.stream(query, execution_options={"yield_per": 500})
        async for rows in result.partitions():
            await asyncio.sleep(0)
            for row in rows:
                local = row.detected_at.astimezone(zone)
                days[local.date()].append((_second(local), row.agency_id))
        # The very first day was perhaps not a whole one.
        since = earliest.astimezone(zone).date() + timedelta(days=1) if earliest else None
        return cls(dict(days), since)

    def count(self, day: date, end: int, part: Part) -> int:
        """Messages of a day before this second of it: of one hour, of one agency, or all of them ("day",)."""
        if (day, end) not in self._counted:
            counts: Counter[Part] = Counter()
            for second, agency in self.days.get(day, ()):
                if second < end:
                    counts.update((("day",), ("hour", second // 3600), ("agency", agency)))
            self._counted[day, end] = counts
        return self._counted[day, end][part]


def _second(local: datetime) -> int:
    return local.hour * 3600 + local.minute * 60 + local.second


@dataclass(slots=True)
class _InflowCount:
    """Counts received messages by parts, and what earlier days like each had by the same second of the day."""

    place: Workplace
    received: Sequence[MessageFact]
    past: _Past
    _samples: dict[date, list[date]] = field(default_factory=dict)
    _counts: Counter[Part] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._counts.update(part for part, _ in self.parts())

    @property
    def today(self) -> date:
        return self.place.now().astimezone(self.place.rules().agency.zone).date()

    def parts(self) -> Iterable[tuple[Part, MessageFact]]:
        """Every received message with each part it stands in."""
        zone = self.place.rules().agency.zone
        for fact in self.received:
            local = fact.detected_at.astimezone(zone)
            yield ("day", local.date().isoformat()), fact
            yield ("hour", local.hour), fact
            yield ("agency", fact.subject.agency), fact
            yield ("cell", fact.subject.place, fact.subject.topic), fact

    def of(self, part: Part, name: str, days: Sequence[date]) -> Inflow:
        """A part's number, and the band that the same days usually bring together: of that hour, of that agency."""
        past = ("day",) if part[0] == "day" else part
        return Inflow(part, name, self._counts[part], usual_sum(self._sample(day, past) for day in days))

    def agencies(self, days: Sequence[date], names: Mapping[int, str]) -> tuple[Inflow, ...]:
        """Agencies that received anything, the fullest first; what is with none yet is none's load."""
        found = [
            self.of(part, names.get(number, ""), days)
            for part in self._counts
            if part[0] == "agency" and isinstance(number := part[1], int)
        ]
        return tuple(sorted(found, key=lambda each: (-each.count, each.name)))

    def _sample(self, day: date, part: Part) -> list[int]:
        if day not in self._samples:
            self._samples[day] = days_like(day, working_day_of(self.place), self.past.since or day)
        end = self._second_now() if day == self.today else DAY_SECONDS
        return [self.past.count(like, end, part) for like in self._samples[day]]

    def _second_now(self) -> int:
        return _second(self.place.now().astimezone(self.place.rules().agency.zone)) + 1


@dataclass(slots=True)
class _Names:
    """Directories by id."""

    agencies: dict[int, str]
    places: dict[int, str]
    topics: dict[int, str]

    @classmethod
    async def read(cls, connection: AsyncConnection) -> "_Names":
        queries = (
            select(Agency.id, Agency.short_name), select(Location.id, Location.name), select(Topic.id, Topic.name),
        )  # fmt: skip
        return cls(*[dict((await connection.execute(query)).all()) for query in queries])

    @staticmethod
    def ordered(
        grid: Mapping[tuple[int | None, int | None], int], side: int, names: Mapping[int, str]
    ) -> tuple[tuple[int | None, str], ...]:
        """One side of the grid, the most messages first; what is not settled stands last."""
        sums: Counter[int | None] = Counter()
        for key, count in grid.items():
            sums[key[side]] += count
        order = sorted(sums, key=lambda key: (key is None, -sums[key], names.get(key or 0, "")))
        return tuple((key, names.get(key or 0, "")) for key in order)
