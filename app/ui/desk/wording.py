"""What the desk says about its queues: titles, summaries, and what to do where nothing waits."""

from datetime import date, datetime

from app.regulation.calendar import WorkCalendar
from app.regulation.calendar_errors import CalendarError
from app.regulation.promises import days_left
from app.regulation.workflow import Role
from app.services.narrowing import Narrowing
from app.services.queries import EVERYWHERE, RUNNING_OUT
from app.services.views import QueueCounts, QueueRow, Today
from app.services.workplace import PersonView
from app.texts import mark, tr, trn
from app.texts.moments import clock_time, day, duration, near_moment
from app.texts.words import changed_words, queue_name, role_name

_TITLES = {
    EVERYWHERE: mark("All queues"),
    RUNNING_OUT: mark("Running out soon"),
}
# What the desk has with its executors is what an executor has to do.
_OWN_TITLES = {"executors": mark("At work")}
_OWN_EMPTY = {"executors": mark("Nothing waits for you: no message is at work.")}

_EMPTY = {
    "stream": mark(
        "The stream is empty: nothing waits to be looked at.\n"
        "Messages come from connected networks, from files, or are entered by hand."
    ),
    "inbox": mark("Nothing in the inbox. New messages are in the stream."),
    "executors": mark("No message is with an executor."),
    "returned": mark("Nobody returned a message."),
    "approval": mark("No draft waits for approval."),
    "rework": mark("No draft is in rework."),
    "to_publish": mark("No approved answer waits to be published."),
    "interim": mark("No message has only an interim answer."),
    "awaiting_author": mark("No request to an author is unanswered."),
    "overdue": mark("Nothing is overdue."),
    "finished": mark("No message has been finished yet."),
    "excluded": mark("No message was taken out of work."),
    "not_processed": mark("No message was left unprocessed."),
    "no_reaction": mark("No message was without need of a reaction."),
    "outside_competence": mark("No message was outside competence."),
    EVERYWHERE: mark("There are no messages yet."),
    RUNNING_OUT: mark("Nothing runs out soon."),
}


def queue_title(queue: str, counts: QueueCounts | None = None, *, is_own: bool = False) -> str:
    """The name of a queue; an agency's by its short name in `counts`; `is_own` as executors call their own."""
    if is_own and queue in _OWN_TITLES:
        return tr(_OWN_TITLES[queue])
    if not queue.startswith("agency:"):
        return tr(_TITLES[queue]) if queue in _TITLES else queue_name(queue)
    agency_id = int(queue.removeprefix("agency:"))
    names = {number: name for number, name, _, _ in (counts.agencies if counts else ())}
    return names.get(agency_id, tr("Agency's queue"))


def empty_words(queue: str, query: str, *, is_own: bool = False) -> str:
    """What stands where no row is: an empty queue, or a search that found nothing."""
    if query and queue == EVERYWHERE:
        return tr("Nothing found for “{query}” in any queue.", query=query)
    if query:
        words = tr("Nothing found for “{query}” in this queue.", query=query)
        return f"{words}\n{tr('Enter searches in all queues.')}"
    if is_own and queue in _OWN_EMPTY:
        return tr(_OWN_EMPTY[queue])
    return tr(_EMPTY[queue]) if queue in _EMPTY else tr("The agency has no open messages.")


def narrowing_words(only: Narrowing) -> str:
    """"Дороги, Комитет транспорта"; "" where nothing is narrowed."""
    return ", ".join(filter(None, (only.topic_name, only.agency_name)))


def narrowed_empty_words(only: Narrowing) -> str:
    """What stands where a topic or an agency has no row in this queue."""
    words = tr("Nothing of “{names}” in this queue.", names=narrowing_words(only))
    return f"{words}\n{tr('F3 shows the whole queue again.')}"


def summary(count: int, most_urgent: QueueRow | None, now: datetime) -> str:
    """"7 сообщений, ближе всех срок — 4 минуты"."""
    if not count:
        return ""
    messages = trn("{n} message", "{n} messages", count)
    due = most_urgent.step.due_at if most_urgent and most_urgent.step else None
    if due is None:
        return messages
    if due < now:
        return tr("{messages}, the nearest is overdue", messages=messages)
    minutes = int((due - now).total_seconds()) // 60
    if minutes < 1:
        return tr("{messages}, the nearest is due in less than a minute", messages=messages)
    if minutes < 60:
        left = trn("{n} minute", "{n} minutes", minutes)
    elif minutes < 24 * 60:
        left = duration(minutes * 60)
    else:
        left = trn("{n} day", "{n} days", minutes // (24 * 60))
    return tr("{messages}, the nearest is due in {left}", messages=messages, left=left)


def marks(row: QueueRow, now: datetime) -> tuple[tuple[str, str], ...]:
    """Words in frames that tell a row apart, with the kind of frame.

    The gravest come first: a narrow column shows only those that fit.
    """
    found = []
    if row.answer_due_at and row.answer_due_at < now and not (row.step and row.step.code == "answer"):
        found.append((tr("answer overdue"), "late"))
    if row.importance == "high":
        found.append((tr("high importance"), "soon"))
    if row.significant:
        found.append((tr("significant"), "accent"))
    if row.is_left:
        found.append((tr("curator not on duty"), "soon"))
    if row.changed:
        found.append((changed_words(row.changed), "soon"))
    if row.is_repeat:
        found.append((tr("repeat"), "soon"))
    if row.messages > 1:
        found.append((trn("{n} message", "{n} messages", row.messages), "plain"))
    if row.returns:
        found.append((trn("returned {n} time", "returned {n} times", row.returns), "plain"))
    if row.reworks:
        found.append((trn("rework {n} time", "rework {n} times", row.reworks), "plain"))
    if row.corrections:
        found.append((trn("corrected {n} time", "corrected {n} times", row.corrections), "soon"))
    if row.step and row.step.code == "await_author" and row.step.due_at and row.step.due_at < now:
        found.append((tr("no reply in time: may be closed"), "soon"))
    return tuple(found)


def promise_words(promised_on: date, today: date, calendar: WorkCalendar) -> str:
    """"до 24.11.2026 · 3 рабочих дня", "сегодня", "просрочено на 2 рабочих дня"."""
    until = tr("by {date}", date=day(promised_on))
    try:
        left = days_left(promised_on, today, calendar)
    except CalendarError:
        return until
    if promised_on == today:
        words = tr("today")
    elif left < 0:
        words = trn("overdue by {n} working day", "overdue by {n} working days", -left)
    else:
        words = trn("{n} working day", "{n} working days", left)
    return f"{until} · {words}"


def working_time(duty: WorkCalendar, now: datetime) -> str:
    """"рабочее время до 18:00", "обед до 14:00" or "рабочее время закончилось, откроется пн 09:00"."""
    zone = duty.zone
    try:
        opens = duty.next_open(now)
        day_ends = [end for _, end in duty.working_intervals(now, _day_end(now, duty))]
        worked_today = duty.working_intervals(_day_start(now, duty), now)
    except CalendarError:
        return tr("working time unknown: the production calendar is not loaded")
    if opens > now and worked_today and opens.astimezone(zone).date() == now.astimezone(zone).date():
        return tr("break until {time}", time=clock_time(opens, zone))
    if opens > now:
        return tr("working time is over, opens {moment}", moment=near_moment(opens, now, zone))
    return tr("working time until {time}", time=clock_time(day_ends[-1], zone))


def _day_start(now: datetime, duty: WorkCalendar) -> datetime:
    return now.astimezone(duty.zone).replace(hour=0, minute=0, second=0)


def _day_end(now: datetime, duty: WorkCalendar) -> datetime:
    return now.astimezone(duty.zone).replace(hour=23, minute=59, second=59)


def person_words(person: PersonView) -> str:
    """"Куратор · Е. Соколова": the first role and the name."""
    role = role_name(min(person.roles, key=list(Role).index)) if person.roles else ""
    return " · ".join(part for part in (role, person.name) if part)


def seat_words(person: PersonView) -> str:
    """A person as the menu of seats names them: name, and whose executor or which body."""
    where = ", ".join(name for _, name in person.agencies) or person.body or person.post
    return " — ".join(part for part in (person.name, where) if part)


def today_words(today: Today) -> str:
    """"Сегодня: выявлено 63, размещено 41, в срок 97 %"."""
    words = tr("Today: detected {detected}, published {published}", detected=today.detected, published=today.published)
    if today.in_time_percent is None:
        return words
    return ", ".join((words, tr("in time {percent} %", percent=today.in_time_percent)))
