"""The register of agencies: names, bindings that concern new legs only, and what a switched-off agency gets."""

import pytest

from app.regulation.errors import Refused
from app.regulation.workflow import DraftKind, State
from app.services import casework, relay
from app.services.journal import read_journal
from app.services.registers.agencies import AgencyFacts, add_agency, cases_waiting, change_agency, list_agencies
from app.services.registers.keeping import former_names
from app.services.verifying import verify


async def seen(desk, short_name):
    return next(agency for agency in await list_agencies(desk.admin) if agency.facts.short_name == short_name)


async def changed(desk, short_name, **facts):
    """Change an agency as it stands now."""
    agency = await seen(desk, short_name)
    now = agency.facts
    values = {"name": now.name, "short_name": now.short_name, "kind": now.kind, "binding": now.binding}
    values |= {"active": now.active} | facts
    await change_agency(desk.admin, agency.id, agency.version, AgencyFacts(**values))


async def refusal(work):
    with pytest.raises(Refused) as refused:
        await work
    return refused.value.refusal


async def test_an_agency_added_takes_a_message_at_once(desk):
    desk.agencies["НОВ"] = await add_agency(desk.admin, AgencyFacts("Новый комитет", "НОВ", "regional"))

    case_id = await desk.routed("НОВ")

    assert (await desk.card(case_id)).leg.agency == "НОВ"
    assert (await seen(desk, "НОВ")).open_legs == 1


@pytest.mark.parametrize(
    ("kind", "binding", "bound"),
    [
        ("regional", "by_kind", True),
        ("municipal", "by_kind", False),
        ("federal", "by_kind", False),
        ("other", "by_kind", False),
        ("municipal", "act", True),
        ("regional", "agreement", False),
    ],
)
async def test_clocks_run_by_kind_or_as_settled(desk, kind, binding, bound):
    desk.agencies["НОВ"] = await add_agency(desk.admin, AgencyFacts("Новый", "НОВ", kind, binding))

    card = await desk.card(await desk.routed("НОВ"))

    draft = next(clock for clock in card.clocks if clock.code == "draft")
    assert (card.leg.bound, draft.by_agreement) == (bound, not bound)
    assert (await verify(desk.database)).is_clean


async def test_a_new_binding_concerns_new_legs_only(desk):
    old = await desk.routed("ДОР")
    await changed(desk, "ДОР", binding="agreement")
    await desk.act(casework.submit, desk.executor, old, DraftKind.ANSWER, "Заделаем")
    new = await desk.routed("ДОР", text="Ещё яма")

    cards = [await desk.card(case_id) for case_id in (old, new)]
    assert [card.leg.bound for card in cards] == [True, False]
    approve, answer = (next(c for c in cards[0].clocks if c.code == code) for code in ("approve", "answer"))
    assert not approve.by_agreement
    assert not answer.by_agreement
    assert (await verify(desk.database)).is_clean


async def test_a_binding_changed_behind_the_history_is_found(desk):
    await desk.routed("ДОР")
    async with desk.database.write() as connection:
        await connection.exec_driver_sql("UPDATE leg SET bound = false")

    assert "leg_differs" in [finding.code for finding in (await verify(desk.database)).findings]


async def test_an_agency_switched_off_finishes_what_it_has_and_gets_nothing_new(desk):
    case_id = await desk.routed("ДОР")
    await changed(desk, "ДОР", active=False)

    assert (await refusal(desk.routed("ДОР", text="Ещё яма"))).code == "agency_inactive"
    done = await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем")
    assert done.state is State.APPROVAL


async def test_an_agency_switched_off_midway_through_a_relay(desk):
    case_id = await desk.routed("ДОР", "ЖКХ")
    await changed(desk, "ЖКХ", active=False)
    agency = await seen(desk, "ЖКХ")
    assert (agency.open_legs, agency.waiting_legs) == (0, 1)
    assert [state for _, _, state in await cases_waiting(desk.admin, agency.id)] == ["waiting"]

    await desk.act(casework.submit, desk.executor, case_id, DraftKind.INFORMATION, "Щебень завезён")
    found = await refusal(desk.act(relay.pass_on, desk.curator, case_id))
    assert (found.code, found.params["name"]) == ("next_agency_inactive", "Комитет ЖКХ")

    card = await desk.card(case_id)
    await relay.change_order(desk.curator, case_id, card.version, card.state, [desk.agencies["Льгов"]])
    await desk.act(relay.pass_on, desk.curator, case_id)
    assert (await desk.card(case_id)).leg.agency == "Льгов"
    assert (await verify(desk.database)).is_clean


async def test_a_rename_keeps_the_old_name(desk):
    await changed(desk, "ДОР", name="Министерство дорог")

    agency = await seen(desk, "ДОР")
    assert [former.name for former in await former_names(desk.admin, agency.uuid)] == ["Комитет дорог"]
    assert [entry.entry for entry in await read_journal(desk.admin, agency.uuid)] == ["agency_changed"]
    assert agency.version == 2


async def test_the_second_of_two_administrators_is_told(desk):
    agency = await seen(desk, "ДОР")
    await changed(desk, "ДОР", name="Министерство дорог")

    found = await refusal(change_agency(desk.admin, agency.id, agency.version, AgencyFacts("Чужое")))

    assert (found.code, found.params["who"]) == ("record_changed", "Админ")
    assert (await seen(desk, "ДОР")).facts.name == "Министерство дорог"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (AgencyFacts("  "), "name_missing"),
        (AgencyFacts("комитет  ДОРОГ"), "name_taken"),
        (AgencyFacts("Новый", "дор"), "name_taken"),
        (AgencyFacts("Н" * 301), "name_too_long"),
        (AgencyFacts("Новый", kind="royal"), "choice_unknown"),
        (AgencyFacts("Новый", binding="never"), "choice_unknown"),
    ],
)
async def test_what_an_agency_needs(desk, facts, code):
    assert (await refusal(add_agency(desk.admin, facts))).code == code
