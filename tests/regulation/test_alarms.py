"""When clocks alert and how often a person is disturbed: tables by hand, and limits that hold for any day."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.regulation.alarms import (
    MOST_AN_HOUR,
    MOST_IN_TEN_MINUTES,
    AlarmRules,
    Level,
    Priority,
    Side,
    Subject,
    Told,
    how_told,
    is_covered,
    level_now,
    priority,
    shelf_ends,
    shelving,
    side,
    soon_at,
)
from app.regulation.profile import Importance, LimitKind
from app.regulation.workflow import State
from app.services.regulations import shipped_hours, shipped_regulation

HOURS, _ = shipped_hours(shipped_regulation("kursk"))
ALARMS = AlarmRules()


def at(text):
    """A moment of Kursk's clock; Thursday 26 November 2026 where no date is said."""
    text = text if "T" in text else f"2026-11-26T{text}"
    return datetime.fromisoformat(text).replace(tzinfo=HOURS.zone).astimezone(UTC)


def subject(code="route", started="10:00", due="10:30", **more):
    facts = {"who": "curator", "kind": LimitKind.LIMIT, "state": State.INBOX, "importance": Importance.NORMAL}
    return Subject(code=code, started_at=at(started), due_at=at(due), **facts | more)


@pytest.mark.parametrize(
    ("running", "soon"),
    [
        (subject(), "10:20"),  # a third of half an hour
        (subject("approve", due="11:00"), "10:45"),
        (subject("answer", started="09:00", due="18:00"), "17:00"),
        (subject("approve", started="12:45", due="14:15"), "14:00"),
        (subject("approve", started="12:30", due="14:05"), "12:50"),  # by lunch five minutes are left of fifteen
        (subject("answer", started="2026-11-26T17:00", due="2026-11-27T09:30"), "2026-11-26T17:30"),
        (subject("draft", started="2026-11-27T17:00", due="2026-11-30T09:00"), "2026-11-27T17:45"),
        (subject("draft", started="17:58", due="2026-11-27T09:00"), "17:58"),
        (subject("draft", started="17:00", due="2026-11-27T08:30", importance=Importance.HIGH), "2026-11-27T08:15"),
    ],
)
def test_when_a_clock_begins_to_alert(running, soon):
    assert soon_at(running, ALARMS, HOURS) == at(soon)


@pytest.mark.parametrize(
    ("running", "now", "level"),
    [
        (subject(), "10:19:59", None),
        (subject(), "10:20", Level.SOON),
        (subject(), "10:30", Level.SOON),  # met at the very second
        (subject(), "10:30:01", Level.DUE),
        (subject(due="13:10"), "13:11", None),  # lunch
        (subject(due="13:10"), "14:00", Level.DUE),
        (subject(due="13:10", importance=Importance.HIGH), "13:11", Level.DUE),
        (subject("return", kind=LimitKind.WINDOW), "10:25", None),
        (subject(started="2026-11-28T10:00", due="2026-11-28T10:30"), "2026-11-28T11:00", None),  # a Saturday
    ],
)
def test_what_a_clock_alerts(running, now, level):
    assert level_now(running, ALARMS, HOURS, at(now)) == level


@pytest.mark.parametrize(
    ("code", "level", "importance", "by_agreement", "expected"),
    [
        ("approve", Level.SOON, Importance.NORMAL, False, Priority.LOW),
        ("approve", Level.SOON, Importance.HIGH, False, Priority.LOW),
        ("approve", Level.DUE, Importance.NORMAL, False, Priority.MEDIUM),
        ("approve", Level.DUE, Importance.HIGH, False, Priority.HIGH),
        ("answer", Level.SOON, Importance.NORMAL, False, Priority.MEDIUM),
        ("answer", Level.SOON, Importance.HIGH, False, Priority.HIGH),
        ("answer", Level.DUE, Importance.NORMAL, False, Priority.HIGH),
        ("answer", Level.DUE, Importance.NORMAL, True, Priority.MEDIUM),
        ("draft", Level.DUE, Importance.NORMAL, True, Priority.LOW),
        ("draft", Level.SOON, Importance.NORMAL, True, Priority.LOW),
        ("governor", Level.DUE, Importance.NORMAL, False, Priority.HIGH),
    ],
)
def test_how_grave_it_is(code, level, importance, by_agreement, expected):
    assert priority(subject(code, importance=importance, by_agreement=by_agreement), level) == expected


@pytest.mark.parametrize(
    ("answer_due", "importance", "expected"),
    [
        ("12:30", Importance.NORMAL, Priority.MEDIUM),  # two hours are left of the limit of п. 10
        ("12:30:01", Importance.NORMAL, Priority.LOW),
        ("10:00", Importance.NORMAL, Priority.MEDIUM),
        ("18:00", Importance.HIGH, Priority.HIGH),
    ],
)
def test_a_broken_step_is_as_grave_as_it_endangers_the_answer(answer_due, importance, expected):
    running = subject("route", importance=importance, answer_due_at=at(answer_due))
    assert priority(running, Level.DUE) == expected
    assert priority(running, Level.SOON) == Priority.LOW


@pytest.mark.parametrize(
    ("facts", "whose"),
    [
        ({"who": "curator"}, Side.CURATOR),
        ({"who": "executor"}, Side.AGENCY),
        ({"who": "executor", "without_program": True}, Side.CURATOR),
        ({"who": "chain", "state": State.APPROVAL}, Side.CURATOR),
        ({"who": "chain", "state": State.TO_PUBLISH}, Side.AGENCY),
    ],
)
def test_whose_act_ends_it(facts, whose):
    assert side(subject(**facts)) == whose


@pytest.mark.parametrize(
    ("code", "level", "step_due", "covered"),
    [
        ("answer", Level.SOON, "10:05", True),  # the step alerts already
        ("answer", Level.SOON, "09:30", True),  # and so does one that ran out
        ("answer", Level.SOON, "10:40", False),
        ("answer", Level.SOON, None, False),
        ("answer", Level.DUE, "09:30", False),
        ("approve", Level.SOON, "10:05", False),
    ],
)
def test_the_answer_does_not_warn_beside_its_own_step(code, level, step_due, covered):
    assert is_covered(code, level, at(step_due) if step_due else None, ALARMS, at("10:00")) == covered


def heard_of(alerts):
    """Moments at which a person hears something, of alerts (second, priority)."""
    heard = []
    for second, grave in sorted(alerts):
        now = at("09:00") + timedelta(seconds=second)
        if how_told(grave, now, heard, ALARMS) is Told.AUDIBLE:
            heard.append(now)
    return heard


@given(st.lists(st.tuples(st.integers(0, 8 * 3600), st.sampled_from(Priority)), max_size=300))
def test_nobody_hears_more_than_six_in_any_hour_or_ten_in_ten_minutes(alerts):
    heard = heard_of(alerts)
    for begin in heard:
        assert sum(begin <= at < begin + timedelta(hours=1) for at in heard) <= MOST_AN_HOUR
        assert sum(begin <= at < begin + timedelta(minutes=10) for at in heard) <= MOST_IN_TEN_MINUTES


def test_light_ones_leave_room_for_a_grave_one():
    now = at("10:00")
    heard = [now - timedelta(minutes=5)] * ALARMS.low
    assert how_told(Priority.LOW, now, heard, ALARMS) is Told.FOLDED
    assert how_told(Priority.MEDIUM, now, heard, ALARMS) is Told.AUDIBLE
    assert how_told(Priority.HIGH, now, [now] * ALARMS.medium, ALARMS) is Told.AUDIBLE
    assert how_told(Priority.HIGH, now, [], ALARMS, is_quiet=True) is Told.SILENT


def test_an_alert_is_set_aside_only_to_before_the_next_deadline():
    now, step, answer = at("10:00"), at("10:30"), at("17:00")
    assert shelf_ends([step, answer], now) == at("10:29:59")
    assert shelf_ends([step, answer], at("10:45")) == at("16:59:59")
    assert shelf_ends([step], at("10:45")) is None
    assert shelving(at("10:20"), "звоню в комитет", [step], now) is None
    assert shelving(at("10:20"), " ", [step], now).code == "shelf_without_reason"
    assert shelving(at("10:30"), "звоню", [step, answer], now).code == "shelf_past_deadline"
    assert shelving(at("10:50"), "звоню", [step], at("10:45")).code == "shelf_too_late"
    assert shelving(now, "звоню", [step], now).code == "shelf_in_the_past"


@pytest.mark.parametrize(
    ("alarms", "code"),
    [
        (AlarmRules(), None),
        (AlarmRules(low=0, medium=0, high=0), None),  # quiet altogether
        (AlarmRules(high=7), "alarm_rate_out_of_bounds"),
        (AlarmRules(low=5), "alarm_rate_out_of_bounds"),
        (AlarmRules(step_minutes=0), "alarm_lead_out_of_bounds"),
        (AlarmRules(answer_minutes=481), "alarm_lead_out_of_bounds"),
    ],
)
def test_what_a_region_may_settle(alarms, code):
    refused = alarms.refusal()
    assert (refused.code if refused else None) == code
