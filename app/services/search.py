"""Search among all cases: by stems of their words, numbers and authors; what is typed wrong by a letter is found too.

The index of a server is written by its triggers and asked through `guard.find_cases`, which knows who asks; that of a
file is written here, from the list of changed cases that its triggers keep.
"""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, column, func, literal_column, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Author, Case, Message
from app.regulation.errors import Refused
from app.services.folding import fold
from app.services.suggesting.wording import stem
from app.services.workplace import Workplace

# How well a case was found: by its number or author, by its words, by words nearly alike (where nothing else was).
EXACT, WORDS, NEAR = range(3)
# No search tells of more cases than these at once (`guard.find_cases` neither).
MOST = 1000
# Cases that are put into the index of a file at once.
BATCH = 500
_WORD = re.compile(r"[0-9a-zа-я]+")
_NUMBER = re.compile(r"\d+(-\d+)*")
_SIGNS = re.compile(r"[^0-9a-zа-я\s-]")
_LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_LONGEST_WORD = 60
_ENTRY = table("search_entry", column("rowid"), column("words"))
_DUE = table("search_due", column("case_id"))
_KNOWN = table("search_word", column("term"))


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between spaces of a query: its words, all of which a case must have; or the end of a number.

    The last piece is `open`: it may be the beginning of a word that is still being typed.
    """

    words: tuple[str, ...]
    number: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A case that was found, and how well."""

    id: int
    rank: int


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look, for both databases: `told` is what a server's function is told of the place; conditions, order
    and what is beyond the last row (of rank `after`, None for the first page) are a file's own."""

    told: dict[str, Any]
    conditions: Sequence[ColumnElement[bool]]
    order: Sequence[Any]
    beyond: Sequence[ColumnElement[bool]]
    after: int | None
    is_of_some: bool = False


def pieces_of(query: str) -> tuple[Piece, ...]:
    """What is looked for; nothing where the query has neither a letter nor a digit.

    Short words («в», «на») tell nothing beside others, except as the beginning of the last.
    """
    typed = [part for part in fold(query).split() if _WORD.search(part)]
    pieces = []
    for place, part in enumerate(typed, start=1):
        is_last = place == len(typed)
        words = tuple(word[:_LONGEST_WORD] for word in _WORD.findall(part))
        if not is_last and len(words) == 1 and len(part) < 3 and part.isalpha():
            continue
        pieces.append(Piece(words, _number_mark(part), is_last))
    return tuple(pieces)


def signs_of(query: str) -> tuple[str, ...]:
    """Parts of a query that have signs («100%»): they stand in a text as they are typed."""
    return tuple(part for part in fold(query).split() if _SIGNS.search(part))


def _number_mark(part: str) -> str:
    """A house number must not find every card of a year: from three digits on."""
    if not _NUMBER.fullmatch(part) or len(part) < 3:
        return ""
    return _marks(part)[-1] if "-" not in part else _marks(part)[0]


def _marks(number: str) -> list[str]:
    """A number whole, by its year and end, by its end alone; zeros before the last part do not count."""
    *parts, last = number.split("-")
    parts.append(last.lstrip("0") or "0")
    return [f"№{'-'.join(parts[first:])}" for first in range(len(parts))]


async def find(connection: AsyncConnection, place: Workplace, query: str, where: Places, most: int) -> list[Found]:
    """At most so many cases that have what is asked, in the order of the place, best found first."""
    pieces = pieces_of(query)
    if not place.database.is_sqlite:
        asked = json.dumps([{"words": one.words, "number": one.number, "open": one.open} for one in pieces])
        call = text("SELECT id, rank FROM guard.find_cases(CAST(:asked AS jsonb), CAST(:told AS jsonb), :most)")
        rows = await connection.execute(call, {"asked": asked, "told": json.dumps(where.told), "most": most})
        return [Found(row.id, row.rank) for row in rows]
    return await _find_in_file(connection, pieces, where, most)


# ----- the index of a file


async def _find_in_file(connection: AsyncConnection, pieces: Sequence[Piece], where: Places, most: int) -> list[Found]:
    narrow = _match(pieces, _named)
    wide = _match(pieces, _said)
    found: list[Found] = []
    for rank in range(where.after or 0, NEAR + 1):
        if rank == NEAR and where.after != NEAR and (found or where.after is not None):
            break
        if rank == NEAR and where.is_of_some and await _is_there(connection, wide):
            break
        match = (narrow, f"({wide}) NOT ({narrow})", "")[rank] or await _nearly(connection, pieces)
        if rank == EXACT and not await _is_there(connection, match):
            continue  # most words are no names; the queue is not gone through for nothing
        beyond = where.beyond if rank == where.after else ()
        asked = _matching(match).where(*where.conditions, *beyond)
        rows = await connection.execute(asked.order_by(*where.order).limit(most - len(found)))
        found += [Found(row.id, rank) for row in rows]
        if len(found) >= most:
            break
    return found


def _hits(match: str) -> "Select[Any]":
    return select(_ENTRY.c.rowid).where(literal_column("search_entry").op("MATCH")(match))


def _matching(match: str) -> "Select[Any]":
    return select(Case.id).where(Case.id.in_(_hits(match)))


async def _is_there(connection: AsyncConnection, match: str) -> bool:
    return (await connection.execute(_hits(match).limit(1))).first() is not None


def _match(pieces: Sequence[Piece], alternatives: Any) -> str:
    """The query of FTS5: for each piece its number, or all of its words by one of their alternatives."""
    said = []
    for piece in pieces:
        words = " AND ".join(f"({' OR '.join(alternatives(word, piece))})" for word in piece.words)
        said.append(f'("{piece.number}" OR ({words}))' if piece.number else f"({words})")
    return " AND ".join(said)


def _named(word: str, _piece: Piece) -> list[str]:
    return [f'"@{word}"']


def _said(word: str, piece: Piece) -> list[str]:
    begun = [f'"{word}"*', f'"@{word}"*'] if piece.open else []
    return [f'"@{word}"', f'"{stem(word)}"', *begun]


async def _nearly(connection: AsyncConnection, pieces: Sequence[Piece]) -> str:
    near = {word: await _near(connection, stem(word)) for piece in pieces for word in piece.words}
    return _match(pieces, lambda word, _: [f'"@{word}"', *(f'"{one}"' for one in near[word])])


async def _near(connection: AsyncConnection, word: str) -> list[str]:
    """The stems of the index one letter away from this one, itself included."""
    if len(word) < 4 or any(sign.isdigit() for sign in word):
        return [word]
    candidates = {word, *_one_letter_away(word)}
    known = await connection.execute(select(_KNOWN.c.term).where(_KNOWN.c.term.in_(candidates)))
    return [row.term for row in known] or [word]


def _one_letter_away(word: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        for letter in _LETTERS:
            yield f"{head}{letter}{tail}"
            if tail:
                yield f"{head}{letter}{tail[1:]}"
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]


Facts = tuple[str, str, str, tuple[str, ...]]
"""What an entry of the index is made of: the number, the folded text, the place, the authors' names."""


def entry_of(facts: Facts) -> str:
    """What a case is found by: its number's marks, the stems of its words, its authors."""
    number, folded, place, authors = facts
    words = {stem(word[:_LONGEST_WORD]) for word in _WORD.findall(f"{folded} {fold(place)}")}
    names = {f"@{word}" for name in authors for word in _WORD.findall(fold(name))}
    return " ".join([*_marks(number), *sorted(words), *sorted(names)])


async def index_due(place: Workplace, batches: int = 1) -> int:
    """Put changed cases of a file into its index, the newest first; gives how many. A server's triggers do it there."""
    done = 0
    while place.database.is_sqlite and batches > 0:
        async with place.database.read() as connection:
            due = await _due(connection)
            facts = await _facts(connection, due)
        if not due:
            break
        entries = {}
        for case_id, each in facts.items():
            entries[case_id] = entry_of(each)
            await asyncio.sleep(0)  # a window takes a key or paints between
        try:
            async with place.database.write() as connection:
                # Entries are made while others write: what was changed meanwhile waits for the next time.
                now = await _facts(connection, due)
                same = [case_id for case_id in due if facts.get(case_id) == now.get(case_id)]
                await _store(connection, same, entries)
        except Refused:  # a newer program took the file over, and keeps the index by its own rules
            break
        done += len(same)
        batches -= 1
    return done


async def count_due(connection: AsyncConnection) -> int:
    """How many cases of a file wait to be put into its index."""
    return (await connection.execute(select(func.count()).select_from(_DUE))).scalar_one()


async def _due(connection: AsyncConnection) -> Sequence[int]:
    asked = select(_DUE.c.case_id).order_by(_DUE.c.case_id.desc()).limit(BATCH)
    return (await connection.execute(asked)).scalars().all()


async def _facts(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, Facts]:
    """Of those of the cases that are still there."""
    names = select(Message.case_id, Author.name).join(Author, Author.id == Message.author_id)
    authors: dict[int, list[str]] = {}
    for row in await connection.execute(names.where(Message.case_id.in_(ids)).order_by(Message.id)):
        authors.setdefault(row.case_id, []).append(row.name)
    cases = select(Case.id, Case.number, Case.folded, Case.place).where(Case.id.in_(ids))
    rows = (await connection.execute(cases)).all()
    return {row.id: (row.number, row.folded, row.place, tuple(authors.get(row.id, ()))) for row in rows}


async def _store(connection: AsyncConnection, ids: Sequence[int], entries: Mapping[int, str]) -> None:
    """The entries of these cases instead of their old ones; of a case without an entry the old one goes."""
    await connection.execute(_ENTRY.delete().where(_ENTRY.c.rowid.in_(ids)))
    stored = [{"rowid": case_id, "words": entries[case_id]} for case_id in ids if case_id in entries]
    if stored:
        await connection.execute(_ENTRY.insert(), stored)
    await connection.execute(_DUE.delete().where(_DUE.c.case_id.in_(ids)))


async def forget_names(place: Workplace) -> None:
    """After names were erased: what the index of a file still keeps of old entries in its pages goes too."""
    if place.database.is_sqlite:
        async with place.database.write() as connection:
            while due := await _due(connection):
                facts = await _facts(connection, due)
                await _store(connection, due, {case_id: entry_of(each) for case_id, each in facts.items()})
            await connection.execute(text("INSERT INTO search_entry(search_entry) VALUES ('optimize')"))
