"""What a change of rules would do, counted before: the same cases and the same due times as when it is made."""

import pytest
from sqlalchemy import select

from app.models import Case, ClockRow, RuleChange
from app.regulation.errors import Refused
from app.regulation.profile_file import ProfileError
from app.regulation.workflow import DraftKind, State
from app.services import casework, foresight
from app.services.foresight import Proposal, foresee
from app.services.hours import HoursSettings, plain, set_hours
from app.services.regulations import regulation_text
from app.services.revisions import revise_regulation
from app.services.rulebook import read_rulebook
from app.services.verifying import verify
from tests.helpers.staffed import START

KURSK = regulation_text("kursk")
LONGER = KURSK.replace('normal = "8 working h"', 'normal = "16 working h"')
SHORTER = KURSK.replace('normal = "8 working h"', 'normal = "1 working h"')
WORKING = KURSK.replace('plain_hours = "clock"', 'plain_hours = "working"')
NO_LIMIT = KURSK.replace('limit = { normal = "8 working h", high = "4 working h" }', 'limit = "not set"')
TEN_TO_FOUR = {"week": {day: [["10:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}


async def due_times(desk):
    query = select(Case.number, ClockRow.code, ClockRow.due_at).join(ClockRow, ClockRow.case_id == Case.id)
    async with desk.database.read() as connection:
        rows = (await connection.execute(query.where(ClockRow.stopped_at.is_(None)))).all()
    return {(row.number, row.code): row.due_at for row in rows}


async def several(desk):
    """Open cases in different states, one of a source outside the act, one of another agency, one closed."""
    await desk.entered("Яма")
    await desk.routed()
    await desk.routed("Льгов", text="Вторая")
    submitted = await desk.routed(text="Третья")
    await desk.act(casework.submit, desk.executor, submitted, DraftKind.ANSWER, "Заделаем")
    interim = await desk.routed(text="Четвёртая")
    await desk.act(casework.submit, desk.executor, interim, DraftKind.INTERIM, "Заделаем")
    await desk.act(casework.approve, desk.curator, interim, DraftKind.INTERIM, START.date().replace(day=5))
    closed = await desk.entered("Пятая")
    await desk.act(casework.exclude, desk.curator, closed, State.NO_REACTION, "")


@pytest.mark.parametrize("text", [LONGER, SHORTER, WORKING, NO_LIMIT])
async def test_what_is_foreseen_of_a_correction_is_what_happens(desk, text):
    await several(desk)
    desk.clock.move(minutes=80)
    before = await due_times(desk)
    found = await foresee(desk.admin, Proposal(text))
    await revise_regulation(desk.admin, text, "Проба", based_on=0)

    after = await due_times(desk)
    moved = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
    assert {(row.number, row.code): (row.before, row.after) for row in found.rows} == moved
    assert found.moved == len({number for number, _ in moved})
    assert (found.open_cases, found.looked_at) == (5, 5)
    assert (await verify(desk.database)).findings == []


async def test_what_is_foreseen_of_hours_is_what_happens(desk):
    await several(desk)
    before = await due_times(desk)
    settings = HoursSettings(TEN_TO_FOUR)
    found = await foresee(desk.admin, Proposal(hours=settings))
    changed = await set_hours(desk.admin, settings, "Приказ", desk.admin.hours_version)

    after = await due_times(desk)
    moved = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
    assert {(row.number, row.code): (row.before, row.after) for row in found.rows} == moved
    assert changed.cases == found.moved > 0
    assert (await read_rulebook(desk.admin)).hours == HoursSettings(TEN_TO_FOUR)
    assert (await verify(desk.database)).findings == []


async def test_it_counts_who_becomes_overdue_and_who_no_longer_is(desk):
    await desk.entered("Яма")
    desk.clock.move(hours=2)
    await desk.entered("Другая")
    no_route = KURSK.replace('[clock.route]\nclause = "7"', '[clock.route]\nclause = "7"\nplain_hours = "clock"')
    sooner = SHORTER.replace('limit = "30 min"', 'limit = "300 min"')

    assert (await foresee(desk.admin, Proposal(no_route))).moved == 0
    found = await foresee(desk.admin, Proposal(KURSK.replace('limit = "30 min"', 'limit = "300 min"')))
    assert (found.moved, found.late, found.saved) == (2, 0, 1)
    found = await foresee(desk.admin, Proposal(sooner))
    assert (found.late, found.saved) == (0, 0)  # the first one is overdue by `answer` now
    desk.clock.move(minutes=20)
    found = await foresee(desk.admin, Proposal(KURSK.replace('limit = "30 min"', 'limit = "10 min"')))
    assert (found.late, found.saved) == (1, 0)


async def test_nothing_is_written_and_the_count_is_bounded(desk, monkeypatch):
    for number in range(7):
        await desk.entered(f"Яма {number}")
    monkeypatch.setattr(foresight, "PAGE", 2)
    monkeypatch.setattr(foresight, "LISTED", 3)
    told = []
    found = await foresee(desk.chief, Proposal(LONGER), lambda so_far: told.append(so_far.looked_at), looked_at=5)

    assert (found.open_cases, found.looked_at, found.moved, len(found.rows)) == (7, 5, 5, 3)
    assert told == [2, 4, 5]
    async with desk.database.read() as connection:
        assert (await connection.execute(select(RuleChange))).all() == []


async def test_what_cannot_be_used_is_refused_before_it_is_counted(desk):
    with pytest.raises(ProfileError):
        await foresee(desk.admin, Proposal(KURSK.replace("8 working h", "8 weeks")))
    with pytest.raises(Refused, match="regulation_unknown"):
        await foresee(desk.admin, Proposal(KURSK.replace('key = "kursk"', 'key = "omsk"')))
    with pytest.raises(Refused, match="file_broken"):
        await foresee(desk.admin, Proposal(hours=HoursSettings({}, "year = [")))


async def test_two_administrators_never_overwrite_each_other(desk):
    await revise_regulation(desk.admin, LONGER, "Первая", based_on=0)
    with pytest.raises(Refused, match="rules_changed_meanwhile"):
        await revise_regulation(desk.admin, SHORTER, "Вторая", based_on=0)
    version = desk.admin.hours_version
    await set_hours(desk.admin, HoursSettings(TEN_TO_FOUR), "Приказ", version)
    with pytest.raises(Refused, match="rules_changed_meanwhile"):
        await set_hours(desk.admin, HoursSettings({}), "Приказ", version)


async def test_hours_are_kept_as_they_were_edited(desk):
    own = {
        **TEN_TO_FOUR,
        "days_off": [{"day": "2026-06-03", "act": "Указ"}],
        "working_days": [{"day": "2026-06-06", "act": "Указ", "like": "mon"}],
        "special_hours": [{"day": "2026-06-04", "hours": [["08:00", "12:00"]], "act": "Приказ"}],
        "duty": {"week": {"sat": [["09:00", "21:00"]]}, "production": False},
    }
    first = (await read_rulebook(desk.admin)).hours
    await set_hours(desk.admin, HoursSettings(own), "Приказ", desk.admin.hours_version)
    rules = desk.admin.rules()

    assert first.document == plain(rules.profile.hours)
    assert (await read_rulebook(desk.admin)).hours.document == own
    days = [rules.agency.is_working_day(START.date().replace(day=day)) for day in (3, 4, 6, 7)]
    assert days == [False, True, True, False]
    assert rules.duty.is_working_day(START.date().replace(day=6))
    book = await read_rulebook(desk.chief)
    assert [(change.kind, change.why, change.who) for change in book.changes] == [("hours", "Приказ", "Админ")]
