"""Backup and restore: PostgreSQL by its own tools, SQLite by its backup API; a manifest with the anchor of all heads
lies beside the copy, and a restore is compared with it.
"""

import asyncio
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from app.models import Account, Case, History
from app.models.connecting import hosts_of
from app.models.database import HEAD, Database, file_of
from app.models.guards import postgres
from app.models.history import GENESIS
from app.regulation.errors import Refused

# Where packages put PostgreSQL's tools that are not on the path.
_TOOL_PLACES = ("/usr/lib/postgresql", "/usr/pgsql-16", "/usr/pgsql-15")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is of: engine and schema, when (UTC, ISO), how many cases, the digest of the ends of all chains,
    and the sha256 of the copy itself."""

    engine: str
    schema: str
    made_at: str
    region: str
    cases: int
    anchor: str
    sha256: str


async def read_anchor(database: Database) -> tuple[int, str]:
    """How many cases there are, and the digest (sha256, hex) of the ends of all chains, as `db verify` tells it."""
    ends = select(History.case_id, func.max(History.seq).label("seq")).group_by(History.case_id).subquery()
    query = (
        select(Case.uuid, History.seq, History.hash)
        .outerjoin(ends, ends.c.case_id == Case.id)
        .outerjoin(History, (History.case_id == Case.id) & (History.seq == ends.c.seq))
        .order_by(Case.id)
    )
    digest, count = hashlib.sha256(), 0
    async with database.read() as connection:
        for row in await connection.execute(query):
            digest.update(f"{row.uuid}:{row.seq or 0}:{row.hash or GENESIS}\n".encode())
            count += 1
    return count, digest.hexdigest()


async def back_up(database: Database, target: Path) -> Manifest:
    """Copy the whole database into a file that is not there yet, with its manifest beside it.

    Raises Refused: file_there, tools_missing, tool_failed.
    """
    if target.exists():
        raise Refused("file_there", path=str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    if database.is_sqlite:
        await asyncio.to_thread(_copy_sqlite, database.path, target)
    else:
        await _run_tool(database.url, "pg_dump", "--format=custom", f"--file={target}")
    cases, anchor = await read_anchor(database)
    manifest = Manifest(
        "sqlite" if database.is_sqlite else "postgresql", HEAD, datetime.now(UTC).isoformat(timespec="seconds"),
        database.meta.get("region", ""), cases, anchor, await asyncio.to_thread(_digest_of, target),
    )  # fmt: skip
    manifest_of(target).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), encoding="utf-8")
    return manifest


async def restore(source: Path, url: str) -> Manifest:
    """Make a database from a backup: a file that is not there yet, or an empty database of a server.

    Raises Refused: file_missing, manifest_missing, backup_damaged, backup_of_another_engine, file_there,
    database_not_empty, tools_missing, tool_failed, anchor_differs. Sign-ins come back without their passwords:
    each person's is to be given anew.
    """
    manifest = await asyncio.to_thread(_read_manifest, source)
    is_server = make_url(url).get_backend_name() == "postgresql"
    if (manifest.engine == "postgresql") is not is_server:
        raise Refused("backup_of_another_engine", engine=manifest.engine)
    if is_server:
        await _prepare_server(url)
        await _run_tool(url, "pg_restore", "--exit-on-error", str(source))
        await _recreate_roles(url)
    else:
        path = file_of(url)
        assert path is not None, "an SQLite URL names a file"
        if path.exists():
            raise Refused("file_there", path=str(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(_copy_sqlite, source, path)
    database = await Database.open(url)
    try:
        if (found := await read_anchor(database)) != (manifest.cases, manifest.anchor):
            raise Refused("anchor_differs", found=found[1], expected=manifest.anchor)
    finally:
        await database.close()
    return manifest


def manifest_of(backup: Path) -> Path:
    """Where the manifest of a backup lies."""
    return backup.with_name(backup.name + ".manifest.json")


def _read_manifest(source: Path) -> Manifest:
    if not source.exists():
        raise Refused("file_missing", path=str(source))
    beside = manifest_of(source)
    if not beside.exists():
        raise Refused("manifest_missing", path=str(beside))
    try:
        manifest = Manifest(**json.loads(beside.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise Refused("backup_damaged", path=str(beside)) from error
    if _digest_of(source) != manifest.sha256:
        raise Refused("backup_damaged", path=str(source))
    return manifest


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy_sqlite(source: Path | None, target: Path) -> None:
    """SQLite's own backup: a whole state of the database, also while desks write to it."""
    assert source is not None, "an SQLite database has a file"
    reading, writing = sqlite3.connect(source), sqlite3.connect(target)
    try:
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode=DELETE")
    finally:
        writing.close()
        reading.close()


# ----- PostgreSQL


async def _prepare_server(url: str) -> None:
    """The roles that a dump names; refuses a database that holds something."""
    database = Database(url)
    try:
        async with database.write() as connection:
            held = text("SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'guard')")
            if (await connection.execute(held)).scalar_one():
                raise Refused("database_not_empty", path=make_url(url).render_as_string(hide_password=True))
            await connection.run_sync(postgres.make_roles)
    finally:
        await database.close()


async def _recreate_roles(url: str) -> None:
    """A sign-in for every account, without a password: nobody enters before an administrator gives one."""
    database = await Database.open(url)
    try:
        async with database.write() as connection:
            for login in (await connection.execute(select(Account.login))).scalars().all():
                await connection.execute(select(func.guard.restore_role(login)))
    finally:
        await database.close()


async def _run_tool(url: str, name: str, *words: str) -> None:
    parsed = make_url(url)
    program = find_tool(name)
    environment = os.environ | {"PGPASSWORD": parsed.password or "", "PGUSER": parsed.username or ""}
    environment |= {"PGTARGETSESSIONATTRS": "read-write"} if len(hosts_of(parsed)) > 1 else {}
    hosts = hosts_of(parsed)
    address = ["--host", ",".join(host for host, _ in hosts), "--port", ",".join(str(port) for _, port in hosts)]
    done = await asyncio.create_subprocess_exec(
        program, *address, "--dbname", parsed.database or "", *words, env=environment,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await done.communicate()
    if done.returncode:
        raise Refused("tool_failed", tool=name, detail=said.decode("utf-8", "replace").strip()[-400:])


def find_tool(name: str, places: Sequence[str] = _TOOL_PLACES) -> str:
    """The path of one of PostgreSQL's own tools, the newest. Raises Refused("tools_missing")."""
    found = sorted(path for place in places for path in Path(place).glob(f"**/bin/{name}"))
    if found:
        return str(found[-1])
    if program := shutil.which(name):
        return program
    raise Refused("tools_missing", tool=name)
