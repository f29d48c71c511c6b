"""Text as searches see it: lower case, ё as е, one space between words."""


def fold(text: str) -> str:
    """The folded form kept beside a case and applied to every query."""
    return " ".join(text.casefold().replace("ё", "е").split())


def excerpt(text: str, length: int = 300) -> str:
    """The beginning of a text on one line, for a table."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
