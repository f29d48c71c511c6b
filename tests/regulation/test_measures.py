"""The measures of a report: which way a change is."""

import pytest

from app.regulation.measures import BY_CODE


@pytest.mark.parametrize(("code", "before", "now", "turned"), [
    ("returns", 3, 4, -1), ("returns", 4, 3, 1), ("returns", 3, 3, 0), ("answered", 3, 4, 1), ("received", 3, 9, 0),
    ("answer_share", 0.95, 0.75, -1), ("answer_share", 0.95, 0.9495, 0), ("first_median", None, 60, 0),
])  # fmt: skip
def test_what_got_better_or_worse(code, before, now, turned):
    assert BY_CODE[code].turn(before, now) == turned
