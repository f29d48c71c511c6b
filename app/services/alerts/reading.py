"""Alerts as people see them: whose they are, the gravest first, and the one for the wall."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.models import FAR_FUTURE, Agency, Alert, AlertNotice, Case, ClockRow, Person
from app.regulation.alarms import ORDER, STEP_OF, Level, Priority, Side, shelf_ends
from app.regulation.duties import Duty
from app.regulation.profile import Importance
from app.regulation.workflow import Role, State
from app.services.journal import check_duty
from app.services.roster import off_duty
from app.services.workplace import SEE_ALL, Workplace

MOST = 300


@dataclass(frozen=True, slots=True)
class AlertView:
    """An open alert: the case, the clock and its clause, when it runs out, and the step whose act ends it.

    `is_mine`: this person is asked to act; others only see it. `shelf_ends`: the latest moment it may be set aside
    until, None where it may not be.
    """

    id: int
    uuid: str
    case_id: int
    number: str
    code: str
    clause: str
    by_agreement: bool
    level: Level
    priority: Priority
    side: Side
    step: str
    state: State
    importance: Importance
    due_at: datetime
    raised_at: datetime
    agency: str
    curator: str
    executor: str
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    shelved_until: datetime | None = None
    shelved_by: str = ""
    shelf_reason: str = ""
    shelf_ends: datetime | None = None
    is_mine: bool = False

    @property
    def is_new(self) -> bool:
        """Whether nobody has acknowledged it or set it aside."""
        return self.acknowledged_at is None and self.shelved_until is None


@dataclass(frozen=True, slots=True)
class GravestAlert:
    """The one alert that a wall may show: no personal data, no text of a citizen."""

    number: str
    agency: str
    code: str
    clause: str
    level: Level
    priority: Priority
    due_at: datetime
    count: int


def is_open() -> ColumnElement[bool]:
    """Of an alert joined with its clock: it stands, even where the sweep has not yet ended it."""
    return and_(Alert.ended_at.is_(None), ClockRow.stopped_at.is_(None))


def mine(place: Workplace) -> ColumnElement[bool]:
    """Of an open alert joined with case and leg: whether this person is asked to act.

    A curator of their own cases, of nobody's and of those whose curator has gone; an executor of what is in their
    hands or nobody's in their agency; a responsible official of what the agency let run out (п. 6, 21).
    """
    ways: list[ColumnElement[bool]] = []
    if Role.CURATOR in place.actor.roles:
        theirs = or_(Case.curator_id == place.person.id, Case.curator_id.is_(None), off_duty(place))
        ways.append(and_(Alert.side == Side.CURATOR, theirs))
    if place.actor.agencies:
        in_agency = Case.agency_id.in_(select(Agency.id).where(Agency.uuid.in_(place.actor.agencies)))
        whose = [or_(Case.executor_id == place.person.id, Case.executor_id.is_(None))]
        if Role.RESPONSIBLE in place.actor.roles:
            whose.append(Alert.level == Level.DUE)
        ways.append(and_(Alert.side == Side.AGENCY, in_agency, or_(*whose)))
    return or_(false(), *ways)


def seen(place: Workplace) -> ColumnElement[bool]:
    """Of an open alert: whether this person may see it."""
    if place.actor.roles & SEE_ALL:
        return true()
    return Case.agency_id.in_(select(Agency.id).where(Agency.uuid.in_(place.actor.agencies)))


def joined(*columns: Any) -> Select[Any]:
    """A select over alerts with their clock, case and agency."""
    return (
        select(*columns)
        .select_from(Alert)
        .join(ClockRow, ClockRow.id == Alert.clock_id)
        .join(Case, Case.id == Alert.case_id)
        .outerjoin(Agency, Agency.id == Case.agency_id)
    )


GRAVITY = case({str(priority): place for place, priority in enumerate(ORDER)}, value=Alert.priority)


async def list_alerts(place: Workplace, *, only_mine: bool = True) -> list[AlertView]:
    """Open alerts, at most MOST, the gravest and then the earliest first; those set aside come last.

    Raises Refused("role_may_not").
    """
    check_duty(place, Duty.SEE_ALERTS)
    executor, curator, shelver, hearer = (aliased(Person) for _ in range(4))
    is_mine = mine(place)
    query = (
        joined(
            Alert, ClockRow.by_agreement, Case.number, Case.state, Case.importance, Case.regulation_id,
            Case.step_due_at, Case.answer_due_at, Agency.short_name.label("agency"), executor.name.label("executor"),
            curator.name.label("curator"), hearer.name.label("hearer"), shelver.name.label("shelver"),
            is_mine.label("is_mine"),
        )
        .outerjoin(executor, executor.id == Case.executor_id)
        .outerjoin(curator, curator.id == Case.curator_id)
        .outerjoin(hearer, hearer.id == Alert.acknowledged_by_id)
        .outerjoin(shelver, shelver.id == Alert.shelved_by_id)
        .where(is_open(), seen(place), *([is_mine] if only_mine else []))
        .order_by(Alert.shelved_until.is_not(None), GRAVITY, Alert.due_at, Alert.id)
        .limit(MOST)
    )  # fmt: skip
    async with place.database.read() as connection:
        rows = (await connection.execute(query)).all()
        await place.know(connection, [row.regulation_id for row in rows])
    now = place.now()
    return [_view(place, row, now) for row in rows]


def _view(place: Workplace, row: Any, now: datetime) -> AlertView:
    state = State(row.state)
    deadlines = [due for due in (row.step_due_at, row.answer_due_at) if due != FAR_FUTURE]
    return AlertView(
        id=row.id,
        uuid=row.uuid,
        case_id=row.case_id,
        number=row.number,
        code=row.code,
        clause=_clause(place, row),
        by_agreement=row.by_agreement,
        level=Level(row.level),
        priority=Priority(row.priority),
        side=Side(row.side),
        step=row.code if row.code == "governor" else STEP_OF.get(state, row.code),
        state=state,
        importance=Importance(row.importance),
        due_at=row.due_at,
        raised_at=row.raised_at,
        agency=row.agency or "",
        curator=row.curator or "",
        executor=row.executor or "",
        acknowledged_by=row.hearer or "",
        acknowledged_at=row.acknowledged_at,
        shelved_until=row.shelved_until,
        shelved_by=row.shelver or "",
        shelf_reason=row.shelf_reason,
        shelf_ends=shelf_ends(deadlines, now),
        is_mine=bool(row.is_mine),
    )


def _clause(place: Workplace, row: Any) -> str:
    rule = place.rules(row.regulation_id).profile.clocks.get(row.code)
    return (rule.clause or "") if rule and not row.by_agreement else ""


def count_new(place: Workplace) -> Select[Any]:
    """How many alerts ask this person to act and were not acknowledged yet."""
    return joined(func.count()).where(
        is_open(), mine(place), Alert.acknowledged_at.is_(None), Alert.shelved_until.is_(None)
    )


async def gravest(place: Workplace) -> GravestAlert | None:
    """The gravest alert of the region that nobody has set aside, and how many there are; for a wall."""
    async with place.database.read() as connection:
        return await find_gravest(connection, place)


async def find_gravest(
    connection: AsyncConnection, place: Workplace, agencies: Collection[int] = ()
) -> GravestAlert | None:
    """The same by a connection at hand; `agencies` (ids) are those it is limited to, none for the whole region."""
    standing = [is_open(), Alert.shelved_until.is_(None), *([Case.agency_id.in_(agencies)] if agencies else [])]
    columns = (
        Alert.code, Alert.level, Alert.priority, Alert.due_at, ClockRow.by_agreement, Case.number,
        Case.regulation_id, Agency.short_name.label("agency"),
    )  # fmt: skip
    query = joined(*columns).where(*standing).order_by(GRAVITY, Alert.due_at, Alert.id).limit(1)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    count = (await connection.execute(joined(func.count()).where(*standing))).scalar_one()
    await place.know(connection, [row.regulation_id])
    facts = (row.number, row.agency or "", row.code, _clause(place, row))
    return GravestAlert(*facts, Level(row.level), Priority(row.priority), row.due_at, count)


def untold(place: Workplace) -> ColumnElement[bool]:
    """Of an open alert: nobody set it aside, and this person was not told of it."""
    told = select(AlertNotice.alert_id).where(
        AlertNotice.alert_id == Alert.id, AlertNotice.person_id == place.person.id
    )
    return and_(Alert.shelved_until.is_(None), Alert.acknowledged_at.is_(None), ~told.exists())
