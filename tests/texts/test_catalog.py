"""Every English string in the code has its Russian, with the same places to fill."""

import ast
import json
import string
from functools import cache

import pytest

from app import texts
from app.resources import resource
from tests.texts.said import calls, said


@cache
def catalogue() -> dict[str, str | list[str]]:
    merged = {}
    for path in resource("translations/ru").glob("*.json"):
        merged |= json.loads(path.read_text(encoding="utf-8"))
    return merged


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_what_is_marked_is_written_out():
    """A string made at run time would be in no catalogue and stay English on the screen."""
    hidden = [
        f"{file}:{node.lineno}"
        for file, node in calls("mark")
        if not (isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str))
    ]

    assert hidden == []


def test_every_source_string_has_a_translation():
    russian = catalogue()

    assert {text.source: text.file for text in said() if text.source not in russian} == {}


def test_translations_fill_the_same_places():
    wrong = [
        source
        for source, translation in catalogue().items()
        for form in (translation if isinstance(translation, list) else [translation])
        if places(form) - {"n"} != places(source) - {"n"}
    ]

    assert wrong == []


def test_no_file_repeats_another_with_a_different_word():
    seen, conflicts = {}, []
    for path in sorted(resource("translations/ru").glob("*.json")):
        for source, translation in json.loads(path.read_text(encoding="utf-8")).items():
            if seen.setdefault(source, translation) != translation:
                conflicts.append(source)

    assert conflicts == []


@pytest.mark.parametrize(("n", "form"), [(1, 0), (2, 1), (5, 2), (11, 2), (21, 0), (22, 1), (112, 2), (0, 2)])
def test_russian_plural_forms(n, form):
    assert texts.catalog._russian_form(n) == form


def test_no_translation_is_left_of_a_text_that_is_gone():
    assert set(catalogue()) - {text.source for text in said()} == set()


def test_a_counted_text_has_its_three_russian_forms_and_two_english_ones():
    """The Russian form for one is also said of 21: each names its number, or none does."""
    russian, wrong = catalogue(), []
    for text in (each for each in said() if each.is_counted):
        forms = russian[text.source]
        is_whole = isinstance(forms, list) and len(forms) == 3
        if not is_whole or len({"{n" in form for form in (text.many or text.source, *forms)}) != 1:
            wrong.append(text.source)

    assert wrong == []
