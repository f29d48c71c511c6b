"""The workflow table: who may do what where, no dead ends, no clock lost, no verdict changed."""

from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.regulation.clocks import Facts, advance, step_clock
from app.regulation.permission import Actor, Standing, acts_on_behalf, open_acts, refusal
from app.regulation.workflow import (
    CLOSED,
    CORRECTION_OF,
    CORRECTIONS,
    OPEN,
    TABLE,
    Act,
    DraftKind,
    Event,
    LegKind,
    Role,
    State,
    correction_of,
    find,
    variants,
)
from tests.helpers.rules import rules

EXECUTORS = (Role.EXECUTOR, Role.RESPONSIBLE)
CURATOR_ACTS = (
    Act.ENTER, Act.TAKE, Act.AMEND, Act.ROUTE, Act.REROUTE, Act.PASS_ON, Act.APPROVE, Act.REWORK,
    Act.CLOSE_WITHOUT_REPLY, Act.EXCLUDE, Act.MARK_SIGNIFICANT, Act.REPORT_GOVERNOR, Act.SEND_BACK, Act.ORDER,
    Act.MARK_REPEAT, Act.UNMARK_REPEAT, Act.MERGE, Act.ADD_MESSAGES, Act.SPLIT, Act.SPLIT_OFF, Act.UNMERGE,
    Act.NOTE_SHORTCOMING, Act.UNMARK_SIGNIFICANT,
    Act.SHIFT_DATE, Act.CORRECT, Act.WITHDRAW_CORRECTION,
)  # fmt: skip
# The law: act → who may do it. Written here apart from the table, so that a slip there is seen.
MAY = {
    **{act: {Role.CURATOR} for act in CURATOR_ACTS},
    Act.COLLECT: {Role.CURATOR, Role.SYSTEM},
    Act.DETECT: {Role.CURATOR, Role.SYSTEM},
    # a curator does these on behalf
    **{act: {*EXECUTORS, Role.CURATOR} for act in (Act.RETURN, Act.SUBMIT, Act.PLACE, Act.PUBLISH, Act.OPEN)},
    Act.REPLY_RECEIVED: {Role.CURATOR, *EXECUTORS},
    Act.REINSTATE: {Role.SUPERVISOR},
    Act.RETIME: {Role.SYSTEM, Role.ADMINISTRATOR},
    (Act.HAND_OVER, ""): {Role.CURATOR, Role.SUPERVISOR},
    (Act.ASSIGN, ""): {Role.RESPONSIBLE},
    (Act.ASSIGN, "self"): {*EXECUTORS},
    **{(act, move): {Role.SYSTEM} for act in (Act.HAND_OVER, Act.ASSIGN) for move in ("absence", "back")},
}
# state → acts possible in it and where they lead
WITHOUT_ASSIGNING = {State.INBOX, State.RETURNED}
EVERYWHERE = {Act.REPORT_GOVERNOR, Act.UNMARK_SIGNIFICANT, Act.NOTE_SHORTCOMING}  # also where a case is closed
EVERYWHERE_OPEN = {Act.TAKE, Act.HAND_OVER, Act.AMEND, Act.RETIME, Act.MARK_SIGNIFICANT, Act.SPLIT, *EVERYWHERE}
MARKS = {Act.MARK_REPEAT, Act.UNMARK_REPEAT}
# Nothing approved or published yet: the card may take messages, and its own may go to another.
GROWING = {*EVERYWHERE_OPEN, *MARKS, Act.ADD_MESSAGES, Act.MERGE}
STATES = {
    State.NEW: {Act.COLLECT, Act.ENTER, Act.SPLIT_OFF},
    State.COLLECTED: {Act.DETECT, Act.EXCLUDE, Act.MERGE},
    State.INBOX: {Act.ROUTE, Act.EXCLUDE, *GROWING},
    State.DRAFTING: {Act.OPEN, Act.SUBMIT, Act.RETURN, Act.ORDER, *GROWING},
    State.INFORMING: {Act.OPEN, Act.SUBMIT, Act.RETURN, Act.ORDER, *GROWING},
    State.PASSING_ON: {Act.PASS_ON, Act.SEND_BACK, Act.ORDER, *GROWING},
    State.RETURNED: {Act.REROUTE, Act.EXCLUDE, *GROWING},
    State.APPROVAL: {Act.APPROVE, Act.REWORK, *GROWING},
    State.REWORK: {Act.SUBMIT, *GROWING},
    State.TO_PUBLISH: {Act.PLACE, Act.PUBLISH, Act.ADD_MESSAGES, *EVERYWHERE_OPEN},
    State.INTERIM: {Act.CORRECT, Act.SUBMIT, Act.SHIFT_DATE, Act.ADD_MESSAGES, *MARKS, *EVERYWHERE_OPEN},
    State.AWAITING_AUTHOR: {Act.CORRECT, Act.REPLY_RECEIVED, Act.CLOSE_WITHOUT_REPLY, *MARKS, *EVERYWHERE_OPEN},
    State.MERGED: {Act.UNMERGE},
    State.CORRECTING: {Act.SUBMIT, Act.WITHDRAW_CORRECTION, Act.REPLY_RECEIVED, *EVERYWHERE_OPEN},
    State.ANSWERED: {Act.CORRECT, *EVERYWHERE},
    State.NO_REPLY: {*EVERYWHERE},
    State.NOT_PROCESSED: {Act.REINSTATE, *EVERYWHERE},
    State.NO_REACTION: {Act.REINSTATE, *EVERYWHERE},
    State.OUTSIDE_COMPETENCE: {Act.REINSTATE, *EVERYWHERE},
}


def actor(role, agency="mine", person="p"):
    return Actor(person, frozenset([role]), frozenset([agency]) if role in EXECUTORS else frozenset())


def standing(state, variant="", **more):
    asked = DraftKind.CLARIFICATION if state is State.CORRECTING else ""  # a request: its author may reply
    kind = variant if variant in list(DraftKind) else asked
    return Standing(state, **{"agency": "mine", "draft_kind": kind, "draft_author": "writer", **more})


def acts_of(state):
    """Whoever of an agency has the work in hand can change only while an agency has it."""
    is_open = Act.RETIME in STATES[state]
    return STATES[state] | ({Act.ASSIGN} if is_open and state not in WITHOUT_ASSIGNING else set())


@pytest.mark.parametrize("state", State)
def test_acts_of_a_state(state):
    assert {row.act for row in TABLE if row.state is state} == acts_of(state)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", Act)
def test_every_act_in_every_state_for_every_role(act, role):
    for state in State:
        possible = act in acts_of(state)
        for variant in variants(state, act) or ("",):
            marked = act in (Act.REPORT_GOVERNOR, Act.UNMARK_SIGNIFICANT)
            there = standing(state, variant, significant=marked, is_repeat=act is Act.UNMARK_REPEAT, messages=2)
            refused = refusal(act, variant, there, actor(role))
            may = MAY.get((act, variant), MAY.get(act, set()))
            expected = None if possible and role in may else "role_may_not" if possible else "act_not_in_state"
            assert (refused.code if refused else None) == expected, (state, variant)


@pytest.mark.parametrize("role", EXECUTORS)
@pytest.mark.parametrize(
    ("state", "act", "variant"),
    [
        (State.DRAFTING, Act.SUBMIT, DraftKind.ANSWER),
        (State.DRAFTING, Act.RETURN, ""),
        (State.INFORMING, Act.SUBMIT, DraftKind.INFORMATION),
        (State.TO_PUBLISH, Act.PUBLISH, DraftKind.ANSWER),
        (State.AWAITING_AUTHOR, Act.REPLY_RECEIVED, ""),
    ],
)
def test_executors_act_only_for_their_own_agency(state, act, variant, role):
    there = standing(state, variant, agency="theirs")

    assert refusal(act, variant, there, actor(role)).code == "another_agency"
    assert refusal(act, variant, there, actor(role, "theirs")) is None


def test_a_curator_records_an_executors_act_on_behalf_of_the_agency():
    row = find(State.DRAFTING, Act.SUBMIT, DraftKind.ANSWER)
    curator = actor(Role.CURATOR)
    both_hats = Actor("p", frozenset([Role.CURATOR, Role.EXECUTOR]), frozenset(["mine"]))

    assert acts_on_behalf(row, "mine", curator)
    assert not acts_on_behalf(row, "mine", both_hats)
    assert acts_on_behalf(row, "theirs", both_hats)
    assert not acts_on_behalf(find(State.APPROVAL, Act.APPROVE, DraftKind.ANSWER), "mine", curator)
    assert refusal(Act.SUBMIT, DraftKind.ANSWER, standing(State.DRAFTING), both_hats) is None


@pytest.mark.parametrize("kind", [kind for kind in DraftKind if kind is not DraftKind.INFORMATION])
def test_nobody_approves_an_own_draft(kind):
    both_hats = Actor("writer", frozenset([Role.CURATOR, Role.EXECUTOR]), frozenset(["mine"]))

    assert refusal(Act.APPROVE, kind, standing(State.APPROVAL, kind), both_hats).code == "own_draft"
    assert refusal(Act.APPROVE, kind, standing(State.APPROVAL, kind), replace(both_hats, person="other")) is None
    assert refusal(Act.REWORK, kind, standing(State.APPROVAL, kind), both_hats) is None


@pytest.mark.parametrize(("state", "act"), [
    (State.APPROVAL, Act.APPROVE), (State.APPROVAL, Act.REWORK), (State.TO_PUBLISH, Act.PUBLISH),
])  # fmt: skip
def test_only_the_draft_under_review_is_decided_on(state, act):
    there = standing(state, DraftKind.INTERIM)

    assert refusal(act, DraftKind.ANSWER, there, actor(Role.CURATOR)).code == "another_draft"
    assert refusal(act, DraftKind.INTERIM, there, actor(Role.CURATOR)) is None


def test_a_case_is_marked_significant_once_and_reported_only_then():
    plain, marked = standing(State.INBOX), standing(State.INBOX, significant=True)
    curator = actor(Role.CURATOR)

    assert refusal(Act.MARK_SIGNIFICANT, "", plain, curator) is None
    assert refusal(Act.MARK_SIGNIFICANT, "", marked, curator).code == "already_significant"
    assert refusal(Act.REPORT_GOVERNOR, "", plain, curator).code == "not_significant"
    assert refusal(Act.REPORT_GOVERNOR, "", marked, curator) is None
    assert refusal(Act.UNMARK_SIGNIFICANT, "", plain, curator).code == "not_significant"
    assert refusal(Act.UNMARK_SIGNIFICANT, "", marked, curator) is None


@pytest.mark.parametrize(("reading", "may"), [
    ("curator", {Role.CURATOR}), ("supervisor", {Role.SUPERVISOR}), ("either", {Role.CURATOR, Role.SUPERVISOR}),
])  # fmt: skip
def test_who_reports_to_the_governor_is_a_reading(reading, may):
    there = standing(State.INBOX, significant=True, governor_by=reading)

    for role in Role:
        refused = refusal(Act.REPORT_GOVERNOR, "", there, actor(role))
        assert (refused.code if refused else None) == (None if role in may else "role_may_not")


@pytest.mark.parametrize(("published", "correction"), CORRECTION_OF.items())
def test_what_was_published_is_put_right_by_its_own_kind_and_again_by_the_same(published, correction):
    curator = actor(Role.CURATOR)
    for kind in (published, correction):
        there = standing(State.CORRECTING, kind)
        assert there.correcting == correction
        allowed = {k for k in CORRECTIONS if refusal(Act.SUBMIT, k, there, curator) is None}
        assert allowed == {correction}


@pytest.mark.parametrize("state", [State.APPROVAL, State.TO_PUBLISH])
@pytest.mark.parametrize("kind", CORRECTIONS)
def test_a_card_whose_answer_is_being_corrected_takes_no_messages(state, kind):
    curator = actor(Role.CURATOR)

    assert refusal(Act.ADD_MESSAGES, "", standing(state, kind), curator).code == "correction_under_way"
    assert refusal(Act.ADD_MESSAGES, "", standing(state, DraftKind.ANSWER), curator) is None


def test_a_repeat_is_marked_once_and_the_mark_taken_off_only_then():
    plain, marked = standing(State.INBOX), standing(State.INBOX, is_repeat=True)
    curator = actor(Role.CURATOR)

    assert refusal(Act.MARK_REPEAT, "", plain, curator) is None
    assert refusal(Act.MARK_REPEAT, "", marked, curator).code == "already_repeat"
    assert refusal(Act.UNMARK_REPEAT, "", plain, curator).code == "not_repeat"
    assert refusal(Act.UNMARK_REPEAT, "", marked, curator) is None


def test_one_message_cannot_be_split():
    curator = actor(Role.CURATOR)

    assert refusal(Act.SPLIT, "", standing(State.DRAFTING), curator).code == "one_message"
    assert refusal(Act.SPLIT, "", standing(State.DRAFTING, messages=2), curator) is None


def test_the_window_offers_exactly_the_acts_of_the_state_with_their_refusals():
    offered = open_acts(standing(State.APPROVAL, DraftKind.ANSWER), actor(Role.EXECUTOR))

    assert {act for act, _ in offered} == acts_of(State.APPROVAL)
    assert all(refused is not None for (act, _), refused in offered.items() if act is not Act.ASSIGN)
    assert offered[Act.APPROVE, DraftKind.INTERIM].code == "another_draft"


def test_rows_are_unique():
    keys = [(row.state, row.act, row.variant) for row in TABLE]

    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("state", [state for state in State if state not in CLOSED])
def test_every_state_leads_to_a_close(state):
    seen, ahead = {state}, deque([state])
    while ahead:
        for row in TABLE:
            if row.state is ahead[0] and row.to not in seen:
                seen.add(row.to)
                ahead.append(row.to)
        ahead.popleft()

    assert seen.intersection(CLOSED)


def test_every_event_that_a_shipped_clock_waits_for_is_told_by_some_act():
    told = {event for row in TABLE for event in row.events}
    waited = {
        event
        for key in ("kursk", "kuzbass")
        for rule in rules(key).profile.clocks.values()
        for event in (*(start.event for start in rule.start), *rule.stop, *rule.void, *rule.resume)
    }

    assert waited <= told
    assert told == set(Event)


# ----- random lives of a case


@dataclass(frozen=True)
class Life:
    state: State = State.NEW
    draft: str = ""
    legs_ahead: int = 0
    detected: bool = False


def possible(life):
    """The rows that a case may take now; what the services add to the table: legs in order, the draft under review."""
    for row in TABLE:
        if row.state is not life.state:
            continue
        if row.act in (Act.APPROVE, Act.REWORK, Act.PLACE, Act.PUBLISH) and row.variant != life.draft:
            continue
        if row.state is State.CORRECTING and row.act is Act.SUBMIT and row.variant != correction_of(life.draft):
            continue
        if row.act is Act.PASS_ON and (row.variant == LegKind.LAST) != (life.legs_ahead == 1):
            continue
        if row.act in (Act.ROUTE, Act.REROUTE) and row.variant == LegKind.LAST:
            continue
        yield row


def lived(life, row, legs):
    ahead = life.legs_ahead
    if row.act in (Act.ROUTE, Act.REROUTE):
        ahead = legs if row.variant == LegKind.LINK else 0
    if row.act is Act.PASS_ON:
        ahead -= 1
    if row.act is Act.ORDER:
        ahead = 0 if row.variant == LegKind.LAST else legs
    draft = row.variant if row.act is Act.SUBMIT else life.draft
    detected = life.detected or row.act in (Act.ENTER, Act.DETECT, Act.REINSTATE, Act.MERGE, Act.SPLIT_OFF)
    return Life(row.to, draft, ahead, detected)


choices = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 2 * 86_400), st.integers(1, 3)), max_size=25)
readings = st.fixed_dictionaries(
    {
        "interim_effect": st.sampled_from(["met", "pauses", "runs"]),
        "clarification_effect": st.sampled_from(["met", "pauses", "runs"]),
    }
)


@given(choices, st.sampled_from(["kursk", "kuzbass"]), readings)
def test_any_life_of_a_case_keeps_its_clocks(steps, key, reading):
    counted_by = rules(key, **reading)
    when = datetime(2026, 3, 2, 10, tzinfo=counted_by.agency.zone)
    life, clocks, messages = Life(), (), {}
    for pick, seconds, legs in steps:
        rows = list(possible(life))
        assert rows or life.state in CLOSED
        if not rows:
            break
        row = rows[pick % len(rows)]
        when += timedelta(seconds=seconds)
        life = lived(life, row, legs)
        messages = messages or ({"m": when} if life.detected else {})
        before, clocks = clocks, advance(clocks, row.events, when, Facts(leg="l", messages=messages), counted_by)

        assert [clock.key for clock in clocks[: len(before)]] == [clock.key for clock in before]
        assert all(now == then for now, then in zip(clocks, before, strict=False) if not then.is_open)
        if life.state in OPEN:
            assert step_clock(clocks) is not None, f"nothing runs in {life.state} after {row.act}"
            assert step_clock(clocks).code != "governor"
        if life.state in CLOSED:
            assert {clock.code for clock in clocks if clock.is_open} <= {"governor"}


def test_any_open_case_can_be_closed_by_permitted_acts():
    """From every reachable life there is a way to a closed one: legs and drafts included, not states alone."""
    start = Life()
    lives, ahead, ways = {start}, deque([start]), {}
    while ahead:
        life = ahead.popleft()
        ways[life] = {lived(life, row, legs) for row in possible(life) for legs in (1, 2)}
        ahead.extend(ways[life] - lives)
        lives |= ways[life]
    good = {life for life in lives if life.state in CLOSED}
    while more := {life for life in lives - good if ways[life] & good}:
        good |= more

    assert lives - good == set()
    assert {life.state for life in lives} == set(State)
