"""Making a report fit one page: the longest text loses its end, sentence by sentence, and the page says so."""

import re
from collections.abc import Callable
from dataclasses import replace

from app.services.reports.governor import GovernorPaper

LEAST_CHARS = 160
_SENTENCE_END = re.compile(r"[.!?…]+[»”\")]*(?=\s|$)")


def shorten(text: str, limit: int) -> str:
    """The beginning of a text, at most `limit` characters: cut at the end of a sentence, else of a word, with "…"."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    ends = [match.end() for match in _SENTENCE_END.finditer(head)]
    if ends and ends[-1] >= limit // 3:
        return head[: ends[-1]] + " …"
    head = head[: limit - 1]
    cut = head.rsplit(None, 1)[0] if len(head.split()) > 1 else head
    return cut.rstrip(" ,;:—-") + "…"


def fit(paper: GovernorPaper, fits: Callable[[GovernorPaper], bool]) -> GovernorPaper:
    """The paper with its texts shortened until `fits`; whatever cannot be shortened further is given as it is."""
    while not fits(paper):
        longest = max(len(paper.done), *(len(text) for text in paper.messages), 0)
        if longest <= LEAST_CHARS:
            if len(paper.messages) <= 1:
                return paper
            paper = replace(paper, messages=paper.messages[:-1], is_cut=True)
            continue
        limit = max(LEAST_CHARS, int(longest * 0.8))
        paper = replace(
            paper,
            messages=tuple(shorten(text, limit) for text in paper.messages),
            done=shorten(paper.done, limit),
            is_cut=True,
        )
    return paper
