"""Advice on drafts: real brush-offs, phone numbers and promises are noticed; a good answer is left in peace."""

import pytest

from app.services.advice import advise
from app.texts.advice import advice_words, doubts_words

GOOD = (
    "Здравствуйте, Андрей! Яму на Щигровской улице дорожная служба огородила сегодня утром. "
    "Ремонт выполнят в пятницу; фото пришлём в этот же комментарий."
)


def doubts(text, kind="answer", author="Андрей П.", networks=("vk",), shown=1):
    return [point.code for point in advise(text, kind, author, networks, shown) if not point.is_fine]


def test_a_good_answer_has_no_doubts():
    assert doubts(GOOD) == []


@pytest.mark.parametrize(
    "words",
    [
        "Прожектор на опоре заменят сегодня до 17:00.",
        "Лифт починят к пятнице.",
        "Рассыпанное уберут завтра.",
        "Детали поставлены, пуск после освидетельствования назначен на 4 декабря.",
        "Воду из подвала откачали вчера.",
        "Яму заделают до 27 ноября.",
        "Тротуар у школы засыплют завтра.",
    ],
)
def test_what_will_be_done_and_when_is_understood(words):
    assert "what_and_when" not in doubts(f"Здравствуйте, Андрей! {words}")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (GOOD.replace("Андрей", "житель"), "by_name"),
        (GOOD + " Ваше обращение перенаправлено в МКУ.", "substance"),
        (GOOD + " Вопрос решат в установленном порядке.", "substance"),
        ("Здравствуйте, Андрей! Спасибо за вопрос, фото получили.", "what_and_when"),
        (GOOD + " Звоните: 8 (4712) 55-55-55 или +7 910 123-45-67", "personal"),
        (GOOD + " Пишите на ivan@mail.ru", "personal"),
        (GOOD + " Ждём по адресу: ул. Ленина, 5, кв. 12", "personal"),
        (GOOD + " Асфальт положат до 25 ноября.", "promise"),
        (GOOD + "." * 4096, "length"),
        (GOOD + " Контроль осуществляется в рамках данного вопроса.", "plain"),
        (GOOD + " Доводим до вашего сведения: яма нанесена на карту.", "plain"),
    ],
)
def test_doubts(text, code):
    assert doubts(text) == [code]


def test_a_photo_is_attached_where_it_exists():
    assert doubts(GOOD, shown=0) == ["evidence_missing"]
    assert doubts(GOOD.replace("фото", "ответ"), shown=0) == ["evidence"]
    assert doubts(GOOD.replace("фото", "ответ"), shown=2) == []


def test_the_length_is_told_for_every_network():
    points = advise(GOOD, "answer", "Андрей", ("vk", "telegram", "ok"), 1)
    assert [point.params["network"] for point in points if point.code == "length"] == ["ВКонтакте", "Telegram"]
    points = advise(GOOD, "answer", "Андрей", ("ok",), 1)
    assert [point.params["limit"] for point in points if point.code == "length"] == [0]


def test_an_interim_answer_may_promise_a_date():
    assert doubts(GOOD + " Асфальт положат до 25 ноября.", "interim") == []


def test_a_request_to_the_author_need_not_say_what_is_done():
    assert doubts("Андрей, уточните, пожалуйста, номер дома.", "clarification") == []


def test_an_unknown_author_is_not_missed():
    assert "by_name" not in doubts("Здравствуйте! " + GOOD, author="")


def test_officialese_is_named_each_phrase_once():
    text = GOOD + " В рамках работ осуществлён выезд. В рамках контроля осуществлён второй."

    [point] = [point for point in advise(text, "answer", "Андрей", ("vk",), 1) if point.code == "plain"]

    assert advice_words(point) == "канцелярит: «в рамках», «осуществлён»"


def test_an_answer_that_many_got_is_told_from_the_third_on():
    assert [point.code for point in advise(GOOD, "answer", "Андрей", ("vk",), 1, 2) if not point.is_fine] == []
    [point] = [point for point in advise(GOOD, "answer", "Андрей", ("vk",), 1, 5) if not point.is_fine]
    assert advice_words(point) == "5 ответов за 30 дней говорят то же самое"


def test_what_is_to_be_looked_at_is_one_line_and_nothing_for_a_good_answer():
    assert doubts_words(advise(GOOD, "answer", "Андрей", ("vk",), 1)) == ""
    words = doubts_words(advise(GOOD + " Решат в рамках плана до 25 ноября.", "answer", "Андрей", ("vk",), 1))
    assert words.startswith("Обратите внимание: канцелярит: «в рамках»; ")


def test_every_point_has_its_words():
    for text in (GOOD, "в установленном порядке 8 910 123-45-67 до 5 мая"):
        for shown in (0, 1, 5):
            for point in advise(text, "answer", "Андрей", ("vk", "ok"), shown):
                assert advice_words(point)
