"""How far the feed of a server was told, so that nothing is skipped and nothing told twice."""

from dataclasses import dataclass, field
from typing import Any

MOST_MISSED = 2_000
"""Where more acts were missed they are not listed: whoever shows cases reads anew."""
MOST_HEARD = 200_000
"""Where more than this was heard ahead of what the server says there is, somebody makes it up: all is read anew."""
_VAGUE_TURNS = 2  # one until the transactions of that time have ended, one until their notifications have come


@dataclass(slots=True)
class Position:
    """What of the feed was told: everything up to `history`, `journal` and `changed`, beyond them what is in the sets.

    Ids are given before the commit, so that a lower one may come after a higher: only what was seen before a mark, once
    every transaction of that time has ended (`settled` ≥ the mark's `next`), is past. The mark is a state seen before.
    Acts and entries are known by their ids and by what nobody knows before the commit: uuid, hash.

    A place taken while somebody was writing is `vague` for some turns: lower ids may come that nobody here was told of.
    """

    epoch: str
    history: int
    journal: int
    changed: int
    mark: tuple[int, int, int, int] = (0, 0, 0, 0)
    vague: int = 0
    acts: set[tuple[int, str]] = field(default_factory=set)
    entries: set[tuple[int, str]] = field(default_factory=set)
    messages: set[int] = field(default_factory=set)

    @classmethod
    def at(cls, state: dict[str, Any]) -> "Position":
        """The place from which on everything will be told."""
        mark = _mark(state)
        return cls(state["epoch"], *mark[1:], mark, 0 if state["settled"] == state["next"] else _VAGUE_TURNS)

    def is_lost(self, state: dict[str, Any]) -> bool:
        """Whether nobody can say any more what was missed: another database, one that went back, or too much."""
        return (
            state["epoch"] != self.epoch
            or state["history"] < self.history
            or state["journal"] < self.journal
            or state["changed"] < self.changed
            or len(state["acts"]) > MOST_MISSED
            or len(state["entries"]) > MOST_MISSED
            or len(state["messages"]) > MOST_MISSED
            or len(self.acts) + len(self.entries) + len(self.messages) > MOST_HEARD
        )

    def advance(self, state: dict[str, Any]) -> None:
        """Leave behind what was seen at the mark, where nothing from before it can come any more."""
        next_one, history, journal, changed = self.mark
        if state["settled"] < next_one:
            return
        # What was passed just now may still be on its way as a notification: it is remembered for one turn more.
        self.acts = {each for each in self.acts if each[0] > self.history}
        self.entries = {each for each in self.entries if each[0] > self.journal}
        self.messages = {each for each in self.messages if each > self.changed}
        self.history, self.journal, self.changed = history, journal, changed
        self.vague = max(0, self.vague - 1)
        self.mark = _mark(state)


def _mark(state: dict[str, Any]) -> tuple[int, int, int, int]:
    return state["next"], state["history"], state["journal"], state["changed"]
