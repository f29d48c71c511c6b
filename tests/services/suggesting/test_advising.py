"""Advice on a card from the region's own decisions, with reasons; kept with the act, never acting."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from app.models import Agency, Case, History, Topic
from app.services import casework
from app.services.casework import Advised
from app.services.directories import read_directories
from app.services.incoming import Incoming
from app.services.places.matching import find_place
from app.services.places.naming import name_key
from app.services.registering import register
from app.services.suggesting.advising import LEARN_EVERY, Advisor, advisor_of
from app.services.verifying import verify
from app.services.views import Choice
from app.texts.suggesting import why_suggested

PITS, LIGHTS = "Глубокая яма на дороге, ул. {}, {}", "Не горят фонари, темно вечером, ул. {}, {}"


async def taught(desk, count=20):
    """So many pits went to one agency and so many lights to another."""
    many = [Incoming(PITS.format("Кирова", n), "vk", key=f"p{n}") for n in range(count)]
    many += [Incoming(LIGHTS.format("Ленина", n), "vk", key=f"l{n}") for n in range(count)]
    ids = (await register(desk.curator, many)).case_ids
    topics = {choice.name: choice.id for choice in (await read_directories(desk.curator)).topics}
    async with desk.database.write() as connection:
        for chosen, topic, agency in ((ids[:count], "Ямы", "ДОР"), (ids[count:], "Свет", "ЖКХ")):
            values = {"topic_id": topics[topic], "agency_id": desk.agencies[agency]}
            await connection.execute(Case.__table__.update().where(Case.id.in_(chosen)).values(**values))
    return ids


async def advised(desk, advisor, words):
    card = await desk.card(await desk.entered(words))
    return card, advisor.suggest(card, await read_directories(desk.curator))


async def test_topic_agency_and_reasons(desk):
    await taught(desk)
    advisor = Advisor()
    assert await advisor.refresh(desk.curator)
    _, found = await advised(desk, advisor, "Огромные ямы на дорогах, ул. Кирова")
    assert (found.topics[0].name, found.agencies[0].id) == ("Ямы", desk.agencies["ДОР"])
    assert found.topics[0].chance > 0.7
    assert {"ямы", "дорогах"} & set(found.topics[0].words)
    number, beginning = found.topics[0].alike
    assert number.startswith("46-")
    assert beginning.startswith("Глубокая яма")
    assert found.place.address == "ул. Кирова"
    assert found.learned_from == 40


async def test_the_agency_follows_the_topic_that_was_chosen(desk):
    await taught(desk)
    advisor = Advisor()
    await advisor.refresh(desk.curator)
    card, found = await advised(desk, advisor, "Огромные ямы на дорогах, ул. Кирова")
    directories = await read_directories(desk.curator)
    lights = next(choice.id for choice in directories.topics if choice.name == "Свет")
    first = advisor.suggest_agencies(card, directories, lights, "ул. Ленина")[0]
    assert found.agencies[0].id == desk.agencies["ДОР"]
    assert (first.id, first.of_topic) == (desk.agencies["ЖКХ"], (20, 20))
    assert why_suggested(first) == "из карточек этой темы сюда: 20 из 20"
    assert Advisor().suggest_agencies(card, directories, lights, "") == ()


async def test_without_enough_decisions_only_the_place_is_told(desk):
    await taught(desk, 5)
    advisor = Advisor()
    assert not await advisor.refresh(desk.curator)
    _, found = await advised(desk, advisor, "Яма, ул. Кирова, 3")
    assert (found.topics, found.agencies, found.place.address) == ((), (), "ул. Кирова, 3")


async def test_it_learns_anew_after_some_decisions_and_not_after_each(desk):
    ids = await taught(desk)
    advisor = Advisor()
    await advisor.refresh(desk.curator)
    async with desk.database.write() as connection:
        lost = Case.__table__.update().where(Case.id.in_(ids[: LEARN_EVERY - 1])).values(agency_id=None)
        await connection.execute(lost)
    assert not await advisor.refresh(desk.curator)
    async with desk.database.write() as connection:
        lost = Case.__table__.update().where(Case.id == ids[LEARN_EVERY - 1]).values(agency_id=None)
        await connection.execute(lost)
    assert await advisor.refresh(desk.curator)
    assert advisor.decisions == 30


async def test_a_topic_or_agency_that_was_switched_off_is_not_suggested(desk):
    await taught(desk)
    advisor = Advisor()
    await advisor.refresh(desk.curator)
    async with desk.database.write() as connection:
        await connection.execute(text("UPDATE agency SET active = false WHERE short_name = 'ДОР'"))
    _, found = await advised(desk, advisor, "Огромные ямы на дорогах")
    assert desk.agencies["ДОР"] not in [one.id for one in found.agencies]


async def test_the_decision_keeps_what_was_advised_and_the_history_holds(desk):
    case_id = await desk.entered("Яма")
    routing = desk.routing()
    shown = Advised((desk.topic,), (desk.agencies["ЖКХ"], desk.agencies["ДОР"]))
    routing = replace(routing, advised=shown)
    await desk.act(casework.route, desk.curator, case_id, routing)
    async with desk.database.read() as connection:
        query = select(History.payload).where(History.case_id == case_id).order_by(History.seq.desc()).limit(1)
        told = json.loads((await connection.execute(query)).scalar_one())["advised"]
        names = {row.uuid: row.short_name for row in await connection.execute(select(Agency.uuid, Agency.short_name))}
        topic = (await connection.execute(select(Topic.uuid).where(Topic.id == desk.topic))).scalar_one()
    assert (told["topics"], [names[uuid] for uuid in told["agencies"]]) == ([topic], ["ЖКХ", "ДОР"])
    assert (await verify(desk.database)).findings == []


async def test_one_advisor_serves_all_windows_at_a_database(desk):
    assert advisor_of(desk.curator) is advisor_of(desk.curator)


LOCATIONS = (
    Choice(1, "Льговский район"),
    Choice(2, "г. Льгов", group="Льговский район"),
    Choice(3, "Город Курск"),
    Choice(4, "Курский муниципальный район"),
    Choice(5, "с. Ивановка", group="Льговский район"),
    Choice(6, "д. Ивановка", group="Курский муниципальный район"),
    Choice(7, "Щигры", active=False),
)


@pytest.mark.parametrize(
    ("words", "location", "address"),
    [
        ("Яма во Льгове на ул. Кирова, 5", 2, "ул. Кирова, 5"),
        ("в Льговском районе нет света", 1, ""),
        ("г.Курск, ул. Льговская, 7", 3, "ул. Льговская, 7"),
        ("Курский район, не ездит автобус", 4, ""),
        ("Курская область, помогите", None, ""),
        ("в селе Ивановка Льговского района", 5, ""),
        ("в деревне Ивановка Курского района", 6, ""),
        ("в Ивановке нет воды, село Ивановка", None, ""),
        ("город Щигры", None, ""),
        ("льгота не пришла", None, ""),
    ],
)
def test_the_entry_of_the_register_that_a_text_names(words, location, address):
    found = find_place(words, LOCATIONS)
    assert (found.location_id, found.address) == (location, address)


@pytest.mark.parametrize(
    ("words", "location", "address"),
    [
        ("Провалилась крыша на Студенческой", 3, "Студенческой"),  # the register knows that it is a street
        ("Идём с Вокзальной на Мирную", None, ""),
        ("в городе льгове темно", 2, ""),
        ("в деревне большие угоны нет воды", 8, ""),
        ("дом 5 деревни Большие Угоны", 8, "д. Большие Угоны, 5"),
    ],
)
def test_what_only_the_register_knows_for_a_place(words, location, address):
    locations = (*LOCATIONS, Choice(8, "д. Большие Угоны", group="Льговский район"))
    found = find_place(words, locations, {name_key("Студенческая"): frozenset({3})})
    assert (found.location_id, found.address) == (location, address)
