"""The day so far in three figures, for the desk's status bar."""

from datetime import UTC, datetime, time

from sqlalchemy import func, select

from app.models import Case, ClockRow
from app.regulation.clocks import Outcome
from app.services.queries import visible
from app.services.views import Today
from app.services.workplace import Workplace


async def read_today(place: Workplace) -> Today:
    """What was detected and answered since the region's midnight.

    Detected: messages whose first `answer` clock (п. 10) counts from today. Published: `answer` clocks that a
    publication stopped today, interim answers and requests to the author included where they meet п. 10.
    In time: those of them met; clocks "by agreement" count as well. Told to a person only what they may see.
    """
    midnight = _midnight(place)
    answers = [ClockRow.code == "answer", *visible(place)]
    # A message that moved to another card counts on both, and is one.
    first = ClockRow.round == 1
    messages = select(func.count(func.distinct(ClockRow.message)))
    detected = messages.where(first, ClockRow.started_at >= midnight, *answers)
    stopped = (
        select(ClockRow.outcome, func.count())
        .where(ClockRow.stopped_at >= midnight, ClockRow.outcome != Outcome.NOT_APPLICABLE, *answers)
        .group_by(ClockRow.outcome)
    )
    async with place.database.read() as connection:
        found = (await connection.execute(detected.join_from(ClockRow, Case))).scalar_one()
        outcomes = dict((await connection.execute(stopped.join_from(ClockRow, Case))).all())
    met, late = outcomes.get(Outcome.MET, 0), outcomes.get(Outcome.LATE, 0)
    share = round(100 * met / (met + late)) if met + late else None
    return Today(detected=found, published=sum(outcomes.values()), in_time_percent=share)


def _midnight(place: Workplace) -> datetime:
    zone = place.rules().agency.zone
    return datetime.combine(place.now().astimezone(zone).date(), time.min, zone).astimezone(UTC)
