"""The table of benchmarks fails where a ratio has become twice as bad, and by nothing that a busy machine can cause."""

import json

import pytest

from tests.benchmarks import __main__ as table
from tests.benchmarks.results import FILE, Result, read, read_texts, tell, tell_growth, tell_text

SPEED = {"code": "a", "what": "times as fast", "target": 10.0, "at_least": True}
COST = {"code": "b", "what": "cost", "target": 4.0}


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run the table over made-up benchmarks; gives the exit code."""
    monkeypatch.setattr(table, "KEPT", tmp_path / "kept.json")
    monkeypatch.setattr(table, "PAGE", tmp_path / "benchmarks.md")
    monkeypatch.setattr(table, "BENCHES", (table.Bench("made-up", ()),))

    def with_results(*found, ends_well=True, words=("short",)):
        monkeypatch.setattr(table, "run", lambda *_: (list(found), ends_well))
        monkeypatch.setattr("sys.argv", ["benchmarks", *words])
        return table.main()

    return with_results


def test_twice_as_bad_as_what_is_kept_fails_whichever_way_is_better(run):
    assert run(Result(value=200, **SPEED), Result(value=2, **COST), words=("short", "--keep")) == 0
    assert run(Result(value=101, **SPEED), Result(value=3.9, **COST)) == 0
    assert run(Result(value=99, **SPEED), Result(value=2, **COST)) == 1
    assert run(Result(value=200, **SPEED), Result(value=4.1, **COST)) == 1


def test_milliseconds_never_fail_and_a_benchmark_that_fails_does(run):
    slow = {"code": "c", "what": "time", "target": 5.0, "unit": "ms", "is_ratio": False}
    assert run(Result(value=1, **slow), words=("short", "--keep")) == 0
    assert run(Result(value=900, **slow)) == 0
    assert run(Result(value=1, **slow), ends_well=False) == 1


def test_what_is_kept_names_machine_and_day(run):
    run(Result(value=200, **SPEED), words=("short", "--keep"))

    assert {"machine", "day", "value"} <= set(json.loads(table.KEPT.read_text(encoding="utf-8"))["a"])
    assert "| times as fast | 200 × | ≥ 10 | yes |" in table.PAGE.read_text(encoding="utf-8")


def test_a_benchmark_tells_only_the_table(tmp_path, monkeypatch):
    tell("a", "nobody listens", 1.0, 2.0)
    monkeypatch.setenv(FILE, str(tmp_path / "told"))
    tell("a", "cost", 1.5, 2.0)

    assert read(tmp_path / "told") == [Result("a", "cost", 1.5, 2.0)]


def test_growth_is_a_row_of_the_page_with_a_column_for_each_size(run, tmp_path, monkeypatch):
    monkeypatch.setenv(FILE, str(tmp_path / "told"))
    tell_growth("page", "a page", {1_000: 2.0, 1_000_000: 6.0}, 5.0, unit="ms", is_ratio=False)
    run(*read(tmp_path / "told"), words=("short", "--keep"))
    page = table.PAGE.read_text(encoding="utf-8")

    assert "| cases | 1,000 | 1,000,000 | times | target |" in page
    assert "| a page | 2 | 6 | 3.0 | ≤ 5 ms (missed) |" in page


def test_a_text_of_a_benchmark_is_kept_beside_the_page(tmp_path, monkeypatch):
    monkeypatch.setenv(FILE, str(tmp_path / "told"))
    tell_text("plans.txt", "Sort")

    assert read_texts(tmp_path) == {"plans.txt": "Sort"}
