"""What a change of rules would do to open cases, counted before it is made: who gets another due time, who is late.

The same pure function counts here as when the change is carried out (`clocks.retime`), so that both agree.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Approval, Case, Leg, Source
from app.regulation.calendar import WorkCalendar
from app.regulation.clocks import Clock, Facts, Rules, retime
from app.regulation.errors import Refused
from app.regulation.profile import Importance, LimitKind, Profile
from app.regulation.profile_file import parse
from app.regulation.workflow import OPEN
from app.services.acting import read_clocks_of
from app.services.hours import HoursSettings
from app.services.messages import read_messages_of
from app.services.workplace import Workplace

# Cases nearest to their due time that are counted, and rows of the list that a person sees.
LOOKED_AT = 5000
LISTED = 200
# Cases read in one go: their rows are made into objects between two turns of the window's loop.
PAGE = 20


@dataclass(frozen=True, slots=True)
class Proposal:
    """Rules as they would be: the corrected text of the regulation in force, or other hours."""

    text: str = ""
    hours: HoursSettings | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """One clock that would be due at another time (None: no limit, or not computable)."""

    case_id: int
    number: str
    code: str
    before: datetime | None
    after: datetime | None
    kind: LimitKind


@dataclass(slots=True)
class Foresight:
    """What a change would do. `open_cases` it concerns, `looked_at` those counted, `moved` of them with another due
    time; of these `late` become overdue, `saved` are overdue no longer, `uncounted` cannot be computed any more."""

    open_cases: int = 0
    looked_at: int = 0
    moved: int = 0
    late: int = 0
    saved: int = 0
    uncounted: int = 0
    rows: list[Moved] = field(default_factory=list)


async def foresee(
    place: Workplace, proposal: Proposal, told: Callable[[Foresight], None] | None = None, looked_at: int = LOOKED_AT
) -> Foresight:
    """Count what `proposal` would do; nothing is written. `told` hears of the count as it grows.

    May be cancelled at any moment. Raises Refused, ProfileError or CalendarError where the proposal cannot be used.
    """
    rules = await asyncio.to_thread(_RulesToBe, place, proposal)
    found, now = Foresight(), place.now()
    async with place.database.read() as connection:
        case_ids = await _nearest(connection, rules.concerned(place), found, looked_at)
        for start in range(0, len(case_ids), PAGE):
            files = await _files(connection, case_ids[start : start + PAGE])
            await asyncio.to_thread(_count, files, rules, now, found)
            if told is not None:
                told(found)
    return found


class _RulesToBe:
    """The rules that a case would count by, by its regulation now."""

    def __init__(self, place: Workplace, proposal: Proposal) -> None:
        self._place = place
        self._made: dict[int, Rules] = {}
        self._profile = parse(proposal.text, "regulation.toml") if proposal.text else None
        self._settings = proposal.hours
        if self._settings is not None:
            self._settings.calendars(place.database.meta["zone"])  # what is wrong with it is said before counting

    def concerned(self, place: Workplace) -> list[int]:
        """The regulations (ids) whose open cases the change concerns."""
        mine = self._profile
        if mine is None:
            return list(place.regulations)
        found = [key for key, p in place.regulations.items() if (p.key, p.version) == (mine.key, mine.version)]
        if not found:
            raise Refused("regulation_unknown", key=f"{mine.key} {mine.version}", known=place.rules().profile.key)
        return found

    def of(self, regulation_id: int) -> Rules:
        if regulation_id not in self._made:
            profile = self._profile or self._place.regulations[regulation_id]
            self._made[regulation_id] = Rules(profile, *self._calendars(profile))
        return self._made[regulation_id]

    def _calendars(self, profile: Profile) -> tuple[WorkCalendar, WorkCalendar]:
        boundary = profile.readings.boundary
        if self._settings is not None:
            return self._settings.calendars(self._place.database.meta["zone"], boundary)
        now = self._place.rules()
        made = [WorkCalendar.from_dict(calendar.to_dict(), boundary) for calendar in (now.agency, now.duty)]
        return made[0], made[1]


@dataclass(slots=True)
class _File:
    """One open case as its due times depend on it."""

    number: str
    regulation_id: int
    facts: Facts
    clocks: list[Clock] = field(default_factory=list)


async def _nearest(
    connection: AsyncConnection, regulation_ids: Sequence[int], found: Foresight, limit: int
) -> list[int]:
    mine = Case.state.in_(OPEN), Case.regulation_id.in_(regulation_ids)
    found.open_cases = (await connection.execute(select(func.count()).select_from(Case).where(*mine))).scalar_one()
    query = select(Case.id).where(*mine).order_by(Case.step_due_at, Case.id).limit(limit)
    return list((await connection.execute(query)).scalars())


_CASES = (
    select(
        Case.id, Case.number, Case.regulation_id, Case.importance, Case.leg_uuid,
        Source.kind, Source.in_act, Leg.bound,
    )
    .join(Source, Source.id == Case.source_id)
    .outerjoin(Leg, Leg.uuid == Case.leg_uuid)
)  # fmt: skip


async def _files(connection: AsyncConnection, case_ids: Sequence[int]) -> Mapping[int, _File]:
    agreed = select(Approval.case_id, func.min(Approval.agreed_date)).where(Approval.case_id.in_(case_ids))
    dates = dict((await connection.execute(agreed.group_by(Approval.case_id))).all())
    messages = await read_messages_of(connection, case_ids)
    files = {}
    for row in await connection.execute(_CASES.where(Case.id.in_(case_ids))):
        facts = Facts(
            importance=Importance(row.importance),
            channel=row.kind,
            leg=row.leg_uuid,
            messages=messages[row.id].detected,
            source_in_act=messages[row.id].in_act if messages[row.id].count else row.in_act,
            outside=messages[row.id].outside,
            agency_bound=row.bound is not False,
            agreed_date=dates.get(row.id),
        )
        files[row.id] = _File(row.number, row.regulation_id, facts)
    for case_id, clocks in (await read_clocks_of(connection, case_ids)).items():
        files[case_id].clocks += clocks
    return files


def _count(files: Mapping[int, _File], rules: _RulesToBe, now: datetime, found: Foresight) -> None:
    for case_id, file in files.items():
        found.looked_at += 1
        after = retime(file.clocks, file.facts, rules.of(file.regulation_id))
        pairs = [(a, b) for a, b in zip(file.clocks, after, strict=True) if (a.due_at, a.kind) != (b.due_at, b.kind)]
        if not pairs:
            continue
        found.moved += 1
        was_late, is_late = _overdue(file.clocks, now), _overdue(after, now)
        found.late += is_late and not was_late
        found.saved += was_late and not is_late
        found.uncounted += any(b.kind is LimitKind.NOT_COMPUTABLE for _, b in pairs)
        room = LISTED - len(found.rows)
        rows = [Moved(case_id, file.number, b.code, a.due_at, b.due_at, b.kind) for a, b in pairs]
        found.rows += rows[: max(0, room)]


def _overdue(clocks: Iterable[Clock], now: datetime) -> bool:
    """Whether any clock runs past its due time; the window of a return (п. 8) judges nobody."""
    return any(
        c.is_open and c.paused_at is None and c.kind is LimitKind.LIMIT and c.due_at is not None and c.due_at < now
        for c in clocks
    )
