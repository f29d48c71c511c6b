"""Clocks of a card whose messages come and go: each `answer` from its own detection, never anew."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.regulation.clocks import Facts, Outcome, advance, earliest_due
from app.regulation.workflow import Event
from tests.helpers.rules import at, rules, told

KURSK = rules("kursk")
ENTERED = (Event.COLLECTED, Event.DETECTED)
SENT = (Event.CLASSIFIED, Event.ROUTED, Event.RECEIVED, Event.DRAFTER_RECEIVED)
ADDED, REMOVED = (Event.MESSAGES_ADDED,), (Event.MESSAGES_REMOVED,)
SPLIT_OFF = (Event.MESSAGES_ADDED, Event.REINSTATED)


def moment(text):
    return at(KURSK, f"2026-06-0{text}")


def entered(message, when):
    return advance((), ENTERED, moment(when), Facts(messages={message: moment(when)}), KURSK)


def answers(clocks):
    """message → (round, start, due, outcome) of its last `answer`."""
    found = {}
    for clock in clocks:
        if clock.code == "answer":
            due = told(KURSK, clock.due_at)
            found[clock.message] = (clock.round, told(KURSK, clock.started_at), due, clock.outcome)
    return found


def due(clocks, code):
    return told(KURSK, next(clock.due_at for clock in reversed(clocks) if clock.code == code))


def test_a_message_that_comes_keeps_its_own_limit_and_the_draft_must_be_earlier():
    card = advance(entered("b", "1 11:00"), SENT, moment("1 11:05"), Facts(messages={"b": moment("1 11:00")}), KURSK)
    assert due(card, "draft") == "2026-06-02 10:00"

    both = Facts(messages={"b": moment("1 11:00"), "a": moment("1 09:30:10")})
    card = advance(card, ADDED, moment("1 12:00"), both, KURSK)

    assert answers(card) == {
        "b": (1, "2026-06-01 11:00", "2026-06-02 11:00", None),
        "a": (1, "2026-06-01 09:30:10", "2026-06-02 09:30:10", None),
    }
    assert due(card, "draft") == "2026-06-02 08:30:10"
    assert told(KURSK, earliest_due(card, "answer")) == "2026-06-02 09:30:10"


def test_the_message_that_stays_keeps_its_clock_when_another_leaves():
    both = Facts(messages={"b": moment("1 11:00"), "a": moment("1 09:30")})
    card = advance(entered("b", "1 11:00"), ADDED, moment("1 12:00"), both, KURSK)
    card = advance(card, REMOVED, moment("1 14:00"), Facts(messages={"b": moment("1 11:00")}), KURSK)

    assert answers(card)["b"] == (1, "2026-06-01 11:00", "2026-06-02 11:00", None)
    assert answers(card)["a"][3] is Outcome.NOT_APPLICABLE


def test_a_card_split_off_counts_the_answer_from_detection_and_routing_from_now():
    facts = Facts(messages={"a": moment("1 09:30")})

    card = advance((), SPLIT_OFF, moment("1 15:00"), facts, KURSK)

    assert answers(card) == {"a": (1, "2026-06-01 09:30", "2026-06-02 09:30", None)}
    assert due(card, "route") == "2026-06-01 15:30"


def test_merging_ends_every_clock_without_a_verdict():
    card = advance(entered("a", "1 09:30"), SENT, moment("1 09:40"), Facts(messages={"a": moment("1 09:30")}), KURSK)
    card = advance(card, (Event.SUBMITTED,), moment("1 10:00"), Facts(messages={"a": moment("1 09:30")}), KURSK)

    merged = advance(card, (Event.MERGED,), moment("3 10:00"), Facts(), KURSK)

    assert [clock for clock in merged if clock.is_open] == []
    assert {clock.outcome for clock in merged if clock.stopped_at == moment("3 10:00")} == {Outcome.NOT_APPLICABLE}


def test_a_message_that_got_its_verdict_is_not_judged_twice():
    facts = Facts(messages={"a": moment("1 09:30")})
    card = advance(entered("a", "1 09:30"), (Event.INTERIM_PUBLISHED,), moment("1 12:00"), facts, KURSK)

    card = advance(card, ADDED, moment("1 13:00"), replace(facts, messages={**facts.messages, "b": moment("1 12:30")}),
                   KURSK)  # fmt: skip

    assert answers(card)["a"][::3] == (1, Outcome.MET)
    assert answers(card)["b"][::3] == (1, None)


def test_back_on_the_same_card_a_message_counts_in_a_new_run_from_the_same_detection():
    one, both = ({"b": moment("1 11:00")}, {"b": moment("1 11:00"), "a": moment("1 09:30")})
    card = advance(entered("b", "1 11:00"), ADDED, moment("1 12:00"), Facts(messages=both), KURSK)
    card = advance(card, REMOVED, moment("1 14:00"), Facts(messages=one), KURSK)
    card = advance(card, ADDED, moment("1 15:00"), Facts(messages=both), KURSK)

    assert answers(card)["a"] == (2, "2026-06-01 09:30", "2026-06-02 09:30", None)


def test_on_a_mixed_card_only_the_message_from_outside_counts_by_agreement():
    both = {"b": moment("1 11:00"), "a": moment("1 09:30")}
    card = advance(entered("b", "1 11:00"), ADDED, moment("1 12:00"), Facts(messages=both, outside=frozenset("a")),
                   KURSK)  # fmt: skip

    assert {clock.message or clock.code: clock.by_agreement for clock in card} == {
        "a": True, "b": False, "route": False,
    }  # fmt: skip


spans = st.integers(0, 3 * 86_400)


@given(st.integers(0, 5 * 86_400), spans, spans, spans, st.sampled_from(["kursk", "kuzbass"]), st.booleans())
@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_merge_then_split_gives_the_clocks_back(apart, routed, merged, split, key, is_routed):
    """Whatever the times: the card that grew has its open clocks as before, the message's answer its due time."""
    counted_by = rules(key)
    begin = datetime(2026, 3, 2, 10, tzinfo=counted_by.agency.zone)
    mine, theirs = {"m": begin}, {"n": begin + timedelta(seconds=apart)}
    when = begin + timedelta(seconds=routed)
    card = advance((), ENTERED, begin, Facts(messages=mine), counted_by)
    if is_routed:
        card = advance(card, SENT, when, Facts(messages=mine, leg="l"), counted_by)
    other = advance((), ENTERED, theirs["n"], Facts(messages=theirs), counted_by)
    when = max(when, theirs["n"]) + timedelta(seconds=merged)

    grown = advance(card, ADDED, when, Facts(messages={**mine, **theirs}, leg="l"), counted_by)
    ended = advance(other, (Event.MERGED,), when, Facts(), counted_by)
    when += timedelta(seconds=split)
    back = advance(grown, REMOVED, when, Facts(messages=mine, leg="l"), counted_by)
    given_back = advance(ended, SPLIT_OFF, when, Facts(messages=theirs), counted_by)

    assert [clock for clock in back if clock.is_open] == [clock for clock in card if clock.is_open]
    assert (earliest_due(grown, "answer"), earliest_due(given_back, "answer")) == (
        min((due for due in (earliest_due(card, "answer"), earliest_due(other, "answer")) if due), default=None),
        earliest_due(other, "answer"),
    )
