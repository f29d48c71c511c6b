"""The settings of a region's rules in words: readings and their choices, units, who answers, what starts a clock."""

from collections.abc import Iterable

from app.regulation.profile import Calendar, Profile, Unit
from app.regulation.workflow import Event
from app.texts import mark, tr

# Reading: its title, and a sentence on what it does.
_READINGS = {
    "plain_hours": (
        mark("Plain minutes and hours"),
        mark("How limits count that the act does not call working: «30 minutes», «1 hour»."),
    ),
    "boundary": (
        mark("A limit that ends with the working time"),
        mark("Whether a limit that runs out exactly at the end of working hours is due then or at the next opening."),
    ),
    "detected_by": (
        mark("An imported message is detected"),
        mark("From which moment the answer's limit runs for messages taken in from a file or collected."),
    ),
    "received": (
        mark("An agency has received a message"),
        mark("From which moment the time for a return, the draft and the information of a link runs."),
    ),
    "interim_effect": (
        mark("An interim answer and the answer's limit"),
        mark("What the publication of an interim answer does to the limit of the answer."),
    ),
    "clarification_effect": (
        mark("A request to the author and the answer's limit"),
        mark("What the publication of a request to the author does to the limit of the answer."),
    ),
    "clarification_steps": (
        mark("Rework and publication of requests to the author"),
        mark("Whether the limits of rework and of publication hold for requests to the author as for answers."),
    ),
    "final_from": (
        mark("The days of the final answer count from"),
        mark("Which moment of the interim answer is its sending; that day itself is not counted."),
    ),
    "final_ends": (
        mark("The last day of the final answer ends"),
        mark("Up to which hour of the last day a final draft is in time."),
    ),
    "link_on_last": (
        mark("The limit of a link for the last agency"),
        mark("Whether the last agency of an order, which writes the common draft, has the limit of a link too."),
    ),
    "link_again": (
        mark("Information sent back by the curator"),
        mark("Whether the agency has the limit of a link anew when its information is sent back."),
    ),
    "outside_agencies": (
        mark("Agencies that the act does not bind"),
        mark("How municipal and federal bodies and utilities are judged: by agreement or as the act binds its own."),
    ),
    "outside_sources": (
        mark("Sources that the act does not name"),
        mark("How messages from other sources are judged: by agreement or as those the act names."),
    ),
    "repeat_by": (
        mark("A repeated message is"),
        mark("Whose message on a question answered before is a repeat."),
    ),
    "governor_by": (
        mark("To the Governor reports"),
        mark("Who confirms surges and records reports to the Governor; any curator marks a case as significant."),
    ),
}

_CHOICES = {
    ("plain_hours", "clock"): mark("by the clock, as written"),
    ("plain_hours", "working"): mark("in working time"),
    ("boundary", "end"): mark("due at the end of that time"),
    ("boundary", "next"): mark("due at the next opening"),
    ("detected_by", "taken"): mark("when a curator takes it"),
    ("detected_by", "imported"): mark("when it is taken in"),
    ("detected_by", "export date"): mark("when the file says"),
    ("received", "delivered"): mark("when it is in its queue"),
    ("received", "assigned"): mark("when an executor is named"),
    ("received", "opened"): mark("when an executor opens it"),
    ("clarification_steps", "yes"): mark("hold"),
    ("clarification_steps", "no"): mark("do not hold"),
    ("final_from", "published"): mark("its publication"),
    ("final_from", "submitted"): mark("its submission for approval"),
    ("final_ends", "close"): mark("with the working time"),
    ("final_ends", "midnight"): mark("at midnight"),
    ("final_ends", "same time"): mark("at the hour of sending"),
    ("link_on_last", "yes"): mark("holds"),
    ("link_on_last", "no"): mark("does not hold"),
    ("link_again", "yes"): mark("the same limit anew"),
    ("link_again", "no"): mark("no limit anew"),
    ("repeat_by", "anyone"): mark("by any author"),
    ("repeat_by", "author"): mark("by the same author only"),
    ("governor_by", "curator"): mark("the curator"),
    ("governor_by", "supervisor"): mark("the supervisor"),
    ("governor_by", "either"): mark("the curator or the supervisor"),
}

# Choices that several readings share.
_SHARED = {
    "met": mark("meets it"),
    "pauses": mark("pauses it"),
    "runs": mark("leaves it running"),
    "agreement": mark("by agreement, without a verdict"),
    "act": mark("by the act"),
}

_UNITS = {
    Unit.MINUTE: mark("minutes"),
    Unit.HOUR: mark("hours"),
    Unit.DAY: mark("days"),
    Unit.WORKING_MINUTE: mark("working minutes"),
    Unit.WORKING_HOUR: mark("working hours"),
    Unit.WORKING_DAY: mark("working days"),
}

_WHO = {
    "curator": mark("the curator"),
    "executor": mark("the executor"),
    "chain": mark("the whole chain"),
    "author": mark("the author"),
    "supervisor": mark("the supervisor"),
    "either": mark("the curator or the supervisor"),
}

_CALENDARS = {
    Calendar.AGENCY: mark("the agencies' hours"),
    Calendar.DUTY: mark("the curators' desk hours"),
    Calendar.CLOCK: mark("round the clock"),
}

_EVENTS = {
    Event.COLLECTED: mark("collected"),
    Event.DETECTED: mark("detected"),
    Event.CLASSIFIED: mark("classified"),
    Event.ROUTED: mark("sent to an agency"),
    Event.RECEIVED: mark("received by the agency"),
    Event.DRAFTER_RECEIVED: mark("received by the author of the draft"),
    Event.LEG_RECEIVED: mark("received by an agency of several"),
    Event.ASSIGNED: mark("given to an executor"),
    Event.OPENED: mark("opened by the executor"),
    Event.RETURNED: mark("returned to the curator"),
    Event.REROUTED: mark("sent on to another agency"),
    Event.SUBMITTED: mark("draft submitted"),
    Event.INTERIM_SUBMITTED: mark("interim draft submitted"),
    Event.CLARIFICATION_SUBMITTED: mark("request submitted"),
    Event.INFORMATION_SUBMITTED: mark("information submitted"),
    Event.INFORMATION_RETURNED: mark("information sent back"),
    Event.DRAFTER_RELIEVED: mark("another agency writes the draft"),
    Event.PASSED_ON: mark("passed on to the next agency"),
    Event.APPROVED: mark("approved"),
    Event.CLARIFICATION_APPROVED: mark("request approved"),
    Event.REWORKED: mark("sent to rework"),
    Event.CLARIFICATION_REWORKED: mark("request sent to rework"),
    Event.PUBLISHED: mark("answer published"),
    Event.INTERIM_PUBLISHED: mark("interim answer published"),
    Event.CLARIFICATION_PUBLISHED: mark("request published"),
    Event.AUTHOR_REPLIED: mark("the author replied"),
    Event.EXITED: mark("taken out of work"),
    Event.REINSTATED: mark("put back into the inbox"),
    Event.SIGNIFICANT_MARKED: mark("marked as socially significant"),
    Event.CORRECTION_OPENED: mark("correction opened"),
    Event.CORRECTION_SUBMITTED: mark("correction submitted"),
    Event.CORRECTION_APPROVED: mark("correction approved"),
    Event.CORRECTION_REWORKED: mark("correction sent to rework"),
    Event.CORRECTION_PUBLISHED: mark("correction published"),
    Event.CORRECTION_WITHDRAWN: mark("correction withdrawn"),
    Event.GOVERNOR_REPORTED: mark("reported to the Governor"),
    Event.SIGNIFICANT_UNMARKED: mark("mark of significance taken back"),
}

SOURCE_KIND_NAMES = {
    "social": mark("social networks"),
    "messenger": mark("messengers"),
    "video": mark("video hostings"),
    "blog": mark("blogs"),
    "forum": mark("forums and sites"),
    "phone": mark("calls and visits"),
    "broadcast": mark("the Governor's broadcasts"),
    "other": mark("other sources"),
}


def reading_title(key: str) -> str:
    return tr(_READINGS[key][0])


def reading_about(key: str) -> str:
    """A sentence on what the reading does."""
    return tr(_READINGS[key][1])


def choice_name(key: str, choice: str) -> str:
    return tr(_CHOICES.get((key, choice)) or _SHARED[choice])


def unit_name(unit: Unit) -> str:
    return tr(_UNITS[unit])


def who_name(who: str) -> str:
    return tr(_WHO[who])


def calendar_name(calendar: Calendar) -> str:
    return tr(_CALENDARS[calendar])


def event_name(event: Event) -> str:
    return tr(_EVENTS[event]) if event in _EVENTS else event.value


def source_kind_name(kind: str) -> str:
    return tr(SOURCE_KIND_NAMES.get(kind, kind))


def cited(words: str, profile: Profile, subjects: Iterable[str]) -> str:
    """A sentence or a title with the clauses of the act that holds here: «Темы сообщений (п. 7).»; where the known
    text has none, the words alone."""
    clauses = profile.clauses_about(subjects)
    if not clauses:
        return words
    clause = tr("cl. {clause}", clause=", ".join(clauses))
    return f"{words[:-1]} ({clause})." if words.endswith(".") else f"{words} ({clause})"


def clauses_words(profile: Profile, subjects: Iterable[str]) -> str:
    """«п. 8, 11, 16» of what is named, or that the known text has none."""
    clauses = profile.clauses_about(subjects)
    return tr("cl. {clause}", clause=", ".join(clauses)) if clauses else tr("no clause in the known text")
