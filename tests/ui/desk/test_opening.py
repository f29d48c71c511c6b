"""A queue opens with a page, more than a screen shows, and the next one comes right behind."""

import asyncio

from app.services import casework, queries
from app.services.incoming import Incoming
from app.services.registering import register
from app.services.selection import Selection
from tests.helpers.journeys import desk  # noqa: F401
from tests.helpers.qt import until
from tests.helpers.windows import numbers, reading


async def many(window, count=2 * queries.PAGE + 20):
    """A stream longer than two pages; gives the ids."""
    found = await register(window.place, [Incoming(f"Яма номер {number}", "vk") for number in range(count)])
    await until(lambda: not reading(window) and window.page.queue == window.presenter.queue)
    return found.case_ids


async def open_stream(window):
    window.presenter.open_queue("stream")
    await until(lambda: window.page.queue == "stream")


def held(monkeypatch):
    """From now on what comes behind the first page waits, read already, until the event is set."""
    may, read, whole = asyncio.Event(), asyncio.Event(), queries.list_queue

    async def late(place, chosen, after=None, limit=queries.PAGE):
        rows = await whole(place, chosen, after, limit)
        if after is not None:
            read.set()
            await may.wait()
        return rows

    monkeypatch.setattr(queries, "list_queue", late)
    return may, read


async def test_a_page_is_shown_first_and_the_next_without_being_asked_for(desk, monkeypatch):  # noqa: F811
    window = await desk.sit()
    await many(window)
    may, _ = held(monkeypatch)
    await open_stream(window)
    await until(lambda: len(window.page.rows()) == queries.PAGE)
    assert window.page.view.viewport().height() < queries.PAGE * window.page.view.rowHeight(0)

    may.set()
    await until(lambda: len(window.page.rows()) == 2 * queries.PAGE)
    whole = await queries.list_queue(window.place, Selection("stream"), limit=2 * queries.PAGE)
    assert numbers(window) == [row.number for row in whole]


async def test_rows_behind_do_not_come_into_the_queue_gone_to_meanwhile(desk, monkeypatch):  # noqa: F811
    window = await desk.sit()
    await many(window)
    may, read = held(monkeypatch)
    await open_stream(window)
    await until(read.is_set)

    window.presenter.open_queue("inbox")
    await until(lambda: window.page.queue == "inbox")
    may.set()
    await until(lambda: not reading(window))
    assert window.page.rows() == []


async def test_what_changes_while_the_rest_is_read_is_shown_as_it_became(desk, monkeypatch):  # noqa: F811
    window = await desk.sit()
    ids = await many(window)
    may, read = held(monkeypatch)
    await open_stream(window)
    await until(read.is_set)
    behind = (await queries.list_queue(window.place, Selection("stream"), limit=queries.PAGE + 5))[-1]
    assert behind.id in ids

    await casework.detect(window.place, behind.id, behind.version)
    await until(lambda: not window.presenter._rows.is_running)
    may.set()
    await until(lambda: len(window.page.rows()) == 2 * queries.PAGE - 1)
    assert behind.number not in numbers(window)


async def test_a_queue_read_again_keeps_the_row_chosen_far_down(desk):  # noqa: F811
    window = await desk.sit()
    await many(window)
    await open_stream(window)
    await until(lambda: len(window.page.rows()) == 2 * queries.PAGE)
    last = window.page.rows()[-1].id
    window.page.view.choose(last)

    window.presenter.reload()
    await until(lambda: not reading(window))
    assert window.page.view.chosen_id() == last
