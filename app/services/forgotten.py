"""What is still known of messages whose authors were forgotten: that they were here, so that none comes in as new.

Their keys and links are kept as digests under a secret of the database. On a server nobody who signs in reads secret or
digests; whoever takes a message in learns of this one message that it was here. Who owns the file or the server could
still try guesses, one by one; a copy without the secret tells nothing.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ARRAY, Text, cast, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import ForgettingSecret, ForgottenMark, Message
from app.models.database import Database


def known_key(intake_key: str) -> str:
    """What a message's key is asked by."""
    return f"key:{intake_key}"


def known_link(link_id: str) -> str:
    """What the canonical id of a message's link is asked by."""
    return f"link:{link_id}"


async def recall(connection: AsyncConnection, database: Database, wanted: Iterable[str]) -> dict[str, Any]:
    """Rows (message_id, case_id, post_kind) of forgotten messages by which of `wanted` they are known by."""
    asked = list(wanted)
    if not asked:
        return {}
    if not database.is_sqlite:
        told = func.guard.recall(cast(asked, ARRAY(Text)))
        rows = await connection.execute(select(text("known, message_id, case_id, post_kind")).select_from(told))
        return {row.known: row for row in rows}
    if (secret := await _secret(connection)) is None:
        return {}
    digests = {_digest(secret, one): one for one in asked}
    query = (
        select(ForgottenMark.digest, ForgottenMark.message_id, Message.case_id, Message.post_kind)
        .join(Message, Message.id == ForgottenMark.message_id)
        .where(ForgottenMark.digest.in_(digests))
    )
    return {digests[row.digest]: row for row in await connection.execute(query)}


async def remember(connection: AsyncConnection, messages: Sequence[Any]) -> None:
    """Keep the digests of these messages (rows with id, intake_key, link_id) in a file, before they are erased."""
    if not messages:
        return
    if (secret := await _secret(connection)) is None:
        secret = secrets.token_hex(32)
        await connection.execute(insert(ForgettingSecret).values(secret=secret))
    known = [(known_key(row.intake_key), row.id) for row in messages]
    known += [(known_link(row.link_id), row.id) for row in messages if row.link_id]
    marks = [{"digest": _digest(secret, one), "message_id": message_id} for one, message_id in known]
    await connection.execute(insert(ForgottenMark), marks)


async def _secret(connection: AsyncConnection) -> str | None:
    query = select(ForgettingSecret.secret).order_by(ForgettingSecret.id).limit(1)
    return (await connection.execute(query)).scalar_one_or_none()


def _digest(secret: str, known: str) -> str:
    return hashlib.sha256(f"{secret}{known}".encode()).hexdigest()
