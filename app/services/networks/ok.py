"""Одноклассники: discussions of our group (REST, signed) and private messages to it (the group's bot).

A comment has no link of its own, so all comments of a topic share the topic's. Answering a comment stands in the
official reference of 2017 only and its page is gone: it is done only where the administrator says that it was tried.
"""

import hashlib
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

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
    seconds,
)
from app.services.networks.allowance import Limit
from app.services.networks.faults import (
    Ambiguous,
    AuthFailed,
    ContentRejected,
    Fault,
    NoRights,
    RetryAfter,
    TargetClosed,
    TargetGone,
    WrongToken,
)

API = "https://api.ok.ru"
SITE = "https://ok.ru/"
GAP_MS = 500  # no pace is published: two calls a second
PAGE, MOST_PAGES = 100, 50
DAY_SECONDS = 24 * 3600  # by which a clock may be wrong: what is read back is judged one by one
_MOSCOW = ZoneInfo("Europe/Moscow")
_KINDS = {"IMAGE": "image/jpeg", "VIDEO": "video/mp4", "AUDIO": "audio/mpeg"}


class OkAdapter:
    """One group (`group_id`), with an application's key and its owner's token; the bot's token for private ones."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection
        self._group = str(connection.settings.get("group_id", ""))

    async def test(self) -> Checked:
        cannot = []
        name = ""
        if "access_token" in self._c.secrets:
            await self._rest("discussions.getList", category="GROUP", count="1")
        else:
            cannot.append("comments")
        if "bot_token" in self._c.secrets:
            name = str((await self._graph("GET", "info")).get("name", ""))
        else:
            cannot.append("messages")
        return Checked(name, tuple(cannot))

    # ----- reading

    async def batches(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """Discussions with new comments, then private messages."""
        if "access_token" in self._c.secrets:
            async for batch in self._discussions(cursor):
                yield batch
        if "bot_token" in self._c.secrets:
            async for batch in self._chats(cursor):
                yield batch

    async def _discussions(self, cursor: Cursor) -> AsyncIterator[Batch]:
        anchors = cursor.setdefault("anchors", {})
        fields = "discussion.OBJECT_TYPE,discussion.OBJECT_ID,discussion.NEW_COMMENTS_COUNT,discussion.TITLE,group.UID"
        listed = await self._rest("discussions.getList", category="GROUP", count=str(PAGE), fields=fields)
        for talk in listed.get("discussions", []):
            number, kind = str(talk["object_id"]), str(talk["object_type"])
            if not talk.get("new_comments_count") and number in anchors:
                continue
            for _ in range(MOST_PAGES):
                query: dict[str, Any] = {"discussionId": number, "discussionType": kind, "count": str(PAGE)}
                query |= {"direction": "FORWARD", "anchor": anchors.get(number) or "FIRST"}
                page = await self._rest("discussions.getComments", **query)
                anchors[number] = page.get("anchor") or anchors.get(number, "")
                yield Batch(tuple(self._comments(page, number, kind)), cursor)
                if not page.get("has_more"):
                    break

    def _comments(self, page: Mapping[str, Any], number: str, kind: str) -> list[Found]:
        link = f"{SITE}group/{self._group}/topic/{number}" if kind == "GROUP_TOPIC" else f"{SITE}group/{self._group}"
        found = []
        for comment in page.get("comments", []):
            if self._is_ours(comment):
                continue
            author = str(comment.get("author_id", ""))
            found.append(
                Found(
                    key=f"ok:comment:{number}:{comment['id']}",
                    text=comment.get("text", ""),
                    link=link,
                    post_kind="comment",
                    author_name=comment.get("author_name", ""),
                    author_link=f"{SITE}profile/{author}" if author else "",
                    posted_at=_moment(comment),
                    target={"discussion": number, "kind": kind, "comment": str(comment["id"]), "link": link},
                    change="" if comment.get("type", "ACTIVE_MESSAGE").startswith("ACTIVE") else "removed",
                )
            )
        return found

    def _is_ours(self, comment: Mapping[str, Any]) -> bool:
        return str(comment.get("author_ref", "")) == f"group:{self._group}" or comment.get("author_id") == self._group

    async def _chats(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """Chats with events since the last time; messages come the newest first, from now back to then."""
        heard = cursor.setdefault("chats", {})
        marker = ""
        for _ in range(MOST_PAGES):
            listed = await self._graph("GET", "chats", params={"marker": marker} if marker else {})
            for chat in listed.get("chats", []):
                name, last = str(chat["chat_id"]), int(chat.get("lastEventTime", 0))
                if last > heard.get(name, 0):
                    messages = await self._messages(name, heard.get(name, 0))
                    heard[name] = last
                    yield Batch(tuple(messages), cursor)
            marker = listed.get("marker", "")
            if not marker or not listed.get("chats") or len(listed["chats"]) < PAGE:
                return

    async def _messages(self, chat: str, since_ms: int) -> list[Found]:
        found: list[Found] = []
        until = int(self._c.now.timestamp() * 1000)
        since_ms = since_ms or until - 24 * 3600 * 1000
        for _ in range(MOST_PAGES):
            query = {"from": str(until), "to": str(since_ms), "count": str(PAGE)}
            page = (await self._graph("GET", f"messages/{chat}", params=query)).get("messages", [])
            found += [self._private(m, chat) for m in page if _is_users(m)]
            if len(page) < PAGE:
                break
            until = page[-1]["timestamp"]
        return found

    def _private(self, message: Mapping[str, Any], chat: str) -> Found:
        said, sender = message["message"], message["sender"]
        files = said.get("attachments") or ()
        return Found(
            key=f"ok:message:{said['mid']}",
            text=said.get("text") or "",
            post_kind="private",
            author_name=sender.get("name", ""),
            author_link=f"{SITE}profile/{sender['user_id'].removeprefix('user:')}",
            posted_at=datetime.fromtimestamp(message["timestamp"] / 1000, UTC),
            target={"chat": chat},
            files=tuple(
                FileLink(str(f.get("type", "")).lower(), _KINDS.get(f.get("type", ""), ""), f["payload"]["url"])
                for f in files if f.get("payload", {}).get("url")
            ),
        )  # fmt: skip

    # ----- answering

    def target(self, link: str) -> Target | None:
        """A link leads to the whole topic, which is not enough to answer one comment."""
        recognise(link)
        return None

    async def reply(self, target: Target, text: str, key: str) -> Placed:
        if "chat" in target:
            body = {"recipient": {"chat_id": target["chat"]}, "message": {"text": text}}
            made = await self._graph("POST", f"messages/{target['chat']}", writes=True, json=body)
            if not made.get("success"):
                raise Ambiguous
            return Placed("")
        if not self._c.settings.get("comments_tried"):
            raise NoRights("answers_not_tried")
        query = {"entityId": target["discussion"], "entityType": target["kind"], "comment": text, "as_admin": "true"}
        made = await self._rest(
            "discussions.addDiscussionComment", writes=True, **query, reply_to_comment_id=target["comment"]
        )
        if not isinstance(made, dict) or "id" not in made:
            raise Ambiguous
        return Placed(target["link"])

    async def reply_with(self, target: Target, text: str, key: str, files: Sequence[Enclosure]) -> Placed:
        """OK documents no files of a comment, and of a private message only pictures that stand on the web already."""
        if files:
            raise NoRights("files_not_taken")
        return await self.reply(target, text, key)

    async def post(self, text: str, key: str) -> Placed:
        """A topic of the group in its own name; the answer is a bare string with its number."""
        return await self.post_with(text, key, ())

    async def post_with(self, text: str, key: str, files: Sequence[Enclosure]) -> Placed:
        """The same with pictures, which are uploaded before: that publishes nothing."""
        media: list[dict[str, Any]] = [{"type": "text", "text": text}]
        if files:
            media.append({"type": "photo", "list": [{"id": token} for token in await self._upload(files)]})
        said = json.dumps({"media": media, "onBehalfOfGroup": "true"}, ensure_ascii=False)
        made = await self._rest("mediatopic.post", writes=True, type="GROUP_THEME", gid=self._group, attachment=said)
        if not isinstance(made, str) or not made.isdecimal():
            raise Ambiguous
        return Placed(f"{SITE}group/{self._group}/topic/{made}")

    async def _upload(self, files: Sequence[Enclosure]) -> list[str]:
        """The tokens of pictures, in their order."""
        place = await self._rest("photosV2.getUploadUrl", gid=self._group, count=str(len(files)))
        parts = {f"pic{number}": file.part for number, file in enumerate(files, start=1)}

        def read(answer: Any, _status: int) -> list[str]:
            if "photos" not in answer:
                raise ContentRejected("file_rejected", name=files[0].name)
            return [str(answer["photos"][number]["token"]) for number in place["photo_ids"]]

        tokens: list[str] = await self._c.courier.ask(
            read, "POST", place["upload_url"], files=parts, wait_seconds=UPLOAD_SECONDS
        )
        return tokens

    async def find(self, target: Target | None, sought: Sought) -> Placed | None:
        if target is None:
            raise WrongToken("not_read_back")
        if "chat" in target:
            wide = {"from": seconds(self._c.now) + DAY_SECONDS, "to": seconds(sought.since) - DAY_SECONDS}
            query = {name: str(at * 1000) for name, at in wide.items()} | {"count": str(PAGE)}
            for message in (await self._graph("GET", f"messages/{target['chat']}", params=query)).get("messages", []):
                words, sent = message["message"].get("text") or "", message["timestamp"] / 1000
                if not _is_users(message) and sought.fits(words, sent, self._c.courier.skew_seconds):
                    return Placed("", datetime.fromtimestamp(sent, UTC))
            return None
        page = await self._rest(
            "discussions.getComments", discussionId=target["discussion"], discussionType=target["kind"],
            count=str(PAGE), anchor="LAST", direction="BACKWARD",
        )  # fmt: skip
        for comment in page.get("comments", []):
            at, answered = _moment(comment), comment.get("reply_to_comment_id")
            mine = self._is_ours(comment) and str(answered or target["comment"]) == target["comment"]
            sent = at.timestamp() if at else None
            if mine and sought.fits(comment.get("text", ""), sent, self._c.courier.skew_seconds):
                return Placed(target["link"], at)
        return None

    # ----- calls

    async def _rest(self, method: str, *, writes: bool = False, **query: str) -> Any:
        """A signed call: the sum is over the parameters in order, without the token, and the secret of the session."""
        token, secret = self._c.secret("access_token"), self._c.secret("application_secret")
        form = {**query, "method": method, "application_key": str(self._c.settings.get("application_key", ""))}
        form["format"] = "json"
        form |= {"sig": signature(form, token, secret), "access_token": token}
        return await self._call("POST", f"{API}/fb.do", writes, data=form)

    async def _graph(self, method: str, path: str, *, writes: bool = False, **parts: Any) -> Any:
        parts["params"] = {**parts.get("params", {}), "access_token": self._c.secret("bot_token")}
        return await self._call(method, f"{API}/graph/me/{path}", writes, **parts)

    async def _call(self, method: str, url: str, writes: bool, **parts: Any) -> Any:
        def read(answer: Any, _status: int) -> Any:
            if isinstance(answer, dict) and "error_code" in answer:
                raise _fault_of(answer, writes)
            return answer

        return await self._c.courier.ask(read, method, url, Limit("pace", GAP_MS), writes=writes, **parts)


def signature(form: Mapping[str, str], token: str, secret: str) -> str:
    """md5 over "k=v" in order and md5(token + secret), as OK's reference has it."""
    session = hashlib.md5((token + secret).encode(), usedforsecurity=False).hexdigest()
    said = "".join(f"{name}={form[name]}" for name in sorted(form))
    return hashlib.md5((said + session).encode(), usedforsecurity=False).hexdigest()


_CLASSES: dict[int, tuple[type[Fault], str]] = {
    **dict.fromkeys((102, 103, 401, 453), (AuthFailed, "")),
    **dict.fromkeys((10, 200, 3), (NoRights, "")),
    454: (ContentRejected, ""),
    **dict.fromkeys((455, 456, 457, 458), (TargetClosed, "page_closed")),
    **dict.fromkeys((700, 702, 106), (TargetGone, "")),
    704: (ContentRejected, ""),
    104: (AuthFailed, "signature_wrong"),
}


def _fault_of(error: Mapping[str, Any], writes: bool) -> Fault:
    number = int(error["error_code"])
    if number in (7, 8):
        return RetryAfter(3600)
    if number == 11:
        return RetryAfter(600)
    if number in (1, 2, 4, 9999):
        return Ambiguous(number=number) if writes and number != 2 else RetryAfter(60, number=number)
    if number in _CLASSES:
        kind, code = _CLASSES[number]
        return kind(code, number=number)
    return Fault("network_refused", number=number)


def _is_users(message: Mapping[str, Any]) -> bool:
    return str(message.get("sender", {}).get("user_id", "")).startswith("user:")


def _moment(comment: Mapping[str, Any]) -> datetime | None:
    """Milliseconds, or a date in Moscow time."""
    if comment.get("created_ms"):
        return datetime.fromtimestamp(int(comment["created_ms"]) / 1000, UTC)
    stated = str(comment.get("date", ""))
    if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", stated):
        return None
    return datetime.fromisoformat(stated).replace(tzinfo=_MOSCOW).astimezone(UTC)
