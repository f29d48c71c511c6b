"""Guards of PostgreSQL: owners and roles, row-level security, the function that alone writes acts.

The SQL lies in resources/postgresql; what is generated here are the tables it checks by (workflow, what acts may
write, effects on clocks) and the policies of `app.models.guards.rights`.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ARRAY, Connection, Text, cast, func, text
from sqlalchemy.dialects.postgresql import JSONB

from app.models import card, queue_row
from app.models.base import Base
from app.models.guards import rights
from app.regulation import act_writes
from app.regulation.effects import effects
from app.regulation.profile_file import parse
from app.regulation.workflow import CLOSED, GOVERNOR_BY, RECORDED_LATER, TABLE, WORKFLOW_VERSION
from app.resources import resource

APPEND_ONLY = ("history", "journal")
# The scripts of resources/postgresql that the owner runs, in this order.
PARTS = (
    "tables", "people", "feed", "acts", "act_checks", "act_cases", "act_rows", "act_clocks", "retention", "search",
    "files", "outbox", "memos", "alerts",
)  # fmt: skip


def make_roles(connection: Connection) -> None:
    """The roles that own, use and copy a region; for whoever administers the server."""
    _run(connection, "roles")


def prepare(connection: Connection) -> None:
    """Make the roles and the owner's schemas, where whoever asks administers the server; then act as the owner."""
    if _may_make_roles(connection):
        make_roles(connection)
        for statement in (
            "CREATE SCHEMA IF NOT EXISTS guard AUTHORIZATION cur_owner",
            "CREATE SCHEMA IF NOT EXISTS wall AUTHORIZATION cur_owner",
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            "GRANT USAGE, CREATE ON SCHEMA public TO cur_owner",
            "GRANT USAGE ON SCHEMA public TO cur_desk, cur_worker, cur_backup, cur_accounts",
            *_storing_nothing(connection),
        ):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("SET LOCAL temp_file_limit = -1")
    connection.exec_driver_sql("SET LOCAL ROLE cur_owner")


def wait_for_acts(connection: Connection) -> None:
    """Wait for writes under way and let none begin until the end: they asked which program may write before this one
    changes it. Whatever writes reads `meta` first, or the workflow in `guard.program`."""
    for table in ("public.meta", "guard.program"):
        if connection.execute(text("SELECT to_regclass(:name)"), {"name": table}).scalar() is not None:
            connection.exec_driver_sql(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")


def _storing_nothing(connection: Connection) -> Iterator[str]:
    """What takes from everybody the means to fill the server's disk or its table of locks with what no policy is
    asked about, and to hide tables from functions: temporary tables, large objects, messages in the log of writes,
    advisory locks; this program has none, but for the owner's. What sessions sort on the disk has a bound."""
    database = connection.exec_driver_sql("SELECT quote_ident(current_database())").scalar_one()
    yield f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC"
    yield f"ALTER DATABASE {database} SET temp_file_limit = '2GB'"
    for name in ("lo_create(oid)", "lo_creat(int)", "lo_from_bytea(oid, bytea)"):
        yield f"REVOKE ALL ON FUNCTION pg_catalog.{name} FROM PUBLIC"
    named = text(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"
        " AND proname ~ '^pg_(logical_emit_message|(try_)?advisory_(xact_)?lock(_shared)?)$'"
    )
    for name in connection.execute(named).scalars():  # their arguments differ between versions
        yield f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC"
    yield "GRANT EXECUTE ON FUNCTION pg_advisory_xact_lock(int, int) TO cur_owner"


def finish(connection: Connection) -> None:
    """After the owner's work: the functions that make sign-ins, which belong to a role of their own."""
    connection.exec_driver_sql("RESET ROLE")
    if _may_make_roles(connection):
        _run(connection, "accounts")


def _may_make_roles(connection: Connection) -> bool:
    asked = text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return bool(connection.execute(asked).scalar())


def install(connection: Connection) -> None:
    """(Re)install every guard as the owner; safe to repeat."""
    for checked in ("IMMEDIATE", "DEFERRED"):  # a table of which something is still to be checked is not altered
        connection.exec_driver_sql(f"SET CONSTRAINTS ALL {checked}")
    for name in PARTS:
        _run(connection, name)
    _install_workflow(connection)
    for row in connection.execute(text("SELECT id, key, text FROM regulation ORDER BY id")).all():
        profile = parse(row.text, f"{row.key}.toml")
        connection.execute(learning(row.id, profile).select())
    for statement in (_store_cases(), *_append_only(), *card.telling(), *queue_row.telling(), *rights.statements()):
        connection.exec_driver_sql(statement)


def learning(regulation_id: int, profile: Any) -> Any:
    """The call that stores the effects of a regulation on clocks."""
    rows = [[e.state, e.act, e.variant, e.code, e.effect, e.must] for e in effects(profile)]
    reporters = list(map(str, GOVERNOR_BY[profile.readings.governor_by]))
    told = cast(reporters, ARRAY(Text)), cast(cast(json.dumps(rows), Text), JSONB)
    return func.guard.learn_regulation(regulation_id, profile.region_code, *told)


def _run(connection: Connection, name: str) -> None:
    for statement in split(resource(f"postgresql/{name}.sql").read_text(encoding="utf-8").splitlines()):
        connection.exec_driver_sql(statement)


def split(lines: Iterable[str]) -> Iterator[str]:
    """The statements of a script: each ends with a semicolon at the end of a line, outside of a $$ body."""
    kept: list[str] = []
    within = False
    for line in lines:
        if line.count("$$") % 2:
            within = not within
        if not within and not kept and (not line.strip() or line.startswith("--")):
            continue
        kept.append(line)
        if not within and line.rstrip().endswith(";"):
            yield "\n".join(kept)
            kept = []


def _store_cases() -> str:
    """The function that stores cases as acts leave them: every column but those by which they are known."""
    columns = [f'"{column.key}"' for column in Base.metadata.tables["case"].columns]
    kept = [column for column in columns if column not in ('"id"', '"uuid"', '"number"')]
    new = ", ".join(f"one.{column}" for column in kept)
    return (
        'CREATE OR REPLACE FUNCTION guard.store_cases(rows public."case"[]) RETURNS void LANGUAGE plpgsql '
        "SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN "
        f'UPDATE public."case" c SET ({", ".join(kept)}) = ROW({new}) FROM unnest(rows) one WHERE c.id = one.id; END $$'
    )


def _append_only() -> Iterator[str]:
    for table in APPEND_ONLY:
        yield f"DROP TRIGGER IF EXISTS {table}_append_only ON public.{table}"
        yield (
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.{table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION guard.refuse_change()"
        )


def _install_workflow(connection: Connection) -> None:
    """The workflow table of this program, and what its acts may write."""
    connection.exec_driver_sql("DELETE FROM guard.transition")
    connection.exec_driver_sql("DELETE FROM guard.act_column")
    connection.exec_driver_sql("DELETE FROM guard.act_write")
    _insert(connection, "transition", [
        [row.state, row.act, row.variant, list(row.roles), row.to, row.to in CLOSED, row.act in RECORDED_LATER]
        for row in TABLE
    ])  # fmt: skip
    _insert(connection, "act_column", [[act, name] for act, names in act_writes.COLUMNS.items() for name in names])
    _insert(connection, "act_write", [["*", "note", "insert", _columns("note")], *(
        [act, table, verb, _columns(table) if verb == "insert" else list(columns)]
        for act, rows in act_writes.ROWS.items()
        for table, verb, columns in rows
    )])  # fmt: skip
    stored = "INSERT INTO guard.program (workflow) VALUES (:hash) ON CONFLICT (one) DO UPDATE SET workflow = :hash"
    connection.execute(text(stored), {"hash": WORKFLOW_VERSION})


def _columns(table: str) -> list[str]:
    return [column.key for column in Base.metadata.tables[table].columns if column.key != "id"]


def _insert(connection: Connection, table: str, rows: list[list[Any]]) -> None:
    names = ", ".join(f":c{number}" for number in range(len(rows[0])))
    values = [{f"c{number}": _plain(value) for number, value in enumerate(row)} for row in rows]
    connection.execute(text(f"INSERT INTO guard.{table} VALUES ({names})"), values)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [str(item) for item in value]
    return value if isinstance(value, bool) else str(value)
