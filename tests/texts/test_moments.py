"""Moments and durations as people read them: all of it Russian, no zero hours."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from app.regulation.shortcomings import Rule
from app.texts.memo import shortcoming_words
from app.texts.moments import duration, figure, moment_since, moment_when, near_moment, overdue, until_words, weekday
from tests.helpers.rules import rules

MOSCOW = ZoneInfo("Europe/Moscow")
MONDAY = datetime(2026, 11, 23, 11, 0, tzinfo=MOSCOW)


def test_every_day_of_the_week_is_russian():
    days = [weekday(MONDAY + timedelta(days=n), MOSCOW) for n in range(7)]

    assert days == ["пн", "вт", "ср", "чт", "пт", "сб", "вс"]


def test_a_moment_within_a_week_names_its_day():
    assert near_moment(MONDAY + timedelta(days=3), MONDAY, MOSCOW) == "чт 11:00"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(59, "меньше минуты"), (60, "1 мин"), (3599, "59 мин"), (3600, "1 ч 00 мин"), (-25 * 60, "25 мин")],
)
def test_hours_are_said_only_where_there_are_any(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "просрочено меньше чем на минуту"), (59, "просрочено меньше чем на минуту"), (-90, "просрочено на 1 мин")],
)
def test_what_is_overdue_for_seconds_is_said_as_people_say_it(seconds, words):
    assert overdue(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(40, "нарушен срок «Направить в орган» меньше чем на минуту"), (90, "нарушен срок «Направить в орган» на 1 мин")],
)
def test_so_is_a_shortcoming_of_seconds(seconds, words):
    found = SimpleNamespace(rule=Rule.LATE, clock="route", late_seconds=seconds, is_running=False, lost_step="")

    assert shortcoming_words(found, rules("kursk")) == words


@pytest.mark.parametrize(
    ("days", "when", "since", "until"),
    [
        (0, "в 11:00", "11:00", "до 11:00"),
        (-1, "вчера в 11:00", "11:00 вчера", "срок вчера 11:00"),
        (1, "завтра в 11:00", "11:00 завтра", "до завтра 11:00"),
        (-9, "14.11 в 11:00", "14.11 11:00", "срок 14.11 11:00"),
        (-400, "19.10.2025 в 11:00", "19.10.2025 11:00", "срок 19.10.2025 11:00"),
    ],
)
def test_a_moment_reads_well_after_its_preposition(days, when, since, until):
    at = MONDAY + timedelta(days=days)
    told = moment_when(at, MONDAY, MOSCOW), moment_since(at, MONDAY, MOSCOW), until_words(at, MONDAY, MOSCOW)

    assert told == (when, since, until)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(60, "0:01"), (59, "0:00:59"), (1, "0:00:01"), (0, "0:00"), (-1, "−0:00:01"), (-59, "−0:00:59"), (-60, "−0:01")],
)
def test_a_limit_that_is_just_over_reads_otherwise_than_one_that_is_just_kept(seconds, words):
    assert figure(seconds) == words
