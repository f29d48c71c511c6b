"""The guidance library (п. 2): pages found and read, versions kept, model answers by topic, consultations logged."""

from datetime import date, timedelta

import pytest

from app.regulation.errors import Refused
from app.services import guidance
from app.services.directories import read_directories
from app.services.guidance import GuidanceFacts, add_guidance, change_guidance, list_guidance, model_answers
from app.services.verifying import verify

ANSWER = GuidanceFacts("answer", "Яма на дороге", "Здравствуйте, {имя}! Яму на {место} заделают до {срок}.")


async def refused(work):
    with pytest.raises(Refused) as error:
        await work
    return error.value.refusal


async def titles(desk, who=None, **wanted):
    return [view.facts.title for view in await list_guidance(who or desk.executor, **wanted)]


async def test_a_page_is_found_by_its_words_and_kind(desk):
    await add_guidance(desk.curator, ANSWER)
    await add_guidance(desk.second, GuidanceFacts("instruction", "Как отвечать", "Сначала по существу, ёмко."))

    assert await titles(desk) == ["Как отвечать", "Яма на дороге"]
    assert await titles(desk, query="ЕМКО сущест") == ["Как отвечать"]
    assert await titles(desk, kind="answer") == ["Яма на дороге"]
    assert await titles(desk, query="нет такого") == []
    assert (await verify(desk.database)).is_clean


async def test_every_version_is_kept_and_the_second_of_two_writers_is_told(desk):
    page = await add_guidance(desk.curator, ANSWER)
    changed = GuidanceFacts("answer", "Яма", "Здравствуйте! Заделают.")
    assert await change_guidance(desk.second, page, 1, changed) == 2

    told = await refused(change_guidance(desk.curator, page, 1, ANSWER))

    assert (told.code, told.params["who"]) == ("record_changed", "Орлова")
    versions = await guidance.read_versions(desk.executor, page)
    assert [(view.version, view.title, view.changed_by) for view in versions] == [
        (2, "Яма", "Орлова"),
        (1, "Яма на дороге", "Соколова"),
    ]


async def test_model_answers_of_the_topic_come_first_then_the_group_then_any(desk):
    topics = (await read_directories(desk.curator)).topics
    ids = {topic.name: topic.id for topic in topics}
    for title, topic in [("А любой", None), ("Б группа", "Дороги"), ("В тема", "Ямы"), ("Г другая", "Свет")]:
        await add_guidance(desk.curator, GuidanceFacts("answer", title, "Текст", ids.get(topic)))
    await add_guidance(desk.curator, GuidanceFacts("instruction", "Не ответ", "Текст", ids["Ямы"]))
    gone = await add_guidance(desk.curator, GuidanceFacts("answer", "Снята", "Текст", ids["Ямы"]))
    await change_guidance(desk.curator, gone, 1, GuidanceFacts("answer", "Снята", "Текст", ids["Ямы"], withdrawn=True))

    assert [each.title for each in await model_answers(desk.executor, ids["Ямы"])] == ["В тема", "Б группа", "А любой"]
    assert [each.title for each in await model_answers(desk.executor, ids["Дороги"])] == ["Б группа", "А любой"]
    assert [each.title for each in await model_answers(desk.executor, None)] == ["А любой"]
    assert (await titles(desk))[-1] == "Снята"


def test_places_that_are_known_are_filled_and_the_others_stay():
    text = guidance.filled(ANSWER.text, {"имя": "Анна", "место": "", "срок ": "завтра"})
    assert text == "Здравствуйте, Анна! Яму на {место} заделают до {срок}."
    assert guidance.filled("{Имя} {имя", {"имя": "{место}"}) == "{место} {имя"
    nameless = guidance.filled(ANSWER.text, {"имя": "", "место": "улице Ленина"})
    assert nameless == "Здравствуйте! Яму на улице Ленина заделают до {срок}."


async def test_a_consultation_says_who_asked_what_and_when(desk):
    facts = GuidanceFacts(
        "consultation", "Срок для муниципалитета", "По договорённости.", agency_id=desk.agencies["Льгов"],
        asked_by="И. Петров, заместитель главы", question="Какой срок нас касается?",
    )  # fmt: skip
    await add_guidance(desk.curator, facts)
    (view,) = await list_guidance(desk.chief, "consultation", "петров касается")
    assert (view.agency, view.facts.asked_on, view.facts.asked_by) == (
        "Льгов", date(2026, 6, 1), "И. Петров, заместитель главы",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (GuidanceFacts("answer", " ", "Текст"), "name_missing"),
        (GuidanceFacts("answer", "А" * 301, "Текст"), "name_too_long"),
        (GuidanceFacts("answer", "А", " "), "draft_empty"),
        (GuidanceFacts("consultation", "А", "Текст"), "asked_by_missing"),
        (GuidanceFacts("advice", "А", "Текст"), "choice_unknown"),
        (
            GuidanceFacts("consultation", "А", "Т", asked_by="Я", asked_on=date(2026, 6, 1) + timedelta(days=1)),
            "day_in_future",
        ),
    ],
)
async def test_a_page_that_says_too_little_is_refused(desk, facts, code):
    assert (await refused(add_guidance(desk.curator, facts))).code == code


@pytest.mark.parametrize("name", ["executor", "chief", "admin"])
async def test_curators_and_organisers_write(desk, name):
    assert (await refused(add_guidance(getattr(desk, name), ANSWER))).code == "role_may_not"


async def test_a_wall_reads_nothing(desk):
    assert (await refused(list_guidance(desk.wall))).code == "role_may_not"
