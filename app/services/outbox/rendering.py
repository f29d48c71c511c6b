"""What exactly is sent: the approved text itself in place, and for the agency's own page a text frozen at approval."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Approval, Author, History, Message, Rendering, Source, new_uuid
from app.models.history import link_hash
from app.regulation.errors import Refused
from app.regulation.workflow import Act
from app.services.links import recognise
from app.services.networks.kinds import abilities_of
from app.services.saving import Work

# Russian in every language of the desk: citizens read it.
_HEAD = "{mention}, ответ на ваше сообщение {link}"
_HEAD_UNNAMED = "Ответ на сообщение {link}"


@dataclass(frozen=True, slots=True)
class Answered:
    """A message as its rendering needs it."""

    id: int
    uuid: str
    network: str
    link: str
    post_kind: str
    author: str
    author_link: str


def own_page_head(message: Answered) -> str | None:
    """What stands before the approved text on the agency's own page: whom it answers and where they wrote.

    None where an answer may not stand there: to a private message, to one without a link, in a network whose pages
    the program does not write.
    """
    if not abilities_of(message.network).posts or not message.link:
        return None
    try:
        link = recognise(message.link)
    except Refused:
        return None
    if link.kind == "dialog" or message.post_kind == "private":
        return None
    mention = _mention(message)
    if not mention:
        return _HEAD_UNNAMED.format(link=link.canonical_url)
    return _HEAD.format(mention=mention, link=link.canonical_url)


def own_page_text(message: Answered, approved: str) -> str | None:
    """The whole text for the agency's own page, the approved one in it unchanged; None where there is none."""
    head = own_page_head(message)
    return None if head is None else f"{head}\n\n{approved}"


def _mention(message: Answered) -> str:
    """A mention that the network itself tells the author of, where their page is known; else their name."""
    name = " ".join(message.author.split())
    try:
        page = recognise(message.author_link).canonical_id if message.author_link else ""
    except Refused:
        page = ""
    if message.network == "vk" and page.startswith("vk:profile:"):
        shown = name.translate(str.maketrans("[]|", "   ")).strip() or "Автор"
        return f"[id{page.removeprefix('vk:profile:')}|{shown}]"
    if message.network == "telegram" and page.startswith("telegram:page:"):
        return f"@{page.removeprefix('telegram:page:')}"
    return name


@dataclass(frozen=True, slots=True)
class ToSend:
    """An approved text as it is sent, and the salted digest (hex) that the history keeps of it."""

    text: str
    digest: str


async def read_answered(connection: AsyncConnection, case_id: int) -> list[Answered]:
    """The messages of a case, in their order."""
    query = (
        select(Message.id, Message.uuid, Source.code, Message.link, Message.post_kind, Author.name, Author.link)
        .join(Source, Source.id == Message.source_id)
        .outerjoin(Author, Author.id == Message.author_id)
        .where(Message.case_id == case_id)
        .order_by(Message.id)
    )
    return [Answered(*row[:5], row[5] or "", row[6] or "") for row in (await connection.execute(query)).all()]


async def freeze(work: Work, approved: str) -> dict[str, str]:
    """Within an approval: keep the texts for the agency's own page as they are approved.

    Gives their digests by the message's uuid.
    """
    digests: dict[str, str] = {}
    for message in await read_answered(work.connection, work.case.id):
        text = own_page_text(message, approved)
        if text is not None:
            salt = new_uuid()
            digests[message.uuid] = link_hash(salt, [text])
            values = {"draft_uuid": work.case.draft_uuid, "message_id": message.id, "text": text, "salt": salt}
            work.writes.add(Rendering, values | {"digest": digests[message.uuid]})
    return digests


async def approved_text(
    connection: AsyncConnection, case_id: int, draft_uuid: str, message: Answered, rung: str
) -> ToSend:
    """The text that may be sent to `message`, compared with what the append-only history keeps of the approval.

    Raises Refused("not_approved") where no curator approved it, ("approved_text_changed") where it is not byte for
    byte what they approved.
    """
    history = (
        select(History.payload)
        .where(History.case_id == case_id, History.act == Act.APPROVE)
        .order_by(History.seq.desc())
    )
    payloads = [json.loads(payload) for payload in (await connection.execute(history)).scalars()]
    kept: dict[str, Any] | None = next((p for p in payloads if p.get("draft") == draft_uuid), None)
    if kept is None:
        raise Refused("not_approved")
    if rung == "own_page":
        query = select(Rendering.text, Rendering.salt)
        query = query.where(Rendering.draft_uuid == draft_uuid, Rendering.message_id == message.id)
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise Refused("own_page_not_approved")
        if kept.get("renderings", {}).get(message.uuid) != (digest := link_hash(row.salt, [row.text])):
            raise Refused("approved_text_changed")
        return ToSend(row.text, digest)
    text = (
        await connection.execute(
            select(Approval.approved_text).where(Approval.draft_uuid == draft_uuid, Approval.verdict == "approved")
        )
    ).scalar_one_or_none()
    if text is None:
        raise Refused("not_approved")
    if kept.get("text") != (digest := link_hash(draft_uuid, [text])):
        raise Refused("approved_text_changed")
    return ToSend(text, digest)
