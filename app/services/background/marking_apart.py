"""Half of the marks of messages worked out by one more process, which holds nothing but words."""

import asyncio
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection

from app.services.kin_marks import Words, traits_of


def mark_there(asked: Connection) -> Iterator[None]:
    """In that process: answer with the marks of the messages it is sent, until nobody is there to send any."""
    yield from ()
    try:
        while True:
            asked.send([traits_of(*words).all_marks for words in asked.recv()])
    except (EOFError, OSError):
        return


class MarkedByTwo:
    """Finds the marks of messages: the first half by the process at the other end, the rest here."""

    def __init__(self, other: Connection) -> None:
        self._other: Connection | None = other

    async def __call__(self, messages: Sequence[Words]) -> list[frozenset[int]]:
        """The marks of each, in their order; where the other process is gone, all of them are found here."""
        half = len(messages) // 2
        return await asyncio.to_thread(self._found, messages[:half], messages[half:])

    def _found(self, theirs: Sequence[Words], ours: Sequence[Words]) -> list[frozenset[int]]:
        self._send(theirs)
        found = [traits_of(*words).all_marks for words in ours]
        return [*(self._answer() or (traits_of(*words).all_marks for words in theirs)), *found]

    def _send(self, messages: Sequence[Words]) -> None:
        try:
            if self._other is not None:
                self._other.send(messages)
        except OSError:
            self._other = None

    def _answer(self) -> list[frozenset[int]] | None:
        try:
            return self._other.recv() if self._other is not None else None
        except (EOFError, OSError):
            self._other = None
            return None
