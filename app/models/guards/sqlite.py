"""Guards of the embedded database: history and journal can be written once and never changed."""

from sqlalchemy import Connection, text

from app.models.guards import sqlite_search

_CHANGE = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""

# INSERT OR REPLACE deletes the row it replaces without asking the trigger above.
_REPLACE = """
CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""

# Append-only tables, and when a new row would replace one that is there.
APPEND_ONLY = {
    "history": "id = NEW.id OR act_id = NEW.act_id OR (case_id = NEW.case_id AND seq = NEW.seq)",
    "journal": "id = NEW.id OR (subject = NEW.subject AND seq = NEW.seq)",
}


def install(connection: Connection) -> None:
    """(Re)install every guard; safe to repeat."""
    for table, same in APPEND_ONLY.items():
        statements = [_CHANGE.format(table=table, verb=verb) for verb in ("UPDATE", "DELETE")]
        statements.append(_REPLACE.format(table=table, same=same))
        for statement in statements:
            connection.execute(text(statement))
    sqlite_search.install(connection)
