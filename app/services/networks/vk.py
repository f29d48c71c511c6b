"""ВКонтакте (API 5.199): the region's words found in the feed, our community's comments and events, answers from it.

A community's token hears its events and answers in its name; reading walls and searching need the service token of
an application. Tokens of VK ID can do neither (1051) and are told so.
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from app.services.links import recognise
from app.services.networks.adapter import (
    Batch,
    Checked,
    Connection,
    Cursor,
    Enclosure,
    Found,
    Gap,
    Placed,
    Sought,
    Target,
)
from app.services.networks.allowance import Limit
from app.services.networks.faults import TargetGone
from app.services.networks.vk_answers import SITE, fault_of, files_of, random_id
from app.services.networks.vk_files import USER, store

# VK moves to partners.api.vk.ru, whose certificate is of Минцифры; until the old ones are gone that is a setting.
HOST = "api.vk.com"
VERSION = "5.199"
# The tightest of the three documented paces: a user's token; ours are a community's (20) and a service's (5).
GAP_MS = 334
DAILY = {"newsfeed.search": 1000, "wall.get": 5000, "wall.search": 1000}
SEARCH_PAGE, SEARCH_PAGES = 200, 5
OVERLAP = timedelta(minutes=10)
WALL_POSTS = 50
COMMENT_PAGE = 100
LONG_POLL_ROUNDS = 50
_EVENTS = re.compile(r"(wall_reply|board_post|photo_comment|video_comment|wall_post|message)_(new|edit|delete|restore)")
_CHANGES = {"new": "", "edit": "edited", "delete": "removed", "restore": "restored"}


class VkAdapter:
    """One community (`group_id`) and the phrases (`phrases`) that are searched for."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection
        self._group = int(connection.settings.get("group_id") or 0)
        self._phrases = [p for p in connection.settings.get("phrases", ()) if p]

    # ----- who we are

    async def test(self) -> Checked:
        """The community's name; what the tokens given cannot do."""
        cannot: list[str] = []
        name = ""
        if "service_token" in self._c.secrets and self._group:
            groups = await self._call("groups.getById", "service_token", group_id=self._group)
            name = _group_name(groups)
        elif "service_token" in self._c.secrets:
            await self._call("utils.getServerTime", "service_token")
        else:
            cannot.append("search_and_walls")
        if "group_token" in self._c.secrets:
            rights = await self._call("groups.getTokenPermissions", "group_token")
            granted = {row.get("name") for row in rights.get("permissions", ())}
            cannot += [code for code in ("wall", "messages", "manage") if code not in granted]
            name = name or _group_name(await self._call("groups.getById", "group_token", group_id=self._group))
        else:
            cannot.append("answers")
        return Checked(name, tuple(cannot))

    # ----- reading

    async def batches(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """The search, then comments of our wall, then events since the last time."""
        if "service_token" in self._c.secrets:
            for phrase in self._phrases:
                async for batch in self._search(cursor, phrase):
                    yield batch
            if self._group:
                async for batch in self._wall(cursor):
                    yield batch
        if "group_token" in self._c.secrets and self._group:
            async for batch in self._events(cursor):
                yield batch

    async def _search(self, cursor: Cursor, phrase: str) -> AsyncIterator[Batch]:
        known = cursor.setdefault("search", {})
        since = datetime.fromtimestamp(known[phrase], UTC) if phrase in known else self._c.now - timedelta(days=1)
        latest, start = known.get(phrase, int(since.timestamp())), ""
        for page in range(1, SEARCH_PAGES + 1):
            query: dict[str, Any] = {"q": phrase, "count": SEARCH_PAGE, "extended": 1}
            query |= {"start_time": int((since - OVERLAP).timestamp())} | ({"start_from": start} if start else {})
            found = await self._call("newsfeed.search", "service_token", **query)
            names = _names(found)
            messages = tuple(self._post(item, names) for item in found["items"] if item.get("from_id") != -self._group)
            latest = max([latest, *(int(item["date"]) for item in found["items"])])
            start = found.get("next_from") or ""
            # The newest come first: only the last page may move the mark, else a break would lose the older ones.
            ended = not start or not found["items"] or page == SEARCH_PAGES
            if ended:
                known[phrase] = min(latest, int(self._c.now.timestamp()))
            gaps = (Gap("search_too_many", since, self._c.now),) if start and page == SEARCH_PAGES else ()
            yield Batch(messages, cursor, gaps)
            if ended:
                return

    async def _wall(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """Comments under our latest posts, of those whose number of comments changed."""
        counts = cursor.setdefault("posts", {})
        wall = await self._call("wall.get", "service_token", owner_id=-self._group, count=WALL_POSTS)
        alive = {str(post["id"]) for post in wall["items"]}
        for post in wall["items"]:
            number, count = str(post["id"]), post.get("comments", {}).get("count", 0)
            if counts.get(number) == count:
                continue
            messages = await self._comments(post["id"]) if count else ()
            counts[number] = count
            for gone in counts.keys() - alive:
                del counts[gone]
            yield Batch(tuple(messages), cursor)

    async def _comments(self, post: int) -> list[Found]:
        """All comments of a post with their threads."""
        found: list[Found] = []
        fixed: dict[str, Any] = {"owner_id": -self._group, "post_id": post, "sort": "asc", "extended": 1}
        fixed |= {"preview_length": 0}
        offset = 0
        while True:
            page = await self._call(
                "wall.getComments", "service_token", **fixed, count=COMMENT_PAGE, offset=offset, thread_items_count=10
            )
            names = _names(page)
            for comment in page["items"]:
                found += self._kept([comment], names)
                thread = comment.get("thread", {})
                if thread.get("count", 0) > len(thread.get("items", ())):
                    found += await self._thread(fixed, comment["id"])
                else:
                    found += self._kept(thread.get("items", ()), names)
            offset += len(page["items"])
            if not page["items"] or offset >= page.get("current_level_count", page["count"]):
                return found

    async def _thread(self, fixed: Mapping[str, Any], comment: int) -> list[Found]:
        found: list[Found] = []
        offset = 0
        while True:
            page = await self._call(
                "wall.getComments", "service_token", **fixed, comment_id=comment, count=COMMENT_PAGE, offset=offset
            )
            found += self._kept(page["items"], _names(page))
            offset += len(page["items"])
            if not page["items"] or offset >= page.get("current_level_count", page["count"]):
                return found

    def _kept(self, comments: Any, names: Mapping[int, str]) -> list[Found]:
        """Comments of others; what our community itself wrote is no message."""
        return [self._comment(c, names) for c in comments if c.get("from_id") != -self._group]

    async def _events(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """Bots Long Poll: what happened in the community since the place kept; a lost history is a gap."""
        place = cursor.get("events") or await self._event_server()
        for _ in range(LONG_POLL_ROUNDS):
            query = {"act": "a_check", "key": place["key"], "ts": place["ts"], "wait": "1"}
            answer = await self._c.courier.send("GET", place["server"], params=query, wait_seconds=10)
            told = answer.json()
            gaps: tuple[Gap, ...] = ()
            if failed := told.get("failed"):
                if failed == 1:
                    place = {**place, "ts": str(told["ts"])}
                elif failed == 2:
                    place = {**await self._event_server(), "ts": place["ts"]}
                else:
                    place = await self._event_server()
                gaps = (Gap("history_lost", self._last_time(cursor), self._c.now),) if failed != 2 else ()
            else:
                place = {**place, "ts": str(told["ts"])}
            messages = tuple(found for event in told.get("updates", ()) if (found := self._event(event)) is not None)
            cursor["events"] = place
            cursor["events_at"] = int(self._c.now.timestamp())
            yield Batch(messages, cursor, gaps)
            if not failed and not told["updates"]:
                return

    async def _event_server(self) -> dict[str, str]:
        server = await self._call("groups.getLongPollServer", "group_token", group_id=self._group)
        return {"server": str(server["server"]), "key": str(server["key"]), "ts": str(server["ts"])}

    def _last_time(self, cursor: Cursor) -> datetime | None:
        return datetime.fromtimestamp(cursor["events_at"], UTC) if "events_at" in cursor else None

    def _event(self, event: Mapping[str, Any]) -> Found | None:
        known = _EVENTS.fullmatch(event.get("type", ""))
        if known is None:
            return None
        kind, change = known[1], _CHANGES[known[2]]
        thing = event["object"].get("message", event["object"])
        if thing.get("from_id") == -self._group or (kind == "message" and thing.get("out")):
            return None
        if kind == "message":
            return self._private(thing, change)
        if kind == "wall_post":
            return self._post(thing, {}) if thing.get("from_id", 0) > 0 else None
        if kind == "board_post":
            return self._topic_comment(thing, change)
        if kind == "wall_reply":
            return self._comment(thing, {}, change)
        return None  # comments under photos and videos have no link that leads to them

    # ----- what is read, as messages

    def _post(self, item: Mapping[str, Any], names: Mapping[int, str]) -> Found:
        if item.get("post_type") == "reply":
            return self._comment(item, names)
        name = f"{item['owner_id']}_{item['id']}"
        text = item.get("text", "")
        if not text.strip() and item.get("copy_history"):
            text = item["copy_history"][0].get("text", "")
        target = {"owner": item["owner_id"], "post": item["id"]}
        return self._found(f"vk:post:{name}", f"{SITE}wall{name}", "post", item, names, text, target)

    def _comment(self, item: Mapping[str, Any], names: Mapping[int, str], change: str = "") -> Found:
        owner = item.get("owner_id") or item.get("post_owner_id") or -self._group
        name, number = f"{owner}_{item['post_id']}", item["id"]
        parents = item.get("parents_stack") or ()
        thread = f"&thread={parents[0]}" if parents else ""
        target = {"owner": owner, "post": item["post_id"], "comment": number}
        change = "removed" if item.get("deleted") else change
        link = f"{SITE}wall{name}?reply={number}{thread}"
        key = f"vk:comment:{name}:{number}"
        return self._found(key, link, "comment", item, names, item.get("text", ""), target, change)

    def _topic_comment(self, item: Mapping[str, Any], change: str) -> Found:
        name = f"{item.get('topic_owner_id', -self._group)}_{item['topic_id']}"
        key, link = f"vk:topic_comment:{name}:{item['id']}", f"{SITE}topic{name}?post={item['id']}"
        return self._found(key, link, "comment", item, {}, item.get("text", ""), {}, change)

    def _private(self, item: Mapping[str, Any], change: str) -> Found:
        peer, number = item.get("peer_id"), item.get("conversation_message_id") or item.get("id")
        key, link = f"vk:message:{peer}:{number}", f"{SITE}gim{self._group}?sel={peer}"
        return self._found(key, link, "private", item, {}, item.get("text", ""), {"peer": peer}, change)

    def _found(
        self, key: str, link: str, kind: str, item: Mapping[str, Any], names: Mapping[int, str], text: str,
        target: Target, change: str = "",
    ) -> Found:  # fmt: skip
        author = item.get("from_id", 0)
        page = f"{SITE}id{author}" if author > 0 else f"{SITE}club{-author}" if author else ""
        at = datetime.fromtimestamp(item["date"], UTC) if item.get("date") else None
        return Found(key, text, link, kind, names.get(author, ""), page, at, target, files_of(item, link), change)

    # ----- answering

    def target(self, link: str) -> Target | None:
        """Owner, post and comment, or a private dialogue, by the link alone."""
        found = recognise(link)
        if found.network != "vk":
            return None
        if comment := re.fullmatch(r"vk:comment:(-?\d+)_(\d+):(\d+)", found.canonical_id):
            return {"owner": int(comment[1]), "post": int(comment[2]), "comment": int(comment[3])}
        if post := re.fullmatch(r"vk:post:(-?\d+)_(\d+)", found.canonical_id):
            return {"owner": int(post[1]), "post": int(post[2])}
        if dialog := re.fullmatch(rf"vk:dialog:-{self._group}:(\d+)", found.canonical_id):
            return {"peer": int(dialog[1])}
        return None

    async def reply(self, target: Target, text: str, key: str) -> Placed:
        """A comment from the community, or a private message; `key` makes a second sending known to VK."""
        return await self.reply_with(target, text, key, ())

    async def reply_with(self, target: Target, text: str, key: str, files: Sequence[Enclosure]) -> Placed:
        """The same with files, which are stored in VK before the answer names them."""
        stored = await self._stored(files, target.get("peer"))
        if "peer" in target:
            query = {"peer_id": target["peer"], "message": text, "random_id": random_id(key)}
            query |= {"attachment": stored} if stored else {}
            await self._call("messages.send", "group_token", writes=True, **query)
            return Placed(f"{SITE}gim{self._group}?sel={target['peer']}")
        query = {"owner_id": target["owner"], "post_id": target["post"], "message": text, "guid": key}
        query |= {"from_group": self._group} | (
            {"reply_to_comment": target["comment"]} if target.get("comment") else {}
        )
        query |= {"attachments": stored} if stored else {}
        made = await self._call("wall.createComment", "group_token", writes=True, **query)
        return Placed(_comment_link(target, made["comment_id"], made.get("parents_stack")))

    async def post(self, text: str, key: str) -> Placed:
        """A post of the community on its own wall."""
        return await self.post_with(text, key, ())

    async def post_with(self, text: str, key: str, files: Sequence[Enclosure]) -> Placed:
        """The same with files."""
        stored = await self._stored(files, None)
        query = {"owner_id": -self._group, "from_group": 1, "message": text, "guid": key}
        query |= {"attachments": stored} if stored else {}
        made = await self._call("wall.post", "group_token", writes=True, **query)
        return Placed(f"{SITE}wall-{self._group}_{made['post_id']}")

    async def _stored(self, files: Sequence[Enclosure], peer: int | None) -> str:
        if not files:
            return ""
        by_user = USER in self._c.secrets
        return await store(self._call, self._c.courier, files, self._group, peer, by_user=by_user)

    async def find(self, target: Target | None, sought: Sought) -> Placed | None:
        """Our comment or post with this text since then, the newest first; private messages by their history."""
        if target is not None and "peer" in target:
            query = {"peer_id": target["peer"], "count": 50, "group_id": self._group}
            items = (await self._call("messages.getHistory", "group_token", **query))["items"]
            number, skew = random_id(sought.key), self._c.courier.skew_seconds
            sent = [m for m in items if m.get("out") and (m.get("random_id") or number) == number]
            mine = [m for m in sent if sought.fits(m["text"], m["date"], skew)]
            return Placed(f"{SITE}gim{self._group}?sel={target['peer']}", _at(mine[0])) if mine else None
        if target is None:
            items = (await self._call("wall.get", "service_token", owner_id=-self._group, count=20))["items"]
            return self._ours(sought, [(item, f"{SITE}wall-{self._group}_{item['id']}") for item in items])
        comments = [c for c in await self._newest(target) if _answers(c, target)]
        return self._ours(sought, [(c, _comment_link(target, c["id"], c.get("parents_stack"))) for c in comments])

    def _ours(self, sought: Sought, items: Sequence[tuple[Mapping[str, Any], str]]) -> Placed | None:
        """The first of these (each with its link) that our community wrote and that is looked for."""
        skew = self._c.courier.skew_seconds
        for item, link in items:
            if item.get("from_id") == -self._group and sought.fits(item["text"], item["date"], skew, link):
                return Placed(link, _at(item))
        return None

    async def _newest(self, target: Target) -> list[Mapping[str, Any]]:
        """The newest comments of the post, and of the threads they stand in."""
        fixed = {"owner_id": target["owner"], "post_id": target["post"], "preview_length": 0, "count": COMMENT_PAGE}
        page = await self._call("wall.getComments", "service_token", **fixed, sort="desc", thread_items_count=10)
        found = [*page["items"], *(c for item in page["items"] for c in item.get("thread", {}).get("items", ()))]
        if comment := target.get("comment"):
            stack = next((c.get("parents_stack") for c in found if c["id"] == comment), None)
            thread = stack[0] if stack else comment
            try:
                within = await self._call(
                    "wall.getComments", "service_token", **fixed, comment_id=thread, sort="desc"
                )
            except TargetGone:
                return found
            found += within["items"]
        return found

    # ----- one call

    async def _call(self, method: str, token: str, *, writes: bool = False, **query: Any) -> Any:
        """A method's answer. VK says its errors with status 200; each becomes a fault by its number."""
        limit = Limit(method, daily=DAILY.get(method, 0))
        pace = Limit(token, gap_ms=GAP_MS)
        headers = {"Authorization": f"Bearer {self._c.secret(token)}"}
        form = {name: str(value) for name, value in query.items()} | {"v": VERSION}

        def read(answer: Any, _status: int) -> Any:
            if "error" in answer:
                raise fault_of(answer["error"], writes, token, self._c.now)
            return answer["response"]

        url = f"https://{self._c.settings.get('api_host') or HOST}/method/{method}"
        return await self._c.courier.ask(
            read, "POST", url, pace, limit, data=form, headers=headers, writes=writes
        )


def _names(answer: Mapping[str, Any]) -> dict[int, str]:
    profiles = answer.get("profiles", ())
    people = {p["id"]: f"{p.get('first_name', '')} {p.get('last_name', '')}".strip() for p in profiles}
    return people | {-g["id"]: g.get("name", "") for g in answer.get("groups", ())}


def _group_name(answer: Any) -> str:
    groups = answer.get("groups", answer) if isinstance(answer, dict) else answer
    return str(groups[0].get("name", "")) if groups else ""


def _answers(comment: Mapping[str, Any], target: Target) -> bool:
    """Whether a comment may be an answer to the target: it names none, this one, or the thread's first."""
    named = comment.get("reply_to_comment")
    return not named or named in (target.get("comment"), *(comment.get("parents_stack") or ())[:1])


def _comment_link(target: Target, number: int, parents: Any) -> str:
    thread = f"&thread={parents[0]}" if parents else ""
    return f"{SITE}wall{target['owner']}_{target['post']}?reply={number}{thread}"


def _at(item: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(item["date"], UTC)


