"""When a clock alerts, how gravely, and how often a person may be disturbed (ISA-18.2, EEMUA 191) [ours].

An alert asks for one act of one side. Priorities are meant to come as about 5 % high, 15 % medium, 80 % low; nobody
hears more than six in any hour, so that the next one is still heard as something; what is beyond folds into a line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum

from app.regulation.calendar import WorkCalendar
from app.regulation.clocks import Rules
from app.regulation.errors import Refusal
from app.regulation.profile import Importance, LimitKind
from app.regulation.workflow import State


class Level(StrEnum):
    """How far a clock has come: soon to run out, or run out."""

    SOON = "soon"
    DUE = "due"


class Priority(StrEnum):
    """How grave an alert is; in the order in which they are shown."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Side(StrEnum):
    """Whose act ends an alert."""

    CURATOR = "curator"
    AGENCY = "agency"


class Told(StrEnum):
    """How a person was told: by sound and notice, in the folded line, or only in the list."""

    AUDIBLE = "audible"
    FOLDED = "folded"
    SILENT = "silent"


ORDER = tuple(Priority)
# Of all alerts, %: what the priorities are meant to come to.
DESIGN = {Priority.HIGH: 5, Priority.MEDIUM: 15, Priority.LOW: 80}
HOUR = timedelta(hours=1)
TEN_MINUTES = timedelta(minutes=10)
MOST_AN_HOUR = 6
MOST_IN_TEN_MINUTES = 10
# A step that ends no earlier before the answer's limit endangers it: approval and publication take an hour each.
ENDANGERED = timedelta(hours=2)
LEAST_SHELF = timedelta(minutes=1)

# The step that moves a case on from each state: the clock of that step has its name.
STEP_OF = {
    State.INBOX: "route",
    State.RETURNED: "reroute",
    State.PASSING_ON: "pass_on",
    State.APPROVAL: "approve",
    State.DRAFTING: "draft",
    State.INFORMING: "link",
    State.REWORK: "rework",
    State.TO_PUBLISH: "publish",
    State.INTERIM: "final",
    State.CORRECTING: "correct",
    State.AWAITING_AUTHOR: "await_author",
}
CURATORS_TURN = (State.INBOX, State.RETURNED, State.PASSING_ON, State.APPROVAL)


@dataclass(frozen=True, slots=True)
class AlarmRules:
    """What a region may settle: how long before the end a clock alerts, in minutes, and how often a person is
    disturbed; `low`, `medium` and `high` are the most of each hour's sounds up to that priority. A region may be
    quieter than six an hour, never louder.
    """

    step_minutes: int = 15
    answer_minutes: int = 60
    final_minutes: int = 120
    low: int = 2
    medium: int = 4
    high: int = MOST_AN_HOUR

    def refusal(self) -> Refusal | None:
        """Why these cannot be, or None."""
        for name in ("step_minutes", "answer_minutes", "final_minutes"):
            if not 1 <= getattr(self, name) <= 480:
                return Refusal("alarm_lead_out_of_bounds", {"most": 480})
        if not 0 <= self.low <= self.medium <= self.high <= MOST_AN_HOUR:
            return Refusal("alarm_rate_out_of_bounds", {"most": MOST_AN_HOUR})
        return None

    def lead(self, code: str) -> timedelta:
        """How long before its end a clock of this code alerts, at most."""
        minutes = {"answer": self.answer_minutes, "final": self.final_minutes}.get(code, self.step_minutes)
        return timedelta(minutes=minutes)

    @property
    def longest_lead(self) -> timedelta:
        return timedelta(minutes=max(self.step_minutes, self.answer_minutes, self.final_minutes))


ALARM_FIELDS = tuple(field.name for field in fields(AlarmRules))


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known of a running clock when it is asked whether to alert; `answer_due_at` ends the limit of its case's
    answer (п. 10), None where it is not known."""

    code: str
    who: str
    kind: LimitKind
    state: State
    importance: Importance
    started_at: datetime
    due_at: datetime
    by_agreement: bool = False
    without_program: bool = False
    answer_due_at: datetime | None = None


def side(subject: Subject) -> Side:
    """Whose act ends it: whoever answers for the clock; the chain's (п. 10) who has the case now. For an agency that
    works without the program a curator acts."""
    if subject.without_program:
        return Side.CURATOR
    if subject.who == "chain":
        return Side.CURATOR if subject.state in CURATORS_TURN else Side.AGENCY
    return Side.AGENCY if subject.who == "executor" else Side.CURATOR


def soon_at(subject: Subject, alarms: AlarmRules, hours: WorkCalendar) -> datetime:
    """When it begins to alert: at most a third of its time before the end, counted back in the side's hours, so that
    a limit that ends at nine in the morning alerts on the evening before; of high importance by the wall clock.
    Raises CalendarError."""
    lead = min(alarms.lead(subject.code), (subject.due_at - subject.started_at) / 3)
    seconds = max(60, int(lead.total_seconds()))
    if subject.importance is Importance.HIGH:
        return max(subject.started_at, subject.due_at - timedelta(seconds=seconds))
    return max(subject.started_at, hours.add(subject.due_at, -seconds))


def level_now(subject: Subject, alarms: AlarmRules, hours: WorkCalendar, now: datetime) -> Level | None:
    """What the clock alerts now, if anything. A window to return in (п. 8) is nobody's duty and never alerts; outside
    the side's hours only high importance does. Raises CalendarError."""
    if subject.kind in (LimitKind.WINDOW, LimitKind.NOT_COMPUTABLE):
        return None
    if subject.importance is not Importance.HIGH and not hours.is_working(now):
        return None
    if now > subject.due_at:
        return Level.DUE
    return Level.SOON if now >= soon_at(subject, alarms, hours) else None


def priority(subject: Subject, level: Level) -> Priority:
    """High: the answer's limit is broken (п. 10), or soon will be where importance is high, or a step of high
    importance is; medium: the answer's limit soon will be, or a step is broken that endangers it; low: a step soon will
    be, or is while there is time left for the answer. By agreement, where no clause is broken, one lower."""
    is_whole = subject.code in ("answer", "governor")
    is_high = subject.importance is Importance.HIGH
    is_broken = level is Level.DUE and (is_whole or is_high or _endangers(subject))
    gravity = is_broken + is_whole + (is_high and (level is Level.DUE or is_whole))
    found = (Priority.LOW, Priority.MEDIUM, Priority.HIGH)[min(gravity, 2)]
    if subject.by_agreement and found is not Priority.LOW:
        return ORDER[ORDER.index(found) + 1]
    return found


def _endangers(subject: Subject) -> bool:
    """Whether a broken step leaves the answer so little time that its limit may be broken too."""
    return subject.answer_due_at is None or subject.answer_due_at - subject.due_at <= ENDANGERED


def is_covered(code: str, level: Level, step_due_at: datetime | None, alarms: AlarmRules, now: datetime) -> bool:
    """Whether the answer's limit (п. 10) need not warn, because the step under way already alerts whoever can act: two
    alerts that one act ends are one too many. A limit that has run out is always told."""
    if code != "answer" or level is not Level.SOON or step_due_at is None:
        return False
    return step_due_at <= now + alarms.lead("")


def how_told(
    priority: Priority, now: datetime, heard: Iterable[datetime], alarms: AlarmRules, *, is_quiet: bool = False
) -> Told:
    """How a person is told of one more alert, who heard others at `heard`. In any hour at most `alarms.high`, of
    which low and medium ones leave some for what is graver; in any ten minutes at most ten."""
    if is_quiet:
        return Told.SILENT
    times = list(heard)
    within_hour = sum(now - HOUR < at <= now for at in times)
    within_ten = sum(now - TEN_MINUTES < at <= now for at in times)
    most = {Priority.LOW: alarms.low, Priority.MEDIUM: alarms.medium, Priority.HIGH: alarms.high}[priority]
    is_heard = within_hour < most and within_ten < MOST_IN_TEN_MINUTES
    return Told.AUDIBLE if is_heard else Told.FOLDED


def shelf_ends(deadlines: Sequence[datetime], now: datetime) -> datetime | None:
    """Until when an alert may be set aside at the latest: before the next deadline of its case that is still ahead;
    None where none is, and nothing may be set aside any more."""
    ahead = [due for due in deadlines if due > now + LEAST_SHELF]
    return min(ahead) - timedelta(seconds=1) if ahead else None


def shelving(until: datetime, reason: str, deadlines: Sequence[datetime], now: datetime) -> Refusal | None:
    """Why an alert may not be set aside until then, or None."""
    if not reason.strip():
        return Refusal("shelf_without_reason")
    latest = shelf_ends(deadlines, now)
    if latest is None:
        return Refusal("shelf_too_late")
    if until <= now:
        return Refusal("shelf_in_the_past")
    return Refusal("shelf_past_deadline", {"latest": latest}) if until > latest else None


def hours_of(rules: Rules, whose: Side) -> WorkCalendar:
    """The hours in which a side is disturbed: the curators' duty, or the agencies' working time."""
    return rules.duty if whose is Side.CURATOR else rules.agency
