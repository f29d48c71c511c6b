"""RSS and Atom: posts and comments of blogs and forums, Дзен where a feed exists, videos of YouTube channels.

feedparser saves feeds with broken XML and a wrong encoding; dates in Russian are read here, it does not know them.
"""

import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from app.regulation.errors import Refused
from app.services.links import recognise
from app.services.networks.adapter import (
    Batch,
    Checked,
    Connection,
    Cursor,
    FileLink,
    Found,
    Gap,
    Placed,
    Sought,
    Target,
)
from app.services.networks.faults import AuthFailed, NoRights, TargetGone, Unreachable, Unreadable, WrongToken

KEPT_KEYS = 500
_MONTHS = ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_RUSSIAN = re.compile(r"(\d{1,2})\s+([а-яё]{3})[а-яё.]*\s+(\d{4})\s+(\d{1,2}):(\d\d)(?::(\d\d))?\s*([+-]\d{4})?")
_TAG = re.compile(r"<[^>]+>")
_BREAK = re.compile(r"<(?:br|/p|/div|/li)\b[^>]*>", re.IGNORECASE)


class FeedAdapter:
    """One feed by its address (`url`)."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection
        self._url = str(connection.settings.get("url", ""))

    async def test(self) -> Checked:
        feed = self._parsed(await self._body({}))
        return Checked(str(feed.feed.get("title", "")), () if feed.entries else ("empty",))

    async def batches(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """Entries not seen before; a feed that holds none seen before may have run over: a gap."""
        body = await self._body(cursor)
        if body is None:
            yield Batch((), cursor)
            return
        feed = self._parsed(body)
        seen = cursor.get("seen", [])
        entries = [self._found(entry) for entry in feed.entries]
        fresh = [found for found in entries if found.key not in set(seen)]
        ran_over = bool(seen) and bool(entries) and len(fresh) == len(entries)
        since = datetime.fromisoformat(cursor["at"]) if "at" in cursor else None
        cursor["seen"] = (seen + [found.key for found in fresh])[-KEPT_KEYS:]
        cursor["at"] = self._c.now.isoformat()
        gaps = (Gap("feed_ran_over", since, self._c.now),) if ran_over else ()
        yield Batch(tuple(fresh), cursor, gaps, ("link_left_out",) if any(not f.link for f in fresh) else ())

    async def _body(self, cursor: Cursor) -> bytes | None:
        """The feed's bytes, None where it has not changed since."""
        headers = {"Accept": "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"}
        if cursor.get("etag"):
            headers["If-None-Match"] = cursor["etag"]
        if cursor.get("modified"):
            headers["If-Modified-Since"] = cursor["modified"]
        answer = await self._c.courier.send("GET", self._url, headers=headers)
        if answer.status == 304:
            return None
        if answer.status in (401, 403):
            raise AuthFailed("page_closed")
        if answer.status in (404, 410):
            raise TargetGone("feed_gone")
        if answer.status >= 400:
            raise Unreachable("network_broken", host=urlsplit(self._url).hostname, status=answer.status)
        cursor["etag"] = answer.headers.get("etag", "")
        cursor["modified"] = answer.headers.get("last-modified", "")
        return answer.body

    def _parsed(self, body: bytes | None) -> Any:
        """Raises Unreadable: a page instead of a feed, or nothing that can be read."""
        import feedparser

        # As a stream: bytes alone feedparser would try as the name of a file first.
        feed = feedparser.parse(BytesIO(body or b""), sanitize_html=False, resolve_relative_uris=False)
        if not feed.version and not feed.entries:
            start = (body or b"").lstrip()[:500].lower()
            raise Unreadable("login_page" if b"<html" in start or start.startswith(b"<!doctype html") else "no_feed")
        return feed

    def _found(self, entry: Mapping[str, Any]) -> Found:
        address = entry.get("link") or entry.get("id") or ""
        try:
            link = recognise(address)
        except Refused:  # no link, or one that nobody should open: the message stays without it
            said = "\0".join((self._url, entry.get("id", ""), entry.get("title", ""), _body_of(entry)))
            key, address, kind = "feed:" + hashlib.sha256(said.encode()).hexdigest(), "", "post"
        else:
            key, address = link.canonical_id, link.canonical_url
            kind = "comment" if link.kind == "comment" else "video" if link.network == "youtube" else "post"
        title, body = _plain(entry.get("title", "")), _plain(_body_of(entry))
        author = entry.get("author_detail", {})
        name = author.get("name") or entry.get("author", "")
        # A comment's title says whose it is («От: Марина»), which stands beside it anyway.
        says_who = kind == "comment" and bool(name) and name in title
        text = body if says_who or title in body else f"{title}\n{body}".strip()
        files = tuple(
            FileLink(f.get("href", "").rsplit("/", 1)[-1], f.get("type", ""), f["href"])
            for f in entry.get("enclosures", ())
            if f.get("href")
        )
        return Found(
            key=key,
            text=text,
            link=address,
            post_kind=kind,
            author_name=name,
            author_link=author.get("href", ""),
            posted_at=_moment(entry),
            files=files,
        )

    def target(self, link: str) -> Target | None:
        """A site takes no answers from a program."""
        return None

    async def reply(self, target: Target, text: str, key: str) -> Placed:
        raise NoRights("only_by_hand")

    async def post(self, text: str, key: str) -> Placed:
        raise NoRights("only_by_hand")

    async def find(self, target: Target | None, sought: Sought) -> Placed | None:
        raise WrongToken("not_read_back")


def _body_of(entry: Mapping[str, Any]) -> str:
    content = entry.get("content")
    return str(content[0].get("value", "") if content else entry.get("summary", ""))


def _plain(html: str) -> str:
    """The words of a piece of HTML, its paragraphs on lines of their own."""
    text = unescape(_TAG.sub("", _BREAK.sub("\n", html)))
    return "\n".join(line for line in (" ".join(row.split()) for row in text.splitlines()) if line)


def _moment(entry: Mapping[str, Any]) -> datetime | None:
    there = set(entry.keys())  # asked for what is not there, feedparser answers with something else and a warning
    for name in ("published", "updated"):
        if f"{name}_parsed" in there and entry[f"{name}_parsed"]:
            year, month, day, hour, minute, second = entry[f"{name}_parsed"][:6]
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        if name in there and (moment := russian_moment(entry[name])):
            return moment
    return None


def russian_moment(text: str) -> datetime | None:
    """ "Пн, 21 сен 2026 15:00:00 +0300" in UTC; None where it is no date."""
    found = _RUSSIAN.search(text.lower())
    if found is None or (found[2] not in _MONTHS and found[2] != "май"):
        return None
    month = 5 if found[2] == "май" else _MONTHS.index(found[2]) + 1
    zone = found[7] or "+0300"
    minutes = int(zone[:3]) * 60 + int(zone[0] + zone[3:])
    try:
        moment = datetime(
            int(found[3]), month, int(found[1]), int(found[4]), int(found[5]), int(found[6] or 0),
            tzinfo=timezone(timedelta(minutes=minutes)),
        )  # fmt: skip
    except ValueError:
        return None
    return moment.astimezone(UTC)
