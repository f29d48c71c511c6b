"""A corrected regulation: its open cases are re-timed by one recorded change; verdicts and other versions stay."""

import pytest
from sqlalchemy import select

from app.models import Case, RuleChange
from app.regulation.errors import Refused
from app.regulation.profile_file import ProfileError
from app.regulation.workflow import Act
from app.services import casework
from app.services.regulations import regulation_text
from app.services.revisions import revise_regulation
from app.services.verifying import verify
from app.services.workplace import Workplace
from tests.helpers.staffed import START

WORKING = regulation_text("kursk").replace('plain_hours = "clock"', 'plain_hours = "working"')
SIX_HOURS = regulation_text("kursk").replace('normal = "8 working h"', 'normal = "6 working h"')


def due(card, code):
    return next(clock.due_at for clock in card.clocks if clock.code == code)


async def test_open_cases_count_by_the_correction_and_the_history_says_so(desk):
    case_id = await desk.routed()
    before = due(await desk.card(case_id), "answer")
    retimed = await revise_regulation(desk.admin, SIX_HOURS, "Опечатка в сроке")

    card = await desk.card(case_id)
    assert retimed == 1
    assert (before, due(card, "answer")) == (START.replace(day=2, hour=7), START.replace(hour=14))
    assert card.history[-1].act == Act.RETIME
    assert card.history[-1].actor == "Админ"
    async with desk.database.read() as connection:
        change = (await connection.execute(select(RuleChange))).one()
        case = (await connection.execute(select(Case))).one()
    assert (change.why, change.cases, change.regulation_id) == ("Опечатка в сроке", 1, case.regulation_id)
    assert change.finished_at is not None
    assert (await verify(desk.database)).findings == []


async def test_verdicts_stay_and_new_cases_are_registered_under_the_correction(desk):
    closed = await desk.answered()
    verdicts = [(c.code, c.due_at, c.outcome) for c in (await desk.card(closed)).clocks]
    await revise_regulation(desk.admin, SIX_HOURS, "Опечатка")

    assert [(c.code, c.due_at, c.outcome) for c in (await desk.card(closed)).clocks] == verdicts
    place = await Workplace(desk.database, desk.curator.person, desk.curator.feed).load()
    assert place.rules().profile.revision == 1
    assert (await verify(desk.database)).findings == []


async def test_a_desk_that_was_open_acts_by_the_correction(desk):
    case_id = await desk.routed()
    await revise_regulation(desk.admin, WORKING, "Часы считаются рабочими")
    await desk.act(casework.submit, desk.executor, case_id, "answer", "Заделаем")

    card = await desk.card(case_id, desk.executor)
    assert desk.executor.rules(card.regulation_id).profile.readings.plain_hours == "working"
    assert (await verify(desk.database)).findings == []


@pytest.mark.parametrize(
    ("text", "error"),
    [("x = [", ProfileError), (WORKING.replace('key = "kursk"', 'key = "omsk"'), Refused)],
)
async def test_what_cannot_be_used_changes_nothing(desk, text, error):
    case_id = await desk.routed()
    with pytest.raises(error):
        await revise_regulation(desk.admin, text, "Проба")

    assert (await desk.card(case_id)).version == 2
    async with desk.database.read() as connection:
        assert (await connection.execute(select(RuleChange))).all() == []


async def test_only_an_administrator_with_a_reason(desk):
    with pytest.raises(Refused, match="role_may_not"):
        await revise_regulation(desk.curator, WORKING, "Проба")
    with pytest.raises(Refused, match="reason_missing"):
        await revise_regulation(desk.admin, WORKING, " ")
