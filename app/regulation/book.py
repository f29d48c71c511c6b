"""A period counted: facts of cases in, figures of everything and of each part out; the definitions are `measures`."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import compress, repeat
from typing import Any, TypeVar

from app.regulation.calendar_errors import CalendarError
from app.regulation.measures import (
    WHOLE,
    ActFact,
    ClockFigures,
    Dimension,
    Figures,
    Key,
    MessageFact,
    Period,
    Subject,
    Subjects,
    Verdict,
    VerdictFact,
    Verdicts,
    Working,
    at_share,
    counted,
    verdict_of,
)

T = TypeVar("T")
Pairs = Iterator[tuple[Key, T]]


class _Counts:
    """Counts of facts by the parts of one dimension; `figures` gives what was counted of each so far.

    Facts come in many at once, column by column: a month has a million, and a step for each costs more than counting.
    """

    __slots__ = ("acts", "durations", "lates", "lost", "messages", "verdicts")

    def __init__(self) -> None:
        self.messages: Counter[tuple[Key, tuple[str, ...]]] = Counter()
        self.durations: defaultdict[tuple[Key, str], array[int]] = defaultdict(_seconds)
        self.acts: Counter[tuple[Key, str]] = Counter()
        self.verdicts: Counter[tuple[Key, Verdict]] = Counter()
        self.lates: defaultdict[tuple[Key, str], array[int]] = defaultdict(_seconds)
        self.lost: Counter[tuple[Key, str]] = Counter()

    def figures(self) -> dict[Key, Figures]:
        fields: defaultdict[Key, dict[str, Any]] = defaultdict(lambda: {"clocks": {}, "lost": {}})
        for (key, codes), times in self.messages.items():
            for code in codes:
                fields[key][code] = fields[key].get(code, 0) + times
        for (key, code), times in self.acts.items():
            fields[key][code] = times
        for (key, code), times in self.lost.items():
            fields[key]["lost"][code] = times
        clocks: defaultdict[tuple[Key, str], dict[str, int]] = defaultdict(dict)
        for (key, (code, what)), times in self.verdicts.items():
            clocks[key, code][what] = times
        for (key, code), counts in clocks.items():
            fields[key]["clocks"][code] = self._clock(counts, self.lates.get((key, code), ()))
        return {key: self._figures(key, of_key) for key, of_key in fields.items()}

    def _figures(self, key: Key, fields: dict[str, Any]) -> Figures:
        for what in ("first", "final"):
            spent = sorted(self.durations.get((key, what), ()))
            fields |= {f"{what}_median": at_share(spent, 0.5), f"{what}_p90": at_share(spent, 0.9)}
        fields |= {name: dict(sorted(fields[name].items())) for name in ("clocks", "lost")}
        return Figures(**fields)

    @staticmethod
    def _clock(counts: Mapping[str, int], lateness: Iterable[int]) -> ClockFigures:
        lates = sorted(lateness)
        spread = at_share(lates, 0.5), at_share(lates, 0.9), lates[-1] if lates else None
        return replace(ClockFigures(**counts), late_median=spread[0], late_p90=spread[1], late_max=spread[2])


def _seconds() -> "array[int]":
    return array("q")


@dataclass(slots=True)
class DayCount:
    """One day of the dynamics: messages detected, answered, and answers late on it."""

    received: int = 0
    answered: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class BookFigures:
    """What a Book counted: of everything, of social networks alone, of each part by its id."""

    total: Figures
    social: Figures
    by: Mapping[Dimension, Mapping[Key, Figures]]


class Book:
    """Figures of a period: of everything, of social networks alone (п. 23), of each part by every dimension,
    by day, and received messages by place × topic."""

    def __init__(self, period: Period, working: Working) -> None:
        self.period, self._working = period, working
        self._total, self._social = _Counts(), _Counts()
        self._parts: dict[Dimension, _Counts] = {of: _Counts() for of in Dimension}
        self.days: dict[date, DayCount] = {}
        self.grid: Counter[tuple[Key, Key]] = Counter()

    def add(self, facts: Iterable[MessageFact | VerdictFact | ActFact]) -> None:
        """Enter facts of any kind; the more at once, the less each costs."""
        messages: list[MessageFact] = []
        verdicts: list[VerdictFact] = []
        acts: list[ActFact] = []
        for fact in facts:
            if isinstance(fact, VerdictFact):
                verdicts.append(fact)
            elif isinstance(fact, MessageFact):
                messages.append(fact)
            else:
                acts.append(fact)
        self._add_messages(messages)
        self._add_verdicts(verdicts)
        told = ["returns" if fact.act == "return" else "reworks" for fact in acts]
        for counts, pairs in self._spread(Subjects.of([fact.subject for fact in acts]), told):
            counts.acts.update(pairs)

    def _add_messages(self, facts: Iterable[MessageFact]) -> None:
        told = [(fact, codes) for fact in facts if (codes := counted(fact, self.period))]
        subjects = Subjects.of([fact.subject for fact, _ in told])
        for counts, each in self._spread(subjects, [codes for _, codes in told]):
            counts.messages.update(each)
        spent: list[tuple[Subject, tuple[str, int]]] = []
        for fact, codes in told:
            if "received" in codes:
                self._day(fact.detected_at).received += 1
                self.grid[fact.subject.place, fact.subject.topic] += 1
            if "first_answered" in codes:
                spent += self._spent(fact, fact.first_at, "first")
            if "answered" in codes:
                spent += self._spent(fact, fact.final_at, "final")
                assert fact.final_at is not None, "answered, then"
                self._day(fact.final_at).answered += 1
        subjects = Subjects.of([subject for subject, _ in spent])
        for counts, pairs in self._spread(subjects, [seconds for _, seconds in spent]):
            for key, (what, seconds) in pairs:
                counts.durations[key, what].append(seconds)

    def _add_verdicts(self, facts: Sequence[VerdictFact]) -> None:
        subjects = Subjects.of([fact.subject for fact in facts])
        verdicts = [verdict_of(fact) for fact in facts]
        self.add_verdicts(Verdicts(subjects, verdicts, [fact.late_seconds for fact in facts]))
        lost = [(fact.subject, fact.lost_step) for fact in facts if fact.lost_step is not None]
        for counts, steps in self._spread(Subjects.of([subject for subject, _ in lost]), [step for _, step in lost]):
            counts.lost.update(steps)
        for fact, verdict in zip(facts, verdicts, strict=True):
            if verdict == ("answer", "late"):
                self._day(fact.at).late += 1

    def add_verdicts(self, many: Verdicts) -> None:
        """Enter clocks that are no late answers, many at once."""
        for counts, each in self._spread(many.subjects, many.verdicts):
            counts.verdicts.update(each)
        is_late = [what == "late" for _, what in many.verdicts]
        codes = [code for code, _ in many.verdicts]
        lateness = list(compress(zip(codes, many.late_seconds, strict=True), is_late))
        for counts, pairs in self._spread(many.subjects.chosen(is_late), lateness):
            for key, (code, seconds) in pairs:
                counts.lates[key, code].append(seconds)

    @property
    def total(self) -> Figures:
        return self._total.figures().get(WHOLE, Figures())

    @property
    def social(self) -> Figures:
        return self._social.figures().get(WHOLE, Figures())

    def by(self, dimension: Dimension) -> dict[Key, Figures]:
        """Figures of each part that had any fact, by its id; None for what is not settled."""
        return self._parts[dimension].figures()

    def all_figures(self) -> "BookFigures":
        """Every figure counted so far."""
        return BookFigures(self.total, self.social, {dimension: self.by(dimension) for dimension in Dimension})

    def _spread(self, subjects: Subjects, values: Sequence[T]) -> Iterator[tuple[_Counts, Pairs[T]]]:
        """Every set of counts, with each value beside the part of it that the value's subject belongs to."""
        yield self._total, zip(repeat(WHOLE), values)
        yield self._social, zip(repeat(WHOLE), compress(values, subjects.is_social))
        for dimension, counts in self._parts.items():
            yield counts, zip(subjects.columns[dimension], values, strict=True)

    def _spent(self, fact: MessageFact, at: datetime | None, what: str) -> list[tuple[Subject, tuple[str, int]]]:
        """The working seconds until then, as what they are; nothing where a year is in no loaded calendar: no guess."""
        assert at is not None, "asked only of a message that was answered"
        try:
            return [(fact.subject, (what, self._working(fact.detected_at, at)))]
        except CalendarError:
            return []

    def _day(self, at: datetime) -> DayCount:
        return self.days.setdefault(self.period.day(at), DayCount())
