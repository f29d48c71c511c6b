"""Who may do what now: the one rule over the workflow table that windows and services ask."""

from dataclasses import dataclass

from app.regulation.errors import Refusal
from app.regulation.workflow import (
    CORRECTIONS,
    EXECUTOR_ROLES,
    GOVERNOR_BY,
    TABLE,
    Act,
    DraftKind,
    Move,
    Role,
    State,
    Transition,
    correction_of,
    find,
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, their roles, and the agencies whose executor or responsible official they are."""

    person: str
    roles: frozenset[Role]
    agencies: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """What permission depends on, beside the act: the case's state, its active agency, and its draft.

    `is_in_hand` says that somebody of the agency has it in hand; `governor_by` is the reading of that name.
    """

    state: State
    agency: str | None = None
    draft_kind: str = ""
    draft_author: str | None = None
    significant: bool = False
    is_in_hand: bool = False
    is_repeat: bool = False
    messages: int = 1
    governor_by: str = "curator"

    @property
    def correcting(self) -> str:
        """The kind of the correction that is being written, approved or published; "" for none."""
        if self.state is State.CORRECTING:
            return correction_of(self.draft_kind)
        under_way = self.state in (State.APPROVAL, State.TO_PUBLISH) and self.draft_kind in CORRECTIONS
        return self.draft_kind if under_way else ""


def refusal(act: Act, variant: str, standing: Standing, actor: Actor) -> Refusal | None:
    """Why `actor` may not do this now, or None when they may. The one rule that window and service ask."""
    row = find(standing.state, act, variant)
    if row is None:
        return Refusal("act_not_in_state", {"act": act, "state": standing.state})
    if act in (Act.APPROVE, Act.REWORK, Act.PLACE, Act.PUBLISH) and variant != standing.draft_kind:
        return Refusal("another_draft", {"draft_kind": standing.draft_kind})
    if standing.state is State.CORRECTING and (refused := _refused_by_correction(act, variant, standing)):
        return refused
    if refused := _refused_by_mark(act, standing) or _refused_by_role(row, standing, actor):
        return refused
    is_in_hand = act is Act.ASSIGN and variant == Move.SELF and standing.is_in_hand
    return Refusal("leg_in_hand") if is_in_hand else None


def _refused_by_correction(act: Act, variant: str, standing: Standing) -> Refusal | None:
    """While a correction is written: it is of one kind, and only a request has an author who may reply."""
    if act in (Act.SUBMIT, Act.WITHDRAW_CORRECTION) and variant != standing.correcting:
        return Refusal("another_draft", {"draft_kind": standing.draft_kind})
    if act is Act.REPLY_RECEIVED and standing.correcting != DraftKind.CORRECTED_REQUEST:
        return Refusal("act_not_in_state", {"act": act, "state": standing.state})
    return None


def _refused_by_mark(act: Act, standing: Standing) -> Refusal | None:
    if act is Act.MARK_SIGNIFICANT and standing.significant:
        return Refusal("already_significant")
    if act in (Act.REPORT_GOVERNOR, Act.UNMARK_SIGNIFICANT) and not standing.significant:
        return Refusal("not_significant")
    if act is Act.ADD_MESSAGES and standing.correcting:
        return Refusal("correction_under_way")
    if act is Act.MARK_REPEAT and standing.is_repeat:
        return Refusal("already_repeat")
    if act is Act.UNMARK_REPEAT and not standing.is_repeat:
        return Refusal("not_repeat")
    if act is Act.SPLIT and standing.messages < 2:
        return Refusal("one_message")
    return None


def _refused_by_role(row: Transition, standing: Standing, actor: Actor) -> Refusal | None:
    if acts_on_behalf(row, standing.agency, actor):
        return None
    roles = GOVERNOR_BY[standing.governor_by] if row.act is Act.REPORT_GOVERNOR else row.roles
    if not actor.roles.intersection(roles):
        return Refusal("role_may_not", {"act": row.act, "roles": roles})
    if not actor.roles.intersection(row.roles).difference(EXECUTOR_ROLES) and standing.agency not in actor.agencies:
        return Refusal("another_agency")
    if row.act is Act.APPROVE and standing.draft_author == actor.person:
        return Refusal("own_draft")
    return None


def acts_on_behalf(row: Transition, agency: str | None, actor: Actor) -> bool:
    """Whether a curator would record this executor's act on the agency's behalf (phone, letter).

    Who of the agency has the work in hand is the agency's own matter.
    """
    if row.act is Act.ASSIGN:
        return False
    return row.roles == EXECUTOR_ROLES and Role.CURATOR in actor.roles and agency not in actor.agencies


def acts_of(actor: Actor) -> frozenset[Act]:
    """Every act that somebody of these roles does in some state, on an agency's behalf too."""
    reporters = {role for roles in GOVERNOR_BY.values() for role in roles}
    return frozenset(
        row.act
        for row in TABLE
        if actor.roles.intersection(reporters if row.act is Act.REPORT_GOVERNOR else row.roles)
        or acts_on_behalf(row, None, actor)
    )


def open_acts(standing: Standing, actor: Actor) -> dict[tuple[Act, str], Refusal | None]:
    """Every act of the table in this state with its refusal (None: may be done now), in the table's order."""
    rows = (row for row in TABLE if row.state is standing.state)
    return {(row.act, row.variant): refusal(row.act, row.variant, standing, actor) for row in rows}

