"""What the demo region shows on the page «Губернатору»: a surge to decide on, and a report handed over."""

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select

from app.models import Case, Message, Surge, new_uuid
from app.services.cards import read_card
from app.services.governor import Handing, list_marked, report_case
from app.services.surges import note_proposal
from app.services.workplace import Workplace

ADDRESSEE = "Губернатору Курской области"
WINDOW_HOURS = 24
LEAST = 3


async def show_governor(place: Workplace, now: datetime) -> None:
    """Report the case that has waited longest, and propose the topic that most was written about lately."""
    waiting = await list_marked(place)
    if waiting:
        first = waiting[0]
        card = await read_card(place, first.case_id)
        at = first.marked_at + timedelta(minutes=20)
        await report_case(place, card.id, card.version, Handing(ADDRESSEE, "phone", reported_at=at))
    await _propose(place, now)


async def _propose(place: Workplace, now: datetime) -> None:
    """Its numbers are those of the demo's messages; what is usual is invented as they are."""
    since = now - timedelta(hours=WINDOW_HOURS)
    number = func.count(Message.id)
    busiest = (
        select(Case.topic_id, number.label("number"))
        .join(Message, Message.case_id == Case.id)
        .where(func.coalesce(Message.posted_at, Message.collected_at) >= since, Case.topic_id.is_not(None))
        .group_by(Case.topic_id)
        .order_by(number.desc(), Case.topic_id)
        .limit(1)
    )
    async with place.database.write() as connection:
        found = (await connection.execute(busiest)).one_or_none()
        if found is None or found.number < LEAST:
            return
        values = {"uuid": new_uuid(), "mark": "demo", "usual_low": 0, "usual_high": 1, "hours": WINDOW_HOURS}
        values |= {"topic_id": found.topic_id, "count": found.number, "since": since, "found_at": now, "seen_at": now}
        await connection.execute(insert(Surge).values(**values, state="proposed", reason=""))
        await note_proposal(connection, place, values)
