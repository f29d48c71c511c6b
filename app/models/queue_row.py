"""A row of a queue with all its names, by one statement.

A server answers by `guard.queue_rows`, which is made of this statement: that the person may read the case is asked
there once of each, and not by a policy for each of eleven tables, which took two to three times as long.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    any_,
    bindparam,
    case,
    column,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from app.models.case import Case, Leg
from app.models.message import Message
from app.models.network import MessageChange
from app.models.people import Agency, Person
from app.models.reference import Location, Source, Topic
from app.models.roster import MOMENTS, off_duty
from app.models.telling import function, type_of, written
from app.regulation.workflow import OPEN

_ME: Any = bindparam("me", type_=Person.id.type)
_executor = aliased(Person)


def turn_of(person_id: Any, executor_id: Any = Case.executor_id) -> ColumnElement[int]:
    """In an agency one's own work comes first, then nobody's, then the colleagues'."""
    return case((executor_id == person_id, 0), (executor_id.is_(None), 1), else_=2)


_CHANGED = (
    select(MessageChange.kind)
    .join(Message, Message.id == MessageChange.message_id)
    .where(Message.case_id == Case.id)
    .order_by(MessageChange.id.desc())
    .limit(1)
)
_MESSAGES = select(func.count()).select_from(Message).where(Message.case_id == Case.id)

ROWS: Any = (
    select(
        Case.id, Case.number, Case.version, Case.state, Case.importance, Case.significant, Case.excerpt, Case.place,
        Case.suggested_topic, Case.post_kind, Case.posted_at, Case.regulation_id, Case.step_code, Case.step_kind,
        Case.step_by_agreement, Case.step_started_at, Case.step_due_at, Case.answer_due_at, Case.returns, Case.reworks,
        Case.corrections, Case.closed_at, Case.collected_at, Case.repeat_of, Case.promised_on, Case.agency_id,
        _executor.name.label("executor"),
        case((_ME.is_(None), 0), else_=turn_of(_ME)).label("turn"),
        and_(_ME.is_(None), Case.state.in_([str(state) for state in OPEN]), off_duty(Case.curator_id)).label("is_left"),
        Location.name.label("location"),
        Topic.name.label("topic"),
        Agency.short_name.label("agency"),
        Source.name.label("source"),
        Person.name.label("curator"),
        type_coerce(_MESSAGES.scalar_subquery(), BigInteger()).label("messages"),
        _CHANGED.scalar_subquery().label("changed"),
    )
    .join(Source, Source.id == Case.source_id)
    .outerjoin(Location, Location.id == Case.location_id)
    .outerjoin(Topic, Topic.id == Case.topic_id)
    .outerjoin(Agency, Agency.id == Case.agency_id)
    .outerjoin(Person, Person.id == Case.curator_id)
    .outerjoin(_executor, _executor.id == Case.executor_id)
)  # fmt: skip
"""`me` is whose turn comes first in an agency, None at a desk that sees all: there whose curator has gone is told."""

_TAKEN = ("case_ids", "me", *MOMENTS)


def asked_rows(case_ids: Any) -> Any:
    """The columns of what a server tells of these cases."""
    told = func.guard.queue_rows(case_ids, _ME, *MOMENTS.values())
    return told.table_valued(*(column(each.key, each.type) for each in ROWS.selected_columns)).c


def telling() -> tuple[str, str]:
    """The statements that make the function: of these cases it tells those that its caller may read."""
    everything: Any = literal_column("everything")
    mine: Any = literal_column("mine")
    in_turn = select(Leg.id).where(
        Leg.case_id == Case.id, Leg.received_at.is_not(None), Leg.agency_id == any_(mine)
    ).offset(literal_column("0"))  # of each case; else all turns of the agency are read first  # fmt: skip
    is_read = or_(
        everything, Case.agency_id == any_(mine), in_turn.exists(),
        and_(Case.merged_into.is_not(None), func.guard.sees_case(Case.id)),
    )  # fmt: skip
    numbered = {name: f"${number}" for number, name in enumerate(_TAKEN, 1)}
    case_ids: Any = literal_column(numbered["case_ids"])
    statement = written(ROWS.where(Case.id == any_(case_ids), is_read), numbered)
    return function(
        "queue_rows",
        "bigint[], bigint, timestamptz, date, timestamptz, timestamptz",
        ", ".join(f'"{each.key}" {type_of(each)}' for each in ROWS.selected_columns),
        "DECLARE everything boolean := guard.sees_all(); mine bigint[] := '{}'; BEGIN "
        f"IF NOT everything THEN mine := guard.my_agencies(); END IF; RETURN QUERY {statement}; END",
    )
