"""Re-timing open cases after the hours or the regulation they count by were changed (verdicts stay)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import aliased

from app.models import Case, Person, Regulation, RuleChange
from app.regulation.clocks import advance
from app.regulation.workflow import OPEN, Act, Role
from app.services.acting import act_together
from app.services.saving import Deed, Work
from app.services.workplace import Workplace

# Small enough that a desk never waits long for the end of one transaction.
BATCH = 100

# Hears how many open cases were looked at so far.
Progress = Callable[[int], None]


async def finish_changes(place: Workplace, progress: Progress | None = None) -> int:
    """Re-time the open cases of every change that is not through, also one that a crash interrupted.

    Whoever's desk does it, the acts stand in the name of the person who made the change. May be cut short between
    two batches: what is left is gone on with at the next start of any desk. With a server a person's desk finishes
    that person's own changes, the worker those of all.
    """
    unfinished = (
        select(RuleChange, Person.uuid.label("person"))
        .join(Person, Person.id == RuleChange.person_id)
        .where(RuleChange.finished_at.is_(None))
        .order_by(RuleChange.id)
    )
    async with place.database.read() as connection:
        changes = (await connection.execute(unfinished)).all()
    cases = 0
    for change in changes:
        if place.database.acts_as_program:
            changer = replace(place.person, uuid=change.person, roles=frozenset({Role.SYSTEM}))
            cases += await _finish(await Workplace(place.database, changer, place.feed).load(), change, progress)
        elif change.person == place.person.uuid and Role.ADMINISTRATOR in place.actor.roles:
            await place.load()
            cases += await _finish(place, change, progress)
    if changes:
        await place.load()
    return cases


async def _finish(place: Workplace, change: Any, progress: Progress | None) -> int:
    retimed, last, looked_at = 0, 0, 0
    while case_ids := await _open_cases(place, change.regulation_id, last):
        retimed += await retime_many(place, case_ids, change.uuid, change.regulation_id)
        last = case_ids[-1]
        looked_at += len(case_ids)
        if progress is not None:
            progress(looked_at)
    async with place.database.write() as connection:
        done = {"finished_at": await place.database.moment(connection), "cases": RuleChange.cases + retimed}
        await connection.execute(update(RuleChange).where(RuleChange.id == change.id).values(**done))
    return retimed


async def retime_many(
    place: Workplace, case_ids: Sequence[int], change: str, regulation_id: int | None = None
) -> int:
    """Re-time the open clocks of these cases in one transaction after rules changed; gives how many were moved.

    `change` is the uuid of the RuleChange, `regulation_id` the revision that the cases count by from now on. A case
    that was closed meanwhile, or whose rules and due times stay as they are, gets no act.
    """

    async def decide(work: Work) -> bool:
        work.payload["change"] = change
        if regulation_id is not None:
            work.rules = place.rules(regulation_id)
            work.case_updates["regulation_id"] = regulation_id
        moved = advance(work.clocks, (), work.at, work.facts, work.rules) != work.clocks
        return moved or regulation_id is not None

    return len(await act_together(place, {case_id: Deed(Act.RETIME) for case_id in case_ids}, decide))


async def _open_cases(place: Workplace, regulation_id: int | None, after: int) -> list[int]:
    """The next open cases that a change concerns; a corrected regulation concerns those of its earlier revisions."""
    query = select(Case.id).where(Case.id > after, Case.state.in_(OPEN))
    if regulation_id is not None:
        query = query.where(Case.regulation_id.in_(_earlier(regulation_id)))
    async with place.database.read() as connection:
        return list((await connection.execute(query.order_by(Case.id).limit(BATCH))).scalars())


def _earlier(regulation_id: int) -> Select[int]:
    corrected, earlier = aliased(Regulation), aliased(Regulation)
    same = (earlier.key == corrected.key) & (earlier.version == corrected.version)
    older = earlier.revision < corrected.revision
    return select(earlier.id).join(corrected, same & older).where(corrected.id == regulation_id)
