"""Statements made to SQL for the functions of a server that tell what their caller may see (`guard.card`, …)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BindParameter, literal_column
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.visitors import replacement_traverse

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def written(statement: Any, given: Mapping[str, str]) -> str:
    """The statement as a function has it: its parameters as `given` names them, everything else in the text."""

    def replaced(element: Any, **_: Any) -> Any:
        if isinstance(element, BindParameter) and element.key in given:
            return literal_column(given[element.key], element.type)
        return None

    made: Any = replacement_traverse(statement, {}, replaced)
    return str(made.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))


def function(name: str, takes: str, gives: str, body: str) -> tuple[str, str]:
    """The statements that make `guard.<name>` anew; what it reads it reads as the owner, past all policies."""
    made = (
        f"CREATE FUNCTION guard.{name}({takes}) RETURNS TABLE ({gives}) LANGUAGE plpgsql STABLE "
        f"SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$\n#variable_conflict use_column\n{body} $$"
    )
    return f"DROP FUNCTION IF EXISTS guard.{name}({takes})", made


def type_of(column: Any) -> str:
    """The server's name of a column's type."""
    return str(column.type.compile(dialect=_DIALECT))
