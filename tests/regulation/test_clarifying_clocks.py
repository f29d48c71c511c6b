"""What a request to the author does to `answer`, in each of the three readings: met, paused, running on."""

import pytest

from app.regulation.clocks import Facts, Outcome, advance
from app.regulation.workflow import Act, DraftKind, LegKind, State, find
from app.resources import resource
from tests.helpers.rules import at, rules, rules_of, told

ASK = DraftKind.CLARIFICATION
DETECTED = "2026-06-01 10:00"


def journey(counted_by, *steps):
    """The clocks after (moment, state, act, variant) one after another."""
    facts, clocks = Facts(messages={"m": at(counted_by, DETECTED)}, leg="l"), ()
    for moment, state, act, variant in steps:
        row = find(state, act, variant)
        clocks = advance(clocks, row.events, at(counted_by, moment), facts, counted_by)
    return clocks


ASKED = (
    (DETECTED, State.NEW, Act.ENTER, ""),
    ("2026-06-01 10:10", State.INBOX, Act.ROUTE, LegKind.SINGLE),
    ("2026-06-01 11:00", State.DRAFTING, Act.SUBMIT, ASK),
    ("2026-06-01 11:30", State.APPROVAL, Act.APPROVE, ASK),
    ("2026-06-01 12:00", State.TO_PUBLISH, Act.PUBLISH, ASK),
)
REPLIED = ("2026-06-03 12:00", State.AWAITING_AUTHOR, Act.REPLY_RECEIVED, "")


def answers(counted_by, clocks):
    mine = [c for c in clocks if c.code == "answer"]
    return [(c.round, c.outcome, c.paused_at is not None, told(counted_by, c.due_at)) for c in mine]


@pytest.mark.parametrize(
    ("reading", "waiting", "woken", "draft"),
    [
        # 8 working hours anew from the reply
        (
            "met",
            [(1, Outcome.MET, False, "2026-06-02 10:00")],
            [(1, Outcome.MET, False, "2026-06-02 10:00"), (2, None, False, "2026-06-04 12:00")],
            "2026-06-04 11:00",
        ),
        # two hours were gone, six go on from the reply: 12–13, 14–18, 09–10
        (
            "pauses",
            [(1, None, True, "2026-06-02 10:00")],
            [(1, None, False, "2026-06-04 10:00")],
            "2026-06-04 09:00",
        ),
        # the limit ran on and is over
        ("runs", [(1, None, False, "2026-06-02 10:00")], [(1, None, False, "2026-06-02 10:00")], "2026-06-02 09:00"),
    ],
)
def test_the_answers_clock_while_the_author_is_asked(reading, waiting, woken, draft):
    counted_by = rules("kursk", clarification_effect=reading)

    clocks = journey(counted_by, *ASKED)
    assert answers(counted_by, clocks) == waiting
    assert [c.code for c in clocks if c.is_open and c.code != "answer"] == ["await_author"]

    clocks = journey(counted_by, *ASKED, REPLIED)
    assert answers(counted_by, clocks) == woken
    [due] = [c.due_at for c in clocks if c.code == "draft" and c.is_open]
    assert told(counted_by, due) == draft


def test_a_region_may_give_the_author_a_limit():
    text = resource("regulations/kursk.toml").read_text(encoding="utf-8")
    stopwatch = 'start = ["clarification_published"]\n'
    counted_by = rules_of(text.replace(stopwatch, stopwatch + 'limit = "3 day"\n'))

    [waiting] = [c for c in journey(counted_by, *ASKED) if c.code == "await_author"]
    assert told(counted_by, waiting.due_at) == "2026-06-05 00:00"
    [waiting] = [c for c in journey(counted_by, *ASKED, REPLIED) if c.code == "await_author"]
    assert waiting.outcome is Outcome.MET


def test_a_correction_starts_no_limit_and_changes_no_verdict():
    counted_by, kind = rules("kursk"), DraftKind.CORRECTION
    answered = (
        *ASKED[:2],
        ("2026-06-01 11:00", State.DRAFTING, Act.SUBMIT, DraftKind.ANSWER),
        ("2026-06-01 11:30", State.APPROVAL, Act.APPROVE, DraftKind.ANSWER),
        ("2026-06-01 12:00", State.TO_PUBLISH, Act.PUBLISH, DraftKind.ANSWER),
    )
    before = journey(counted_by, *answered)
    corrected = journey(
        counted_by,
        *answered,
        ("2026-06-05 11:00", State.ANSWERED, Act.CORRECT, ""),
        ("2026-06-05 12:00", State.CORRECTING, Act.SUBMIT, kind),
        ("2026-06-05 12:10", State.APPROVAL, Act.REWORK, kind),
        ("2026-06-05 12:20", State.CORRECTING, Act.SUBMIT, kind),
        ("2026-06-05 12:30", State.APPROVAL, Act.APPROVE, kind),
        ("2026-06-05 12:40", State.TO_PUBLISH, Act.PUBLISH, kind),
    )

    assert corrected[: len(before)] == before
    assert [(c.code, c.outcome) for c in corrected[len(before) :]] == [("correct", Outcome.LAPSED)]
