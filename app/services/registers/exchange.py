"""Registers as tables: topics and places out and in again with a preview, accounts for the official site."""

import asyncio
import csv
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services import chosen_file
from app.services.folding import fold
from app.services.intake.columns import normal_header
from app.services.intake.sheets import Cell, Record
from app.services.intake.tables import read_records
from app.services.journal import check_duty
from app.services.registers.accounts import account_columns, html_table, list_accounts
from app.services.registers.branches import (
    TABLES,
    BranchFacts,
    BranchView,
    Siblings,
    insert_branch,
    list_branches,
    read_branches,
    update_branch,
)
from app.services.registers.keeping import locked
from app.services.workplace import Workplace
from app.texts import tr

_DUTIES = {"topic": Duty.KEEP_TOPICS, "location": Duty.KEEP_PLACES}
# What the columns of a table may be called; the first row must name at least the entry.
_GROUP = ("группа тем", "группа", "муниципалитет", "муниципальное образование", "район", "group", "municipality")
_NAME = ("тема", "место", "населенный пункт", "локация", "наименование", "название", "topic", "place", "name")
_STATE = ("состояние", "state")
_CODE = ("код", "code")
_OFF = ("отключено", "отключена", "отключен", "off", "нет")
# What Excel would take for a formula is written with a space before it; reading strips it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Line:
    """One change that a table asks for: `kind` is add, rename, move, off or on."""

    kind: str
    row: int
    group: str
    name: str
    before: str = ""
    entry: BranchView | None = None


@dataclass(slots=True)
class Preview:
    """What taking a table in would change; `refused` holds (row, code, name) of rows that cannot be taken."""

    register: str
    lines: list[Line] = field(default_factory=list)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    same: int = 0


async def write_branches(place: Workplace, register: str, path: Path) -> int:
    """Write a register of two levels to a CSV or XLSX file; gives the number of rows.

    Raises Refused("role_may_not"), ("file_kind_unknown"), and what `chosen_file.written` does.
    """
    branches = await list_branches(place, register)
    heads = (tr("Group of topics"), tr("Topic")) if register == "topic" else (tr("Municipality"), tr("Place"))
    on, off = tr("on"), tr("off")
    rows = [
        (b.group or b.facts.name, b.facts.name if b.group else "", on if b.facts.active else off, b.uuid)
        for b in branches
    ]
    await asyncio.to_thread(_write, path, tr("Register"), (*heads, tr("State"), tr("Code")), rows)
    return len(rows)


async def write_accounts(place: Workplace, path: Path) -> int:
    """Write the accounts in use for the official site (п. 4): .html (a table), .csv or .xlsx; gives their number.

    Raises Refused("role_may_not"), ("file_kind_unknown"), and what `chosen_file.written` does.
    """
    accounts = [account for account in await list_accounts(place) if account.facts.active]
    if path.suffix.lower() in (".html", ".htm"):
        await chosen_file.save(path, html_table(accounts).encode())
    else:
        rows = [(account.agency, account.network_name, account.facts.link) for account in accounts]
        await asyncio.to_thread(_write, path, tr("Accounts"), account_columns(), rows)
    return len(accounts)


async def preview_branches(place: Workplace, register: str, path: Path) -> Preview:
    """What taking this table in would change; nothing is written.

    An entry is known by its code, else by its group and name; one that the table does not name stays as it is.
    Raises Refused("role_may_not"), ("table_without_names"), TableError where the file cannot be read.
    """
    check_duty(place, _DUTIES[register])
    records = await asyncio.to_thread(read_records, path)
    async with place.database.read() as connection:
        return _compare(register, records, await read_branches(connection, register))


async def take_in_branches(place: Workplace, preview: Preview) -> int:
    """Make the changes of a preview in one transaction: all, or none; gives how many.

    Refused("record_changed") where somebody changed one of the entries after the preview.
    """
    check_duty(place, _DUTIES[preview.register])
    entries = {line.entry.id: line.entry for line in preview.lines if line.entry is not None}
    async with place.database.write() as connection:
        for entry in entries.values():
            await locked(connection, TABLES[preview.register], entry.id, entry.version)
        groups, siblings = await _groups(connection, preview.register), Siblings(connection, preview.register)
        for line in preview.lines:
            await _take_in(connection, place, preview.register, line, groups, siblings)
    return len(preview.lines)


async def _groups(connection: AsyncConnection, register: str) -> dict[str, int]:
    """The ids of the groups of a register by their folded names."""
    table = TABLES[register]
    named = select(table.name, table.id).where(table.parent_id.is_(None), table.merged_into_id.is_(None))
    return {fold(row.name): row.id for row in await connection.execute(named)}


async def _take_in(
    connection: AsyncConnection,
    place: Workplace,
    register: str,
    line: Line,
    groups: dict[str, int],
    siblings: Siblings,
) -> None:
    """Make one change; `groups` and `siblings` follow what becomes of them."""
    table = TABLES[register]
    parent_id = groups[fold(line.group)] if line.group else None
    if line.entry is None:
        facts = BranchFacts(line.name, parent_id, line.kind != "off")
        added = await insert_branch(connection, place, register, facts, siblings)
        if parent_id is None:
            groups[fold(line.name)] = added
        return
    row = (await connection.execute(select(table).where(table.id == line.entry.id))).one()
    had = BranchFacts(row.name, row.parent_id, row.active, getattr(row, "residents", None))
    facts = {
        "rename": replace(had, name=line.name),
        "move": replace(had, parent_id=parent_id),
        "off": replace(had, active=False),
        "on": replace(had, active=True),
    }[line.kind]
    await update_branch(connection, place, register, row, facts, siblings)
    if had.parent_id is None and line.kind == "rename":
        groups.pop(fold(had.name), None)
        groups[fold(line.name)] = row.id


# ----- comparing


def _compare(register: str, records: Sequence[Record], branches: Sequence[BranchView]) -> Preview:
    header, rows = _columns(records)
    preview = Preview(register)
    by_code = {branch.uuid: branch for branch in branches}
    by_name = {(fold(branch.group), fold(branch.facts.name)): branch for branch in branches}
    seen: set[tuple[str, str]] = set()
    for number, cells in rows:
        group, name, code = (_word(cells, header.get(key)) for key in ("group", "name", "code"))
        is_off = fold(_word(cells, header.get("state"))) in _OFF
        if not name and group:
            group, name = "", group
        if not name:
            continue
        key = (fold(group), fold(name))
        if key in seen:
            preview.refused.append((number, "row_twice", name))
            continue
        seen.add(key)
        if group and ("", fold(group)) not in by_name and ("", fold(group)) not in seen:
            preview.lines.append(Line("add", number, "", group))
            seen.add(("", fold(group)))
        entry = by_code.get(code) or by_name.get(key)
        _compare_row(preview, number, group, name, is_off, entry, has_state="state" in header)
    return preview


def _compare_row(
    preview: Preview, number: int, group: str, name: str, is_off: bool, entry: BranchView | None, *, has_state: bool
) -> None:
    if entry is None:
        preview.lines.append(Line("off" if is_off else "add", number, group, name))
        return
    found = []
    if entry.facts.name != name:
        found.append(Line("rename", number, group, name, entry.facts.name, entry))
    if fold(entry.group) != fold(group):
        if not entry.group and group:
            preview.refused.append((number, "row_group_moved", name))
            return
        found.append(Line("move", number, group, name, entry.group, entry))
    if has_state and entry.facts.active == is_off:
        found.append(Line("off" if is_off else "on", number, group, name, "", entry))
    preview.lines += found
    preview.same += not found


def _columns(records: Sequence[Record]) -> tuple[dict[str, int], list[Record]]:
    for place, (_, cells) in enumerate(records[:20]):
        names = [normal_header(str(cell)) if cell is not None else "" for cell in cells]
        header = {
            key: next(index for index, name in enumerate(names) if name in known)
            for key, known in (("group", _GROUP), ("name", _NAME), ("state", _STATE), ("code", _CODE))
            if any(name in known for name in names)
        }
        if "name" in header:
            return header, list(records[place + 1 :])
    raise Refused("table_without_names", names=", ".join(_NAME[:4]))


def _word(cells: Sequence[Cell], index: int | None) -> str:
    cell = cells[index] if index is not None and index < len(cells) else None
    return " ".join(str(cell).split()) if cell is not None else ""


# ----- writing


def _write(path: Path, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    kind = path.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise Refused("file_kind_unknown", path=path.name)
    with chosen_file.written(path) as part:
        if kind == ".xlsx":
            _write_book(part, title, heads, rows)
        else:
            _write_csv(part, heads, rows)


def _write_csv(path: Path, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(heads)
        writer.writerows([[_safe(cell) for cell in row] for row in rows])


def _write_book(path: Path, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from openpyxl.utils import get_column_letter

    from app.services.workbooks import streamed  # openpyxl costs start-up

    with streamed(path) as book:
        sheet = book.create_sheet(title)
        for number, _ in enumerate(heads, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = 44
        sheet.freeze_panes = "A2"
        for row in (heads, *rows):
            sheet.append([_safe(cell) for cell in row])


def _safe(cell: str) -> str:
    return f" {cell}" if cell.startswith(_FORMULA_STARTS) else cell
