"""The places a text names: street and house, settlement, district, in any ending."""

import pytest

from app.services.places.naming import Kind, find_named


def said(text):
    return [(str(one.kind), one.words) for one in find_named(text)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Яма на ул. Кирова, д. 22", [("street", "ул. Кирова, 22")]),
        ("На улице Светлая 1 «А» темно", [("street", "ул. Светлая, 1а")]),
        ("по Светлой улице, дом 5", [("street", "ул. Светлой, 5")]),
        ("ул.кирова 7а, подъезд 3", [("street", "ул. кирова, 7а")]),
        ("проспект Победы 30", [("street", "пр-т Победы, 30")]),
        ("2-й Прогонный переулок 4", [("street", "пер. 2-й Прогонный, 4")]),
        ("на пер.Ивана Франко", [("street", "пер. Ивана Франко")]),
        ("во дворе Кирова 22 и Карла Маркса, 66/2", [("street", "Кирова, 22"), ("street", "Карла Маркса, 66/2")]),
        (
            "г. Курск, ул. 50 лет Октября, 96к1",
            [("settlement", "г. Курск"), ("street", "ул. 50 лет Октября, 96к1")],
        ),
        (
            "д. Большие Угоны Льговского района",
            [("settlement", "д. Большие Угоны"), ("district", "район Льговского")],
        ),
        ("Всё лето на улице Фрунзе. Нам темно", [("street", "ул. Фрунзе")]),
        ("администрация города Курска. Но прошло", [("settlement", "г. Курска")]),
        ("на Ленина, д. 5 к. 2", [("street", "Ленина, 5к2")]),
        ("ул. Ленина, д.5, корп. 2", [("street", "ул. Ленина, 5к2")]),
        ("ул. Ленина 5 корпус 2, к 8 часам", [("street", "ул. Ленина, 5к2")]),
        ("ул. Ленина, 5, к 8 часам утра", [("street", "ул. Ленина, 5")]),
        ("ул. Энгельса, стр. 3", [("street", "ул. Энгельса, 3")]),
        ("живём на ст. Клюква", [("settlement", "ст. Клюква")]),
        ("по ст. 15 закона", []),
        ("в 2021 году в марте 5 числа, 3 раза", []),
        ("на улице нет света", []),
        ("с. 15 по 20 не вывозят, д. нет", []),
        ("дом 5, кв. 3", []),
        ("Ждали до Мая 2 года", []),
        ("", []),
    ],
)
def test_places_in_a_text(text, named):
    assert said(text) == named


def test_positions_lead_to_the_words():
    text = "Добрый день! На ул. Ленина, 5 яма"
    (one,) = find_named(text)
    assert text[one.start : one.end] == "ул. Ленина, 5"


def test_cases_of_one_name_have_one_key():
    keys = {find_named(text)[0].key for text in ("ул. Светлая", "на улице Светлой", "по Светлой улице")}
    assert len(keys) == 1
    assert find_named("ул. Кирова 3")[0].kind is Kind.STREET


def test_a_long_text_takes_no_long_time():
    assert len(find_named("ул. Кирова 1, " * 3000)) > 10
    find_named("А. " * 5000 + "ул " * 5000 + "1/1" * 5000)
