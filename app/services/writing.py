"""What an act writes, kept as one document: rows computed by recorders, validated and stored in one place.

On PostgreSQL nobody may write to cases, legs, clocks and history: the document goes to `guard.apply_acts`, which
checks it against the workflow table, stamps time and actor, hashes and stores it. On SQLite Python stores the same
document. No recorder knows the engine.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, DateTime, bindparam, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Author, Base, Case, Draft, Message, Publication
from app.models.program import HEAD
from app.regulation.errors import Refused
from app.regulation.workflow import WORKFLOW_VERSION

# Rows that are named before they have an id: by the uuid of a row of the same document.
_REFERENCES: dict[str, tuple[str, type[Base]]] = {
    "draft_uuid": ("draft_id", Draft),
    "publication_uuid": ("publication_id", Publication),
    "case_uuid": ("case_id", Case),
}
# SQLSTATE of a refusal by the database's own functions: MESSAGE is the code, DETAIL its params as JSON.
REFUSED = "CD001"


@dataclass(frozen=True, slots=True)
class RowChange:
    """Rows of one table that an act adds, changes or removes; `where` names the case's rows by columns' values."""

    table: type[Base]
    verb: str
    rows: tuple[dict[str, Any], ...] = ()
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Writes:
    """What a recorder wants stored of the case `case_id`, in order."""

    changes: list[RowChange] = field(default_factory=list)

    def add(self, table: type[Base], *rows: dict[str, Any]) -> None:
        """Rows of the case to insert. An attachment names its draft or publication by `draft_uuid` …"""
        if rows:
            self.changes.append(RowChange(table, "insert", tuple(_complete(table, row) for row in rows)))

    def change(self, table: type[Base], where: Mapping[str, Any], **values: Any) -> None:
        """Rows of the case in which every column of `where` has the value, or one of the values of a tuple."""
        self.changes.append(RowChange(table, "update", where=_choices(where), values=values))

    def remove(self, table: type[Base], where: Mapping[str, Any]) -> None:
        self.changes.append(RowChange(table, "delete", where=_choices(where)))


def _choices(where: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {key: value if isinstance(value, tuple) else (value,) for key, value in where.items()}


def _complete(table: type[Base], row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with every column but its id: what is not said has the model's default."""
    whole = {column.key: _default(column) for column in table.__table__.columns if column.key != "id"}
    return {**whole, **row}


def _default(column: Any) -> Any:
    if column.default is None:
        return None
    return column.default.arg(None) if column.default.is_callable else column.default.arg


# ----- SQLite: stored by Python


async def store(connection: AsyncConnection, case_id: int, changes: Iterable[RowChange]) -> None:
    """Store the changes of one case in the caller's transaction."""
    for change in changes:
        if change.verb == "insert":
            rows = [await _resolved(connection, change.table, case_id, row) for row in change.rows]
            await connection.execute(insert(change.table), rows)
            continue
        columns = change.table.__table__.columns
        mine = [columns.case_id == case_id, *(columns[key].in_(choice) for key, choice in change.where.items())]
        if change.verb == "delete":
            await connection.execute(delete(change.table).where(*mine))
            continue
        values = await _resolved(connection, None, case_id, change.values)
        await connection.execute(update(change.table).where(*mine).values(**values))


async def _resolved(
    connection: AsyncConnection, table: type[Base] | None, case_id: int, row: Mapping[str, Any]
) -> dict[str, Any]:
    """The row with the ids of what it names by uuid, and with its case."""
    values = dict(row)
    for name, (column, target) in _REFERENCES.items():
        own = table is not None and name in table.__table__.columns
        if name in values and not own:
            uuid = values.pop(name)
            found = select(target.id).where(target.uuid == uuid)  # type: ignore[attr-defined]
            values[column] = (await connection.execute(found)).scalar_one() if uuid else None
    if table is Message and isinstance(author := values.pop("author", None), dict):
        made = await connection.execute(insert(Author).values(**author).returning(Author.id))
        values["author_id"] = made.scalar_one()
    if table is not None and "case_id" in table.__table__.columns:
        values["case_id"] = case_id
    return values


# ----- PostgreSQL: stored by the database


_IDS = bindparam("ids", type_=ARRAY(BigInteger))
_APPLY = text("SELECT guard.apply_acts(CAST(:acts AS jsonb), :at, :ids, :seal)").bindparams(
    _IDS, bindparam("at", type_=DateTime(timezone=True))
)


async def apply(
    connection: AsyncConnection, documents: Sequence[Mapping[str, Any]], begun: Any
) -> list[dict[str, Any]]:
    """Have the database check and store acts of what `basis.begin` gave; gives for each the id, number and version of
    its case."""
    values = {"acts": to_json(documents), "at": begun.at, "ids": list(begun.ids), "seal": begun.seal}
    with naming_refusals():
        told = (await connection.execute(_APPLY, values)).scalar_one()
    return told if isinstance(told, list) else json.loads(told)


def document(changes: Iterable[RowChange], **facts: Any) -> dict[str, Any]:
    """One act as the database takes it."""
    listed = [
        {
            "table": change.table.__tablename__,
            "verb": change.verb,
            "rows": change.rows,
            "where": change.where,
            "values": change.values,
        }
        for change in changes
    ]
    return {"workflow": WORKFLOW_VERSION, "schema": HEAD, "changes": listed, **facts}


def complete(table: type[Base], row: Mapping[str, Any]) -> dict[str, Any]:
    """A whole new row of a table, without its id."""
    return _complete(table, row)


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


class naming_refusals:  # noqa: N801  reads as a phrase: with naming_refusals()
    """Turns what the database's functions refuse into Refused; leaves everything else alone."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") == REFUSED:
            said: Any = error.orig.__cause__ if error.orig is not None else None
            params = json.loads(getattr(said, "detail", "") or "{}")
            raise Refused(said.args[0], **params) from error
