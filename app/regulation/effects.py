"""What each act of the workflow may do to each clock under one regulation, as rows a database can check by."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.regulation.clocks import heard
from app.regulation.profile import ClockRule, Profile
from app.regulation.workflow import PARTLY, TABLE, Event


@dataclass(frozen=True, slots=True)
class Effect:
    """In `state`, `act` of `variant` does `effect` to the clock `code`: it may start it, judge it ("stop", "part"),
    end it without a verdict ("void"), pause or resume it.

    `must` says that it does so to every open clock of this code, or starts one where none is open.
    """

    state: str
    act: str
    variant: str
    code: str
    effect: str
    must: bool


def effects(profile: Profile) -> Iterator[Effect]:
    """Every effect of every row of the workflow table by the rules of `profile`."""
    for row in TABLE:
        happened = heard(row.events, profile.readings.received)
        for rule in profile.clocks.values():
            for effect, must in _of(rule, happened):
                yield Effect(row.state, row.act, row.variant, rule.code, effect, must)


def _of(rule: ClockRule, happened: tuple[Event, ...]) -> Iterator[tuple[str, bool]]:
    events = set(happened)
    partly = {PARTLY[event] for event in events if event in PARTLY}
    judged = next((event for event in happened if event in rule.stop or event in rule.void), None)
    if judged is not None:
        yield ("stop" if judged in rule.stop else "void"), True
    elif partly.intersection(rule.stop):
        yield "part", False
    if events.intersection((Event.MERGED, Event.MESSAGES_REMOVED)):
        yield "void", False
    started = {start.event for start in rule.start} & events
    # one per message may have nothing to start for: the rule tells which, the card's messages how many
    if started and not events.intersection((*rule.stop, *rule.void)):
        yield "start", rule.per != "message"
    elif Event.MESSAGES_ADDED in events and rule.per == "message":
        yield "start", False
    elif Event.ASSIGNED in events and any(start.event is Event.LEG_RECEIVED for start in rule.start):
        yield "start", False  # where the agency is the last of several
    if events.intersection(rule.pause):
        yield "pause", False
    if events.intersection(rule.resume):
        yield "resume", False


