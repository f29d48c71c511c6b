"""What the wall reads: the same numbers as the desk, nothing about any person, and nothing written."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.models.database import Database, DatabaseUnavailable
from app.regulation.errors import Refused
from app.regulation.profile import Importance
from app.regulation.workflow import DraftKind
from app.services import casework, counting, queries
from app.services.alerts.raising import sweep_alerts
from app.services.background.worker import seat_program
from app.services.measuring import read_book
from app.services.selection import Selection
from app.services.today import read_today
from app.services.wall import WallReading, list_wall_agencies, open_seat
from tests.helpers.staffed import START
from tests.helpers.statements import counted

WORDS = ("Щигровская", "Соколова", "Иванов", "iv_anov", "Яма")
PERSONAL = ("author", "person", "note", "attachment", "account", "reply", "history")
# All that is read of tables that hold more.
READ_OF = {
    "message": {"id", "case_id", "detected_at"},
    "draft": {"uuid", "kind"},
    "publication": {"message_id", "draft_uuid", "case_id", "published_at"},
}


async def wall(desk, *agencies):
    return await WallReading(await open_seat(desk.database), agencies).read()


@pytest.fixture
async def busy(desk):
    """One case of each kind: not sent, with two agencies, answered, one late."""
    await desk.routed("ДОР", text="Яма на Щигровской улице")
    desk.clock.move(minutes=10)
    await desk.routed("Льгов", text="Яма во Льгове")
    desk.clock.move(hours=24)  # the limits of both have ended: Tuesday, 10:10
    await desk.answered()
    await desk.entered("Яма у дома", author_name="Иванов", author_link="https://vk.com/iv_anov")
    return desk


async def test_queues_and_totals_are_those_of_the_desk(busy):
    state, counts = await wall(busy), await counting.count_queues(busy.curator)

    assert {(q.agency_id, q.open) for q in state.queues if q.agency_id} == {(a[0], a[2]) for a in counts.agencies}
    assert state.late == counts.queues["overdue"] == 2
    inbox = await queries.list_queue(busy.curator, Selection("inbox"))
    assert state.open == len(inbox) + sum(a[2] for a in counts.agencies)
    assert [q.name for q in state.queues if q.agency_id is None] == [""]


async def test_the_day_is_that_of_the_status_bar(busy):
    state, today = await wall(busy), await read_today(busy.curator)

    assert (state.day.detected, state.day.published) == (today.detected, today.published) == (2, 1)
    assert state.day.in_time_percent == today.in_time_percent == state.day.month_in_time_percent == 100
    assert state.day.usual is None


async def test_every_figure_of_the_day_is_that_of_the_measures(busy):
    """Late answers, answers by agreement, interim ones and a return make the numbers differ from each other."""
    late = await busy.routed("ДОР", text="Яма у школы")
    await busy.act(casework.submit, busy.executor, late, DraftKind.ANSWER, "Заделаем")
    await busy.act(casework.approve, busy.curator, late, DraftKind.ANSWER)
    busy.clock.move(days=2)
    await busy.publish(late)
    interim = await busy.routed("ДОР", text="Яма у рынка")
    await busy.act(casework.submit, busy.executor, interim, DraftKind.INTERIM, "Заделаем к пятнице")
    agreed_on = (busy.clock.now() + timedelta(days=5)).date()
    await busy.act(casework.approve, busy.curator, interim, DraftKind.INTERIM, agreed_on)
    await busy.publish(interim, DraftKind.INTERIM)
    agreed = await busy.routed("Льгов", text="Темно во Льгове")
    await busy.act(casework.submit, busy.lgov, agreed, DraftKind.ANSWER, "Починим")
    await busy.act(casework.approve, busy.curator, agreed, DraftKind.ANSWER)
    await busy.publish(agreed, who=busy.lgov)

    day, today = (await wall(busy)).day, await read_today(busy.curator)
    first = busy.clock.now().date()
    total = (await read_book(busy.chief, first, first)).total
    month = (await read_book(busy.chief, first.replace(day=1), first)).total

    assert (day.detected, day.published) == (total.received, total.answered) == (2, 2)
    assert (today.detected, today.published, today.in_time_percent) == (2, 2, 50)
    assert day.in_time_percent == round(100 * total.answer_share) == 50  # one late, one interim; by agreement no share
    assert day.month_in_time_percent == round(100 * month.answer_share) == 67


async def test_deadlines_come_by_the_nearer_of_step_and_answer(busy):
    state = await wall(busy)

    dues = [deadline.due_at for deadline in state.deadlines]
    assert dues == sorted(dues)
    first = state.deadlines[0]
    rows = await queries.list_queue(busy.curator, Selection(f"agency:{busy.agencies['ДОР']}"))
    assert (first.number, first.step, first.clock.code, first.due_at) == (
        rows[0].number, "draft", "draft", rows[0].step.due_at,
    )  # fmt: skip
    assert state.deadlines[-1].step == "route"
    assert state.deadlines[1].clock.by_agreement  # Льгов is a municipality


async def test_an_answer_that_ends_before_its_step_is_what_counts(desk):
    case_id = await desk.routed("ДОР")
    desk.clock.move(hours=23, minutes=40)  # Tuesday, 9:40: п. 10 ends at 10:00
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем")
    desk.clock.move(minutes=10)

    (deadline,) = (await wall(desk)).deadlines

    card = await desk.card(case_id)
    answer = next(clock for clock in card.clocks if clock.code == "answer")
    approve = next(clock for clock in card.clocks if clock.code == "approve")
    assert answer.due_at < approve.due_at
    assert (deadline.step, deadline.clock.code, deadline.due_at) == ("approve", "answer", answer.due_at)


async def test_what_must_be_done_now_is_the_gravest_alert_nobody_set_aside(desk):
    """An ordinary message waits for longer to be sent, but the important one's late draft stands first."""
    ordinary = await desk.entered("Яма")
    important = await desk.routed("ДОР", text="Обрыв", importance=Importance.HIGH)
    desk.clock.move(hours=4, minutes=6)
    names = {case_id: (await desk.card(case_id)).number for case_id in (ordinary, important)}
    by_time = [each.number for each in (await wall(desk)).deadlines]
    assert by_time == [names[ordinary], names[important]]

    await sweep_alerts(await seat_program(desk.database))
    assert [each.number for each in (await wall(desk)).deadlines] == by_time[::-1]
    assert [each.number for each in (await wall(desk, desk.agencies["Льгов"])).deadlines] == []


async def test_late_queues_come_first_and_soon_ones_are_told(desk):
    await desk.routed("ЖКХ", text="Нет воды")
    await desk.routed("ЖКХ", text="Нет тепла")
    late = await desk.routed("ДОР")
    await desk.act(casework.submit, desk.executor, late, DraftKind.ANSWER, "Заделаем")
    desk.clock.move(minutes=50)
    assert [(q.name, q.late, q.soon) for q in (await wall(desk)).queues] == [("ЖКХ", 0, 0), ("ДОР", 0, 1)]
    desk.clock.move(minutes=11)
    found = (await wall(desk)).queues
    assert [(q.name, q.late, q.soon) for q in found] == [("ДОР", 1, 0), ("ЖКХ", 0, 0)]
    assert found[0].nearest.due_at == START + timedelta(hours=1)
    assert found[0].oldest_at == START


async def test_a_wall_of_one_agency_counts_nothing_else(busy):
    state = await wall(busy, busy.agencies["Льгов"])

    assert [q.name for q in state.queues] == ["Льгов"]
    assert (state.open, state.day.detected, state.day.published) == (1, 0, 0)
    assert {d.agency for d in state.deadlines} == {"Льгов"}


async def test_nothing_about_a_person_leaves_the_service_or_is_even_read(busy):
    with counted(busy.database) as sent:
        state = await wall(busy)
        await list_wall_agencies(await open_seat(busy.database))

    assert not [word for word in WORDS if word in repr(state)]
    read = " ".join(sent).lower()
    assert sent
    assert [table for table in PERSONAL if f"from {table}" in read or f"join {table}" in read] == []
    for table, columns in READ_OF.items():
        assert set(re.findall(rf"\b{table}\.(\w+)", read)) <= columns
    assert not re.search(r'"case"\.(excerpt|folded|place|curator_id|suggested)', read)


async def test_past_weeks_tell_what_is_usual_by_this_hour(desk):
    for week in range(4):
        for number in range(4 + week):
            await desk.entered(f"Яма {week} {number}")
        desk.clock.move(hours=5)
        await desk.entered(f"Вечером {week}")  # after the hour that is looked at
        desk.clock.move(hours=7 * 24 - 5)
    reading = WallReading(await open_seat(desk.database))
    await desk.entered("Яма")
    desk.clock.move(minutes=30)
    state = await reading.read()

    assert state.day.usual is not None
    assert state.day.usual.mean == 6  # of 5, 6 and 7: the very first day was perhaps not a whole one
    assert state.day.detected == 1

    with counted(desk.database) as first:
        await reading.read()
    desk.clock.move(hours=7 * 24)
    with counted(desk.database) as anew:
        assert (await reading.read()).day.usual.mean == 4.75
    assert len(anew) > len(first)  # the past is read once a day


async def test_changes_of_any_number_are_read_by_a_few_statements_which_a_connection_keeps(busy):
    reading = WallReading(await open_seat(busy.database))
    state = await reading.read()
    with counted(busy.database) as sent:
        for number in range(1, 33):
            assert (await reading.patch(set(range(1, number + 1)))).queues == state.queues
    assert len({words for words in sent if '"case"' in words}) == 6  # of 1, 2, 4, 8, 16, 32 ids
    await reading.patch(set())


async def test_who_has_no_duty_at_a_wall_is_refused(desk):
    assert (await WallReading(desk.chief).read()).open == 0
    with pytest.raises(Refused) as caught:
        await WallReading(desk.executor).read()
    assert caught.value.refusal.code == "role_may_not"


async def test_a_wall_cannot_write(url, database):
    opened = await Database.open_to_read(url)
    try:
        assert (await WallReading(await open_seat(opened)).read()).region
        with pytest.raises(Exception, match=r"(?i)read-?only|readonly|доступ"):
            async with opened.write() as connection:
                await connection.execute(text("DELETE FROM agency_account"))
    finally:
        await opened.close()


async def test_a_wall_makes_no_database_and_migrates_none(tmp_path, sqlite_url):
    with pytest.raises(DatabaseUnavailable) as caught:
        await Database.open_to_read(f"sqlite+aiosqlite:///{tmp_path}/none.db")
    assert caught.value.refusal.code == "database_missing"
    assert not (tmp_path / "none.db").exists()

    opened = await Database.open(sqlite_url)
    async with opened.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    await opened.close()
    with pytest.raises(DatabaseUnavailable) as caught:
        await Database.open_to_read(sqlite_url)
    assert caught.value.refusal.code == "database_older"


async def test_a_database_without_a_region_is_named(tmp_path):
    await (await Database.open(f"sqlite+aiosqlite:///{tmp_path}/new.db")).close()
    opened = await Database.open_to_read(f"sqlite+aiosqlite:///{tmp_path}/new.db")
    with pytest.raises(Refused) as caught:
        await open_seat(opened)
    await opened.close()
    assert caught.value.refusal.code == "region_missing"
