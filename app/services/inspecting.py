"""What is wrong with the set-up of a region's server, as codes with facts: for `db check` and whoever installs it."""

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Account, Base, Person, Regulation
from app.models.connecting import hosts_of, mode_of
from app.models.database import Database
from app.regulation.errors import Refusal
from app.regulation.workflow import WORKFLOW_VERSION

LEAST_VERSION = 15
# A desk holds a listener and a pool of two.
CONNECTIONS_EACH = 3
# A desk's connection is asked every five seconds; those of its pool may rest longer.
LEAST_IDLE_MS = 60_000
# What the guards take from everybody (models/guards/postgres.py): whoever has it fills the disk or the table of locks.
_LEFT_TO_ALL = """
SELECT string_agg(name, ', ' ORDER BY name) FROM (
    SELECT 'TEMPORARY' AS name WHERE has_database_privilege('cur_desk', current_database(), 'TEMPORARY')
    UNION SELECT proname::text FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
    AND proname ~ '^(lo_create?|lo_from_bytea|pg_logical_emit_message|pg_(try_)?advisory_(xact_)?lock(_shared)?)$'
    AND has_function_privilege('cur_desk', oid, 'EXECUTE')) one
"""
# What a session begins with: the database's own setting, else the server's.
_SORTS_WITHOUT_END = """
SELECT coalesce((SELECT split_part(one, '=', 2) FROM pg_db_role_setting s, unnest(s.setconfig) one
    WHERE s.setrole = 0 AND s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND one LIKE 'temp_file_limit=%'), (SELECT setting FROM pg_settings WHERE name = 'temp_file_limit')) = '-1'
"""
# Where a server listens for this computer alone.
_OWN = ("", "localhost", "127.0.0.1", "::1", "127.0.0.1,::1")
_UNGUARDED_SIGN_IN = """
SELECT string_agg(DISTINCT auth_method, ', ') FROM pg_hba_file_rules WHERE auth_method IN ('trust', 'password', 'md5')
AND type <> 'local' AND NOT database <@ ARRAY['replication'] AND database && ARRAY['all', current_database()::text]
"""


async def inspect(database: Database) -> list[Refusal]:
    """Everything found wrong, the gravest first; an embedded database has nothing to set up."""
    if database.is_sqlite:
        return []
    async with database.read() as connection:
        found = [finding async for finding in _guards(connection)]
        found += [finding async for finding in _server(connection, database)]
        found += [finding async for finding in _holding_up(connection)]
        found += [finding async for finding in _people(connection)]
    return found


async def _value(connection: AsyncConnection, query: str, **values: Any) -> Any:
    return (await connection.execute(text(query), values)).scalar()


async def _guards(connection: AsyncConnection) -> AsyncIterator[Refusal]:
    tables = [table.name for table in Base.metadata.sorted_tables]
    query = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = ANY (:tables) AND "
    for code, wrong in (
        ("check_not_owned", "relowner <> 'cur_owner'::regrole"),
        ("check_not_secured", "NOT relrowsecurity"),
    ):
        rows = (await connection.execute(text(query + wrong + " ORDER BY 1"), {"tables": tables})).scalars().all()
        if rows:
            yield Refusal(code, {"tables": ", ".join(rows)})
    if await _value(connection, "SELECT workflow FROM guard.program") != WORKFLOW_VERSION:
        yield Refusal("check_workflow_differs")
    writes = "SELECT bool_or(has_table_privilege('cur_desk', format('public.%I', t), 'INSERT, UPDATE, DELETE')) "
    if await _value(connection, writes + "FROM unnest(ARRAY['case', 'leg', 'clock', 'history']) t"):
        yield Refusal("check_direct_writes")
    for table in ("history", "journal"):
        query = "SELECT count(*) FROM pg_trigger WHERE tgname = :name AND tgenabled IN ('O', 'A')"
        if not await _value(connection, query, name=f"{table}_append_only"):
            yield Refusal("check_not_append_only", {"table": table})
    learned = "EXISTS (SELECT FROM guard.region g WHERE g.regulation_id = r.id)"
    if missing := await _value(connection, f"SELECT count(*) FROM regulation r WHERE NOT {learned}"):
        yield Refusal("check_regulation_unknown", {"count": missing})


async def _server(connection: AsyncConnection, database: Database) -> AsyncIterator[Refusal]:
    version = int(await _value(connection, "SHOW server_version_num")) // 10000
    if version < LEAST_VERSION:
        yield Refusal("check_server_old", {"version": version, "least": LEAST_VERSION})
    for setting in ("fsync", "full_page_writes"):
        if await _value(connection, f"SHOW {setting}") != "on":
            yield Refusal("check_not_durable", {"what": setting})
    if await _value(connection, "SHOW synchronous_commit") == "off":
        yield Refusal("check_not_durable", {"what": "synchronous_commit"})
    if await _value(connection, "SHOW password_encryption") != "scram-sha-256":
        yield Refusal("check_passwords_weak")
    if "%u" not in await _value(connection, "SHOW log_line_prefix"):
        yield Refusal("check_log_names_nobody")
    url = make_url(database.url)
    is_local = all(host in ("localhost", "127.0.0.1", "::1") for host, _ in hosts_of(url))
    if await _value(connection, "SHOW ssl") != "on" and await _value(connection, "SHOW listen_addresses") not in _OWN:
        yield Refusal("check_no_tls")
    if await _value(connection, "SELECT has_table_privilege('pg_hba_file_rules', 'SELECT')") and (
        methods := await _value(connection, _UNGUARDED_SIGN_IN)
    ):
        yield Refusal("check_sign_in_unguarded", {"methods": methods})
    if mode_of(url) not in ("verify-full", "verify-ca") and not is_local:
        yield Refusal("check_not_protected", {"mode": mode_of(url)})
    accounts = await _value(connection, "SELECT count(*) FROM account WHERE NOT blocked")
    most = int(await _value(connection, "SHOW max_connections"))
    if accounts * CONNECTIONS_EACH + 10 > most:
        yield Refusal("check_few_connections", {"most": most, "needed": accounts * CONNECTIONS_EACH + 10})


async def _holding_up(connection: AsyncConnection) -> AsyncIterator[Refusal]:
    """What the guards against holding everybody up, and filling the disk, rest on."""
    if left := await _value(connection, _LEFT_TO_ALL):
        yield Refusal("check_left_to_all", {"what": left})
    if await _value(connection, _SORTS_WITHOUT_END):
        yield Refusal("check_sorts_without_end")
    if await _value(connection, "SHOW max_prepared_transactions") != "0":
        yield Refusal("check_prepared_transactions")
    if await _value(connection, "SHOW track_activities") != "on":
        yield Refusal("check_activities_unseen")
    idle = "SELECT setting::int FROM pg_settings WHERE name = 'idle_session_timeout'"
    if 0 < await _value(connection, idle) < LEAST_IDLE_MS:
        yield Refusal("check_idle_cut")


async def _people(connection: AsyncConnection) -> AsyncIterator[Refusal]:
    logins = select(Account.login, Person.name).join(Person, Person.id == Account.person_id).where(Person.active)
    people = {row.login: row.name for row in await connection.execute(logins)}
    strong_ones = "rolsuper OR rolcreaterole OR rolbypassrls AS strong"
    query = text(f"SELECT rolname, {strong_ones} FROM pg_roles WHERE rolname = ANY (:logins)")
    roles = {row.rolname: row.strong for row in await connection.execute(query, {"logins": list(people)})}
    if strong := [name for name, is_strong in roles.items() if is_strong]:
        yield Refusal("check_person_too_strong", {"logins": ", ".join(sorted(strong))})
    if without := sorted(people[login] for login in people if login not in roles):
        yield Refusal("check_without_sign_in", {"people": ", ".join(without)})
    if not (await connection.execute(select(Regulation.id))).first():
        yield Refusal("check_no_region")
