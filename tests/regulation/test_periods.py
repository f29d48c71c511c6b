"""When background work falls due: by hand, and for any moment."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.regulation.periods import AfterMonth, Daily, Every
from app.services.regulations import shipped_hours, shipped_regulation

HOURS, _ = shipped_hours(shipped_regulation("kursk"))


def at(text):
    """A moment of Kursk's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=HOURS.zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("schedule", "now", "after", "due"),
    [
        (Every(300), "2026-11-26T12:04:59", "", ["2026-11-26T09:00:00Z"]),
        (Every(300), "2026-11-26T12:05:00", "2026-11-26T09:00:00Z", ["2026-11-26T09:05:00Z"]),
        (Every(300), "2026-11-26T12:09:59", "2026-11-26T09:05:00Z", []),
        (Every(300), "2026-11-26T19:00:00", "2026-11-26T09:05:00Z", ["2026-11-26T16:00:00Z"]),  # missed are gone
        (Daily(), "2026-11-26T00:00:00", "2026-11-25", ["2026-11-26"]),
        (Daily(), "2026-11-26T23:59:59", "2026-11-26", []),
        (Daily(time(8)), "2026-11-26T07:59:59", "2026-11-24", ["2026-11-25"]),
        # 1–8 January are holidays, and 9 January 2026 is a transferred day off: the 12th is the first working day
        (AfterMonth(), "2026-01-12T08:59:59", "", ["2025-11"]),
        (AfterMonth(), "2026-01-12T09:00:00", "2025-11", ["2025-12"]),
        (AfterMonth(), "2026-11-26T12:00:00", "2026-07", ["2026-08", "2026-09", "2026-10"]),
        (AfterMonth(), "2026-11-26T12:00:00", "2026-10", []),
        (AfterMonth(), "2026-11-01T12:00:00", "2026-09", []),  # a Sunday
        (AfterMonth(), "2026-11-02T09:00:00", "2026-09", ["2026-10"]),
    ],
)
def test_what_is_due(schedule, now, after, due):
    assert schedule.due(at(now), HOURS, after) == due


@given(
    st.integers(0, 670 * 86400).map(lambda seconds: datetime(2025, 2, 1, tzinfo=UTC) + timedelta(seconds=seconds)),
    st.sampled_from([Every(15), Every(300), Daily(), Daily(time(9, 30)), AfterMonth(), AfterMonth(time(17))]),
)
def test_nothing_is_due_before_the_next_moment_and_one_period_is_then(now, schedule):
    done = schedule.due(now, HOURS, "")[-1]
    coming = schedule.next_due(now, HOURS)
    assert coming > now
    assert schedule.due(coming - timedelta(seconds=1), HOURS, done) == []
    assert len(schedule.due(coming, HOURS, done)) == 1
