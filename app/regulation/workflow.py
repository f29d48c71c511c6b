"""The workflow as one table: state × act × variant × role → state and events; clocks start and stop on events.

Screens, services and database guards all read TABLE. What a clock does on an event is said by the
regulation file (`profile.ClockRule`), so `effects` gives the full row: state, clocks stopped, clocks started.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.regulation.shortcomings import BY_HAND


class State(StrEnum):
    """Where a case stands; with several agencies it is the active leg's state."""

    NEW = "new"
    COLLECTED = "collected"
    INBOX = "inbox"
    DRAFTING = "drafting"
    INFORMING = "informing"
    PASSING_ON = "passing_on"
    RETURNED = "returned"
    APPROVAL = "approval"
    REWORK = "rework"
    TO_PUBLISH = "to_publish"
    INTERIM = "interim"
    AWAITING_AUTHOR = "awaiting_author"
    CORRECTING = "correcting"
    ANSWERED = "answered"
    NOT_PROCESSED = "not_processed"
    NO_REACTION = "no_reaction"
    OUTSIDE_COMPETENCE = "outside_competence"
    NO_REPLY = "no_reply"
    MERGED = "merged"


EXITS = (State.NOT_PROCESSED, State.NO_REACTION, State.OUTSIDE_COMPETENCE)
CLOSED: tuple[State, ...] = (State.ANSWERED, *EXITS, State.NO_REPLY, State.MERGED)
OPEN: tuple[State, ...] = tuple(state for state in State if state not in (State.NEW, State.COLLECTED, *CLOSED))
# States in which an agency has the case in hand; its part may come back to it while it is to be passed on.
WITH_AGENCY = tuple(state for state in OPEN if state not in (State.INBOX, State.RETURNED))
# Where a card may still be called a repeat (п. 17): its text is not approved yet.
MARKABLE: tuple[State, ...] = tuple(state for state in OPEN if state not in (State.TO_PUBLISH, State.CORRECTING))
# Whose messages may move into another card: nothing is approved or published under them.
MERGEABLE: tuple[State, ...] = (
    State.COLLECTED, State.INBOX, State.RETURNED, State.DRAFTING, State.INFORMING, State.PASSING_ON,
    State.APPROVAL, State.REWORK,
)  # fmt: skip
# Which cards take more messages; one that waits for its author would make the other authors wait too, and where an
# answer is being corrected there is no answer for a new message yet.
GROWABLE: tuple[State, ...] = tuple(state for state in OPEN if state not in (State.AWAITING_AUTHOR, State.CORRECTING))


class Act(StrEnum):
    """What a person does to a case. Names are the verbs of the acts' clauses."""

    COLLECT = "collect"
    ENTER = "enter"
    DETECT = "detect"
    TAKE = "take"
    HAND_OVER = "hand_over"
    ASSIGN = "assign"
    AMEND = "amend"
    ROUTE = "route"
    RETURN = "return"
    REROUTE = "reroute"
    SUBMIT = "submit"
    PASS_ON = "pass_on"
    SEND_BACK = "send_back"
    ORDER = "order"
    APPROVE = "approve"
    REWORK = "rework"
    PLACE = "place"
    PUBLISH = "publish"
    REPLY_RECEIVED = "reply_received"
    CLOSE_WITHOUT_REPLY = "close_without_reply"
    SHIFT_DATE = "shift_date"
    CORRECT = "correct"
    WITHDRAW_CORRECTION = "withdraw_correction"
    EXCLUDE = "exclude"
    REINSTATE = "reinstate"
    MARK_SIGNIFICANT = "mark_significant"
    UNMARK_SIGNIFICANT = "unmark_significant"
    REPORT_GOVERNOR = "report_governor"
    NOTE_SHORTCOMING = "note_shortcoming"
    RETIME = "retime"
    OPEN = "open"
    MARK_REPEAT = "mark_repeat"
    UNMARK_REPEAT = "unmark_repeat"
    MERGE = "merge"
    ADD_MESSAGES = "add_messages"
    SPLIT = "split"
    SPLIT_OFF = "split_off"
    UNMERGE = "unmerge"


# Acts that may have happened before they were recorded; every other happens when it is saved.
RECORDED_LATER = (Act.PLACE, Act.PUBLISH, Act.ENTER, Act.REPORT_GOVERNOR)


class Role(StrEnum):
    """Who a person is at the desk; one person may have several, executors within one agency each."""

    CURATOR = "curator"
    EXECUTOR = "executor"
    RESPONSIBLE = "responsible"
    SUPERVISOR = "supervisor"
    ORGANISER = "organiser"
    ADMINISTRATOR = "administrator"
    WALL = "wall"
    SYSTEM = "system"


class Event(StrEnum):
    """Facts that clocks start and stop on; regulation files name them."""

    COLLECTED = "collected"
    DETECTED = "detected"
    CLASSIFIED = "classified"
    ROUTED = "routed"
    RECEIVED = "received"
    DRAFTER_RECEIVED = "drafter_received"
    LEG_RECEIVED = "leg_received"
    ASSIGNED = "assigned"
    OPENED = "opened"
    RETURNED = "returned"
    REROUTED = "rerouted"
    SUBMITTED = "submitted"
    INTERIM_SUBMITTED = "interim_submitted"
    CLARIFICATION_SUBMITTED = "clarification_submitted"
    INFORMATION_SUBMITTED = "information_submitted"
    INFORMATION_RETURNED = "information_returned"
    DRAFTER_RELIEVED = "drafter_relieved"
    PASSED_ON = "passed_on"
    APPROVED = "approved"
    CLARIFICATION_APPROVED = "clarification_approved"
    REWORKED = "reworked"
    PLACED = "placed"
    INTERIM_PLACED = "interim_placed"
    CLARIFICATION_PLACED = "clarification_placed"
    CORRECTION_PLACED = "correction_placed"
    CLARIFICATION_REWORKED = "clarification_reworked"
    PUBLISHED = "published"
    INTERIM_PUBLISHED = "interim_published"
    CLARIFICATION_PUBLISHED = "clarification_published"
    AUTHOR_REPLIED = "author_replied"
    CORRECTION_OPENED = "correction_opened"
    CORRECTION_SUBMITTED = "correction_submitted"
    CORRECTION_APPROVED = "correction_approved"
    CORRECTION_REWORKED = "correction_reworked"
    CORRECTION_PUBLISHED = "correction_published"
    CORRECTION_WITHDRAWN = "correction_withdrawn"
    EXITED = "exited"
    REINSTATED = "reinstated"
    SIGNIFICANT_MARKED = "significant_marked"
    SIGNIFICANT_UNMARKED = "significant_unmarked"
    GOVERNOR_REPORTED = "governor_reported"
    MERGED = "merged"
    MESSAGES_ADDED = "messages_added"
    MESSAGES_REMOVED = "messages_removed"


class LegKind(StrEnum):
    """A leg's place in the order of agencies (п. 16): alone, one of several, or the last, who writes the draft."""

    SINGLE = "single"
    LINK = "link"
    LAST = "last"


class DraftKind(StrEnum):
    """What is submitted: a final answer, an interim one (п. 15), a request to the author (п. 11), a part (п. 16),
    or what takes the place of one that was published and wrong [ours]: of an answer, an interim one, a request."""

    ANSWER = "answer"
    INTERIM = "interim"
    CLARIFICATION = "clarification"
    INFORMATION = "information"
    CORRECTION = "correction"
    CORRECTED_INTERIM = "correct_interim"
    CORRECTED_REQUEST = "correct_request"


# What puts a published text right, by the kind of that text; a correction may be put right again.
CORRECTION_OF = {
    DraftKind.ANSWER: DraftKind.CORRECTION,
    DraftKind.INTERIM: DraftKind.CORRECTED_INTERIM,
    DraftKind.CLARIFICATION: DraftKind.CORRECTED_REQUEST,
}
CORRECTIONS = tuple(CORRECTION_OF.values())
_CORRECTION_OF: dict[str, DraftKind] = {str(kind): correction for kind, correction in CORRECTION_OF.items()}


class Move(StrEnum):
    """Why work changes hands: a person decided, took it, its holder went on leave, or came back (п. 6)."""

    DECIDED = ""
    SELF = "self"
    ABSENCE = "absence"
    BACK = "back"


# What stands under some messages of a case only: each event is, for the clocks of those messages alone, the other.
PARTLY = {
    Event.PLACED: Event.PUBLISHED,
    Event.INTERIM_PLACED: Event.INTERIM_PUBLISHED,
    Event.CLARIFICATION_PLACED: Event.CLARIFICATION_PUBLISHED,
    Event.CORRECTION_PLACED: Event.CORRECTION_PUBLISHED,
}


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: in `state`, `act` of `variant` by one of `roles` leads to `to` and tells `events`."""

    state: State
    act: Act
    variant: str
    roles: tuple[Role, ...]
    to: State
    events: tuple[Event, ...] = ()


_CURATOR = (Role.CURATOR,)
# Who reports to the Governor (п. 24 does not say), by the reading `governor_by`.
GOVERNOR_BY = {
    "curator": (Role.CURATOR,),
    "supervisor": (Role.SUPERVISOR,),
    "either": (Role.CURATOR, Role.SUPERVISOR),
}
# How a card of an episode is reported: with the episode, by its own report (п. 24).
WITH_EPISODE = "episode"
EXECUTOR_ROLES = (Role.EXECUTOR, Role.RESPONSIBLE)
_LEG_EVENTS = {
    LegKind.SINGLE: (State.DRAFTING, (Event.RECEIVED, Event.DRAFTER_RECEIVED)),
    LegKind.LINK: (State.INFORMING, (Event.RECEIVED, Event.LEG_RECEIVED)),
    LegKind.LAST: (State.DRAFTING, (Event.RECEIVED, Event.LEG_RECEIVED, Event.DRAFTER_RECEIVED)),
}
_ASSIGNED = {
    State.DRAFTING: (Event.ASSIGNED, Event.RECEIVED, Event.DRAFTER_RECEIVED),
    State.INFORMING: (Event.ASSIGNED, Event.RECEIVED, Event.LEG_RECEIVED),
}
_DRAFT_EVENTS = {
    DraftKind.ANSWER: (Event.SUBMITTED, Event.PUBLISHED, State.ANSWERED),
    DraftKind.INTERIM: (Event.INTERIM_SUBMITTED, Event.INTERIM_PUBLISHED, State.INTERIM),
    DraftKind.CLARIFICATION: (
        Event.CLARIFICATION_SUBMITTED,
        Event.CLARIFICATION_PUBLISHED,
        State.AWAITING_AUTHOR,
    ),
}


def _intake() -> Iterable[Transition]:
    collectors = (Role.CURATOR, Role.SYSTEM)
    yield Transition(State.NEW, Act.COLLECT, "", collectors, State.COLLECTED, (Event.COLLECTED,))
    yield Transition(State.NEW, Act.ENTER, "", _CURATOR, State.INBOX, (Event.COLLECTED, Event.DETECTED))
    yield Transition(State.COLLECTED, Act.DETECT, "", collectors, State.INBOX, (Event.DETECTED,))


def _routing() -> Iterable[Transition]:
    for kind, (state, received) in _LEG_EVENTS.items():
        routed = (Event.CLASSIFIED, Event.ROUTED, *received)
        yield Transition(State.INBOX, Act.ROUTE, kind, _CURATOR, state, routed)
        yield Transition(State.RETURNED, Act.REROUTE, kind, _CURATOR, state, (Event.REROUTED, *received))
        if kind is not LegKind.SINGLE:
            yield Transition(State.PASSING_ON, Act.PASS_ON, kind, _CURATOR, state, (Event.PASSED_ON, *received))
    for state in (State.DRAFTING, State.INFORMING):
        yield Transition(state, Act.RETURN, "", EXECUTOR_ROLES, State.RETURNED, (Event.RETURNED,))


def _receiving() -> Iterable[Transition]:
    """An executor opens the case: where a region reads «поступление» so, the clocks of receipt start here."""
    for kind, (state, received) in _LEG_EVENTS.items():
        yield Transition(state, Act.OPEN, kind, EXECUTOR_ROLES, state, (Event.OPENED, *received))


def _ordering() -> Iterable[Transition]:
    """The order of agencies changed midway (п. 16): a link may become the last, the last may become a link."""
    informing, drafting, passing = State.INFORMING, State.DRAFTING, State.PASSING_ON
    yield Transition(informing, Act.ORDER, LegKind.LINK, _CURATOR, informing)
    yield Transition(informing, Act.ORDER, LegKind.LAST, _CURATOR, drafting, (Event.DRAFTER_RECEIVED,))
    relieved = (Event.LEG_RECEIVED, Event.DRAFTER_RELIEVED)
    yield Transition(drafting, Act.ORDER, LegKind.LINK, _CURATOR, informing, relieved)
    yield Transition(passing, Act.ORDER, "", _CURATOR, passing)
    yield Transition(passing, Act.SEND_BACK, "", _CURATOR, informing, (Event.INFORMATION_RETURNED,))


def _drafting() -> Iterable[Transition]:
    yield Transition(
        State.INFORMING,
        Act.SUBMIT,
        DraftKind.INFORMATION,
        EXECUTOR_ROLES,
        State.PASSING_ON,
        (Event.INFORMATION_SUBMITTED,),
    )
    for kind, (submitted, published, after) in _DRAFT_EVENTS.items():
        for state in (State.DRAFTING, State.REWORK, State.INTERIM):
            yield Transition(state, Act.SUBMIT, kind, EXECUTOR_ROLES, State.APPROVAL, (submitted,))
        asked = kind is DraftKind.CLARIFICATION
        approved = (Event.APPROVED, *((Event.CLARIFICATION_APPROVED,) if asked else ()))
        reworked = (Event.REWORKED, *((Event.CLARIFICATION_REWORKED,) if asked else ()))
        yield Transition(State.APPROVAL, Act.APPROVE, kind, _CURATOR, State.TO_PUBLISH, approved)
        yield Transition(State.APPROVAL, Act.REWORK, kind, _CURATOR, State.REWORK, reworked)
        partly = next(part for part, whole in PARTLY.items() if whole is published)
        yield Transition(State.TO_PUBLISH, Act.PLACE, kind, EXECUTOR_ROLES, State.TO_PUBLISH, (partly,))
        yield Transition(State.TO_PUBLISH, Act.PUBLISH, kind, EXECUTOR_ROLES, after, (published,))


def _author() -> Iterable[Transition]:
    reply = (Event.AUTHOR_REPLIED, Event.DRAFTER_RECEIVED)
    waiting, correcting = State.AWAITING_AUTHOR, State.CORRECTING
    recorders = (Role.CURATOR, *EXECUTOR_ROLES)
    yield Transition(waiting, Act.REPLY_RECEIVED, "", recorders, State.DRAFTING, reply)
    instead = (Event.CORRECTION_WITHDRAWN, *reply)
    yield Transition(correcting, Act.REPLY_RECEIVED, "", recorders, State.DRAFTING, instead)
    yield Transition(waiting, Act.CLOSE_WITHOUT_REPLY, "", _CURATOR, State.NO_REPLY, (Event.EXITED,))


def _correcting() -> Iterable[Transition]:
    """A published answer or request that was wrong [ours]: never edited in place, a correction stands beside it.

    Its events are its own, so that the limits of п. 10–14 are neither started nor judged a second time; published or
    withdrawn, it leaves the case where it was. An author who replies to a request makes its correction needless.
    """
    writing, approval, ready = State.CORRECTING, State.APPROVAL, State.TO_PUBLISH
    for corrected, kind in CORRECTION_OF.items():
        published = _DRAFT_EVENTS[corrected][2]
        yield Transition(published, Act.CORRECT, "", _CURATOR, writing, (Event.CORRECTION_OPENED,))
        yield Transition(writing, Act.SUBMIT, kind, EXECUTOR_ROLES, approval, (Event.CORRECTION_SUBMITTED,))
        yield Transition(approval, Act.APPROVE, kind, _CURATOR, ready, (Event.CORRECTION_APPROVED,))
        yield Transition(approval, Act.REWORK, kind, _CURATOR, writing, (Event.CORRECTION_REWORKED,))
        yield Transition(ready, Act.PLACE, kind, EXECUTOR_ROLES, ready, (Event.CORRECTION_PLACED,))
        yield Transition(ready, Act.PUBLISH, kind, EXECUTOR_ROLES, published, (Event.CORRECTION_PUBLISHED,))
        withdrawn = (Event.CORRECTION_WITHDRAWN,)
        yield Transition(writing, Act.WITHDRAW_CORRECTION, kind, _CURATOR, published, withdrawn)


def _exits() -> Iterable[Transition]:
    for exit_state in EXITS:
        for state in (State.COLLECTED, State.INBOX, State.RETURNED):
            yield Transition(state, Act.EXCLUDE, exit_state, _CURATOR, exit_state, (Event.EXITED,))
        yield Transition(exit_state, Act.REINSTATE, "", (Role.SUPERVISOR,), State.INBOX, (Event.REINSTATED,))


def _in_place() -> Iterable[Transition]:
    """Acts that change facts or clocks and leave the state as it is."""
    for state in OPEN:
        yield Transition(state, Act.TAKE, "", _CURATOR, state)
        classified = (Event.CLASSIFIED,) if state is State.INBOX else ()
        yield Transition(state, Act.AMEND, "", _CURATOR, state, classified)
        yield Transition(state, Act.RETIME, "", (Role.SYSTEM, Role.ADMINISTRATOR), state)
        yield Transition(state, Act.MARK_SIGNIFICANT, "", _CURATOR, state, (Event.SIGNIFICANT_MARKED,))
    # The date of the final answer is moved by the curator alone, and before it has passed (п. 15).
    yield Transition(State.INTERIM, Act.SHIFT_DATE, "", _CURATOR, State.INTERIM)
    for state in (*OPEN, *(closed for closed in CLOSED if closed is not State.MERGED)):
        for way in ("", WITH_EPISODE):
            reporters = GOVERNOR_BY["either"]
            yield Transition(state, Act.REPORT_GOVERNOR, way, reporters, state, (Event.GOVERNOR_REPORTED,))
        yield Transition(state, Act.UNMARK_SIGNIFICANT, "", _CURATOR, state, (Event.SIGNIFICANT_UNMARKED,))
        for rule in BY_HAND:
            yield Transition(state, Act.NOTE_SHORTCOMING, rule, _CURATOR, state)


def _kin() -> Iterable[Transition]:
    """Repeats (п. 17), and several messages on one card: `split_off` makes a card, `unmerge` gives one back."""
    for state in MARKABLE:
        yield Transition(state, Act.MARK_REPEAT, "", _CURATOR, state)
        yield Transition(state, Act.UNMARK_REPEAT, "", _CURATOR, state)
    for state in MERGEABLE:
        yield Transition(state, Act.MERGE, "", _CURATOR, State.MERGED, (Event.MERGED,))
    for state in GROWABLE:
        yield Transition(state, Act.ADD_MESSAGES, "", _CURATOR, state, (Event.MESSAGES_ADDED,))
    for state in OPEN:
        yield Transition(state, Act.SPLIT, "", _CURATOR, state, (Event.MESSAGES_REMOVED,))
    for state, act in ((State.NEW, Act.SPLIT_OFF), (State.MERGED, Act.UNMERGE)):
        yield Transition(state, act, "", _CURATOR, State.INBOX, (Event.MESSAGES_ADDED, Event.REINSTATED))


def _hands() -> Iterable[Transition]:
    """Work changes hands, no clock is touched: between curators, and between the executors of one agency (п. 6)."""
    program = (Role.SYSTEM,)
    for state in OPEN:
        yield Transition(state, Act.HAND_OVER, Move.DECIDED, (Role.CURATOR, Role.SUPERVISOR), state)
        yield Transition(state, Act.HAND_OVER, Move.ABSENCE, program, state)
        yield Transition(state, Act.HAND_OVER, Move.BACK, program, state)
    for state in WITH_AGENCY:
        # where a region reads «поступление» so, the clocks of receipt start when the first executor is named
        events = _ASSIGNED.get(state, ())
        yield Transition(state, Act.ASSIGN, Move.DECIDED, (Role.RESPONSIBLE,), state, events)
        yield Transition(state, Act.ASSIGN, Move.SELF, EXECUTOR_ROLES, state, events)
        yield Transition(state, Act.ASSIGN, Move.ABSENCE, program, state)
        yield Transition(state, Act.ASSIGN, Move.BACK, program, state)


TABLE: tuple[Transition, ...] = (
    *_intake(),
    *_routing(),
    *_receiving(),
    *_ordering(),
    *_drafting(),
    *_author(),
    *_correcting(),
    *_exits(),
    *_in_place(),
    *_hands(),
    *_kin(),
)
_BY_KEY = {(row.state, row.act, row.variant): row for row in TABLE}
WORKFLOW_VERSION = hashlib.sha256(repr(TABLE).encode()).hexdigest()[:16]


def find(state: State, act: Act, variant: str = "") -> Transition | None:
    """The row for this act here, or None where the table has none."""
    return _BY_KEY.get((state, act, variant))


def variants(state: State, act: Act) -> tuple[str, ...]:
    """The variants in which an act is possible in a state, in the table's order; empty when it is not."""
    return tuple(row.variant for row in TABLE if row.state is state and row.act is act)


def correction_of(kind: str) -> DraftKind:
    """What puts a published text of this kind right; of a correction that came back, that correction anew."""
    return DraftKind(kind) if kind in CORRECTIONS else _CORRECTION_OF.get(kind, DraftKind.CORRECTION)
