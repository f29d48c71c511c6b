"""Cards that are alike: one as the rules compare it with another, and which earlier ones a message may repeat."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.models import Agency, Case, Draft, Location, Message, Publication, Regulation
from app.regulation.permission import Standing
from app.regulation.requirements import Relative
from app.regulation.workflow import MERGEABLE, OPEN, Role, State
from app.services.folding import fold
from app.services.kin_index import LOOKED_AT, index_batch, look_up
from app.services.kin_marks import shared, traits_of
from app.services.links.known import link_id_of
from app.services.suggesting.wording import stem, stems
from app.services.views import CaseCard
from app.services.workplace import Workplace

SHORTLIST = 16
OFFERED = 6
# What each likeness weighs; a card that reaches LEAST is offered.
LEAST = 2.0
WEIGHTS = {
    "same_link": 3.0, "same_text": 4.0, "near_text": 2.0, "same_author": 1.5, "same_house": 2.0, "same_place": 1.0,
    "same_location": 0.5, "same_topic": 1.0,
}  # fmt: skip
# Texts that share so many of their stems are told to be alike.
NEAR = 0.3
# How much a mark says when fewer messages have it than are looked at, and when more have it.
FIRST = {"link": 3.0, "text": 4.0, "near": 1.5, "author": 1.5, "house": 2.0, "street": 0.8, "word": 0.6}
COMMON = 0.4
# A card of many messages is looked up by its newest.
_MESSAGES = 3
_SHORTEST_PLACE = 4
# A number is told by its end from so many digits on; it was given in one of so many years.
_SHORTEST_NUMBER, _YEARS = 3, 20


@dataclass(frozen=True, slots=True)
class Kin:
    """A card that may be about the same thing, and why it is alike: (code, what) by which app/texts says it."""

    id: int
    number: str
    state: State
    excerpt: str
    place: str
    agency: str
    messages: int
    answered_at: datetime | None
    relative: Relative
    why: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class KinOffer:
    """What a person chooses another card with: their own as the rules see it, and those that look alike."""

    this: Relative
    alike: tuple[Kin, ...]


async def offer_kin(place: Workplace, card: CaseCard) -> KinOffer:
    """The offer for a card."""
    async with place.database.read() as connection:
        this = await relative_of(connection, (await connection.execute(select(Case).where(Case.id == card.id))).one())
    return KinOffer(this, await find_kin(place, card))


# ----- one card as the rules compare it


async def relative_of(connection: AsyncConnection, found: Any) -> Relative:
    """What the rules of merging and repeating look at, from a row of a case."""
    return _relative((await connection.execute(_compared().where(Case.id == found.id))).one())


@cache
def _compared() -> Select[Any]:
    """Of cases what the rules compare; made once, for making it took longer than asking it."""
    into = aliased(Case)
    number = select(into.number).where(into.uuid == Case.merged_into).scalar_subquery()
    published = (
        select(func.count())
        .select_from(Publication)
        .join(Message, Message.id == Publication.message_id)
        .where(Message.case_id == Case.id)
        .scalar_subquery()
    )
    kind = select(Draft.kind).where(Draft.uuid == Case.draft_uuid).scalar_subquery()
    own = (Case.id, Case.number, Case.state, Case.significant, Case.repeat_of)
    beside = (Regulation.key, Regulation.version, number.label("into"), published.label("published"))
    return select(*own, *beside, kind.label("kind")).join(Regulation, Regulation.id == Case.regulation_id)


def _relative(row: Any) -> Relative:
    return Relative(
        number=row.number,
        state=State(row.state),
        regulation=(row.key, row.version),
        significant=row.significant,
        is_repeat=row.repeat_of is not None,
        published=row.published > 0,
        into=row.into or "",
        correcting=Standing(State(row.state), draft_kind=row.kind or "").correcting,
    )


async def find_typed(place: Workplace, typed: str) -> Kin | None:
    """The card that a number (its last digits will do, from three on) or a message's link names; None for none."""
    wanted = typed.strip()
    if numbers := _numbers(place, wanted):
        named = Case.number.in_(numbers)
    elif link_id := link_id_of(wanted):
        named = Case.id.in_(select(Message.case_id).where(Message.link_id == link_id))
    elif "/" in wanted:
        named = Case.id.in_(select(Message.case_id).where(Message.link == wanted))
    else:
        return None
    query = _rows().where(named).order_by(Case.id.desc()).limit(1)
    async with place.database.read() as connection:
        row = (await connection.execute(query)).one_or_none()
        return None if row is None else _kin(row, ())


def _numbers(place: Workplace, typed: str) -> list[str]:
    """The whole numbers that a typed one can be the end of: a server finds these by its index, an end by no index."""
    *before, last = typed.split("-")
    if not all(part.isascii() and part.isdecimal() for part in (*before[-1:], last)):
        return []
    if not before and len(last) < _SHORTEST_NUMBER:
        return []
    this_year = place.now().year
    years = before[-1:] or [str(year) for year in range(this_year + 1, this_year - _YEARS, -1)]
    known = sorted({profile.region_code for profile in place.regulations.values()})
    regions = ["-".join(before[:-1])] if before[1:] else known
    return [f"{region}-{year}-{last.zfill(6)}" for region in regions for year in years]


@cache
def _rows() -> Select[Any]:
    count = select(func.count()).select_from(Message).where(Message.case_id == Case.id).scalar_subquery()
    shown = (Case.excerpt, Case.place, Case.closed_at, count.label("messages"))
    return (
        _compared()
        .add_columns(*shown, Location.name.label("location"), Agency.short_name.label("agency"))
        .outerjoin(Location, Location.id == Case.location_id)
        .outerjoin(Agency, Agency.id == Case.agency_id)
    )


def _kin(row: Any, why: tuple[tuple[str, str], ...]) -> Kin:
    return Kin(
        id=row.id,
        number=row.number,
        state=State(row.state),
        excerpt=row.excerpt,
        place=", ".join(part for part in (row.location, row.place) if part),
        agency=row.agency or "",
        messages=row.messages,
        answered_at=row.closed_at if row.state == State.ANSWERED else None,
        relative=_relative(row),
        why=why,
    )


# ----- which ones are alike


@dataclass(slots=True)
class _Likeness:
    score: float = 0.0
    why: list[tuple[str, str]] = field(default_factory=list)

    def add(self, code: str, what: str = "", more: float = 0.0) -> None:
        self.score += WEIGHTS.get(code, 0.0) + more
        self.why.append((code, what))


async def find_kin(place: Workplace, card: CaseCard) -> tuple[Kin, ...]:
    """At most OFFERED cards that ask about the same thing, the likest first, by the index of all messages.

    Open cards can be merged with `card`, answered ones repeated. Alike are the link, the text, the author, the place,
    the topic, the telling words; each is told in `why`. It only proposes: a person decides.
    """
    if place.actor.roles & {Role.CURATOR, Role.SYSTEM}:  # others look in what is there
        await index_batch(place)
    mine = _Mine(card)
    async with place.database.read() as connection:
        found = await look_up(connection, mine.marks)
        nearest = mine.nearest(found)
        rows = (await connection.execute(_shortlist(card, nearest))).all() if nearest else []
        judged = _best_of_case((row, mine.likeness(row)) for row in rows)
        likest = sorted((pair for pair in judged if pair[1].score >= LEAST), key=lambda pair: -pair[1].score)[:OFFERED]
        chosen = _rows().where(Case.id.in_([row.id for row, _ in likest]))
        details = {row.id: row for row in await connection.execute(chosen)} if likest else {}
        return tuple(_kin(details[row.id], tuple(found.why)) for row, found in likest)


class _Mine:
    """The card that others are compared with."""

    def __init__(self, card: CaseCard) -> None:
        self.card = card
        self._own = {message.id for message in card.messages}
        newest = card.messages[-_MESSAGES:]
        self._traits = [traits_of(m.text, m.link, m.author, m.author_link, card.place) for m in newest]
        # Of each mark its kind, and what it stands for in words.
        self.marks = {
            mark: (kind, words)
            for one in self._traits
            for kind, named in one.marks.items()
            for mark, words in named.items()
        }
        self._shared: dict[int, dict[str, list[str]]] = {}

    def nearest(self, found: Mapping[int, list[int]]) -> list[int]:
        """The SHORTLIST messages that share most marks, rare ones counting more."""
        scores: dict[int, float] = {}
        for mark, messages in found.items():
            kind, words = self.marks[mark]
            weight = FIRST[kind] * (COMMON if len(messages) >= LOOKED_AT else 1.0)
            for message in messages:
                scores[message] = scores.get(message, 0.0) + weight
                self._shared.setdefault(message, {}).setdefault(kind, []).append(words)
        best = sorted((-score, -message) for message, score in scores.items() if message not in self._own)
        return [-message for _, message in best[:SHORTLIST]]

    def likeness(self, row: Any) -> _Likeness:
        """In what a message of another card is like this one: by the marks they share, and the share of their words."""
        found, shares = _Likeness(), self._shared[row.message_id]
        if "link" in shares:
            found.add("same_link")
        if "text" in shares:
            found.add("same_text")
        elif not ("near" in shares and self._is_near(found, row.text)):
            self._tell_words(found, shares.get("word", []))
        if "author" in shares:
            found.add("same_author")
        self._tell_places(found, shares, row)
        if self.card.topic_id is not None and self.card.topic_id == row.topic_id:
            found.add("same_topic", self.card.topic)
        return found

    def _is_near(self, found: _Likeness, text: str) -> bool:
        theirs = stems(text)
        share = max(shared(traits.stems, theirs) for traits in self._traits)
        if share >= NEAR:
            found.add("near_text", f"{100 * share:.0f} %", 2 * share)
        return share >= NEAR

    def _tell_words(self, found: _Likeness, words: Sequence[str]) -> None:
        if words:
            found.add("same_words", ", ".join(words[:4]), sum(min(len(word), 10) / 12 for word in words[:4]))

    def _tell_places(self, found: _Likeness, shares: Mapping[str, Sequence[str]], row: Any) -> None:
        if "house" in shares:
            found.add("same_house", shares["house"][0])
        elif "street" in shares:
            found.add("same_place", shares["street"][0])
        elif _street_words(self.card.place) & _street_words(row.place):
            found.add("same_place", row.place)
        elif self.card.location_id is not None and self.card.location_id == row.location_id:
            found.add("same_location", self.card.location)


def _best_of_case(judged: Iterable[tuple[Any, _Likeness]]) -> list[tuple[Any, _Likeness]]:
    """Of several messages of one card the one that is most alike."""
    best: dict[int, tuple[Any, _Likeness]] = {}
    for row, likeness in judged:
        if row.id not in best or likeness.score > best[row.id][1].score:
            best[row.id] = (row, likeness)
    return list(best.values())


def _shortlist(card: CaseCard, messages: Sequence[int]) -> Any:
    """These messages where their cards can be merged with or repeated; what is compared comes with them."""
    wanted = Case.state.in_((*OPEN, *MERGEABLE, State.ANSWERED))
    columns = (Case.id, Case.place, Case.location_id, Case.topic_id, Message.text, Message.id.label("message_id"))
    query = select(*columns).join(Message, Message.case_id == Case.id)
    return query.where(Message.id.in_(messages), Case.id != card.id, wanted)


def _street_words(place: str) -> set[str]:
    return {stem(word) for word in fold(place).replace(",", " ").split() if len(word) > _SHORTEST_PLACE}
