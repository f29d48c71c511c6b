"""Work that is not an act on one case, and whose it is: one table that pages, services and guards ask."""

from enum import StrEnum

from app.regulation.errors import Refusal
from app.regulation.permission import Actor
from app.regulation.workflow import GOVERNOR_BY, Role


class Duty(StrEnum):
    """What a person does beside acting on cases. Each names its clause in `DUTIES`."""

    SET_RULES = "set_rules"
    ARRANGE_OWN_ABSENCE = "arrange_own_absence"
    ARRANGE_ABSENCES = "arrange_absences"
    SEE_ABSENCES = "see_absences"
    PLAN_SHIFTS = "plan_shifts"
    SEE_SHIFTS = "see_shifts"
    REPORT_TO_GOVERNOR = "report_to_governor"
    READ_GOVERNOR = "read_governor"
    SET_TEMPLATES = "set_templates"
    READ_REGISTERS = "read_registers"
    KEEP_PEOPLE = "keep_people"
    KEEP_AGENCIES = "keep_agencies"
    KEEP_OFFICIALS = "keep_officials"
    KEEP_TOPICS = "keep_topics"
    KEEP_PLACES = "keep_places"
    KEEP_ACCOUNTS = "keep_accounts"
    KEEP_SOURCES = "keep_sources"
    READ_SHORTCOMINGS = "read_shortcomings"
    WRITE_MEMOS = "write_memos"
    FOLLOW_UP = "follow_up"
    READ_GUIDANCE = "read_guidance"
    WRITE_GUIDANCE = "write_guidance"
    IMPORT = "import"
    READ_IMPORTS = "read_imports"
    SEE_ALERTS = "see_alerts"
    ANSWER_ALERTS = "answer_alerts"
    SET_MAIL = "set_mail"
    SEE_WALL = "see_wall"
    SEE_FIGURES = "see_figures"
    READ_REPORTS = "read_reports"
    MAKE_REPORTS = "make_reports"
    REPORT_MONTHLY = "report_monthly"
    KEEP_NETWORKS = "keep_networks"
    READ_OUTBOX = "read_outbox"
    KEEP_COPIES = "keep_copies"


_CONTROL = (Role.CURATOR, Role.SUPERVISOR, Role.ORGANISER)

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
    # п. 24: surges confirmed, episodes, reports handed over; which of the two is the reading `governor_by`
    Duty.REPORT_TO_GOVERNOR: GOVERNOR_BY["either"],
    Duty.READ_GOVERNOR: (Role.CURATOR, Role.SUPERVISOR, Role.ORGANISER),  # [ours]: what waits and what was reported
    Duty.SET_TEMPLATES: (Role.CURATOR, Role.ADMINISTRATOR),  # [ours]: the look of reports
    Duty.READ_REGISTERS: (Role.ADMINISTRATOR, Role.ORGANISER),  # [ours]: the directories as they are kept
    Duty.KEEP_PEOPLE: (Role.ADMINISTRATOR,),  # п. 5, 6: curators, responsible officials, executors
    Duty.KEEP_AGENCIES: (Role.ADMINISTRATOR,),  # [ours]: agencies, and whether the act binds them
    Duty.KEEP_OFFICIALS: (Role.ADMINISTRATOR,),  # п. 22–24: to whom memos and reports go
    Duty.KEEP_TOPICS: (Role.ADMINISTRATOR,),  # п. 7: «тема (группа тем)»
    Duty.KEEP_PLACES: (Role.ADMINISTRATOR,),  # п. 7: «локация»
    Duty.KEEP_ACCOUNTS: (Role.ADMINISTRATOR,),  # п. 4: accounts of agencies in social networks
    Duty.KEEP_SOURCES: (Role.ADMINISTRATOR,),  # п. 1, 3: where messages are found
    Duty.READ_SHORTCOMINGS: _CONTROL,  # п. 2, 22: shortcomings, memos on them, returns
    Duty.WRITE_MEMOS: (Role.CURATOR,),  # п. 22: «информация об этом направляется куратором»
    Duty.FOLLOW_UP: (Role.CURATOR, Role.ORGANISER),  # п. 2, 22: what was mended, by when
    Duty.READ_GUIDANCE: (*_CONTROL, Role.EXECUTOR, Role.RESPONSIBLE),  # п. 2: methodological support
    Duty.WRITE_GUIDANCE: (Role.CURATOR, Role.ORGANISER),  # п. 2
    Duty.IMPORT: (Role.CURATOR,),  # п. 7: curators find messages
    Duty.READ_IMPORTS: (*_CONTROL, Role.ADMINISTRATOR),  # [ours]: who took in what, and what was refused
    Duty.SEE_ALERTS: (*_CONTROL, Role.EXECUTOR, Role.RESPONSIBLE),  # [ours]: clocks that run out
    Duty.SET_MAIL: (Role.ADMINISTRATOR,),  # [ours]: the mail server and the outbox
    Duty.ANSWER_ALERTS: (Role.CURATOR, Role.EXECUTOR, Role.RESPONSIBLE),  # [ours]: by whoever is asked to act
    Duty.SEE_WALL: (*_CONTROL, Role.ADMINISTRATOR, Role.WALL),  # [ours]: counts and clocks, nothing about people
    Duty.SEE_FIGURES: (*_CONTROL, Role.WALL, Role.SYSTEM),  # п. 2: figures without personal data
    Duty.READ_REPORTS: _CONTROL,  # п. 2, 23: reports made, the rating, the cases behind a figure
    Duty.MAKE_REPORTS: (*_CONTROL, Role.SYSTEM),  # [ours]: a report of any period, the monthly one by the program
    Duty.REPORT_MONTHLY: (Role.CURATOR,),  # п. 23: «куратор … докладывает»
    Duty.KEEP_NETWORKS: (Role.ADMINISTRATOR,),  # п. 3: connections to the networks that are watched
    Duty.READ_OUTBOX: (*_CONTROL, Role.EXECUTOR, Role.RESPONSIBLE),  # п. 14: answers on their way
    Duty.KEEP_COPIES: (Role.ADMINISTRATOR,),  # [ours]: copies, export of everything, what helps support
}  # fmt: skip


def duty_refusal(duty: Duty, actor: Actor, governor_by: str = "curator") -> Refusal | None:
    """Why `actor` may not do this, or None when they may; `governor_by` is the reading of that name."""
    roles = GOVERNOR_BY[governor_by] if duty is Duty.REPORT_TO_GOVERNOR else DUTIES[duty]
    return None if actor.roles.intersection(roles) else Refusal("role_may_not", {"roles": roles})
