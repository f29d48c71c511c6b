"""The record of imports: who took in which file when, what came of it, and the rows it refused, whole."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from app.models import ImportRefusal, ImportRun, Person, new_uuid
from app.regulation.duties import Duty
from app.services.intake.reading import Opened
from app.services.intake.refused_rows import RefusedRows
from app.services.intake.rows import RowRefusal
from app.services.intake.sheets import SURPLUS, Cell, written
from app.services.journal import check_duty
from app.services.workplace import Workplace

if TYPE_CHECKING:
    from app.services.intake.importing import ImportReport

SILENCE = timedelta(minutes=2)
"""A run whose last batch is older was cut off: its program is gone."""
LISTED = 200
SHOWN_NAMES = 50


@dataclass(frozen=True, slots=True)
class RunView:
    """An import as it went. `state` is a code of the table, or "cut_off" for one that fell silent.

    `stories` holds `repairs` and `agencies` with their counts, and `unread` (code, params) where reading ended early.
    """

    id: int
    file_name: str
    file_hash: str
    file_bytes: int
    export: str
    person: str
    started_at: datetime
    changed_at: datetime
    state: str
    read: int
    new: int
    known: int
    refused: int
    stories: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeptRefusal:
    """A refused row as the database keeps it; `cells` are (header, value) in the order of the file."""

    id: int
    row_number: int
    sheet: str
    cell: str
    code: str
    params: dict[str, Any]
    cells: tuple[tuple[str, str], ...]


async def begin_run(place: Workplace, file_name: str, opened: Opened) -> int:
    """Record that a file is being taken in; gives the run's id."""
    now = place.now()
    values = {
        "uuid": new_uuid(),
        "file_name": file_name[-300:],
        "person_id": place.person.id,
        "started_at": now,
        "changed_at": now,
        "file_hash": opened.digest,
        "file_bytes": opened.size_bytes,
        "export": opened.export,
    }
    async with place.database.write() as connection:
        return (await connection.execute(insert(ImportRun).values(**values).returning(ImportRun.id))).scalar_one()


async def keep_run(
    place: Workplace, report: "ImportReport", state: str, refused: Sequence[tuple[RowRefusal, dict[str, Cell]]] = ()
) -> None:
    """Record how far a run has come, and the rows refused since the last time."""
    values = {
        "state": state,
        "changed_at": place.now(),
        "rows_read": report.read,
        "rows_new": report.new,
        "rows_known": report.known,
        "rows_refused": report.refused,
        "stories": json.dumps(_stories(report), ensure_ascii=False, default=str),
    }
    async with place.database.write() as connection:
        await connection.execute(update(ImportRun).where(ImportRun.id == report.run_id).values(**values))
        if refused:
            rows = [_refusal_values(report.run_id, refusal, cells) for refusal, cells in refused]
            await connection.execute(insert(ImportRefusal), rows)


async def list_runs(place: Workplace, file_hash: str = "") -> list[RunView]:
    """The last 200 imports, the newest first; only those of one file where its digest is given."""
    check_duty(place, Duty.READ_IMPORTS)
    query = select(ImportRun, Person.name.label("person")).outerjoin(Person, Person.id == ImportRun.person_id)
    if file_hash:
        query = query.where(ImportRun.file_hash == file_hash)
    async with place.database.read() as connection:
        rows = (await connection.execute(query.order_by(ImportRun.id.desc()).limit(LISTED))).all()
    return [_run_view(row, place.now()) for row in rows]


async def list_refused(place: Workplace, run_id: int) -> list[KeptRefusal]:
    """The rows that a run refused, in the order of the file (the first 5000)."""
    check_duty(place, Duty.READ_IMPORTS)
    query = select(ImportRefusal).where(ImportRefusal.run_id == run_id).order_by(ImportRefusal.id)
    async with place.database.read() as connection:
        rows = (await connection.execute(query)).all()
    return [
        KeptRefusal(
            row.id, row.row_number, row.sheet, row.cell, row.code, json.loads(row.params),
            tuple((name, value) for name, value in json.loads(row.cells)),
        )
        for row in rows
    ]  # fmt: skip


def write_refused(path: Path, rows: Sequence[KeptRefusal]) -> None:
    """Write refused rows to a CSV file, to be mended there and taken in again. Raises Refused("file_unwritable")."""
    headers = [[name for name, _ in row.cells if not name.startswith(SURPLUS)] for row in rows]
    out = RefusedRows(path, Path(), headers)
    try:
        for row in rows:
            out.add(RowRefusal(row.row_number, row.sheet, row.code, row.params, row.cell), dict(row.cells))
    finally:
        out.close()


def _stories(report: "ImportReport") -> dict[str, Any]:
    stories: dict[str, Any] = {"detected": report.detected, "repairs": dict(report.repairs)}
    stories["agencies"] = dict(report.unknown_agencies.most_common(SHOWN_NAMES))
    if report.unread is not None:
        stories["unread"] = [report.unread.code, report.unread.params]
    return stories


def _refusal_values(run_id: int, refusal: RowRefusal, cells: Mapping[str, Cell]) -> dict[str, Any]:
    kept = [[name, written(cell)] for name, cell in cells.items() if name != SURPLUS]
    return {
        "run_id": run_id,
        "row_number": refusal.row_number,
        "sheet": refusal.sheet[:100],
        "cell": refusal.cell,
        "code": refusal.code,
        "params": json.dumps(refusal.params, ensure_ascii=False, default=str),
        "cells": json.dumps(kept, ensure_ascii=False),
    }


def _run_view(row: Any, now: datetime) -> RunView:
    is_silent = row.state == "running" and now - row.changed_at > SILENCE
    return RunView(
        id=row.id,
        file_name=row.file_name,
        file_hash=row.file_hash,
        file_bytes=row.file_bytes,
        export=row.export,
        person=row.person or "",
        started_at=row.started_at,
        changed_at=row.changed_at,
        state="cut_off" if is_silent else row.state,
        read=row.rows_read,
        new=row.rows_new,
        known=row.rows_known,
        refused=row.rows_refused,
        stories=json.loads(row.stories),
    )
