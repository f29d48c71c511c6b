"""What past decisions teach, on a small made-up region."""

import numpy as np
import pytest

from app.services.suggesting.learned import Decision, Learned, is_sure
from tests.helpers.decisions import decisions


@pytest.fixture(scope="module")
def learned():
    return Learned(decisions(150))


def test_unseen_messages_get_their_topic_and_agency(learned):
    asked = decisions(60, seed=2)
    said = [learned.opinion(one.text) for one in asked]
    assert np.mean([one.topics[0].name == asked_.topic for one, asked_ in zip(said, asked, strict=True)]) > 0.9
    assert np.mean([one.agencies[0].name == asked_.agency for one, asked_ in zip(said, asked, strict=True)]) > 0.9


def test_the_town_makes_the_agency_where_the_topic_does_not(learned):
    for town in ("Льгов", "Рыльск"):
        first = learned.opinion(f"Яма на дороге, г. {town}").agencies[0]
        assert first.name == f"Администрация города {town}"
        assert first.by_place
        assert first.stems


def test_the_topic_a_person_chose_and_the_place_make_the_agency(learned):
    text = "Яма на дороге, г. Льгов"
    heating = learned.agencies_of(text, "Отопление")[0]
    assert heating.name == "Жилищная инспекция"
    assert heating.of_topic[0] == heating.of_topic[1] > 10
    assert learned.agencies_of("Нет отопления\nг. Рыльск", "Ямы на дорогах")[0].name == "Администрация города Рыльск"
    unheard = learned.agencies_of(text, "Неведомая тема")
    assert unheard == learned.opinion(text).agencies
    assert unheard[0].of_topic == (0, 0)


def test_each_suggestion_names_words_and_past_decisions(learned):
    first = learned.opinion("Собаки бросаются на детей в Обояни").topics[0]
    assert first.name == "Безнадзорные животные"
    assert "собак" in first.stems
    assert {learned.decisions[number].topic for number in first.alike} == {"Безнадзорные животные"}


def test_chances_are_chances_and_stand_in_order(learned):
    said = learned.opinion("нет отопления", most=99)
    for likely in (said.topics, said.agencies):
        chances = [one.chance for one in likely]
        assert sum(chances) == pytest.approx(1)
        assert chances == sorted(chances, reverse=True)


def test_nothing_is_said_of_a_text_without_known_words():
    many = [Decision(f"дело номер {n}", f"тема {n % 20}", f"орган {n % 25}") for n in range(100)]
    said = Learned(many).opinion("zzz")
    assert not is_sure(said.topics)
    assert not is_sure(said.agencies)


@pytest.mark.parametrize("text", ["", " \n\0 ", "<div></div>", "я" * 50_000, "👍" * 10, "\u202eтекст"])
def test_any_text_can_be_asked_about(learned, text):
    said = learned.opinion(text)
    assert np.isfinite([one.chance for one in (*said.topics, *said.agencies)]).all()


def test_the_same_decisions_teach_the_same(learned):
    again = Learned(decisions(150)).opinion("баки переполнены")
    assert again == learned.opinion("баки переполнены")


def test_one_topic_and_one_agency_are_enough():
    said = Learned([Decision(f"яма {n}", "Ямы", "Мэрия") for n in range(40)]).opinion("яма")
    assert (said.topics[0].name, said.agencies[0].name) == ("Ямы", "Мэрия")
