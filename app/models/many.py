"""Many rows of one table put into an SQLite file: what SQLAlchemy works out for each row is worked out once here."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Dialect, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models.base import Base


class _Plan(NamedTuple):
    """How rows with these columns are stored: the statement, their values in its order, and what writes some of them
    as the file holds them, by their places."""

    statement: str
    values: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    writers: tuple[tuple[int, Callable[[Any], Any]], ...]


async def insert_many(
    connection: AsyncConnection, table: type[Base], rows: Sequence[Mapping[str, Any]], *, ignoring: bool = False
) -> None:
    """Insert rows that all name the same columns; what they leave out the table's own defaults do not fill in.

    Rows that are there already are passed over where `ignoring`.
    """
    if not rows:
        return
    plan = _plan(table, connection.dialect, frozenset(rows[0]), ignoring)
    found = map(plan.values, rows)
    await connection.exec_driver_sql(plan.statement, [_written(values, plan.writers) for values in found])


def _written(values: tuple[Any, ...], writers: tuple[tuple[int, Callable[[Any], Any]], ...]) -> tuple[Any, ...]:
    written = list(values)
    for place, write in writers:
        written[place] = write(written[place])
    return tuple(written)


@lru_cache(64)
def _plan(table: type[Base], dialect: Dialect, keys: frozenset[str], ignoring: bool) -> _Plan:
    columns = [column for column in table.__table__.columns if column.key in keys]
    names = [column.key for column in columns]
    assert len(names) == len(keys) > 1, f"no columns of {table.__tablename__}: {keys.difference(names)}"
    inserted = insert(table).prefix_with("OR IGNORE") if ignoring else insert(table)
    statement = str(inserted.compile(dialect=dialect, column_keys=names))
    writers = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    told = tuple((place, write) for place, write in enumerate(writers) if write is not None)
    return _Plan(statement, itemgetter(*names), told)
