"""Files on their way into VK: each goes to the address that VK names, is saved there, and then named in the answer.

A community's token stores documents for walls and anything for private messages; photos for walls need the token of
a person who administers the community (VK refuses a community's with 27), else a picture goes as a document.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from app.services.networks.adapter import UPLOAD_SECONDS, Enclosure
from app.services.networks.courier import Courier
from app.services.networks.faults import ContentRejected

PHOTOS = ("image/jpeg", "image/png", "image/gif")
GROUP, USER = "group_token", "user_token"

Call = Callable[..., Awaitable[Any]]
"""`call(method, token, **query)`: a method's answer."""


async def store(
    call: Call, courier: Courier, files: Sequence[Enclosure], group: int, peer: int | None, *, by_user: bool
) -> str:
    """Upload all; gives what names them in an answer ("doc-1_2,photo-1_3"). Nothing is published by it.

    `peer` is whom a private message goes to, None for a wall; `by_user`: there is a person's token.
    """
    token = GROUP if peer is not None else USER if by_user else ""
    names = []
    for file in files:
        is_photo = bool(token) and file.media_type in PHOTOS
        names.append(await (_photo(call, courier, file, group, peer, token) if is_photo
                            else _document(call, courier, file, group, peer)))  # fmt: skip
    return ",".join(names)


async def _photo(
    call: Call, courier: Courier, file: Enclosure, group: int, peer: int | None, token: str
) -> str:
    where: dict[str, Any] = {"group_id": group} if peer is None else {"peer_id": peer}
    kind = "Wall" if peer is None else "Messages"
    server = await call(f"photos.get{kind}UploadServer", token, **where)
    sent = await _sent(courier, server["upload_url"], "photo", file)
    if sent.get("photo") in (None, "", "[]"):
        raise ContentRejected("file_rejected", name=file.name)
    told = {key: sent[key] for key in ("photo", "server", "hash")}
    saved = await call(f"photos.save{kind}Photo", token, **told, **({"group_id": group} if peer is None else {}))
    return _name("photo", saved[0])


async def _document(call: Call, courier: Courier, file: Enclosure, group: int, peer: int | None) -> str:
    if peer is None:
        server = await call("docs.getWallUploadServer", GROUP, group_id=group)
    else:
        server = await call("docs.getMessagesUploadServer", GROUP, peer_id=peer, type="doc")
    sent = await _sent(courier, server["upload_url"], "file", file)
    if not sent.get("file"):
        raise ContentRejected("file_rejected", name=file.name)
    saved = await call("docs.save", GROUP, file=sent["file"], title=file.name)
    return _name("doc", saved[saved["type"]])


async def _sent(courier: Courier, url: str, field: str, file: Enclosure) -> Mapping[str, Any]:
    part = {field: file.part}

    def read(answer: Any, _status: int) -> Mapping[str, Any]:
        told: Mapping[str, Any] = dict(answer)
        return told

    told: Mapping[str, Any] = await courier.ask(read, "POST", url, files=part, wait_seconds=UPLOAD_SECONDS)
    return told


def _name(kind: str, saved: Mapping[str, Any]) -> str:
    key = f"_{saved['access_key']}" if saved.get("access_key") else ""
    return f"{kind}{saved['owner_id']}_{saved['id']}{key}"
