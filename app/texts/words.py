"""Names that people read for the codes of the rules: states, acts, roles, clocks, verdicts."""

from app.regulation.clocks import Clock, Outcome
from app.regulation.profile import ClockRule, Importance, Limit, Unit
from app.regulation.shortcomings import Rule
from app.regulation.workflow import WITH_EPISODE, Act, DraftKind, Move, Role, State
from app.texts import mark, tr, trn

_STATES = {
    State.NEW: mark("New"),
    State.COLLECTED: mark("In the stream"),
    State.INBOX: mark("In the inbox"),
    State.DRAFTING: mark("With the executor"),
    State.INFORMING: mark("With the executor of a part"),
    State.PASSING_ON: mark("To be passed on"),
    State.RETURNED: mark("Returned"),
    State.APPROVAL: mark("For approval"),
    State.REWORK: mark("In rework"),
    State.TO_PUBLISH: mark("To be published"),
    State.INTERIM: mark("Interim answer given"),
    State.AWAITING_AUTHOR: mark("Awaiting the author"),
    State.CORRECTING: mark("Being corrected"),
    State.ANSWERED: mark("Answered"),
    State.NOT_PROCESSED: mark("Not to be processed"),
    State.NO_REACTION: mark("No reaction needed"),
    State.OUTSIDE_COMPETENCE: mark("Outside competence"),
    State.NO_REPLY: mark("Closed without the author's reply"),
    State.MERGED: mark("Merged into another card"),
}

_ACTS = {
    Act.COLLECT: mark("collected"),
    Act.ENTER: mark("detected"),
    Act.DETECT: mark("detected"),
    Act.TAKE: mark("taken into work"),
    Act.HAND_OVER: mark("handed over to another curator"),
    Act.ASSIGN: mark("given to an executor"),
    Act.AMEND: mark("particulars changed"),
    Act.ROUTE: mark("sent to the agency"),
    Act.RETURN: mark("returned to the curator"),
    Act.REROUTE: mark("sent on to another agency"),
    Act.SUBMIT: mark("sent for approval"),
    Act.PASS_ON: mark("passed on to the next agency"),
    Act.SEND_BACK: mark("information sent back"),
    Act.ORDER: mark("order of agencies changed"),
    Act.APPROVE: mark("approved"),
    Act.REWORK: mark("sent to rework"),
    Act.PLACE: mark("published under a part of the messages"),
    Act.PUBLISH: mark("published"),
    Act.REPLY_RECEIVED: mark("the author replied"),
    Act.CLOSE_WITHOUT_REPLY: mark("closed without the author's reply"),
    Act.SHIFT_DATE: mark("promised date shifted"),
    Act.CORRECT: mark("correction opened"),
    Act.WITHDRAW_CORRECTION: mark("correction withdrawn"),
    Act.EXCLUDE: mark("taken out of work"),
    Act.REINSTATE: mark("put back into the inbox"),
    Act.MARK_SIGNIFICANT: mark("marked as socially significant"),
    Act.UNMARK_SIGNIFICANT: mark("mark of significance taken back"),
    Act.REPORT_GOVERNOR: mark("reported to the Governor"),
    Act.NOTE_SHORTCOMING: mark("shortcoming noted"),
    Act.RETIME: mark("due times computed anew"),
    Act.OPEN: mark("opened by the executor"),
    Act.MARK_REPEAT: mark("marked as a repeat"),
    Act.UNMARK_REPEAT: mark("mark of a repeat taken off"),
    Act.MERGE: mark("messages moved to another card"),
    Act.ADD_MESSAGES: mark("messages of another card added"),
    Act.SPLIT: mark("messages split off"),
    Act.SPLIT_OFF: mark("split off from another card"),
    Act.UNMERGE: mark("messages given back to this card"),
}

_SHORTCOMINGS = {
    Rule.LATE: mark("limit not kept"),
    Rule.RETURNED: mark("returned repeatedly"),
    Rule.REWORKED: mark("reworked repeatedly"),
    Rule.SHORT: mark("answer too short"),
    Rule.FORMAL: mark("formal answer"),
    Rule.SUBSTANCE: mark("answer not on the substance"),
    Rule.UNTRUE: mark("untrue or incomplete information"),
    Rule.MANNER: mark("wrong manner"),
    Rule.INACTION: mark("promised measures not taken"),
    Rule.OTHER: mark("another shortcoming"),
}

# Acts whose variant says how: why the work changed hands (п. 6), with what it was reported (п. 24).
_MOVES = {
    (Act.REPORT_GOVERNOR, WITH_EPISODE): mark("reported to the Governor with an episode"),
    (Act.HAND_OVER, Move.ABSENCE): mark("passed on for an absence"),
    (Act.HAND_OVER, Move.BACK): mark("back after an absence"),
    (Act.ASSIGN, Move.SELF): mark("taken by the executor"),
    (Act.ASSIGN, Move.ABSENCE): mark("passed on to the substitute"),
    (Act.ASSIGN, Move.BACK): mark("back after an absence"),
}

_ABSENCES = {
    "illness": mark("illness"),
    "leave": mark("leave"),
    "trip": mark("business trip"),
    "study": mark("study"),
    "other": mark("other reason"),
}

_ROLES = {
    Role.CURATOR: mark("Curator"),
    Role.EXECUTOR: mark("Executor"),
    Role.RESPONSIBLE: mark("Responsible official"),
    Role.SUPERVISOR: mark("Supervisor"),
    Role.ORGANISER: mark("Organiser"),
    Role.ADMINISTRATOR: mark("Administrator"),
    Role.WALL: mark("Wall"),
    Role.SYSTEM: mark("Program"),
}

_DRAFTS = {
    DraftKind.ANSWER: mark("final answer"),
    DraftKind.INTERIM: mark("interim answer"),
    DraftKind.CLARIFICATION: mark("request to the author"),
    DraftKind.INFORMATION: mark("information for the common answer"),
    DraftKind.CORRECTION: mark("correction"),
    DraftKind.CORRECTED_INTERIM: mark("correction of the interim answer"),
    DraftKind.CORRECTED_REQUEST: mark("correction of the request"),
}

_CLOCKS = {
    "route": mark("Send to an agency"),
    "return": mark("Return to the curator"),
    "reroute": mark("Send on"),
    "answer": mark("Answer published"),
    "draft": mark("Draft to the curator"),
    "approve": mark("Approve the draft"),
    "rework": mark("Rework the draft"),
    "publish": mark("Publish the answer"),
    "final": mark("Final answer"),
    "link": mark("Information to the curator"),
    "governor": mark("Report to the Governor"),
    "pass_on": mark("Pass on to the next agency"),
    "await_author": mark("Author's reply"),
    "correct": mark("Correction published"),
}

_QUEUES = {
    "stream": mark("Stream"),
    "inbox": mark("Inbox"),
    "executors": mark("With executors"),
    "returned": mark("Returned ones"),
    "approval": mark("For approval"),
    "rework": mark("In rework"),
    "to_publish": mark("To be published"),
    "interim": mark("Interim ones"),
    "awaiting_author": mark("Awaiting the authors"),
    "overdue": mark("Overdue"),
    "finished": mark("Finished"),
    "excluded": mark("Taken out"),
    "not_processed": mark("Not to be processed"),
    "no_reaction": mark("No reaction needed"),
    "outside_competence": mark("Outside competence"),
}

_IMPORTANCE = {Importance.NORMAL: mark("normal importance"), Importance.HIGH: mark("high importance")}

_POST_KINDS = {
    "post": mark("post"),
    "comment": mark("comment"),
    "message": mark("message"),
    "review": mark("review"),
    "call": mark("a call"),
    "visit": mark("came in person"),
    "private": mark("private message"),
    "video": mark("video"),
}

_LIMITS = {
    Unit.MINUTE: (mark("{n} minute"), "{n} minutes"),
    Unit.HOUR: (mark("{n} hour"), "{n} hours"),
    Unit.DAY: (mark("{n} day"), "{n} days"),
    Unit.WORKING_MINUTE: (mark("{n} working minute"), "{n} working minutes"),
    Unit.WORKING_HOUR: (mark("{n} working hour"), "{n} working hours"),
    Unit.WORKING_DAY: (mark("{n} working day"), "{n} working days"),
}

_OUTCOMES = {
    Outcome.MET: mark("in time"),
    Outcome.LATE: mark("late"),
    Outcome.LAPSED: mark("closed without a verdict"),
    Outcome.NOT_APPLICABLE: mark("not applicable"),
}


def post_kind_name(kind: str) -> str:
    """What was posted, by its code; words that are no code stay as they came."""
    return tr(_POST_KINDS[kind]) if kind in _POST_KINDS else kind


def state_name(state: State) -> str:
    return tr(_STATES[state])


def act_name(act: str, variant: str = "", state_to: State | None = None) -> str:
    """What was done, for the history: "отправлено на согласование: промежуточный ответ"."""
    name = tr(_MOVES.get((Act(act), variant), _ACTS[Act(act)]))
    if variant in list(DraftKind):
        return f"{name}: {draft_name(DraftKind(variant))}"
    if act == Act.NOTE_SHORTCOMING and variant:
        return f"{name}: {shortcoming_name(Rule(variant))}"
    if act == Act.EXCLUDE and state_to is not None:
        return f"{name}: {state_name(state_to)[:1].lower()}{state_name(state_to)[1:]}"
    return name


def absence_name(reason: str) -> str:
    """Why a person is away, by its code (п. 6)."""
    return tr(_ABSENCES[reason])


def shortcoming_name(rule: Rule) -> str:
    return tr(_SHORTCOMINGS[rule])


def role_name(role: Role) -> str:
    return tr(_ROLES[role])


def draft_name(kind: DraftKind) -> str:
    return tr(_DRAFTS[kind])


def clock_name(rule: ClockRule) -> str:
    """The clock's name: the regulation file's own, else the standard one, else its code."""
    return rule.title or clock_code_name(rule.code)


def clock_code_name(code: str) -> str:
    """The standard name of a clock, else its code."""
    return tr(_CLOCKS.get(code, code))


def queue_name(queue: str) -> str:
    """The name of one of the desk's own queues."""
    return tr(_QUEUES[queue])


def importance_name(importance: Importance) -> str:
    return tr(_IMPORTANCE[importance])


def outcome_name(outcome: Outcome) -> str:
    return tr(_OUTCOMES[outcome])


def limit_words(limit: Limit) -> str:
    """"8 рабочих часов", "30 минут"."""
    one, many = _LIMITS[limit.unit]
    return trn(one, many, limit.amount)


def clause_words(rule: ClockRule, clock: Clock | None = None) -> str:
    """"п. 12"; "по договорённости" for bodies not bound by the act; "норма не задана"; "" for our own clocks."""
    if clock is not None and clock.by_agreement:
        return tr("by agreement")
    if rule.clause:
        return tr("cl. {clause}", clause=rule.clause)
    return tr("norm not set") if rule.not_set else ""


def changed_words(kind: str) -> str:
    """What was done to a message on its page, in a frame: «изменено автором», «удалено со страницы»."""
    return tr("changed by the author") if kind == "edited" else tr("deleted from the page")
