"""Text as searches and tables see it: lower case, ё as е, one space between words; its beginning on one line."""

import re

_GREETING = re.compile(r"\s*(здравствуйте|добрый (день|вечер)|доброе утро)\b[^.!?\n]*[.!?\n]\s*", re.IGNORECASE)


def fold(text: str) -> str:
    """The folded form kept beside a case and applied to every query."""
    return " ".join(text.casefold().replace("ё", "е").split())


def excerpt(text: str, length: int = 300) -> str:
    """The beginning of a text on one line, for a table."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def without_greeting(text: str) -> str:
    """An answer from where it says something; one that only greets stays as it is."""
    greeting = _GREETING.match(text)
    return (text[greeting.end() :] or text) if greeting else text
