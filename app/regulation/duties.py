"""Work that is not an act on one case, and whose it is: one table that pages, services and guards ask."""

from enum import StrEnum

from app.regulation.errors import Refusal
from app.regulation.workflow import Actor, Role


class Duty(StrEnum):
    """What a person does beside acting on cases. Each names its clause in `DUTIES`."""

    SET_RULES = "set_rules"
    ARRANGE_OWN_ABSENCE = "arrange_own_absence"
    ARRANGE_ABSENCES = "arrange_absences"
    SEE_ABSENCES = "see_absences"
    PLAN_SHIFTS = "plan_shifts"
    SEE_SHIFTS = "see_shifts"


# Whose duty it is, with the clause (or "[ours]") as a comment.
DUTIES: dict[Duty, tuple[Role, ...]] = {
    Duty.SET_RULES: (Role.ADMINISTRATOR,),  # [ours]: readings, limits and hours of the region
    # п. 6: whoever does the work may say that they will be away …
    Duty.ARRANGE_OWN_ABSENCE: (Role.CURATOR, Role.EXECUTOR, Role.RESPONSIBLE),
    # … and others' absences are arranged by those who answer for them; a responsible official only in their agency
    Duty.ARRANGE_ABSENCES: (Role.RESPONSIBLE, Role.SUPERVISOR, Role.ADMINISTRATOR),
    Duty.SEE_ABSENCES: (
        Role.CURATOR, Role.EXECUTOR, Role.RESPONSIBLE, Role.SUPERVISOR, Role.ORGANISER, Role.ADMINISTRATOR,
    ),
    Duty.PLAN_SHIFTS: (Role.SUPERVISOR,),  # [ours]: the desk's duty roster
    Duty.SEE_SHIFTS: (Role.CURATOR, Role.SUPERVISOR, Role.ORGANISER, Role.ADMINISTRATOR),  # [ours]
}  # fmt: skip


def duty_refusal(duty: Duty, actor: Actor) -> Refusal | None:
    """Why `actor` may not do this, or None when they may."""
    roles = DUTIES[duty]
    return None if actor.roles.intersection(roles) else Refusal("role_may_not", {"roles": roles})
