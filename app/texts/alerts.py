"""Alerts in words: which clock, how much time is left, and the one act that ends it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from app.regulation.alarms import Priority
from app.services.alerts.reading import AlertView, GravestAlert
from app.texts import mark, tr, trn
from app.texts.moments import clock_time, duration, moment_since, near_moment, overdue, until_words
from app.texts.words import clock_code_name

_PRIORITIES = {Priority.HIGH: mark("urgent"), Priority.MEDIUM: mark("important"), Priority.LOW: mark("ordinary")}

_STEPS = {
    "route": mark("Send it to an agency"),
    "reroute": mark("Send it on to another agency"),
    "pass_on": mark("Pass it on to the next agency"),
    "approve": mark("Approve the draft or send it to rework"),
    "draft": mark("Send the draft for approval"),
    "link": mark("Send the information to the curator"),
    "rework": mark("Send the mended draft"),
    "publish": mark("Publish the answer"),
    "final": mark("Send the final answer for approval"),
    "correct": mark("Publish the correction"),
    "await_author": mark("Record the author's reply or close"),
    "governor": mark("Hand the report over to the Governor"),
}


def priority_name(priority: Priority) -> str:
    """"срочное", "важное", "обычное"."""
    return tr(_PRIORITIES[priority])


def step_words(step: str) -> str:
    """The act that ends an alert: "Согласовать проект или вернуть на доработку"."""
    return tr(_STEPS[step]) if step in _STEPS else clock_code_name(step)


def clause_of(alert: AlertView | GravestAlert) -> str:
    """"п. 12", or "" where no clause stands behind the clock."""
    return tr("cl. {clause}", clause=alert.clause) if alert.clause else ""


def left_words(due_at: datetime, now: datetime) -> str:
    """"осталось 0 ч 09 мин", "просрочено на 0 ч 05 мин": by the wall clock, as long as it is a matter of hours."""
    seconds = int((due_at - now).total_seconds())
    if seconds < 0:
        return overdue(seconds)
    return tr("{duration} left", duration=duration(seconds))


def alert_line(alert: AlertView, now: datetime, zone: ZoneInfo) -> str:
    """The whole alert in a line: number, the act that ends it, clause, time left, until when. Where the clock is not
    the step's own (п. 10) it is named too."""
    is_own = alert.step == alert.code
    named = step_words(alert.step) if is_own else clock_code_name(alert.code)
    subject = ", ".join(part for part in (named, clause_of(alert)) if part)
    until = until_words(alert.due_at, now, zone)
    line = f"{alert.number} · {subject}: {left_words(alert.due_at, now)}, {until}."
    return line if is_own else f"{line} {tr('Now: {step}.', step=step_words(alert.step))}"


def folded_words(count: int, grave: int) -> str:
    """What folds into one line: "Ещё 7 предупреждений, из них 2 срочных"."""
    words = trn("One more alert", "{n} more alerts", count)
    return f"{words}, {trn('{n} of them urgent', '{n} of them urgent', grave)}" if grave else words


def bar_words(shown: Sequence[AlertView], now: datetime, zone: ZoneInfo) -> str:
    """What the bar says: the gravest alert in full, the others counted."""
    first, rest = shown[0], shown[1:]
    grave = sum(alert.priority is Priority.HIGH for alert in rest)
    line = alert_line(first, now, zone)
    return f"{line} {folded_words(len(rest), grave)}." if rest else line


def status_words(alert: AlertView, now: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """Where an alert stands, and by whom: ("отложено до 12:40", "Соколова: жду звонка")."""
    if alert.shelved_until is not None:
        until = tr("set aside until {time}", time=near_moment(alert.shelved_until, now, zone))
        return until, f"{alert.shelved_by}: {alert.shelf_reason}"
    if alert.acknowledged_at is not None:
        return tr("taken notice of {time}", time=clock_time(alert.acknowledged_at, zone)), alert.acknowledged_by
    return tr("new"), tr("since {moment}", moment=moment_since(alert.raised_at, now, zone))
