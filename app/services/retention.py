"""Personal data are kept as long as the region settled (152-ФЗ): then nobody can tell from a case who wrote."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import (
    Attachment,
    Author,
    Case,
    Dispatch,
    ImportRefusal,
    ImportRun,
    Journal,
    KinMark,
    Message,
    MessageOrigin,
    Meta,
    Publication,
    Rendering,
    Reply,
)
from app.models.kin import INDEXED
from app.services.forgotten import remember
from app.services.journal import note_down
from app.services.search import forget_names
from app.services.workplace import PROGRAM_UUID, Workplace

MONTHS_KEY = "retention_months"
# Messages of one transaction.
BATCH = 500
# The entry of the journal that tells which messages were forgotten.
ENTRY = "anonymised"
# What else of a message leads to its author, and what it is once that is erased.
_OF_MESSAGES: tuple[tuple[Any, dict[str, str]], ...] = (
    (Attachment, {"link": ""}),
    (Publication, {"link": "", "author_link": "", "salt": ""}),
    (Rendering, {"text": "", "salt": ""}),
    (Dispatch, {"link": "", "fault_params": "{}"}),
)


async def anonymise(place: Workplace) -> int:
    """Forget who wrote the messages of cases closed so many months ago; gives how many messages that were.

    The author's name, page and contact go, every link that leads to them (the message's, its files', those of replies
    and publications), its key and place in its network, the text for the agency's own page, which names them, with the
    salts of the history's digests of all that; and rows that an import refused, which may name them, so long after it.
    What was written, what was decided and every clock stay, so that histories still verify and figures stay as they
    were. Each batch is an entry in the journal, which names the messages by their uuids. Nothing is done where no time
    is settled.
    """
    done = 0
    while count := await _anonymise_batch(place):
        done += count
    if done:
        await forget_names(place)
    return done


async def _anonymise_batch(place: Workplace) -> int:
    async with place.database.write() as connection:
        if place.database.is_sqlite:
            before, forgotten = await _forget(connection, place)
        else:
            asked = text("SELECT before, forgotten FROM guard.anonymise(:most)")
            before, forgotten = (await connection.execute(asked, {"most": BATCH})).one()
        if forgotten:
            facts = {"closed_before": before, "messages": len(forgotten), "forgotten": list(forgotten)}
            await note_down(connection, place, place.database.meta["epoch"], ENTRY, facts)
    return len(forgotten)


async def _forget(connection: AsyncConnection, place: Workplace) -> tuple[datetime | None, list[str]]:
    stored = (await connection.execute(select(Meta.value).where(Meta.key == MONTHS_KEY))).scalar()
    if not (months := int(stored or 0)):
        return None, []
    now = await place.database.moment(connection)
    before = months_before(now, months)
    query = (
        select(Message.id, Message.uuid, Message.author_id, Message.case_id, Message.intake_key, Message.link_id)
        .join(Case, Case.id == Message.case_id)
        .where(Case.closed_at < before, Message.forgotten_at.is_(None))
        .order_by(Message.id)
        .limit(BATCH)
    )
    rows = (await connection.execute(query)).all()
    await connection.exec_driver_sql("PRAGMA secure_delete=ON")  # not every SQLite overwrites what it frees
    await remember(connection, rows)
    messages = [row.id for row in rows]
    erased = {"link": "", "link_id": "", "intake_key": "forgotten:" + Message.uuid, "forgotten_at": now}
    await connection.execute(update(Message).where(Message.id.in_(messages)).values(**erased))
    authors = [row.author_id for row in rows if row.author_id is not None]
    await connection.execute(update(Author).where(Author.id.in_(authors)).values(name="", link="", contact=""))
    replies = update(Reply).where(Reply.case_id.in_({row.case_id for row in rows}))
    await connection.execute(replies.values(link="", salt=""))
    for table, values in _OF_MESSAGES:
        await connection.execute(update(table).where(table.message_id.in_(messages)).values(**values))
    await connection.execute(delete(KinMark).where(KinMark.message_id.in_(messages), KinMark.mark != INDEXED))
    await connection.execute(delete(MessageOrigin).where(MessageOrigin.message_id.in_(messages)))
    old = select(ImportRun.id).where(ImportRun.started_at < before)
    await connection.execute(delete(ImportRefusal).where(ImportRefusal.run_id.in_(old)))
    return before, [row.uuid for row in rows]


async def read_forgotten(connection: AsyncConnection) -> set[str]:
    """The messages (uuids) of which the program's entries in the journal tell that it was forgotten who wrote them."""
    query = select(Journal.payload).where(Journal.entry == ENTRY, Journal.actor == PROGRAM_UUID)
    return {uuid for told in (await connection.execute(query)).scalars() for uuid in json.loads(told)["forgotten"]}


def months_before(at: datetime, months: int) -> datetime:
    """The same day and time so many months ago; the month's last day where it has no such day."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    for day in range(at.day, at.day - 4, -1):
        try:
            return at.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("no month is shorter than 28 days")
