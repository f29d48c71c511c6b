"""The command `kin evaluate`: on a file anyone can make, with the proxy it is judged by."""

import csv
import json
from datetime import datetime, timedelta

import pytest

from app.cli import main

BEGAN = datetime.fromisoformat("2026-03-02T09:00:00")


@pytest.fixture
def file(tmp_path):
    """Twenty complaints of twenty houses, and two of them again in other words; one more again far too late."""
    rows = [
        (n, f"Подъезд {n} не убирают, грязно и пахнет, дом {n}", f"ул. Садовая, дом {n}", "Уборка")
        for n in range(1, 21)
    ]
    rows.append((25, "В третьем подъезде опять не убирают: грязно, пахнет сыростью", "ул. Садовая, дом 3", "Уборка"))
    rows.append((26, "Грязно в подъезде, не убирают неделю", "ул. Садовая, дом 7", "Уборка"))
    rows.append((90, "Не убирают подъезд, пахнет", "ул. Садовая, дом 9", "Уборка"))
    path = tmp_path / "past.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("time", "text", "address", "topic"))
        writer.writerows(((BEGAN + timedelta(days=day)).isoformat(), *more) for day, *more in rows)
    return str(path)


def test_repeats_are_found_by_the_address_and_judged_by_the_stated_proxy(file, capsys):
    assert main(["kin", "evaluate", file, "--with-address", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["messages"], said["repeats"], said["recall"]) == (23, 2, 1.0)
    assert 0 < said["precision"] <= 1
    assert "30" in said["proxy"]


def test_people_are_told_in_words(file, capsys):
    assert main(["kin", "evaluate", file]) == 0
    assert "Повторов по мерке: 2" in capsys.readouterr().out


def test_a_file_without_the_columns_is_refused(tmp_path, capsys):
    (tmp_path / "bad.csv").write_text("text\nяма\n", encoding="utf-8")
    assert main(["kin", "evaluate", str(tmp_path / "bad.csv")]) == 2
    assert "bad.csv" in capsys.readouterr().err
