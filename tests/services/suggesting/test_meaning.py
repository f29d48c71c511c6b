"""What texts mean by the directions of their words, those of a few made-up ones and those that ship."""

import numpy as np
import pytest

from app.services.suggesting.learned import Decision, Learned
from app.services.suggesting.meaning import Meanings, meanings
from app.services.suggesting.wording import stems

SMALL = Meanings(
    ["яма", "выбоина", "и"], np.array([[100, 0], [60, 80], [0, 127]], np.int8), np.array([0.01, 0.01, 0], np.float32)
)


def shipped(text):
    return meanings().of(stems(text))


def test_the_direction_of_a_text_is_that_of_its_words_by_their_weight():
    assert np.allclose(SMALL.of(["яма", "яма", "и", "нечто"]), [1, 0])
    assert np.allclose(SMALL.of(["яма", "выбоина"]), np.array([160, 80]) / np.hypot(160, 80))


@pytest.mark.parametrize("words", [[], ["нечто"], ["и"]])
def test_a_text_of_no_telling_word_points_nowhere(words):
    assert not SMALL.of(words).any()


@pytest.mark.parametrize(
    ("asked", "near", "far"),
    [
        ("Во дворе темно", "Не горят фонари", "Батареи холодные"),
        ("В квартире холодно", "Отопление отключили, радиаторы ледяные", "Выбоины на асфальте"),
        ("Бродячие псы", "Безнадзорные животные, стая собак", "Расписание автобусов"),
        ("Маршрутка не приехала", "Расписание автобусов", "Отключение горячей воды"),
    ],
)
def test_texts_of_one_matter_without_a_common_word_are_near(asked, near, far):
    assert not set(stems(asked)) & set(stems(near)) - {"не", "на"}
    assert shipped(asked) @ shipped(near) > shipped(asked) @ shipped(far) + 0.1


def test_the_file_that_ships_is_whole():
    text = shipped("Прошу отремонтировать дорогу")
    assert text.shape == (100,)
    assert float(text @ text) == pytest.approx(1, abs=1e-5)
    assert not shipped("в и с 5 zzzzqq").any()


MATTERS = {
    "Проезд": "автобус троллейбус трамвай маршрутка электричка такси вокзал пассажир водитель билет",
    "Здоровье": "больница поликлиника врач терапевт прививка лекарство аптека хирург диагноз пациент",
    "Учёба": "школа учитель ученик урок экзамен гимназия студент учебник лицей класс",
    "Погода": "снег гололёд метель сугроб наледь мороз снегопад сосулька оттепель лёд",
    "Живность": "собака кошка пёс щенок котёнок стая хищник животное ветеринар волк",
}


def test_a_matter_is_known_in_words_that_stood_in_no_decision():
    """Each word stands in one text alone, so that only what it means leads from one to another."""
    words = [(word, matter) for matter, told in MATTERS.items() for word in told.split()]
    asked = words[::5]
    learned = Learned([Decision(word, matter, "Мэрия") for word, matter in words if (word, matter) not in asked])
    said = [learned.opinion(word).topics[0].name == matter for word, matter in asked]
    assert sum(said) >= 8, said
