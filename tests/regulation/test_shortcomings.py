"""Shortcomings (п. 22): the rows of the regulation files, and answers that say nothing."""

import pytest

from app.regulation.profile_file import ProfileError, parse
from app.regulation.shortcomings import BY_HAND, DEFAULT, THRESHOLDS, Rule, is_formal, is_short
from app.resources import resource

GOOD = (
    "Здравствуйте, Андрей! Яму на Щигровской огородили сегодня утром. Ямочный ремонт выполнят до 25 ноября, "
    "если не будет дождя."
)
FORMAL = [
    "Здравствуйте! Ваше обращение направлено в администрацию города Курска.",
    "Добрый день. Информация передана в управляющую компанию. Спасибо за обращение!",
    "Здравствуйте, Анна! По данному вопросу рекомендуем обратиться в ЕДДС.\nС уважением, комитет.",
    "Сообщение перенаправлено в МКУ «Спецтранс» для рассмотрения.",
    "Принято к сведению. Спасибо!",
    "ПЕРЕДАЛИ В РАЙОН. Ждите.",
]
NOT_FORMAL = [
    GOOD,
    "Заявка передана дорожной службе. Бригада выедет 26 ноября, щебень завезут до обеда, асфальт положат к пятнице.",
    "Светофор починили сегодня в 9:40, проверили все секции.",
    "",
]


@pytest.mark.parametrize("text", FORMAL)
def test_a_bare_reference_is_formal(text):
    assert is_formal(text, THRESHOLDS[Rule.FORMAL])


@pytest.mark.parametrize("text", NOT_FORMAL)
def test_an_answer_that_says_something_is_not_formal(text):
    assert not is_formal(text, THRESHOLDS[Rule.FORMAL])


@pytest.mark.parametrize(
    ("text", "short"),
    [(GOOD, False), ("Здравствуйте, уважаемая Анна Петровна! Сделаем. С уважением, комитет дорог.", True), ("", True)],
)
def test_greetings_do_not_make_an_answer_longer(text, short):
    assert is_short(text, THRESHOLDS[Rule.SHORT]) is short


def test_the_threshold_is_exact():
    text = "а" * 59 + "."
    assert not is_short(text, 60)
    assert is_short(text, 61)


def shipped(key):
    return resource(f"regulations/{key}.toml").read_text(encoding="utf-8")


def test_kursk_names_its_clauses_and_kuzbass_none():
    kursk, kuzbass = (parse(shipped(key), key).shortcomings for key in ("kursk", "kuzbass"))
    assert {code: rule.clause for code, rule in kursk.items() if rule.clause} == {
        Rule.RETURNED: "8", Rule.REWORKED: "12", Rule.SHORT: "19", Rule.FORMAL: "19", Rule.SUBSTANCE: "19",
        Rule.UNTRUE: "21",
    }  # fmt: skip
    assert not any(rule.clause for rule in kuzbass.values())
    assert set(kursk) == set(kuzbass) == set(Rule)
    assert set(BY_HAND) | {Rule.LATE, *THRESHOLDS} == set(Rule)


def test_a_region_sets_its_threshold_and_takes_rows_out():
    text = shipped("kursk")
    head, _, rest = text.partition("[shortcoming.late]")
    tail = rest[rest.index("# Shipped default") :]
    rules = parse(f"{head}[shortcoming.reworked]\nthreshold = 4\n{tail}", "x").shortcomings
    assert {code: rule.threshold for code, rule in rules.items()} == {Rule.REWORKED: 4}
    assert parse(head + tail, "x").shortcomings == DEFAULT


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ("[shortcoming.late]", "[shortcoming.lat]", "shortcoming.lat"),
        ("threshold = 60", "threshold = 0", "shortcoming.short.threshold"),
        ("[shortcoming.late]", "[shortcoming.late]\nthreshold = 3", "shortcoming.late.threshold"),
        ('[shortcoming.formal]\nclause = "19"\nthreshold = 60', "[shortcoming.formal]", "shortcoming.formal.threshold"),
    ],
)
def test_a_wrong_row_is_named(before, after, key):
    with pytest.raises(ProfileError) as refused:
        parse(shipped("kursk").replace(before, after), "kursk.toml")
    assert refused.value.refusal.params["key"] == key
