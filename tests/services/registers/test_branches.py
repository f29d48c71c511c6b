"""Topics and places: two levels, renamed, moved, merged with all that names them; tables out and in again."""

import csv
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.models import Case, History, Topic
from app.regulation.errors import Refused
from app.services import casework
from app.services.directories import read_directories
from app.services.journal import read_journal
from app.services.officials import add_official, list_officials
from app.services.registers.branches import (
    BranchFacts,
    add_branch,
    change_branch,
    list_branches,
    merge_branches,
    residents_from,
)
from app.services.registers.exchange import preview_branches, take_in_branches, write_branches
from app.services.registers.keeping import former_names
from app.services.verifying import verify
from tests.helpers.statements import counted
from tests.services.test_officials import facts as official_facts


async def branch(desk, name, register="topic"):
    return next(found for found in await list_branches(desk.admin, register) if found.facts.name == name)


async def named(desk, register="topic"):
    return [(found.group, found.facts.name) for found in await list_branches(desk.admin, register)]


async def refusal(work):
    with pytest.raises(Refused) as refused:
        await work
    return refused.value.refusal.code


async def test_entries_are_added_in_two_levels_and_no_more(desk):
    group = await add_branch(desk.admin, "topic", BranchFacts("ЖКХ"))
    topic = await add_branch(desk.admin, "topic", BranchFacts("Вывоз  мусора", group))

    assert ("ЖКХ", "Вывоз мусора") in await named(desk)
    assert await refusal(add_branch(desk.admin, "topic", BranchFacts("Бачки", topic))) == "third_level"
    assert await refusal(add_branch(desk.admin, "topic", BranchFacts("вывоз мусора", group))) == "name_taken"
    assert await refusal(add_branch(desk.admin, "topic", BranchFacts(" "))) == "name_missing"


async def test_an_entry_moves_and_is_renamed_and_its_cases_keep_it(desk):
    case_id = await desk.routed()
    group = await add_branch(desk.admin, "topic", BranchFacts("Благоустройство"))
    pits = await branch(desk, "Ямы")
    await change_branch(desk.admin, "topic", pits.id, pits.version, BranchFacts("Ямы на дорогах", group))

    card = await desk.card(case_id)
    assert (card.topic_group, card.topic) == ("Благоустройство", "Ямы на дорогах")
    assert [former.name for former in await former_names(desk.admin, pits.uuid)] == ["Ямы"]
    roads = await branch(desk, "Дороги")
    moved = BranchFacts("Дороги", group)
    assert await refusal(change_branch(desk.admin, "topic", roads.id, roads.version, moved)) == "group_not_empty"


async def test_what_is_switched_off_is_not_chosen_anew(desk):
    case_id = await desk.routed()
    roads = await branch(desk, "Дороги")
    await change_branch(desk.admin, "topic", roads.id, roads.version, BranchFacts("Дороги", active=False))

    offered = {topic.name for topic in (await read_directories(desk.curator)).topics if topic.active}
    assert offered == set()
    assert await refusal(desk.routed(text="Ещё яма")) == "topic_inactive"
    await desk.act(casework.amend, desk.curator, case_id, desk.routing())


async def test_merging_takes_cases_and_officials_along_and_keeps_the_history(desk):
    case_id = await desk.routed()
    pits, light = await branch(desk, "Ямы"), await branch(desk, "Свет")
    await add_official(desk.admin, official_facts(topics=(pits.id,)))

    moved = await merge_branches(desk.admin, "topic", pits.id, pits.version, light.id)

    assert moved == 1
    assert (await desk.card(case_id)).topic == "Свет"
    assert (await list_officials(desk.admin))[0].topics == (light.id,)
    assert ("Дороги", "Ямы") not in await named(desk)
    async with desk.database.read() as connection:
        payloads = (await connection.execute(select(History.payload).where(History.act == "route"))).scalars().all()
        kept = (await connection.execute(select(Topic.name).where(Topic.uuid == pits.uuid))).scalar_one()
    assert pits.uuid in payloads[0]
    assert kept == "Ямы"
    assert [entry.entry for entry in await read_journal(desk.admin, light.uuid)] == ["node_took"]
    assert (await verify(desk.database)).is_clean
    await add_branch(desk.admin, "topic", BranchFacts("Ямы", pits.facts.parent_id))


async def test_merging_groups_merges_their_entries_of_one_name(desk):
    other = await add_branch(desk.admin, "topic", BranchFacts("Транспорт"))
    await add_branch(desk.admin, "topic", BranchFacts("ямы", other))
    await add_branch(desk.admin, "topic", BranchFacts("Автобусы", other))
    transport = await branch(desk, "Транспорт")

    await merge_branches(desk.admin, "topic", transport.id, transport.version, (await branch(desk, "Дороги")).id)

    assert await named(desk) == [("", "Дороги"), ("Дороги", "Автобусы"), ("Дороги", "Свет"), ("Дороги", "Ямы")]


async def test_what_cannot_be_merged(desk):
    roads, pits = await branch(desk, "Дороги"), await branch(desk, "Ямы")

    assert await refusal(merge_branches(desk.admin, "topic", pits.id, 1, pits.id)) == "merged_with_itself"
    assert await refusal(merge_branches(desk.admin, "topic", roads.id, 1, pits.id)) == "group_into_entry"
    assert await refusal(merge_branches(desk.admin, "topic", pits.id, 1, 9999)) == "record_unknown"
    assert await refusal(merge_branches(desk.admin, "topic", pits.id, 7, roads.id)) == "record_changed"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
async def test_a_table_written_is_read_again_without_a_change(desk, tmp_path, ending):
    path = tmp_path / f"topics.{ending}"
    await add_branch(desk.admin, "topic", BranchFacts("=СУММ(1;2)"))
    await write_branches(desk.admin, "topic", path)

    preview = await preview_branches(desk.admin, "topic", path)

    assert (preview.lines, preview.refused, preview.same) == ([], [], 4)


def written(path, *rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return path


async def test_a_table_is_previewed_and_then_taken_in(desk, tmp_path):
    pits, light = await branch(desk, "Ямы"), await branch(desk, "Свет")
    path = written(
        tmp_path / "topics.csv",
        ["Группа тем", "Тема", "Состояние", "Код"],
        ["Дороги", "Ямы на дорогах", "действует", pits.uuid],
        ["Энергетика", "Свет", "отключено", light.uuid],
        ["Дороги", "Разметка", "действует", ""],
        ["Дороги", "Разметка", "действует", ""],
    )
    preview = await preview_branches(desk.admin, "topic", path)
    assert [(line.kind, line.name) for line in preview.lines] == [
        ("rename", "Ямы на дорогах"),
        ("add", "Энергетика"),
        ("move", "Свет"),
        ("off", "Свет"),
        ("add", "Разметка"),
    ]
    assert preview.refused == [(5, "row_twice", "Разметка")]
    assert ("Дороги", "Ямы") in await named(desk)

    assert await take_in_branches(desk.admin, preview) == 5

    assert await named(desk) == [
        ("", "Дороги"),
        ("Дороги", "Разметка"),
        ("Дороги", "Ямы на дорогах"),
        ("", "Энергетика"),
        ("Энергетика", "Свет"),
    ]
    assert not (await branch(desk, "Свет")).facts.active


async def test_a_preview_is_not_taken_in_over_somebodys_change(desk, tmp_path):
    pits = await branch(desk, "Ямы")
    rows = (["Группа", "Тема", "Код"], ["Дороги", "Провалы", pits.uuid], ["Дороги", "Разметка", ""])
    preview = await preview_branches(desk.admin, "topic", written(tmp_path / "t.csv", *rows))
    await change_branch(desk.admin, "topic", pits.id, pits.version, BranchFacts("Колеи", pits.facts.parent_id))

    assert await refusal(take_in_branches(desk.admin, preview)) == "record_changed"
    assert ("Дороги", "Разметка") not in await named(desk)


async def test_a_register_is_not_read_anew_for_each_line_of_a_table(desk, tmp_path):
    rows = [["Группа", "Тема"], *(["Вода", f"Тема {number}"] for number in range(20))]
    preview = await preview_branches(desk.admin, "topic", written(tmp_path / "t.csv", *rows))
    with counted(desk.database) as sent:
        assert await take_in_branches(desk.admin, preview) == 21

    assert not [statement for statement in sent if "FROM" in statement and "count(" in statement.lower()]
    names = [statement for statement in sent if "merged_into_id IS NULL" in statement]
    assert len(names) <= 3, "the groups, the names of groups, the names within the new one"
    assert len([group for group, _ in await named(desk) if group == "Вода"]) == 20


async def test_a_name_that_a_line_before_gave_up_may_be_taken_and_one_it_took_may_not(desk, tmp_path):
    pits, light = await branch(desk, "Ямы"), await branch(desk, "Свет")
    rows = (["Группа", "Тема", "Код"], ["Дороги", "Провалы", pits.uuid], ["Дороги", "Ямы", light.uuid])
    await take_in_branches(desk.admin, await preview_branches(desk.admin, "topic", written(tmp_path / "t.csv", *rows)))
    assert {name for group, name in await named(desk) if group == "Дороги"} == {"Провалы", "Ямы"}

    rows = (["Группа", "Тема", "Код"], ["Дороги", "Колеи", pits.uuid], ["Дороги", "Колеи ", light.uuid])
    preview = await preview_branches(desk.admin, "topic", written(tmp_path / "u.csv", *rows))
    preview.lines.append(replace(preview.lines[0], entry=await branch(desk, "Ямы")))
    assert await refusal(take_in_branches(desk.admin, preview)) == "name_taken"


async def test_a_group_that_is_renamed_takes_in_under_its_new_name(desk, tmp_path):
    roads = await branch(desk, "Дороги")
    rows = (["Группа", "Тема", "Код"], ["", "Дороги и мосты", roads.uuid], ["Дороги и мосты", "Мосты", ""])
    await take_in_branches(desk.admin, await preview_branches(desk.admin, "topic", written(tmp_path / "t.csv", *rows)))

    assert ("Дороги и мосты", "Мосты") in await named(desk)


async def test_a_table_without_names_is_refused(desk, tmp_path):
    path = written(tmp_path / "t.csv", ["Что", "Где"], ["1", "2"])

    assert await refusal(preview_branches(desk.admin, "topic", path)) == "table_without_names"
    assert await refusal(write_branches(desk.admin, "topic", tmp_path / "t.pdf")) == "file_kind_unknown"


async def test_places_are_kept_in_the_same_way(desk):
    case_id = await desk.routed()
    centre = await branch(desk, "Центр", "location")
    new = await add_branch(desk.admin, "location", BranchFacts("Железногорск"))

    await merge_branches(desk.admin, "location", centre.id, centre.version, new)

    assert (await desk.card(case_id)).location == "Железногорск"
    async with desk.database.read() as connection:
        assert (await connection.execute(select(Case.location_id))).scalar_one() == new


async def test_residents_of_a_place_are_kept_through_every_change(desk, tmp_path):
    assert (residents_from("440\u202f000"), residents_from(" 1 234"), residents_from(" ")) == (440_000, 1234, None)
    for words in ("много", "-5", "0", "1,5", "²", "9" * 12):
        with pytest.raises(Refused) as refused:
            residents_from(words)
        assert refused.value.refusal.code == "residents_unclear"
    await add_branch(desk.admin, "location", BranchFacts("Железногорск", residents=95_000))
    town = await branch(desk, "Железногорск", "location")
    assert town.facts.residents == 95_000

    path = written(tmp_path / "t.csv", ["Муниципалитет", "Место", "Код"], ["г. Железногорск", "", town.uuid])
    await take_in_branches(desk.admin, await preview_branches(desk.admin, "location", path))

    town = await branch(desk, "г. Железногорск", "location")
    assert town.facts.residents == 95_000
    await change_branch(desk.admin, "location", town.id, town.version, replace(town.facts, residents=None))
    assert (await branch(desk, "г. Железногорск", "location")).facts.residents is None
