"""Advice on a card before it is sent: topic, agency and place with their reasons. It never acts.

What was learned is kept in memory only: it is learned anew from the database at the start of a desk and behind every
few decisions, so that a text that was erased is forgotten with the next learning.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Select, func, select

from app.models import Agency, Case, Message, Street, Topic
from app.models.database import Database
from app.services.folding import excerpt
from app.services.places.matching import FoundPlace, Streets, find_place
from app.services.suggesting.bounds import FEWEST_LEARNED, MOST_LEARNED
from app.services.views import CaseCard, Choice, Directories
from app.services.workplace import Workplace

if TYPE_CHECKING:
    from app.services.suggesting.learned import Decision, Learned, Likely

# Behind so many new decisions everything is learned anew.
LEARN_EVERY = 10
# So few are learned from in a moment; more are learned from in a process of their own.
QUICK = 200
OFFERED = 3
# A suggestion less likely than this is not worth a line; the first is shown from learned.SURE on.
LEAST_CHANCE = 0.05


@dataclass(frozen=True, slots=True)
class Suggested:
    """A topic or agency, how likely it is (0 to 1), and why: the words of the text that spoke for it, a past card
    that is alike (its number, its beginning), whether the place named in the text spoke for it, and of how many past
    cards with the chosen topic how many went to this agency."""

    id: int
    name: str
    chance: float
    words: tuple[str, ...] = ()
    alike: tuple[str, str] | None = None
    by_place: bool = False
    of_topic: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What is suggested for a card, the likeliest first; empty where there is no opinion."""

    topics: tuple[Suggested, ...] = ()
    agencies: tuple[Suggested, ...] = ()
    place: FoundPlace | None = None
    learned_from: int = 0


NOTHING = Suggestions()
# Agencies by a topic's id and a place in words.
AgenciesFor = Callable[[int, str], tuple[Suggested, ...]]


class Advisor:
    """What one database's decisions taught, in memory; one for all windows at it."""

    def __init__(self) -> None:
        self.learned: Learned | None = None
        self.decisions = 0
        self.streets: Streets = {}
        self._streets_seen = (0, 0)
        self._learning = asyncio.Lock()

    async def refresh(self, place: Workplace) -> bool:
        """Learn anew where LEARN_EVERY decisions were made since; gives whether it learned."""
        async with self._learning:
            await self._read_streets(place)
            async with place.database.read() as connection:
                count = (await connection.execute(_counted())).scalar_one()
            if count < FEWEST_LEARNED or (self.learned is not None and abs(count - self.decisions) < LEARN_EVERY):
                return False
            decisions, spelled = await _read_decisions(place)
            self.learned, self.decisions = await _learn(decisions, spelled), count
            return True

    async def _read_streets(self, place: Workplace) -> None:
        """The register of streets, anew where some were taken in since."""
        async with place.database.read() as connection:
            seen = select(func.count(), func.coalesce(func.max(Street.id), 0)).select_from(Street)
            found = tuple((await connection.execute(seen)).one())
            if found == self._streets_seen:
                return
            rows = (await connection.execute(select(Street.key, Street.location_id))).all()
        self._streets_seen = (found[0], found[1])
        self.streets = await asyncio.to_thread(_by_key, rows)

    def suggest(self, card: CaseCard, directories: Directories) -> Suggestions:
        """What past decisions and the register of places say of a card; milliseconds, nothing is written."""
        return self.suggest_for(_text_of(card), card.place, directories)

    def suggest_agencies(
        self, card: CaseCard, directories: Directories, topic_id: int, spot: str
    ) -> tuple[Suggested, ...]:
        """Who is likely to solve a card of this topic at this place; milliseconds, nothing is written."""
        if self.learned is None:
            return ()
        text = _text_of(card)
        likely = self.learned.agencies_of(f"{text}\n{spot}", f"t{topic_id}", 2 * OFFERED)
        return self._named("a", likely, directories.agencies, _words_by_stem(text))

    def suggest_for(self, text: str, spot: str, directories: Directories) -> Suggestions:
        """The same for a text that is no card yet, with its place as far as it was told; may be asked in a thread."""
        place = find_place(text, directories.locations, self.streets)
        if self.learned is None:
            return Suggestions(place=place)
        opinion = self.learned.opinion(f"{text}\n{spot}", 2 * OFFERED)
        words = _words_by_stem(text)
        return Suggestions(
            self._named("t", opinion.topics, directories.topics, words),
            self._named("a", opinion.agencies, directories.agencies, words),
            place,
            self.decisions,
        )

    def _named(
        self, letter: str, likely: "tuple[Likely, ...]", choices: tuple[Choice, ...], words: dict[str, str]
    ) -> tuple[Suggested, ...]:
        from app.services.suggesting.learned import is_sure

        if not is_sure(likely):
            return ()
        known = {f"{letter}{choice.id}": choice for choice in choices if choice.active}
        shown = [one for one in likely if one.name in known and one.chance >= LEAST_CHANCE][:OFFERED]
        return tuple(
            Suggested(
                known[one.name].id,
                known[one.name].name,
                one.chance,
                tuple(words[stem] for stem in one.stems if stem in words),
                self._alike(one),
                one.by_place,
                one.of_topic,
            )
            for one in shown
        )

    def _alike(self, likely: "Likely") -> tuple[str, str] | None:
        if not likely.alike:
            return None
        assert self.learned is not None
        past = self.learned.decisions[likely.alike[0]]
        return past.key, excerpt(past.text, 80)


def _text_of(card: CaseCard) -> str:
    return "\n".join(message.text for message in card.messages[:3])


_ADVISORS: WeakKeyDictionary[Database, Advisor] = WeakKeyDictionary()


def advisor_of(place: Workplace) -> Advisor:
    """The advisor of the database somebody sits at."""
    return _ADVISORS.setdefault(place.database, Advisor())


async def suggest_for_rows(
    place: Workplace, case_ids: Sequence[int], directories: Directories
) -> dict[int, Suggestions]:
    """What is suggested for cases of a queue by their first messages, worked out off the caller's thread."""
    first = select(func.min(Message.id)).where(Message.case_id == Case.id).correlate(Case).scalar_subquery()
    query = select(Case.id, Case.place, Message.text).join(Message, Message.id == first).where(Case.id.in_(case_ids))
    async with place.database.read() as connection:
        rows = (await connection.execute(query)).all()
    advisor = advisor_of(place)
    return {
        row.id: await asyncio.to_thread(advisor.suggest_for, row.text, row.place, directories) for row in rows
    }


async def suggest_for_text(place: Workplace, text: str, directories: Directories) -> Suggestions:
    """What is suggested for a text that is being typed, worked out off the caller's thread."""
    return await asyncio.to_thread(advisor_of(place).suggest_for, text, "", directories)


def _by_key(rows: Sequence[Any]) -> Streets:
    found: dict[str, set[int]] = {}
    for key, location_id in rows:
        found.setdefault(key, set()).add(location_id)
    return {key: frozenset(ids) for key, ids in found.items()}


async def _learn(decisions: "list[Decision]", spelled: dict[str, str]) -> "Learned":
    if len(decisions) <= QUICK:
        return await asyncio.to_thread(learn, decisions, spelled)
    from concurrent.futures import ProcessPoolExecutor  # 25 ms that the window's start need not pay
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, learn, decisions, spelled)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def learn(decisions: "list[Decision]", spelled: dict[str, str]) -> "Learned":
    """Learn in whatever process this is called."""
    from app.services.suggesting.learned import Learned  # numpy: not before somebody asks

    return Learned(decisions, spelled)


def _decided() -> tuple[ColumnElement[bool], ...]:
    return Case.topic_id.is_not(None), Case.agency_id.is_not(None)


def _counted() -> Select[int]:
    return select(func.count()).select_from(Case).where(*_decided())


async def _read_decisions(place: Workplace) -> "tuple[list[Decision], dict[str, str]]":
    """The newest decisions, the newest last: what a card's first message said, and where it stands now; and how
    topics and agencies are spelled, which go by "t" or "a" with their id."""
    from app.services.suggesting.learned import Decision

    first = select(func.min(Message.id)).where(Message.case_id == Case.id).correlate(Case).scalar_subquery()
    query = select(Case.number, Case.topic_id, Case.agency_id, Case.place, Message.text)
    query = query.join(Message, Message.id == first).where(*_decided()).order_by(Case.id.desc()).limit(MOST_LEARNED)
    async with place.database.read() as connection:
        rows = (await connection.execute(query)).all()
        topics = (await connection.execute(select(Topic.id, Topic.name))).all()
        agencies = (await connection.execute(select(Agency.id, Agency.name))).all()
    spelled = {f"t{row.id}": row.name for row in topics} | {f"a{row.id}": row.name for row in agencies}
    read = [Decision(f"{r.text}\n{r.place}", f"t{r.topic_id}", f"a{r.agency_id}", r.number) for r in reversed(rows)]
    return read, spelled


def _words_by_stem(text: str) -> dict[str, str]:
    """The words of a text as they stand, by their stems."""
    from app.services.suggesting.wording import stem, tokens

    words: dict[str, str] = {}
    for word in tokens(text):
        words.setdefault(stem(word), word)
    return words
