"""Why a topic, an agency or a place is suggested, in words."""

from collections.abc import Sequence
from typing import Protocol

from app.texts import tr


class Suggestion(Protocol):
    """A topic or agency that is suggested, as this module needs it."""

    @property
    def chance(self) -> float: ...

    @property
    def words(self) -> Sequence[str]: ...

    @property
    def alike(self) -> tuple[str, str] | None: ...

    @property
    def by_place(self) -> bool: ...

    @property
    def of_topic(self) -> tuple[int, int]: ...


def why_suggested(suggestion: Suggestion) -> str:
    """ "слова: яма, дороге; место в тексте; похоже на 46-2026-000123: «…»"; the commonness alone is a reason too."""
    parts = []
    sent, cards = suggestion.of_topic
    if sent:
        parts.append(tr("{n} of {of} cards of this topic went here", n=sent, of=cards))
    if suggestion.words:
        parts.append(tr("words: {words}", words=", ".join(suggestion.words)))
    if suggestion.by_place:
        parts.append(tr("the place in the text"))
    if suggestion.alike:
        number, beginning = suggestion.alike
        parts.append(tr("like {number}: “{beginning}”", number=number, beginning=beginning))
    return "; ".join(parts) or tr("often chosen for such messages")


def chance_words(chance: float) -> str:
    """ "62 из 100": of so many such messages this was right; never "certain"."""
    return tr("{n} of 100", n=min(99, max(1, round(100 * chance))))


def why_place(words: str) -> str:
    """What of the text named the location."""
    return tr("in the text: “{words}”", words=words)
