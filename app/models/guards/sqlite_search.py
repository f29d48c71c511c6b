"""The index that a file is searched by: FTS5 over stems, and triggers that note which cases have to be put in anew."""

from sqlalchemy import Connection, text

# What a query may be told by beside words: «№» for numbers, «@» for names.
_TOKENS = "unicode61 remove_diacritics 0 tokenchars '№@-'"
_TABLES = (
    f'CREATE VIRTUAL TABLE IF NOT EXISTS search_entry USING fts5(words, tokenize = "{_TOKENS}", detail = none)',
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_word USING fts5vocab(search_entry, row)",
    "CREATE TABLE IF NOT EXISTS search_due (case_id INTEGER PRIMARY KEY)",
)
_NOTE = "INSERT OR IGNORE INTO search_due"
_TRIGGERS = {
    "case_entered": f'AFTER INSERT ON "case" BEGIN {_NOTE} VALUES (NEW.id)',
    "case_reworded": f'AFTER UPDATE OF folded, place, number ON "case" BEGIN {_NOTE} VALUES (NEW.id)',
    "message_written_by": (
        f"AFTER INSERT ON message WHEN NEW.author_id IS NOT NULL BEGIN {_NOTE} VALUES (NEW.case_id)"
    ),
    "message_moved": (
        f"AFTER UPDATE OF case_id, author_id ON message BEGIN {_NOTE} VALUES (OLD.case_id), (NEW.case_id)"
    ),
    "author_renamed": (
        f"AFTER UPDATE OF name ON author BEGIN {_NOTE} SELECT case_id FROM message WHERE author_id = NEW.id"
    ),
}


def install(connection: Connection) -> None:
    """(Re)install the index; cases that are not in it are noted. Safe to repeat."""
    for statement in _TABLES:
        connection.execute(text(statement))
    for name, what in _TRIGGERS.items():
        connection.execute(text(f"CREATE TRIGGER IF NOT EXISTS {name} {what}; END"))
    connection.execute(text(f'{_NOTE} SELECT id FROM "case" WHERE id NOT IN (SELECT rowid FROM search_entry)'))
