"""Promised dates on both engines (п. 15): shifted by the curator within the limit, reminded of once, counted."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from app.regulation.errors import Refused
from app.regulation.promises import Kept, Reminder
from app.regulation.workflow import DraftKind, State
from app.services import casework, queries
from app.services.promises import acknowledge, count_promises, due_promises, shift_date
from app.services.selection import Selection
from app.services.verifying import verify

INTERIM, ANSWER = DraftKind.INTERIM, DraftKind.ANSWER


def refused(code):
    return pytest.raises(Refused, match=f"'{code}'")


async def promised(desk, words="Яма на Щигровской"):
    """A case with an interim answer published on Monday 1 June, the final one agreed for Thursday the 4th."""
    case_id = await desk.routed(text=words)
    await desk.act(casework.submit, desk.executor, case_id, INTERIM, "Заделаем")
    await desk.act(casework.approve, desk.curator, case_id, INTERIM, date(2026, 6, 4))
    await desk.publish(case_id, INTERIM)
    return case_id


def final(card):
    return next(clock for clock in reversed(card.clocks) if clock.code == "final")


async def test_the_date_is_shifted_with_a_reason_within_the_limit_by_the_curator_alone(desk):
    case_id = await promised(desk)
    with refused("role_may_not"):
        await desk.act(shift_date, desk.executor, case_id, date(2026, 6, 5), "Ждём деталь")
    with refused("reason_missing"):
        await desk.act(shift_date, desk.curator, case_id, date(2026, 6, 5), " ")
    with refused("agreed_date_not_working"):
        await desk.act(shift_date, desk.curator, case_id, date(2026, 6, 6), "Ждём деталь")
    with refused("agreed_date_late"):
        await desk.act(shift_date, desk.curator, case_id, date(2026, 6, 11), "Ждём деталь")
    await desk.act(shift_date, desk.curator, case_id, date(2026, 6, 10), "Ждём деталь")

    card = await desk.card(case_id)
    assert (card.state, card.promised_on) == (State.INTERIM, date(2026, 6, 10))
    assert f"{final(card).due_at:%d %H:%M}" == "10 15:00"  # 18:00 in Kursk
    assert (card.history[-1].act, card.history[-1].note) == ("shift_date", "Ждём деталь")
    [row] = await queries.list_queue(desk.curator, Selection("interim"))
    assert (row.promised_on, row.promised, row.step.due_at) == (date(2026, 6, 10), "Заделаем", final(card).due_at)
    assert (await verify(desk.database)).findings == []


async def test_a_second_interim_answer_never_extends_and_a_shift_counts_from_the_first(desk):
    case_id = await promised(desk)
    await desk.act(shift_date, desk.curator, case_id, date(2026, 6, 8), "Ждём деталь")
    desk.clock.move(days=3)
    await desk.act(casework.submit, desk.executor, case_id, INTERIM, "Деталь в пути")
    with refused("agreed_date_late"):
        await desk.act(casework.approve, desk.curator, case_id, INTERIM, date(2026, 6, 9))
    await desk.act(casework.approve, desk.curator, case_id, INTERIM)
    await desk.publish(case_id, INTERIM)
    assert (await desk.card(case_id)).promised_on == date(2026, 6, 8)
    with refused("agreed_date_late"):
        await desk.act(shift_date, desk.curator, case_id, date(2026, 6, 11), "Ещё раз")
    await desk.act(shift_date, desk.curator, case_id, date(2026, 6, 10), "Ещё раз")
    assert (await verify(desk.database)).findings == []


async def test_a_broken_promise_is_not_shifted_away(desk):
    case_id = await promised(desk)
    desk.clock.move(days=4)
    with refused("promise_broken"):
        await desk.act(shift_date, desk.curator, case_id, date(2026, 6, 10), "Не успели")


async def test_each_is_reminded_once_and_again_of_another_date(desk):
    case_id = await promised(desk)
    desk.clock.move(days=1)
    assert await due_promises(desk.curator) == []
    desk.clock.move(days=1)  # Wednesday, the day before
    for who in (desk.curator, desk.executor):
        [due] = await due_promises(who)
        assert (due.case_id, due.kind, due.promised_on) == (case_id, Reminder.EVE, date(2026, 6, 4))
        await acknowledge(who, [due])
        await acknowledge(who, [due])  # at another desk too
        assert await due_promises(who) == []
    for who in (desk.second, desk.lgov, desk.wall, desk.chief):
        assert await due_promises(who) == []

    await desk.act(shift_date, desk.curator, case_id, date(2026, 6, 5), "Дождь")
    desk.clock.move(days=1)
    [due] = await due_promises(desk.curator)
    assert (due.kind, due.promised_on) == (Reminder.EVE, date(2026, 6, 5))
    desk.clock.move(days=1)
    [due] = await due_promises(desk.executor)
    assert due.kind is Reminder.DAY
    await desk.act(casework.submit, desk.executor, case_id, ANSWER, "Заделали")
    assert await due_promises(desk.executor) == []


async def test_promises_are_counted_kept_broken_waiting_and_shifted(desk):
    kept, late, waiting, missed = [await promised(desk, f"Яма {number}") for number in range(4)]
    await desk.act(shift_date, desk.curator, waiting, date(2026, 6, 9), "Дождь")
    desk.clock.move(days=1)
    await desk.act(casework.submit, desk.executor, kept, ANSWER, "Заделали")
    desk.clock.move(days=3)
    await desk.act(casework.submit, desk.executor, late, ANSWER, "Заделали")

    now = desk.clock.now()
    counted = await count_promises(desk.curator, now - timedelta(days=10), now + timedelta(seconds=1))
    assert counted == Kept(kept=1, broken=2, waiting=1, shifted=1)
    assert (await desk.card(missed)).state is State.INTERIM


async def test_a_date_changed_behind_the_services_back_is_found(desk):
    case_id = await promised(desk)
    async with desk.database.write() as connection:
        await connection.execute(text("UPDATE \"case\" SET promised_on = '2026-06-09' WHERE id = :id"), {"id": case_id})

    [finding] = (await verify(desk.database)).findings
    assert (finding.code, finding.expected) == ("case_differs", "promised_on 2026-06-04")
