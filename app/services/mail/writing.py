"""Who is written to about which alerts, and when: at once, at most six letters an hour, or twice a day in one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Agency, Alert, AlertLetter, Case, ClockRow, Mail, NoticeSetting, Person, RoleGrant, new_uuid
from app.regulation.alarms import ORDER, STEP_OF, Level, Priority, Side
from app.regulation.calendar_errors import CalendarError
from app.regulation.workflow import Role, State
from app.services.alerts.reading import GRAVITY, is_open, joined
from app.services.workplace import Workplace
from app.texts.letters import Told, alert_letter, digest_letter

GAP = timedelta(minutes=10)
MOST_AN_HOUR = 6
FRESH = timedelta(hours=2)
DIGEST_HOURS = (9, 14)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who wants mail: their address, and whose alerts they are asked by."""

    id: int
    email: str
    mode: str
    is_curator: bool
    agencies: frozenset[int]
    official_of: frozenset[int]

    def is_asked(self, alert: Any) -> bool:
        """As at the desk: curators of their own cases and nobody's, executors of what is theirs or nobody's,
        responsible officials of what ran out (п. 6, 21)."""
        if alert.side == Side.CURATOR:
            return self.is_curator and alert.curator_id in (None, self.id)
        if alert.agency_id not in self.agencies:
            return False
        ran_out = alert.level == Level.DUE and alert.agency_id in self.official_of
        return ran_out or alert.executor_id in (None, self.id)


async def write_letters(place: Workplace) -> int:
    """Write what is to be written now into the outbox; gives how many letters. Doing it again writes nothing."""
    now = place.now()
    async with place.database.read() as connection:
        readers = await _readers(connection)
        if not readers:
            return 0
        alerts = (await connection.execute(_OPEN)).all()
        await place.know(connection, [alert.regulation_id for alert in alerts])
        told = {(row.alert_id, row.person_id) for row in await connection.execute(select(AlertLetter))}
        recent = await _recent(connection, now)
    period = _digest_period(place, now)
    count = 0
    for reader in readers:
        asked = [alert for alert in alerts if reader.is_asked(alert)]
        if reader.mode == "at_once":
            fresh = [a for a in asked if (a.id, reader.id) not in told and a.raised_at > now - FRESH]
            if fresh and _may_write(fresh, recent[reader.id], now):
                count += await _write(place, reader, fresh, now, f"alerts {reader.id} {fresh[0].uuid}", alert_letter)
        elif asked and period:
            count += await _write(place, reader, asked, now, f"digest {reader.id} {period}", digest_letter)
    return count


# Open alerts that nobody has answered, the gravest first.
_OPEN = (
    joined(
        Alert.id, Alert.uuid, Alert.code, Alert.level, Alert.priority, Alert.side, Alert.due_at, Alert.raised_at,
        ClockRow.by_agreement, Case.number, Case.state, Case.agency_id, Case.curator_id, Case.regulation_id,
        Case.executor_id, Agency.short_name.label("agency"),
    )
    .where(is_open(), Alert.acknowledged_at.is_(None), Alert.shelved_until.is_(None))
    .order_by(GRAVITY, Alert.due_at, Alert.id)
)  # fmt: skip


async def _readers(connection: AsyncConnection) -> list[Reader]:
    wanted = (
        select(NoticeSetting.person_id, NoticeSetting.email, NoticeSetting.mail, RoleGrant.role, RoleGrant.agency_id)
        .join(Person, Person.id == NoticeSetting.person_id)
        .join(RoleGrant, RoleGrant.person_id == NoticeSetting.person_id)
        .where(NoticeSetting.mail != "off", NoticeSetting.email != "", Person.active)
        .order_by(NoticeSetting.person_id)
    )
    readers: dict[int, Reader] = {}
    for row in await connection.execute(wanted):
        found = readers.get(row.person_id)
        if found is None:
            found = Reader(row.person_id, row.email, row.mail, False, frozenset(), frozenset())
        if row.role == Role.CURATOR:
            found = replace(found, is_curator=True)
        if row.role in (Role.EXECUTOR, Role.RESPONSIBLE):
            found = replace(found, agencies=found.agencies | {row.agency_id})
        if row.role == Role.RESPONSIBLE:
            found = replace(found, official_of=found.official_of | {row.agency_id})
        readers[row.person_id] = found
    return list(readers.values())


async def _recent(connection: AsyncConnection, now: datetime) -> defaultdict[int, list[datetime]]:
    """When letters about alerts were written to each person within the hour."""
    query = select(Mail.person_id, Mail.created_at).where(Mail.created_at > now - timedelta(hours=1))
    found: defaultdict[int, list[datetime]] = defaultdict(list)
    for row in await connection.execute(query.where(Mail.about.startswith("alerts "))):
        found[row.person_id].append(row.created_at)
    return found


def _may_write(fresh: Iterable[Any], recent: list[datetime], now: datetime) -> bool:
    """A letter gathers ten minutes' alerts; what is of high priority does not wait, within six letters an hour."""
    if len(recent) >= MOST_AN_HOUR:
        return False
    is_grave = min(ORDER.index(Priority(alert.priority)) for alert in fresh) == 0
    return is_grave or not recent or now - max(recent) >= GAP


def _digest_period(place: Workplace, now: datetime) -> str:
    """The digest that is due, "2026-11-26 14"; "" before the first of the day and on days off."""
    hours = place.rules().agency
    local = now.astimezone(hours.zone)
    try:
        if not hours.is_working_day(local.date()):
            return ""
    except CalendarError:
        return ""
    begun = [hour for hour in DIGEST_HOURS if hour <= local.hour]
    return f"{local.date()} {begun[-1]:02}" if begun else ""


async def _write(
    place: Workplace, reader: Reader, alerts: list[Any], now: datetime, about: str, words: Any
) -> int:
    """Put one letter into the outbox with the alerts it tells of; 0 where it was written before."""
    rules = place.rules()
    told = [_told(place, alert) for alert in alerts]
    subject, text = words(told, now, rules.agency.zone, rules.profile.region)
    letter = {"about": about, "person_id": reader.id, "address": reader.email, "subject": subject, "text": text}
    times = {"created_at": now, "next_try_at": now, "state": "waiting", "attempts": 0, "last_error": ""}
    async with place.database.write() as connection:
        there = select(func.count()).select_from(Mail).where(Mail.about == about)
        if (await connection.execute(there)).scalar_one():
            return 0
        made = insert(Mail).values(uuid=new_uuid(), **letter, **times).returning(Mail.id)
        mail_id = (await connection.execute(made)).scalar_one()
        rows = [{"alert_id": alert.id, "person_id": reader.id, "mail_id": mail_id} for alert in alerts]
        await connection.execute(place.database.insert(AlertLetter).on_conflict_do_nothing(), rows)
    return 1


def _told(place: Workplace, alert: Any) -> Told:
    rule = place.rules(alert.regulation_id).profile.clocks.get(alert.code)
    clause = (rule.clause or "") if rule and not alert.by_agreement else ""
    step = alert.code if alert.code == "governor" else STEP_OF.get(State(alert.state), alert.code)
    return Told(alert.number, alert.code, clause, step, Level(alert.level), alert.due_at, alert.agency or "")
