"""Pages: each queue has its turn, and a breach is never turned away."""

from hypothesis import given
from hypothesis import strategies as st

from app.ui.wall.paging import page_of
from tests.helpers.wall import queue

LATE_OF_20 = st.lists(st.booleans(), max_size=20)


def queues_of(lates):
    """Queues as the service gives them: late ones first."""
    made = [queue(None, 3, int(late)) for late in sorted(lates, reverse=True)]
    return [type(each)(number, f"Орган {number}", *_rest(each)) for number, each in enumerate(made)]


def _rest(each):
    return each.open, each.late, each.soon, each.oldest_at, each.nearest


@given(LATE_OF_20, st.integers(1, 12), st.integers(0, 100))
def test_a_page_holds_what_fits_and_a_breach_always(lates, room, turn):
    queues = queues_of(lates)
    page = page_of(queues, room, turn)

    assert len(page.shown) <= room
    assert sorted(q.agency_id for q in (*page.shown, *page.others)) == list(range(len(queues)))
    late = [q for q in queues if q.late]
    assert list(page.shown[: min(len(late), room)]) == late[:room]


@given(LATE_OF_20, st.integers(1, 12))
def test_every_queue_has_its_turn_where_breaches_leave_room(lates, room):
    queues = queues_of(lates)
    pages = page_of(queues, room, 0).pages
    seen = {q.agency_id for turn in range(pages) for q in page_of(queues, room, turn).shown}

    expected = set(range(len(queues))) if sum(lates) < room else set(range(min(room, len(queues))))
    assert seen == expected


def test_pages_are_of_one_length_and_counted_from_one():
    pages = [page_of(queues_of([False] * 13), 9, turn) for turn in range(3)]
    assert [(len(p.shown), p.number, p.pages) for p in pages] == [(7, 1, 2), (6, 2, 2), (7, 1, 2)]
