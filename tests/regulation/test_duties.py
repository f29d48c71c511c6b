"""Every duty for every role: written here apart from the table, so that a slip there is seen."""

import pytest

from app.regulation.duties import DUTIES, Duty, duty_refusal
from app.regulation.permission import Actor
from app.regulation.workflow import Role

IN_AGENCY = {Role.EXECUTOR, Role.RESPONSIBLE}
DESK = {Role.CURATOR, Role.SUPERVISOR, Role.ORGANISER, Role.ADMINISTRATOR}
MAY = {
    Duty.ARRANGE_OWN_ABSENCE: {Role.CURATOR, *IN_AGENCY},
    Duty.ARRANGE_ABSENCES: {Role.RESPONSIBLE, Role.SUPERVISOR, Role.ADMINISTRATOR},
    Duty.SEE_ABSENCES: DESK | IN_AGENCY,
    Duty.PLAN_SHIFTS: {Role.SUPERVISOR},
    Duty.SEE_SHIFTS: DESK,
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("duty", MAY)
def test_whose_a_duty_is(duty, role):
    refused = duty_refusal(duty, Actor("p", frozenset([role])))

    assert (refused is None) == (role in MAY[duty])
    assert refused is None or (refused.code, refused.params["roles"]) == ("role_may_not", DUTIES[duty])
