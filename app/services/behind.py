"""The cases behind a figure of a report or of the rating, read anew from the database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.models import Agency, Case, Location, Topic
from app.regulation.behind import is_of, stands_behind
from app.regulation.duties import Duty
from app.regulation.measures import Dimension
from app.regulation.rating import own_steps
from app.regulation.report_days import Days
from app.services.journal import check_duty
from app.services.measuring import period_of, read_facts
from app.services.shortcomings import rows_of
from app.services.workplace import Workplace

MOST = 1000


@dataclass(frozen=True, slots=True)
class CaseBehind:
    """A case that a figure counts, with the moment for which it does."""

    id: int
    number: str
    topic: str
    place: str
    agency: str
    excerpt: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a figure: the first MOST cases, the latest first, and how many there are in all."""

    cases: tuple[CaseBehind, ...]
    count: int


async def read_behind(
    place: Workplace, days: Days, code: str, dimension: Dimension | None = None, key: int | None = None
) -> Behind:
    """The cases behind the figure `code` of these days: of one part, or of everything. Raises Refused."""
    check_duty(place, Duty.READ_REPORTS)
    period, steps = period_of(place, days.first, days.last), own_steps(place.rules().profile)
    found: dict[int, datetime] = {}
    async for fact in read_facts(place, period):
        at = stands_behind(fact, code, period, steps) if is_of(fact, dimension, key) else None
        if at is not None:
            found[fact.case_id] = max(at, found.get(fact.case_id, at))
    latest = sorted(found.items(), key=lambda entry: (entry[1], entry[0]), reverse=True)[:MOST]
    return Behind(await _dressed(place, dict(latest)), len(found))


async def _dressed(place: Workplace, moments: dict[int, datetime]) -> tuple[CaseBehind, ...]:
    query = (
        select(Case.id, Case.number, Case.excerpt, Topic.name.label("topic"), Location.name.label("place"))
        .add_columns(Agency.short_name.label("agency"))
        .outerjoin(Topic, Topic.id == Case.topic_id)
        .outerjoin(Location, Location.id == Case.location_id)
        .outerjoin(Agency, Agency.id == Case.agency_id)
    )
    async with place.database.read() as connection:
        rows = {row.id: row for row in await rows_of(connection, query, Case.id, moments)}
    return tuple(
        CaseBehind(
            case_id, rows[case_id].number, rows[case_id].topic or "", rows[case_id].place or "",
            rows[case_id].agency or "", rows[case_id].excerpt, at,
        )
        for case_id, at in moments.items()
    )  # fmt: skip
