"""Clauses come from the act that holds in the region, never out of the program's own words."""

import ast
import re
from pathlib import Path

import pytest

from app.texts.rulebook import cited
from app.ui.registers import accounts, branches, officials, sources
from tests.helpers.rules import rules

APP = Path(__file__).resolve().parents[2] / "app"


@pytest.mark.parametrize(
    ("key", "subjects", "expected"),
    [
        ("kursk", ("route",), "Темы (п. 7)."),
        ("kuzbass", ("route",), "Темы (п. 6)."),
        ("kursk", ("accounts",), "Темы (п. 4)."),
        ("kuzbass", ("accounts",), "Темы."),
        ("kursk", ("shortcomings", "monthly", "report_governor"), "Темы (п. 22, 23, 24)."),
    ],
)
def test_a_sentence_is_cited_by_the_act_in_force(key, subjects, expected):
    profile = rules(key).profile

    assert cited("Темы.", profile, subjects) == expected
    assert cited("Темы", profile, subjects) == expected.removesuffix(".")


@pytest.mark.parametrize("register", [accounts.Accounts, branches.Topics, branches.Places, officials.Officials,
                                      sources.Sources])  # fmt: skip
def test_what_a_register_rests_on_is_known_to_kursks_act(register):
    profile = rules("kursk").profile

    assert all(profile.clauses_about([subject]) for subject in register.about)


def test_no_words_of_window_or_refusals_name_a_clause_by_its_number():
    found = []
    for file in [*(APP / "ui").rglob("*.py"), *(APP / "texts").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            is_text = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("tr", "trn", "mark")
            words = [a.value for a in node.args if isinstance(a, ast.Constant)] if is_text else []
            found += [word for word in words if isinstance(word, str) and re.search(r"\bcl\. ?\d", word)]

    assert found == []
