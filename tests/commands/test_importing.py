"""The commands `import` and `db` as a person types them: reports, JSON, and sentences instead of tracebacks."""

import json
import os
import sqlite3
from pathlib import Path

import pytest

from app.cli import main

SAMPLES = Path(__file__).parents[1] / "data" / "intake"


@pytest.fixture
def run(capsys, tmp_path):
    """Run a command on a data folder of this test; gives exit code, stdout, stderr."""

    def run(*words):
        try:
            code = main([*words, "--data", str(tmp_path / "data")])
        except SystemExit as left:
            code = left.code
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def database(run, tmp_path):
    code, out, err = run("db", "create", "--regulation", "kursk", "--curator", "Соколова Е. А.")
    assert (code, err) == (0, "")
    assert "Курская область" in out
    return tmp_path / "data" / "cur-desk.sqlite3"


def test_an_import_tells_what_it_did_and_again_that_all_is_known(run, database):
    first = run("import", str(SAMPLES / "kursk_shape.csv"))
    again = run("import", str(SAMPLES / "kursk_shape.csv"))

    assert first[0] == again[0] == 0
    assert first[1].startswith("kursk_shape.csv: прочитано 5, новых 4, уже известно 0, не принято 1\n")
    assert "В потоке: 4, во входящих: 0" in first[1]
    assert "Администрация города Курска" in first[1]
    assert again[1].startswith("kursk_shape.csv: прочитано 5, новых 0, уже известно 4, не принято 1\n")


def test_json_is_all_that_stands_on_stdout(run, database):
    code, out, err = run("import", str(SAMPLES / "incident_management.csv"), "--as-detected", "--json")
    report = json.loads(out)

    assert (code, err) == (0, "")
    assert report["read"] == report["new"] + report["known"] + report["refused"]
    assert report["detected"] == report["new"] > 0
    assert report["complete"] is True


def test_refused_rows_go_to_the_file_named(run, database, tmp_path):
    code, out, _ = run("import", str(SAMPLES / "kursk_shape.csv"), "--refused", str(tmp_path / "refused.csv"))

    assert code == 0
    assert "refused.csv" in out
    assert (tmp_path / "refused.csv").read_text(encoding="utf-8-sig").count("\n") == 2


def test_a_person_imports_by_their_sign_in(run, database):
    assert run("import", str(SAMPLES / "kursk_shape.csv"), "--person", "curator")[0] == 0


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["import", "no-such.csv"], "Файла no-such.csv нет"),
        (["import", str(SAMPLES)], "папка"),
        (["import", str(SAMPLES / "kursk_shape.csv"), "--person", "nobody"], "«nobody»"),
        (["import", str(SAMPLES / "kursk_shape.csv"), "--zone", "Europe/Mars"], "«Europe/Mars»"),
        (["import"], "Не указано: ФАЙЛ"),
        (["db", "melt"], "melt"),
        (["db", "create"], "уже есть регион: Курская область"),
        (["db", "init"], "cur-desk.sqlite3 — файл. В файле его создаёт: cur-desk db create"),
        (["db", "init", "desk.db"], "desk.db — файл. В файле его создаёт: cur-desk db create"),
        (["db", "copy", "desk.db"], "переносит регион на сервер"),
        (["import", "x.csv", "--database", "oracle://here"], "oracle://"),
    ],
)
def test_bad_input_is_a_sentence_and_code_2(run, database, words, part):
    code, out, err = run(*words)

    assert (code, out) == (2, "")
    assert part in err
    assert "Traceback" not in err


def test_a_file_that_breaks_off_is_code_2_and_still_a_report(run, database, tmp_path):
    file = tmp_path / "broken.csv"
    file.write_text('id,text\n1,Яма\n2,"Не закрыта\n', encoding="utf-8")

    code, out, err = run("import", str(file), "--json")

    assert code == 2
    assert json.loads(out) == json.loads(out) | {"new": 1, "complete": False}
    assert "broken.csv" in err


def test_without_a_database_the_sentence_says_how_to_make_one(run, tmp_path):
    code, _, err = run("import", str(SAMPLES / "kursk_shape.csv"))

    assert code == 2
    assert "cur-desk db create" in err
    assert not (tmp_path / "data").exists()


def test_a_database_of_a_newer_version_is_left_alone(run, database):
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    code, out, err = run("db", "upgrade")

    assert (code, out) == (1, "")
    assert "9999" in err


def test_a_foreign_file_is_not_a_database(run, tmp_path):
    file = tmp_path / "letter.txt"
    file.write_text("Дорогая редакция! " * 100, encoding="utf-8")

    code, _, err = run("db", "upgrade", "--database", str(file))

    assert code == 1
    assert "letter.txt" in err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_told(run, tmp_path):
    (tmp_path / "data").mkdir(mode=0o500)

    code, _, err = run("db", "create")

    assert code == 1
    assert "только для чтения" in err


def test_the_path_is_named_without_a_password(run, tmp_path):
    assert run("db", "path")[1] == f"{tmp_path / 'data' / 'cur-desk.sqlite3'}\n"
    assert "secret" not in run("db", "path", "--database", "postgresql://me:secret@server/desk")[1]


def test_a_database_that_fits_is_told_so(run, database):
    run("import", str(SAMPLES / "kursk_shape.csv"))
    code, out, err = run("db", "verify")

    assert (code, err) == (0, "")
    assert "4" in out
    assert "0" in out.splitlines()[0]


def test_what_does_not_fit_is_named_and_is_code_1(run, database):
    run("import", str(SAMPLES / "kursk_shape.csv"))
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE \"case\" SET state = 'answered' WHERE id = 1")
    connection.close()

    code, out, _ = run("db", "verify")
    report = json.loads(run("db", "verify", "--json")[1])

    assert code == 1
    assert "46-2026-" in out.splitlines()[0]
    assert (report["clean"], report["findings"][0]["code"]) == (False, "case_differs")
