"""Verifying what the history says of publications and attachments: facts, texts and contents by their digests.

What was erased as a whole is no finding; what is there must be what was recorded, and nothing beside it.
"""

import json
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.models.history import link_hash
from app.services import blobs
from app.services.attachments import file_digest
from app.services.publishing import links_digest

# Makes a finding of a code, what was to be expected and what was found.
Say = Callable[[str, Any, Any], Any]


def check_publication(
    entry: Mapping[str, Any], placed: Any, message_ids: Mapping[str, int], row: Any, forgotten: Container[str], say: Say
) -> Iterator[Any]:
    """A publication as stored against its entry in the history; None for one that was erased.

    `forgotten` are the messages (uuids) whose authors were, with the links that lead to them.
    """
    if placed is None:
        return
    name = f"publication {entry['uuid']}"
    if link_hash(placed.uuid, [placed.reason]) != entry["digest"]:
        yield say("text_differs", entry["digest"], name)
    is_erased = not (placed.salt or placed.link or placed.author_link) and entry["message"] in forgotten
    if not is_erased and links_digest(placed.salt, placed.link, placed.author_link) != entry["links"]:
        yield say("text_differs", entry["links"], name)
    facts = {
        "same_page": entry["same_page"],
        "published_at": datetime.fromisoformat(entry["at"]),
        "recorded_at": row.recorded_at,
    }
    if entry["message"] in message_ids:  # a message may have moved to another case since
        facts["message_id"] = message_ids[entry["message"]]
    for key, expected in facts.items():
        if getattr(placed, key) != expected:
            yield say("publication_differs", f"{name} {key} {expected}", f"{key} {getattr(placed, key)}")


def check_files(
    owner: str, uuid: str, recorded: Sequence[Sequence[str]], files: Sequence[Any], say: Say
) -> Iterator[Any]:
    """The attachments of a draft or a publication against what the history says was attached to it."""
    digests: dict[Any, Any] = dict(recorded)  # type: ignore[arg-type]  # pairs, as JSON has them: lists
    for file in files:
        if uuid and getattr(file, f"{owner}_uuid") == uuid:
            digest = file_digest(file.uuid, file.name, file.sha256, file.preview)
            if digests.get(file.uuid) != digest:
                yield say("file_differs", digests.get(file.uuid, ""), f"{file.uuid} {digest}")


def check_unrecorded(
    history: Sequence[Any], publications: Mapping[str, Any], files: Sequence[Any], say: Say
) -> Iterator[Any]:
    """Publications, and attachments of drafts, that no act of the history brought."""
    payloads = [json.loads(row.payload) for row in history]
    known = {entry["uuid"] for payload in payloads for entry in payload.get("publications", ())}
    known |= {uuid for payload in payloads for uuid, _ in payload.get("files", ())}
    for uuid in publications.keys() - known:
        yield say("publication_unrecorded", "", uuid)
    for file in files:
        if file.draft_uuid and file.uuid not in known:
            yield say("file_unrecorded", "", file.uuid)


async def check_contents(connection: AsyncConnection, contents: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    """The stored contents against their addresses: (case number, code, expected, found) of each that differs.

    `contents` gives a case number by sha256; a content whose chunks are all gone was erased.
    """
    found = []
    for sha256, number in contents.items():
        if not await blobs.chunks_there(connection, sha256):
            continue
        if (digest := await blobs.digest_of(connection, sha256)) != sha256:
            found.append((number, "content_differs", sha256, digest))
    return found
