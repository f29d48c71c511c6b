"""How often time alone has counts read anew."""

from datetime import UTC, datetime, timedelta

import pytest

from app.services.views import QueueCounts
from app.ui.desk.presenter import recount_at

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("is_open", "changes_in", "after"), [(40, 5, 5), (40, None, None), (100_000, 1, 33), (100_000, 60, 60)]
)
def test_many_open_cases_are_counted_less_often_and_few_as_soon_as_a_count_changes(is_open, changes_in, after):
    changes_at = None if changes_in is None else NOW + timedelta(seconds=changes_in)
    counts = QueueCounts({"executors": is_open, "finished": 1_000_000}, (), changes_at=changes_at)

    assert recount_at(counts, NOW) == (None if after is None else NOW + timedelta(seconds=after))
