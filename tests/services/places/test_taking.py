"""Places of a region from a file: ГАР, ФИАС or any table with streets; what is in the register stays as it is."""

import asyncio
import csv

import pytest
from sqlalchemy import select

from app.models import Location, Street
from app.regulation.errors import Refused
from app.services.directories import read_directories
from app.services.intake.sheets import TableError
from app.services.journal import read_journal
from app.services.places import tables
from app.services.places.matching import find_place
from app.services.places.naming import find_named
from app.services.places.tables import PULSE_ROWS, Places, Reading, is_of_addresses, read_places, street_key
from app.services.places.taking import compare, plan_places, take_in_places
from app.services.registers.branches import BranchFacts, BranchView, list_branches
from app.services.suggesting.advising import Advisor

GAR = """OBJECTID;OBJECTGUID;PARENTOBJID;NAME;TYPENAME;LEVEL;ISACTUAL;ISACTIVE
1;a;;Курская;обл;1;1;1
50;n;12;Кирова;ул;8;1;1
10;b;1;Льговский;м.р-н;3;1;1
11;c;10;Большеугонский;с/с;4;1;1
12;d;11;Большие Угоны;д;6;1;1
13;e;11;Ивановка;с;6;1;1
14;f;10;Ивановка;д;6;1;1
20;g;1;город Курск;г.о.;3;1;1
21;h;20;Курск;г;5;1;1
51;i;21;Ленина;ул;8;1;1
52;j;21;Старая;ул;8;0;0
53;k;21;5;д;10;1;1
"""
FIAS = """AOGUID,PARENTGUID,FORMALNAME,SHORTNAME,AOLEVEL,REGIONCODE,ACTSTATUS
r,,Курская,обл,1,46,1
d,r,Льговский,р-н,3,46,1
t,d,Льгов,г,4,46,1
s,t,Кирова,ул,7,46,1
x,r,Чужой,р-н,3,31,1
"""
LINES = """Район\tНаселённый пункт\tУлица
Льговский р-н\tс. Ивановка\tул. Мира
Льговский р-н\tс. Ивановка\tул. Мира
\tг. Курск\tЛенина
\t\tНичья
"""


def places(tmp_path, text, encoding="utf-8", region_code="46"):
    path = tmp_path / "places.csv"
    path.write_text(text, encoding=encoding)
    *_, last = read_places(Reading(path, region_code))
    return last


def test_address_objects_hang_under_what_they_belong_to(tmp_path):
    found = places(tmp_path, GAR)
    assert found.tree == {
        "Льговский район": {
            "деревня Большие Угоны": {"ул. Кирова"}, "село Ивановка": set(), "деревня Ивановка": set(),
        },
        "городской округ город Курск": {"город Курск": {"ул. Ленина"}},
    }  # fmt: skip
    assert (found.read, found.skipped) == (12, 3)  # what is no more, a house, and a council that is no place


def test_the_older_register_is_read_too_and_other_regions_are_left_out(tmp_path):
    assert places(tmp_path, FIAS, "cp1251").tree == {"Льговский район": {"город Льгов": {"ул. Кирова"}}}
    assert "Чужой район" in places(tmp_path, FIAS, region_code="").tree


def test_any_table_with_streets_is_read(tmp_path):
    found = places(tmp_path, LINES)
    assert found.tree == {
        "Льговский район": {"село Ивановка": {"ул. Мира"}}, "город Курск": {"город Курск": {"Ленина"}},
    }  # fmt: skip
    assert found.skipped == 1


@pytest.mark.parametrize("text", ["Группа;Место\nА;Б\n", "Текст;Дата\nЯма;сегодня\n", "одно слово\n"])
def test_a_table_of_something_else_is_none_of_addresses(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    assert not is_of_addresses(path)
    assert places(tmp_path, text).code == "no_places"


def test_loops_and_orphans_do_no_harm(tmp_path):
    head, rows = "OBJECTID;PARENTOBJID;NAME;TYPENAME;LEVEL\n", "1;2;А;р-н;3\n2;1;Б;с;6\n3;9;Сирота;ул;8\n"
    found = places(tmp_path, head + rows)
    assert found.tree == {"район А": {"село Б": set()}}
    assert found.skipped == 1


@pytest.mark.parametrize("name", ["ул. Кирова", "улица Кирова", "Кирова ул", "пер. Кирова", "Кирова"])
def test_a_street_is_found_by_what_a_text_calls_it(name):
    assert street_key(name) == find_named("На улице Кирова, 5 яма")[0].key


def branch(number, name, parent=None, group=""):
    return BranchView(number, f"u{number}", BranchFacts(name, parent), group, 1, 0)


def test_what_the_register_has_already_is_found_however_it_is_spelled():
    found = Places(tree={
        "Льговский муниципальный район": {"село Ивановка": {"ул. Мира"}, "деревня Ивановка": set(), "г. Льгов": set()},
        "городской округ город Курск": {"город Курск": {"ул. Ленина"}},
        "Курский район": {"деревня 1-я Моква": set()},
    })  # fmt: skip
    register = [
        branch(1, "Льговский район"), branch(2, "с. Ивановка", 1, "Льговский район"), branch(3, "Льгов", 1),
        branch(4, "город Курск"),
    ]  # fmt: skip
    plan = {m.name: m for m in compare(found, register).municipalities}

    lgov = plan["Льговский муниципальный район"]
    assert (lgov.id, {town.name: town.id for town in lgov.towns}) == (
        1, {"г. Льгов": 3, "деревня Ивановка": None, "село Ивановка": None},
    )  # fmt: skip  two villages of one name: neither is taken for the one that is there
    assert (plan["город Курск"].id, [(t.name, t.id, t.streets) for t in plan["город Курск"].towns]) == (
        4, [("", 4, ("ул. Ленина",))],
    )  # fmt: skip
    assert plan["Курский район"].id is None


async def test_places_are_taken_in_once_and_streets_anew(desk, tmp_path):
    path = tmp_path / "gar.csv"
    path.write_text(GAR, encoding="utf-8")
    plan = await plan_places(desk.admin, path)
    done = []
    taken = await take_in_places(desk.admin, plan, done.append)
    assert (taken.streets, done) == (2, [1, 2])

    again = await plan_places(desk.admin, path)
    assert not any(code.startswith("new") for code in again.counts())
    assert (await take_in_places(desk.admin, again)).places == 0
    async with desk.database.read() as connection:
        found = select(Location.name, Street.name, Street.key).join(Location, Location.id == Street.location_id)
        streets = {tuple(row[:2]) for row in await connection.execute(found)}
    assert {("деревня Большие Угоны", "ул. Кирова")} <= streets
    assert len(streets) == 2
    group = next(b for b in await list_branches(desk.admin, "location") if b.facts.name == "Льговский район")
    told = [entry for entry in await read_journal(desk.admin, group.uuid) if entry.entry == "places_taken_in"]
    assert len(told[0].payload["added"]) == 3


async def test_a_person_stops_the_reading_and_the_writing_and_goes_on_later(desk, tmp_path):
    path = tmp_path / "gar.csv"
    path.write_text(GAR, encoding="utf-8")
    assert await plan_places(desk.admin, path, stop=lambda: True) is None

    plan = await plan_places(desk.admin, path, stop=lambda: False)
    done = []
    taken = await take_in_places(desk.admin, plan, done.append, lambda: bool(done))
    assert (taken.stopped, taken.streets, done) == (True, 1, [1]), "a municipality that was begun is written whole"

    taken = await take_in_places(desk.admin, await plan_places(desk.admin, path))
    assert (taken.stopped, taken.streets) == (False, 2)
    async with desk.database.read() as connection:
        assert len((await connection.execute(select(Street.name))).all()) == 2


@pytest.mark.parametrize("piece", [1, 2, 100])
def test_in_pieces_it_is_the_same_places(tmp_path, monkeypatch, piece):
    whole = places(tmp_path, GAR)
    monkeypatch.setattr(tables, "PIECE", piece)
    parts = list(tables.stream_places(Reading(tmp_path / "places.csv", "46")))
    found = Places()
    for part in parts:
        found.take(part)
    assert (found.tree, found.keys, found.read, found.skipped, found.is_whole) == (
        whole.tree, whole.keys, whole.read, whole.skipped, True,
    )  # fmt: skip
    assert all(sum(part.counts()) <= piece + 4 for part in parts)


async def test_a_street_of_one_place_only_tells_the_place(desk, tmp_path):
    path = tmp_path / "gar.csv"
    path.write_text(GAR, encoding="utf-8")
    await take_in_places(desk.admin, await plan_places(desk.admin, path))
    advisor = Advisor()
    await advisor.refresh(desk.curator)
    locations = (await read_directories(desk.curator)).locations

    found = find_place("На улице Кирова, 5 нет света", locations, advisor.streets)
    assert (found.location, found.words, found.address) == (
        "деревня Большие Угоны", "ул. Кирова, 5", "ул. Кирова, 5",
    )  # fmt: skip
    assert find_place("На улице Кирова, 5 нет света", locations).location_id is None


async def test_who_does_not_keep_places_takes_none_in(desk, tmp_path):
    with pytest.raises(Refused):
        await plan_places(desk.curator, tmp_path / "gar.csv")


async def test_a_file_that_breaks_off_brings_nothing(desk, tmp_path):
    path = tmp_path / "gar.csv"
    path.write_text(GAR + '99;"never closed;1', encoding="utf-8")
    with pytest.raises(TableError) as error:
        await plan_places(desk.admin, path)
    assert error.value.code == "unclosed_quote"


async def test_a_big_file_is_read_apart_and_tells_how_far_it_is(desk, tmp_path):
    path = tmp_path / "houses.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        file.write(GAR)
        writer.writerows((number, "h", 51, number, "д", 10, 1, 1) for number in range(100, 100 + 3 * PULSE_ROWS))
    heard, turns = [], 0

    async def window():
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    beside = asyncio.create_task(window())
    plan = await plan_places(desk.admin, path, heard.append)
    beside.cancel()
    assert heard == [PULSE_ROWS, 2 * PULSE_ROWS, 3 * PULSE_ROWS, 3 * PULSE_ROWS + 12]
    assert plan.counts()["street"] == 2
    assert turns > len(heard)
