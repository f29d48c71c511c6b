"""A request to the author: whom it greets by name, and what it asks."""

import pytest

from app.texts.clarification import asked_words, given_name, request_text


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Андрей П.", "Андрей"),
        ("Диана Ковалёва", "Диана"),
        ("Марина  Дятлова", "Марина"),
        ("Микрорайон Северный", ""),
        ("Совет дома Радищева 84", ""),
        ("Злой Курянин 46", ""),
        ("sever_46", ""),
        ("Петров Иван", ""),
        ("", ""),
    ],
)
def test_only_a_person_is_greeted_by_name(author, name):
    assert given_name(author) == name


def test_the_request_asks_each_part_in_its_order_with_its_own_or_the_usual_question():
    text = request_text("Андрей П.", {"when": "", "where": " у какого дома "})

    assert text.splitlines() == [
        "Здравствуйте, Андрей! Чтобы разобраться, нам нужно уточнить. Напишите, пожалуйста:",
        "— у какого дома;",
        "— когда это случилось или с какого времени продолжается.",
        "Ответьте здесь же — сразу возьмём в работу.",
    ]


def test_nothing_asked_is_no_request():
    assert request_text("Андрей П.", {}) == ""


def test_what_was_asked_in_words():
    assert asked_words(("where", "when")) == "где, когда"
