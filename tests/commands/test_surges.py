"""The command `surges evaluate`: on a file anyone can make, as words and as JSON."""

import csv
import gzip
import json
from datetime import datetime, timedelta

import pytest

from app.cli import main

DAY = datetime.fromisoformat("2026-03-02")


@pytest.fixture
def messages(tmp_path):
    """Eight quiet weeks of two topics, with a night of snow in the last."""
    path = tmp_path / "messages.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("time", "topic", "place", "author"))
        for day in range(56):
            for n in range(4):
                at = DAY + timedelta(days=day, hours=9 + 2 * n)
                out.writerow((at.isoformat(), ("Дороги", "Мусор")[n % 2], ("Центр", "Север")[n // 2], f"{day} {n}"))
        for n in range(30):
            at = DAY + timedelta(days=50, hours=8, minutes=4 * n)
            out.writerow((at.isoformat(), "Снег", "Север", f"снег {n}"))
    return path


def told(capsys, *arguments):
    assert main(["surges", "evaluate", *map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_surge_is_found_within_hours_and_nothing_else_is_told(messages, capsys):
    said = told(capsys, messages)
    assert (said["alarms"], said["precision"], said["found"], said["surges"]) == (1, 1.0, 1, 1)
    assert said["told"][0]["topic"] == "Снег"
    assert said["delay_hours_median"] <= 1
    assert set(said["definitions"]) == {"surges", "precision", "delay"}


def test_it_is_judged_by_a_file_of_events(messages, tmp_path, capsys):
    events = tmp_path / "events.csv"
    begin = DAY + timedelta(days=50, hours=6)
    other = DAY + timedelta(days=52)
    events.write_text(
        "begin,end,topic,place\n"
        f"{begin.isoformat()},{(begin + timedelta(hours=12)).isoformat()},Снег,\n"
        f"{other.isoformat()},{(other + timedelta(hours=12)).isoformat()},Мусор,\n",
        encoding="utf-8",
    )
    said = told(capsys, messages, "--events", events)
    assert (said["found"], said["surges"], said["precision"]) == (1, 2, 1.0)
    assert said["delays_hours"] == [2]


def test_one_person_alone_is_no_surge(messages, capsys):
    lines = messages.read_text(encoding="utf-8").splitlines()
    alone = [line.rsplit(",", 1)[0] + ",Один" if "Снег" in line else line for line in lines]
    messages.write_text("\n".join(alone), encoding="utf-8")
    assert told(capsys, messages)["alarms"] == 0


def test_packed_files_are_read_and_the_time_judged_can_be_chosen(messages, tmp_path, capsys):
    packed = tmp_path / "messages.csv.gz"
    packed.write_bytes(gzip.compress(messages.read_bytes()))
    assert told(capsys, packed)["alarms"] == 1
    assert told(capsys, packed, "--end", "2026-04-15")["alarms"] == 0
    assert told(capsys, packed, "--least-messages", "100")["alarms"] == 0


def test_people_get_words(messages, capsys):
    assert main(["surges", "evaluate", str(messages)]) == 0
    out = capsys.readouterr().out
    assert "Тревог: 1" in out
    assert "Верная тревога:" in out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("nowhere.csv",), "nowhere.csv"),
        (("{file}", "--time-column", "when"), "when"),
        (("{file}", "--events", "{file}"), "begin"),
        (("{file}", "--begin", "tomorrow"), "tomorrow"),
        (("{file}", "--zone", "Nowhere/City"), "Nowhere/City"),
    ],
)
def test_bad_input_is_one_sentence(messages, capsys, arguments, word):
    assert main(["surges", "evaluate", *(part.format(file=messages) for part in arguments)]) == 2
    assert word in capsys.readouterr().err
