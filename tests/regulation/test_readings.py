"""Every reading changes what is counted, and just as it says: one table of events and due times for each choice."""

import tomllib
from dataclasses import fields
from datetime import date, timedelta

import pytest

from app.regulation.clocks import Facts, advance
from app.regulation.profile import Importance
from app.regulation.profile_file import ProfileError, parse
from app.regulation.readings import READINGS, Readings
from app.regulation.workflow import Act, DraftKind, Event, LegKind, Move, State, find
from app.services.regulations import regulation_text, shipped_keys
from tests.helpers.rules import at, rules, rules_of, told

E_ = Event
ROUTED = find(State.INBOX, Act.ROUTE, LegKind.SINGLE).events
AS_LINK = find(State.INBOX, Act.ROUTE, LegKind.LINK).events
AS_LAST = find(State.PASSING_ON, Act.PASS_ON, LegKind.LAST).events
OPENED = find(State.DRAFTING, Act.OPEN, LegKind.SINGLE).events
ASSIGNED = find(State.DRAFTING, Act.ASSIGN, Move.DECIDED).events
ASKED = find(State.APPROVAL, Act.REWORK, DraftKind.CLARIFICATION).events
ASK_APPROVED = find(State.APPROVAL, Act.APPROVE, DraftKind.CLARIFICATION).events
LINK_BACK = find(State.PASSING_ON, Act.SEND_BACK).events

# A Monday is 2026-06-01, a Friday 2026-06-05. "-": the clock stands there without a due time or not at all.
DETECTED = ("2026-06-01 10:00", (E_.DETECTED,))
INTERIM = (("2026-06-01 12:00", (E_.INTERIM_SUBMITTED,)), ("2026-06-02 15:30", (E_.INTERIM_PUBLISHED,)))
# reading, choice, events one after another, clock, due or how it stands
EFFECTS = [
    ("plain_hours", "clock", [("2026-06-05 17:50", (E_.SUBMITTED,))], "approve", "2026-06-05 18:50"),
    ("plain_hours", "working", [("2026-06-05 17:50", (E_.SUBMITTED,))], "approve", "2026-06-08 09:50"),
    ("boundary", "end", [DETECTED], "answer", "2026-06-02 10:00"),
    ("boundary", "end", [("2026-06-01 09:00", (E_.DETECTED,))], "answer", "2026-06-01 18:00"),
    ("boundary", "next", [("2026-06-01 09:00", (E_.DETECTED,))], "answer", "2026-06-02 09:00"),
    ("received", "delivered", [DETECTED, ("2026-06-01 10:10", ROUTED)], "return", "2026-06-01 10:40"),
    ("received", "opened", [DETECTED, ("2026-06-01 10:10", ROUTED)], "return", "-"),
    ("received", "opened", [DETECTED, ("2026-06-01 10:10", ROUTED), ("2026-06-01 11:00", OPENED)], "return",
     "2026-06-01 11:30"),
    ("received", "opened", [("2026-06-01 10:10", ROUTED), ("2026-06-01 11:00", ASSIGNED)], "return", "-"),
    ("received", "assigned", [("2026-06-01 10:10", ROUTED), ("2026-06-01 11:00", ASSIGNED)], "return",
     "2026-06-01 11:30"),
    ("received", "delivered", [("2026-06-01 10:10", ROUTED), ("2026-06-01 11:00", OPENED)], "return",
     "2026-06-01 10:40"),
    ("received", "opened", [DETECTED, ("2026-06-01 11:00", (E_.AUTHOR_REPLIED, E_.DRAFTER_RECEIVED))], "draft",
     "2026-06-02 09:00"),
    ("interim_effect", "met", [DETECTED, *INTERIM], "answer", "late"),
    ("interim_effect", "pauses", [DETECTED, *INTERIM], "answer", "paused"),
    ("interim_effect", "runs", [DETECTED, *INTERIM], "answer", "2026-06-02 10:00"),
    ("clarification_effect", "met", [DETECTED, ("2026-06-01 12:00", (E_.CLARIFICATION_PUBLISHED,))], "answer", "met"),
    ("clarification_effect", "pauses", [DETECTED, ("2026-06-01 12:00", (E_.CLARIFICATION_PUBLISHED,))], "answer",
     "paused"),
    ("clarification_effect", "runs", [DETECTED, ("2026-06-01 12:00", (E_.CLARIFICATION_PUBLISHED,))], "answer",
     "2026-06-02 10:00"),
    ("clarification_steps", "yes", [("2026-06-01 12:00", ASKED)], "rework", "2026-06-01 13:00"),
    ("clarification_steps", "no", [("2026-06-01 12:00", ASKED)], "rework", "-"),
    ("clarification_steps", "no", [("2026-06-01 12:00", (E_.REWORKED,))], "rework", "2026-06-01 13:00"),
    ("clarification_steps", "yes", [("2026-06-01 12:00", ASK_APPROVED)], "publish", "2026-06-01 13:00"),
    ("clarification_steps", "no", [("2026-06-01 12:00", ASK_APPROVED)], "publish", "-"),
    ("final_from", "published", [*INTERIM], "final", "2026-06-11 17:00"),
    ("final_from", "submitted", [*INTERIM], "final", "2026-06-10 18:00"),
    ("final_ends", "close", [*INTERIM], "final", "2026-06-11 17:00"),
    ("final_ends", "midnight", [*INTERIM], "final", "2026-06-12 00:00"),
    ("final_ends", "same time", [*INTERIM], "final", "2026-06-11 15:30"),
    ("link_on_last", "yes", [("2026-06-01 12:00", AS_LAST)], "link", "2026-06-01 14:00"),
    ("link_on_last", "no", [("2026-06-01 12:00", AS_LAST)], "link", "-"),
    ("link_on_last", "no", [("2026-06-01 12:00", AS_LINK)], "link", "2026-06-01 14:00"),
    ("link_again", "yes", [("2026-06-01 12:00", AS_LINK), ("2026-06-01 13:00", (E_.INFORMATION_SUBMITTED,)),
                           ("2026-06-01 15:00", LINK_BACK)], "link", "2026-06-01 17:00"),
    ("link_again", "no", [("2026-06-01 12:00", AS_LINK), ("2026-06-01 13:00", (E_.INFORMATION_SUBMITTED,)),
                          ("2026-06-01 15:00", LINK_BACK)], "link", "met"),
]  # fmt: skip
# Settled where messages are taken in and where repeats are looked for; their tests stand there.
ELSEWHERE = {"detected_by", "repeat_by", "governor_by"}


def stands(counted_by, clocks, code):
    mine = [clock for clock in clocks if clock.code == code]
    if not mine:
        return "-"
    if mine[-1].paused_at is not None:
        return "paused"
    return str(mine[-1].outcome) if mine[-1].outcome else told(counted_by, mine[-1].due_at)


@pytest.mark.parametrize(("reading", "choice", "events", "code", "expected"), EFFECTS)
def test_a_reading_does_what_it_says(reading, choice, events, code, expected):
    counted_by = rules("kursk", **{reading: choice})
    clocks, messages = (), {"m": at(counted_by, "2026-06-01 10:00")}
    for moment, happened in events:
        when = at(counted_by, moment)
        if E_.DETECTED in happened:
            messages = {"m": when}
        clocks = advance(clocks, happened, when, Facts(leg="leg", messages=messages), counted_by)

    assert stands(counted_by, clocks, code) == expected


@pytest.mark.parametrize(
    ("reading", "facts"),
    [("outside_agencies", Facts(agency_bound=False)), ("outside_sources", Facts(source_in_act=False))],
)
def test_what_the_act_does_not_bind_is_by_agreement_unless_the_region_says_otherwise(reading, facts):
    for choice, expected in (("agreement", True), ("act", False)):
        counted_by = rules("kursk", **{reading: choice})
        clocks = advance((), (E_.REWORKED,), at(counted_by, "2026-06-01 12:00"), facts, counted_by)
        assert [clock.by_agreement for clock in clocks if clock.code == "rework"] == [expected]


def test_an_agreed_date_ends_as_the_last_day_does():
    facts = Facts(agreed_date=date(2026, 6, 4))
    days = {"close": "2026-06-04 18:00", "midnight": "2026-06-05 00:00", "same time": "2026-06-04 15:30"}
    for ends, due in days.items():
        counted_by = rules("kursk", final_ends=ends)
        clocks = advance((), (E_.INTERIM_PUBLISHED,), at(counted_by, "2026-06-02 15:30"), facts, counted_by)
        assert stands(counted_by, clocks, "final") == due


def test_one_clock_may_be_read_otherwise_than_the_rest():
    text = regulation_text("kursk").replace('[clock.rework]\n', '[clock.rework]\nplain_hours = "working"\n')
    counted_by = rules_of(text)
    moment = at(counted_by, "2026-06-05 17:50")
    clocks = advance((), (E_.SUBMITTED,), moment, Facts(), counted_by)

    assert stands(counted_by, clocks, "approve") == "2026-06-05 18:50"
    clocks = advance((), (E_.REWORKED,), moment, Facts(), counted_by)
    assert stands(counted_by, clocks, "rework") == "2026-06-08 09:50"


def test_a_limit_of_a_channel_counts_for_messages_of_that_kind_of_source():
    text = regulation_text("kursk").replace(
        'limit = { normal = "8 working h", high = "4 working h" }',
        'limit = { normal = "8 working h", high = "4 working h" }\nchannels = { broadcast = "3 working day" }',
    )
    counted_by, moment = rules_of(text), None
    moment = at(counted_by, "2026-06-01 10:00")
    for channel, due in (("social", "2026-06-02 10:00"), ("broadcast", "2026-06-04 18:00")):
        facts = Facts(Importance.NORMAL, channel, messages={"m": moment})
        assert stands(counted_by, advance((), (E_.DETECTED,), moment, facts, counted_by), "answer") == due
    with pytest.raises(ProfileError):
        parse(text.replace("broadcast =", "telepathy ="), "region.toml")


def test_every_reading_is_tried_with_every_choice():
    tried = {(reading, choice) for reading, choice, *_ in EFFECTS}
    both = {"outside_agencies", "outside_sources", *ELSEWHERE}

    assert {reading for reading, _ in tried} | both == set(READINGS)
    for key in READINGS.keys() - both:
        assert {choice for reading, choice in tried if reading == key} == set(READINGS[key].choices)


def test_defaults_are_the_first_choices_and_both_files_name_every_reading():
    assert {field.name: field.default for field in fields(Readings)} == {k: r.choices[0] for k, r in READINGS.items()}
    for key in shipped_keys():
        assert rules(key).profile.readings == Readings()
        assert list(tomllib.loads(regulation_text(key))["readings"]) == list(READINGS)


@pytest.mark.parametrize("key", READINGS)
def test_a_word_that_is_no_choice_is_refused_with_the_place(key):
    with pytest.raises(ProfileError) as error:
        parse(regulation_text("kursk"), "region.toml", {key: "perhaps"})

    assert error.value.refusal.params["key"] == f"readings.{key}"


def test_a_late_opening_never_starts_a_clock_again():
    counted_by = rules("kursk", received="opened")
    clocks = ()
    for minutes, happened in ((0, ROUTED), (10, OPENED), (20, (E_.INFORMATION_SUBMITTED,))):
        moment = at(counted_by, "2026-06-01 10:00") + timedelta(minutes=minutes)
        clocks = advance(clocks, happened, moment, Facts(leg="leg"), counted_by)

    assert [clock.round for clock in clocks if clock.code == "return"] == [1]
