"""Promised dates (п. 15): reminders, days left, the last day, and the rules of shifting, as tables."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.regulation import requirements
from app.regulation.clocks import Clock
from app.regulation.errors import Refusal
from app.regulation.profile import LimitKind
from app.regulation.promises import Reminder, days_left, last_day, nearest_working_day, reminder
from app.regulation.workflow import State
from tests.helpers.rules import at, rules

KURSK = rules("kursk")
CALENDAR = KURSK.agency
# Friday 5 June 2026; 12 June is a holiday (Friday).
NOW = at(KURSK, "2026-06-05 12:00")
# An interim answer of Wednesday 3 June: seven working days end on 15 June, the 12th being a holiday.
FINAL = Clock("final", 1, at(KURSK, "2026-06-03 12:00"), LimitKind.LIMIT, at(KURSK, "2026-06-09 18:00"))


def code(refused):
    assert refused is None or isinstance(refused, Refusal)
    return refused.code if refused else None


@pytest.mark.parametrize(
    ("promised", "today", "expected"),
    [
        ("2026-06-09", "2026-06-09", Reminder.DAY),
        ("2026-06-09", "2026-06-08", Reminder.EVE),
        ("2026-06-09", "2026-06-07", None),
        ("2026-06-09", "2026-06-10", None),
        ("2026-06-08", "2026-06-05", Reminder.EVE),  # Friday before a Monday
        ("2026-06-08", "2026-06-07", Reminder.EVE),  # and over the weekend
        ("2026-06-08", "2026-06-04", None),
        ("2026-06-15", "2026-06-11", Reminder.EVE),  # over the holiday
    ],
)
def test_people_are_reminded_on_the_working_day_before_and_on_the_day(promised, today, expected):
    assert reminder(date.fromisoformat(promised), date.fromisoformat(today), CALENDAR) is expected


def test_without_a_calendar_the_day_before_reminds():
    short = rules("kursk", years=(2019, 2026)).agency

    assert reminder(date(2027, 3, 10), date(2027, 3, 9), short) is Reminder.EVE
    assert reminder(date(2027, 3, 10), date(2027, 3, 8), short) is None


@pytest.mark.parametrize(
    ("promised", "today", "left"),
    [
        ("2026-06-09", "2026-06-09", 0),
        ("2026-06-09", "2026-06-08", 1),
        ("2026-06-15", "2026-06-11", 1),
        ("2026-06-09", "2026-06-05", 2),
        ("2026-06-05", "2026-06-08", -1),
    ],
)
def test_days_left_are_working_days(promised, today, left):
    assert days_left(date.fromisoformat(promised), date.fromisoformat(today), CALENDAR) == left


@given(st.dates(date(2025, 2, 1), date(2026, 11, 30)))
def test_the_nearest_working_days_stand_on_either_side_with_none_between(day):
    before, after = nearest_working_day(CALENDAR, day, -1), nearest_working_day(CALENDAR, day, 1)

    assert before < day < after
    between = [before + timedelta(days=n) for n in range(1, (after - before).days)]
    assert [near for near in between if near != day and CALENDAR.is_working_day(near)] == []


def test_the_last_day_counts_from_the_first_interim_answer_or_from_now():
    assert last_day(KURSK, FINAL, NOW) == date(2026, 6, 15)
    assert last_day(KURSK, None, NOW) == date(2026, 6, 17)
    assert last_day(rules("kuzbass"), FINAL, NOW) is None


@pytest.mark.parametrize(
    ("to", "refused"),
    [
        (None, "agreed_date_missing"),
        (date(2026, 6, 9), "date_unchanged"),
        (date(2026, 6, 5), "agreed_date_past"),
        (date(2026, 6, 8), None),  # earlier than promised is allowed
        (date(2026, 6, 13), "agreed_date_not_working"),
        (date(2026, 6, 12), "agreed_date_not_working"),
        (date(2026, 6, 15), None),
        (date(2026, 6, 16), "agreed_date_late"),
    ],
)
def test_a_date_is_shifted_to_a_working_day_within_the_limit(to, refused):
    assert code(requirements.shifted_date(to, NOW, KURSK, FINAL)) == refused


def test_a_holiday_is_refused_with_the_nearest_working_days():
    refused = requirements.shifted_date(date(2026, 6, 12), NOW, KURSK, FINAL)

    assert refused.params == {"date": date(2026, 6, 12), "before": date(2026, 6, 11), "after": date(2026, 6, 15)}


def test_a_holiday_at_the_limit_names_only_the_day_before():
    began = at(KURSK, "2026-06-02 12:00")  # seven working days: to Thursday 11 June
    final = Clock("final", 1, began, LimitKind.LIMIT, at(KURSK, "2026-06-09 18:00"))
    assert last_day(KURSK, final, NOW) == date(2026, 6, 11)

    assert code(requirements.shifted_date(date(2026, 6, 7), NOW, KURSK, final)) == "agreed_date_not_working"
    assert code(requirements.shifted_date(date(2026, 6, 12), NOW, KURSK, final)) == "agreed_date_late"


@pytest.mark.parametrize(
    ("final", "now", "refused"),
    [
        (None, NOW, "no_promise"),
        (FINAL, at(KURSK, "2026-06-09 18:00"), None),
        (FINAL, at(KURSK, "2026-06-09 18:01"), "promise_broken"),
    ],
)
def test_a_promise_that_has_passed_is_broken_not_shifted(final, now, refused):
    assert code(requirements.shifted_date(date(2026, 6, 15), now, KURSK, final)) == refused


@pytest.mark.parametrize(
    ("state", "words", "ground", "grounds", "refused"),
    [
        (State.NOT_PROCESSED, "", "harm", ("harm",), None),
        (State.NOT_PROCESSED, "ругается", "", ("harm",), "ground_missing"),
        (State.NOT_PROCESSED, "", "boredom", ("harm",), "ground_missing"),
        (State.NOT_PROCESSED, "ругается", "", (), None),  # the norm is not set: words instead
        (State.NOT_PROCESSED, " ", "", (), "reason_missing"),
        (State.OUTSIDE_COMPETENCE, " ", "harm", ("harm",), "reason_missing"),
        (State.OUTSIDE_COMPETENCE, "суд", "", ("harm",), None),
        (State.NO_REACTION, "", "", ("harm",), None),
    ],
)
def test_each_exit_needs_what_its_clause_needs(state, words, ground, grounds, refused):
    assert code(requirements.exit_reason(state, words, ground, grounds)) == refused


@pytest.mark.parametrize(("hours", "refused"), [(-1, "author_has_time"), (0, "author_has_time"), (1, None)])
def test_the_author_has_the_time_that_the_region_gives(hours, refused):
    waiting = Clock("await_author", 1, NOW - timedelta(days=3), LimitKind.LIMIT, NOW)

    assert code(requirements.no_reply(waiting, NOW + timedelta(hours=hours))) == refused


def test_without_a_limit_a_case_may_be_closed_at_any_time():
    assert requirements.no_reply(Clock("await_author", 1, NOW, LimitKind.STOPWATCH), NOW) is None
    assert requirements.no_reply(None, NOW) is None


@pytest.mark.parametrize(
    ("parts", "refused"),
    [((), None), (("where", "when"), None), (("where", "where"), "asked_unknown"), (("why",), "asked_unknown")],
)
def test_a_request_asks_what_where_and_when(parts, refused):
    assert code(requirements.asked(parts)) == refused


@pytest.mark.parametrize(
    ("link", "refused"),
    [("", None), ("https://vk.com/wall-1_2", None), ("vk.com/1", "link_malformed"), ("https://a b", "link_malformed")],
)
def test_a_reply_has_a_link_or_none(link, refused):
    assert code(requirements.reply_link(link)) == refused
