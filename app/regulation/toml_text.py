"""Writing a regulation as TOML: what `tomllib` reads back as the same document, in the order it was given."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write(document: Mapping[str, Any]) -> str:
    """The document as TOML. Tables within tables and lists of tables have heads; everything else stands in lines.

    Raises TypeError for a value that a regulation file has no form for.
    """
    lines: list[str] = []
    _write_table(document, (), lines)
    return "\n".join(lines).strip() + "\n"


def _write_table(table: Mapping[str, Any], path: tuple[str, ...], lines: list[str]) -> None:
    inner = {key: value for key, value in table.items() if _has_head(value, path)}
    own = {key: value for key, value in table.items() if key not in inner}
    if path and (own or not inner):
        lines += ["", f"[{_path(path)}]"]
    lines += [f"{_key(key)} = {_value(value)}" for key, value in own.items()]
    for key, value in inner.items():
        if isinstance(value, Mapping):
            _write_table(value, (*path, key), lines)
            continue
        for row in value:
            lines += ["", f"[[{_path((*path, key))}]]", *(f"{_key(k)} = {_value(v)}" for k, v in row.items())]


def _has_head(value: Any, path: tuple[str, ...]) -> bool:
    if isinstance(value, Mapping):
        return len(path) < 2  # deeper ones read better in their line: limit = { normal = …, high = … }
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value) and len(path) < 2


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    raise TypeError(f"no form in TOML: {value!r}")


def _path(path: tuple[str, ...]) -> str:
    return ".".join(_key(key) for key in path)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _quoted(key)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")  # the one control that JSON leaves


def changed(document: Mapping[str, Any], changes: Mapping[tuple[str, ...], Any]) -> dict[str, Any]:
    """A copy of the document with values put at their paths; None takes what stands there away."""
    copy: dict[str, Any] = {key: changed(v, {}) if isinstance(v, Mapping) else v for key, v in document.items()}
    for path, value in changes.items():
        table = copy
        for key in path[:-1]:
            table = table.setdefault(key, {})
        if value is None:
            table.pop(path[-1], None)
        else:
            table[path[-1]] = value
    return copy
