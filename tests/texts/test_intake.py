"""Every code of the reader has its sentence, in Russian, with the place and the way to mend it."""

import inspect
import re
from types import SimpleNamespace

import pytest

from app.services.intake import cleaning, rows, tables
from app.services.intake.rows import RowRefusal
from app.services.intake.tables import TableError
from app.texts import intake, use_language
from app.texts.intake import explain_repair, explain_row_refusal, explain_table_error


def codes_named(docstring: str) -> set[str]:
    return set(re.findall(r"\b[a-z]+(?:_[a-z]+)*\b", docstring))


def test_every_code_of_a_table_has_a_sentence():
    said = inspect.getdoc(tables.open_table)
    documented = codes_named(said[said.index("codes:") : said.index("Every error")])

    beside = {"reading_died", "no_rows", "no_places", "too_many_places"}  # of a look, and of a file of places
    assert set(intake._TABLE) == documented - {"codes", "and", "while", "rows", "are", "read"} | beside


def test_every_code_of_a_row_has_a_sentence():
    said = inspect.getdoc(rows.read_row)

    assert set(intake._ROW) == codes_named(said[said.index("refused:") :]) - {"refused"}


def test_every_repair_has_its_words():
    said = inspect.getdoc(cleaning.clean_text)
    of_the_text = codes_named(said[said.index("Codes:") :])

    of_the_row = {"no_words", "no_time", "link_left_out", "text_from_title", "text_from_recognised_text"}
    of_the_row.add("text_from_fact")
    assert set(intake._REPAIRS) == of_the_text | of_the_row
    assert explain_repair("no_time") == "указан день без времени; принята полночь"


def test_a_refusal_says_where_what_and_how_to_mend_it():
    refusal = RowRefusal(14, "Сообщения", "text_too_long", {"size": 1_000_000, "limit": 100_000})

    assert explain_row_refusal(refusal) == (
        "Лист «Сообщения», строка 14: длина текста — 1\u00a0000\u00a0000 знаков, а принимается не больше "
        "100\u00a0000. Сократите его или разделите на части."
    )
    assert explain_row_refusal(RowRefusal(3, "", "empty_text")).startswith("Строка 3: нет текста сообщения.")


def test_a_table_without_header_lists_what_was_found():
    error = TableError("no_header", file="a.csv", found=["Номер", "Стадия"], needed=["Текст", "text"])

    assert explain_table_error(error) == (
        "В файле «a.csv» нет столбца с текстом сообщений. Найдены столбцы: «Номер», «Стадия». "
        "Нужен один из столбцов: «Текст», «text». Переименуйте столбец и повторите."
    )


@pytest.mark.parametrize("language", ["ru", "en"])
def test_all_sentences_fill_their_places(language):
    use_language(language)
    try:
        params = {"file": "a", "reason": "b", "size": 5, "limit": 6, "found": [], "needed": ["c"], "row": 7}
        for code in intake._TABLE:
            assert "{" not in explain_table_error(TableError(code, **params))
        row = {"size": 5, "limit": 6, "value": "b", "column": "c", "surplus": 1}
        for code in intake._ROW:
            assert "{" not in explain_row_refusal(SimpleNamespace(row_number=5, sheet="", code=code, params=row))
    finally:
        use_language("ru")
