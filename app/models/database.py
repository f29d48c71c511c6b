"""One database: the engine, read and write units of work, its clock, opening and upgrading it."""

import asyncio
import importlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from app import own_files
from app.models import connecting, drivers
from app.models.base import Base, new_uuid
from app.models.position import Position
from app.models.program import HEAD as HEAD
from app.models.program import Program
from app.models.reach import Reach
from app.models.region import Meta
from app.models.time import Clock, SystemClock
from app.regulation.errors import Refusal, Refused

if TYPE_CHECKING:
    from app.models.listening import Listener

CONNECT_SECONDS = 10
MOUNTS = Path("/proc/mounts")
_KEPT_OF_PROGRAM = select(Meta.key, Meta.value).where(Meta.key.in_(("workflow", "min_client")))
_END_BLOCKERS = text("SELECT guard.end_blockers()")
NETWORK_FILE_SYSTEMS = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p")


class DatabaseUnavailable(Exception):
    """The database cannot be used now; `refusal` says why in a code the window and the CLI can word."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.refusal = Refusal(code, params)

    def __reduce__(self) -> tuple[Any, ...]:
        """So that a process of its own can send it."""
        return partial(DatabaseUnavailable, self.refusal.code, **self.refusal.params), ()


class Database:
    """An open database. `read()` and `write()` give a connection for one unit of work each.

    Leaving `write()` normally commits, by an exception rolls back. On SQLite a write begins with
    BEGIN IMMEDIATE and full sync: an act that was saved survives the loss of power.
    """

    def __init__(self, url: str, clock: Clock | None = None, *, read_only: bool = False) -> None:
        self.url = url
        self.path = file_of(url)
        if self.path is not None:
            own_files.note(self.path)
        self.engine: AsyncEngine = _engine(url, read_only)
        self.reach = Reach(self.engine, self.path)
        self.clock: Clock = clock or SystemClock()
        self.meta: dict[str, str] = {}
        # Whether this session may act as the program itself, in the name of others; a person's sign-in may not.
        self.acts_as_program = self.is_sqlite
        # Where the feed of a server stood before anything was shown.
        self.position: Position | None = None
        # The connection that listens to a server, while one does.
        self.line: Listener | None = None
        self.program = Program()
        self._writer = asyncio.Lock()
        self._guard: Callable[[AsyncConnection], Awaitable[None]] | None = None

    @classmethod
    async def open(
        cls,
        url: str,
        clock: Clock | None = None,
        *,
        before_upgrade: Callable[["Database", str], Awaitable[None]] | None = None,
    ) -> "Database":
        """Open, create where missing and migrate. Raises DatabaseUnavailable with a code that names the cause.

        A file is copied before it is migrated. A server's region is migrated only by who gives `before_upgrade`, which
        makes that copy; it is told the schema found.
        """
        with naming_causes(url, opening=True):  # a certificate's file may not be readable
            database = cls(url, clock)
        try:
            with naming_causes(url, opening=True):
                database._refuse_bad_place()
                await database._upgrade_if_needed(before_upgrade)
                await database._read_meta()
                await database._take_over()
        except BaseException:
            await database.close()
            raise
        return database

    @classmethod
    async def open_to_read(cls, url: str, clock: Clock | None = None) -> "Database":
        """Open a database that is there already, only to read: nothing is made or migrated, the engine refuses writes.

        Raises DatabaseUnavailable: database_missing, database_older, database_newer, or what `open` raises.
        """
        with naming_causes(url, opening=True):
            database = cls(url, clock, read_only=True)
        try:
            with naming_causes(url, opening=True):
                database._refuse_missing()
                await database._refuse_other_schema()
                await database._read_meta()
        except BaseException:
            await database.close()
            raise
        return database

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def insert(self, table: type[Base]) -> Any:
        """An INSERT of this engine's own dialect, which knows ON CONFLICT; the other engine's is not even loaded."""
        dialect = importlib.import_module(f"sqlalchemy.dialects.{self.engine.dialect.name}")
        return dialect.insert(table)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees one state of the database; nothing written through it is kept."""
        with naming_causes(self.url):
            async with self._connected() as connection:
                yield connection

    @asynccontextmanager
    async def write(self, *, asks: bool = True) -> AsyncIterator[AsyncConnection]:
        """One transaction: everything in it is saved together, or nothing.

        It asks first whether this program may still write there, since a newer one may have taken the database over:
        Refused("program_older") or ("program_of_another_workflow"). Without `asks` the caller does that itself, or only
        takes away what this program put there for a while.
        """
        with naming_causes(self.url):
            async with self._turn(), self._connected() as connection:
                await connection.execution_options(write=True)
                async with connection.begin():
                    if asks and (refused := await self.outdated(connection)):
                        raise Refused(refused.code, **refused.params)
                    if self._guard is not None:
                        await self._guard(connection)
                    yield connection

    async def outdated(self, connection: AsyncConnection) -> Refusal | None:
        """Why this program may not write there any more, None where it may."""
        kept = {row.key: row.value for row in await connection.execute(_KEPT_OF_PROGRAM)}
        return self.program.refusal(kept)

    def guarded(self, guard: Callable[[AsyncConnection], Awaitable[None]]) -> Self:
        """The same database, whose every write asks `guard` first, within its transaction: by raising it refuses."""
        other = copy(self)
        other._guard = guard
        return other

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """SQLite has one writer and lets those who wait poll: an import would starve a person's act for seconds."""
        if not self.is_sqlite:
            yield
            return
        async with self._writer:
            yield

    async def take_turns(self, connection: AsyncConnection, at: str) -> None:
        """Wait until nobody else does what is named by `at`, and keep it until the end of the transaction.

        On SQLite a writer is alone anyway. A row of a table that this person may not change could not be locked.
        """
        if not self.is_sqlite:
            await connection.execute(select(func.guard.take_turn(at)))

    async def moment(self, connection: AsyncConnection) -> datetime:
        """The database's own time: a server's clock on PostgreSQL, the desk's on SQLite."""
        if self.is_sqlite:
            return self.clock.now()
        stamp: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
        moment = stamp.astimezone(UTC) + timedelta(seconds=int(self.meta.get("clock_offset_seconds", "0")))
        return moment.replace(microsecond=0)

    async def synchronise_clock(self) -> None:
        """Learn the server's time; does nothing on SQLite, where this machine's clock is the database's."""
        if not self.is_sqlite and isinstance(self.clock, SystemClock):
            async with self.read() as connection:
                self.clock.follow(await self.moment(connection))

    async def set_meta(self, key: str, value: str) -> None:
        """Store one fact about the database and remember it."""
        async with self.write() as connection:
            await self.keep(connection, {key: value})
        self.meta[key] = value

    async def keep(self, connection: AsyncConnection, values: Mapping[str, str]) -> None:
        """Store facts about the database within the caller's transaction, in place of what they were."""
        for key, value in values.items():
            upsert = self.insert(Meta).values(key=key, value=value)
            await connection.execute(upsert.on_conflict_do_update(index_elements=["key"], set_={"value": value}))

    async def end_blockers(self) -> None:
        """Have a server sign out whoever keeps others waiting too long; on a file nobody can for more than seconds."""
        if not self.is_sqlite:
            async with self.read() as connection:
                await connection.execute(_END_BLOCKERS)
                await connection.commit()  # whoever did it on purpose stays out

    def keep_pages(self, kilobytes: int) -> None:
        """Let every connection keep so much of an SQLite file in memory, for a long reading in a process of its own.

        The usual 2 MB make it read the same pages again and again. A server's cache is its own affair.
        """
        if self.is_sqlite:
            told = f"PRAGMA cache_size=-{kilobytes}"
            event.listen(self.engine.sync_engine, "checkout", lambda connection, *_: _tell(connection, told))

    async def close(self) -> None:
        await self.engine.dispose()

    async def epoch_anew(self) -> str | None:
        """The epoch of what stands in the database's place now, read past the pool: whatever other connections do.

        A server that seems silent may be held up by one that locked what everybody needs.
        """
        engine = _engine(self.url, read_only=self.is_sqlite)
        try:
            with naming_causes(self.url):
                async with engine.connect() as connection:
                    if not self.is_sqlite:
                        await connection.execute(_END_BLOCKERS)
                        await connection.commit()
                    return (await connection.execute(select(Meta.value).where(Meta.key == "epoch"))).scalar()
        finally:
            await engine.dispose()

    def _connected(self) -> AsyncConnection:
        """A connection to be entered, refused at once where there is nothing to connect to."""
        if refused := self.reach.refusal():
            raise DatabaseUnavailable(refused.code, **refused.params)
        return self.engine.connect()

    def _refuse_bad_place(self) -> None:
        if self.path is None:
            return
        if kind := network_file_system(self.path, MOUNTS):
            raise DatabaseUnavailable("database_on_network_share", path=str(self.path), file_system=kind)
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def _refuse_missing(self) -> None:
        if self.path is not None and not self.path.exists():
            raise DatabaseUnavailable("database_missing", path=str(self.path))
        self._refuse_bad_place()

    async def _refuse_other_schema(self) -> None:
        async with self.engine.connect() as connection:
            found = await connection.run_sync(_schema_version)
        if found != HEAD:
            code = "database_older" if found is None or found < HEAD else "database_newer"
            raise DatabaseUnavailable(code, found=found or "—", known=HEAD, path=self.url)

    async def _take_over(self) -> None:
        """A file of this very schema goes by the workflow of the program that opened it last; others are told."""
        if self.is_sqlite and any(self.meta.get(key) != value for key, value in self.program.kept.items()):
            async with self.write(asks=False) as connection:
                await self.keep(connection, self.program.kept)
            self.meta |= self.program.kept

    async def _upgrade_if_needed(self, before: Callable[["Database", str], Awaitable[None]] | None) -> None:
        async with self.engine.connect() as connection:
            found = await connection.run_sync(_schema_version)
        if found == HEAD:
            return
        from app.models.migrations import known_versions, upgrade  # alembic costs 0.3 s of start-up

        if found is not None and found not in known_versions():
            raise DatabaseUnavailable("database_newer", found=found, known=HEAD, path=self.place)
        if not self.is_sqlite and not await self._may_upgrade():
            code = "database_older" if found else "database_not_made"
            raise DatabaseUnavailable(code, path=self.place, found=found, known=HEAD)
        if found is not None and self.path is not None:
            await self._copy_before_upgrade(self.path)
        elif found is not None:
            if before is None:
                raise DatabaseUnavailable("database_older", path=self.place, found=found, known=HEAD)
            await before(self, found)
        async with self.write(asks=False) as connection:
            await connection.run_sync(upgrade)

    async def _copy_before_upgrade(self, path: Path) -> None:
        from app.models import copies

        try:
            await asyncio.to_thread(copies.copy_before_upgrade, path)
        except (OSError, sqlite3.Error) as error:
            raise DatabaseUnavailable("upgrade_without_copy", path=str(path), detail=str(error)) from error

    async def install_guards(self) -> None:
        """Install the guards anew, also where the schema is this program's already."""
        from app.models.migrations import upgrade

        async with self.write(asks=False) as connection:
            await connection.run_sync(upgrade)

    async def _may_upgrade(self) -> bool:
        """Whether this session may make and change the schema: the server's administrator, or the schema's owner."""
        mine = "SELECT rolsuper OR (SELECT count(*) > 0 FROM pg_roles o WHERE o.rolname = 'cur_owner' "
        mine += "AND pg_has_role(current_user, o.oid, 'MEMBER')) FROM pg_roles WHERE rolname = current_user"
        async with self.engine.connect() as connection:
            return bool((await connection.execute(text(mine))).scalar())

    @property
    def place(self) -> str:
        """Where it is, in words that may be shown: no password."""
        return str(self.path or make_url(self.url).render_as_string(hide_password=True))

    async def _read_meta(self) -> None:
        self.reach.found()
        async with self.read() as connection:
            self.meta = {row.key: row.value for row in await connection.execute(select(Meta.key, Meta.value))}
        if not self.is_sqlite:
            async with self.read() as connection:
                mine = "guard.is_owner() OR guard.is_program(), guard.is_owner()"
                told = text(f"SELECT {mine}, guard.changes_after(NULL, NULL, NULL)")
                self.acts_as_program, is_owner, state = (await connection.execute(told)).one()
            self.position = Position.at(state) if state and "epoch" in self.meta else None
        if "epoch" not in self.meta and (self.is_sqlite or is_owner):
            await self.set_meta("epoch", new_uuid())
        if isinstance(self.clock, SystemClock):
            self.clock.set_offset(timedelta(seconds=int(self.meta.get("clock_offset_seconds", "0"))))
        await self.synchronise_clock()


def _engine(url: str, read_only: bool) -> AsyncEngine:
    if make_url(url).get_backend_name() == "sqlite":
        # One listens for ever, a queue, a card and counts are read at once: a connection beyond the pool would be
        # opened and closed for every read.
        engine = create_async_engine(url, pool_size=5, max_overflow=2, hide_parameters=True)
        from app.models.sqlite_driver import ask_in_one_turn  # a desk at a server does not have it loaded

        ask_in_one_turn(engine)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        if read_only:
            event.listen(engine.sync_engine, "connect", _refuse_writes)
        return engine
    bare, settings = connecting.split(make_url(url))
    # An untidy end of a desk leaves no case locked.
    server = {"application_name": "cur-desk", "idle_in_transaction_session_timeout": "60000"}
    # Of the hundreds of policies in a statement of a desk the server would make machine code, a second each time.
    server["jit"] = "off"
    server |= {"default_transaction_read_only": "on"} if read_only else {}
    settings |= {"server_settings": server, "timeout": CONNECT_SECONDS}
    # What a statement was given is people's words and names: it belongs into no message and no log.
    engine = create_async_engine(bare, pool_size=2, max_overflow=2, connect_args=settings, hide_parameters=True)
    drivers.trust_what_was_used(engine)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's implicit BEGIN is deferred and deadlocks on upgrade
    cursor = connection.cursor()
    for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.create_function("translate", 3, _translate, deterministic=True)  # as the server has it


def _translate(text: str, these: str, those: str) -> str:
    return text.translate(str.maketrans(these, those))


def _tell(connection: Any, pragma: str) -> None:
    cursor = connection.cursor()
    cursor.execute(pragma)
    cursor.close()


def _refuse_writes(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only=ON")
    cursor.execute("PRAGMA cache_size=-512")  # the same few rows again and again, for weeks: 512 kB are enough
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _schema_version(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def file_of(url: str) -> Path | None:
    """The file of an SQLite database, None for a server's."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def network_file_system(path: Path, mounts: Path) -> str | None:
    """The kind of network file system a path lies on, or None: SQLite's locks are not safe there.

    `mounts` is the system's table of mounts; where there is none only UNC paths are known.
    """
    if str(path).startswith("\\\\"):
        return "UNC"
    if not mounts.exists():
        return None
    best, kind = "", ""
    place = path.resolve()
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        _, mount, system, *_ = line.split(" ")
        mount = mount.replace("\\040", " ")  # the table writes a space as an octal escape
        if place.is_relative_to(mount) and len(mount) >= len(best):
            best, kind = mount, system
    return kind if kind in NETWORK_FILE_SYSTEMS else None


_SQLITE_CAUSES = (
    ("readonly", "database_read_only"),
    ("unable to open", "database_not_opened"),
    ("disk is full", "disk_full"),
    ("disk i/o error", "disk_failed"),
    ("database is locked", "database_busy"),
    ("not a database", "database_foreign_file"),
    ("malformed", "database_damaged"),
)


class naming_causes:  # noqa: N801  reads as a phrase: with naming_causes(url)
    """Turns driver and file errors into DatabaseUnavailable with a code; leaves everything else alone.

    `opening` says that nothing was asked yet: a server that hangs up then has seen no more than a certificate.
    """

    def __init__(self, url: str, *, opening: bool = False) -> None:
        parsed = make_url(url)
        self._shows = opening and "sslcert" in parsed.query
        self._where = str(file_of(url) or parsed.render_as_string(hide_password=True))
        self._is_server = parsed.get_backend_name() == "postgresql"
        hosts = connecting.hosts_of(parsed) if self._is_server else [("", 0)]
        self._server = {"host": ", ".join(host for host, _ in hosts), "port": hosts[0][1]}
        self._server |= {"user": parsed.username or "", "database": parsed.database or ""}

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        if error is not None and self._is_server and (code := connecting.cause(error, shows_certificate=self._shows)):
            raise DatabaseUnavailable(code, **self.facts(error)) from error
        if isinstance(error, DBAPIError) and (code := self._code(error)):
            raise DatabaseUnavailable(code, path=self._where, detail=str(error.orig)) from error
        if isinstance(error, PermissionError):
            raise DatabaseUnavailable("database_read_only", path=self._where, detail=str(error)) from error
        if isinstance(error, OSError):
            code = "disk_full" if error.errno == 28 else "database_not_reached"
            raise DatabaseUnavailable(code, path=self._where, detail=str(error)) from error

    def facts(self, error: BaseException) -> dict[str, Any]:
        """What the sentence about a server that cannot be used names."""
        return {"path": getattr(error, "file", self._where), "detail": str(error), **self._server}

    def _code(self, error: DBAPIError) -> str | None:
        words = str(error.orig).lower()
        if error.connection_invalidated:
            return "database_not_reached"
        if self._is_server:
            return None
        return next((code for part, code in _SQLITE_CAUSES if part in words), None)
