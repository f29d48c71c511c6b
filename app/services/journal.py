"""Writing and reading the journal: who did what beside acting on cases, and when."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Journal, Person
from app.models.history import GENESIS, link_hash
from app.regulation.duties import Duty, duty_refusal
from app.regulation.errors import Refusal, Refused
from app.services.workplace import Workplace, read_stored
from app.services.writing import naming_refusals


@dataclass(frozen=True, slots=True)
class JournalView:
    """One entry: when, by whom (name), what (code), and its facts."""

    recorded_at: datetime
    who: str
    entry: str
    payload: Mapping[str, Any]


def refused_duty(place: Workplace, duty: Duty) -> Refusal | None:
    """Why this is not the person's duty in this region, None where it is."""
    return duty_refusal(duty, place.actor, place.rules().profile.readings.governor_by)


def check_duty(place: Workplace, duty: Duty) -> None:
    """Raise Refused("role_may_not") where this is not the person's duty."""
    if refused := refused_duty(place, duty):
        raise Refused(refused.code, **refused.params)


async def check_reporting(place: Workplace) -> None:
    """The same for what goes to the Governor (п. 24): whose it is a region settles, perhaps just now."""
    async with place.database.read() as connection:
        await place.refresh(connection)
    check_duty(place, Duty.REPORT_TO_GOVERNOR)


async def note_down(
    connection: AsyncConnection, place: Workplace, subject: str, entry: str, payload: Mapping[str, Any]
) -> datetime:
    """Append an entry about `subject` (a uuid) within the caller's transaction; gives the time it was recorded.

    Raises Refused("person_off") for a person who was switched off, and those of `Stored.check`. `payload` holds codes,
    UUIDs and instants, never names or texts that may have to be erased. On PostgreSQL the database itself stamps time
    and actor.
    """
    stored = await read_stored(connection, place.person)
    stored.check(place.database.program)
    await place.refresh(connection, stored=stored)
    told = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    if not place.database.is_sqlite:
        written = func.guard.note_down(subject, entry, told, place.actor.person)
        with naming_refusals():
            recorded: datetime = (await connection.execute(select(written))).scalar_one()
        return recorded.astimezone(UTC)
    query = select(Journal.seq, Journal.hash, Journal.recorded_at).where(Journal.subject == subject)
    last = (await connection.execute(query.order_by(Journal.seq.desc()).limit(1))).one_or_none()
    now = await place.database.moment(connection)
    at = max(now, last.recorded_at) if last else now
    values: dict[str, Any] = {
        "subject": subject,
        "seq": last.seq + 1 if last else 1,
        "recorded_at": at,
        "actor": place.actor.person,
        "entry": entry,
        "payload": told,
    }
    values["hash"] = journal_hash(last.hash if last else GENESIS, values)
    await connection.execute(insert(Journal).values(**values))
    return at


def journal_hash(previous: str, values: Mapping[str, Any]) -> str:
    """The hash (sha256, hex) of an entry over the previous one's of the same subject."""
    return link_hash(previous, [values[key] for key in ("subject", "seq", "recorded_at", "actor", "entry", "payload")])


async def read_journal(place: Workplace, subject: str) -> list[JournalView]:
    """All entries about a subject, oldest first."""
    query = select(Journal, Person.name).outerjoin(Person, Person.uuid == Journal.actor)
    query = query.where(Journal.subject == subject).order_by(Journal.seq)
    async with place.database.read() as connection:
        rows = (await connection.execute(query)).all()
    return [JournalView(row.recorded_at, row.name or "", row.entry, json.loads(row.payload)) for row in rows]
