"""Advice on a draft in words (п. 19)."""

from collections.abc import Sequence
from typing import Any, Protocol

from app.texts import mark, tr, trn

_FINE = {
    "by_name": mark("addresses the author by name"),
    "substance": mark("answers on the substance of the question"),
    "what_and_when": mark("says what is done and when"),
    "personal": mark("no personal data"),
    "plain": mark("in plain words"),
}
_DOUBTS = {
    "by_name": mark("does not address the author by name: {name}"),
    "substance": mark("reads like a brush-off: “{found}”"),
    "what_and_when": mark("does not say what is done and when"),
    "evidence": mark("is there a photo or video that confirms it? Ask for it"),
    "evidence_missing": mark("speaks of a photo or video, but none is attached"),
    "personal": mark("personal data: “{found}”"),
    "plain": mark("officialese: “{found}”"),
    "promise": mark("promises a date: {date}. Is this an interim answer?"),
}


class Point(Protocol):
    """A point of advice, as this module needs it."""

    @property
    def code(self) -> str: ...

    @property
    def is_fine(self) -> bool: ...

    @property
    def params(self) -> dict[str, Any]: ...


def doubts_words(points: Sequence[Point]) -> str:
    """What is to be looked at again, on one line; "" where nothing is. The length is told elsewhere."""
    doubts = [advice_words(point) for point in points if not point.is_fine and point.code != "length"]
    return tr("Look again: {doubts}", doubts="; ".join(doubts)) if doubts else ""


def advice_words(point: Point) -> str:
    """The point in a few words."""
    if point.code == "length":
        if not point.params["limit"]:
            return tr("{length} characters", **point.params)
        return tr("{length} of {limit} characters · {network}", **point.params)
    if point.code == "alike":
        many = "{n} answers of the last 30 days say the same"
        return trn("{n} answer of the last 30 days says the same", many, point.params["count"])
    if point.code == "evidence" and point.is_fine:
        return trn("{n} photo or video is attached", "{n} photos and videos are attached", point.params["count"])
    return tr(_FINE[point.code]) if point.is_fine else tr(_DOUBTS[point.code], **point.params)
