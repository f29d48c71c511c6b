"""Reading an attachment's content: only for who may read its card, and only when it is what was attached."""

import hashlib
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Attachment, Draft, Message, Publication
from app.regulation.errors import Refused
from app.services import blobs
from app.services.cards import refuse_foreign
from app.services.workplace import Workplace


async def read_file(place: Workplace, uuid: str) -> bytes:
    """The content of an attachment of a card that this person may read.

    Raises Refused: file_erased, attachment_damaged (what is stored is not what was attached), another_agency.
    """
    async with place.database.read() as connection:
        row = (await connection.execute(select(Attachment).where(Attachment.uuid == uuid))).one_or_none()
        if row is None or not row.sha256:
            raise Refused("file_erased")
        await refuse_foreign(connection, place, await _case_of(connection, row))
        data = await blobs.read(connection, row.sha256)
    if not data:
        raise Refused("file_erased")
    if hashlib.sha256(data).hexdigest() != row.sha256:
        raise Refused("attachment_damaged", name=row.name)
    return data


async def _case_of(connection: AsyncConnection, row: Any) -> int:
    for table, owner in ((Draft, row.draft_id), (Publication, row.publication_id), (Message, row.message_id)):
        if owner is not None:
            return (await connection.execute(select(table.case_id).where(table.id == owner))).scalar_one()
    raise Refused("file_erased")
