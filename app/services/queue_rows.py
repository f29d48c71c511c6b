"""A row of a queue taken apart, and what somebody's agencies have in hand."""

from typing import Any

from sqlalchemy import column, select, table

from app.models import FAR_FUTURE, Case
from app.models.queue_row import turn_of
from app.regulation.clocks import Clock
from app.regulation.profile import Importance, LimitKind
from app.regulation.workflow import State
from app.services.made import maker
from app.services.views import QueueRow


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
    """A row of `ROWS`, taken apart at once: reading its columns one by one by name took four times as long."""
    (
        case_id, number, version, state, importance, significant, text, spot, suggested_topic, post_kind, posted_at,
        regulation_id, code, kind, by_agreement, started_at, due_at, answer_due_at, returns, reworks, corrections,
        closed_at, collected_at, repeat_of, promised_on, _, executor, turn, is_left, location, topic, agency, source,
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
