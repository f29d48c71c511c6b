"""Queues: order, pages without doubles, the filter, and who sees what."""

import logging
from datetime import timedelta

import pytest

from app.models.listening import listening
from app.regulation.errors import Refused
from app.regulation.profile import Importance
from app.regulation.workflow import DraftKind, State
from app.services import case_link, casework, counting, queries
from app.services.incoming import Incoming
from app.services.registering import register
from app.services.selection import Selection
from app.services.sorting import Sorting
from tests.helpers.staffed import START


async def pages(place, queue, limit=7):
    rows, after = [], None
    while page := await queries.list_queue(place, Selection(queue), after, limit):
        rows += page
        after = page[-1]
    return rows


async def test_a_queue_is_sorted_by_least_time_left_and_pages_miss_nothing(desk):
    detected = [START - timedelta(minutes=(number * 7) % 30 // 5 * 5) for number in range(40)]  # many ties
    messages = [Incoming(f"Сообщение {n}", "vk", detected_at=moment) for n, moment in enumerate(detected)]
    await register(desk.curator, messages)

    rows = await pages(desk.curator, "inbox")

    assert len({row.id for row in rows}) == len(rows) == 40
    assert [(row.step.due_at, row.id) for row in rows] == sorted((row.step.due_at, row.id) for row in rows)
    assert rows == await queries.list_queue(desk.curator, Selection("inbox"))
    assert {row.step.code for row in rows} == {"route"}


@pytest.mark.parametrize("queue", ["stream", "excluded", "finished"])
async def test_queues_without_a_clock_show_the_newest_first(desk, queue):
    for minute in range(5):
        await register(desk.curator, [Incoming(f"{minute} {n}", "vk") for n in range(4)])
        desk.clock.move(minutes=1)
    cases = [row.id for row in await queries.list_queue(desk.curator, Selection("stream"))]
    if queue == "excluded":
        for case_id in cases[::-1]:
            await desk.act(casework.exclude, desk.curator, case_id, State.NO_REACTION, "")
    if queue == "finished":
        cases = [await desk.approved() if n == 0 else await _another(desk, n) for n in range(4)][::-1]
        for case_id in cases[::-1]:
            await desk.publish(case_id)
            desk.clock.move(seconds=1)

    rows = await pages(desk.curator, queue, limit=3)

    assert [row.id for row in rows] == [row.id for row in await queries.list_queue(desk.curator, Selection(queue))]
    assert len({row.id for row in rows}) == len(cases)
    moments = [row.collected_at if queue == "stream" else row.closed_at for row in rows]
    assert moments == sorted(moments, reverse=True)


async def _another(desk, number):
    case_id = await desk.routed(text=f"Яма {number}")
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Да")
    await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
    return case_id


async def test_cases_without_a_due_time_come_last_and_still_page(desk):
    for number in range(3):
        case_id = await desk.routed("Льгов", text=f"с {number}")
        await desk.act(casework.return_to_curator, desk.lgov, case_id, "не наше")
    for number in range(3):
        case_id = await desk.routed("Льгов", "ДОР", text=f"без {number}")
        await desk.act(casework.submit, desk.lgov, case_id, DraftKind.INFORMATION, "часть")

    rows = await pages(desk.curator, "returned", limit=2)

    assert [row.step.due_at is None and row.step.code for row in rows] == [False] * 3 + ["pass_on"] * 3


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("елка", {"Ёлка на площади упала"}),
        ("ЁЛКА упала", {"Ёлка на площади упала"}),
        ("упала елка", {"Ёлка на площади упала"}),
        ("100%", {"Скидка 100% на проезд"}),
        ("%", {"Скидка 100% на проезд"}),
        ("_", {"Пишет user_name про свет"}),
        ("user_n", {"Пишет user_name про свет"}),
        ("\\", {"Путь C:\\мусор"}),
        ("2026-000003", {"Пишет user_name про свет"}),
        ("нет такого", set()),
        ("   ", {"Ёлка на площади упала", "Скидка 100% на проезд", "Пишет user_name про свет", "Путь C:\\мусор"}),
    ],
)
async def test_the_filter_finds_words_and_signs_as_they_are(desk, query, found):
    texts = ["Ёлка на площади упала", "Скидка 100% на проезд", "Пишет user_name про свет", "Путь C:\\мусор"]
    await register(desk.curator, [Incoming(text, "vk") for text in texts])

    rows = await queries.list_queue(desk.curator, Selection("stream", query))

    assert {row.excerpt for row in rows} == found
    read = await queries.read_rows(desk.curator, Selection("stream", query), [row.id for row in rows])
    assert sorted(read, key=lambda row: row.id) == sorted(rows, key=lambda row: row.id)


async def test_overdue_counts_from_the_second_after_the_due_time(desk):
    case_id = await desk.entered()
    desk.clock.move(minutes=30)
    assert await queries.list_queue(desk.curator, Selection("overdue")) == []
    counts = await counting.count_queues(desk.curator)
    assert (counts.queues["inbox"], counts.queues["overdue"], counts.soon) == (1, 0, 1)
    desk.clock.move(seconds=1)
    assert [row.id for row in await queries.list_queue(desk.curator, Selection("overdue"))] == [case_id]
    counts = await counting.count_queues(desk.curator)
    assert (counts.queues["overdue"], counts.soon) == (1, 0)


async def test_a_breached_answer_shows_beside_a_step_in_time(desk):
    case_id = await desk.routed(importance=Importance.HIGH)
    desk.clock.move(hours=6)
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Поздно")

    [row] = await queries.list_queue(desk.curator, Selection("overdue"))

    assert (row.step.code, row.step.due_at > desk.clock.now(), row.answer_due_at < desk.clock.now()) == (
        "approve", True, True,
    )  # fmt: skip


async def test_executors_see_their_own_agencys_cases_and_nothing_else(desk):
    mine, theirs = await desk.routed("ДОР"), await desk.routed("Льгов", text="Другая")
    await desk.entered("Ничья")

    for who, queue, expected in [
        (desk.executor, "executors", [mine]), (desk.lgov, "executors", [theirs]), (desk.nobodys, "executors", []),
        (desk.wall, "executors", []), (desk.executor, "inbox", []), (desk.curator, "executors", [mine, theirs]),
        (desk.chief, "executors", [mine, theirs]),
    ]:  # fmt: skip
        assert sorted(row.id for row in await queries.list_queue(who, Selection(queue))) == expected
        assert (await counting.count_queues(who)).queues[queue] == len(expected)
    agency = desk.agencies["ДОР"]
    assert [row.id for row in await queries.list_queue(desk.curator, Selection(f"agency:{agency}"))] == [mine]
    assert await queries.list_queue(desk.lgov, Selection(f"agency:{agency}")) == []
    assert [a[:2] for a in (await counting.count_queues(desk.executor)).agencies] == [(agency, "ДОР")]


async def test_a_card_opens_only_for_whom_it_concerns(desk):
    case_id = await desk.routed("Льгов")

    for who in (desk.curator, desk.chief, desk.admin, desk.lgov):
        assert (await desk.card(case_id, who)).id == case_id
    for who in (desk.executor, desk.nobodys, desk.wall):
        with pytest.raises(Refused, match=r"another_agency|case_unknown"):  # PostgreSQL does not even show it
            await desk.card(case_id, who)
    with pytest.raises(Refused, match="case_unknown"):
        await desk.card(10_000)


async def test_a_case_is_found_by_its_messages_link(desk):
    case_id = await desk.entered(link="https://vk.com/wall-1_9")

    assert await case_link.find_by_link(desk.curator, " https://vk.com/wall-1_9 ") == case_id
    assert await case_link.find_by_link(desk.curator, "https://vk.com/wall-1_10") is None


async def test_a_paused_answer_is_not_overdue(desk):
    """A region that reads «приостанавливает»: the reading is put into the stored text of the regulation."""
    from sqlalchemy import func, select, update

    from app.models import Regulation, guards
    from app.regulation.profile_file import parse

    swap = func.replace(Regulation.text, 'clarification_effect = "met"', 'clarification_effect = "pauses"')
    async with desk.database.write() as connection:
        await connection.execute(update(Regulation).values(text=swap))
        [row] = (await connection.execute(select(Regulation.id, Regulation.key, Regulation.text))).all()
        await guards.learn_regulation(connection, row.id, parse(row.text, f"{row.key}.toml"))
    for place in desk.people.values():
        await place.load()
    case_id = await desk.approved(DraftKind.CLARIFICATION)
    await desk.publish(case_id, DraftKind.CLARIFICATION)
    desk.clock.move(days=10)

    assert await queries.list_queue(desk.curator, Selection("overdue")) == []
    [row] = await queries.list_queue(desk.curator, Selection("awaiting_author"))
    assert (row.step.code, row.answer_due_at) == ("await_author", None)


async def test_a_large_archive_is_counted_anew_once_a_minute_and_open_cases_each_time(desk, monkeypatch):
    monkeypatch.setattr(counting, "LARGE_ARCHIVE", 0)
    first, second = await desk.entered("Первая"), await desk.entered("Вторая")
    await desk.act(casework.exclude, desk.curator, first, State.OUTSIDE_COMPETENCE, "Не наш")

    async def counted():
        queues = (await counting.count_queues(desk.curator)).queues
        return queues["inbox"], queues["excluded"]

    assert await counted() == (1, 1)
    await desk.act(casework.exclude, desk.curator, second, State.OUTSIDE_COMPETENCE, "Не наш")
    assert await counted() == (0, 1)
    monkeypatch.setattr(counting, "ARCHIVE_SECONDS", 0.0)
    assert await counted() == (0, 2)


async def test_the_listening_connection_answers_as_the_pool_does(desk, caplog):
    if desk.database.is_sqlite:
        pytest.skip("nobody listens to a file by a connection of its own")
    moments = [START - timedelta(minutes=number // 3) for number in range(9)]
    await register(desk.curator, [Incoming(f"Сообщение {n}", "vk", detected_at=at) for n, at in enumerate(moments)])
    case_ids = [await desk.routed(text=f"Яма {n}") for n in range(5)]
    case_ids.append(await desk.answered())
    desk.clock.move(days=2)
    places = (desk.curator, ("inbox", "executors", "finished", "everywhere", "soon", "overdue", "excluded")), (
        desk.executor,
        ("executors", "finished"),
    )

    async def seen():
        rows = [await pages(place, queue, 2) for place, queues in places for queue in queues]
        words = "яма", "сообщшние", "001"
        queues = "inbox", "executors", "finished", "everywhere"
        others = [Selection(queue, each) for queue in queues for each in words]
        others += [Selection(queue, sorting=Sorting("place")) for queue in ("inbox", "executors", "overdue")]
        more = [await queries.list_queue(place, chosen) for place, _ in places for chosen in others]
        cards = [await desk.card(case_id, place) for place, _ in places for case_id in case_ids]
        assert {row.rank for page in more for row in page} == {0, 1, 2}
        assert more[-2], "the agency's own, too"
        return rows, more, cards, [await counting.count_queues(place) for place, _ in places]

    from_pool = await seen()
    caplog.set_level(logging.INFO, "app.models.listening")
    async with listening(desk.curator.database), listening(desk.executor.database):
        assert await seen() == from_pool
        asked = {"card", "inbox next 2", "overdue next 2", "closed", "counts", "attention"}
        assert {name for name, _ in desk.curator.questions} >= asked
        assert "did not answer" not in caplog.text
        with pytest.raises(Refused, match="case_unknown"):
            await desk.card(10**6)
