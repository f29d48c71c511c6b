"""The chain of agencies against the answer's limit (п. 16)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.regulation.clocks import Facts
from app.regulation.profile import Importance
from app.regulation.relay import Fix, forecast
from app.services.regulations import shipped_rules

MOSCOW = ZoneInfo("Europe/Moscow")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW).astimezone(UTC)


@pytest.fixture(scope="module")
def rules():
    return shipped_rules("kursk")


def test_two_links_fit_a_morning_message(rules):
    chain = forecast(rules, 2, at("2026-11-17T09:10"), at("2026-11-17T09:00"), Facts())

    assert [(slot.step, slot.link) for slot in chain.slots] == [
        ("link", 0),
        ("link", 1),
        ("approve", None),
        ("publish", None),
    ]
    assert chain.slots[1].end == at("2026-11-17T13:10")
    assert chain.slots[-1].end == at("2026-11-17T15:10")
    assert chain.answer_due == at("2026-11-17T18:00")
    assert chain.draft_due == at("2026-11-17T17:00")
    assert chain.slack_seconds == (2 * 60 + 50) * 60
    assert chain.fixes == ()


def test_four_links_do_not_fit_and_three_would(rules):
    chain = forecast(rules, 4, at("2026-11-17T09:10"), at("2026-11-17T09:00"), Facts())

    assert not chain.fits
    assert chain.slack_seconds == -70 * 60
    assert chain.fixes == (Fix("fewer_links", 3), Fix("interim"))


def test_high_importance_names_the_normal_limit_as_a_way_out(rules):
    chain = forecast(rules, 2, at("2026-11-17T09:10"), at("2026-11-17T09:00"), Facts(importance=Importance.HIGH))

    assert chain.answer_due == at("2026-11-17T13:00")
    assert chain.fixes == (Fix("normal_importance"), Fix("interim"))


def test_overshoot_that_falls_at_night_is_told_by_the_clock(rules):
    chain = forecast(rules, 3, at("2026-11-17T12:00"), at("2026-11-17T09:00"), Facts())

    assert chain.slots[-1].end == at("2026-11-17T20:00")
    assert chain.slack_seconds == -2 * 3600


def test_kuzbass_sets_no_limit_so_nothing_can_overshoot():
    chain = forecast(shipped_rules("kuzbass"), 5, at("2026-11-17T12:00"), at("2026-11-17T09:00"), Facts())

    assert chain.answer_due is None
    assert chain.fits
