"""Guards that live in the database: what nobody may do there, with whatever client they come.

Re-installed after every migration: table rebuilds on SQLite drop triggers silently, and a program's workflow table is
installed with it on PostgreSQL.
"""

from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models.guards import postgres, sqlite
from app.models.program import Program
from app.models.region import Meta


def install(connection: Connection) -> None:
    """(Re)install every guard; safe to repeat."""
    if connection.dialect.name == "sqlite":
        sqlite.install(connection)
    else:
        postgres.install(connection)
    for key, value in Program().kept.items():
        connection.execute(delete(Meta).where(Meta.key == key))
        connection.execute(insert(Meta).values(key=key, value=value))


async def learn_regulation(connection: AsyncConnection, regulation_id: int, profile: Any) -> None:
    """Let the database know which clocks each act touches under a regulation that was just added; on SQLite nothing,
    where Python checks. Raises Refused for whom it is no duty."""
    if connection.dialect.name != "sqlite":
        await connection.execute(select(postgres.learning(regulation_id, profile)))
