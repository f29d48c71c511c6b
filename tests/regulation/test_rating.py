"""The rating (п. 2): stays within bounds, never punishes good work, and little work proves little."""

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.regulation.measures import ClockFigures, Figures
from app.regulation.profile_file import ProfileError, parse
from app.regulation.rating import Sample, Standing, points, rate
from app.regulation.rating_rules import Component, RatingRules
from app.resources import resource
from tests.helpers.rules import rules

PROFILE = rules("kursk").profile
EVEN = RatingRules(prior=10)


def worked(answered, clean, complete, kept=0, late=0, overdue=0):
    clocks = {"draft": ClockFigures(met=kept, late=late), "answer": ClockFigures(running=overdue)}
    return Figures(
        received=answered + overdue, answered=answered, first_answered=answered, carried_out=overdue,
        clean=clean, complete=complete, clocks=clocks,
    )  # fmt: skip


def test_a_rating_worked_out_by_hand():
    """Two agencies, prior 10. Quality: 80 of 100 and 2 of 2, together 82 of 102 = 0.80392. The small one gains
    100 × (2 + 8.0392) / 12 = 83.66, the big one 100 × (80 + 8.0392) / 110 = 80.04; the rest is 100 for both."""
    figures = {1: worked(100, 80, 100, kept=50), 2: worked(2, 2, 2, kept=1)}

    rating = rate(figures, {1, 2}, PROFILE, EVEN)

    assert [row.agency for row in rating.rows] == [2, 1]
    small, big = rating.rows
    assert small.scores[Component.QUALITY].points == pytest.approx(83.66, abs=0.005)
    assert big.scores[Component.QUALITY].points == pytest.approx(80.04, abs=0.005)
    assert small.total == pytest.approx((83.66 + 300) / 4, abs=0.005)
    assert small.scores[Component.QUALITY].effect == pytest.approx((83.66 - 80.392) / 4, abs=0.005)


def test_few_messages_and_bodies_outside_the_act_are_not_rated():
    figures = {1: worked(10, 10, 10, kept=10), 2: worked(1, 1, 1), 3: worked(10, 10, 10)}

    rows = rate(figures, {1, 2}, PROFILE).rows

    assert [(row.agency, row.standing, row.place) for row in rows] == [
        (1, Standing.RATED, 1), (2, Standing.FEW, None), (3, Standing.OUTSIDE, None),
    ]  # fmt: skip


def test_a_reading_takes_everybody_in():
    profile = replace(PROFILE, readings=replace(PROFILE.readings, outside_agencies="act"))

    assert rate({3: worked(10, 10, 10)}, (), profile).rows[0].place == 1


def test_the_red_zone_and_shared_places():
    figures = {1: worked(50, 50, 50, 50), 2: worked(50, 50, 50, 50), 3: worked(50, 5, 5, 5, 45, 50)}

    rows = rate(figures, figures, PROFILE).rows

    assert [(row.place, row.standing) for row in rows] == [
        (1, Standing.RATED), (1, Standing.RATED), (3, Standing.RED),
    ]  # fmt: skip


def test_nobody_and_nothing_make_an_empty_rating():
    assert rate({}, (), PROFILE).rows == ()
    assert rate({1: Figures(received=5)}, {1}, PROFILE).rows[0].standing is Standing.FEW


SAMPLES = st.integers(0, 500).flatmap(lambda n: st.builds(Sample, st.integers(0, n), st.just(n)))
SHARES = st.floats(0, 1)
PRIORS = st.integers(0, 100)


@given(SAMPLES, SHARES, PRIORS)
def test_points_are_bounded(sample, mean, prior):
    assert -1e-9 <= points(sample, mean, prior) <= 100 + 1e-9


@given(SAMPLES, SHARES, PRIORS)
def test_one_more_good_case_never_lowers(sample, mean, prior):
    better = Sample(sample.good + 1, sample.cases + 1)

    assert points(better, mean, prior) >= points(sample, mean, prior) - 1e-9


@given(SAMPLES, SHARES, PRIORS)
def test_one_more_bad_case_never_raises(sample, mean, prior):
    worse = Sample(sample.good, sample.cases + 1)

    assert points(worse, mean, prior) <= points(sample, mean, prior) + 1e-9


@given(st.integers(0, 20), st.integers(1, 20), st.integers(2, 30), SHARES, st.integers(1, 100))
def test_little_work_stands_nearer_to_the_mean(good, more, times, mean, prior):
    small, big = Sample(good, good + more), Sample(good * times, (good + more) * times)
    distance = [abs(points(sample, mean, prior) - 100 * mean) for sample in (small, big)]

    assert distance[0] <= distance[1] + 1e-9


@given(st.dictionaries(st.integers(1, 9), st.integers(2, 40), min_size=1), st.data())
def test_effects_add_up_to_the_distance_from_mean_work(sizes, data):
    figures = {
        agency: worked(n, data.draw(st.integers(0, n)), data.draw(st.integers(0, n)), data.draw(st.integers(0, 9)))
        for agency, n in sizes.items()
    }

    rating = rate(figures, figures, PROFILE)

    weights = rating.rules.weights
    mean = sum(weights[c] * share for c, share in rating.mean.items()) / sum(weights[c] for c in rating.mean)
    for row in rating.rows:
        assert 0 <= row.total <= 100
        assert row.total == pytest.approx(mean + sum(score.effect for score in row.scores.values()))


EVENLY = "quantity = 25, quality = 25, speed = 25, completeness = 25"
TEXT = resource("regulations/kursk.toml").read_text(encoding="utf-8")


def test_shipped_weights_are_the_files_own():
    assert PROFILE.rating.clause == tomllib.loads(TEXT)["rating"]["clause"] == "2"
    assert set(PROFILE.rating.weights.values()) == {25}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("red = 60", "red = 101"),
        ("threshold = 2", "threshold = -1"),
        (EVENLY, EVENLY.replace("25", "0")),
        ("quantity = 25", "quantity = true"),
        ("quantity = 25", "volume = 25"),
    ],
)  # fmt: skip
def test_what_makes_no_rating_is_refused(line, code):
    assert line in TEXT
    at = TEXT.index("[rating]")

    with pytest.raises(ProfileError):
        parse(TEXT[:at] + TEXT[at:].replace(line, code, 1), "kursk.toml")
