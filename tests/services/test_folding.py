"""Texts for tables: their beginning, without the greeting that all answers share."""

import pytest

from app.services.folding import excerpt, without_greeting


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Здравствуйте! Починим до 5 июня.", "Починим до 5 июня."),
        ("Здравствуйте, Диана! Починим.", "Починим."),
        ("Добрый день. Починим.", "Починим."),
        ("Доброе утро,\nпочиним.", "починим."),
        ("Починим. Здравствуйте!", "Починим. Здравствуйте!"),
        ("Здравствуйте!", "Здравствуйте!"),
        ("", ""),
    ],
)
def test_a_promise_is_shown_without_its_greeting(text, shown):
    assert without_greeting(text) == shown


def test_an_excerpt_is_one_line_of_at_most_so_many_characters():
    assert excerpt("а\n б", 10) == "а б"
    assert excerpt("а" * 20, 10) == "а" * 9 + "…"
