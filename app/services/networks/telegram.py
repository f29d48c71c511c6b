"""Telegram (Bot API 10.1): what people write in the groups our bot is in, comments under channels among it.

A comment under a channel's post is a message in the linked group, in the thread of the post forwarded there. Updates
are kept by Telegram for 24 hours, by one number after another: a jump in the numbers is a gap, and is told.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
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
    Gap,
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
    HumanNeeded,
    NoRights,
    RetryAfter,
    TargetClosed,
    TargetGone,
    WrongToken,
)

API = "https://api.telegram.org"
GAP_MS = 40
CHAT_GAP_MS = 3000
PAGE = 100
KEPT = timedelta(hours=24)
KEPT_THREADS = 500
LISTENED = ("message", "edited_message", "channel_post", "edited_channel_post", "my_chat_member")
_GROUPS = ("group", "supergroup")
_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(?:@\w+)?(?: [\w-]{1,64})?", re.ASCII)  # "/start", "/start site"
_FILES = {"photo": "image/jpeg", "video": "video/mp4", "document": "", "voice": "audio/ogg", "video_note": "video/mp4",
          "animation": "video/mp4", "audio": "audio/mpeg"}  # fmt: skip


class TelegramAdapter:
    """One bot, in as many groups as it was taken into."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    async def test(self) -> Checked:
        """The bot's name; whether it reads all messages of groups."""
        me = await self._call("getMe")
        return Checked(f"@{me.get('username', '')}", () if me.get("can_read_all_group_messages") else ("all_messages",))

    # ----- reading

    async def batches(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """Updates from the number kept; every hundred of them is a batch."""
        while True:
            query = {"offset": cursor.get("offset", 0), "limit": PAGE, "timeout": 0, "allowed_updates": list(LISTENED)}
            updates = await self._call("getUpdates", **query)
            gaps = self._gaps(cursor, updates)
            warnings: list[str] = []
            messages = [found for update in updates if (found := self._read(update, cursor, warnings)) is not None]
            if updates:
                cursor["offset"] = updates[-1]["update_id"] + 1
            cursor["at"] = int(self._c.now.timestamp())
            yield Batch(tuple(messages), cursor, gaps, tuple(warnings))
            if len(updates) < PAGE:
                return

    def _gaps(self, cursor: Cursor, updates: list[Mapping[str, Any]]) -> tuple[Gap, ...]:
        last = datetime.fromtimestamp(cursor["at"], UTC) if "at" in cursor else None
        if last is not None and self._c.now - last > KEPT:
            return (Gap("away_too_long", last, self._c.now - KEPT),)
        expected = cursor.get("offset", 0)
        if expected and updates and updates[0]["update_id"] > expected:
            return (Gap("updates_skipped", last, self._c.now),)
        return ()

    def _read(self, update: Mapping[str, Any], cursor: Cursor, warnings: list[str]) -> Found | None:
        if member := update.get("my_chat_member"):
            if member["new_chat_member"]["status"] in ("kicked", "left"):
                warnings.append("put_out")
            return None
        edited = "edited_message" in update
        message = update.get("message") or update.get("edited_message")
        if message is None or message["chat"]["type"] not in (*_GROUPS, "private"):
            return None
        if message.get("is_automatic_forward"):
            self._keep_thread(cursor, message)
            return None
        if self._is_ours(message):
            return None
        return self._found(message, cursor, "edited" if edited else "")

    def _is_ours(self, message: Mapping[str, Any]) -> bool:
        """What the group's own administrators and channel write, bots, and commands to ours."""
        sender = message.get("sender_chat", {})
        own = sender.get("id") == message["chat"]["id"]
        parent = message.get("reply_to_message", {}).get("sender_chat", {})
        own = own or (bool(sender) and sender.get("id") == parent.get("id") and self._is_forward(message))
        bot = message.get("from", {}).get("is_bot", False) and not sender
        return own or bot or _COMMAND.fullmatch(message.get("text", "").strip()) is not None

    def _is_forward(self, message: Mapping[str, Any]) -> bool:
        return bool(message.get("reply_to_message", {}).get("is_automatic_forward"))

    def _keep_thread(self, cursor: Cursor, message: Mapping[str, Any]) -> None:
        """Remember which post of the channel a thread of the group belongs to."""
        post = _post_of(message)
        if post:
            threads = cursor.setdefault("threads", {})
            threads[f"{message['chat']['id']}:{message['message_id']}"] = post
            for old in list(threads)[:-KEPT_THREADS]:
                del threads[old]

    def _found(self, message: Mapping[str, Any], cursor: Cursor, change: str) -> Found:
        chat, number = message["chat"], message["message_id"]
        link, kind = self._link(message, cursor), "message"
        if chat["type"] == "private":
            kind = "private"
        elif "?comment=" in link:
            kind = "comment"
        sender = message.get("sender_chat") or message.get("from", {})
        user = sender.get("username", "")
        name = sender.get("title") or f"{sender.get('first_name', '')} {sender.get('last_name', '')}".strip()
        return Found(
            key=f"telegram:message:{chat['id']}:{number}",
            text=message.get("text") or message.get("caption") or "",
            link=link,
            post_kind=kind,
            author_name=name,
            author_link=f"https://t.me/{user}" if user else "",
            posted_at=datetime.fromtimestamp(message["date"], UTC),
            target={"chat": chat["id"], "message": number, "link": link},
            files=tuple(FileLink(kind, media, link) for kind, media in _FILES.items() if message.get(kind)),
            change=change,
        )

    def _link(self, message: Mapping[str, Any], cursor: Cursor) -> str:
        """The comment's link under the channel's post, else the message's own in the group; "" for a private one."""
        chat, number = message["chat"], message["message_id"]
        if chat["type"] not in _GROUPS:
            return ""
        first = message.get("reply_to_message", {})
        thread = f"{chat['id']}:{message.get('message_thread_id')}"
        post = _post_of(first) if first.get("is_automatic_forward") else cursor.get("threads", {}).get(thread)
        if post:
            return f"https://t.me/{post}?comment={number}"
        return _message_link(chat, number)

    # ----- answering

    def target(self, link: str) -> Target | None:
        """The group and the message; a comment's group is asked of Telegram when it is answered."""
        found = recognise(link)
        name = found.canonical_id.removeprefix("telegram:comment:")
        if found.network != "telegram":
            return None
        if found.kind == "comment" and (parts := re.fullmatch(r"(.+)/(\d+):(\d+)", name)):
            return {"channel": _chat(parts[1]), "message": int(parts[3]), "link": found.canonical_url}
        name = found.canonical_id.removeprefix("telegram:post:")
        if found.kind == "post" and (parts := re.fullmatch(r"(.+)/(\d+)", name)):
            return {"chat": _chat(parts[1]), "message": int(parts[2]), "link": found.canonical_url}
        return None

    async def reply(self, target: Target, text: str, key: str) -> Placed:
        """A message in answer to theirs; Telegram does not know a second sending, so `key` helps nothing here."""
        return await self.reply_with(target, text, key, ())

    async def reply_with(self, target: Target, text: str, key: str, files: Sequence[Enclosure]) -> Placed:
        """The same with files: the text is what stands under them."""
        chat = target.get("chat")
        if chat is None:
            channel = await self._call("getChat", chat_id=target["channel"])
            chat = channel.get("linked_chat_id")
            if chat is None:
                raise TargetClosed("channel_without_group")
        made = await self._send(chat, text, target["message"], files)
        return Placed(_answer_link(target, made), datetime.fromtimestamp(made["date"], UTC))

    async def post(self, text: str, key: str) -> Placed:
        """A post in our channel (`channel` of the settings)."""
        return await self.post_with(text, key, ())

    async def post_with(self, text: str, key: str, files: Sequence[Enclosure]) -> Placed:
        """The same with files."""
        channel = self._c.settings.get("channel", "")
        if not channel:
            raise NoRights("channel_not_set")
        made = await self._send(_chat(channel), text, None, files)
        return Placed(_message_link(made["chat"], made["message_id"]), datetime.fromtimestamp(made["date"], UTC))

    async def find(self, target: Target | None, sought: Sought) -> Placed | None:
        """A bot cannot read what it wrote: a person has to look."""
        raise WrongToken("not_read_back")

    async def _send(
        self, chat: Any, text: str, answered: int | None, files: Sequence[Enclosure]
    ) -> Mapping[str, Any]:
        query: dict[str, Any] = {"chat_id": chat}
        if answered is not None:
            query["reply_parameters"] = {"message_id": answered, "allow_sending_without_reply": False}
        method, parts = _enclosing(text, files) if files else ("sendMessage", {})
        query |= parts.get("query") or {"text": text, "link_preview_options": {"is_disabled": True}}
        try:
            pace = Limit(f"chat {chat}", CHAT_GAP_MS)
            made = await self._call(method, pace, writes=True, uploads=parts.get("files"), **query)
        except _Moved as moved:
            query["chat_id"] = moved.chat
            made = await self._call(method, writes=True, uploads=parts.get("files"), **query)
        if isinstance(made, list) and made:
            made = made[0]  # several files are several messages; the first has the text
        if not isinstance(made, dict) or "message_id" not in made:
            raise Ambiguous
        return made

    # ----- one call

    async def _call(
        self, method: str, *limits: Limit, writes: bool = False, uploads: Any = None, **query: Any
    ) -> Any:
        url = f"{API}/bot{self._c.secret('bot_token')}/{method}"

        def read(answer: Any, _status: int) -> Any:
            if not answer.get("ok"):
                raise _fault_of(answer, writes)
            return answer["result"]

        parts: dict[str, Any] = {"json": query}
        if uploads:  # a form: what is not text in it is JSON
            form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in query.items()}
            parts = {"data": form, "files": uploads, "wait_seconds": UPLOAD_SECONDS}
        return await self._c.courier.ask(read, "POST", url, Limit("bot", GAP_MS), *limits, writes=writes, **parts)


def _enclosing(text: str, files: Sequence[Enclosure]) -> tuple[str, dict[str, Any]]:
    """The method that sends these files with a text under them, its `query`, and the `files` of the form."""
    if len(files) == 1:
        kind = _kind(files[0])
        return f"send{kind.capitalize()}", {"query": {"caption": text}, "files": {kind: files[0].part}}
    media = [{"type": _kind(file), "media": f"attach://file{number}"} for number, file in enumerate(files)]
    media[0]["caption"] = text
    parts = {f"file{number}": file.part for number, file in enumerate(files)}
    return "sendMediaGroup", {"query": {"media": media}, "files": parts}


def _kind(file: Enclosure) -> str:
    """What Telegram shows in place, "photo" or "video"; anything else is a "document"."""
    if file.media_type in ("image/jpeg", "image/png", "image/webp"):
        return "photo"
    return "video" if file.media_type in ("video/mp4", "video/quicktime") else "document"


class _Moved(Exception):
    """The group became a supergroup with another number; nothing was sent."""

    def __init__(self, chat: int) -> None:
        self.chat = chat


_WORDS: tuple[tuple[str, type[Fault], str], ...] = (
    ("message to be replied not found", TargetGone, ""),
    ("replied message not found", TargetGone, ""),
    ("reply message not found", TargetGone, ""),
    ("message is too long", ContentRejected, "text_too_long"),
    ("can't parse entities", ContentRejected, ""),
    ("topic_closed", TargetClosed, ""),
    ("chat not found", TargetGone, "chat_gone"),
    ("not enough rights", NoRights, ""),
    ("have no rights", NoRights, ""),
)


def _fault_of(answer: Mapping[str, Any], writes: bool) -> Exception:
    number, words = int(answer.get("error_code", 0)), str(answer.get("description", "")).lower()
    parameters = answer.get("parameters", {})
    if number == 429:
        return RetryAfter(float(parameters.get("retry_after", 30)))
    if "migrate_to_chat_id" in parameters:
        return _Moved(parameters["migrate_to_chat_id"])
    if number in (401, 404):
        return AuthFailed()
    if number == 409:
        return HumanNeeded("webhook_active" if "webhook" in words else "another_reader")
    if number == 403:
        return NoRights("put_out" if "kicked" in words or "not a member" in words else "")
    for part, kind, code in _WORDS:
        if part in words:
            return kind(code)
    if number >= 500:
        return Ambiguous() if writes else RetryAfter(60)
    return Fault("network_refused", number=number)


def _post_of(forward: Mapping[str, Any]) -> str:
    """ "channel/345" of a post that was forwarded into the group, "" where it is not known."""
    origin = forward.get("forward_origin", {})
    chat = origin.get("chat", {})
    if not origin.get("message_id") or not chat:
        return ""
    return f"{_chat_name(chat)}/{origin['message_id']}"


def _chat_name(chat: Mapping[str, Any]) -> str:
    return chat.get("username") or f"c/{str(chat['id']).removeprefix('-100')}"


def _message_link(chat: Mapping[str, Any], number: int) -> str:
    return f"https://t.me/{_chat_name(chat)}/{number}" if chat.get("type") != "private" else ""


def _answer_link(target: Target, made: Mapping[str, Any]) -> str:
    """Where our answer stands: under the same post as the comment, or in the same group."""
    post, found, _ = str(target.get("link", "")).partition("?comment=")
    return f"{post}?comment={made['message_id']}" if found else _message_link(made["chat"], made["message_id"])


def _chat(name: str) -> int | str:
    """The Bot API's name of a chat: a number, or @username."""
    name = name.removeprefix("https://t.me/").removeprefix("@")
    return int(name) if re.fullmatch(r"-?\d+", name) else f"@{name}"
