"""The alerts of any past month, played again from its clocks by today's rules of alerting."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from app.models import Agency, Alert, Case, ClockRow, Leg, Person
from app.regulation.alarm_figures import Figures, Raised, figures, moments
from app.regulation.alarms import AlarmRules, Side, Subject, hours_of, is_covered, side
from app.regulation.calendar_errors import CalendarError
from app.regulation.profile import Importance, LimitKind
from app.regulation.workflow import State
from app.services.alerts.raising import NEVER, without_program
from app.services.alerts.settings import read_alarm_rules
from app.services.workplace import Workplace

# Alerts of a clock come at most so long before it ends, or after it has, whatever lies between.
REACH = timedelta(days=14)
_END = func.coalesce(ClockRow.due_at, ClockRow.target_at)


async def replay_month(place: Workplace, month: date, alarms: AlarmRules | None = None) -> Figures:
    """The figures of a month (any day of it). What importance and curator a case had then is not kept with its
    clocks: they are taken as they are now. Time to acknowledge is that of alerts that were stored.
    """
    alarms = alarms or read_alarm_rules(place.database)
    begin, end = _bounds(place, month)
    end = min(end, place.now() + timedelta(seconds=1))  # what still runs may be answered in time
    async with place.database.read() as connection:
        rows = (await connection.execute(_clocks(begin, end))).all()
        await place.know(connection, {row.regulation_id for row in rows})
        alone = await without_program(connection, place, {row.agency_id for row in rows} - {None})
        seen = select(Alert.raised_at, Alert.acknowledged_at).where(
            Alert.raised_at >= begin, Alert.raised_at < end, Alert.acknowledged_at.is_not(None)
        )
        taken = [int((r.acknowledged_at - r.raised_at).total_seconds()) for r in await connection.execute(seen)]
    raised = [alert for alert in _raised(place, rows, alone, alarms) if begin <= alert.at < end]
    return replace(figures(raised, alarms, place.rules().duty), seconds_to_acknowledge=tuple(sorted(taken)))


def _bounds(place: Workplace, month: date) -> tuple[datetime, datetime]:
    zone = place.rules().agency.zone
    first = month.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    begin, end = (datetime.combine(day, time.min, zone).astimezone(UTC) for day in (first, after))
    return begin, end


def _clocks(begin: datetime, end: datetime) -> Any:
    """Clocks with a limit that may have alerted within these instants, with who had the work."""
    curator, executor = aliased(Person), aliased(Person)
    ran = or_(ClockRow.stopped_at.is_(None), ClockRow.stopped_at > begin - REACH)
    return (
        select(
            ClockRow.case_id, ClockRow.code, ClockRow.kind, ClockRow.message, ClockRow.started_at, ClockRow.stopped_at,
            ClockRow.by_agreement, _END.label("due_at"), Case.importance, Case.regulation_id, Case.agency_id,
            curator.name.label("curator"), executor.name.label("executor"), Agency.short_name.label("agency"),
        )
        .join(Case, Case.id == ClockRow.case_id)
        .outerjoin(curator, curator.id == Case.curator_id)
        .outerjoin(Leg, Leg.uuid == func.coalesce(ClockRow.leg, Case.leg_uuid))
        .outerjoin(executor, executor.id == Leg.executor_id)
        .outerjoin(Agency, Agency.id == Case.agency_id)
        .where(ran, ClockRow.code.not_in(NEVER), begin - REACH <= _END, end + REACH > _END)
        .order_by(ClockRow.case_id, ClockRow.id)
    )  # fmt: skip


def _raised(place: Workplace, rows: Iterable[Any], alone: set[int], alarms: AlarmRules) -> Iterable[Raised]:
    by_case: dict[int, list[Any]] = {}
    for row in rows:
        by_case.setdefault(row.case_id, []).append(row)
    for clocks in by_case.values():
        for row in _one_of_each(clocks):
            yield from _alerts(place, row, clocks, alone, alarms)


def _one_of_each(clocks: list[Any]) -> Iterable[Any]:
    """Of several messages on one card only the one whose limit ends first."""
    first: dict[Any, Any] = {}
    for row in clocks:
        if row.message is None:
            yield row
        elif row.code not in first or row.due_at < first[row.code].due_at:
            first[row.code] = row
    yield from first.values()


def _alerts(place: Workplace, row: Any, clocks: list[Any], alone: set[int], alarms: AlarmRules) -> Iterable[Raised]:
    rules = place.rules(row.regulation_id)
    rule = rules.profile.clocks.get(row.code)
    subject = Subject(
        code=row.code, who=rule.who if rule else "curator", kind=LimitKind(row.kind), state=State.DRAFTING,
        importance=Importance(row.importance), started_at=row.started_at, due_at=row.due_at,
        by_agreement=row.by_agreement, without_program=row.agency_id in alone,
        answer_due_at=min((each.due_at for each in clocks if each.code == "answer"), default=None),
    )  # fmt: skip
    try:
        found = moments(subject, row.stopped_at, alarms, hours_of(rules, side(subject)))
    except CalendarError:
        return
    for at, level, grave in found:
        if is_covered(row.code, level, _step_due_at(clocks, at), alarms, at):
            continue
        whose = side(replace(subject, state=_state_at(place, clocks, at)))
        yield Raised(at, _person(row, whose), level, grave)


def _step_due_at(clocks: list[Any], at: datetime) -> datetime | None:
    """When the step under way at that moment ends or ended, None where none ran."""
    steps = (row for row in clocks if row.code not in ("answer", "governor") and row.kind == LimitKind.LIMIT)
    running = (row.due_at for row in steps if row.started_at <= at and (row.stopped_at is None or at < row.stopped_at))
    return min(running, default=None)


def _state_at(place: Workplace, clocks: list[Any], at: datetime) -> State:
    """Whether a curator's step ran then, by the clocks of the case: what `side` asks of the chain's clock (п. 10)."""
    for row in clocks:
        rule = place.rules(row.regulation_id).profile.clocks.get(row.code)
        runs = row.started_at <= at and (row.stopped_at is None or at < row.stopped_at)
        if rule is not None and rule.who == "curator" and runs and row.code != "governor":
            return State.APPROVAL
    return State.DRAFTING


def _person(row: Any, whose: Side) -> str:
    """Who was asked: a person by name, the desk where the case was nobody's, an agency where its work was."""
    if whose is Side.CURATOR:
        return row.curator or ""
    return row.executor or row.agency or ""
