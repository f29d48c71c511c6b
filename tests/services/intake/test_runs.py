"""Each import is on record with its file, its counts and the rows it refused, which any desk can write out."""

import csv
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.models import ImportRun
from app.regulation.errors import Refused
from app.services.intake import importing
from app.services.intake.importing import Order, import_file
from app.services.intake.reading import digest_of, read_batches, reading_of
from app.services.intake.runs import list_refused, list_runs, write_refused
from app.services.intake.sheets import TableError


def table(folder, rows, name="messages.csv"):
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "text", "Дата публикации"), *rows])
    return path


BAD = [("1", "Яма", ""), ("2", "=СУММ(A1)", "вчера"), ("3", "Слова, которые\nне взяли", "в кавычки", "хвост")]


async def test_a_run_names_who_which_file_and_what_came_of_it(desk, tmp_path):
    path = table(tmp_path, BAD)
    report = await import_file(desk.curator, Order(path))

    (run,) = await list_runs(desk.curator)
    assert (run.id, run.person, run.file_hash) == (report.run_id, desk.curator.person.name, digest_of(path))
    assert (run.state, run.read, run.new, run.known, run.refused) == ("finished", 3, 1, 0, 2)
    assert (run.export, run.file_bytes) == ("plain", path.stat().st_size)
    assert await list_runs(desk.curator, "0" * 64) == []


async def test_refused_rows_are_kept_whole_and_their_file_is_mended_and_taken_in(desk, tmp_path):
    report = await import_file(desk.curator, Order(table(tmp_path, BAD)))
    rows = await list_refused(desk.curator, report.run_id)
    assert [(row.row_number, row.cell, row.code) for row in rows] == [
        (3, "C3", "unreadable_date"), (4, "", "columns_slipped"),
    ]  # fmt: skip

    out = tmp_path / "mend.csv"
    write_refused(out, rows)
    with out.open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file, delimiter=";"))
    assert written[2][1:] == ["3", "Слова, которые\nне взяли", "в кавычки", "хвост"]
    written[1][3], written[2][3:] = "20.11.2025", [""]
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(written)

    again = await import_file(desk.curator, Order(out))
    assert (again.new, again.refused) == (2, 0)


async def test_how_a_run_ended_is_told(desk, tmp_path):
    many = table(tmp_path, [(str(n), f"Сообщение {n}", "") for n in range(6)])
    seen = []
    await import_file(desk.curator, Order(many, batch=2), seen.append, lambda: len(seen) == 1)
    broken = tmp_path / "broken.csv"
    broken.write_text('id,text\n8,Яма\n9,"Не закрыто\n', encoding="utf-8")
    await import_file(desk.curator, Order(broken))

    second, first = await list_runs(desk.curator)
    assert (first.state, first.new) == ("stopped", 2)
    assert (second.state, second.new, second.stories["unread"][0]) == ("broken", 1, "unclosed_quote")


async def test_a_run_that_fell_silent_was_cut_off(desk, tmp_path):
    await import_file(desk.curator, Order(table(tmp_path, BAD)))
    async with desk.database.write() as connection:
        long_ago = desk.curator.now() - timedelta(minutes=3)
        await connection.execute(update(ImportRun).values(state="running", changed_at=long_ago))

    assert [run.state for run in await list_runs(desk.curator)] == ["cut_off"]


async def test_executors_read_no_imports(desk):
    with pytest.raises(Refused, match="role_may_not"):
        await list_runs(desk.executor)


async def test_a_big_file_is_read_by_a_process_of_its_own(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "APART_FROM_BYTES", 1)
    report = await import_file(desk.curator, Order(table(tmp_path, [*BAD, *[("7", f"Ещё {n}", "") for n in range(9)]])))

    assert (report.read, report.new, report.refused, report.unread) == (12, 10, 2, None)
    with pytest.raises(TableError, match="file_missing"):
        await import_file(desk.curator, Order(tmp_path / "no.csv"))


def _dies(_argument):
    import os

    yield "first"
    os._exit(1)


async def test_a_reading_process_that_dies_is_told_and_not_waited_for():
    async with reading_of(_dies, None, apart=True) as parts:
        assert await anext(parts) == "first"
        with pytest.raises(TableError, match="reading_died"):
            await anext(parts)


async def test_a_reading_can_be_left_in_the_middle(desk, tmp_path):
    path = table(tmp_path, [(str(n), "Слово " * 200, "") for n in range(2000)])
    reading = replace(await importing.reading_for(desk.curator, path), batch=1)
    async with reading_of(read_batches, reading, apart=True) as parts:
        await anext(parts)
        await anext(parts)
