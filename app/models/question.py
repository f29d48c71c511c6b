"""A question asked again and again of a server on the listening connection: compiled once, planned once."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select

if TYPE_CHECKING:
    from app.models.database import Database
    from app.models.listening import Listener


class Question:
    """A statement whose words never change; only what its named parameters are does.

    Planning a statement under row-level security costs the server more than answering it, and a transaction of the pool
    four turns more than the question itself: what fifty desks ask for each act is asked so. Values go to the driver as
    they are: instants aware, texts as texts; and so the answer comes.
    """

    def __init__(self, statement: Select[Any], database: "Database") -> None:
        made = statement.compile(dialect=database.engine.dialect).construct_expanded_state()
        self._statement = made.statement
        self._names = tuple(made.positiontup or ())
        self._fixed = made.parameters

    async def ask(self, line: "Listener", values: Mapping[str, Any]) -> Sequence[Any] | None:
        """The rows; None where the connection failed: then the pool is to be asked."""
        given = [values[name] if name in values else self._fixed[name] for name in self._names]
        return await line.ask(self._statement, given)
