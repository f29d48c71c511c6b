"""Several curators reach for the same messages at the same moment."""

import asyncio
from dataclasses import dataclass, field

from sqlalchemy import func, select

from app.models import Case, History, Person
from app.regulation.errors import Refused
from app.services import casework
from app.services.incoming import Incoming
from app.services.registering import BATCH, register


@dataclass
class Outcome:
    """What came of contested claims: how many had one winner, and what was wrong with the others, a line each."""

    claims: int = 0
    wrong: list[str] = field(default_factory=list)


async def detected(place, count, name=""):
    """Make so many messages that wait for a curator; gives their case ids."""
    made = []
    for first in range(0, count, BATCH):
        texts = [f"Сообщение {name} {number}" for number in range(first, min(first + BATCH, count))]
        made += (await register(place, [Incoming(text, "vk") for text in texts], detect_now=True)).case_ids
    return made


async def contest(rivals, case_ids, at_once=4):
    """Let every rival take every case at once, some cases at a time; exactly one may win and the rest hear who did."""
    outcome = Outcome()
    async with rivals[0].database.read() as connection:
        rows = await connection.execute(select(Case.id, Case.version).where(Case.id.in_(case_ids)))
        versions = dict(tuple(row) for row in rows)
    waiting = iter(case_ids)

    async def hand():
        for case_id in waiting:
            said = await asyncio.gather(
                *(casework.take(rival, case_id, versions[case_id]) for rival in rivals), return_exceptions=True
            )
            _judge(outcome, case_id, rivals, said)

    await asyncio.gather(*(hand() for _ in range(at_once)))
    await _compare(outcome, rivals, case_ids)
    return outcome


def _judge(outcome, case_id, rivals, said):
    outcome.claims += 1
    winners = [rival.person.name for rival, told in zip(rivals, said, strict=True) if not isinstance(told, Exception)]
    names = [told.refusal.params.get("who") for told in said if isinstance(told, Refused)]
    if len(winners) != 1 or names != winners * (len(rivals) - 1):
        outcome.wrong.append(f"case {case_id}: won by {winners}, told {names}, said {said}")


async def _compare(outcome, rivals, case_ids):
    """What the database holds: one taking of each case, by the curator whom its card names."""
    taken = (
        select(History.case_id, func.count().label("times"), func.max(History.actor).label("actor"))
        .where(History.act == "take", History.case_id.in_(case_ids))
        .group_by(History.case_id)
    ).subquery()
    right = select(func.count()).select_from(taken).join(Case, Case.id == taken.c.case_id)
    right = right.join(Person, Person.id == Case.curator_id).where(taken.c.times == 1, Person.uuid == taken.c.actor)
    async with rivals[0].database.read() as connection:
        found = (await connection.execute(right)).scalar_one()
    if found != len(case_ids):
        outcome.wrong.append(f"{len(case_ids) - found} cases were not taken exactly once by the curator they name")
