"""Russian spelling: which words are asked, what the real dictionary says, and a person's own words."""

import pytest
import pytest_asyncio

from app.services.spelling import Speller, words_of


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Дорогга разбита.", ["Дорогга", "разбита"]),
        ("Яма на Щигровской улице", ["Яма", "на", "улице"]),  # a capital within a sentence is a name
        ("Готово! Ямму заделали", ["Готово", "Ямму", "заделали"]),
        ("МКУ, ЦУР и ул.Ленина5", ["ул"]),
        ("по-прежнему, я и vk.com/стена", ["по-прежнему"]),
        ("до {срок} включительно", ["до", "включительно"]),
        ("", []),
    ],
)
def test_words_that_are_checked(text, asked):
    words = list(words_of(text))

    assert [word.text for word in words] == asked
    assert [text[word.start : word.end] for word in words] == asked


@pytest_asyncio.fixture
async def speller(tmp_path):
    made = Speller(tmp_path / "own" / "words.txt")
    yield made
    made.close()


async def test_the_dictionary_knows_forms_and_finds_what_was_meant(speller, tmp_path):
    words = ["дорогга", "отремонтировали", "ещё", "еще", "благоустройству", "Здравствуйте"]

    assert await speller.wrong(words) == {"дорогга"}
    assert "дорога" in await speller.suggestions("дорогга")


async def test_a_word_that_was_kept_is_right_for_good_and_in_any_case(speller, tmp_path):
    assert await speller.wrong(["мусоровоз", "турбобур", "соцсети"]) >= {"соцсети"}

    await speller.keep("соцсети")

    assert await speller.wrong(["Соцсети", "соцсети"]) == frozenset()
    again = Speller(tmp_path / "own" / "words.txt")
    try:
        assert await again.wrong(["соцсети"]) == frozenset()
    finally:
        again.close()


async def test_once_it_is_closed_nothing_is_wrong_and_nothing_waits(speller):
    speller.close()

    assert await speller.wrong(["дорогга"]) == frozenset()
    assert await speller.suggestions("дорогга") == ()
