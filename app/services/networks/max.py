"""MAX (bot API): messages of the groups our bot administers, and answers to them.

Updates are asked for by a marker. A message's public link is made of its number in the chat.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from app.services.links import recognise
from app.services.networks.adapter import (
    UPLOAD_SECONDS,
    Batch,
    Checked,
    Connection,
    Cursor,
    Enclosure,
    FileLink,
    Found,
    Placed,
    Sought,
    Target,
)
from app.services.networks.allowance import Limit
from app.services.networks.faults import (
    Ambiguous,
    AuthFailed,
    ContentRejected,
    Fault,
    NoRights,
    RetryAfter,
    TargetGone,
    Unreadable,
)

# Its certificate is of Минцифры. The host before it, platform-api.max.ru, takes no bots since 19 July 2026.
HOST = "platform-api2.max.ru"
GAP_MS = 40
PAGE = 100
ROUNDS = 100
# What was uploaded is worked on for a while; the same message is taken then.
NOT_READY_SECONDS = 2
_CHANGES = {"message_created": "", "message_edited": "edited"}
_IMAGES = ("image/jpeg", "image/png", "image/gif", "image/tiff", "image/bmp", "image/heic")
_VIDEOS = ("video/mp4", "video/quicktime", "video/x-matroska", "video/webm")


class MaxAdapter:
    """One bot, in the groups that took it as an administrator."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    async def test(self) -> Checked:
        me = await self._call("GET", "/me")
        return Checked(str(me.get("name") or me.get("first_name") or me.get("username") or ""))

    async def batches(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """Updates after the marker kept."""
        for _ in range(ROUNDS):
            query = {"limit": str(PAGE), "timeout": "0"}
            query |= {"marker": str(cursor["marker"])} if cursor.get("marker") is not None else {}
            answer = await self._call("GET", "/updates", params=query)
            updates = answer.get("updates", [])
            messages = [found for update in updates if (found := self._found(update)) is not None]
            warnings = ("put_out",) if any(u["update_type"] == "bot_removed" for u in updates) else ()
            cursor["marker"] = answer.get("marker", cursor.get("marker"))
            yield Batch(tuple(messages), cursor, warnings=warnings)
            if len(updates) < PAGE:
                return

    def _found(self, update: Mapping[str, Any]) -> Found | None:
        kind = update["update_type"]
        if kind == "message_removed":
            key = f"max:message:{update['message_id']}"
            return Found(key, "", change="removed")
        message = update.get("message")
        if kind not in _CHANGES or message is None or message.get("sender", {}).get("is_bot"):
            return None
        sender, body, chat = message.get("sender", {}), message["body"], message["recipient"].get("chat_id")
        private = message["recipient"].get("chat_type") == "dialog"
        link = "" if private else link_of(chat, body["seq"])
        user = sender.get("username")
        return Found(
            key=f"max:message:{body['mid']}",
            text=body.get("text") or "",
            link=link,
            post_kind="private" if private else "message",
            author_name=f"{sender.get('first_name') or ''} {sender.get('last_name') or ''}".strip(),
            author_link=f"https://max.ru/{user}" if user else "",
            posted_at=datetime.fromtimestamp(message["timestamp"] / 1000, UTC),
            target={"chat": chat, "message": body["mid"]},
            files=tuple(
                FileLink(str(a.get("type", "")), "image/jpeg" if a.get("type") == "image" else "",
                         a.get("payload", {}).get("url", "") or link)
                for a in body.get("attachments") or ()
            ),
            change=_CHANGES[kind],
        )  # fmt: skip

    def target(self, link: str) -> Target | None:
        """A link tells the chat and the number; the message's name is asked for when it is answered."""
        found = recognise(link)
        chat, _, code = found.canonical_id.removeprefix("max:post:").partition("/")
        if found.network != "max" or found.kind != "post" or not chat.lstrip("-").isdigit():
            return None
        return {"chat": int(chat), "seq": seq_of(code)}

    async def reply(self, target: Target, text: str, key: str) -> Placed:
        return await self.reply_with(target, text, key, ())

    async def reply_with(self, target: Target, text: str, key: str, files: Sequence[Enclosure]) -> Placed:
        """A message in answer to theirs; files are uploaded before, which publishes nothing."""
        message = target.get("message") or await self._message_at(target)
        body = {"text": text, "link": {"type": "reply", "mid": message}, "notify": True}
        return await self._send(target["chat"], body, files)

    async def post(self, text: str, key: str) -> Placed:
        """A message in our channel (`chat_id` of the settings)."""
        return await self.post_with(text, key, ())

    async def post_with(self, text: str, key: str, files: Sequence[Enclosure]) -> Placed:
        """The same with files."""
        chat = self._c.settings.get("chat_id")
        if not chat:
            raise NoRights("channel_not_set")
        return await self._send(int(chat), {"text": text, "notify": True}, files)

    async def _upload(self, file: Enclosure) -> dict[str, Any]:
        """A file as a message names it. A video's token comes with the address, others' with the answer to the file."""
        kind = "image" if file.media_type in _IMAGES else "video" if file.media_type in _VIDEOS else "file"
        place = await self._call("POST", "/uploads", params={"type": kind})
        part = {"data": file.part}
        if kind == "video":
            sent = await self._c.courier.send("POST", place["url"], files=part, wait_seconds=UPLOAD_SECONDS)
            if sent.status >= 400:
                raise ContentRejected("file_rejected", name=file.name)
            return {"type": kind, "payload": {"token": place["token"]}}

        def read(answer: Any, status: int) -> dict[str, Any]:
            if status >= 400:
                raise ContentRejected("file_rejected", name=file.name)
            return {"photos": answer["photos"]} if kind == "image" else {"token": answer["token"]}

        payload = await self._c.courier.ask(read, "POST", place["url"], files=part, wait_seconds=UPLOAD_SECONDS)
        return {"type": kind, "payload": payload}

    async def find(self, target: Target | None, sought: Sought) -> Placed | None:
        """The bot's own message with this text since then, in answer to the same one, among the latest of the chat."""
        chat: Any = target["chat"] if target else self._c.settings.get("chat_id")
        answer = await self._call("GET", "/messages", params={"chat_id": str(chat), "count": "100"})
        for message in answer.get("messages", []):
            at, link = message["timestamp"] / 1000, link_of(int(chat), message["body"]["seq"])
            mine = message.get("sender", {}).get("is_bot") and _answers(message, target)
            if mine and sought.fits(message["body"].get("text") or "", at, self._c.courier.skew_seconds, link):
                private = message["recipient"].get("chat_type") == "dialog"
                return Placed("" if private else link, datetime.fromtimestamp(at, UTC))
        return None

    async def _message_at(self, target: Target) -> str:
        answer = await self._call("GET", "/messages", params={"chat_id": str(target["chat"]), "count": "100"})
        for message in answer.get("messages", []):
            if message["body"]["seq"] == target["seq"]:
                return str(message["body"]["mid"])
        raise TargetGone

    async def _send(self, chat: int, body: dict[str, Any], files: Sequence[Enclosure]) -> Placed:
        if files:
            body["attachments"] = [await self._upload(file) for file in files]
        pace = Limit(f"chat {chat}", 1000)
        query = {"chat_id": str(chat)}
        made = (await self._call("POST", "/messages", pace, writes=True, params=query, json=body)).get("message")
        if not made:
            raise Ambiguous
        at = datetime.fromtimestamp(made["timestamp"] / 1000, UTC)
        private = made["recipient"].get("chat_type") == "dialog"
        return Placed("" if private else link_of(made["recipient"]["chat_id"], made["body"]["seq"]), at)

    async def _call(self, method: str, path: str, *limits: Limit, writes: bool = False, **parts: Any) -> Any:
        def read(answer: Any, status: int) -> Any:
            if status >= 400:
                raise _fault_of(status, answer, writes)
            return answer

        host = self._c.settings.get("api_host") or HOST
        headers, pace = {"Authorization": self._c.secret("bot_token")}, Limit("bot", GAP_MS)
        return await self._c.courier.ask(
            read, method, f"https://{host}{path}", pace, *limits, headers=headers, writes=writes, **parts
        )


def _answers(message: Mapping[str, Any], target: Target | None) -> bool:
    """Whether a message may be an answer to the target: it names none, or this one."""
    named = (message.get("link") or {}).get("message") or {}
    known = {"mid": (target or {}).get("message"), "seq": (target or {}).get("seq")}
    return all(named.get(part) in (None, value) for part, value in known.items() if value)


def _fault_of(status: int, answer: Mapping[str, Any], writes: bool) -> Fault:
    code = str(answer.get("code", ""))
    if status == 429 or code == "too.many.requests":
        return RetryAfter(10)
    if code == "attachment.not.ready":
        return RetryAfter(NOT_READY_SECONDS, "file_worked_on")
    if status == 401:
        return AuthFailed()
    if status == 403:
        return NoRights()
    if status == 404:
        return TargetGone("chat_gone" if code.startswith("chat") else "")
    if status == 400:
        return ContentRejected("text_too_long" if "length" in str(answer.get("message", "")).lower() else "")
    if status >= 500:
        return Ambiguous() if writes else RetryAfter(60)
    return Unreadable()


def link_of(chat: int, seq: int) -> str:
    """The public link of a message by its number in the chat (eight bytes, base64url)."""
    return f"https://max.ru/c/{chat}/{urlsafe_b64encode(seq.to_bytes(8)).decode().rstrip('=')}"


def seq_of(code: str) -> int:
    """The number out of a link's last part; 0 where it is none."""
    try:
        return int.from_bytes(urlsafe_b64decode(code + "=" * (-len(code) % 4)))
    except ValueError:
        return 0
