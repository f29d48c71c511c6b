"""What changed: committed facts told to whoever shows them; ids and kinds only, never texts."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from app.models.database import Database, DatabaseUnavailable

BURST_SECONDS = 0.1
"""What others do is told at once, and then so often at most."""
GOES_ON_SECONDS = 5.0
"""An import of this program that was not heard of for so long has ended."""
MESSAGE_CHANGED = "message_changed"
"""The kind of a change that its author, or the page's owner, made to a message."""


@dataclass(frozen=True, slots=True)
class Change:
    """Cases that an act changed; `initiator` is the act id when it happened in this program, else empty.

    Without cases it was something beside them: a register, the roster, an absence, an episode. `kinds` are the acts or
    the journal's entries, where they are known. `moves` are the states before and after, by case id, where they are
    known: who shows neither need not ask. Of `everything` nobody can say what was missed: what is shown is read anew.
    It `goes_on` where more of the same follows at once, until a change without cases ends it: nobody waits for a part.
    """

    case_ids: frozenset[int]
    initiator: str = ""
    kinds: frozenset[str] = frozenset()
    everything: bool = False
    moves: Mapping[int, tuple[str, str]] = field(default_factory=dict, hash=False)
    goes_on: bool = False

    @property
    def is_own(self) -> bool:
        """Whether it happened in this program, so that the person waits to see it: others' changes name their kinds."""
        return not (self.kinds or self.everything or self.goes_on)


@dataclass(frozen=True, slots=True)
class Link:
    """Whether others' acts are heard, since when (the desk's time, UTC), and why not (a refusal's code)."""

    is_up: bool
    since: datetime | None = None
    cause: str = ""


class Feed:
    """Subscribers hear of every committed change: this program's own at once, others' from `watch`.

    `link` tells whether the database is heard: up until a watch finds it away. When it is up again everything that was
    missed has been told.
    """

    def __init__(self) -> None:
        self.link = Link(is_up=True)
        self._subscribers: list[Callable[[Change], None]] = []
        self._watchers: list[Callable[[Link], None]] = []
        self._own: set[str] = set()
        self._watched = False
        self._pause: asyncio.TimerHandle | None = None
        self._waiting: dict[bool, Change] = {}
        self._went_on_at = -GOES_ON_SECONDS

    @property
    def goes_on(self) -> bool:
        """Whether this program is taking in a file."""
        return time.monotonic() - self._went_on_at < GOES_ON_SECONDS

    def subscribe(self, heard: Callable[[Change], None]) -> Callable[[], None]:
        """Call `heard` on every change from now on; the returned function ends that."""
        self._subscribers.append(heard)
        return lambda: self._subscribers.remove(heard)

    def subscribe_link(self, told: Callable[[Link], None]) -> Callable[[], None]:
        """Call `told` whenever the database goes away or comes back; the returned function ends that."""
        self._watchers.append(told)
        return lambda: self._watchers.remove(told)

    @contextmanager
    def acting(self, *act_ids: str) -> Iterator[None]:
        """While these acts of this program's own are saved: `watch` must not tell them as somebody else's.

        They are named before the commit, because `watch` may see it before the act's own task goes on.
        """
        self._own.update(act_ids)
        try:
            yield
        except BaseException:
            self._own.difference_update(act_ids)
            raise
        if not self._watched:  # nobody will ask for them
            self._own.difference_update(act_ids)

    def tell(self, change: Change) -> None:
        """Pass on a change of this program's own, already committed."""
        if change.goes_on:
            self._went_on_at = time.monotonic()
        self._pass_on(change)

    async def watch(self, database: Database, every_seconds: float | None = None) -> None:
        """Until cancelled, tell what other programs commit: on a file by asking, on a server by listening.

        `every_seconds` is how often the file is asked, or a silent server tried.
        """
        from app.services import watching  # builds on this module

        watch = watching.watch_file if database.is_sqlite else watching.watch_server
        self._watched = True
        try:
            await watch(self, database, *([] if every_seconds is None else [every_seconds]))
        finally:
            self._watched = False
            self._own.clear()
            if self._pause is not None:
                self._pause.cancel()
                self._pause = None

    # What a watch finds

    def take_own(self, act_id: str) -> bool:
        """Whether an act that was found is this program's own, which was told already; it is not asked again."""
        if act_id not in self._own:
            return False
        self._own.discard(act_id)
        return True

    def hear(self, change: Change) -> None:
        """Pass on what others did: the first at once, a burst after it together."""
        if self._pause is None:
            self._pause = asyncio.get_running_loop().call_later(BURST_SECONDS, self._end_pause)
            self._pass_on(change)
        else:
            beside = not change.case_ids
            known = self._waiting.get(beside)
            self._waiting[beside] = _together(known, change) if known else change

    def find(self, database: Database, away: DatabaseUnavailable | None = None) -> None:
        """The database answered a watch, or did not: told where it is news."""
        if self.link.is_up != (away is None):
            self.link = Link(away is None, database.clock.now(), away.refusal.code if away else "")
            for told in tuple(self._watchers):
                told(self.link)

    def _end_pause(self) -> None:
        self._pause = None
        waiting, self._waiting = self._waiting, {}
        if waiting:
            self._pause = asyncio.get_running_loop().call_later(BURST_SECONDS, self._end_pause)
        for change in waiting.values():
            self._pass_on(change)

    def _pass_on(self, change: Change) -> None:
        for heard in tuple(self._subscribers):
            heard(change)


def _together(one: Change, other: Change) -> Change:
    return Change(
        one.case_ids | other.case_ids,
        kinds=one.kinds | other.kinds,
        everything=one.everything or other.everything,
        moves=moved(one.moves, other.moves),
        goes_on=one.goes_on and other.goes_on,
    )


def moved(before: Mapping[int, tuple[str, str]], after: Mapping[int, tuple[str, str]]) -> dict[int, tuple[str, str]]:
    """From where to where cases went by both, one after the other."""
    went = {key: (before[key][0], end) if key in before else (begin, end) for key, (begin, end) in after.items()}
    return {**before, **went}
