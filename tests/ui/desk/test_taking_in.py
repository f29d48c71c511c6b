"""What an import brings while it goes on: the desk does not run after every batch, and misses nothing."""

import asyncio

from app.services import queries
from app.services.changes import Change
from app.services.incoming import Incoming
from app.services.registering import register
from tests.helpers.journeys import desk  # noqa: F401
from tests.helpers.qt import until
from tests.helpers.windows import reading


async def batch(window, number):
    """One batch of an import, told as one is."""
    place = window.place
    found = await register(place, [Incoming(f"Яма номер {number}", "vk")])
    return found.case_ids


def counting(whole, read):
    """The same reading, noted in `read`."""
    return lambda *words, **named: read.append(1) or whole(*words, **named)


async def test_rows_are_read_when_the_queue_is_seen_again_and_not_before(desk, monkeypatch):  # noqa: F811
    window = await desk.sit(queue="stream")
    await until(lambda: not reading(window))
    read = []
    for name in ("read_rows", "list_queue"):
        monkeypatch.setattr(queries, name, counting(getattr(queries, name), read))
    window.places.show_place("page:imports")
    with monkeypatch.context() as quiet:
        quiet.setattr(window.place.feed, "tell", lambda _: None)
        ids = [case_id for number in range(3) for case_id in await batch(window, number)]
    for case_id in ids:
        window.place.feed.tell(Change(frozenset([case_id]), "act", goes_on=True))
    window.place.feed.tell(Change(frozenset()))
    await until(lambda: not reading(window))
    await asyncio.sleep(0)
    assert read == []

    window.places.show_place("stream")
    await until(lambda: {row.id for row in window.page.rows()} == set(ids))
    assert len(read) == 1


async def test_a_queue_that_is_seen_has_everything_as_soon_as_the_import_ends(desk, monkeypatch):  # noqa: F811
    window = await desk.sit(queue="stream")
    await until(lambda: not reading(window))
    with monkeypatch.context() as quiet:
        quiet.setattr(window.place.feed, "tell", lambda _: None)
        ids = [case_id for number in range(3) for case_id in await batch(window, number)]
    monkeypatch.setattr("app.ui.desk.pacing.SPREAD_SECONDS", 600.0)  # what may wait waits longer than this test
    for case_id in ids:
        window.place.feed.tell(Change(frozenset([case_id]), "act", goes_on=True))
    window.place.feed.tell(Change(frozenset()))

    await until(lambda: {row.id for row in window.page.rows()} == set(ids))
