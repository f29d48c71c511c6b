"""Cards that are alike: one as the rules compare it with another, and which earlier ones a message may repeat."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.models import Agency, Author, Case, Draft, Location, Message, Publication, Regulation
from app.regulation.requirements import Relative
from app.regulation.workflow import MERGEABLE, OPEN, Standing, State
from app.services.folding import fold
from app.services.views import CaseCard
from app.services.workplace import Workplace

# How many of the newest cases are looked through: months of a region's desk, in tens of milliseconds.
RECENT = 20_000
SHORTLIST = 60
OFFERED = 6
WORDS = 8
# Words are compared by their beginning: Russian endings change with the case.
_STEM = 5
_SHORTEST = 4
# Words of the desk's everyday messages that tell nothing apart.
_COMMON = frozenset((
    "здрав", "добры", "когда", "будет", "почем", "скажи", "пожал", "проси", "прошу", "сдела", "помог", "решит",
    "вопро", "улиц", "улица", "улице", "город", "район", "нашем", "наша", "наши", "котор", "очень", "опять", "снова",
    "после", "перед", "через", "можно", "нужно", "этого", "этот", "если", "есть", "тоже", "также", "день",
))  # fmt: skip


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
    into = aliased(Case)
    number = select(into.number).where(into.uuid == found.merged_into).scalar_subquery()
    published = (
        select(func.count())
        .select_from(Publication)
        .join(Message, Message.id == Publication.message_id)
        .where(Message.case_id == found.id)
        .scalar_subquery()
    )
    kind = select(Draft.kind).where(Draft.uuid == found.draft_uuid).scalar_subquery()
    query = select(
        Regulation.key, Regulation.version, number.label("into"), published.label("published"), kind.label("kind")
    )
    row = (await connection.execute(query.where(Regulation.id == found.regulation_id))).one()
    return Relative(
        number=found.number,
        state=State(found.state),
        regulation=(row.key, row.version),
        significant=found.significant,
        is_repeat=found.repeat_of is not None,
        published=row.published > 0,
        into=row.into or "",
        correcting=Standing(State(found.state), draft_kind=row.kind or "").correcting,
    )


async def find_typed(place: Workplace, typed: str) -> Kin | None:
    """The card that a number (its last digits will do, from three on) or a message's link names; None for none."""
    wanted = typed.strip()
    by_number: ColumnElement[bool] = Case.number == wanted
    if len(wanted) >= 3 and wanted.replace("-", "").isdecimal():
        by_number = or_(by_number, Case.number.endswith(wanted.zfill(6), autoescape=True))
    by_link = Case.id.in_(select(Message.case_id).where(Message.link == wanted)) if wanted else by_number
    query = _rows().where(or_(by_number, by_link)).order_by(Case.id.desc()).limit(1)
    async with place.database.read() as connection:
        row = (await connection.execute(query)).one_or_none()
        return None if row is None else await _kin(connection, row, ())


def _rows() -> Any:
    count = select(func.count()).select_from(Message).where(Message.case_id == Case.id).scalar_subquery()
    shown = [column for column in Case.__table__.columns if column.key != "folded"]
    return (
        select(*shown, Location.name.label("location"), Agency.short_name.label("agency"), count.label("messages"))
        .outerjoin(Location, Location.id == Case.location_id)
        .outerjoin(Agency, Agency.id == Case.agency_id)
    )


async def _kin(connection: AsyncConnection, row: Any, why: tuple[tuple[str, str], ...]) -> Kin:
    return Kin(
        id=row.id,
        number=row.number,
        state=State(row.state),
        excerpt=row.excerpt,
        place=", ".join(part for part in (row.location, row.place) if part),
        agency=row.agency or "",
        messages=row.messages,
        answered_at=row.closed_at if row.state == State.ANSWERED else None,
        relative=await relative_of(connection, row),
        why=why,
    )


# ----- which ones are alike


@dataclass(slots=True)
class _Likeness:
    score: float = 0.0
    why: list[tuple[str, str]] = field(default_factory=list)

    def add(self, score: float, code: str, what: str = "") -> None:
        self.score += score
        self.why.append((code, what))


async def find_kin(place: Workplace, card: CaseCard) -> tuple[Kin, ...]:
    """At most OFFERED cards of the newest RECENT that ask about the same thing, the likest first.

    Open cards can be merged with `card`, answered ones repeated. Alike are the rare words of the texts, the place,
    the topic, the author; each is told in `why`. It only proposes: a person decides.
    """
    words = telling_words(message.text for message in card.messages)
    async with place.database.read() as connection:
        newest = (await connection.execute(select(func.max(Case.id)))).scalar() or 0
        authors = await _authors(connection, card.id)
        rows = (await connection.execute(_shortlist(place, card, words, authors, newest - RECENT))).all()
        rarity = _rarity(rows, words)
        judged = [(row, _likeness(card, row, rarity)) for row in rows]
        likest = sorted((pair for pair in judged if pair[1].score >= 2.0), key=lambda pair: -pair[1].score)[:OFFERED]
        chosen = _rows().where(Case.id.in_([row.id for row, _ in likest]))
        details = {row.id: row for row in await connection.execute(chosen)}
        return tuple([await _kin(connection, details[row.id], tuple(found.why)) for row, found in likest])


def telling_words(texts: Iterable[str]) -> tuple[str, ...]:
    """The beginnings of the words that tell a message from others, the longest words first, WORDS at most."""
    stems: dict[str, int] = {}
    for word in fold(" ".join(texts)).replace("-", " ").split():
        bare = "".join(letter for letter in word if letter.isalnum())
        if len(bare) >= _SHORTEST and not bare.isdecimal() and bare[:_STEM] not in _COMMON:
            stems[bare[:_STEM]] = max(len(bare), stems.get(bare[:_STEM], 0))
    return tuple(sorted(stems, key=lambda stem: (-stems[stem], stem)))[:WORDS]


async def _authors(connection: AsyncConnection, case_id: int) -> list[tuple[str, str]]:
    query = select(Author.name, Author.link).join(Message, Message.author_id == Author.id)
    return [tuple(row) for row in await connection.execute(query.where(Message.case_id == case_id))]


def _shortlist(place: Workplace, card: CaseCard, words: tuple[str, ...], authors: list[Any], after: int) -> Any:
    """Cases that share most words, or the author; their place and topic come with them to be compared."""
    position = func.instr if place.database.is_sqlite else func.strpos
    shared = sum((case((position(Case.folded, word) > 0, 1), else_=0) for word in words), start=_zero())
    names = [name for name, link in authors if name and not link]
    links = [link for _, link in authors if link]
    same = select(Message.case_id).join(Author, Author.id == Message.author_id)
    same = same.where(Message.case_id > after, or_(Author.link.in_(links), Author.name.in_(names)))
    by_author = case((Case.id.in_(same), 3), else_=0)
    score = shared + by_author
    columns = (Case.id, Case.folded, Case.place, Case.location_id, Case.topic_id, by_author.label("by_author"))
    wanted = Case.state.in_((*OPEN, *MERGEABLE, State.ANSWERED))
    query = select(*columns).where(Case.id > after, Case.id != card.id, wanted, score >= 2)
    return query.order_by(score.desc(), Case.id.desc()).limit(SHORTLIST)


def _zero() -> Any:
    return case((Case.id.is_(None), 1), else_=0)


def _rarity(rows: Any, words: tuple[str, ...]) -> dict[str, float]:
    """How much a shared word weighs: a word that most of the shortlist has says little."""
    seen = Counter(word for row in rows for word in words if word in row.folded)
    return {word: 1.0 if seen[word] <= max(2, len(rows) // 3) else 0.5 for word in words}


def _likeness(card: CaseCard, row: Any, rarity: dict[str, float]) -> _Likeness:
    found = _Likeness()
    if row.by_author:
        found.add(1.5, "same_author")
    common = _street_words(card.place) & _street_words(row.place)
    if common:
        found.add(1.5, "same_place", row.place)
    elif card.location_id is not None and card.location_id == row.location_id:
        found.add(0.5, "same_location", card.location)
    if card.topic_id is not None and card.topic_id == row.topic_id:
        found.add(1.0, "same_topic", card.topic)
    shared = [word for word in rarity if word in row.folded]
    if shared:
        found.add(sum(rarity[word] for word in shared), "same_words", ", ".join(_whole(shared, row.folded)))
    return found


def _street_words(place: str) -> set[str]:
    return {word[:_STEM + 1] for word in fold(place).replace(",", " ").split() if len(word) > _SHORTEST}


def _whole(stems: list[str], folded: str) -> list[str]:
    """The words as they stand in the other text, for a person to read; four of them."""
    words = ("".join(letter for letter in word if letter.isalnum()) for word in folded.split())
    first: dict[str, str] = {}
    for word in words:
        stem = next((stem for stem in stems if word.startswith(stem)), None)
        if stem is not None:
            first.setdefault(stem, word)
    return list(first.values())[:4]
