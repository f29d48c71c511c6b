"""What a search found a text by is marked in it: the same words that it looks for, no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.found_words import begun_near, found_in, is_one_letter_away
from app.services.search import _one_letter_away

TEXT = "Ямы на Садовой: погас фонарь, Ёлки у школы №4217 — дом 15."


@pytest.mark.parametrize(
    ("query", "is_near", "marked"),
    [
        ("яма", False, ["Ямы"]),
        ("ямами на садовую", False, ["Ямы", "Садовой"]),
        ("елка", False, ["Ёлки"]),
        ("шк", False, ["школы"]),
        ("шк фонари", False, ["фонарь"]),
        ("46-2026-004217", False, []),
        ("4217", False, ["4217"]),
        ("дом 15", False, ["дом", "15"]),
        ("фанарь", False, []),
        ("фанарь", True, ["фонарь"]),
        ("фноарь садовя", True, ["Садовой", "фонарь"]),
        ("онарь", True, ["фонарь"]),
        ("яма", True, ["Ямы"]),
        ("16", True, []),
        ("", False, []),
        ("%", False, []),
    ],
)
def test_words_that_were_found_are_marked(query, is_near, marked):
    assert [TEXT[start:end] for start, end in found_in(TEXT, query, is_near=is_near)] == marked


def test_a_text_begins_near_a_word_that_would_be_out_of_sight():
    early = "Во дворе дома 5 не горят фонари, и так уже вторую неделю подряд, просим починить"
    late = "Здравствуйте! Пишу уже третий раз, никто не отвечает и не приезжает: во дворе дома 5 не горят фонари"
    assert begun_near(early, "двор") == early
    assert begun_near(late, "ничего") == late
    begun = begun_near(late, "двор")
    assert begun == "…отвечает и не приезжает: во дворе дома 5 не горят фонари"
    assert [begun[first:last] for first, last in found_in(begun, "двор")] == ["дворе"]


@given(st.text("абв", min_size=3, max_size=6), st.data())
def test_what_is_one_letter_away_is_what_a_search_tries(word, data):
    near = set(_one_letter_away(word))

    assert all(is_one_letter_away(one, word) for one in near)
    other = data.draw(st.text("абв", min_size=2, max_size=7))
    assert is_one_letter_away(other, word) == (other == word or other in near)
