"""The files that go with an answer: exactly those of the approved draft, where the network takes files (п. 19)."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Attachment, Draft, History
from app.regulation.errors import Refusal, Refused
from app.services import blobs
from app.services.attachments import file_digest
from app.services.networks.adapter import Enclosure
from app.services.networks.kinds import abilities_of

_SEEN = ("image/", "video/")
_MEGABYTE = 1024 * 1024


async def files_of(connection: AsyncConnection, draft_uuid: str) -> Sequence[Any]:
    """The attachments (rows) of a draft, in the order they were attached."""
    query = select(Attachment).join(Draft, Draft.id == Attachment.draft_id).where(Draft.uuid == draft_uuid)
    return (await connection.execute(query.order_by(Attachment.id))).all()


FILES_NOT_TAKEN = (
    "outbox_with_files", "outbox_text_beside_files", "outbox_file_kind", "outbox_file_too_big", "outbox_files_mixed",
    "outbox_too_many_files",
)  # fmt: skip
"""What `enclosing_refusal` may say."""


def enclosing_refusal(files: Sequence[Any], network: str, text: str, rung: str = "reply") -> Refusal | None:
    """Why these files (`name`, `media_type`, `size_bytes`) cannot go with this text in one answer there, in place or on
    one's own page; None where they can, or where there are none."""
    if not files:
        return None
    able = abilities_of(network).encloses
    most = 0 if able is None else able.most if rung == "reply" else able.posted
    if able is None or not most:
        return Refusal("outbox_with_files")
    if foreign := [file.name for file in files if able.kinds and file.media_type not in able.kinds]:
        return Refusal("outbox_file_kind", {"name": foreign[0]})
    length = len(text.encode("utf-16-le")) // 2
    if length > able.text_length:
        return Refusal("outbox_text_beside_files", {"length": length, "limit": able.text_length})
    too_big = [file.name for file in files if file.size_bytes > able.megabytes * _MEGABYTE]
    if too_big:
        return Refusal("outbox_file_too_big", {"name": too_big[0], "limit": able.megabytes})
    is_mixed = not able.mixes and len(files) > 1 and not all(file.media_type.startswith(_SEEN) for file in files)
    if is_mixed or len(files) > most:
        return Refusal("outbox_too_many_files" if able.mixes else "outbox_files_mixed", {"limit": most})
    return None


def left_to_hand(files: Sequence[Any], text: str, networks: Iterable[str]) -> tuple[tuple[str, Refusal], ...]:
    """Of the networks in which the program answers, those where it could not send this text with these files, and why:
    told while it can still be changed, before the approval."""
    able = (code for code in dict.fromkeys(networks) if abilities_of(code).replies)
    told = ((code, _left(files, code, text)) for code in able)
    return tuple((code, refused) for code, refused in told if refused is not None)


def _left(files: Sequence[Any], network: str, text: str) -> Refusal | None:
    """As `enclosing_refusal` in place, unless the agency's own page takes what is not taken there (п. 14)."""
    refused = enclosing_refusal(files, network, text)
    if refused is None or not abilities_of(network).posts or enclosing_refusal(files, network, text, "own_page"):
        return refused
    return Refusal("outbox_files_own_page")


async def read_enclosures(connection: AsyncConnection, case_id: int, draft_uuid: str) -> tuple[Enclosure, ...]:
    """The contents to send, each compared with what the append-only history says was attached to the draft.

    Raises Refused("approved_files_changed") where they differ in anything.
    """
    files = await files_of(connection, draft_uuid)
    said = select(History.payload).where(History.case_id == case_id).order_by(History.seq.desc())
    payloads = [json.loads(payload) for payload in (await connection.execute(said)).scalars()]
    mine = (p for p in payloads if isinstance(p.get("draft"), list) and p["draft"][0] == draft_uuid)
    drafted: dict[str, Any] = next(mine, {})
    recorded = [tuple(pair) for pair in drafted.get("files", ())]
    there = [(file.uuid, file_digest(file.uuid, file.name, file.sha256, file.preview)) for file in files]
    if sorted(recorded) != sorted(there):
        raise Refused("approved_files_changed")
    enclosed = []
    for file in files:
        data = await blobs.read(connection, file.sha256)
        if hashlib.sha256(data).hexdigest() != file.sha256:
            raise Refused("approved_files_changed")
        enclosed.append(Enclosure(file.name, file.media_type, data))
    return tuple(enclosed)
