"""The formats of networks (п. 19): how long a text may be, what media they take, whether a comment has its own link.

The figures and their sources stand in resources/networks.toml; what is not known there is not told.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from app.regulation.errors import Refusal
from app.regulation.workflow import DraftKind
from app.resources import resource


@dataclass(frozen=True, slots=True)
class NetworkFormat:
    """One network. Limits are None where not known: `text` and `caption` (a text sent with a photo or video) in
    characters as the network counts them, `photo_mb` and `file_mb` in megabytes.

    `refuses`: the network itself turns a longer text away. `own_links`: a comment there has a link of its own.
    """

    code: str
    name: str
    own_links: bool
    text: int | None = None
    counted: str = "characters"
    refuses: bool = False
    caption: int | None = None
    photo_mb: int | None = None
    file_mb: int | None = None
    source: str = ""

    def length(self, text: str) -> int:
        """How long the network takes `text` to be."""
        return len(text.encode("utf-16-le")) // 2 if self.counted == "utf16" else len(text)


@dataclass(frozen=True, slots=True)
class Count:
    """A text against one network's limit."""

    network: str
    length: int
    limit: int
    refuses: bool

    @property
    def is_over(self) -> bool:
        return self.length > self.limit


@dataclass(frozen=True, slots=True)
class MediaHint:
    """A file, or a text with files, that a network would not take so: codes "caption", "photo", "file"."""

    code: str
    network: str
    limit: int
    name: str = ""


@cache
def formats() -> dict[str, NetworkFormat]:
    """All networks of the data file by the code of their source."""
    raw = tomllib.loads(resource("networks.toml").read_text(encoding="utf-8"))
    return {code: NetworkFormat(code, **values) for code, values in raw["network"].items()}


def _known(codes: Iterable[str]) -> list[NetworkFormat]:
    table = formats()
    return [table[code] for code in dict.fromkeys(codes) if code in table]


def counts(text: str, codes: Iterable[str]) -> tuple[Count, ...]:
    """`text` against the limit of every network of `codes` that has a known one, the tightest first."""
    found = [(n, n.text) for n in _known(codes) if n.text is not None]
    made = [Count(network.name, network.length(text), limit, network.refuses) for network, limit in found]
    return tuple(sorted(made, key=lambda count: count.limit))


def refusal(text: str, kind: DraftKind, codes: Iterable[str]) -> Refusal | None:
    """Why a draft cannot be placed as it is: a network of the card's messages would turn it away; None if it can.

    A part for the common answer (п. 16) is not placed anywhere.
    """
    if kind is DraftKind.INFORMATION:
        return None
    over = next((count for count in counts(text, codes) if count.refuses and count.is_over), None)
    if over is None:
        return None
    return Refusal("network_refuses", {"network": over.network, "length": over.length, "limit": over.limit})


def media_hints(text: str, files: Sequence[tuple[str, str, int]], codes: Iterable[str]) -> tuple[MediaHint, ...]:
    """What the networks would not take so, of files given as (name, media type, size in bytes)."""
    hints = []
    seen = any(kind.startswith(("image/", "video/")) for _, kind, _ in files)
    for network in _known(codes):
        if seen and network.caption is not None and network.length(text) > network.caption:
            hints.append(MediaHint("caption", network.name, network.caption))
        for name, kind, size in files:
            picture = kind.startswith("image/")
            limit = network.photo_mb if picture else network.file_mb
            if limit is not None and size > limit * 1024 * 1024:
                hints.append(MediaHint("photo" if picture else "file", network.name, limit, name))
    return tuple(hints)


def has_own_links(code: str) -> bool:
    """Whether a comment in this network has a link of its own; True for what is not known."""
    table = formats()
    return code not in table or table[code].own_links
