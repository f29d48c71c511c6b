"""The measures of work with messages: one set of definitions, counted from facts of cases by pure functions.

What a report, the rating, a dashboard and the wall call by the same name is the same number. Words for people, with
the exact rule of each, are in `app.texts.measures`.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from app.regulation.calendar_errors import CalendarError

# Grows when a definition changes what it counts: a frozen report names the one it was made by.
DEFINITIONS_VERSION = 1

# Working seconds from one moment to another, as the agencies' calendar counts.
Working = Callable[[datetime, datetime], int]


class Kind(StrEnum):
    """What a measure's number is."""

    COUNT = "count"
    SHARE = "share"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: its code (a field or property of Figures), what the number is, and the clauses it serves.

    `about` names clocks and subjects of a regulation's `[clause]`; `better` is which way is better: 1 more, -1 less,
    0 neither.
    """

    code: str
    kind: Kind
    about: tuple[str, ...] = ("monthly",)
    better: int = 0


MEASURES: tuple[Measure, ...] = (
    Measure("carried_in", Kind.COUNT, better=-1),
    Measure("received", Kind.COUNT, ("detect", "monthly")),
    Measure("repeats", Kind.COUNT, ("repeat", "monthly"), better=-1),
    Measure("answered", Kind.COUNT, ("answer", "monthly"), better=1),
    Measure("interim", Kind.COUNT, ("interim", "monthly")),
    Measure("closed_unanswered", Kind.COUNT, ("not_processed", "no_reaction", "outside_competence")),
    Measure("carried_out", Kind.COUNT, better=-1),
    Measure("overdue_out", Kind.COUNT, ("answer",), better=-1),
    Measure("answer_share", Kind.SHARE, ("answer", "monthly"), better=1),
    Measure("first_median", Kind.DURATION, ("answer",), better=-1),
    Measure("first_p90", Kind.DURATION, ("answer",), better=-1),
    Measure("final_median", Kind.DURATION, ("answer",), better=-1),
    Measure("final_p90", Kind.DURATION, ("answer",), better=-1),
    Measure("returns", Kind.COUNT, ("return",), better=-1),
    Measure("reworks", Kind.COUNT, ("rework",), better=-1),
    Measure("clean_share", Kind.SHARE, ("approve", "rework"), better=1),
    Measure("complete_share", Kind.SHARE, ("content",), better=1),
    Measure("promise_share", Kind.SHARE, ("final",), better=1),
)
BY_CODE: Mapping[str, Measure] = {measure.code: measure for measure in MEASURES}


class Dimension(StrEnum):
    """What figures are broken down by."""

    NETWORK = "network"
    TOPIC = "topic"
    PLACE = "place"
    AGENCY = "agency"
    CURATOR = "curator"


# ----- facts


@dataclass(frozen=True, slots=True)
class Period:
    """[begin, end) in aware UTC; `zone` is where its days begin."""

    begin: datetime
    end: datetime
    zone: ZoneInfo

    @classmethod
    def of_days(cls, first: date, last: date, zone: ZoneInfo) -> "Period":
        """From the first moment of the day `first` to the last of `last`, the region's days."""
        begin = datetime.combine(first, time.min, zone)
        end = datetime.combine(last + timedelta(days=1), time.min, zone)
        return cls(begin.astimezone(UTC), end.astimezone(UTC), zone)

    def holds(self, at: datetime | None) -> bool:
        return at is not None and self.begin <= at < self.end

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Subject:
    """What a fact is broken down by: ids of directories, None where it is not settled.

    `topic` is the topic group, `place` the municipality; `agency` has the case (or had it last, or made the act).
    """

    network: int | None = None
    is_social: bool = False
    topic: int | None = None
    place: int | None = None
    agency: int | None = None
    curator: int | None = None

    def key(self, dimension: Dimension) -> int | None:
        value: int | None = getattr(self, dimension.value)
        return value


@dataclass(frozen=True, slots=True)
class MessageFact:
    """A detected message: when it was answered, or taken out of work without an answer.

    `was_reworked`: its card's text was sent to rework; `is_incomplete`: the answer says nothing, was noted as not on
    the substance or untrue, or the question was asked again (п. 17, 19).
    """

    case_id: int
    subject: Subject
    detected_at: datetime
    interim_at: datetime | None = None
    final_at: datetime | None = None
    left_at: datetime | None = None
    is_repeat: bool = False
    was_reworked: bool = False
    is_incomplete: bool = False

    @property
    def finished_at(self) -> datetime | None:
        """When nothing was left to do: the final answer, or the end without one."""
        return self.final_at or self.left_at

    @property
    def first_at(self) -> datetime | None:
        """The first answer, interim or final; a request to the author is none."""
        return min((at for at in (self.interim_at, self.final_at) if at), default=None)


@dataclass(frozen=True, slots=True)
class VerdictFact:
    """A clock that stopped in the period with a verdict, or (`is_running`) was overdue when the period ended.

    `late_seconds` as the clock counts; `lost_step` of a late answer is the step that lost it, "" for none. One fact may
    stand for several clocks that are alike in all that is counted: `times`, and then of no case (`case_id` 0).
    """

    case_id: int
    subject: Subject
    code: str
    at: datetime
    is_met: bool = False
    is_running: bool = False
    by_agreement: bool = False
    late_seconds: int = 0
    lost_step: str | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class ActFact:
    """A return (п. 8) or a rework round (п. 12) in the period; the subject's agency is whose it was."""

    case_id: int
    subject: Subject
    act: str


# ----- figures


def percentile(values: Iterable[int], share: float) -> int | None:
    """The smallest value that at least `share` (0…1) of all do not exceed: a real case stands behind it; None for
    none."""
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)), 1) - 1] if ordered else None


@dataclass(frozen=True, slots=True)
class ClockFigures:
    """How one clock was kept. `met` and `late` stopped in the period; `running` were overdue when it ended.

    Lateness in seconds as the clock counts, of the late ones; `agreed_*` are those outside the act, in no share.
    """

    met: int = 0
    late: int = 0
    running: int = 0
    late_median: int | None = None
    late_p90: int | None = None
    late_max: int | None = None
    agreed_met: int = 0
    agreed_late: int = 0
    agreed_running: int = 0

    @property
    def share(self) -> float | None:
        """In time of all verdicts, 0…1; None where there was none."""
        return share_of(self.met, self.met + self.late)


def share_of(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Figures:
    """The measures of one period, of everything or of one part; durations in working seconds.

    carried_in + received = answered + closed_unanswered + carried_out, always.
    """

    carried_in: int = 0
    received: int = 0
    repeats: int = 0
    answered: int = 0
    interim: int = 0
    closed_unanswered: int = 0
    carried_out: int = 0
    first_answered: int = 0
    clean: int = 0
    complete: int = 0
    returns: int = 0
    reworks: int = 0
    first_median: int | None = None
    first_p90: int | None = None
    final_median: int | None = None
    final_p90: int | None = None
    clocks: Mapping[str, ClockFigures] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)

    def clock(self, code: str) -> ClockFigures:
        return self.clocks.get(code, ClockFigures())

    @property
    def overdue_out(self) -> int:
        """Messages whose `answer` was overdue when the period ended, by agreement or not."""
        answer = self.clock("answer")
        return answer.running + answer.agreed_running

    @property
    def answer_share(self) -> float | None:
        return self.clock("answer").share

    @property
    def clean_share(self) -> float | None:
        return share_of(self.clean, self.answered)

    @property
    def complete_share(self) -> float | None:
        return share_of(self.complete, self.answered)

    @property
    def promise_share(self) -> float | None:
        """Promises of interim answers kept of those that came due (п. 15): one still owed is not kept."""
        final = self.clock("final")
        return share_of(final.met, final.met + final.late + final.running)

    def value(self, code: str) -> float | int | None:
        """The number of a measure; a share 0…1, a duration in seconds."""
        found: float | int | None = getattr(self, code)
        return found

    def to_json(self) -> dict[str, Any]:
        """Everything as JSON's types, the measures that are computed among them."""
        stored = {name: getattr(self, name) for name in self.__slots__}
        clocks = {code: {name: getattr(each, name) for name in each.__slots__} for code, each in self.clocks.items()}
        return stored | {"clocks": clocks} | {code: self.value(code) for code in BY_CODE}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Figures":
        """What `to_json` gave."""
        stored = {name: data[name] for name in cls.__slots__ if name in data}
        return cls(**stored | {"clocks": {code: ClockFigures(**row) for code, row in data["clocks"].items()}})


# A clock's code and what became of the clock: the name of a count of ClockFigures.
Verdict = tuple[str, str]


def verdict_of(fact: VerdictFact) -> Verdict:
    """What a verdict counts as."""
    what = "running" if fact.is_running else "met" if fact.is_met else "late"
    return fact.code, f"agreed_{what}" if fact.by_agreement else what


class Tally:
    """Counts of facts of one part of the work, entered by a Book; `figures` gives what was counted so far."""

    __slots__ = ("acts", "finals", "firsts", "lates", "lost", "messages", "verdicts")

    def __init__(self) -> None:
        # of messages what `counted` said of them, as it said it: a month has a dozen such answers, and many messages
        self.messages: Counter[tuple[str, ...]] = Counter()
        self.firsts, self.finals = array("q"), array("q")
        self.acts: Counter[str] = Counter()
        self.verdicts: Counter[Verdict] = Counter()
        self.lates: dict[str, array[int]] = {}
        self.lost: Counter[str] = Counter()

    def add_lateness(self, fact: VerdictFact) -> None:
        """Note by how much clocks were late, each of `times`."""
        self.lates.setdefault(fact.code, array("q")).extend([fact.late_seconds] * fact.times)

    def figures(self) -> Figures:
        counts = Counter(self.acts)
        for codes, times in self.messages.items():
            for code in codes:
                counts[code] += times
        return Figures(
            **counts,
            first_median=percentile(self.firsts, 0.5),
            first_p90=percentile(self.firsts, 0.9),
            final_median=percentile(self.finals, 0.5),
            final_p90=percentile(self.finals, 0.9),
            clocks={code: self._clock(code) for code in sorted({code for code, _ in self.verdicts})},
            lost=dict(sorted(self.lost.items())),
        )

    def _clock(self, code: str) -> ClockFigures:
        lates = sorted(self.lates.get(code, ()))
        counts = {what: count for (of, what), count in self.verdicts.items() if of == code}
        figures = ClockFigures(**counts)
        spread = percentile(lates, 0.5), percentile(lates, 0.9), lates[-1] if lates else None
        return replace(figures, late_median=spread[0], late_p90=spread[1], late_max=spread[2])


def counted(fact: MessageFact, period: Period) -> tuple[str, ...]:
    """For which measures (and parts of shares) a message counts in a period."""
    if fact.detected_at >= period.end or (fact.finished_at is not None and fact.finished_at < period.begin):
        return ()
    codes = []
    if fact.detected_at < period.begin:
        codes.append("carried_in")
    else:
        codes += ["received", "repeats"] if fact.is_repeat else ["received"]
    if fact.finished_at is None or fact.finished_at >= period.end:
        codes.append("carried_out")
    elif fact.final_at is not None:
        codes.append("answered")
        codes += [] if fact.was_reworked else ["clean"]
        codes += [] if fact.is_incomplete else ["complete"]
    else:
        codes.append("closed_unanswered")
    if period.holds(fact.interim_at):
        codes.append("interim")
    if period.holds(fact.first_at):
        codes.append("first_answered")
    return tuple(codes)


@dataclass(slots=True)
class DayCount:
    """One day of the dynamics: messages detected, answered, and answers late on it."""

    received: int = 0
    answered: int = 0
    late: int = 0


class Book:
    """Figures of a period: of everything, of social networks alone (п. 23), of each part by every dimension,
    by day, and received messages by place × topic."""

    def __init__(self, period: Period, working: Working) -> None:
        self.period, self._working = period, working
        self._total, self._social = Tally(), Tally()
        self._parts: dict[Dimension, defaultdict[int | None, Tally]] = {of: defaultdict(Tally) for of in Dimension}
        self.days: dict[date, DayCount] = {}
        self.grid: Counter[tuple[int | None, int | None]] = Counter()

    def add_message(self, fact: MessageFact) -> None:
        codes = counted(fact, self.period)
        if not codes:
            return
        first = self._spent(fact, fact.first_at) if "first_answered" in codes else None
        final = self._spent(fact, fact.final_at) if "answered" in codes else None
        for tally in self._tallies(fact.subject):
            tally.messages[codes] += 1
            if first is not None:
                tally.firsts.append(first)
            if final is not None:
                tally.finals.append(final)
        if "received" in codes:
            self._day(fact.detected_at).received += 1
            self.grid[fact.subject.place, fact.subject.topic] += 1
        if "answered" in codes and fact.final_at is not None:
            self._day(fact.final_at).answered += 1

    def add_verdict(self, fact: VerdictFact) -> None:
        verdict = verdict_of(fact)
        tallies = self._tallies(fact.subject)
        for tally in tallies:
            tally.verdicts[verdict] += fact.times
        if verdict[1] == "late":
            for tally in tallies:
                tally.add_lateness(fact)
        if fact.lost_step is not None:
            for tally in tallies:
                tally.lost[fact.lost_step] += 1
        if fact.code == "answer" and not (fact.is_met or fact.is_running or fact.by_agreement):
            self._day(fact.at).late += 1

    def add_act(self, fact: ActFact) -> None:
        for tally in self._tallies(fact.subject):
            tally.acts["returns" if fact.act == "return" else "reworks"] += 1

    @property
    def total(self) -> Figures:
        return self._total.figures()

    @property
    def social(self) -> Figures:
        return self._social.figures()

    def by(self, dimension: Dimension) -> dict[int | None, Figures]:
        """Figures of each part that had any fact, by its id; None for what is not settled."""
        return {key: tally.figures() for key, tally in self._parts[dimension].items()}

    def _tallies(self, subject: Subject) -> tuple[Tally, ...]:
        """Every part that a fact belongs to. In the order of Dimension, without asking it: there are millions."""
        networks, topics, places, agencies, curators = self._parts.values()
        parts = (
            self._total, networks[subject.network], topics[subject.topic], places[subject.place],
            agencies[subject.agency], curators[subject.curator],
        )  # fmt: skip
        return (self._social, *parts) if subject.is_social else parts

    def _spent(self, fact: MessageFact, at: datetime | None) -> int | None:
        assert at is not None, "asked only of a message that was answered"
        try:
            return self._working(fact.detected_at, at)
        except CalendarError:
            return None  # a year that no loaded calendar knows is left out, not guessed

    def _day(self, at: datetime) -> DayCount:
        return self.days.setdefault(self.period.day(at), DayCount())
