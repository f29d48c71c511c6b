"""Files in words: sizes, and what networks would not take."""

from typing import Any, Protocol

from app.regulation.errors import Refusal
from app.texts import mark, tr
from app.texts.networks import network_name
from app.texts.refusals import explain

_HINTS = {
    "caption": mark("{network}: with a photo or video the text is {limit} characters at most"),
    "photo": mark("{network} takes photos up to {limit} MB: “{name}”"),
    "file": mark("{network} takes files up to {limit} MB: “{name}”"),
}


class Hint(Protocol):
    """A hint on media, as this module needs it."""

    @property
    def code(self) -> str: ...

    @property
    def network(self) -> str: ...

    @property
    def limit(self) -> int: ...

    @property
    def name(self) -> str: ...


class Counted(Protocol):
    """A text against a network's limit."""

    @property
    def network(self) -> str: ...

    @property
    def length(self) -> int: ...

    @property
    def limit(self) -> int: ...


def size_words(size_bytes: int) -> str:
    """ "312 КБ", "4,1 МБ": rounded up, so that nothing looks smaller than it is."""
    kilobytes = -(-size_bytes // 1024)
    if kilobytes < 1000:
        return tr("{n} KB", n=kilobytes)
    tenths = -(-size_bytes * 10 // (1024 * 1024))
    return tr("{n} MB", n=f"{tenths // 10},{tenths % 10}")


def count_words(count: Counted) -> str:
    """ "123 из 4096 · Telegram"."""
    return tr("{length} of {limit} · {network}", length=count.length, limit=count.limit, network=count.network)


def hint_words(hint: Hint) -> str:
    params: dict[str, Any] = {"network": hint.network, "limit": hint.limit, "name": hint.name}
    return tr(_HINTS[hint.code], **params)


def by_hand_words(network: str, refused: Refusal) -> str:
    """Why an answer with its files does not go in place there: "ВКонтакте: …"."""
    words = explain(refused)
    return f"{network_name(network)}: {words[:1].lower()}{words[1:]}"
