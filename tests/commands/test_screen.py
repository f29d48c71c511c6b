"""The command `screen`: labels and marked words, a text a line."""

import io
import json

from app.cli import main


def test_texts_on_standard_input_as_json(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("сволочи, дайте воду\nтихая улица\n"))
    assert main(["screen", "-", "--json"]) == 0
    first, second = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert first["labels"] == ["insult"]
    assert first["words"] == [{"label": "insult", "ground": "obscene", "word": "сволочи", "start": 0, "end": 7}]
    assert second == {"labels": [], "words": []}


def test_one_text_for_people(capsys):
    assert main(["screen", "сволочи, дайте воду"]) == 0
    assert main(["screen", "тихая улица"]) == 0
    assert capsys.readouterr().out == "оскорбительное: «сволочи»\nпо п. 20 ничего не найдено\n"


def test_a_line_in_windows_letters_is_read_and_not_passed_over(capsys, monkeypatch):
    lines = "\ufeffтихая улица\n".encode() + "сволочи\r\n".encode("cp1251") + "сволочи\n".encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines), encoding="utf-8"))
    assert main(["screen", "-", "--json"]) == 0
    said = [json.loads(line)["labels"] for line in capsys.readouterr().out.splitlines()]
    assert said == [[], ["insult"], ["insult"]]


def test_how_many_messages_of_a_file_are_marked_and_which(tmp_path, capsys):
    file = tmp_path / "messages.csv"
    file.write_text('text;id\n"тихая\nулица";1\nсволочи, дайте воду;2\n;3\n', encoding="utf-8")

    assert main(["screen", str(file), "--rate", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["messages"], said["marked"], said["share"], said["by_label"]) == (2, 1, 0.5, {"insult": 1})
    assert [(one["row"], one["words"][0]["word"]) for one in said["rows"]] == [(3, "сволочи")]
    assert said["interval"][0] < 0.5 < said["interval"][1]

    assert main(["screen", str(file), "--rate"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "  строка 3: оскорбительное: «сволочи»"
    file.write_text("номер;дата\n1;2\n", encoding="utf-8")
    assert main(["screen", str(file), "--rate"]) == 2
    assert "text" in capsys.readouterr().err
