"""Search finds cases by what people remember of them, the same on both databases, and only for whom they concern."""

import random

import pytest
from sqlalchemy import text, update

from app.models import Case
from app.models.migrations import upgrade
from app.regulation.workflow import State
from app.services import casework, queries, search
from app.services.background.worker import seat_program
from app.services.changes import Feed
from app.services.desk_settings import DeskSettings, set_settings
from app.services.folding import excerpt
from app.services.handing_over import take_leg
from app.services.incoming import Incoming
from app.services.registering import register
from app.services.retention import anonymise
from app.services.selection import Selection
from app.services.suggesting.wording import stem
from tests.helpers.staffed import LINK

TEXTS = ["На Садовой глубокие ямы", "Погас фонарь у школы", "Третий день нет воды в домах по улице Мира"]


async def found(who, query, queue=queries.EVERYWHERE):
    return [row.excerpt for row in await queries.list_queue(who, Selection(queue, query))]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("яма на садовую", TEXTS[:1]),
        ("ЯМАМИ", TEXTS[:1]),
        ("фонари школа", TEXTS[1:2]),
        ("школ", TEXTS[1:2]),
        ("шк", TEXTS[1:2]),
        ("фанарь", TEXTS[1:2]),
        ("фноарь", TEXTS[1:2]),
        ("фонрь у школы", TEXTS[1:2]),
        ("фоонари школв", TEXTS[1:2]),
        ("дом", TEXTS[2:]),
        ("садовая фонарь", []),
        ("кот", []),
    ],
)
async def test_words_are_found_in_any_form_unfinished_and_misspelt(desk, query, expected):
    await register(desk.curator, [Incoming(words, "vk") for words in TEXTS])

    assert await found(desk.curator, query) == expected
    assert await found(desk.curator, query, "stream") == expected


ODD = "Код 2e3а5, 1e5, 12абв и аб12, № 007; xe7 " + "ж" * 61 + " " + "ъ" * 60


ODD_QUERIES = ["2e3а5", "1e5", "12абв", "аб12", "007", "xe7", "ж" * 61, "ъ" * 60, "улица кривая 2e3а5"]


@pytest.mark.parametrize("query", ODD_QUERIES)
async def test_odd_words_are_found_as_they_were_written(desk, query):
    """The parser of a server would cut some of these in two and pass over others."""
    await register(desk.curator, [Incoming(ODD, "vk", place="Кривая улица"), Incoming("Код 2 e3 а5 жжж ъъъ", "vk")])

    assert await found(desk.curator, query) == [excerpt(ODD)]


async def test_a_server_takes_texts_apart_as_the_program_does(desk):
    if desk.database.is_sqlite:
        return
    chance = random.Random(46)
    signs = ["0123456789", "abcde", "абвгдежиья", "012eаb", "абя .,-", "улицами ", "x№/@_'&;:e1"]
    texts = ["".join(chance.choices(chance.choice(signs), k=chance.randint(1, 30))) for _ in range(3000)]
    texts += ["слово " * 40_000, "жж" * 50_000]
    taken = text("SELECT tsvector_to_array(guard.stems_of(told)) FROM unnest(CAST(:texts AS text[])) told")
    async with desk.database.write() as connection:  # as the owner, who may ask the guards' functions
        stems = (await connection.execute(taken, {"texts": texts})).scalars().all()
    expected = [{stem(word[:60]) for word in search._WORD.findall(one)} for one in texts]
    assert [set(one) for one in stems] == expected


async def test_a_batch_is_put_into_the_index_once_and_found_at_once(desk):
    await register(desk.curator, [Incoming(f"{words} {n}", "vk", author_name="Анна") for n, words in enumerate(TEXTS)])

    assert len(await queries.list_queue(desk.curator, Selection("stream", "анна"))) == len(TEXTS)
    if not desk.database.is_sqlite:  # each writing of a row takes a place of its own in the page
        async with desk.database.read() as connection:
            places = await connection.execute(text("SELECT (ctid::text::point)[1] FROM guard.search_entry ORDER BY 1"))
        assert places.scalars().all() == [1, 2, 3]


async def test_what_is_nearly_alike_shows_only_where_nothing_else_does(desk):
    await register(desk.curator, [Incoming("Лифт стоит", "vk"), Incoming("Листва горит", "vk")])

    [row] = await queries.list_queue(desk.curator, Selection("stream", "лист"))
    assert (row.excerpt, row.rank) == ("Листва горит", search.WORDS)
    [row] = await queries.list_queue(desk.curator, Selection("stream", "ливт"))
    assert (row.excerpt, row.rank) == ("Лифт стоит", search.NEAR)
    assert await queries.read_rows(desk.curator, Selection("stream", "ливт"), [row.id]) == [row]
    other = await queries.list_queue(desk.curator, Selection("stream", "листва"))
    # a case that changed is no match because it is nearly alike, where others are found by the words themselves
    assert await queries.read_rows(desk.curator, Selection("stream", "лифтов листва"), [row.id]) == []
    assert await queries.read_rows(desk.curator, Selection("stream", "листва"), [row.id, other[0].id]) == other


async def test_a_number_and_a_name_come_first(desk):
    first = await desk.entered("Просто яма", author_name="Анна Петрова")
    number = (await desk.card(first)).number
    await desk.entered(f"Дом {number.rpartition('-')[2]}, пишет Петрова")

    for query in (number, number.partition("-")[2], number.rpartition("-")[2]):
        rows = await queries.list_queue(desk.curator, Selection("inbox", query))
        assert (rows[0].id, rows[0].rank) == (first, search.EXACT)
    rows = await queries.list_queue(desk.curator, Selection("inbox", "петрова"))
    assert [row.rank for row in rows] == [search.EXACT, search.WORDS]
    assert [row.id for row in await queries.list_queue(desk.curator, Selection("inbox", "анна петр"))] == [first]


async def test_what_was_settled_and_answered_later_is_found(desk):
    case_id = await desk.entered("Темно")
    await desk.act(casework.route, desk.curator, case_id, desk.routing())

    assert [row.id for row in await queries.list_queue(desk.curator, Selection("executors", "щигровской"))] == [case_id]


@pytest.mark.parametrize("queue", ["stream", queries.EVERYWHERE])
async def test_pages_follow_one_another_without_a_gap(desk, queue):
    names = ["Яма"] * 3 + [""] * 5
    await register(desk.curator, [Incoming(f"Яма {n}", "vk", author_name=name) for n, name in enumerate(names)])

    rows, after = [], None
    while page := await queries.list_queue(desk.curator, Selection(queue, "яма"), after, limit=2):
        rows, after = [*rows, *page], page[-1]

    assert len({row.id for row in rows}) == len(rows) == 8
    assert [row.rank for row in rows] == [search.EXACT] * 3 + [search.WORDS] * 5
    at_once = await queries.list_queue(desk.curator, Selection(queue, "яма"))
    assert [row.id for row in rows] == [row.id for row in at_once]


@pytest.mark.program
async def test_pages_of_an_agency_begin_with_ones_own_work(desk):
    for number in range(5):
        await desk.routed(text=f"Яма {number}")
    taken = (await queries.list_queue(desk.executor, Selection("executors", "яма")))[-1]
    await desk.act(take_leg, desk.executor, taken.id)

    rows, after = [], None
    while page := await queries.list_queue(desk.executor, Selection("executors", "ямы"), after, limit=2):
        rows, after = [*rows, *page], page[-1]

    assert rows[0].id == taken.id
    at_once = await queries.list_queue(desk.executor, Selection("executors"))
    assert [row.id for row in rows] == [row.id for row in at_once]


@pytest.mark.program
async def test_what_was_entered_long_ago_is_found_after_what_is_new(desk):
    made = []
    for number, after in enumerate((0, 10, 5_000, 40_000, 300_000, 900_000)):
        if not desk.database.is_sqlite:  # as if so many cases stood between
            async with desk.database.write() as connection:
                moved = text("SELECT setval(pg_get_serial_sequence('\"case\"', 'id'), :after)")
                await connection.execute(moved, {"after": after + 100})
        made.append(await desk.entered(f"Яма {number} {'снег' if number < 2 else ''}"))

    async def ids(query, **more):
        return [row.id for row in await queries.list_queue(desk.curator, Selection(queries.EVERYWHERE, query), **more)]

    assert await ids("яма") == made[::-1]
    assert await ids("яма", limit=2) == made[:3:-1]
    third = (await queries.list_queue(desk.curator, Selection(queries.EVERYWHERE, "яма"), limit=3))[-1]
    assert await ids("яма", after=third) == made[2::-1]
    assert await ids("снег") == made[1::-1]
    assert await ids("снек") == made[1::-1]


@pytest.mark.program
async def test_what_is_closed_is_found_among_its_like(desk):
    answered = await desk.answered()
    excluded = [await desk.entered(f"Яма номер {number}") for number in range(3)]
    for case_id in excluded:
        desk.clock.move(hours=5)
        await desk.act(casework.exclude, desk.curator, case_id, State.NO_REACTION, "Шутка")

    async def ids(queue, **more):
        return [row.id for row in await queries.list_queue(desk.curator, Selection(queue, "яма"), **more)]

    assert await ids("finished") == [answered]
    assert await ids("inbox") == []
    assert await ids("excluded") == excluded[::-1]
    first, second = await queries.list_queue(desk.curator, Selection("excluded", "яма"), limit=2)
    assert await ids("excluded", after=first) == [second.id, excluded[0]]


@pytest.mark.program
async def test_the_index_of_a_server_stays_true_through_all_acts(desk):
    if desk.database.is_sqlite:
        return  # its entries say nothing of where a case stands
    await desk.answered()
    moved = await desk.routed(text="Яма у школы")
    await desk.act(casework.return_to_curator, desk.executor, moved, "Не наша улица")
    await desk.act(casework.reroute, desk.curator, moved, desk.routing("Льгов"))
    gone = await desk.entered("Яма во дворе", author_name="Анна")
    await desk.act(casework.exclude, desk.curator, gone, State.NO_REACTION, "Шутка")

    entries = text("SELECT case_id, words::text FROM guard.search_entry ORDER BY 1")
    async with desk.database.write() as connection:
        kept = (await connection.execute(entries)).all()
        await connection.execute(text("SELECT guard.index_cases(ARRAY(SELECT case_id FROM guard.search_entry))"))
        assert kept == (await connection.execute(entries)).all()
    assert len(kept) == 3
    assert all("'=open'" in words or "'=a" in words for _, words in kept)


async def test_what_changes_while_its_entry_is_made_is_put_in_the_next_time(desk, monkeypatch):
    if not desk.database.is_sqlite:
        return
    await register(desk.curator, [Incoming(TEXTS[1], "vk")])
    read = search._facts

    async def changed_meanwhile(connection, due):
        facts = await read(connection, due)
        monkeypatch.setattr(search, "_facts", read)
        async with desk.database.write() as other:
            await other.execute(update(Case).values(folded="погас светофор"))
        return facts

    monkeypatch.setattr(search, "_facts", changed_meanwhile)
    await search.index_due(desk.curator)

    assert await found(desk.curator, "светофор") == [TEXTS[1]]
    assert await found(desk.curator, "фонарь") == []


async def test_everyone_finds_what_they_may_see(desk):
    mine = await desk.routed(text="Яма у школы")
    theirs = await desk.routed("Льгов", text="Яма у больницы")
    waiting = await desk.entered("Яма у вокзала")

    for who, expected in [
        (desk.curator, [waiting, theirs, mine]), (desk.chief, [waiting, theirs, mine]), (desk.executor, [mine]),
        (desk.lgov, [theirs]), (desk.nobodys, []), (desk.wall, []),
    ]:  # fmt: skip
        assert [row.id for row in await queries.list_queue(who, Selection(queries.EVERYWHERE, "яма"))] == expected
    assert await found(desk.executor, "больницы") == await found(desk.executor, "больница") == []
    assert await found(desk.executor, "болница") == []


@pytest.mark.program
async def test_a_name_that_was_erased_is_not_found(desk):
    case_id = await desk.entered("Яма во дворе", author_name="Анна Кошкина", link=LINK)
    await casework.exclude(desk.curator, case_id, (await desk.card(case_id)).version, State.NO_REACTION, "Шутка")
    assert await found(desk.curator, "кошкина") == ["Яма во дворе"]
    await set_settings(desk.admin, DeskSettings(retention_months=1))
    desk.clock.move(days=70)

    assert await anonymise(await seat_program(desk.database, Feed())) == 1

    assert await found(desk.curator, "кошкина") == []
    assert await found(desk.curator, "яма") == ["Яма во дворе"]
    if desk.database.is_sqlite:
        async with desk.database.read() as connection:
            left = await connection.execute(text("SELECT count(*) FROM search_entry_data WHERE block LIKE :name"),
                                            {"name": "%кошкин%".encode()})
            assert left.scalar_one() == 0


@pytest.mark.program
async def test_cases_of_a_region_that_was_there_before_are_found(desk):
    await register(desk.curator, [Incoming(words, "vk") for words in TEXTS])
    assert await found(desk.curator, "яма")
    index = "search_entry" if desk.database.is_sqlite else "guard.search_entry"
    async with desk.database.write() as connection:
        await connection.execute(text(f"DELETE FROM {index}"))
    assert await found(desk.curator, "яма") == []

    async with desk.database.write() as connection:
        await connection.run_sync(upgrade)

    assert await found(desk.curator, "яма") == TEXTS[:1]


@pytest.mark.parametrize(
    ("query", "pieces"),
    [
        ("", ()),
        (" % ", ()),
        ("В Курске", (search.Piece(("курске",), "", True),)),
        ("в", (search.Piece(("в",), "", True),)),
        ("дом 15 кв", (search.Piece(("дом",)), search.Piece(("15",)), search.Piece(("кв",), "", True))),
        ("004217", (search.Piece(("004217",), "№4217", True),)),
        ("2026-004217", (search.Piece(("2026", "004217"), "№2026-4217", True),)),
        ("г.Курск", (search.Piece(("г", "курск"), "", True),)),
    ],
)
def test_a_query_is_taken_apart(query, pieces):
    assert search.pieces_of(query) == pieces
