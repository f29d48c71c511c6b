"""Edits of a regulation's document: the limits of its clocks by scope, put where the file keeps them."""

from collections.abc import Mapping
from typing import Any

from app.regulation.profile import Importance

NOT_SET = "not set"
TARGET = "target"

Path = tuple[str, ...]
Changes = dict[Path, Any]


def limit_at(document: Mapping[str, Any], code: str, scope: str) -> str | None:
    """What the document says for a scope (an importance, a kind of source, or the target); None where nothing."""
    clock = document["clock"][code]
    told: str | None
    if scope == TARGET:
        told = clock.get(TARGET)
        return told
    if scope not in list(Importance):
        told = clock.get("channels", {}).get(scope)
        return told
    limit = clock.get("limit")
    if isinstance(limit, Mapping):
        return limit.get(scope)
    return None if limit == NOT_SET or scope == Importance.HIGH else limit


def set_limit(
    document: Mapping[str, Any], code: str, scope: str, value: str | None, empty: str | None = NOT_SET
) -> Changes:
    """The changes that give a scope this limit, or take it away: then high importance counts as normal does, a kind
    of source as the others do, and the clock itself is a stopwatch. `empty` says which: NOT_SET («норма не задана»),
    or None for one that needs none."""
    path = ("clock", code)
    if scope == TARGET:
        return {(*path, TARGET): value}
    if scope not in list(Importance):
        channels = {key: limit for key, limit in document["clock"][code].get("channels", {}).items() if key != scope}
        if value is not None:
            channels[scope] = value
        return {(*path, "channels"): channels or None}
    pair = {name: limit_at(document, code, name) for name in Importance}
    pair[Importance(scope)] = value
    normal, high = pair[Importance.NORMAL], pair[Importance.HIGH]
    if normal is None:
        return {(*path, "limit"): empty}
    return {(*path, "limit"): normal if high in (None, normal) else {"normal": normal, "high": high}}


def differing(before: Mapping[str, Any], after: Mapping[str, Any], path: Path = ()) -> list[Path]:
    """The paths whose values differ, tables looked into, lists as a whole."""
    found: list[Path] = []
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            found += differing(old, new, (*path, key))
        elif old != new:
            found.append((*path, key))
    return found
