"""What a person said of columns is kept in the database for every desk, and files are read by it."""

import csv

import pytest

from app.regulation.errors import Refused
from app.services.intake.columns import ColumnMapping, fingerprint
from app.services.intake.importing import Order, import_file
from app.services.intake.mappings import forget_mapping, list_mappings, read_mappings, save_mapping
from app.services.intake.sheets import TableError

HEADER = ("Кто", "Что случилось", "Когда", "Где")
MARK = fingerprint(HEADER)
MAPPING = ColumnMapping({"author_name": "Кто", "text": "Что случилось", "posted_at": "Когда", "street": "Где"})


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "own.csv"
    rows = [("Анна", "Яма у школы", "20.11.2025 10:00", "Кирова"), ("Олег", "Темно во дворе", "вчера", "Мира")]
    with path.open("w", encoding="cp1251", newline="") as file:
        csv.writer(file, delimiter="\t").writerows([("Список сообщений",), (), HEADER, *rows])
    return path


async def test_a_table_of_any_columns_is_read_as_a_person_said_even_by_another(desk, table):
    with pytest.raises(TableError, match="no_header"):
        await import_file(desk.curator, Order(table))

    await save_mapping(desk.curator, MARK, 0, table.name, MAPPING)
    report = await import_file(desk.curator, Order(table))

    assert (report.new, [(r.cell, r.code) for r in report.refusals]) == (1, [("C5", "unreadable_date")])
    (view,) = await list_mappings(desk.curator)
    assert (view.file_name, view.version, view.changed_by) == ("own.csv", 1, desk.curator.person.name)
    assert view.fields["text"] == "что случилось"


async def test_rows_refused_under_a_mapping_are_mended_and_read_by_it_again(desk, table, tmp_path):
    await save_mapping(desk.curator, MARK, 0, table.name, MAPPING)
    refused = tmp_path / "refused.csv"
    await import_file(desk.curator, Order(table, refused_path=refused))

    refused.write_text(refused.read_text("utf-8-sig").replace("вчера", "19.11.2025"), "utf-8-sig")
    report = await import_file(desk.curator, Order(refused))

    assert (report.new, report.refused) == (1, 0)


async def test_of_two_who_change_a_mapping_the_second_is_told(desk):
    await save_mapping(desk.curator, MARK, 0, "a.csv", MAPPING)
    await save_mapping(desk.curator, MARK, 1, "a.csv", ColumnMapping({"text": "Кто"}, "Europe/Moscow"))

    with pytest.raises(Refused, match="mapping_changed"):
        await save_mapping(desk.curator, MARK, 1, "a.csv", MAPPING)

    assert (await read_mappings(desk.curator))[MARK] == ColumnMapping({"text": "кто"}, "Europe/Moscow")
    await forget_mapping(desk.curator, MARK)
    assert await read_mappings(desk.curator) == {}


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        (ColumnMapping({"author_name": "Кто"}), "mapping_without_text"),
        (ColumnMapping({"text": "Кто", "title": "Кто"}), "mapping_twice"),
        (ColumnMapping({"text": "Кто"}, "Europe/Mars"), "zone_unknown"),
    ],
)
async def test_a_mapping_that_makes_no_sense_is_refused(desk, mapping, code):
    with pytest.raises(Refused, match=code):
        await save_mapping(desk.curator, MARK, 0, "a.csv", mapping)


async def test_only_curators_say_what_columns_mean(desk):
    with pytest.raises(Refused, match="role_may_not"):
        await save_mapping(desk.executor, MARK, 0, "a.csv", MAPPING)
