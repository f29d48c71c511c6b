"""YouTube (Data API v3): comments under our channel's videos and answers to them, within 10,000 units a day.

Reading takes a unit, an answer fifty; the day is that of the Pacific. An answer goes under the first comment of a
thread, whatever was answered.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.services.links import recognise
from app.services.networks.adapter import (
    Batch,
    Checked,
    Connection,
    Cursor,
    Found,
    Gap,
    Placed,
    Sought,
    Target,
)
from app.services.networks.allowance import Limit, day_start, next_day
from app.services.networks.faults import (
    Ambiguous,
    AuthFailed,
    ContentRejected,
    Fault,
    HumanNeeded,
    NoRights,
    Quota,
    RetryAfter,
    TargetClosed,
    TargetGone,
    Unreadable,
    WrongToken,
)

API = "https://www.googleapis.com/youtube/v3/"
TOKENS = "https://oauth2.googleapis.com/token"
ZONE = "America/Los_Angeles"
DAILY_UNITS, READ_UNITS, WRITE_UNITS = 10_000, 1, 50
PAGE, MOST_PAGES = 100, 20
FIRST_DAYS = 7
_READ = Limit("units", daily=DAILY_UNITS, cost=READ_UNITS, zone=ZONE)
_WRITE = Limit("units", daily=DAILY_UNITS, cost=WRITE_UNITS, zone=ZONE)
_SITE = "https://www.youtube.com/"


class YoutubeAdapter:
    """One channel (`channel_id`); a key reads, a signed-in owner (refresh token) answers."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection
        self._channel = str(connection.settings.get("channel_id", ""))
        self._access = ""

    async def test(self) -> Checked:
        """The channel's name; whether answers are possible."""
        found = await self._read("channels", part="snippet", id=self._channel)
        if not found.get("items"):
            raise TargetGone("channel_unknown")
        cannot = () if "refresh_token" in self._c.secrets else ("answers",)
        if not cannot:
            await self._access_token()
        return Checked(found["items"][0]["snippet"]["title"], cannot)

    # ----- reading

    async def batches(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """Threads under all videos, the newest first, back to the newest of the last time; then new answers in them."""
        first = self._c.now - timedelta(days=FIRST_DAYS)
        since = datetime.fromisoformat(cursor["latest"]) if "latest" in cursor else first
        latest, token = since, ""
        replies = cursor.setdefault("replies", {})
        for page in range(1, MOST_PAGES + 1):
            query = {"part": "snippet,replies", "allThreadsRelatedToChannelId": self._channel, "order": "time"}
            query |= {"maxResults": str(PAGE), "textFormat": "plainText"} | ({"pageToken": token} if token else {})
            answer = await self._read("commentThreads", **query)
            messages: list[Found] = []
            threads = answer.get("items", [])
            for thread in threads:
                top = thread["snippet"]["topLevelComment"]
                latest = max(latest, _moment(top["snippet"]["publishedAt"]))
                messages += self._found(top, thread["snippet"])
                count = thread["snippet"].get("totalReplyCount", 0)
                if count and replies.get(thread["id"]) != count:
                    messages += await self._replies(thread, count)
                    replies[thread["id"]] = count
            token = answer.get("nextPageToken", "")
            old = [t for t in threads if _moment(t["snippet"]["topLevelComment"]["snippet"]["publishedAt"]) < since]
            ended = not token or bool(old) or page == MOST_PAGES
            if ended:
                cursor["latest"] = latest.isoformat()
                for gone in list(replies)[:-2000]:
                    del replies[gone]
            too_many = ended and token and not old
            yield Batch(tuple(messages), cursor, (Gap("too_many", since, self._c.now),) if too_many else ())
            if ended:
                return

    async def _replies(self, thread: Mapping[str, Any], count: int) -> list[Found]:
        """All answers of a thread: what came with it is a sample of at most five."""
        given = thread.get("replies", {}).get("comments", [])
        if count > len(given):
            given, token = [], ""
            for _ in range(MOST_PAGES):
                answer = await self._answers_to(thread["id"], token)
                given += answer.get("items", [])
                if not (token := answer.get("nextPageToken", "")):
                    break
        return [found for reply in given for found in self._found(reply, thread["snippet"])]

    def _found(self, comment: Mapping[str, Any], thread: Mapping[str, Any]) -> list[Found]:
        said, number = comment["snippet"], comment["id"]
        author = said.get("authorChannelId", {}).get("value", "")
        if author == self._channel:
            return []
        video = said.get("videoId") or thread.get("videoId", "")
        link = f"{_SITE}watch?v={video}&lc={number}"
        edited = said.get("updatedAt", said["publishedAt"]) != said["publishedAt"]
        return [
            Found(
                key=f"youtube:comment:{number}",
                text=said.get("textOriginal") or said.get("textDisplay", ""),
                link=link,
                post_kind="comment",
                author_name=said.get("authorDisplayName", ""),
                author_link=f"{_SITE}channel/{author}" if author else "",
                posted_at=_moment(said["publishedAt"]),
                target={"parent": number.split(".")[0], "video": video},
                change="edited" if edited else "",
            )
        ]

    # ----- answering

    def target(self, link: str) -> Target | None:
        """The thread's first comment and the video, by the comment's link; None for any other link."""
        found = recognise(link)
        if found.network != "youtube" or found.kind != "comment":
            return None
        query = parse_qs(urlsplit(found.canonical_url).query)
        if "v" not in query:
            return None  # under a channel's post: the interface answers under videos alone
        return {"parent": query["lc"][0].split(".")[0], "video": query["v"][0]}

    async def reply(self, target: Target, text: str, key: str) -> Placed:
        """An answer in the thread; YouTube does not know a second sending."""
        said = {"snippet": {"parentId": target["parent"], "textOriginal": text}}
        headers = {"Authorization": f"Bearer {await self._access_token()}"}
        made = await self._call(
            "POST", "comments", _WRITE, writes=True, params={"part": "snippet"}, json=said, headers=headers
        )
        if "id" not in made:
            raise Ambiguous
        at = made.get("snippet", {}).get("publishedAt")
        return Placed(f"{_SITE}watch?v={target['video']}&lc={made['id']}", _moment(at) if at else None)

    async def post(self, text: str, key: str) -> Placed:
        """A channel has no posts that a program may write."""
        raise NoRights("no_own_page")

    async def find(self, target: Target | None, sought: Sought) -> Placed | None:
        """Our own answer in the thread with this text since then."""
        if target is None:
            return None
        token = ""
        for _ in range(MOST_PAGES):
            answer = await self._answers_to(target["parent"], token)
            for comment in answer.get("items", []):
                said, link = comment["snippet"], f"{_SITE}watch?v={target['video']}&lc={comment['id']}"
                at, skew = _moment(said["publishedAt"]), self._c.courier.skew_seconds
                ours = said.get("authorChannelId", {}).get("value") == self._channel
                if ours and sought.fits(said["textDisplay"], at.timestamp(), skew, link):
                    return Placed(link, at)
            if not (token := answer.get("nextPageToken", "")):
                break
        return None

    # ----- calls

    async def _answers_to(self, comment: str, token: str = "") -> Any:
        query = {"part": "snippet", "parentId": comment, "maxResults": str(PAGE), "textFormat": "plainText"}
        return await self._read("comments", **query, **({"pageToken": token} if token else {}))

    async def _read(self, what: str, **query: str) -> Any:
        return await self._call("GET", what, _READ, params={**query, "key": self._c.secret("api_key")})

    async def _call(self, method: str, what: str, limit: Limit, *, writes: bool = False, **parts: Any) -> Any:
        def read(answer: Any, _status: int) -> Any:
            if "error" in answer:
                raise _fault_of(answer["error"], writes, self._c.now)
            return answer

        return await self._c.courier.ask(read, method, API + what, limit, writes=writes, **parts)

    async def _access_token(self) -> str:
        """An hour's token for the owner's lasting one."""
        if not self._access:
            names = ("client_id", "client_secret", "refresh_token")
            form = {name: self._c.secret(name) for name in names} | {"grant_type": "refresh_token"}
            found = (await self._c.courier.send("POST", TOKENS, data=form)).json()
            if "access_token" not in found:
                raise AuthFailed
            self._access = found["access_token"]
        return self._access


_REASONS: dict[str, tuple[type[Fault], str]] = {
    "commentsDisabled": (TargetClosed, ""),
    "videoNotFound": (TargetGone, ""),
    "commentNotFound": (TargetGone, ""),
    "parentCommentNotFound": (TargetGone, ""),
    "channelNotFound": (TargetGone, "channel_unknown"),
    "operationNotSupported": (TargetClosed, ""),
    "parentCommentIsPrivate": (TargetClosed, "page_closed"),
    "commentTextTooLong": (ContentRejected, "text_too_long"),
    "commentTextRequired": (ContentRejected, ""),
    "invalidCommentMetadata": (ContentRejected, ""),
    "ineligibleAccount": (HumanNeeded, "account_not_eligible"),
    "forbidden": (NoRights, ""),
    "insufficientPermissions": (WrongToken, ""),
    "keyInvalid": (AuthFailed, ""),
    "authError": (AuthFailed, ""),
}


def _fault_of(error: Mapping[str, Any], writes: bool, now: datetime) -> Fault:
    reasons = [row.get("reason", "") for row in error.get("errors", ())]
    reason, status = (reasons or [""])[0], int(error.get("code", 0))
    if reason in ("quotaExceeded", "dailyLimitExceeded"):
        return Quota(next_day(day_start(now, ZONE), ZONE), bucket="units", limit=DAILY_UNITS)
    if status == 429 or reason in ("rateLimitExceeded", "userRateLimitExceeded"):
        return RetryAfter(60)
    if reason in _REASONS:
        kind, code = _REASONS[reason]
        return kind(code)
    if status == 401:
        return AuthFailed()
    if reason == "processingFailure" or status >= 500:
        return Ambiguous() if writes else RetryAfter(60)
    return Fault("network_refused", number=status) if status else Unreadable()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
