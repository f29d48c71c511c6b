"""A recognised link, and an address taken apart for the networks' forms."""

from collections.abc import Mapping
from dataclasses import dataclass

# What people, sentences and messengers put around a link, and only behind it; in a link's own end it is percents.
AROUND = " \t\r\n<>«»\"'“”„‹›`*([{"
BEHIND = ".,;:!?…)]}"


@dataclass(frozen=True, slots=True)
class Link:
    """Two links lead to the same thing if and only if their `canonical_id` is the same.

    `network` is a source's code (vk, ok, telegram …; "blog" for any other site), `kind` what stands there: post,
    comment, video, page … "short" is a code that only the network itself can expand.
    """

    network: str
    kind: str
    canonical_id: str
    canonical_url: str


@dataclass(frozen=True, slots=True)
class Address:
    """A link taken apart: the host without www. and m., path parts without empty ones, the query's first values."""

    scheme: str
    host: str
    path: str
    parts: tuple[str, ...]
    query: Mapping[str, str]
    raw_query: str
    fragment: str

    @property
    def part(self) -> str:
        """The path in one piece, without slashes at its ends."""
        return "/".join(self.parts)


def link(network: str, kind: str, name: str, url: str) -> Link:
    """A link by the name of its object within the network."""
    return Link(network, kind, f"{network}:{kind}:{name}", url)
