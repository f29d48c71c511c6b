"""Raising and ending alerts: one sweep over the clocks that soon run out; run by the worker every few seconds."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.models import Alert, AlertNotice, Case, ClockRow, new_uuid
from app.regulation.alarms import AlarmRules, Level, Subject, hours_of, is_covered, level_now, priority, side
from app.regulation.calendar_errors import CalendarError
from app.regulation.clocks import Rules
from app.regulation.profile import Importance, LimitKind
from app.regulation.workflow import OPEN, State
from app.services.alerts.settings import read_alarm_rules
from app.services.changes import Change
from app.services.staffing import Staffing, read_staff, region_day, staff_of
from app.services.workplace import Workplace

log = logging.getLogger(__name__)

# Clocks that ask for nobody's act in time: the window of п. 8, and what waits for the author.
NEVER = ("return", "await_author")
# So many clocks are looked at before the window has its turn: some 5 ms.
AT_ONCE = 400
# So many are read and raised by one sweep, those that end first: a backlog of tens of thousands that was taken in is
# told in the sweeps that follow, and neither holds a desk on a file nor the writers of a server.
MOST_READ, MOST_RAISED = 5_000, 500
_END = func.coalesce(ClockRow.due_at, ClockRow.target_at)


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one sweep did: alerts raised, and ended because their clock stopped, was timed anew, or ran out."""

    raised: int = 0
    ended: int = 0


async def sweep_alerts(place: Workplace) -> Sweep:
    """Raise what is to be raised now and end what is over; doing it again changes nothing."""
    now, alarms = place.now(), read_alarm_rules(place.database)
    async with place.database.read() as connection:
        running = (await connection.execute(_running(place, _horizon(place, alarms, now), now))).all()
        await place.know(connection, [row.regulation_id for row in running])
        alone = await without_program(connection, place, {row.agency_id for row in running} - {None})
        over = (await connection.execute(_OVER)).all()
        back = (await connection.execute(_shelved_until(now))).scalars().all()
    found = (await _alerts(place, alarms, running, alone, now))[:MOST_RAISED]
    if not (found or over or back):
        return Sweep()
    async with place.database.write() as connection:
        at = await place.database.moment(connection)
        ended = await _end(connection, over, at)
        raised = [uuid for alert in found if (uuid := await _raise(connection, place, alert, at))]
        await _unshelve(connection, back)
    place.feed.tell(Change(frozenset()))
    return Sweep(len(raised), ended)


def _horizon(place: Workplace, alarms: AlarmRules, now: datetime) -> datetime:
    """No clock that ends later than this alerts now."""
    rules, lead = place.rules(), alarms.longest_lead
    try:
        ahead = max(hours.add(now, int(lead.total_seconds())) for hours in (rules.duty, rules.agency))
    except CalendarError as error:
        log.info("alerts look ahead by the wall clock: %s", error)
        ahead = now
    return max(ahead, now + lead)


def _is_anybody_at_work(place: Workplace, now: datetime) -> bool:
    """Whether now is within the hours of the desk or of the agencies by any regulation that is known here."""
    known = [place.rules(number) for number in place.regulations]
    calendars = [hours for rules in known for hours in (rules.duty, rules.agency)]
    try:
        return any(hours.is_working(now) for hours in calendars)
    except CalendarError:
        return True


def _running(place: Workplace, horizon: datetime, now: datetime) -> Any:
    """Running clocks of open cases that end by then, but for those whose last level is raised already; at night only
    what is of high importance, because nothing else alerts then and every sweep would read it anew."""
    is_told = aliased(Alert)
    stands = (is_told.due_at == _END, is_told.ended_at.is_(None))
    same = (is_told.clock_id == ClockRow.id, is_told.level == Level.DUE, *stands)
    ends = or_(Case.step_due_at <= horizon, Case.answer_due_at <= horizon, ClockRow.code == "governor")
    return (
        select(
            ClockRow.id, ClockRow.case_id, ClockRow.code, ClockRow.kind, ClockRow.started_at, ClockRow.by_agreement,
            ClockRow.message, _END.label("due_at"), Case.state, Case.importance, Case.agency_id, Case.regulation_id,
            Case.step_code, Case.step_due_at, Case.answer_due_at,
        )
        .join(Case, Case.id == ClockRow.case_id)
        .outerjoin(is_told, and_(*same))
        .where(
            Case.state.in_(OPEN), ends, ClockRow.stopped_at.is_(None), ClockRow.paused_at.is_(None),
            ClockRow.code.not_in(NEVER), horizon >= _END, is_told.id.is_(None),
            true() if _is_anybody_at_work(place, now) else Case.importance == Importance.HIGH,
        )
        .order_by(_END, ClockRow.id)
        .limit(MOST_READ)
    )  # fmt: skip


# Alerts whose clock stopped, or was timed anew.
_OVER = (
    select(Alert.id, ClockRow.stopped_at)
    .join(ClockRow, ClockRow.id == Alert.clock_id)
    .where(Alert.ended_at.is_(None), or_(ClockRow.stopped_at.is_not(None), Alert.due_at != _END))
)


def _shelved_until(now: datetime) -> Any:
    return select(Alert.id).where(Alert.ended_at.is_(None), Alert.shelved_until <= now)


def _earliest(rows: Iterable[Any]) -> Iterable[Any]:
    """Of several messages on one card only the one whose limit ends first alerts."""
    seen = set()
    for row in rows:
        key = row.case_id, row.code
        if key not in seen or row.message is None:
            yield row
        seen.add(key)


async def _alerts(
    place: Workplace, alarms: AlarmRules, running: Iterable[Any], alone: set[int], now: datetime
) -> list[dict[str, Any]]:
    """The columns of every alert that these clocks give now; the window, if this is one, goes on meanwhile."""
    rules = {number: place.rules(number) for number in {row.regulation_id for row in running}}
    found = []
    for count, row in enumerate(_earliest(running), start=1):
        if alert := _alert(rules[row.regulation_id], alarms, row, alone, now):
            found.append(alert)
        if count % AT_ONCE == 0:
            await asyncio.sleep(0)
    return found


def _alert(rules: Rules, alarms: AlarmRules, row: Any, alone: set[int], now: datetime) -> dict[str, Any] | None:
    """The columns of the alert that this clock gives now, if any."""
    rule = rules.profile.clocks.get(row.code)
    subject = Subject(
        code=row.code,
        who=rule.who if rule else "curator",
        kind=LimitKind(row.kind),
        state=State(row.state),
        importance=Importance(row.importance),
        started_at=row.started_at,
        due_at=row.due_at,
        by_agreement=row.by_agreement,
        without_program=row.agency_id in alone,
        answer_due_at=row.answer_due_at,
    )
    whose = side(subject)
    try:
        level = level_now(subject, alarms, hours_of(rules, whose), now)
    except CalendarError:
        return None  # the card says that this clock cannot be computed
    step_due_at = None if row.step_code in ("", row.code) else row.step_due_at
    if level is None or is_covered(row.code, level, step_due_at, alarms, now):
        return None
    values = {"case_id": row.case_id, "clock_id": row.id, "code": row.code, "level": str(level)}
    return values | {"priority": str(priority(subject, level)), "side": str(whose), "due_at": row.due_at}


async def without_program(connection: AsyncConnection, place: Workplace, agencies: set[int]) -> set[int]:
    """Those of the agencies for which a curator acts, because nobody of them works with the program."""
    today = region_day(place)
    staffed = staff_of(agencies, await read_staff(connection, today), today) if agencies else {}
    return {agency for agency, how in staffed.items() if how.staffing is Staffing.NO_PROGRAM}


async def _raise(connection: AsyncConnection, place: Workplace, alert: Mapping[str, Any], at: datetime) -> str | None:
    """Write an alert down, or raise it again where its clock was timed anew; gives its uuid, None where it stands."""
    same = (Alert.clock_id == alert["clock_id"], Alert.level == alert["level"])
    found = (await connection.execute(select(Alert.id, Alert.uuid, Alert.ended_at).where(*same))).one_or_none()
    if found is not None and found.ended_at is None:
        return None
    if alert["level"] == Level.DUE:  # the next level takes the place of the one before
        before = (Alert.clock_id == alert["clock_id"], Alert.level == Level.SOON, Alert.ended_at.is_(None))
        await connection.execute(update(Alert).where(*before).values(ended_at=at))
    if found is None:
        uuid = new_uuid()
        await connection.execute(insert(Alert).values(uuid=uuid, raised_at=at, **alert))
        return uuid
    fresh: dict[str, Any] = {"raised_at": at, "ended_at": None, "acknowledged_at": None, "acknowledged_by_id": None}
    fresh |= {"shelved_until": None, "shelved_by_id": None, "shelf_reason": ""}
    await connection.execute(update(Alert).where(Alert.id == found.id).values(**alert, **fresh))
    await connection.execute(delete(AlertNotice).where(AlertNotice.alert_id == found.id))
    return str(found.uuid)


async def _end(connection: AsyncConnection, over: Iterable[Any], at: datetime) -> int:
    rows = [(row.id, row.stopped_at or at) for row in over]
    for alert_id, ended_at in rows:
        is_open = (Alert.id == alert_id, Alert.ended_at.is_(None))
        await connection.execute(update(Alert).where(*is_open).values(ended_at=ended_at))
    return len(rows)


async def _unshelve(connection: AsyncConnection, alert_ids: Iterable[int]) -> None:
    """Its time on the shelf is over: it is told anew."""
    for alert_id in alert_ids:
        fresh = {"shelved_until": None, "acknowledged_at": None, "acknowledged_by_id": None}
        await connection.execute(update(Alert).where(Alert.id == alert_id).values(**fresh))
        await connection.execute(delete(AlertNotice).where(AlertNotice.alert_id == alert_id))
