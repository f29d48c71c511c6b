"""Backup and restore: PostgreSQL by its own tools, SQLite by its backup API; a manifest with the anchor of all heads
lies beside the copy, and a restore is compared with it.
"""

import asyncio
import errno
import hashlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Account, Case, History, Meta
from app.models.connecting import hosts_of, tool_settings
from app.models.copies import Manifest, copy_pages, digest_of, make_copy, manifest_of, read_manifest, write_manifest
from app.models.database import HEAD, Database, file_of, naming_causes
from app.models.guards import postgres
from app.models.history import GENESIS
from app.regulation.errors import Refused
from app.services.chosen_file import look_at, refuse_database
from app.texts.disk import reason_of

__all__ = ["Manifest", "anchor_in", "back_up", "find_tool", "manifest_of", "read_anchor", "restore"]

# Where packages put PostgreSQL's tools that are not on the path.
_TOOL_PLACES = ("/usr/lib/postgresql", "/usr/pgsql-16", "/usr/pgsql-15")


async def read_anchor(database: Database) -> tuple[int, str]:
    """How many cases there are, and the digest (sha256, hex) of the ends of all chains, as `db verify` tells it."""
    async with database.read() as connection:
        return await anchor_in(connection)


async def anchor_in(connection: AsyncConnection) -> tuple[int, str]:
    """The same of the state that this connection sees."""
    ends = select(History.case_id, func.max(History.seq).label("seq")).group_by(History.case_id).subquery()
    query = (
        select(Case.uuid, History.seq, History.hash)
        .outerjoin(ends, ends.c.case_id == Case.id)
        .outerjoin(History, (History.case_id == Case.id) & (History.seq == ends.c.seq))
        .order_by(Case.id)
    )
    digest, count = hashlib.sha256(), 0
    async for row in await connection.stream(query.execution_options(yield_per=1000)):
        digest.update(f"{row.uuid}:{row.seq or 0}:{row.hash or GENESIS}\n".encode())
        count += 1
    return count, digest.hexdigest()


async def back_up(database: Database, target: Path, why: str = "asked", *, schema: str = HEAD) -> Manifest:
    """Copy the whole database into a file that is not there yet, with its manifest beside it; work may go on.
    `schema` is that of a server's region before an upgrade.

    Raises Refused: file_there, file_is_database, copy_failed, tools_missing, tool_failed.
    """
    if target.exists():
        raise Refused("file_there", path=str(target))
    refuse_database(target)  # where SQLite would keep its journal beside one
    if database.path is not None:
        try:
            return await asyncio.to_thread(make_copy, database.path, target, why)
        except (OSError, sqlite3.Error) as error:
            raise Refused("copy_failed", path=str(target), detail=_why(error)) from error
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused("copy_failed", path=str(target), detail=_why(error)) from error
    # The dump and its anchor are of one state, whatever is written meanwhile.
    with naming_causes(database.url):
        cases, anchor, region = await _dump(database, target)
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    digest = await asyncio.to_thread(digest_of, target)
    manifest = Manifest("postgresql", schema, made_at, region, cases, anchor, digest, why)
    try:
        write_manifest(target, manifest)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise Refused("copy_failed", path=str(target), detail=_why(error)) from error
    return manifest


async def _dump(database: Database, target: Path) -> tuple[int, str, str]:
    """A server's dump; gives its cases, their anchor, and the region's name. Half a copy is none: it does not stay."""
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="REPEATABLE READ")
        keeper = await _as_keeper(connection)
        region = (await connection.execute(select(Meta.value).where(Meta.key == "region"))).scalar() or ""
        snapshot = (await connection.execute(text("SELECT pg_export_snapshot()"))).scalar_one()
        cases, anchor = await anchor_in(connection)
        words = ("--format=custom", f"--snapshot={snapshot}", f"--file={target}", *keeper)
        try:
            await _run_tool(database.url, "pg_dump", *words)
        except BaseException as error:
            target.unlink(missing_ok=True)  # it would be in the way of the next
            if isinstance(error, OSError):
                raise Refused("copy_failed", path=str(target), detail=_why(error)) from error
            raise
    return cases, anchor, region


async def _as_keeper(connection: AsyncConnection) -> tuple[str, ...]:
    """Who may make copies and owns nothing reads as cur_backup, past the policies that show each person their own;
    gives what pg_dump is told of it."""
    mine = text("SELECT pg_has_role(session_user, 'cur_backup', 'MEMBER') AND NOT guard.is_owner()")
    if not (await connection.execute(mine)).scalar():
        return ()
    await connection.execute(text("SET LOCAL ROLE cur_backup"))
    return ("--role=cur_backup",)


async def restore(source: Path, url: str) -> Manifest:
    """Make a database from a backup: a file that is not there yet, or an empty database of a server.

    Raises Refused as `chosen_file.look_at` does, manifest_missing, backup_damaged, backup_of_another_engine,
    file_there, file_unwritable, database_not_empty, tools_missing, tool_failed, anchor_differs, copy_newer,
    server_disk_full.
    Sign-ins come back without their passwords: each person's is to be given anew.
    """
    await asyncio.to_thread(look_at, source)
    manifest = await asyncio.to_thread(read_manifest, source)
    if manifest.schema > HEAD:
        raise Refused("copy_newer", found=manifest.schema, known=HEAD)
    is_server = make_url(url).get_backend_name() == "postgresql"
    if (manifest.engine == "postgresql") is not is_server:
        raise Refused("backup_of_another_engine", engine=manifest.engine)
    if is_server:
        await _prepare_server(url)
        try:
            await _fill(url, source)
        except OSError as error:
            raise Refused("server_disk_full", host=make_url(url).host or "") from error
        await _recreate_roles(url)
    else:
        path = file_of(url)
        assert path is not None, "an SQLite URL names a file"
        if path.exists():
            raise Refused("file_there", path=str(path))
        await _restore_file(source, path)
    database = await Database.open(url)
    try:
        if (found := await read_anchor(database)) != (manifest.cases, manifest.anchor):
            raise Refused("anchor_differs", found=found[1], expected=manifest.anchor)
    finally:
        await database.close()
    return manifest


async def _restore_file(source: Path, path: Path) -> None:
    """A file from a backup, whole or not at all. Raises Refused("file_unwritable")."""
    try:
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        await asyncio.to_thread(copy_pages, source, path)
    except (OSError, sqlite3.Error) as error:
        for half in (path, path.with_name(f"{path.name}-journal")):
            half.unlink(missing_ok=True)  # it was not there before
        raise Refused("file_unwritable", path=str(path), detail=_why(error)) from error


def _why(error: OSError | sqlite3.Error) -> str:
    if isinstance(error, OSError):
        return reason_of(error)
    return reason_of(OSError(errno.ENOSPC, "")) if "disk is full" in str(error) else str(error)


# ----- PostgreSQL


async def _prepare_server(url: str) -> None:
    """The roles that a dump names; refuses a database that holds something."""
    database = Database(url)
    try:
        async with database.write(asks=False) as connection:  # nothing is there yet to ask
            held = text("SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'guard')")
            if (await connection.execute(held)).scalar_one():
                raise Refused("database_not_empty", path=make_url(url).render_as_string(hide_password=True))
            await connection.run_sync(postgres.make_roles)
    finally:
        await database.close()


async def _fill(url: str, source: Path) -> None:
    """All of a dump or nothing of it, but for what people settled by a client of their own for what they might make:
    it names sign-ins that are not there yet."""
    listing = [find_tool("pg_restore"), "--list", str(source)]
    done = await asyncio.to_thread(subprocess.run, listing, capture_output=True, check=False)
    listed = [line for line in done.stdout.splitlines(keepends=True) if b" DEFAULT ACL " not in line]
    with tempfile.NamedTemporaryFile(prefix="cur-desk-") as kept:
        await asyncio.to_thread(Path(kept.name).write_bytes, b"".join(listed))
        how = "--exit-on-error", "--single-transaction", f"--use-list={kept.name}"
        await _run_tool(url, "pg_restore", *how, str(source))


async def _recreate_roles(url: str) -> None:
    """A sign-in for every account, without a password: nobody enters before an administrator gives one. What a dump
    does not bring, the rights of a database itself, comes with the guards."""
    database = await Database.open(url)
    try:
        await database.install_guards()
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
    environment |= tool_settings(parsed)
    hosts = hosts_of(parsed)
    address = ["--host", ",".join(host for host, _ in hosts), "--port", ",".join(str(port) for _, port in hosts)]
    done = await asyncio.create_subprocess_exec(
        program, *address, "--dbname", parsed.database or "", *words, env=environment,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await done.communicate()
    if done.returncode:
        told = said.decode("utf-8", "replace").strip()
        if "No space left on device" in told:
            raise OSError(errno.ENOSPC, told[-400:])
        raise Refused("tool_failed", tool=name, detail=told[-400:])


def find_tool(name: str, places: Sequence[str] = _TOOL_PLACES) -> str:
    """The path of one of PostgreSQL's own tools, the newest. Raises Refused("tools_missing")."""
    found = sorted(path for place in places for path in Path(place).glob(f"**/bin/{name}"))
    if found:
        return str(found[-1])
    if program := shutil.which(name):
        return program
    raise Refused("tools_missing", tool=name)
