"""Promises of a final answer (п. 15): shifting the date, reminding of it, counting what was kept and what broken."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Agency, Approval, Case, ClockRow, Draft, History, ReminderSeen
from app.regulation import requirements
from app.regulation.clocks import Outcome
from app.regulation.promises import Kept, Reminder, reminder
from app.regulation.workflow import Act, DraftKind, Role, State
from app.services.acting import act
from app.services.casework import check, deed_of
from app.services.saving import Done, Work
from app.services.workplace import Workplace


async def shift_date(
    place: Workplace, case_id: int, version: int, to: date | None, reason: str, act_id: str = ""
) -> Done:
    """Move the promised date with a reason (п. 15): by the curator only, never past the limit from the first
    interim answer, never once the date has passed. `final` is re-timed."""
    check(requirements.reason(reason))

    async def record(work: Work) -> None:
        final = next((clock for clock in reversed(work.clocks) if clock.code == "final"), None)
        check(requirements.shifted_date(to, work.at, work.rules, final))
        work.payload["shifted"] = [work.facts.agreed_date, to]
        work.facts = replace(work.facts, agreed_date=to)
        work.case_updates["promised_on"] = to

    return await act(place, case_id, version, deed_of(Act.SHIFT_DATE, note=reason, act_id=act_id), record)


# ----- reminders


@dataclass(frozen=True, slots=True)
class PromiseDue:
    """A promise that is due today or on the next working day: the case, the agency, and the day."""

    case_id: int
    number: str
    agency: str
    promised_on: date
    kind: Reminder


async def due_promises(place: Workplace) -> list[PromiseDue]:
    """What this person is to be reminded of and has not acknowledged yet, the nearest first.

    A curator is reminded of the cases that are theirs or nobody's, whoever works for an agency of its own cases.
    """
    rules = place.rules()
    today = place.now().astimezone(rules.agency.zone).date()
    query = (
        select(Case.id, Case.number, Case.promised_on, Agency.short_name)
        .outerjoin(Agency, Agency.id == Case.agency_id)
        .where(Case.state == State.INTERIM, Case.promised_on >= today, or_(*_mine(place)))
        .order_by(Case.promised_on, Case.id)
    )
    seen = select(ReminderSeen).where(ReminderSeen.person_id == place.person.id, ReminderSeen.promised_on >= today)
    async with place.database.read() as connection:
        rows = (await connection.execute(query)).all()
        known = {(row.case_id, row.promised_on, row.kind) for row in await connection.execute(seen)}
    due = [(row, reminder(row.promised_on, today, rules.agency)) for row in rows]
    return [
        PromiseDue(row.id, row.number, row.short_name or "", row.promised_on, kind)
        for row, kind in due
        if kind is not None and (row.id, row.promised_on, kind) not in known
    ]


def _mine(place: Workplace) -> list[ColumnElement[bool]]:
    mine: list[ColumnElement[bool]] = [false()]
    if Role.CURATOR in place.actor.roles:
        mine += [Case.curator_id == place.person.id, Case.curator_id.is_(None)]
    if place.actor.agencies:
        mine.append(Agency.uuid.in_(place.actor.agencies))
    return mine


async def acknowledge(place: Workplace, promises: Sequence[PromiseDue]) -> None:
    """Remember that this person has seen these reminders: they are not shown to them again."""
    if not promises:
        return
    async with place.database.write() as connection:
        now = await place.database.moment(connection)
        rows = [
            {
                "case_id": due.case_id,
                "person_id": place.person.id,
                "promised_on": due.promised_on,
                "kind": str(due.kind),
                "seen_at": now,
            }
            for due in promises
        ]
        # Pressed twice, or at two desks: the first time stands.
        await connection.execute(place.database.insert(ReminderSeen).on_conflict_do_nothing(), rows)


# ----- what was promised, what was kept


async def read_promised(connection: AsyncConnection, case_ids: Sequence[int]) -> dict[int, str]:
    """The text of the last approved interim answer of each case: what was promised to its author."""
    query = (
        select(Draft.case_id, Approval.approved_text)
        .join(Approval, Approval.draft_uuid == Draft.uuid)
        .where(Draft.case_id.in_(case_ids), Draft.kind == DraftKind.INTERIM, Approval.verdict == "approved")
        .order_by(Draft.case_id, Draft.version)
    )
    return dict((await connection.execute(query)).all())


async def count_promises(place: Workplace, since: datetime, until: datetime) -> Kept:
    """What became of promises whose date was judged, or fell due unanswered, from `since` up to `until`.

    Counted by the verdicts of `final`, which the history proves; a date shifted twice counts as two shifts.
    """
    judged = (
        select(ClockRow.outcome, func.count())
        .where(ClockRow.code == "final", ClockRow.stopped_at >= since, ClockRow.stopped_at < until)
        .group_by(ClockRow.outcome)
    )
    waits = select(func.count()).where(ClockRow.code == "final", ClockRow.stopped_at.is_(None))
    shifts = select(func.count()).where(History.act == Act.SHIFT_DATE)
    shifts = shifts.where(History.recorded_at >= since, History.recorded_at < until)
    missed = waits.where(ClockRow.due_at >= since, ClockRow.due_at < until)
    async with place.database.read() as connection:
        outcomes = dict((await connection.execute(judged)).all())
        late = (await connection.execute(missed)).scalar_one()
        waiting = (await connection.execute(waits)).scalar_one() - late
        shifted = (await connection.execute(shifts)).scalar_one()
    return Kept(outcomes.get(Outcome.MET, 0), outcomes.get(Outcome.LATE, 0) + late, waiting, shifted)
