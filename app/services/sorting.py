"""A queue in another order than its own: by a fact of its rows, for as long as somebody looks at it so.

Only of open cases: an archive of a million would be put in order anew for every page. What is equal stands by least
time left. Texts are compared by the codes of their letters, capitals as small ones and ё as е, so that both databases
and Python agree; what is not set comes last of A to Z.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_

from app.models import FAR_FUTURE, Agency, Case, Location, Person, Source, Topic
from app.services.views import QueueRow

_LAST = "\uffff"
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯё"
_SMALL = "abcdefghijklmnopqrstuvwxyzабвгдеежзийклмнопрстуфхцчшщъыьэюяе"
_AS_SMALL = str.maketrans(_CAPITALS, _SMALL)


@dataclass(frozen=True, slots=True)
class Sorting:
    """The order by a key of `SORTS`; `descending` from the end: the newest, or Z to A."""

    by: str
    descending: bool = False

    def __post_init__(self) -> None:
        if self.by not in SORTS:
            raise ValueError(self.by)


@dataclass(frozen=True, slots=True)
class _Fact:
    """What rows are put in order by: in the database, in a row, and the register that a name stands in, with its key.

    Of a case that names nothing there `column` is the name that came with it, where one came.
    """

    column: Any
    of: Callable[[QueueRow], Any]
    name: Any = None
    key: Any = None
    is_text: bool = True


SORTS: dict[str, _Fact] = {
    "left": _Fact(Case.step_due_at, lambda row: _due(row), is_text=False),
    "collected": _Fact(Case.collected_at, lambda row: row.collected_at, is_text=False),
    "place": _Fact(None, lambda row: row.location, Location.name, Case.location_id),
    "topic": _Fact(Case.suggested_topic, lambda row: row.topic, Topic.name, Case.topic_id),
    "agency": _Fact(None, lambda row: row.agency, Agency.short_name, Case.agency_id),
    "curator": _Fact(None, lambda row: row.curator, Person.name, Case.curator_id),
    "source": _Fact(None, lambda row: row.source, Source.name, Case.source_id),
}


def ordered(
    sorting: Sorting, after: QueueRow | None, *, is_sqlite: bool
) -> tuple[list[Any], list[ColumnElement[bool]]]:
    """The order for a statement that has the fact's table, and what is beyond the last row of the page before."""
    fact = SORTS[sorting.by]
    key = _key_of(sorting.by, is_sqlite=is_sqlite) if fact.is_text else fact.column
    order = [key.desc() if sorting.descending else key, Case.step_due_at, Case.id]
    if after is None:
        return order, []
    last = _letters(fact.of(after)) if fact.is_text else fact.of(after)
    beyond = key < last if sorting.descending else key > last
    next_ones = tuple_(Case.step_due_at, Case.id) > (_due(after), after.id)
    return order, [or_(beyond, and_(key == last, next_ones))]


def joined(statement: Select[Any], sorting: Sorting, *, is_sqlite: bool) -> Select[Any]:
    """A statement of cases with the names that the order asks."""
    fact = SORTS[sorting.by]
    if fact.name is None:
        return statement
    names = _names(sorting.by, is_sqlite=is_sqlite)
    return statement.outerjoin(names, names.c.id == fact.key)


def order_of(sorting: Sorting) -> Callable[[QueueRow], Any]:
    """The key by which Python puts rows in the same order."""
    fact = SORTS[sorting.by]

    def key(row: QueueRow) -> Any:
        value = fact.of(row)
        if not fact.is_text:
            place: Any = -value.timestamp() if sorting.descending else value.timestamp()
        elif sorting.descending:
            place = (*(-ord(letter) for letter in _letters(value)), 1)  # a longer word comes before its beginning
        else:
            place = _letters(value)
        return place, _due(row), row.id

    return key


@cache
def _names(by: str, *, is_sqlite: bool) -> Any:
    """The names of a register by their letters: made once a name, not once a case (OFFSET keeps a server from that)."""
    name = SORTS[by].name
    letters = _by_letters(name, is_sqlite=is_sqlite).label("letters")
    return select(name.class_.id, letters).offset(0).subquery()


def _key_of(by: str, *, is_sqlite: bool) -> Any:
    """What a name's place is by: that of the register, else the one that came with the case, else the end."""
    own = SORTS[by].column
    missing = literal(_LAST) if own is None else _by_letters(own, is_sqlite=is_sqlite)
    return func.coalesce(_names(by, is_sqlite=is_sqlite).c.letters, missing)


def _by_letters(column: Any, *, is_sqlite: bool) -> Any:
    small = func.translate(func.coalesce(func.nullif(column, ""), _LAST), _CAPITALS, _SMALL)
    return small if is_sqlite else small.collate("C")


def _letters(name: str) -> str:
    return (name or _LAST).translate(_AS_SMALL)


def _due(row: QueueRow) -> Any:
    return (row.step.due_at if row.step else None) or FAR_FUTURE
