"""The registers of two levels: topics with their groups, places with their municipalities (п. 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Base, Case, Location, Topic, new_uuid
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services.folding import fold
from app.services.journal import check_duty, note_down
from app.services.registers.keeping import change, clean, locked
from app.services.workplace import Workplace

TABLES: dict[str, Any] = {"topic": Topic, "location": Location}
_DUTIES = {"topic": Duty.KEEP_TOPICS, "location": Duty.KEEP_PLACES}
_ROW_LIMIT = 300
_MOST_RESIDENTS = 100_000_000


@dataclass(frozen=True, slots=True)
class BranchFacts:
    """What an administrator says of an entry; no `parent_id` for a group of topics or a municipality.

    `residents` of a place, where known: the report tells messages per 1,000 of a municipality's.
    """

    name: str
    parent_id: int | None = None
    active: bool = True
    residents: int | None = None


@dataclass(frozen=True, slots=True)
class BranchView:
    """An entry of either register; `cases` have it."""

    id: int
    uuid: str
    facts: BranchFacts
    group: str
    version: int
    cases: int


def residents_from(text: str) -> int | None:
    """The number of residents as people type it: «1 234 567»; nothing is not known. Refused("residents_unclear")."""
    digits = "".join(text.split())
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits) <= _MOST_RESIDENTS):
        raise Refused("residents_unclear", text=text.strip())
    return int(digits)


async def list_branches(place: Workplace, register: str) -> list[BranchView]:
    """The whole register "topic" or "location": each group before what is in it. Refused("role_may_not")."""
    check_duty(place, Duty.READ_REGISTERS)
    async with place.database.read() as connection:
        return await read_branches(connection, register)


async def read_branches(connection: AsyncConnection, register: str) -> list[BranchView]:
    """The register as it stands; what was merged into another entry is not in it any more."""
    table = TABLES[register]
    column = Case.topic_id if register == "topic" else Case.location_id
    counted = await connection.execute(select(column, func.count()).where(column.is_not(None)).group_by(column))
    cases = {row[0]: row[1] for row in counted}
    rows = (await connection.execute(select(table).where(table.merged_into_id.is_(None)))).all()
    names = {row.id: row.name for row in rows}
    found = [
        BranchView(
            id=row.id,
            uuid=row.uuid,
            facts=BranchFacts(row.name, row.parent_id, row.active, getattr(row, "residents", None)),
            group=names.get(row.parent_id, ""),
            version=row.version,
            cases=cases.get(row.id, 0),
        )
        for row in rows
    ]
    return sorted(found, key=lambda b: (fold(b.group or b.facts.name), bool(b.group), fold(b.facts.name)))


async def add_branch(place: Workplace, register: str, facts: BranchFacts) -> int:
    """Add an entry; gives the id. Refused("name_missing"), ("name_taken"), ("third_level")."""
    check_duty(place, _DUTIES[register])
    async with place.database.write() as connection:
        return await insert_branch(connection, place, register, facts)


class Siblings:
    """The names under each parent of a register within one transaction: read once a parent, then kept by what is saved.

    A table of many lines asks here for each of them.
    """

    def __init__(self, connection: AsyncConnection, register: str) -> None:
        self._connection, self._table = connection, TABLES[register]
        self._names: dict[int | None, dict[int, str]] = {}
        self._ids: dict[int | None, dict[str, set[int]]] = {}

    async def has(self, parent_id: int | None, name: str, own_id: int | None) -> bool:
        """Whether another entry under the parent is called so."""
        if parent_id not in self._ids:
            table = self._table
            asked = select(table.id, table.name).where(
                table.parent_id.is_not_distinct_from(parent_id), table.merged_into_id.is_(None)
            )
            self._ids[parent_id], self._names[parent_id] = {}, {}
            for row in await self._connection.execute(asked):
                self._put(row.id, parent_id, row.name)
        return bool(self._ids[parent_id].get(fold(name), set()) - {own_id})

    def keep(self, branch_id: int, parent_id: int | None, name: str) -> None:
        """An entry was saved under this parent and name, wherever it stood before."""
        for parent, names in self._names.items():
            if branch_id in names:
                self._ids[parent][fold(names.pop(branch_id))].discard(branch_id)
        if parent_id in self._ids:
            self._put(branch_id, parent_id, name)

    def _put(self, branch_id: int, parent_id: int | None, name: str) -> None:
        self._names[parent_id][branch_id] = name
        self._ids[parent_id].setdefault(fold(name), set()).add(branch_id)


async def insert_branch(
    connection: AsyncConnection, place: Workplace, register: str, facts: BranchFacts, siblings: Siblings | None = None
) -> int:
    """Add an entry within the caller's transaction; the caller has checked the duty."""
    table, siblings = TABLES[register], siblings or Siblings(connection, register)
    values = await _values(connection, table, facts, None, siblings)
    statement = insert(table).values(uuid=new_uuid(), **values).returning(table.id, table.uuid)
    branch_id, uuid = (await connection.execute(statement)).one()
    siblings.keep(branch_id, facts.parent_id, values["name"])
    await note_down(connection, place, uuid, "node_added", await _told(connection, table, facts))
    return int(branch_id)


async def change_branch(place: Workplace, register: str, branch_id: int, version: int, facts: BranchFacts) -> None:
    """Rename, move to another group or switch off an entry seen at `version`; cases keep it.

    Refused as in `add_branch`, ("group_not_empty") for a group with entries that is moved under another, or
    ("record_changed").
    """
    check_duty(place, _DUTIES[register])
    async with place.database.write() as connection:
        row = await locked(connection, TABLES[register], branch_id, version)
        await update_branch(connection, place, register, row, facts)


async def update_branch(
    connection: AsyncConnection,
    place: Workplace,
    register: str,
    row: Any,
    facts: BranchFacts,
    siblings: Siblings | None = None,
) -> None:
    """Change a locked entry within the caller's transaction; the caller has checked the duty."""
    table, siblings = TABLES[register], siblings or Siblings(connection, register)
    values = await _values(connection, table, facts, row.id, siblings)
    if any(getattr(row, key) != value for key, value in values.items()):
        siblings.keep(row.id, facts.parent_id, values["name"])
        await change(connection, place, table, row, "node_changed", values, await _told(connection, table, facts))


async def merge_branches(place: Workplace, register: str, branch_id: int, version: int, into_id: int) -> int:
    """Merge an entry seen at `version` into another: its cases and all that names it follow; gives how many cases.

    The history keeps the uuid it had, and the row stays to name it. Entries of a group go along; those of one name
    are merged too. Refused("merged_with_itself"), ("group_into_entry"), ("record_unknown"), ("record_changed").
    """
    check_duty(place, _DUTIES[register])
    table = TABLES[register]
    async with place.database.write() as connection:
        row = await locked(connection, table, branch_id, version)
        into = (await connection.execute(select(table).where(table.id == into_id).with_for_update())).one_or_none()
        if into is None or into.merged_into_id is not None or row.merged_into_id is not None:
            raise Refused("record_unknown")
        return await _merge(connection, place, register, row, into)


async def _merge(connection: AsyncConnection, place: Workplace, register: str, row: Any, into: Any) -> int:
    table = TABLES[register]
    if row.id == into.id:
        raise Refused("merged_with_itself")
    children = await _children(connection, table, row.id)
    if children and (into.parent_id is not None):
        raise Refused("group_into_entry", name=into.name)
    moved = 0
    twins = {fold(child.name): child for child in await _children(connection, table, into.id)}
    for child in children:
        if (twin := twins.get(fold(child.name))) is not None:
            moved += await _merge(connection, place, register, child, twin)
        else:
            facts = {"parent": into.uuid}
            await change(connection, place, table, child, "node_changed", {"parent_id": into.id}, facts)
    moved += await _follow(connection, table, row.id, into.id)
    values = {"merged_into_id": into.id, "active": False}
    await change(connection, place, table, row, "node_merged", values, {"into": into.uuid, "cases": moved})
    await note_down(connection, place, into.uuid, "node_took", {"from": row.uuid, "cases": moved})
    return moved


async def _follow(connection: AsyncConnection, table: Any, old_id: int, new_id: int) -> int:
    """Let every row of every table that names the one entry name the other; gives how many cases did."""
    if connection.dialect.name != "sqlite":
        followed = select(func.guard.follow(table.__tablename__, old_id, new_id))
        return int((await connection.execute(followed)).scalar_one())
    cases = 0
    for other in Base.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is not table.__table__ or other is table.__table__:
                continue
            done = await connection.execute(update(other).where(key.parent == old_id).values({key.parent: new_id}))
            cases += done.rowcount if other is Case.__table__ else 0
    return cases


async def _children(connection: AsyncConnection, table: Any, parent_id: int) -> Sequence[Any]:
    query = select(table).where(table.parent_id == parent_id, table.merged_into_id.is_(None)).order_by(table.id)
    return (await connection.execute(query.with_for_update())).all()


async def _values(
    connection: AsyncConnection, table: Any, facts: BranchFacts, own_id: int | None, siblings: Siblings
) -> dict[str, Any]:
    name = clean(facts.name, _ROW_LIMIT, "name_missing")
    if facts.parent_id is not None:
        parent = (await connection.execute(select(table).where(table.id == facts.parent_id))).one_or_none()
        if parent is None or parent.merged_into_id is not None:
            raise Refused("record_unknown")
        if parent.parent_id is not None or parent.id == own_id:
            raise Refused("third_level", name=parent.name)
        if own_id is not None and await _children(connection, table, own_id):
            raise Refused("group_not_empty", name=name)
    if await siblings.has(facts.parent_id, name, own_id):
        raise Refused("name_taken", name=name)
    return {"name": name, "parent_id": facts.parent_id, "active": facts.active} | _residents(table, facts)


def _residents(table: Any, facts: BranchFacts) -> dict[str, Any]:
    return {"residents": facts.residents} if table is Location else {}


async def _told(connection: AsyncConnection, table: Any, facts: BranchFacts) -> dict[str, Any]:
    parent = select(table.uuid).where(table.id == facts.parent_id)
    told = {"active": facts.active, "parent": (await connection.execute(parent)).scalar_one_or_none()}
    return told | _residents(table, facts)
