"""The measures of work with messages: one set of definitions, counted from facts of cases by pure functions.

What a report, the rating, a dashboard and the wall call by the same name is the same number. Words for people, with
the exact rule of each, are in `app.texts.measures`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import compress
from math import ceil
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

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

    def turn(self, before: float | None, now: float | None) -> int:
        """1 where it got better, -1 where worse; 0 where neither, by a tenth of a point of a share at most, or where
        there is nothing to compare with."""
        if before is None or now is None:
            return 0
        change = (now - before) * self.better
        least = 0.001 if self.kind is Kind.SHARE else 0
        return 0 if abs(change) <= least else 1 if change > 0 else -1


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


# A clock's code and what became of the clock: the name of a count of ClockFigures.
Verdict = tuple[str, str]
# The id of a part, None for what is not settled; everything together is the one part WHOLE of itself.
Key = int | None
WHOLE = 0


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

    def key(self, dimension: Dimension) -> Key:
        value: int | None = getattr(self, dimension.value)
        return value


@dataclass(frozen=True, slots=True)
class Subjects:
    """The subjects of many facts, column by column, all of one length."""

    columns: Mapping[Dimension, Sequence["Key"]]
    is_social: Sequence[bool]

    @classmethod
    def of(cls, subjects: Sequence[Subject]) -> "Subjects":
        columns = {dimension: list(map(attrgetter(dimension.value), subjects)) for dimension in Dimension}
        return cls(columns, [subject.is_social for subject in subjects])

    def chosen(self, which: Sequence[bool]) -> "Subjects":
        """Those for which `which` is true."""
        columns = {dimension: list(compress(column, which)) for dimension, column in self.columns.items()}
        return Subjects(columns, list(compress(self.is_social, which)))


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

    `late_seconds` as the clock counts, of one that is running told for `answer` alone; `lost_step` of a late answer is
    the step that lost it, "" for none.
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


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Many clocks as they are counted, column by column: what a VerdictFact says beside its case and moment.

    None of them is a late answer, whose moment counts as well.
    """

    subjects: Subjects
    verdicts: Sequence[Verdict]
    late_seconds: Sequence[int]


@dataclass(frozen=True, slots=True)
class ActFact:
    """A return (п. 8) or a rework round (п. 12) in the period; the subject's agency is whose it was."""

    case_id: int
    subject: Subject
    act: str


# ----- figures


def at_share(ordered: Sequence[int], share: float) -> int | None:
    """The smallest of ascending values that at least `share` (0…1) of all do not exceed: a real case stands behind it;
    None for none."""
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


def verdict_of(fact: VerdictFact) -> Verdict:
    """What a verdict counts as."""
    what = "running" if fact.is_running else "met" if fact.is_met else "late"
    return name_verdict(fact.code, what, fact.by_agreement)


def name_verdict(code: str, what: str, by_agreement: bool) -> Verdict:
    """A clock that was met, late or is running, as what it counts: those by agreement apart."""
    return code, f"agreed_{what}" if by_agreement else what


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
