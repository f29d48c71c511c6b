"""docs/clauses.md tells of every clause that a regulation names, and of nothing that is not there."""

import re
from pathlib import Path

import pytest

from app.regulation.readings import READINGS
from tests.helpers.rules import rules

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs/clauses.md").read_text(encoding="utf-8")
SECTIONS = {key: TEXT.split(f"\n## {key.title()}")[1].split("\n## ")[0] for key in ("kursk", "kuzbass")}


def rows(key):
    return {match[1]: match[0] for match in re.finditer(r"^\| (\d+) \|.*$", SECTIONS[key], re.MULTILINE)}


def named(key):
    """Every clause of a regulation file with what it is named for."""
    profile = rules(key).profile
    found = [(rule.clause, code) for code, rule in profile.clocks.items()]
    found += [(clause, subject) for subject, clause in profile.clauses.items()]
    found += [(report.clause, report.code) for report in profile.reports]
    return [(clause, what) for clause, what in [*found, (profile.curators.clause, "curators")] if clause]


@pytest.mark.parametrize("key", SECTIONS)
def test_every_clause_of_the_file_has_its_row(key):
    assert {clause for clause, _ in named(key)} <= set(rows(key))


def test_the_whole_act_of_kursk_is_told():
    assert list(rows("kursk")) == [str(number) for number in range(1, 25)]


@pytest.mark.parametrize("key", SECTIONS)
def test_clocks_stand_in_the_row_of_their_clause(key):
    rules_ = rules(key).profile.clocks.values()
    missing = [rule.code for rule in rules_ if rule.clause and f"`{rule.code}`" not in rows(key)[rule.clause]]

    assert missing == []


def test_every_test_that_is_named_is_there():
    named_files = set(re.findall(r"`(tests/[\w/]+\.py)`", TEXT))

    assert sorted(name for name in named_files if not (ROOT / name).exists()) == []


def test_every_reading_that_is_named_is_one():
    told = set(re.findall(r"readings? ((?:`\w+`(?:, | and )?)+)", TEXT))
    names = {name for words in told for name in re.findall(r"`(\w+)`", words)}

    assert names <= set(READINGS)
    assert names >= set(READINGS) - {"plain_hours"}
