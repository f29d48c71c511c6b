"""Headers of known exports, mapped to the desk's fields: which column says what, and who made the file."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from app.resources import resource

REGION_ZONE = "region"


@dataclass(frozen=True)
class Export:
    """A kind of table file.

    `zone` is the time zone of its naive times: an IANA name, or "region" for the zone of the region that imports.
    `fields` are names of columns that mean this in files of this kind only.
    `identity` says what makes a row the same row in the next file: "number" (the export numbers messages for good),
    "content" (its numbers are those of one file only) or "number_and_content" (numbered by nobody knows whom).
    """

    code: str
    zone: str
    identity: str
    all_of: frozenset[str] = frozenset()
    any_of: frozenset[str] = frozenset()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def made(self, headers: frozenset[str]) -> bool:
        """Whether a table with these normalised headers is of this kind."""
        return self.all_of <= headers and (not self.any_of or not self.any_of.isdisjoint(headers))


@dataclass(frozen=True)
class ColumnMapping:
    """What a person said that columns mean: for each of our fields a header as `normal_header` gives it.

    `zone` is that of times without one, as in `Export`; empty keeps the zone that the kind of file has.
    """

    fields: Mapping[str, str]
    zone: str = ""


Mappings = Mapping[str, ColumnMapping]
"""What people said, by the fingerprint of the headers it was said of."""


@dataclass(frozen=True)
class Layout:
    """What a table's columns mean: the kind of export, and for each of our fields the header that holds it.

    `is_mapped` says that a person chose the columns.
    """

    export: Export
    headers: Mapping[str, str]
    is_mapped: bool = False

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
    own: frozenset[str]


def recognise(headers: Sequence[str], mappings: Mappings | None = None) -> Layout | None:
    """The layout of a table with these headers, or None where no column holds the text of a message.

    What a person said of these very headers comes before what their names say.
    """
    by_name = _by_normal_name(headers)
    export = next(export for export in _vocabulary().exports if export.made(frozenset(by_name)))
    mapping = mappings.get(fingerprint(headers)) if mappings else None
    if mapping is not None:
        found = {code: by_name[name] for code, name in mapping.fields.items() if name in by_name}
        export = replace(export, zone=mapping.zone or export.zone)
        return Layout(export, found, is_mapped=True) if _has_text(found) else None
    found = _by_names(export, by_name)
    return Layout(export, found) if _has_text(found) else None


def guess(headers: Sequence[str]) -> dict[str, str]:
    """What the columns seem to mean by their names, whether the text is among them or not."""
    by_name = _by_normal_name(headers)
    return _by_names(next(each for each in _vocabulary().exports if each.made(frozenset(by_name))), by_name)


def _by_normal_name(headers: Sequence[str]) -> dict[str, str]:
    by_name: dict[str, str] = {}
    for header in headers:
        if header:
            by_name.setdefault(normal_header(header), header)
    return by_name


def _by_names(export: Export, by_name: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    left = dict(by_name)
    for own in (export.fields, _vocabulary().aliases):
        for code, aliases in own.items():
            name = next((alias for alias in aliases if alias in left), None)
            if name is not None and code not in found:
                found[code] = left.pop(name)
    return found


def _has_text(found: Mapping[str, str]) -> bool:
    return "text" in found or "fact" in found


def fingerprint(headers: Iterable[str]) -> str:
    """sha256 (hex) of a table's header: the same whatever the order, case and decoration of its names, and for its
    rows that were refused, which bear one column more."""
    names = {normal_header(header) for header in headers} - _vocabulary().own - {""}
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()


def fields() -> tuple[str, ...]:
    """Our fields that a column can hold, in the order people look for them."""
    return tuple(_vocabulary().aliases)


def needed_headers() -> tuple[str, ...]:
    """Names of which a table must have at least one, as people know them."""
    return _vocabulary().needed


def network_of(source: str, link: str) -> str:
    """The network's code by the source's name or the link's host; "other" for a stranger, "" when nothing is said."""
    networks = _vocabulary().networks
    if (code := networks.get(normal_header(source))) is not None:
        return code
    host = _host(link)
    for name in (_host(source), host, host.removeprefix("www."), host.removeprefix("m.")):
        if name in networks:
            return networks[name]
    return "other" if source or link else ""


def post_kind_of(said: str) -> str:
    """ "post" or "comment"; "" where the export says nothing known."""
    return _vocabulary().post_kinds.get(normal_header(said), "")


@lru_cache(maxsize=4096)
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
        aliases={code: tuple(_normal(aliases)) for code, aliases in data["fields"].items()},
        exports=tuple(_export(entry) for entry in data["exports"]),
        networks=_codes(data["networks"]),
        post_kinds=_codes(data["post_kinds"]),
        needed=tuple(data["needed"]),
        own=frozenset(_normal(data["own"])),
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
        fields={name: tuple(_normal(aliases)) for name, aliases in entry.get("fields", {}).items()},
    )


def _normal(names: Iterable[str]) -> list[str]:
    return [normal_header(name) for name in names]
