"""Absences and substitutes on both engines (п. 6): work moves and comes back, rights go with it, history says so."""

import contextlib
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import text

from app.regulation.errors import Refused
from app.regulation.workflow import DraftKind, Role, State
from app.services import casework, handing_over, queries
from app.services.absences import AbsencePlan, arrange_absence, change_last_day, read_absences
from app.services.directories import read_directories
from app.services.journal import read_journal
from app.services.regions import NewPerson, add_people, list_people, sit_down
from app.services.selection import Selection
from app.services.staffing import Staffing
from app.services.substituting import carry_out_absences, refresh_rights
from app.services.verifying import verify

# Work is moved by the program: on a shared database the worker does it.
pytestmark = pytest.mark.program

TODAY = date(2026, 6, 1)
MORE = [
    NewPerson("Сычёв", (Role.EXECUTOR,), agency="Комитет дорог"),
    NewPerson("Главная", (Role.RESPONSIBLE,), agency="Комитет дорог"),
]


def day(number):
    return TODAY + timedelta(days=number)


def refused(code):
    return pytest.raises(Refused, match=f"'{code}'")


async def staffed(desk):
    """Two more people of the roads' committee, at their desks."""
    await add_people(desk.database, MORE)
    for person in await list_people(desk.database):
        if person.name in ("Сычёв", "Главная"):
            desk.people[person.name] = await sit_down(desk.database, person)
    return desk.people["Сычёв"], desk.people["Главная"]


def plan(who, first, last, substitute=None, reason="leave"):
    key = substitute.person.id if substitute else None
    return AbsencePlan(who.person.id, reason, day(first), day(last), key)


async def in_hand(desk, *who):
    """Routed cases, each given to an executor by the responsible official."""
    chief = desk.people["Главная"]
    cases = []
    for number, executor in enumerate(who):
        cases.append(await desk.routed(text=f"Яма {number}"))
        await desk.act(handing_over.assign, chief, cases[-1], executor.person.id)
    return cases


async def holders(desk, cases):
    return [(await desk.card(case)).leg.executor for case in cases]


async def hands(desk, case_id):
    """What the history says of hands: act, variant, from, to, who did it."""
    card = await desk.card(case_id)
    return [(e.act, e.variant, *e.handed, e.actor) for e in card.history if e.handed]


async def test_work_goes_to_the_substitute_and_back_and_the_history_says_so(desk):
    sychev, chief = await staffed(desk)
    case_id, other = await in_hand(desk, desk.executor, sychev)
    clocks = (await desk.card(case_id)).clocks

    await arrange_absence(chief, plan(desk.executor, 1, 2, sychev))
    assert await holders(desk, [case_id, other]) == ["Панов", "Сычёв"]
    desk.clock.move(days=1)
    assert await carry_out_absences(desk.curator) == 1
    assert await holders(desk, [case_id, other]) == ["Сычёв", "Сычёв"]
    assert await carry_out_absences(desk.second) == 0
    desk.clock.move(days=2)
    assert await carry_out_absences(desk.lgov) == 1

    assert await holders(desk, [case_id, other]) == ["Панов", "Сычёв"]
    assert await hands(desk, case_id) == [
        ("assign", "", "", "Панов", "Главная"),
        ("assign", "absence", "Панов", "Сычёв", "Главная"),
        ("assign", "back", "Сычёв", "Панов", "Главная"),
    ]
    assert (await desk.card(case_id)).clocks == clocks
    assert (await verify(desk.database)).findings == []


async def test_a_curators_cases_move_as_well(desk):
    case_id = await desk.entered()
    await arrange_absence(desk.chief, plan(desk.curator, 0, 0, desk.second, "illness"))

    assert (await desk.card(case_id)).curator == "Орлова"
    desk.clock.move(days=1)
    await carry_out_absences(desk.admin)
    assert (await desk.card(case_id)).curator == "Соколова"
    assert [words[:2] for words in await hands(desk, case_id)] == [("hand_over", "absence"), ("hand_over", "back")]


async def test_without_a_substitute_work_is_nobodys_and_whoever_takes_it_keeps_it(desk):
    kept, taken = [await desk.entered(words) for words in ("Раз", "Два")]
    await arrange_absence(desk.curator, plan(desk.curator, 0, 1))
    assert [(await desk.card(case)).curator for case in (kept, taken)] == ["", ""]

    await desk.act(casework.take, desk.second, taken)
    desk.clock.move(days=2)
    await carry_out_absences(desk.second)

    assert [(await desk.card(case)).curator for case in (kept, taken)] == ["Соколова", "Орлова"]
    assert (await verify(desk.database)).is_clean


async def test_a_chain_of_substitutes_is_followed_and_unwound(desk):
    sychev, chief = await staffed(desk)
    (case_id,) = await in_hand(desk, desk.executor)
    await arrange_absence(chief, plan(desk.executor, 0, 4, sychev))
    await arrange_absence(chief, plan(sychev, 1, 2, chief))
    seen = []
    for _ in range(6):
        await carry_out_absences(desk.curator)
        seen += await holders(desk, [case_id])
        desk.clock.move(days=1)

    assert seen == ["Сычёв", "Главная", "Главная", "Сычёв", "Сычёв", "Панов"]


async def test_what_the_responsible_official_gave_to_another_stays_there(desk):
    sychev, chief = await staffed(desk)
    (case_id,) = await in_hand(desk, desk.executor)
    await arrange_absence(chief, plan(desk.executor, 0, 0, sychev))
    await desk.act(handing_over.assign, chief, case_id, chief.person.id)
    desk.clock.move(days=1)

    assert await carry_out_absences(desk.curator) == 0
    assert await holders(desk, [case_id]) == ["Главная"]


async def test_an_absence_ends_early_or_never_begins(desk):
    case_id = await desk.entered()
    absence = await arrange_absence(desk.chief, plan(desk.curator, 0, 5, desk.second))
    desk.clock.move(days=2)
    await change_last_day(desk.chief, absence, day(1))
    assert (await desk.card(case_id)).curator == "Соколова"
    with refused("absence_over"):
        await change_last_day(desk.chief, absence, day(9))

    coming = await arrange_absence(desk.chief, plan(desk.curator, 4, 5))
    await change_last_day(desk.chief, coming, day(3))
    desk.clock.move(days=2)
    assert await carry_out_absences(desk.chief) == 0
    entries = [entry.entry for entry in await read_journal(desk.chief, desk.curator.person.uuid)]
    assert entries == ["absence_arranged", "absence_shortened", "absence_arranged", "absence_cancelled"]


async def test_an_absence_is_made_longer_unless_the_substitute_is_away_then(desk):
    absence = await arrange_absence(desk.chief, plan(desk.curator, 0, 1, desk.second))
    await arrange_absence(desk.chief, plan(desk.second, 4, 5))

    await change_last_day(desk.chief, absence, day(3))
    with refused("substitute_away"):
        await change_last_day(desk.chief, absence, day(4))


@pytest.mark.parametrize(
    ("who", "whose", "code"),
    [
        ("executor", "executor", None),
        ("curator", "curator", None),
        ("chief", "executor", None),
        ("admin", "executor", None),
        ("curator", "executor", "role_may_not"),
        ("executor", "lgov", "role_may_not"),
        ("wall", "executor", "role_may_not"),
        ("chief", "chief", "absence_without_work"),
        ("Главная", "executor", None),
        ("Главная", "lgov", "absence_of_another_agency"),
        ("Главная", "curator", "absence_of_another_agency"),
    ],
)
async def test_whose_absence_a_person_may_arrange(desk, who, whose, code):
    await staffed(desk)
    place = desk.people[who] if who in desk.people else getattr(desk, who)
    wanted = plan(getattr(desk, whose), 1, 2)
    if code is None:
        await arrange_absence(place, wanted)
        return
    with refused(code):
        await arrange_absence(place, wanted)


@pytest.mark.parametrize(
    ("first", "last", "substitute", "code"),
    [
        (3, 1, None, "absence_reversed"),
        (-3, -1, None, "absence_past"),
        (1, 2, "executor", "substitute_self"),
        (1, 2, "lgov", "substitute_elsewhere"),
        (1, 6, None, "absence_overlaps"),
    ],
)
async def test_bad_absences_are_refused_and_nothing_is_kept(desk, first, last, substitute, code):
    await arrange_absence(desk.chief, plan(desk.executor, 5, 6))
    with refused(code):
        await arrange_absence(desk.chief, plan(desk.executor, first, last, getattr(desk, substitute or "", None)))
    assert len((await read_absences(desk.chief)).absences) == 1


async def test_the_substitute_has_the_rights_of_the_absent_for_those_days_only(desk):
    sychev, chief = await staffed(desk)
    await arrange_absence(desk.chief, plan(chief, 1, 1, sychev))
    assert Role.RESPONSIBLE not in sychev.actor.roles
    (case_id,) = await in_hand(desk, desk.executor)
    with refused("role_may_not"):
        await desk.act(handing_over.assign, sychev, case_id, sychev.person.id)

    desk.clock.move(days=1)
    assert await refresh_rights(sychev)
    await desk.act(handing_over.assign, sychev, case_id, sychev.person.id)
    desk.clock.move(days=1)
    assert await refresh_rights(sychev)
    assert Role.RESPONSIBLE not in sychev.actor.roles
    assert not await refresh_rights(sychev)


async def test_an_agency_with_nobody_today_and_one_without_the_program_are_known_before_routing(desk):
    async def staffing():
        agencies = (await read_directories(desk.curator)).agencies
        return {agency.short_name: agency.staffing for agency in agencies}

    before = await staffing()
    assert [before[name].staffing for name in ("ДОР", "Льгов", "ЖКХ")] == ["", "", Staffing.NO_PROGRAM]
    await arrange_absence(desk.chief, plan(desk.lgov, 0, 3))
    assert (await staffing())["Льгов"].staffing is Staffing.NOBODY_TODAY
    assert (await staffing())["Льгов"].back_on == day(4)
    await desk.routed("Льгов")  # not a ban


async def test_a_curator_acts_for_an_agency_without_the_program(desk):
    case_id = await desk.routed("ЖКХ")
    card = await desk.card(case_id)
    assert not card.leg.has_program

    done = await desk.act(casework.submit, desk.curator, case_id, DraftKind.ANSWER, "По телефону: сделают")
    assert done.state is State.APPROVAL
    assert (await desk.card(case_id)).history[-1].on_behalf == "ЖКХ"


async def test_an_executors_own_work_comes_first(desk):
    sychev, _ = await staffed(desk)
    theirs, mine = await in_hand(desk, sychev, desk.executor)
    free = await desk.routed(text="Ничья")

    rows = await queries.list_queue(desk.executor, Selection("executors"))
    assert [(row.id, row.turn, row.executor) for row in rows] == [
        (mine, 0, "Панов"), (free, 1, ""), (theirs, 2, "Сычёв"),
    ]  # fmt: skip
    assert [row.id for row in await queries.list_queue(desk.executor, Selection("executors"), rows[1])] == [theirs]


async def test_an_executor_takes_what_nobody_has(desk):
    sychev, _ = await staffed(desk)
    free = await desk.routed()
    await desk.act(handing_over.take_leg, desk.executor, free)
    with refused("leg_in_hand"):
        await desk.act(handing_over.take_leg, sychev, free)
    with refused("another_agency"):
        await desk.act(handing_over.take_leg, desk.lgov, free)


@pytest.mark.parametrize("to", ["lgov", "curator", "executor"])
async def test_work_is_given_to_people_of_the_agency_who_are_there(desk, to):
    _, chief = await staffed(desk)
    (case_id,) = await in_hand(desk, desk.executor)
    with refused("receiver_has_it" if to == "executor" else "not_of_the_agency"):
        await desk.act(handing_over.assign, chief, case_id, getattr(desk, to).person.id)
    await arrange_absence(chief, plan(chief, 0, 0))
    with refused("receiver_away"):
        await desk.act(handing_over.assign, chief, case_id, chief.person.id)


@pytest.mark.parametrize("statement", [
    "UPDATE leg SET executor_id = (SELECT id FROM person WHERE name = 'Львов')",
    'UPDATE "case" SET curator_id = (SELECT id FROM person WHERE name = \'Львов\')',
    'UPDATE "case" SET executor_id = (SELECT id FROM person WHERE name = \'Львов\')',
])  # fmt: skip
async def test_hands_changed_behind_the_history_are_named(desk, statement):
    await staffed(desk)
    await in_hand(desk, desk.executor)
    async with desk.database.write() as connection:
        await connection.execute(text(statement))

    assert {finding.code for finding in (await verify(desk.database)).findings} == {"case_differs"}


async def test_a_person_switched_off_has_no_work_left(desk):
    case_id = await desk.entered()
    async with desk.database.write() as connection:
        await connection.execute(text("UPDATE person SET active = false WHERE name = 'Соколова'"))

    assert await carry_out_absences(desk.second) == 1
    assert (await desk.card(case_id, desk.second)).curator == ""


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_absences_come_nothing_is_with_an_absent_person_and_all_comes_back(desk, seed):
    sychev, chief = await staffed(desk)
    chance, people = Random(seed), [desk.executor, sychev, chief, desk.curator, desk.second, desk.both]
    cases = [*await in_hand(desk, desk.executor, sychev), *[await desk.entered(f"Письмо {n}") for n in range(2)]]
    own = await whose(desk, cases)
    for number in range(8):
        who, substitute = chance.choice(people), chance.choice([None, *people])
        with contextlib.suppress(Refused):
            first = number + chance.randint(0, 2)
            await arrange_absence(desk.admin, plan(who, first, first + chance.randint(0, 3), substitute))
        await carry_out_absences(desk.lgov)
        assert await carry_out_absences(desk.lgov) == 0
        absences = (await read_absences(desk.admin)).absences
        away = {absence.person for absence in absences if absence.first_day <= day(number) <= absence.last_day}
        assert not away & {name for names in (await whose(desk, cases)) for name in names}
        desk.clock.move(days=1)

    desk.clock.move(days=10)
    await carry_out_absences(desk.lgov)
    assert await whose(desk, cases) == own
    assert (await verify(desk.database)).findings == []


async def whose(desk, cases):
    cards = [await desk.card(case, desk.admin) for case in cases]
    return [(card.curator, card.leg.executor if card.leg else "") for card in cards]
