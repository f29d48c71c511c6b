"""What the wall says: few words, the largest first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.regulation.clocks import Rules
from app.regulation.usual import Usual
from app.services.wall import Deadline, WallQueue
from app.texts import mark, tr, trn
from app.texts.countdown import countdown
from app.texts.moments import near_moment
from app.texts.words import clause_words, clock_name

RulesOf = Callable[[int], Rules]

_IN_TIME = (
    mark("in time in January"), mark("in time in February"), mark("in time in March"), mark("in time in April"),
    mark("in time in May"), mark("in time in June"), mark("in time in July"), mark("in time in August"),
    mark("in time in September"), mark("in time in October"), mark("in time in November"), mark("in time in December"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DeadlineWords:
    """A deadline told: `state` as in `countdown.Words`; the figure, what is to be done, by whom, the case's number,
    the clause, the due time."""

    state: str
    figure: str
    act: str
    whose: str
    number: str
    clause: str
    due: str


def deadline_words(deadline: Deadline, rules_of: RulesOf, now: datetime) -> DeadlineWords:
    """A deadline at `now`, by the same clock and the same words as on the desk."""
    rules = rules_of(deadline.regulation_id)
    words = countdown(rules, deadline.clock, deadline.facts, now)
    step = rules.profile.clocks[deadline.step]
    whose = tr("the curator") if step.who == "curator" or not deadline.agency else deadline.agency
    clause = clause_words(rules.profile.clocks[deadline.clock.code], deadline.clock)
    due = words.note.removeprefix(clause).removeprefix(" · ")
    return DeadlineWords(words.state, words.figure, clock_name(step), whose, deadline.number, clause, due)


def queue_name(queue: WallQueue) -> str:
    """The agency's short name; cases that no agency has yet are the curators'."""
    return queue.name or tr("Curators: not sent yet")


def nearest_words(queue: WallQueue, rules_of: RulesOf, now: datetime) -> tuple[str, str]:
    """State and figure of a queue's nearest limit: a countdown, or when it is due where that is another day."""
    nearest = queue.nearest
    if nearest is None or nearest.clock.due_at is None:
        return "plain", "—"
    rules = rules_of(nearest.regulation_id)
    zone = rules.agency.zone
    words = countdown(rules, nearest.clock, nearest.facts, now)
    if words.state not in ("late", "soon") and nearest.due_at.astimezone(zone).date() != now.astimezone(zone).date():
        return words.state, near_moment(nearest.due_at, now, zone)
    return words.state, words.figure


def age_words(since: datetime | None, now: datetime) -> str:
    """How long ago: "25 мин", "29 ч", from two days on "3 дн."."""
    if since is None:
        return ""
    minutes = max(0, int((now - since).total_seconds())) // 60
    if minutes < 60:
        return tr("{n} min", n=minutes)
    hours = minutes // 60
    return tr("{n} h", n=hours) if hours < 48 else tr("{days} d", days=hours // 24)


def more_words(queues: tuple[WallQueue, ...], late: bool) -> str:
    """"ещё 6 органов — 9 сообщений": queues that are on no page now."""
    agencies = trn("{n} more agency", "{n} more agencies", len(queues))
    messages = trn("{n} message", "{n} messages", sum(queue.open for queue in queues))
    words = tr("{agencies} — {messages}", agencies=agencies, messages=messages)
    return tr("{words}, overdue there too", words=words) if late else words


def inflow_words(usual: Usual | None) -> str:
    """What the number of messages today is held against."""
    if usual is None:
        return tr("detected today")
    if usual.low == usual.high:
        return tr("detected, usually {n}", n=usual.low)
    return tr("detected, usually {low}–{high}", low=usual.low, high=usual.high)


def month_words(day: date) -> str:
    """"в срок за ноябрь"."""
    return tr(_IN_TIME[day.month - 1])


def percent(value: int | None) -> str:
    """"97 %", "—" while nothing was judged."""
    return "—" if value is None else f"{value} %"


def stamp(at: datetime, zone: ZoneInfo) -> str:
    """"Данные на 14:03:20"."""
    return tr("Data as of {time}", time=f"{at.astimezone(zone):%H:%M:%S}")


def lost_words(since: datetime | None, zone: ZoneInfo | None, why: str) -> str:
    """What stands across the wall while the database does not answer."""
    if since is None or zone is None:
        return tr("No data yet. {why}", why=why)
    moment = since.astimezone(zone)
    return tr("No connection: what stands here is of {time}. {why}", time=f"{moment:%H:%M:%S}", why=why)


def unknown_agencies_words(names: tuple[str, ...]) -> str:
    """A wall limited to agencies that the region does not have."""
    return tr("Unknown agencies: {names}. F2 opens the set-up of this screen.", names=", ".join(names))
