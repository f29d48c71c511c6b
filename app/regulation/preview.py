"""What an act would start: the clocks as they would stand after it, before anything is saved."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from app.regulation.clocks import Clock, Facts, Rules, retime
from app.regulation.clocks import advance as advance_clocks
from app.regulation.profile import Importance, LimitKind
from app.regulation.remaining import latest_finish
from app.regulation.workflow import Act, LegKind, State, find


def clocks_after_sending(
    clocks: Sequence[Clock],
    facts: Facts,
    rules: Rules,
    state: State,
    act: Act,
    importance: Importance,
    bound: bool,
    at: datetime,
    kind: LegKind = LegKind.SINGLE,
) -> tuple[Clock, ...]:
    """Open clocks after sending (п. 7, 9) to an agency at `at`; for another act, the open ones re-timed.

    `bound` says whether the agency is a regional executive body, `kind` what place it has in the order (п. 16).
    """
    facts = replace(facts, importance=importance, agency_bound=bound)
    row = find(state, act, kind)
    if row is None:
        after = retime(clocks, facts, rules)
    else:
        after = advance_clocks(clocks, row.events, at, replace(facts, leg="to be made"), rules)
    return tuple(clock for clock in after if clock.is_open)


def chain_is_too_long(clocks: Sequence[Clock], rules: Rules, facts: Facts, at: datetime) -> bool:
    """Whether nobody can keep the answer's limit (п. 10): the steps left, each at its limit, end beyond it.

    Asked at the moment of sending: a draft that is due already, or approval and publication that no longer fit.
    """
    answer = min((c.due_at for c in clocks if c.code == "answer" and c.due_at), default=None)
    if answer is None:
        return False
    draft = next((c for c in clocks if c.code == "draft" and c.kind is LimitKind.LIMIT), None)
    latest = latest_finish(rules, "draft", answer, facts)
    return (draft is not None and draft.due_at is not None and draft.due_at <= at) or (
        latest is not None and latest <= at
    )
