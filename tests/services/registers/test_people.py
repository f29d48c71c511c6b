"""The register of people: roles complete, nobody leaves with work in hand, one administrator remains."""

from dataclasses import replace

import pytest

from app.regulation.errors import Refused
from app.regulation.workflow import Role
from app.services import casework
from app.services.handing_over import take_leg
from app.services.journal import read_journal
from app.services.regions import find_person, list_people
from app.services.registers.keeping import former_names
from app.services.registers.people import Grant, PersonFacts, add_person, change_person, list_register
from app.services.verifying import verify


async def entry(desk, name):
    return next(person for person in await list_register(desk.admin) if person.facts.name == name)


async def changed(desk, called, **facts):
    person = await entry(desk, called)
    await change_person(desk.admin, person.id, person.version, replace(person.facts, **facts))


async def refusal(work):
    with pytest.raises(Refused) as refused:
        await work
    return refused.value.refusal


async def test_a_person_added_can_sit_down_with_two_hats(desk):
    roads = desk.agencies["ДОР"]
    grants = (Grant(Role.EXECUTOR, roads), Grant(Role.RESPONSIBLE, roads, "deputy_head"), Grant(Role.ORGANISER))
    await add_person(desk.admin, PersonFacts("Новиков", "зам", grants=grants, login="novikov"))

    person = await find_person(desk.database, "novikov")

    assert person.roles == {Role.EXECUTOR, Role.RESPONSIBLE, Role.ORGANISER}
    assert [name for _, name in person.agencies] == ["ДОР"]
    assert set((await entry(desk, "Новиков")).facts.grants) == set(grants)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"grants": ()}, "role_missing"),
        ({"grants": (Grant(Role.EXECUTOR),)}, "role_needs_agency"),
        ({"grants": (Grant(Role.CURATOR, 1),)}, "role_needs_agency"),
        ({"grants": (Grant(Role.RESPONSIBLE, 1),)}, "post_level_missing"),
        ({"grants": (Grant(Role.RESPONSIBLE, 1, "clerk"),)}, "post_level_missing"),
        ({"grants": (Grant(Role.EXECUTOR, 1), Grant(Role.EXECUTOR, 2))}, "role_in_one_agency"),
        ({"grants": (Grant(Role.SYSTEM),)}, "choice_unknown"),
        ({"name": " "}, "name_missing"),
        ({"login": "Имя"}, "login_malformed"),
        ({"login": "person1"}, "login_taken"),
    ],
)
async def test_what_a_person_needs(desk, facts, code):
    values = {"name": "Новиков", "grants": (Grant(Role.CURATOR),)} | facts
    before = len(await list_register(desk.admin))

    assert (await refusal(add_person(desk.admin, PersonFacts(**values)))).code == code
    assert len(await list_register(desk.admin)) == before


async def test_a_curator_with_cases_is_not_switched_off(desk):
    await desk.routed()

    found = await refusal(changed(desk, "Соколова", active=False))

    assert (found.code, found.params["curates"]) == ("work_in_hand", 1)
    assert (await refusal(changed(desk, "Соколова", grants=(Grant(Role.ORGANISER),)))).code == "work_in_hand"


async def test_an_executor_with_legs_is_not_switched_off(desk):
    await desk.act(take_leg, desk.executor, await desk.routed("ДОР"))

    assert (await refusal(changed(desk, "Панов", active=False))).params["executes"] == 1
    assert (await entry(desk, "Панов")).executes == 1


async def test_who_was_switched_off_can_do_nothing_more_and_comes_back(desk):
    case_id = await desk.entered()
    await changed(desk, "Орлова", active=False)

    assert "Орлова" not in [person.name for person in await list_people(desk.database)]
    found = await refusal(desk.act(casework.take, desk.second, case_id))
    assert found.code == "person_off"

    await changed(desk, "Орлова", active=True)
    await desk.act(casework.take, desk.second, case_id)
    orlova = await entry(desk, "Орлова")
    assert [e.entry for e in await read_journal(desk.admin, orlova.uuid)] == ["person_off", "person_on"]


async def test_a_role_taken_back_ends_acts_at_an_open_desk(desk):
    case_id = await desk.entered()
    await changed(desk, "Орлова", grants=(Grant(Role.SUPERVISOR),))

    assert (await refusal(desk.act(casework.take, desk.second, case_id))).code == "role_may_not"


async def test_the_only_administrator_stays(desk):
    assert (await refusal(changed(desk, "Админ", active=False))).code == "last_administrator"
    assert (await refusal(changed(desk, "Админ", grants=(Grant(Role.CURATOR),)))).code == "last_administrator"

    await changed(desk, "Шеф", grants=(Grant(Role.SUPERVISOR), Grant(Role.ADMINISTRATOR)))
    await changed(desk, "Админ", active=False)


async def test_a_person_renamed_keeps_the_old_name_out_of_the_journal(desk):
    await changed(desk, "Орлова", name="Соловьёва", post="консультант")

    person = await entry(desk, "Соловьёва")
    entries = await read_journal(desk.admin, person.uuid)
    assert [former.name for former in await former_names(desk.admin, person.uuid)] == ["Орлова"]
    assert entries[0].payload["changed"] == ["name", "post"]
    assert "Орлова" not in str(entries)
    assert "Соловьёва" not in str(entries[0].payload)
    assert (await verify(desk.database)).is_clean


async def test_nobody_is_newly_put_into_an_agency_switched_off(desk):
    from app.services.registers.agencies import AgencyFacts, change_agency

    await change_agency(desk.admin, desk.agencies["ЖКХ"], 1, AgencyFacts("Комитет ЖКХ", "ЖКХ", active=False))

    grants = (Grant(Role.EXECUTOR, desk.agencies["ЖКХ"]),)
    assert (await refusal(add_person(desk.admin, PersonFacts("Новиков", grants=grants)))).code == "agency_inactive"


async def test_the_second_of_two_administrators_is_told(desk):
    person = await entry(desk, "Орлова")
    await changed(desk, "Орлова", post="консультант")

    found = await refusal(change_person(desk.admin, person.id, person.version, person.facts))

    assert (found.code, found.params["who"]) == ("record_changed", "Админ")
    assert (await entry(desk, "Орлова")).facts.post == "консультант"
