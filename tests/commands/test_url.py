"""The command `url`: one link for people, many as JSON, and a bad one among them."""

import io
import json

import pytest

from app.cli import main


def test_one_link_for_people(capsys):
    assert main(["url", "m.vk.com/wall-1_2?from=group"]) == 0
    assert capsys.readouterr().out == "vk:post:-1_2  https://vk.com/wall-1_2\n"


def test_a_link_as_json(capsys):
    assert main(["url", "https://t.me/Svet_adm/345", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "network": "telegram",
        "kind": "post",
        "canonical_id": "telegram:post:svet_adm/345",
        "canonical_url": "https://t.me/svet_adm/345",
    }


def test_many_links_a_line_each_and_a_bad_one_stops_nothing(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("https://vk.com/wall-1_2\nftp://vk.com/x\nok.ru/profile/5\n"))
    assert main(["url", "-", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.get("canonical_id") for line in lines] == ["vk:post:-1_2", None, "ok:profile:5"]
    assert lines[1]["error"] == "link_scheme"
    assert "https://" in lines[1]["message"]


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_what_is_no_link_gives_the_code_of_bad_input(capsys, options):
    assert main(["url", "привет", *options]) == 2
    assert "привет" in capsys.readouterr().out
