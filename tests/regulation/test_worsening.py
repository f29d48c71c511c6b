"""What got worse, and who did most to it: named only where it stands out from the rest."""

import pytest

from app.regulation.measures import Dimension, Figures
from app.regulation.worsening import find_worse


def parts_of(**returns):
    """Parts by dimension: so many returns of each."""
    return {
        Dimension(name): {number: Figures(returns=count) for number, count in enumerate(counts, start=1)}
        for name, counts in returns.items()
    }


@pytest.mark.parametrize(
    ("agencies", "topics", "said"),
    [
        ([70, 15, 15], [50, 50], (Dimension.AGENCY, 1, 70)),  # of three an even share would be a third
        ([34, 33, 33], [90, 5, 5], (Dimension.TOPIC, 1, 90)),  # agencies are even, one topic is not
        ([34, 33, 33], [50, 50], (None, None, 0)),
        ([9] * 11 + [1], [34, 33, 33], (None, None, 0)),  # nobody stands out
        ([12, *[4] * 22], [], (Dimension.AGENCY, 1, 12)),  # an eighth, three times an even share
        ([100], [], (Dimension.AGENCY, 1, 100)),
    ],
)
def test_a_part_is_named_where_it_stands_out(agencies, topics, said):
    [worse] = find_worse(Figures(returns=100), Figures(returns=50), parts_of(agency=agencies, topic=topics))

    assert (worse.dimension, worse.part, worse.cases) == said
    assert worse.of_cases == 100
