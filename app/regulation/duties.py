"""Work that is not an act on one case, and whose it is: one table that pages, services and guards ask."""

from enum import StrEnum

from app.regulation.errors import Refusal
from app.regulation.workflow import Actor, Role


class Duty(StrEnum):
    """What a person does beside acting on cases. Each names its clause in `DUTIES`."""

    SET_RULES = "set_rules"
    REPORT_TO_GOVERNOR = "report_to_governor"
    READ_GOVERNOR = "read_governor"
    SET_TEMPLATES = "set_templates"


# Whose duty it is, with the clause (or "[ours]") as a comment.
DUTIES: dict[Duty, tuple[Role, ...]] = {
    Duty.SET_RULES: (Role.ADMINISTRATOR,),  # [ours]: readings, limits and hours of the region
    Duty.REPORT_TO_GOVERNOR: (Role.CURATOR,),  # п. 24: surges confirmed, episodes, reports handed over
    Duty.READ_GOVERNOR: (Role.CURATOR, Role.SUPERVISOR, Role.ORGANISER),  # [ours]: what waits and what was reported
    Duty.SET_TEMPLATES: (Role.CURATOR, Role.ADMINISTRATOR),  # [ours]: the look of reports
}


def duty_refusal(duty: Duty, actor: Actor) -> Refusal | None:
    """Why `actor` may not do this, or None when they may."""
    roles = DUTIES[duty]
    return None if actor.roles.intersection(roles) else Refusal("role_may_not", {"roles": roles})
