"""Everything a region owns in an open format: a CSV for each table, every attached file, and a manifest of it all.

CSV as RFC 4180 has it, in UTF-8: a text always stands in quotes, so that nothing between two commas is "not known" and
an empty pair of quotes is an empty text. Moments are UTC in ISO 8601. Passwords, tokens and what the program can make
again (search words, sessions, leases) are not in it.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import LargeBinary, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Base, Blob, ReportTemplate
from app.models.copies import digest_of
from app.models.database import HEAD, Database
from app.services import blobs, chosen_file
from app.services.safekeeping import anchor_in

OnDisk = Callable[[], AbstractContextManager[None]]

FORMAT = "cur-desk open export 1"
# What the program makes by itself, and contents that lie in files/.
LEFT_OUT = frozenset(
    ("blob", "job_run", "worker_lease", "network_allowance", "forgetting_secret", "forgotten_mark")
)
SECRETS = frozenset((("account", "verifier"),))
AT_ONCE = 1000
READ_ME = """Выгрузка данных региона из программы cur-desk.

tables/ИМЯ.csv  по таблице базы: CSV, UTF-8, запятая; тексты в кавычках, пусто без кавычек — не задано;
                моменты времени — UTC, ISO 8601; history — цепочка действий с хешами.
files/SHA256    приложенные файлы, по имени — их sha256; имена и владельцы — в tables/attachment.csv.
manifest.json   что здесь лежит: строки и sha256 каждой таблицы, столбцы и их виды, концы цепочек истории.

Здесь персональные данные граждан и сотрудников: храните и передавайте как саму базу.
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    folder: Path
    tables: int
    rows: int
    files: int


async def export_region(database: Database, folder: Path) -> Exported:
    """Write everything into a folder that is not there yet, as one state of the database: all of it, or nothing.

    Raises Refused: file_there, and what `chosen_file.written` does.
    """
    async with chosen_file.folder_written_apart(folder) as made:
        tables, rows, files = await _export(database, made, folder)
    return Exported(folder, tables, rows, files)


async def _export(database: Database, folder: Path, named: Path) -> tuple[int, int, int]:
    """Everything into a folder, which a person knows as `named`; gives how many tables, rows and files. What the disk
    refuses while the database is read is told as the disk's."""
    on_disk = partial(chosen_file.writing, named)
    (folder / "tables").mkdir()
    (folder / "files").mkdir()
    tables: dict[str, Any] = {}
    async with database.read() as connection:
        if not database.is_sqlite:
            await connection.execution_options(isolation_level="REPEATABLE READ")
        for table in Base.metadata.sorted_tables:
            if table.name not in LEFT_OUT:
                tables[table.name] = await _write_table(connection, table, folder / "tables", on_disk)
        files = await _write_files(connection, folder / "files", on_disk)
        cases, anchor = await anchor_in(connection)
    manifest = {
        "format": FORMAT, "region": database.meta.get("region", ""), "schema": HEAD,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"), "cases": cases, "anchor": anchor,
        "tables": tables, "files": files,
    }  # fmt: skip
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    await asyncio.to_thread((folder / "manifest.json").write_text, text, encoding="utf-8")
    await asyncio.to_thread((folder / "README.txt").write_text, READ_ME, encoding="utf-8")
    return len(tables), sum(told["rows"] for told in tables.values()), len(files)


async def _write_table(connection: AsyncConnection, table: Table, folder: Path, on_disk: OnDisk) -> dict[str, Any]:
    path = folder / f"{table.name}.csv"
    kept = [column for column in table.columns if (table.name, column.name) not in SECRETS]
    columns = [column for column in kept if not isinstance(column.type, LargeBinary)]
    order = list(table.primary_key.columns)
    count = 0
    head = ",".join(f'"{column.name}"' for column in columns) + "\r\n"
    with on_disk():
        await asyncio.to_thread(path.write_text, head, encoding="utf-8", newline="")
    async for part in _parts(connection, select(*columns).order_by(*order)):
        with on_disk():
            await asyncio.to_thread(_write_rows, path, part)
        count += len(part)
    with on_disk():
        digest = await asyncio.to_thread(digest_of, path)
    kinds = {column.name: str(column.type).split("(")[0].lower() for column in columns}
    return {"rows": count, "sha256": digest, "columns": kinds}


async def _parts(connection: AsyncConnection, query: Any) -> AsyncIterator[list[Any]]:
    rows = await connection.stream(query, execution_options={"yield_per": AT_ONCE})
    async for part in rows.partitions(AT_ONCE):
        yield list(part)


def _write_rows(path: Path, rows: list[Any]) -> None:
    with path.open("a", encoding="utf-8", newline="") as file:
        file.writelines(",".join(_field(value) for value in row) + "\r\n" for row in rows)


def _field(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping | list | tuple):
        value = json.dumps(value, ensure_ascii=False)
    return '"' + str(value).replace('"', '""') + '"'


async def _write_files(connection: AsyncConnection, folder: Path, on_disk: OnDisk) -> dict[str, int]:
    """Every stored content, and every template of the region's own, under its sha256; gives sizes in bytes."""
    names = (await connection.execute(select(Blob.sha256).distinct().order_by(Blob.sha256))).scalars().all()
    sizes = {}
    for name in names:
        data = await blobs.read(connection, name)
        with on_disk():
            await asyncio.to_thread((folder / name).write_bytes, data)
        sizes[name] = len(data)
    own = select(ReportTemplate.sha256, ReportTemplate.data).where(ReportTemplate.data.is_not(None))
    for template in await connection.execute(own):
        with on_disk():
            await asyncio.to_thread((folder / template.sha256).write_bytes, template.data)
        sizes[template.sha256] = len(template.data)
    return sizes
