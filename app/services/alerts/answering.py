"""What a person does with an alert: hear of it, acknowledge it, set it aside for a while."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.models import FAR_FUTURE, Alert, AlertNotice, Case
from app.regulation.alarms import HOUR, Priority, Told, how_told, shelving
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.regulation.workflow import Role
from app.services.alerts.reading import GRAVITY, is_open, joined, mine, untold
from app.services.alerts.settings import DEFAULT_CHOICE, NoticeChoice, read_alarm_rules, read_choice
from app.services.casework import check
from app.services.changes import Change
from app.services.journal import check_duty, note_down
from app.services.roster import read_duty
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a person is told now: `audible` each by itself, `folded` together in one line; ids, gravest first."""

    audible: tuple[int, ...] = ()
    folded: tuple[int, ...] = ()
    choice: NoticeChoice = DEFAULT_CHOICE

    @property
    def is_anything(self) -> bool:
        return bool(self.audible or self.folded)


async def hear(place: Workplace) -> Hearing:
    """Alerts that ask this person to act and that they were not told of yet; each is told once, at one desk.

    Who is not on duty by the roster hears only what is of high priority.
    """
    if Role.CURATOR not in place.actor.roles and not place.actor.agencies:
        return Hearing()
    query = joined(Alert.id, Alert.priority).where(is_open(), mine(place), untold(place))
    async with place.database.read() as connection:
        waiting = (await connection.execute(query.order_by(GRAVITY, Alert.due_at, Alert.id))).all()
    if not waiting:
        return Hearing()
    choice, is_off = await read_choice(place), await _is_off_duty(place)
    try:
        told = await _tell_each(place, waiting, is_off=is_off)
    except Refused:
        return Hearing()  # a desk that only reads could not keep who was told; the contact bar tells it to update
    audible, folded = (
        tuple(key for key, how in told.items() if how is wanted) for wanted in (Told.AUDIBLE, Told.FOLDED)
    )
    return Hearing(audible, folded, choice)


async def _tell_each(place: Workplace, waiting: Sequence[Any], *, is_off: bool) -> dict[int, Told]:
    """Keep that this person is told of these, and how; those that another desk told meanwhile are left out."""
    alarms, told = read_alarm_rules(place.database), dict[int, Told]()
    async with place.database.write() as connection:
        now = await place.database.moment(connection)
        before = select(AlertNotice.told_at).where(
            AlertNotice.person_id == place.person.id, AlertNotice.how == Told.AUDIBLE, AlertNotice.told_at > now - HOUR
        )
        heard = list((await connection.execute(before)).scalars())
        for row in waiting:
            priority = Priority(row.priority)
            is_quiet = is_off and priority is not Priority.HIGH
            how = how_told(priority, now, heard, alarms, is_quiet=is_quiet)
            values = {"alert_id": row.id, "person_id": place.person.id, "how": str(how), "told_at": now}
            made = place.database.insert(AlertNotice).values(**values).on_conflict_do_nothing()
            if (await connection.execute(made)).rowcount:
                told[row.id] = how
                heard += [now] if how is Told.AUDIBLE else []
    return told


async def _is_off_duty(place: Workplace) -> bool:
    if Role.CURATOR not in place.actor.roles:
        return False
    duty = await read_duty(place)
    return duty.is_kept and all(shift.person_id != place.person.id for shift in duty.on_duty)


async def acknowledge(place: Workplace, alert_ids: Sequence[int]) -> int:
    """Say that these were taken notice of; gives how many were not before. Only those of the person's own."""
    check_duty(place, Duty.ANSWER_ALERTS)
    async with place.database.write() as connection:
        now = await place.database.moment(connection)
        theirs = joined(Alert.id).where(Alert.id.in_(alert_ids), is_open(), mine(place))
        ids = list((await connection.execute(theirs)).scalars())
        fresh = update(Alert).where(Alert.id.in_(ids), Alert.acknowledged_at.is_(None))
        values = {"acknowledged_at": now, "acknowledged_by_id": place.person.id}
        count: int = (await connection.execute(fresh.values(**values))).rowcount
    if count:
        place.feed.tell(Change(frozenset()))
    return count


async def shelve(place: Workplace, alert_id: int, until: datetime, reason: str) -> None:
    """Set an alert aside until then, at the latest before the next deadline of its case; it is told anew afterwards.

    Raises Refused: "alert_over", "alert_not_yours", "shelf_without_reason", "shelf_past_deadline", "shelf_too_late".
    """
    check_duty(place, Duty.ANSWER_ALERTS)
    columns = (Alert.uuid, mine(place).label("is_mine"), Case.step_due_at, Case.answer_due_at)
    async with place.database.write() as connection:
        now = await place.database.moment(connection)
        row = (await connection.execute(joined(*columns).where(Alert.id == alert_id, is_open()))).one_or_none()
        if row is None:
            raise Refused("alert_over")
        if not row.is_mine:
            raise Refused("alert_not_yours")
        deadlines = [due for due in (row.step_due_at, row.answer_due_at) if due != FAR_FUTURE]
        check(shelving(until, reason, deadlines, now))
        values = {"shelved_until": until, "shelved_by_id": place.person.id, "shelf_reason": reason.strip()}
        await connection.execute(update(Alert).where(Alert.id == alert_id).values(**values))
        await note_down(connection, place, row.uuid, "alert_shelved", {"until": until.isoformat()})
    place.feed.tell(Change(frozenset()))


async def unshelve(place: Workplace, alert_id: int) -> None:
    """Take an alert off the shelf before its time: it stands among the others, and counts as taken notice of."""
    check_duty(place, Duty.ANSWER_ALERTS)
    async with place.database.write() as connection:
        now = await place.database.moment(connection)
        theirs = joined(Alert.id).where(Alert.id == alert_id, is_open(), mine(place))
        if (await connection.execute(theirs)).scalar() is None:
            raise Refused("alert_over")
        values = {"shelved_until": None, "acknowledged_at": now, "acknowledged_by_id": place.person.id}
        await connection.execute(update(Alert).where(Alert.id == alert_id).values(**values))
    place.feed.tell(Change(frozenset()))
