"""Personal data are kept as long as the region settled (152-ФЗ): then nobody can tell from a case who wrote."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Author, Case, ImportRefusal, ImportRun, KinMark, Message, MessageOrigin, Meta, Rendering
from app.models.kin import INDEXED
from app.services.journal import note_down
from app.services.search import forget_names
from app.services.workplace import Workplace

MONTHS_KEY = "retention_months"
# Messages of one transaction.
BATCH = 500


async def anonymise(place: Workplace) -> int:
    """Forget who wrote the messages of cases closed so many months ago; gives how many messages that were.

    The author's name, page and contact go, the message's link and place in its network, which lead to them, the text
    for the agency's own page, which names them; and rows that an import refused, which may, so long after it. The
    message's text, what was decided and every clock stay, so that histories still verify and figures stay as they were.
    Each batch is an entry in the journal. Nothing is done where no time is settled.
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
            before, count = await _forget(connection, place)
        else:
            asked = text("SELECT before, messages FROM guard.anonymise(:most)")
            before, count = (await connection.execute(asked, {"most": BATCH})).one()
        if count:
            facts = {"closed_before": before, "messages": count}
            await note_down(connection, place, place.database.meta["epoch"], "anonymised", facts)
    return count


async def _forget(connection: AsyncConnection, place: Workplace) -> tuple[datetime | None, int]:
    stored = (await connection.execute(select(Meta.value).where(Meta.key == MONTHS_KEY))).scalar()
    if not (months := int(stored or 0)):
        return None, 0
    before = months_before(await place.database.moment(connection), months)
    query = (
        select(Message.id, Message.author_id)
        .join(Case, Case.id == Message.case_id)
        .outerjoin(Author, Author.id == Message.author_id)
        .where(Case.closed_at < before, _tells_who())
        .order_by(Message.id)
        .limit(BATCH)
    )
    rows = (await connection.execute(query)).all()
    messages = [row.id for row in rows]
    authors = [row.author_id for row in rows if row.author_id is not None]
    await connection.execute(update(Author).where(Author.id.in_(authors)).values(name="", link="", contact=""))
    await connection.execute(update(Message).where(Message.id.in_(messages)).values(link="", link_id=""))
    await connection.execute(delete(KinMark).where(KinMark.message_id.in_(messages), KinMark.mark != INDEXED))
    await connection.execute(delete(MessageOrigin).where(MessageOrigin.message_id.in_(messages)))
    await connection.execute(update(Rendering).where(Rendering.message_id.in_(messages)).values(text=""))
    old = select(ImportRun.id).where(ImportRun.started_at < before)
    await connection.execute(delete(ImportRefusal).where(ImportRefusal.run_id.in_(old)))
    return before, len(messages)


def _tells_who() -> ColumnElement[bool]:
    columns = (Message.link, Message.link_id, Author.name, Author.link, Author.contact)
    return or_(*(func.coalesce(column, "") != "" for column in columns))


def months_before(at: datetime, months: int) -> datetime:
    """The same day and time so many months ago; the month's last day where it has no such day."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    for day in range(at.day, at.day - 4, -1):
        try:
            return at.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("no month is shorter than 28 days")
