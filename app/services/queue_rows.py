"""A row of a queue: what it is read by, with all its names, and how it is taken apart."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, column, false, func, literal, select, table
from sqlalchemy.orm import aliased

from app.models import FAR_FUTURE, Agency, Case, Location, Message, MessageChange, Person, Source, Topic
from app.regulation.clocks import Clock
from app.regulation.profile import Importance, LimitKind
from app.regulation.workflow import OPEN, State
from app.services.made import maker
from app.services.roster import off_duty_then
from app.services.views import QueueRow

# What a table shows of a case, in the order in which `queue_row` takes it apart.
COLUMNS = (
    Case.id, Case.number, Case.version, Case.state, Case.importance, Case.significant, Case.excerpt, Case.place,
    Case.suggested_topic, Case.post_kind, Case.posted_at, Case.regulation_id, Case.step_code, Case.step_kind,
    Case.step_by_agreement, Case.step_started_at, Case.step_due_at, Case.answer_due_at, Case.returns, Case.reworks,
    Case.corrections, Case.closed_at, Case.collected_at, Case.repeat_of, Case.promised_on,
)  # fmt: skip


@cache
def rows_of(is_desk: bool) -> "Select[*tuple[Any, ...]]":
    """The rows of the desk, or of an agency, with all their names. A server tells them by guard.queue_rows."""
    executor = aliased(Person)
    return (
        select(
            *COLUMNS,
            executor.name,
            literal(0) if is_desk else turn_of(bindparam("me")),
            and_(Case.state.in_(OPEN), off_duty_then(Case.curator_id)) if is_desk else false(),
            Location.name,
            Topic.name,
            Agency.short_name,
            Source.name,
            Person.name,
            select(func.count()).select_from(Message).where(Message.case_id == Case.id).scalar_subquery(),
            _changed(Case.id),
        )
        .join(Source, Source.id == Case.source_id)
        .outerjoin(Location, Location.id == Case.location_id)
        .outerjoin(Topic, Topic.id == Case.topic_id)
        .outerjoin(Agency, Agency.id == Case.agency_id)
        .outerjoin(Person, Person.id == Case.curator_id)
        .outerjoin(executor, executor.id == Case.executor_id)
    )


def _changed(case_id: Any) -> Any:
    return (
        select(MessageChange.kind)
        .join(Message, Message.id == MessageChange.message_id)
        .where(Message.case_id == case_id)
        .order_by(MessageChange.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def turn_of(person_id: Any, executor_id: Any = Case.executor_id) -> ColumnElement[int]:
    """In an agency one's own work comes first, then nobody's, then the colleagues'."""
    return case((executor_id == person_id, 0), (executor_id.is_(None), 1), else_=2)


def in_hand_of(person_id: Any) -> Any:
    """What somebody's agencies have in hand, with its turn, as a server's guard.in_hand tells it: without the policy
    of cases."""
    columns = (Case.id, Case.state, Case.agency_id, Case.step_due_at, Case.answer_due_at, Case.executor_id)
    told = table("in_hand", *(column(each.key, each.type) for each in columns), schema="guard")
    *own, executor_id = told.c
    return select(*own, turn_of(person_id, executor_id).label("turn")).subquery().c


# Rows are many and enumerations slow to look up by call.
_STATES: dict[str, State] = {str(state): state for state in State}
_IMPORTANCES: dict[str, Importance] = {str(importance): importance for importance in Importance}
_KINDS: dict[str, LimitKind] = {str(kind): kind for kind in LimitKind}
_row, _clock = maker(QueueRow), maker(Clock)


def queue_row(row: Any) -> QueueRow:
    """A row of `rows_of`, taken apart at once: reading its columns one by one by name took four times as long."""
    (
        case_id, number, version, state, importance, significant, text, spot, suggested_topic, post_kind, posted_at,
        regulation_id, code, kind, by_agreement, started_at, due_at, answer_due_at, returns, reworks, corrections,
        closed_at, collected_at, repeat_of, promised_on, executor, turn, is_left, location, topic, agency, source,
        curator, messages, changed,
    ) = row  # fmt: skip
    due = None if due_at == FAR_FUTURE else due_at
    step = _clock(code, 1, started_at, _KINDS[kind], due, by_agreement=by_agreement) if code else None
    return _row(
        case_id, number, version, _STATES[state], _IMPORTANCES[importance], significant, text,
        f"{location}, {spot}" if location and spot else location or spot, topic or suggested_topic, agency or "",
        source, post_kind, posted_at, regulation_id, step, None if answer_due_at == FAR_FUTURE else answer_due_at,
        returns, reworks, curator or "", closed_at, collected_at, executor or "", turn, bool(is_left), messages,
        repeat_of is not None, corrections, promised_on, changed=changed if changed in ("edited", "removed") else "",
        location=location or "",
    )  # fmt: skip
