"""Work changes hands: a case to another curator, a shift's unfinished cases at once, a leg to an executor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Case, new_uuid
from app.regulation.absences import Staff, Worker
from app.regulation.errors import Refusal, Refused
from app.regulation.workflow import OPEN, Act, Move, Role
from app.services.acting import act, act_together
from app.services.queries import list_cases
from app.services.roster import left_behind
from app.services.saving import Deed, Done, Work
from app.services.staffing import read_staff, region_day
from app.services.substituting import forget_loan, give
from app.services.views import QueueRow
from app.services.workplace import Workplace

# So many cases change hands in one transaction.
MOST = 500


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody work can be given to, where they are not away today."""

    id: int
    name: str
    post: str
    is_away: bool = False


# ----- curators


async def list_curators(place: Workplace) -> tuple[Colleague, ...]:
    """The other curators by name, those who are away last."""
    async with place.database.read() as connection:
        staff = await read_staff(connection, region_day(place))
    others = [w for w in staff.workers.values() if Role.CURATOR in w.roles and w.id != place.person.id]
    return _colleagues(others, staff, place)


async def hand_over(
    place: Workplace, case_id: int, version: int, to: int, note: str = "", act_id: str = ""
) -> Done:
    """Give a case to another curator. Raises Refused for one who is away, is no curator, or has it already."""

    async def record(work: Work) -> None:
        _check(await _curator_refusal(work.connection, place, to))
        if work.case.curator_id == to:
            raise Refused("receiver_has_it")
        forget_loan(work)
        await give(work, to)

    deed = Deed(Act.HAND_OVER, Move.DECIDED, note=note, act_id=act_id or new_uuid())
    return await act(place, case_id, version, deed, record)


async def hand_over_shift(
    place: Workplace, to: int, notes: Mapping[int, str], note: str = "", batch_id: str = ""
) -> list[Done]:
    """Give cases in this person's hands (id → a note of its own, or "") to the next one, in one transaction.

    A case without its own note gets the common `note`. What was taken by another or closed meanwhile stays as it is.
    """
    deeds = _deeds(Act.HAND_OVER, Move.DECIDED, batch_id, {key: own.strip() or note for key, own in notes.items()})

    async def decide(work: Work) -> bool:
        if work.case.curator_id != place.person.id:
            return False
        forget_loan(work)
        await give(work, to)
        return True

    if to == place.person.id:
        raise Refused("receiver_self")
    async with place.database.read() as connection:
        _check(await _curator_refusal(connection, place, to))
    return await act_together(place, deeds, decide)


async def take_left(place: Workplace, case_ids: Sequence[int], batch_id: str = "") -> list[Done]:
    """Take cases that were left behind by those who have gone home; what is in other hands by now is left alone."""
    if Role.CURATOR not in place.actor.roles:
        raise Refused("role_may_not", roles=(Role.CURATOR,))
    async with place.database.read() as connection:
        query = select(Case.id, Case.curator_id).where(Case.id.in_(case_ids), *left_behind(place))
        left = dict((await connection.execute(query)).all())

    async def decide(work: Work) -> bool:
        if work.case.curator_id != left[work.case.id]:
            return False
        forget_loan(work)
        work.case_updates["curator_id"] = place.person.id
        return True

    return await act_together(place, _deeds(Act.TAKE, "", batch_id, dict.fromkeys(left, "")), decide)


def _deeds(act_: Act, variant: str, batch_id: str, notes: Mapping[int, str]) -> dict[int, Deed]:
    """A deed for each case, with ids that are the same when the batch is tried again."""
    if len(notes) > MOST:
        raise Refused("too_many_at_once", limit=MOST)
    batch = UUID(batch_id or new_uuid())
    return {key: Deed(act_, variant, note=note, act_id=str(uuid5(batch, str(key)))) for key, note in notes.items()}


async def _curator_refusal(connection: AsyncConnection, place: Workplace, to: int) -> Refusal | None:
    today = region_day(place)
    staff = await read_staff(connection, today)
    worker = staff.workers.get(to)
    if worker is None or Role.CURATOR not in worker.roles:
        return Refusal("receiver_no_curator")
    if away := staff.away(to, today):
        return Refusal("receiver_away", {"name": worker.name, "last": away.last_day})
    return None


async def list_unfinished(place: Workplace) -> list[QueueRow]:
    """What this curator has in hand, least time left first."""
    return await list_cases(place, Case.curator_id == place.person.id, Case.state.in_(OPEN), limit=MOST)


async def list_left(place: Workplace) -> list[QueueRow]:
    """What was left by those who have gone home or are away, and what nobody has taken."""
    return await list_cases(place, *left_behind(place), limit=MOST)


# ----- executors of an agency


async def list_executors(place: Workplace, agency_id: int) -> tuple[Colleague, ...]:
    """The people of an agency by name, those who are away last."""
    async with place.database.read() as connection:
        staff = await read_staff(connection, region_day(place))
    return _colleagues([w for w in staff.workers.values() if agency_id in w.agencies], staff, place)


async def assign(
    place: Workplace, case_id: int, version: int, executor_id: int, note: str = "", act_id: str = ""
) -> Done:
    """The responsible official gives the agency's work to one of its executors (п. 6).

    Raises Refused for one of another agency, one who is away, and one who has it already.
    """

    async def record(work: Work) -> None:
        today = region_day(place)
        staff = await read_staff(work.connection, today)
        worker = staff.workers.get(executor_id)
        if worker is None or work.case.agency_id not in worker.agencies:
            raise Refused("not_of_the_agency")
        if away := staff.away(executor_id, today):
            raise Refused("receiver_away", name=worker.name, last=away.last_day)
        if work.case.executor_id == executor_id:
            raise Refused("receiver_has_it")
        await _assign(work, executor_id)

    deed = Deed(Act.ASSIGN, Move.DECIDED, note=note, act_id=act_id or new_uuid())
    return await act(place, case_id, version, deed, record)


async def take_leg(place: Workplace, case_id: int, version: int, act_id: str = "") -> Done:
    """An executor takes what nobody in their agency has in hand; the workflow refuses what somebody has."""

    async def record(work: Work) -> None:
        await _assign(work, place.person.id)

    return await act(place, case_id, version, Deed(Act.ASSIGN, Move.SELF, act_id=act_id or new_uuid()), record)


async def _assign(work: Work, executor_id: int) -> None:
    forget_loan(work, work.case.leg_uuid)
    await give(work, executor_id, work.case.leg_uuid)


def _colleagues(workers: Sequence[Worker], staff: Staff, place: Workplace) -> tuple[Colleague, ...]:
    today = region_day(place)
    people = [Colleague(w.id, w.name, w.post, staff.away(w.id, today) is not None) for w in workers]
    return tuple(sorted(people, key=lambda person: (person.is_away, person.name)))


def _check(refused: Refusal | None) -> None:
    if refused is not None:
        raise Refused(refused.code, **refused.params)
