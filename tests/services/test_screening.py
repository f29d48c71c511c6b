"""Words of п. 20: rude ones in any disguise are marked, peaceful ones that look alike are not."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.resources import resource
from app.services.regulations import shipped_rules
from app.services.screening import screen

CASES = json.loads((Path(__file__).parents[1] / "data" / "screening.json").read_text(encoding="utf-8"))
HARDER = json.loads((Path(__file__).parents[1] / "data" / "screening_harder.json").read_text(encoding="utf-8"))


def test_harder_ones_too():
    """Cut and masked spelling, names, diagnoses, cattle, figures of speech, what somebody else said."""
    found = {case["text"]: sorted({flag.label for flag in screen(case["text"])}) for case in HARDER}
    assert found == {case["text"]: case["labels"] for case in HARDER}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_a_text_has_the_labels_a_person_gave_it(case):
    assert sorted({flag.label for flag in screen(case["text"])}) == sorted(case["labels"])


@pytest.mark.parametrize(
    ("text", "words", "ground"),
    [
        ("Когда уже, сволочи, дадите воду?", "сволочи", "obscene"),
        ("Ну и х у й н я у вас", "х у й", "obscene"),
        ("Дорога п*здец.", "п*здец", "obscene"),
        ("Нет воды. Я вас всех убью!", "убью", "threat"),
        ("Я этого соседа зарежу", "зарежу", "harm"),
        ("Чиновники, убью ваших детей", "убью", "threat_family"),
        ("Вам, кстати, не жить", "Вам, кстати, не жить", "threat"),
    ],
)
def test_the_words_are_marked_where_they_stand(text, words, ground):
    (flag,) = screen(text)
    assert (flag.words, flag.ground) == (words, ground)
    assert text[flag.start : flag.end] == words


@pytest.mark.timeout(60)  # were it not for each place of the text alone, this would take minutes
@pytest.mark.parametrize("piece", ["а ", "х-", "дурак ", "х*у", "убью "])
def test_the_longest_text_is_screened_at_a_steady_pace(piece):
    assert all(flag.end <= 200_000 for flag in screen((piece * 100_000)[:200_000]))


def test_grounds_are_those_of_the_act():
    known = {ground.code for ground in shipped_rules("kursk").profile.grounds}
    found = {flag.ground for case in CASES for flag in screen(case["text"])}
    assert found | {"harm", "threat_family"} <= known


@given(st.text(st.sampled_from("абвгдежзийклмнопрстуфхцчшщъыьэюяё xyea*@#$ .,-_0346\n"), max_size=200))
def test_any_text_is_screened_and_marks_stand_in_it(text):
    for flag in screen(text):
        assert text[flag.start : flag.end] == flag.words


def test_the_lists_are_written_as_words_are_compared():
    """Repeated letters are compared as one and ё as е: an entry written otherwise would never be found."""
    text = resource("screening/russian.toml").read_text(encoding="utf-8")
    entries = [line for line in text.splitlines() if line.strip().startswith("'")]
    assert [line for line in entries if re.search(r"ё|([а-я])\1", line)] == []
