"""Cards that are alike: found by the index of all messages, each with what is alike."""


import pytest
from sqlalchemy import func, select

from app.models import KinMark
from app.regulation.workflow import State
from app.services import casework
from app.services.incoming import Incoming
from app.services.kin import OFFERED, find_kin, find_typed
from app.services.kin_index import BATCH, index_batch
from app.services.kin_marks import shared, telling_stems, traits_of
from app.services.registering import register
from tests.services.test_verifying import tamper

PIT = "Глубокая яма на дороге по улице Щигровская напротив остановки, машины бьют колёса уже второй месяц"
OTHER = "Не вывозят мусор из контейнеров на Садовой, 5: крысы бегают, запах стоит на весь двор"


async def alike(desk, case_id):
    found = await find_kin(desk.curator, await desk.card(case_id))
    return {kin.id: dict(kin.why) for kin in found}


async def test_the_same_text_of_another_author_is_found_first(desk):
    first = await desk.entered(PIT, author_name="Анна")
    await desk.entered(OTHER)
    second = await desk.entered(PIT + ".", author_name="Пётр")
    third = await desk.entered(PIT.upper(), author_name="Олег")
    found = await alike(desk, third)
    assert next(iter(found)) == first
    assert "same_text" in found[first]
    assert "near_text" in found[second]
    assert len(found) == 2


async def test_a_text_told_in_other_words_is_near(desk):
    first = await desk.entered(PIT)
    second = await desk.entered(PIT.replace("Глубокая", "Огромная").replace("второй месяц", "третий месяц, помогите"))
    why = (await alike(desk, second))[first]
    assert 50 <= int(why["near_text"].split()[0]) < 100
    assert "Щигровск" in why["same_place"] or "щигровск" in why["same_place"]


async def test_the_same_house_makes_cards_alike_whatever_is_written(desk):
    first = await desk.entered("Подъезд не убирают, ул. Кирова, д. 22")
    await desk.entered("Подъезд не убирают, ул. Кирова, д. 24")
    second = await desk.entered("Крыша течёт, по Кирова 22 вода в квартирах")
    found = await alike(desk, second)
    assert next(iter(found)) == first
    assert "same_house" in found[first]


async def test_author_and_place_together_are_alike_and_the_author_alone_is_not(desk):
    anna = {"author_name": "Анна", "author_link": "https://vk.com/id1"}
    first = await desk.entered("На ул. Ленина темно", **anna)
    other = await desk.entered("Где справка из больницы", **anna)
    found = await alike(desk, await desk.entered("Открытый люк, ул. Ленина", **anna))
    assert {"same_author", "same_place"} <= set(found[first])
    assert other not in found


async def test_another_comment_at_the_same_link_is_found(desk):
    link = "https://vk.com/wall-1_2"
    first = await desk.entered("Когда сделают?", link=link)
    second = await desk.entered("Присоединяюсь", link=link, is_another=True)
    assert "same_link" in (await alike(desk, second))[first]


async def test_words_that_are_alike_are_told_as_they_stand(desk):
    first = await desk.entered("Светофор на перекрёстке мигает жёлтым, пешеходам страшно")
    second = await desk.entered("Опять пешеходы бегут: у перекрёстка со светофором беда, школьники на проезжей части")
    words = (await alike(desk, second))[first]["same_words"]
    assert "перекрестка" in words


async def test_what_was_left_out_without_an_answer_is_not_offered(desk):
    first = await desk.entered(PIT)
    second = await desk.entered(PIT + "!")
    assert list(await alike(desk, second)) == [first]
    await desk.act(casework.exclude, desk.curator, first, State.NO_REACTION, "Не требует")
    assert await alike(desk, second) == {}


async def test_at_most_a_few_are_offered(desk):
    for number in range(OFFERED + 4):
        await desk.entered(f"{PIT} {number}")
    assert len(await alike(desk, await desk.entered(PIT))) == OFFERED


async def test_the_index_is_filled_in_batches_and_again_without_change(desk):
    for start in (0, BATCH):
        many = [Incoming(f"Сообщение номер {n} о яме", "vk", key=f"k{n}") for n in range(start, start + BATCH)]
        await register(desk.curator, many)
    counts = [await index_batch(desk.curator) for _ in range(3)]
    assert (sum(counts), counts[-1]) == (2 * BATCH, 0)
    async with desk.database.read() as connection:
        filled = (await connection.execute(select(func.count()).select_from(KinMark))).scalar_one()
    await tamper(desk.database, "DELETE FROM kin_mark")
    while await index_batch(desk.curator):
        pass
    async with desk.database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(KinMark))).scalar_one() == filled


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [(PIT, PIT, 1, 1), (PIT, PIT.replace("Глубокая ", ""), 0.8, 0.99), (PIT, OTHER, 0, 0.1), (PIT, "", 0, 0)],
)
def test_the_share_of_stems(one, other, least, most):
    assert least <= shared(traits_of(one).stems, traits_of(other).stems) <= most


def test_near_texts_share_a_band_and_far_ones_none():
    near = [set(traits_of(text_).marks["near"]) for text_ in (PIT, PIT.replace("второй", "третий"), OTHER)]
    assert near[0] & near[1]
    assert not near[0] & near[2]


def test_short_and_empty_texts_have_no_bands():
    assert traits_of("Яма на дороге").marks["near"] == {}
    assert traits_of("").all_marks == frozenset()


def test_everyday_words_tell_nothing():
    assert telling_stems(["здравствуйт", "пожалуйст", "люк", "светофор"]) == ("светофор",)


@pytest.mark.parametrize("typed", ["{whole}", " {whole} ", "{year}-{end}", "{end}", "{short}", "vk.com/wall-7_8?w=1"])
async def test_a_card_is_named_by_its_number_the_end_of_it_or_a_link(desk, typed):
    case_id = await desk.entered(PIT, link="https://m.vk.com/wall-7_8")
    whole = (await desk.card(case_id)).number
    _, year, end = whole.split("-")
    wanted = typed.format(whole=whole, year=year, end=end, short=end[-3:])
    assert (await find_typed(desk.curator, wanted)).id == case_id


@pytest.mark.parametrize("typed", ["", "01", "1999-000001", "99-2026-000001", "000999", "яма", "vk.com/wall-7_9"])
async def test_nothing_is_named_by_what_no_card_has(desk, typed):
    await desk.entered(PIT, link="https://m.vk.com/wall-7_8")
    assert await find_typed(desk.curator, typed) is None
