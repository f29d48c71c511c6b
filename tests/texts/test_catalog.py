"""Every English string in the code has its Russian, with the same places to fill."""

import ast
import json
import string
from functools import cache
from pathlib import Path

import pytest

from app import texts
from app.resources import resource

APP = Path(__file__).parent.parent.parent / "app"


@cache
def trees() -> dict[str, ast.Module]:
    """The syntax of every module, read once."""
    return {str(path.relative_to(APP)): ast.parse(path.read_text(encoding="utf-8")) for path in APP.rglob("*.py")}


def calls(*names: str) -> list[tuple[str, ast.Call]]:
    """Every call of one of these functions that says something, with the file it is in."""
    return [
        (file, node)
        for file, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names and node.args
    ]


@cache
def sources() -> dict[str, str]:
    """Each literal given to tr or trn (the key), with the file that says it."""
    said = [(file, node.args[0]) for file, node in calls("tr", "trn", "mark")]
    return {n.value: file for file, n in said if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def test_what_is_marked_is_written_out():
    """A string made at run time would be in no catalogue and stay English on the screen."""
    hidden = [
        f"{file}:{node.lineno}"
        for file, node in calls("mark")
        if not (isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str))
    ]

    assert hidden == []


@cache
def counted() -> dict[str, str]:
    """Each counted text: its English for one, and for many."""
    told = [node.args[:2] for _, node in calls("trn")]
    return {
        one.value: many.value for one, many in told if isinstance(one, ast.Constant) and isinstance(many, ast.Constant)
    }


@cache
def catalogue() -> dict[str, str | list[str]]:
    merged = {}
    for path in resource("translations/ru").glob("*.json"):
        merged |= json.loads(path.read_text(encoding="utf-8"))
    return merged


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_source_string_has_a_translation():
    russian = catalogue()

    assert {text: file for text, file in sources().items() if text not in russian} == {}


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
    assert set(catalogue()) - set(sources()) == set()


def test_a_counted_text_has_its_three_russian_forms_and_two_english_ones():
    """The Russian form for one is also said of 21: each names its number, or none does."""
    russian, wrong = catalogue(), []
    for one, many in counted().items():
        forms = russian[one]
        is_whole = isinstance(forms, list) and len(forms) == 3
        if not is_whole or len({"{n" in form for form in (many, *forms)}) != 1:
            wrong.append(one)

    assert wrong == []
