"""A queue narrowed to a topic or an agency: what is kept, and what can be chosen."""

from app.regulation.workflow import DraftKind
from app.services import casework, narrowing, queries
from app.services.directories import read_directories
from app.services.incoming import Incoming
from app.services.narrowing import Narrowing, Occurrences, Occurring
from app.services.registering import register
from app.services.selection import Selection


async def shown(desk, queue, query="", **only):
    return [row.id for row in await queries.list_queue(desk.curator, Selection(queue, query, only=Narrowing(**only)))]


def topics_of(directories):
    return {topic.name: topic.id for topic in directories.topics}


async def test_a_queue_keeps_what_is_of_the_topic_or_of_one_under_it(desk):
    routed = await desk.routed()
    came_with = (await register(desk.curator, [Incoming("Канава", "vk", topic="Ямы")])).case_ids[0]
    await register(desk.curator, [Incoming("Совсем другое", "vk", topic="Свет")])
    ids = topics_of(await read_directories(desk.curator))

    for topic in ("Ямы", "Дороги"):
        assert await shown(desk, "executors", topic=ids[topic]) == [routed]
        assert came_with in await shown(desk, "stream", topic=ids[topic])
    assert await shown(desk, "stream", topic=ids["Ямы"]) == [came_with]
    assert await shown(desk, "executors", topic=ids["Свет"]) == []
    assert await shown(desk, "executors", topic=ids["Ямы"], query="канава") == []


async def test_a_queue_keeps_what_is_with_the_agency_also_when_a_change_is_read(desk):
    ours, theirs = await desk.routed(), await desk.routed("Льгов", text="Канава")
    only = Narrowing(agency=desk.agencies["Льгов"])

    assert await shown(desk, "executors", agency=desk.agencies["ДОР"]) == [ours]
    changed = await queries.read_rows(desk.curator, Selection("executors", "", only), [ours, theirs])
    assert [row.id for row in changed] == [theirs]


async def test_what_can_be_chosen_is_what_occurs_and_how_often(desk):
    await desk.routed()
    await desk.routed(text="Канава")
    await desk.routed("Льгов", text="Лужа")
    await register(desk.curator, [Incoming("Темно", "vk", topic="Свет")])
    ids = topics_of(await read_directories(desk.curator))

    found = await queries.list_occurring(desk.curator, Selection("executors"))
    assert found.topics == (Occurring(ids["Дороги"], "Дороги", 3), Occurring(ids["Ямы"], "Ямы", 3, "Дороги"))
    assert [(one.name, one.count) for one in found.agencies] == [("ДОР", 2), ("Льгов", 1)]
    assert found.counted is None

    in_stream = await queries.list_occurring(desk.curator, Selection("stream"))
    assert ids["Свет"] in [one.id for one in in_stream.topics]
    searched = await queries.list_occurring(desk.curator, Selection("executors", "канава"))
    assert [one.count for one in searched.topics] == [1, 1]
    assert await queries.list_occurring(desk.lgov, Selection("executors")) == Occurrences(
        (Occurring(ids["Дороги"], "Дороги", 1), Occurring(ids["Ямы"], "Ямы", 1, "Дороги")),
        (Occurring(desk.agencies["Льгов"], "Льгов", 1),),
    )


async def test_of_an_archive_the_newest_are_counted_and_everything_else_can_be_chosen_too(desk, monkeypatch):
    monkeypatch.setattr(narrowing, "MOST_COUNTED", 2)
    for number, (agency, who) in enumerate((("Льгов", desk.lgov), ("ДОР", desk.executor), ("ДОР", desk.executor))):
        desk.clock.move(minutes=1)
        case_id = await desk.routed(agency, text=f"Яма {number}")
        await desk.act(casework.submit, who, case_id, DraftKind.ANSWER, "Заделаем")
        await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
        await desk.publish(case_id, who=who, link=f"https://vk.com/wall-1_2?reply={number}")

    found = await queries.list_occurring(desk.curator, Selection("finished"))

    assert found.counted == 2
    assert [(one.name, one.count) for one in found.topics] == [("Дороги", 2), ("Ямы", 2), ("Свет", 0)]
    assert [(one.name, one.count) for one in found.agencies] == [("ДОР", 2), ("ЖКХ", 0), ("Льгов", 0)]
    assert len(await shown(desk, "finished", agency=desk.agencies["Льгов"])) == 1
    mine = await queries.list_occurring(desk.executor, Selection("finished"))
    assert [(one.name, one.count) for one in mine.agencies] == [("ДОР", 2)]
