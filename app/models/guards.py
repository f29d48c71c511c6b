"""Guards that live in the database: the history can be written once and never changed.

Re-installed after every migration, because table rebuilds on SQLite drop triggers silently.
"""

from sqlalchemy import Connection, text

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS history_no_{verb} BEFORE {verb} ON history
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END
"""

# INSERT OR REPLACE deletes the row it replaces without asking the trigger above.
_SQLITE_REPLACE = """
CREATE TRIGGER IF NOT EXISTS history_no_replace BEFORE INSERT ON history
WHEN EXISTS (
    SELECT 1 FROM history
    WHERE id = NEW.id OR act_id = NEW.act_id OR (case_id = NEW.case_id AND seq = NEW.seq)
)
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END
"""

_POSTGRES = (
    """
CREATE OR REPLACE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$
""",
    "DROP TRIGGER IF EXISTS history_append_only ON history",
    """
CREATE TRIGGER history_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON history
FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change()
""",
)


def install(connection: Connection) -> None:
    """(Re)install every guard; safe to repeat."""
    if connection.dialect.name == "sqlite":
        statements = [_SQLITE.format(verb=verb) for verb in ("UPDATE", "DELETE")]
        statements.append(_SQLITE_REPLACE)
    else:
        statements = list(_POSTGRES)
    for statement in statements:
        connection.execute(text(statement))
