"""How many SQL statements something takes: a count that a noisy machine cannot change."""

from contextlib import contextmanager

from sqlalchemy import event


@contextmanager
def counted(database):
    """Gives a list that gathers each statement sent to the database; many rows in one go are one statement."""
    sent = []

    def note(_connection, _cursor, statement, _parameters, _context, _many):
        sent.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)
