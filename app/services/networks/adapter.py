"""The contract of an adapter: what a network can do, what it gives when read, and where an answer stands."""

import html
import re
import unicodedata
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from app.services.networks.faults import WrongToken

if TYPE_CHECKING:  # what sends is loaded only where something is sent
    from app.services.networks.courier import Courier

Cursor = dict[str, Any]
Target = Mapping[str, Any]
# A file takes longer than words.
UPLOAD_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Enclosing:
    """What a network takes with one answer: `most` files in place and `posted` on one's own page (0 for none), of so
    many megabytes each, and a text so long beside them (in UTF-16 units).

    `kinds` are the media types it takes, all where empty. Unless it `mixes`, several files are pictures and videos.
    """

    most: int
    posted: int
    megabytes: int
    text_length: int
    kinds: tuple[str, ...] = ()
    mixes: bool = False


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the program can do in a network by itself; everything else is done by a person with its help.

    `knows_repeats`: a second sending with the same key is recognised by the network; `encloses` what files go with an
    answer, None for none.
    """

    replies: bool = False
    posts: bool = False
    knows_repeats: bool = False
    encloses: Enclosing | None = None


@dataclass(frozen=True, slots=True)
class FileLink:
    """A picture, video or file of a message, by its address."""

    name: str
    media_type: str
    link: str


@dataclass(frozen=True, slots=True)
class Found:
    """A message in a network. `key` is the same whenever and however it is read again.

    `change` tells what happened to one that is there: "" for a message as it is, "edited", "removed", "restored".
    """

    key: str
    text: str
    link: str = ""
    post_kind: str = ""
    author_name: str = ""
    author_link: str = ""
    posted_at: datetime | None = None
    target: Target = field(default_factory=dict)
    files: tuple[FileLink, ...] = ()
    change: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time for which messages may be missing, with the code of why."""

    reason: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A piece of what was read, and how far: the cursor is kept once the messages are."""

    messages: tuple[Found, ...]
    cursor: Cursor
    gaps: tuple[Gap, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """What a test of a connection found: whose it is, and what its tokens cannot do (codes)."""

    name: str
    cannot: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an answer stands; `link` is "" where the network gives none (a private message)."""

    link: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with an answer, whole."""

    name: str
    media_type: str
    data: bytes

    @property
    def part(self) -> tuple[str, bytes, str]:
        """The file as a part of a form: its name, what is in it, its kind."""
        return self.name, self.data, self.media_type or "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Sought:
    """An answer of ours that is looked for: its text, when it was sent, and the `key` it was sent with.

    `others` are the links of answers that are known to be others: one text may answer many under one post.
    """

    text: str
    since: datetime
    key: str = ""
    others: frozenset[str] = frozenset()

    def fits(self, text: str, at: float | None, skew_seconds: float, link: str = "") -> bool:
        """Whether what stands there is this one: `at` in seconds since 1970 by the network's clock, which runs
        `skew_seconds` ahead of ours; None where it does not tell."""
        late = at is None or at - skew_seconds >= seconds(self.since)
        return late and link not in self.others and same_text(text, self.text)


class Adapter(Protocol):
    """One network. Every method raises a `faults.Fault` and nothing else of its own."""

    async def test(self) -> Checked:
        """Ask the network who we are; changes nothing there."""
        ...

    def batches(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """Everything new since `cursor`; at least once, so that the same key may come again."""
        ...

    def target(self, link: str) -> Target | None:
        """What `reply` needs, out of a message's own link; None where a link does not tell it."""
        ...

    async def reply(self, target: Target, text: str, key: str) -> Placed:
        """Answer in place. Raises Ambiguous where the outcome is not known."""
        ...

    async def post(self, text: str, key: str) -> Placed:
        """Publish on our own page. Raises Ambiguous where the outcome is not known."""
        ...

    async def find(self, target: Target | None, sought: Sought) -> Placed | None:
        """The answer looked for, at the target or on our own page (None): read back, or None."""
        ...


class Encloses(Protocol):
    """An adapter of a network that takes files with an answer (`Abilities.encloses`)."""

    async def reply_with(self, target: Target, text: str, key: str, files: Sequence[Enclosure]) -> Placed:
        """As `reply`, the files and the text being one answer."""
        ...

    async def post_with(self, text: str, key: str, files: Sequence[Enclosure]) -> Placed:
        """As `post`."""
        ...


@dataclass(frozen=True, slots=True)
class Connection:
    """What an adapter works with: ids and phrases, its courier, and the time."""

    settings: Mapping[str, Any]
    secrets: Mapping[str, str]
    courier: "Courier"
    now: datetime

    def secret(self, name: str) -> str:
        """A token or key. Raises WrongToken where there is none."""
        if not (value := self.secrets.get(name)):
            raise WrongToken(kind=name)
        return value


# VK makes a link of "@name", and of "@name (words)" or "*id5 (words)" one with these words.
_MENTIONED = re.compile(r"\[[a-z]+\d+\|([^\]]*)\]|[@*]\w+ \(([^)]*)\)")


def same_text(theirs: str, ours: str) -> bool:
    """Whether a text read back is ours: networks fold spaces and ends of lines, escape signs of HTML, make links of
    mentions, put letters and their accents together and leave out what is not seen."""
    return _seen(theirs) == _seen(ours)


def _seen(text: str) -> str:
    text = unicodedata.normalize("NFC", _MENTIONED.sub(lambda found: found[1] or found[2] or "", html.unescape(text)))
    shown = (" " if sign.isspace() else sign for sign in text if not _is_unseen(sign))
    return " ".join("".join(shown).split())


def _is_unseen(sign: str) -> bool:
    """Joiners, marks of direction and the choice between two looks of one emoji."""
    return unicodedata.category(sign) == "Cf" or "\ufe00" <= sign <= "\ufe0f"


def seconds(at: datetime) -> int:
    """Seconds since 1970, less the five minutes by which two clocks may differ."""
    return int(at.timestamp()) - 300
