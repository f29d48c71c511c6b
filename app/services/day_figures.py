"""The figures of the day that is running: `received`, `answered` and `answer_share` of `regulation.measures`, counted
by a few statements, so that they can be read every few seconds. A test holds them against the measures themselves."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Case, ClockRow, Draft, Message, Publication
from app.regulation.calendar_errors import CalendarError
from app.regulation.clocks import Outcome
from app.regulation.workflow import DraftKind
from app.services.workplace import Workplace

Conditions = Sequence[ColumnElement[bool]]


def midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """When the region's day began, aware UTC."""
    return datetime.combine(now.astimezone(zone).date(), time.min, zone).astimezone(UTC)


async def detections(connection: AsyncConnection, begin: datetime, end: datetime, of: Conditions) -> list[datetime]:
    """When messages were detected in [begin, end); `of` are conditions on their cases."""
    query = select(Message.detected_at).where(Message.detected_at >= begin, Message.detected_at < end)
    return [at for at in (await connection.execute(_of_cases(query, of))).scalars() if at is not None]


async def count_received(connection: AsyncConnection, since: datetime, of: Conditions) -> int:
    """Messages detected since a moment."""
    query = select(func.count()).select_from(Message).where(Message.detected_at >= since)
    return int((await connection.execute(_of_cases(query, of))).scalar_one())


def _of_cases(query: Select[Any], of: Conditions) -> Select[Any]:
    return query.join(Case, Case.id == Message.case_id).where(*of) if of else query


async def count_answered(connection: AsyncConnection, since: datetime, of: Conditions) -> int:
    """Messages whose first final answer was placed since a moment, by the actual time of placement."""
    placed = (
        select(Publication.message_id)
        .join(Draft, Draft.uuid == Publication.draft_uuid)
        .join(Case, Case.id == Publication.case_id)
        .where(Draft.kind == DraftKind.ANSWER, *of)
        .where(Publication.message_id.in_(select(Publication.message_id).where(Publication.published_at >= since)))
        .group_by(Publication.message_id)
        .having(func.min(Publication.published_at) >= since)
    )
    return (await connection.execute(select(func.count()).select_from(placed.subquery()))).scalar_one()


async def answer_share(connection: AsyncConnection, since: datetime, of: Conditions) -> float | None:
    """Of the limits of an answer (п. 10) that stopped since a moment the kept ones, 0…1; those by agreement are in no
    share. None where none stopped."""
    query = (
        select(ClockRow.outcome, func.count())
        .join(Case, Case.id == ClockRow.case_id)
        .where(ClockRow.code == "answer", ClockRow.stopped_at >= since, ClockRow.by_agreement.is_(False))
        .where(ClockRow.outcome.in_((Outcome.MET, Outcome.LATE)), *of)
        .group_by(ClockRow.outcome)
    )
    found = dict((await connection.execute(query)).all())
    return found.get(Outcome.MET, 0) / sum(found.values()) if found else None


def percent_of(share: float | None) -> int | None:
    """A share as whole percent; never 100 where anything was late."""
    if share is None:
        return None
    return 100 if share == 1 else min(99, round(100 * share))


def working_day_of(place: Workplace) -> Callable[[date], bool]:
    """Whether a day is a working one of the agencies; of a year without a calendar, whether it is Monday to Friday."""
    calendar = place.rules().agency

    def is_working(day: date) -> bool:
        try:
            return calendar.is_working_day(day)
        except CalendarError:
            return day.weekday() < 5

    return is_working
