"""What the database tells of a period, counted by the definitions: examples worked out by hand, on both databases."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import sqlite

from app.models import Case
from app.models.database import Database
from app.regulation.measures import Dimension
from app.regulation.workflow import DraftKind, State
from app.services import casework
from app.services.measuring import _WAS_REWORKED, read_book

DAY = date(2026, 6, 1)  # the Monday on which the desk's clock stands at 10:00


async def test_an_answer_in_time_is_counted_once_everywhere(desk):
    await desk.answered()
    waiting = await desk.entered("Темно на Сумской")

    book = await read_book(desk.chief, DAY, DAY)

    total = book.total
    assert (total.carried_in, total.received, total.answered, total.carried_out) == (0, 2, 1, 1)
    assert total.answer_share == 1.0
    assert (total.first_median, total.clean, total.complete) == (0, 1, 0)  # «Заделаем» says too little
    assert book.social == total
    assert book.by(Dimension.AGENCY)[desk.agencies["ДОР"]].answered == 1
    assert book.by(Dimension.AGENCY)[None].received == 1
    assert book.days[DAY].received == 2
    assert waiting


async def test_lateness_is_told_by_how_much_and_by_the_step_that_lost_it(desk):
    case_id = await desk.routed()  # 10:00; the answer is due at 19:00 of working time: the next day at 10:00
    desk.clock.move(hours=23)  # Tuesday 9:00; the draft was due at 9:00 by the clock: in time
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем в среду, двенадцатого июня")
    desk.clock.move(hours=2)
    await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
    await desk.publish(case_id)

    total = (await read_book(desk.chief, DAY, DAY + timedelta(days=1))).total

    answer = total.clock("answer")
    assert (answer.met, answer.late, answer.late_max) == (0, 1, 3600)
    assert total.clock("approve").late_median == 3600
    assert total.lost == {"approve": 1}
    assert total.final_median == 9 * 3600
    assert total.answer_share == 0.0


async def test_what_is_still_overdue_when_the_period_ends_is_carried_over(desk):
    await desk.routed()
    desk.clock.move(days=3)

    first = (await read_book(desk.chief, DAY, DAY + timedelta(days=1))).total
    second = (await read_book(desk.chief, DAY + timedelta(days=2), DAY + timedelta(days=2))).total

    assert (first.received, first.carried_out, first.overdue_out) == (1, 1, 1)
    assert (second.received, second.carried_in, second.carried_out) == (0, 1, 1)
    assert first.clock("answer").share is None


async def test_returns_and_rework_are_of_the_agency_whose_turn_it_was(desk):
    case_id = await desk.routed("ЖКХ")
    await desk.act(casework.return_to_curator, desk.curator, case_id, "Не наше")
    await desk.act(casework.reroute, desk.curator, case_id, desk.routing("ДОР"))
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем")
    await desk.act(casework.send_to_rework, desk.curator, case_id, DraftKind.ANSWER, "Когда?")

    parts = (await read_book(desk.chief, DAY, DAY)).by(Dimension.AGENCY)

    assert (parts[desk.agencies["ЖКХ"]].returns, parts[desk.agencies["ЖКХ"]].reworks) == (1, 0)
    assert (parts[desk.agencies["ДОР"]].returns, parts[desk.agencies["ДОР"]].reworks) == (0, 1)


async def test_an_exit_is_an_end_without_an_answer(desk):
    case_id = await desk.entered("Спасибо за дорогу")
    await desk.act(casework.exclude, desk.curator, case_id, State.NO_REACTION, "Благодарность")

    total = (await read_book(desk.chief, DAY, DAY)).total

    assert (total.received, total.closed_unanswered, total.carried_out) == (1, 1, 0)


async def test_agencies_outside_the_act_have_verdicts_but_no_share(desk):
    case_id = await desk.routed("Льгов")
    desk.clock.move(days=2)
    await desk.act(casework.submit, desk.lgov, case_id, DraftKind.ANSWER, "Сделаем")

    book = await read_book(desk.chief, DAY, DAY + timedelta(days=2))

    draft = book.by(Dimension.AGENCY)[desk.agencies["Льгов"]].clock("draft")
    assert (draft.agreed_late, draft.late, draft.share) == (1, 0, None)


async def test_a_cases_own_history_is_looked_up_not_every_rework_there_is(sqlite_url):
    """At a million cases the difference is one of minutes to hours."""
    database = await Database.open(sqlite_url)
    query = select(Case.id, _WAS_REWORKED).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    async with database.read() as connection:
        plan = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")).all()
    await database.close()

    [lookup] = [row[-1] for row in plan if "SEARCH history" in row[-1]]
    assert "(case_id=?)" in lookup
