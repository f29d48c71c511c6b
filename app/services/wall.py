"""What the wall shows: counts, queues and clocks with number, agency and clause, and nothing about any person.

Everything that the wall reads is read here: regulations and hours (`open_seat`), open cases, agencies and clocks. No
statement touches authors, texts or people: of messages and publications only the time is read, of drafts the kind.
An account that may read nothing else is enough.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import FAR_FUTURE, Agency, Case, ClockRow, Message
from app.models.database import Database
from app.regulation.clocks import Clock, Facts
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.regulation.profile import Importance, LimitKind
from app.regulation.usual import Usual, counts_by, days_like, usual
from app.regulation.workflow import OPEN, Role
from app.services.alerts.reading import find_gravest
from app.services.changes import Feed
from app.services.day_figures import (
    answer_share,
    count_answered,
    count_received,
    detections,
    midnight,
    percent_of,
    working_day_of,
)
from app.services.journal import check_duty
from app.services.queries import soon
from app.services.workplace import PersonView, Workplace

# More deadlines than any screen has room for.
DEADLINES = 40


@dataclass(frozen=True, slots=True)
class Deadline:
    """The limit of an open case that ends first: its step's, or the answer's (п. 10) where that is nearer.

    `step` is the code of what has to be done, `clock` the limit it is counted by.
    """

    number: str
    agency: str
    step: str
    clock: Clock
    importance: Importance
    regulation_id: int

    @property
    def due_at(self) -> datetime:
        return self.clock.due_at or FAR_FUTURE

    @property
    def facts(self) -> Facts:
        """What the countdown depends on."""
        return Facts(importance=self.importance)


@dataclass(frozen=True, slots=True)
class WallQueue:
    """Open cases of one agency, or of none yet (`agency_id` None: the curators' own).

    `late` are those of the queue «Просроченные», `soon` those whose limit is soon over; `oldest_at` is when
    the oldest was detected.
    """

    agency_id: int | None
    name: str
    open: int
    late: int
    soon: int
    oldest_at: datetime | None
    nearest: Deadline | None


@dataclass(frozen=True, slots=True)
class WallDay:
    """The day so far: `received`, `answered`, `answer_share` of the measures; None while nothing was judged."""

    detected: int
    usual: Usual | None
    published: int
    in_time_percent: int | None
    month_in_time_percent: int | None


@dataclass(frozen=True, slots=True)
class WallState:
    """All that a wall shows, true at `at` (the database's time). Queues with the most late cases first.

    The first of `deadlines` is what must be done now, the gravest alert not set aside; then what ends first.
    """

    at: datetime
    region: str
    queues: tuple[WallQueue, ...]
    deadlines: tuple[Deadline, ...]
    open: int
    late: int
    day: WallDay


async def open_seat(database: Database) -> Workplace:
    """The wall's own place at a database: it is no person. Raises Refused("region_missing")."""
    if "region" not in database.meta:
        raise Refused("region_missing", path=str(database.path or ""))
    nobody = PersonView(id=0, uuid="", name="", post="", body="", roles=frozenset([Role.WALL]))
    return await Workplace(database, nobody, Feed()).load()


async def tells(database: Database) -> bool:
    """Whether changes can be heard of here: a standby does not tell of any."""
    if database.is_sqlite:
        return True
    async with database.read() as connection:
        return not (await connection.execute(select(func.pg_is_in_recovery()))).scalar_one()


async def list_wall_agencies(place: Workplace) -> tuple[tuple[int, str], ...]:
    """(id, short name) of agencies to choose from, by name."""
    check_duty(place, Duty.SEE_WALL)
    query = select(Agency.id, Agency.short_name).where(Agency.active).order_by(Agency.short_name)
    async with place.database.read() as connection:
        return tuple((row[0], row[1]) for row in await connection.execute(query))


@dataclass(slots=True)
class WallReading:
    """Reads a wall's state again and again; what past weeks brought is read once a day.

    `agencies` are the ids it is limited to, none for the whole region.
    """

    place: Workplace
    agencies: tuple[int, ...] = ()
    _usual_of: date | None = None
    _past: list[list[int]] = field(default_factory=list)
    _rows: dict[int, Any] = field(default_factory=dict)
    _worst: str = ""
    _day_read: WallDay | None = None

    async def read(self) -> WallState:
        """The state now. Raises Refused("role_may_not"), DatabaseUnavailable."""
        check_duty(self.place, Duty.SEE_WALL)
        async with self.place.database.read() as connection:
            await self.place.refresh(connection)
            now = await self.place.database.moment(connection)
            self._rows = await _open_cases(connection, self.agencies)
            await self.place.know(connection, {row.regulation_id for row in self._rows.values()})
            self._day_read = await self._day(connection, now)
            worst = await find_gravest(connection, self.place, self.agencies)
        self._worst = worst.number if worst else ""
        return self._state(now)

    async def patch(self, case_ids: Collection[int]) -> WallState:
        """The state after these cases changed: they alone are read, the day's figures are those of the last reading."""
        async with self.place.database.read() as connection:
            now = await self.place.database.moment(connection)
            rows = await _open_cases(connection, self.agencies, Case.id.in_(_padded(case_ids)))
            await self.place.know(connection, {row.regulation_id for row in rows.values()})
        self._rows = {key: row for key, row in self._rows.items() if key not in case_ids} | rows
        return self._state(now)

    def _state(self, now: datetime) -> WallState:
        assert self._day_read is not None, "a state is patched after it was read"
        rows = list(self._rows.values())
        deadlines = sorted(filter(None, map(_deadline, rows)), key=lambda each: (each.due_at, each.number))
        queues = _queues(rows, deadlines, now, now + soon(self.place))
        return WallState(
            at=now,
            region=self.place.database.meta["region"],
            queues=queues,
            deadlines=_now_first(deadlines, self._worst)[:DEADLINES],
            open=len(rows),
            late=sum(queue.late for queue in queues),
            day=self._day_read,
        )

    async def _day(self, connection: AsyncConnection, now: datetime) -> WallDay:
        zone = self.place.rules().agency.zone
        since, of = midnight(now, zone), _of(self.agencies)
        month = datetime.combine(now.astimezone(zone).date().replace(day=1), time.min, zone).astimezone(UTC)
        await self._look_back(connection, now.astimezone(zone).date())
        return WallDay(
            detected=await count_received(connection, since, of),
            usual=usual(counts_by(self._past, int((now - since).total_seconds()))),
            published=await count_answered(connection, since, of),
            in_time_percent=percent_of(await answer_share(connection, since, of)),
            month_in_time_percent=percent_of(await answer_share(connection, month, of)),
        )

    async def _look_back(self, connection: AsyncConnection, today: date) -> None:
        """Once a day: when messages were detected on days like this one."""
        if self._usual_of == today:
            return
        calendar = self.place.rules().agency
        first = (await connection.execute(select(func.min(Message.detected_at)))).scalar()
        self._past = []
        if first is not None:
            began = first.astimezone(calendar.zone).date() + timedelta(days=1)  # its first day was not a whole one
            for day in days_like(today, working_day_of(self.place), began):
                begin = datetime.combine(day, time.min, calendar.zone)
                end = datetime.combine(day + timedelta(days=1), time.min, calendar.zone)
                found = await detections(connection, begin.astimezone(UTC), end.astimezone(UTC), _of(self.agencies))
                self._past.append(sorted(int((at - begin).total_seconds()) for at in found))
        self._usual_of = today


# ----- statements


def _of(agencies: Sequence[int]) -> list[ColumnElement[bool]]:
    return [Case.agency_id.in_(agencies)] if agencies else []


def _padded(ids: Collection[int]) -> list[int]:
    """The ids, one of them said again up to a power of two: a connection keeps a few statements prepared, not one for
    each number of ids (18 KB each, for weeks)."""
    said = list(ids)
    return said + said[-1:] * ((1 << (len(said) - 1).bit_length()) - len(said)) if said else said


async def _open_cases(
    connection: AsyncConnection, agencies: Sequence[int], *among: ColumnElement[bool]
) -> dict[int, Any]:
    """Every open case by id with what its deadline needs; a card of several messages has its earliest `answer`."""
    earliest = and_(
        ClockRow.case_id == Case.id,
        ClockRow.code == "answer",
        ClockRow.stopped_at.is_(None),
        ClockRow.due_at == Case.answer_due_at,
    )
    query = (
        select(Case.id, Case.number, Case.agency_id, Case.importance, Case.regulation_id, Case.detected_at)
        .add_columns(Case.step_code, Case.step_kind, Case.step_by_agreement, Case.step_started_at, Case.step_due_at)
        .add_columns(Case.answer_due_at, Agency.short_name.label("agency"))
        .add_columns(ClockRow.started_at.label("answer_started_at"), ClockRow.by_agreement)
        .outerjoin(Agency, Agency.id == Case.agency_id)
        .outerjoin(ClockRow, earliest)
        .where(Case.state.in_(OPEN), *_of(agencies), *among)
    )
    return {row.id: row for row in await connection.execute(query)}


# ----- pure


def _deadline(row: Any) -> Deadline | None:
    """The nearer of a case's two limits; None where neither runs."""
    if row.step_due_at == row.answer_due_at == FAR_FUTURE:
        return None
    by_answer = row.answer_due_at < row.step_due_at and row.answer_started_at is not None
    clock = Clock(
        code="answer" if by_answer else row.step_code,
        round=1,
        started_at=row.answer_started_at if by_answer else row.step_started_at,
        kind=LimitKind.LIMIT if by_answer else LimitKind(row.step_kind),
        due_at=row.answer_due_at if by_answer else row.step_due_at,
        by_agreement=row.by_agreement if by_answer else row.step_by_agreement,
    )
    step = row.step_code or clock.code
    return Deadline(row.number, row.agency or "", step, clock, Importance(row.importance), row.regulation_id)


def _now_first(deadlines: Sequence[Deadline], number: str) -> tuple[Deadline, ...]:
    """The limits with the case `number` before all others: the gravest alert that nobody has set aside."""
    first = [each for each in deadlines if each.number == number]
    return (*first, *(each for each in deadlines if each.number != number))


def _queues(
    rows: Sequence[Any], deadlines: Iterable[Deadline], now: datetime, warned_to: datetime
) -> tuple[WallQueue, ...]:
    """One queue an agency; the one that has waited longest for a late case first, then the fullest."""
    nearest: dict[str, Deadline] = {}
    for deadline in deadlines:
        nearest.setdefault(deadline.number, deadline)
    by_agency: dict[int | None, list[Any]] = {}
    for row in rows:
        by_agency.setdefault(row.agency_id, []).append(row)
    queues = [_queue(agency_id, each, nearest, now, warned_to) for agency_id, each in by_agency.items()]
    return tuple(sorted(queues, key=_urgency))


def _queue(
    agency_id: int | None, rows: Sequence[Any], deadlines: dict[str, Deadline], now: datetime, warned_to: datetime
) -> WallQueue:
    ends = [min(row.step_due_at, row.answer_due_at) for row in rows]
    own = [deadlines[row.number] for row in rows if row.number in deadlines]
    return WallQueue(
        agency_id=agency_id,
        name=rows[0].agency or "",
        open=len(rows),
        late=sum(end < now for end in ends),
        soon=sum(now <= end <= warned_to for end in ends),
        oldest_at=min((row.detected_at for row in rows if row.detected_at), default=None),
        nearest=min(own, key=lambda each: each.due_at, default=None),
    )


def _urgency(queue: WallQueue) -> tuple[Any, ...]:
    breach = queue.nearest.due_at if queue.late and queue.nearest else FAR_FUTURE
    return breach, -queue.open, queue.name
