"""Headers of known exports, mapped to the desk's fields: which column says what, and who made the file."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from app.resources import resource

REGION_ZONE = "region"


@dataclass(frozen=True)
class Export:
    """A kind of table file.

    `zone` is the time zone of its naive times: an IANA name, or "region" for the zone of the region that imports.
    `identity` says what makes a row the same row in the next file: "number" (the export numbers messages for good),
    "content" (its numbers are those of one file only) or "number_and_content" (numbered by nobody knows whom).
    """

    code: str
    zone: str
    identity: str
    all_of: frozenset[str] = frozenset()
    any_of: frozenset[str] = frozenset()

    def made(self, headers: frozenset[str]) -> bool:
        """Whether a table with these normalised headers is of this kind."""
        return self.all_of <= headers and (not self.any_of or not self.any_of.isdisjoint(headers))


@dataclass(frozen=True)
class Layout:
    """What a table's columns mean: the kind of export, and for each of our fields the header that holds it."""

    export: Export
    headers: Mapping[str, str]

    @property
    def says_when_detected(self) -> bool:
        """Whether the file carries the moment of detection, so that its rows may land as detected."""
        return "detected_at" in self.headers


@dataclass(frozen=True)
class _Vocabulary:
    aliases: Mapping[str, tuple[str, ...]]
    exports: tuple[Export, ...]
    networks: Mapping[str, str]
    post_kinds: Mapping[str, str]
    needed: tuple[str, ...]


def recognise(headers: Sequence[str]) -> Layout | None:
    """The layout of a table with these headers, or None where no column holds the text of a message."""
    words = _vocabulary()
    by_name: dict[str, str] = {}
    for header in headers:
        if header:
            by_name.setdefault(normal_header(header), header)
    export = next(export for export in words.exports if export.made(frozenset(by_name)))
    found: dict[str, str] = {}
    for field, aliases in words.aliases.items():
        name = next((alias for alias in aliases if alias in by_name), None)
        if name is not None:
            found[field] = by_name.pop(name)
    return Layout(export, found) if "text" in found else None


def needed_headers() -> tuple[str, ...]:
    """Names of which a table must have at least one, as people know them."""
    return _vocabulary().needed


def network_of(source: str, link: str) -> str:
    """The network's code by the source's name or the link's host; "other" for a stranger, "" when nothing is said."""
    networks = _vocabulary().networks
    host = _host(link)
    for name in (normal_header(source), _host(source), host, host.removeprefix("www."), host.removeprefix("m.")):
        if name in networks:
            return networks[name]
    return "other" if source or link else ""


def post_kind_of(said: str) -> str:
    """ "post" or "comment"; "" where the export says nothing known."""
    return _vocabulary().post_kinds.get(normal_header(said), "")


def normal_header(header: str) -> str:
    """A header as compared: case, ё, spaces and decoration do not matter."""
    return re.sub(r"[\s_]+", " ", header.casefold().replace("ё", "е")).strip(" \ufeff\u200b:*\"'«»")


def _host(link: str) -> str:
    try:
        return urlsplit(link if "//" in link else f"//{link}").hostname or ""
    except ValueError:
        return ""


@cache
def _vocabulary() -> _Vocabulary:
    data = json.loads(resource("intake/columns.json").read_text(encoding="utf-8"))
    return _Vocabulary(
        aliases={field: tuple(_normal(aliases)) for field, aliases in data["fields"].items()},
        exports=tuple(_export(entry) for entry in data["exports"]),
        networks=_codes(data["networks"]),
        post_kinds=_codes(data["post_kinds"]),
        needed=tuple(data["needed"]),
    )


def _codes(names: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {name: code for code, aliases in names.items() for name in _normal(aliases)}


def _export(entry: dict[str, Any]) -> Export:
    return Export(
        code=entry["code"],
        zone=entry["zone"],
        identity=entry["identity"],
        all_of=frozenset(_normal(entry.get("all_of", ()))),
        any_of=frozenset(_normal(entry.get("any_of", ()))),
    )


def _normal(names: Iterable[str]) -> list[str]:
    return [normal_header(name) for name in names]
