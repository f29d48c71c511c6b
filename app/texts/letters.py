"""Letters to executors and officials: number, clause, due time and the act; nothing of what citizens wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.regulation.alarms import Level
from app.texts import tr, trn
from app.texts.alerts import step_words
from app.texts.moments import full_moment
from app.texts.words import clock_code_name


@dataclass(frozen=True, slots=True)
class Told:
    """One alert as a letter tells of it."""

    number: str
    code: str
    clause: str
    step: str
    level: Level
    due_at: datetime
    agency: str


def alert_letter(alerts: Sequence[Told], now: datetime, zone: ZoneInfo, region: str) -> tuple[str, str]:
    """Subject and text of a letter about alerts that came just now."""
    late = [alert for alert in alerts if alert.due_at < now]
    if len(alerts) == 1:
        named = tr("A limit has run out: {number}") if late else tr("A limit runs out: {number}")
        subject = named.format(number=alerts[0].number)
    else:
        subject = trn("{n} limit runs out", "{n} limits run out", len(alerts))
    return subject, _text(alerts, now, zone, region, "")


def digest_letter(alerts: Sequence[Told], now: datetime, zone: ZoneInfo, region: str) -> tuple[str, str]:
    """Subject and text of the letter that gathers all that is open."""
    subject = trn("{n} limit asks for you", "{n} limits ask for you", len(alerts))
    return subject, _text(alerts, now, zone, region, tr("All that is open at {moment}.", moment=full_moment(now, zone)))


def trial_letter(region: str, now: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """Subject and text of the letter by which an administrator tries the server."""
    words = tr("This letter was sent at {moment} to try the mail server.", moment=full_moment(now, zone))
    return tr("A letter to try the mail: {region}", region=region), f"{words}\n"


def _text(alerts: Sequence[Told], now: datetime, zone: ZoneInfo, region: str, opening: str) -> str:
    lines = [opening, ""] if opening else []
    for alert in alerts:
        lines += [_line(alert, now, zone), ""]
    lines.append("-- ")
    lines.append(tr("CUR desk, {region}. Letters come as you chose under Alerts → How to tell me.", region=region))
    return "\n".join(lines) + "\n"


def _line(alert: Told, now: datetime, zone: ZoneInfo) -> str:
    clause = tr("cl. {clause}", clause=alert.clause) if alert.clause else tr("by agreement")
    moment = full_moment(alert.due_at, zone)
    ran = tr("ran out {moment}", moment=moment) if alert.due_at < now else tr("runs out {moment}", moment=moment)
    head = ", ".join(part for part in (alert.number, alert.agency) if part)
    to_do = tr("To do: {step}.", step=step_words(alert.step))
    return f"{head}\n{clock_code_name(alert.code)}, {clause}: {ran}.\n{to_do}"
