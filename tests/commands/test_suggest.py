"""The command `suggest evaluate`: on files anyone can make, as words and as JSON."""

import csv
import json

import pytest

from app.cli import main
from app.services.suggesting.trial import Share
from tests.helpers.decisions import decisions


def write(path, rows, header=("text", "topic", "agency"), encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        out = csv.writer(file)
        out.writerow(header)
        out.writerows(rows)
    return str(path)


def rows(count, seed):
    return [(one.text, one.topic, one.agency) for one in decisions(count, seed)]


@pytest.fixture
def files(tmp_path):
    taught = rows(120, 1)
    asked = [*rows(40, 2), taught[0]]
    return write(tmp_path / "a.csv", [*taught, taught[1]]), write(tmp_path / "b.csv", asked)


def test_what_was_learned_is_judged_on_rows_that_were_not(files, capsys):
    assert main(["suggest", "evaluate", "--train", files[0], "--test", files[1], "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["train_rows"] + said["test_rows"] + said["repeats_left_out"]) == 162
    assert said["repeats_left_out"] >= 2
    assert said["topic_at_1"] > 0.9
    assert said["agency_at_1"] > 0.9
    assert said["agency_at_1"] <= said["agency_at_3"] <= said["agency_at_5"] <= 1
    assert said["topic_at_1_interval"][0] < said["topic_at_1"] <= said["topic_at_1_interval"][1]
    assert said["topic_no_opinion"] == 0
    assert said["ms_per_message"] > 0


def test_one_file_is_judged_part_by_part(files, capsys):
    assert main(["suggest", "evaluate", "--train", files[0], "--folds", "3", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["test_rows"], said["repeats_left_out"]) == (120, 1)
    assert said["train_rows"] < 120
    assert said["topic_at_3"] > 0.9


def test_people_are_told_in_words(files, capsys):
    assert main(["suggest", "evaluate", "--train", files[0], "--test", files[1]]) == 0
    said = capsys.readouterr().out
    assert "верный среди первых 3" in said
    assert "нет мнения" in said


def test_columns_may_have_russian_names_in_any_order_and_encoding(tmp_path, files, capsys):
    header = ("Орган", "Номер", "Тема", "Текст сообщения")
    turned = [(agency, n, topic, f"{text}\nвторая строка") for n, (text, topic, agency) in enumerate(rows(30, 3))]
    other = write(tmp_path / "c.csv", turned, header, "cp1251")
    assert main(["suggest", "evaluate", "--train", files[0], "--test", other, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["topic_at_3"] > 0.9


@pytest.mark.parametrize(
    ("made", "header", "said"),
    [
        ([("яма", "Ямы")], ("text", "topic"), "agency"),
        ([("яма", "Ямы", "Мэрия")], ("text", "topic", "agency"), "не меньше 30"),
    ],
)
def test_a_file_that_cannot_teach_is_refused_in_a_sentence(tmp_path, files, capsys, made, header, said):
    bad = write(tmp_path / "bad.csv", made, header)
    assert main(["suggest", "evaluate", "--train", bad, "--test", files[1]]) == 2
    assert said in capsys.readouterr().err


def test_where_nothing_is_left_to_judge_that_is_said_and_not_that_too_little_was_learned(tmp_path, files, capsys):
    empty = write(tmp_path / "empty.csv", [("", "Ямы", "Мэрия"), ("яма", "", "")])
    for asked in (files[0], empty):
        assert main(["suggest", "evaluate", "--train", files[0], "--test", asked]) == 2
        assert "Проверять не на чем" in capsys.readouterr().err


def test_a_row_is_judged_by_what_it_says_and_learned_from_where_it_says_both(tmp_path, files, capsys):
    halves = [(text, topic, "") for text, topic, _ in rows(40, 2)]
    taught = write(tmp_path / "t.csv", [*rows(120, 1), *[(f"{text} ещё", topic, "") for text, topic, _ in rows(9, 5)]])
    assert main(["suggest", "evaluate", "--train", taught, "--test", write(tmp_path / "h.csv", halves), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["train_rows"], said["agency_at_1_interval"]) == (120, [0, 1]), "no agency to be judged by"
    assert said["topic_at_1"] > 0.9


def test_of_a_text_without_a_known_word_there_is_no_opinion(tmp_path, files, capsys):
    strange = write(tmp_path / "s.csv", [(text, "Ямы", "Мэрия") for text in ("!!!", "😀 😀", "щщщ", "ъъ щъщъщъ")])
    assert main(["suggest", "evaluate", "--train", files[0], "--test", strange, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["topic_no_opinion"], said["agency_no_opinion"]) == (1, 1)


def test_a_file_that_is_not_there_is_refused(files, capsys):
    assert main(["suggest", "evaluate", "--train", "нет.csv", "--test", files[1]]) == 2
    assert "нет.csv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(0, 10, 0, 0.2775), (48, 100, 0.3846, 0.5768), (9, 9, 0.7009, 1)]
)
def test_the_interval_is_wilsons(hits, of, low, high):
    assert Share(hits, of).interval == pytest.approx((low, high), abs=1e-3)
