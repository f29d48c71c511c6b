"""Officials who never sign in: who oversees a question on a day, and the register an administrator keeps."""

from datetime import date

import pytest
from sqlalchemy import select

from app.models import Topic
from app.regulation.errors import Refused
from app.services.journal import read_journal
from app.services.officials import (
    OfficialFacts,
    add_official,
    change_official,
    list_officials,
    officials_of,
    overseers_of,
)
from app.services.registers.keeping import former_names
from app.services.verifying import verify

DAY = date(2026, 6, 1)


async def group(desk):
    """The id of the topic group that the desk's topic is in."""
    async with desk.database.read() as connection:
        return (await connection.execute(select(Topic.parent_id).where(Topic.id == desk.topic))).scalar_one()


def facts(name="Иванов И. И.", post="заместитель Губернатора по дорогам", **more):
    return OfficialFacts(name, post, **{"from_day": date(2026, 1, 1)} | more)


async def names(found):
    return [official.name for official in await found]


async def test_a_question_is_overseen_by_group_by_topic_and_by_agency(desk):
    roads = await group(desk)
    await add_official(desk.admin, facts("Группа", "пост А", topics=(roads,)))
    await add_official(desk.admin, facts("Тема", "пост Б", topics=(desk.topic,)))
    await add_official(desk.admin, facts("Орган", "пост В", agencies=(desk.agencies["ЖКХ"],)))

    assert await names(overseers_of(desk.curator, desk.topic, desk.agencies["ЖКХ"], DAY)) == ["Группа", "Тема", "Орган"]
    assert await names(overseers_of(desk.curator, roads, desk.agencies["ДОР"], DAY)) == ["Группа"]
    assert await names(overseers_of(desk.curator, None, None, DAY)) == []


@pytest.mark.parametrize(
    ("day", "found"),
    [(date(2026, 1, 31), []), (date(2026, 2, 1), ["А"]), (date(2026, 3, 1), ["А"]), (date(2026, 3, 2), [])],
)
async def test_first_and_last_day_are_in_office(desk, day, found):
    days = {"from_day": date(2026, 2, 1), "to_day": date(2026, 3, 1)}
    await add_official(desk.admin, facts("А", topics=(desk.topic,), **days))

    assert await names(overseers_of(desk.curator, desk.topic, None, day)) == found


async def test_who_acts_in_a_post_is_told_instead_of_who_holds_it(desk):
    await add_official(desk.admin, facts("Держит", topics=(desk.topic,)))
    days = {"from_day": date(2026, 5, 25), "to_day": date(2026, 6, 5)}
    await add_official(desk.admin, facts("И. о.", acting=True, topics=(desk.topic,), **days))

    assert await names(overseers_of(desk.curator, desk.topic, None, DAY)) == ["И. о."]
    assert await names(overseers_of(desk.curator, desk.topic, None, date(2026, 6, 6))) == ["Держит"]


async def test_officials_of_a_role(desk):
    await add_official(desk.admin, facts("Печать", "заместитель по печати", role="press"))
    await add_official(desk.admin, facts("Губернатор", "Губернатор", role="governor"))

    assert await names(officials_of(desk.curator, "press", DAY)) == ["Печать"]
    assert await names(officials_of(desk.curator, "governor", DAY)) == ["Губернатор"]
    assert await names(officials_of(desk.curator, "internal_policy", DAY)) == []


async def test_a_change_is_in_the_journal_and_the_old_name_is_kept(desk):
    official = await add_official(desk.admin, facts("Петрова", topics=(desk.topic,)))
    await change_official(desk.admin, official, 1, facts("Сидорова", agencies=(desk.agencies["ДОР"],)))

    (seen,) = await list_officials(desk.admin)
    assert (seen.name, seen.topics, seen.agencies, seen.version) == ("Сидорова", (), (desk.agencies["ДОР"],), 2)
    assert [entry.entry for entry in await read_journal(desk.admin, seen.uuid)] == [
        "official_added",
        "official_changed",
    ]
    assert "Петрова" not in str(await read_journal(desk.admin, seen.uuid))
    assert [former.name for former in await former_names(desk.admin, seen.uuid)] == ["Петрова"]
    assert (await verify(desk.database)).is_clean


async def test_the_second_of_two_administrators_is_told_and_nothing_is_lost(desk):
    official = await add_official(desk.admin, facts("Один", topics=(desk.topic,)))
    await change_official(desk.admin, official, 1, facts("Два", topics=(desk.topic,)))

    with pytest.raises(Refused) as refused:
        await change_official(desk.admin, official, 1, facts("Три"))

    assert refused.value.refusal.code == "record_changed"
    assert refused.value.refusal.params["who"] == "Админ"
    (seen,) = await list_officials(desk.admin)
    assert (seen.name, seen.topics) == ("Два", (desk.topic,))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"post": ""}, "post_missing"),
        ({"name": "а" * 201}, "name_too_long"),
        ({"to_day": date(2025, 12, 31)}, "days_reversed"),
        ({"role": "king"}, "choice_unknown"),
    ],
)
async def test_what_an_official_needs(desk, wrong, code):
    with pytest.raises(Refused) as refused:
        await add_official(desk.admin, facts(**wrong))

    assert refused.value.refusal.code == code
    assert await list_officials(desk.admin) == []
