"""Translation catalogues: loading, looking up, plural forms."""

import json
from functools import cache
from typing import Any

from app.resources import resource

SOURCE_LANGUAGE = "en"
DEFAULT_LANGUAGE = "ru"

_language = DEFAULT_LANGUAGE


def use_language(code: str) -> None:
    """Speak the language `code` from now on: "ru" (default) or "en"."""
    global _language
    _language = code


def language() -> str:
    """The code of the language spoken now."""
    return _language


def tr(source: str, /, **params: Any) -> str:
    """The text for an English `source` string, with `{name}` places filled from `params`."""
    text = _catalog(_language).get(source, source)
    if isinstance(text, list):
        text = text[0]
    return text.format(**params) if params else text


def trn(source_one: str, source_many: str, n: int, /, **params: Any) -> str:
    """The text for a counted thing; `{n}` is filled with `n`. The catalogue's key is `source_one`."""
    forms = _catalog(_language).get(source_one)
    if isinstance(forms, list):
        text = forms[_russian_form(n)]
    else:
        text = source_one if n == 1 else source_many
    return text.format(n=n, **params)


@cache
def _catalog(code: str) -> dict[str, str | list[str]]:
    if code == SOURCE_LANGUAGE:
        return {}
    merged: dict[str, str | list[str]] = {}
    for path in sorted(resource(f"translations/{code}").glob("*.json")):
        merged |= json.loads(path.read_text(encoding="utf-8"))
    return merged


def _russian_form(n: int) -> int:
    n = abs(n)
    if n % 10 == 1 and n % 100 != 11:
        return 0
    if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14:
        return 1
    return 2


def mark(source: str, /) -> str:
    """Name a source string that is translated later, where it is shown (tables of titles)."""
    return source
