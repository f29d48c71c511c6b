"""Guards that live in the database: history and journal can be written once and never changed.

Re-installed after every migration, because table rebuilds on SQLite drop triggers silently.
"""

from sqlalchemy import Connection, text

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""

# INSERT OR REPLACE deletes the row it replaces without asking the trigger above.
_SQLITE_REPLACE = """
CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""

_POSTGRES = (
    """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
""",
    "DROP TRIGGER IF EXISTS {table}_append_only ON {table}",
    """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
""",
)

# Append-only tables, and when a new row would replace one that is there.
_APPEND_ONLY = {
    "history": "id = NEW.id OR act_id = NEW.act_id OR (case_id = NEW.case_id AND seq = NEW.seq)",
    "journal": "id = NEW.id OR (subject = NEW.subject AND seq = NEW.seq)",
}


def install(connection: Connection) -> None:
    """(Re)install every guard; safe to repeat."""
    for table, same in _APPEND_ONLY.items():
        if connection.dialect.name == "sqlite":
            statements = [_SQLITE.format(table=table, verb=verb) for verb in ("UPDATE", "DELETE")]
            statements.append(_SQLITE_REPLACE.format(table=table, same=same))
        else:
            statements = [statement.format(table=table) for statement in _POSTGRES]
        for statement in statements:
            connection.execute(text(statement))
