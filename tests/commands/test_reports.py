"""The command `report`: a workbook in one command, all figures as JSON, sentences for days that are none."""

import json

import pytest
from openpyxl import load_workbook

from app.cli import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data folder with a region in it."""
    folder = tmp_path_factory.mktemp("reported")
    assert main(["db", "create", "--regulation", "kursk", "--curator", "Соколова", "--data", str(folder)]) == 0
    return folder


@pytest.fixture
def run(capsys, folder):
    def run(*words):
        try:
            code = main([*words, "--data", str(folder)])
        except SystemExit as left:
            code = left.code
        return code, *capsys.readouterr()

    return run


def test_a_month_in_one_command(run, tmp_path):
    code, out, err = run("report", "month", "2026-10", "-o", str(tmp_path / "октябрь.xlsx"))

    assert (code, err) == (0, "")
    assert "Октябрь 2026" in out
    assert load_workbook(tmp_path / "октябрь.xlsx").sheetnames[0] == "Сводка"


def test_any_days_as_json(run):
    code, out, _ = run("report", "period", "2026-10-01", "2026-10-15", "--json")
    report = json.loads(out)

    assert code == 0
    assert (report["kind"], report["first"], report["last"]) == ("period", "2026-10-01", "2026-10-15")
    assert report["total"]["received"] == 0


def test_a_week_is_the_whole_week_of_a_day(run):
    report = json.loads(run("report", "week", "2026-10-14", "--json")[1])

    assert (report["first"], report["last"]) == ("2026-10-12", "2026-10-18")


@pytest.mark.parametrize(
    "words", [("month", "2026-13"), ("month",), ("period", "2026-10-01"), ("period", "2026-10-02", "2026-10-01")]
)
def test_days_that_are_none_are_one_sentence(run, words):
    code, out, err = run("report", *words)

    assert (code, out, err.count("\n")) == (2, "", 1)


def test_a_place_that_cannot_be_written_is_told(run, tmp_path):
    code, _, err = run("report", "month", "2026-10", "-o", str(tmp_path / "нет" / "x.xlsx"))

    assert code == 2
    assert "нет" in err


def test_a_month_is_named_as_it_was_written_and_a_folder_that_is_not_there_is_said(run, tmp_path):
    assert run("report", "month", "2026-13")[2] == "«2026-13» — не месяц. Напишите так: 2026-10.\n"
    missing = tmp_path / "no" / "октябрь.xlsx"
    assert run("report", "month", "2026-10", "-o", str(missing)) == (
        2, "", f"Файл {missing} не записать: такого файла или папки нет.\n",
    )  # fmt: skip
