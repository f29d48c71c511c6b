"""The usual band: how wide it is, which days it is made from, and that it holds what it promises."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.regulation.usual import Usual, counts_by, days_like, usual


def test_of_fewer_than_three_days_nothing_is_known():
    assert usual([]) is None
    assert usual([58, 61]) is None


@pytest.mark.parametrize(
    ("counts", "count", "verdict"),
    [([50, 60, 55], 55, "usual"), ([50, 60, 55], 120, "more"), ([50, 60, 55], 10, "less"),
     ([0, 0, 0], 1, "usual"), ([0, 0, 0], 8, "more"),
     ([1, 0, 2, 1], 3, "usual"), ([1, 0, 2, 1], 9, "more")],
)  # fmt: skip
def test_a_count_is_held_against_the_band(counts, count, verdict):
    band = usual(counts)
    assert band is not None
    assert band.verdict(count) == verdict


@given(st.lists(st.integers(0, 3000), min_size=3, max_size=8))
def test_the_mean_lies_in_its_band(counts):
    band = usual(counts)
    assert band is not None
    assert 0 <= band.low <= band.mean + 1
    assert band.high >= band.mean - 1


@pytest.mark.parametrize("mean", [4, 40, 60, 400])
def test_eighty_days_in_a_hundred_stay_within_the_band(mean):
    chance = random.Random(7)

    def day():
        return sum(chance.random() < mean / 2000 for _ in range(2000))

    trials = 300
    inside = sum(usual([day() for _ in range(8)]).verdict(day()) == "usual" for _ in range(trials))
    assert 0.72 <= inside / trials <= 0.95


def test_the_band_of_large_and_small_means_meets_where_the_formula_changes():
    below, above = usual([49, 49, 50, 50, 49, 49]), usual([50, 50, 51, 51, 50, 50])
    assert abs(below.low - above.low) <= 2
    assert abs(below.high - above.high) <= 2


def test_days_like_a_tuesday_leave_out_holidays_and_days_before_the_first():
    tuesday = date(2026, 1, 27)

    def is_working(day):
        return day.weekday() < 5 and day != date(2026, 1, 6)

    assert days_like(tuesday, is_working, date(2025, 12, 30)) == [
        date(2026, 1, 20), date(2026, 1, 13), date(2025, 12, 30),
    ]  # fmt: skip
    holiday = date(2026, 1, 6)
    assert days_like(holiday, is_working, date(2025, 12, 1)) == []


def test_what_came_by_this_second_is_counted():
    assert counts_by([[10, 20, 30], [], [20]], 20) == [2, 0, 1]
    assert Usual(1, 2.0, 3).verdict(3) == "usual"
