"""The demo region is real work: played act by act, clocks and verdicts its own, time standing on a Tuesday at 11:40."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from app.models import Case, ClockRow, History
from app.regulation.workflow import Act, State
from app.services import casework, counting, queries
from app.services.cards import read_card
from app.services.demo import building
from app.services.demo.building import build_demo, delete_demo, demo_now, open_demo
from app.services.demo.content import load_content
from app.services.memos import list_memos, read_memo
from app.services.regions import find_person, sit_down
from app.services.regulations import shipped_rules
from app.services.returns import list_raised
from app.services.selection import Selection
from app.services.verifying import verify

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The demo file, built once for this module."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"

    async def build():
        await (await build_demo(path)).close()

    asyncio.run(build())
    return path


@pytest_asyncio.fixture
async def demo(built, tmp_path):
    copy = tmp_path / "demo.sqlite3"
    copy.write_bytes(built.read_bytes())
    database = await open_demo(copy)
    yield database
    await database.close()


async def curator(database):
    return await sit_down(database, await find_person(database, "curator_anna"))


async def test_every_message_stands_where_its_acts_brought_it(demo):
    counts = (await counting.count_queues(await curator(demo))).queues

    expected = [message.state for message in load_content().messages]
    by_queue = {
        queue: sum(expected.count(state) for state in states)
        for queue, states in queries.QUEUE_STATES.items()
        if queue != "overdue"
    }
    assert {queue: count for queue, count in counts.items() if queue != "overdue"} == by_queue
    assert min(counts.values()) > 0
    assert counts["overdue"] >= 5


async def test_each_act_happened_at_its_own_instant(demo):
    now = datetime.fromisoformat(demo.meta["demo"])
    acts = [act for message in load_content().messages for act in message.acts]
    planned = sorted(now + timedelta(minutes=act.minutes) for act in acts)
    async with demo.read() as connection:
        not_content = (Act.REPORT_GOVERNOR, Act.ADD_MESSAGES)  # made at the end; the other side of a merging
        played = select(History.recorded_at).where(History.act.not_in(not_content))
        recorded = list((await connection.execute(played)).scalars())

    assert sorted(recorded) == planned


async def test_verdicts_are_real_some_met_some_late(demo):
    async with demo.read() as connection:
        counted = select(ClockRow.outcome, func.count()).group_by(ClockRow.outcome)
        outcomes = {row[0]: row[1] for row in await connection.execute(counted)}

    assert outcomes["met"] > outcomes["late"] > 0


async def test_a_verification_finds_nothing(demo):
    report = await verify(demo)

    assert report.findings == []
    assert report.cases == len(load_content().messages)


async def test_the_flows_beside_the_main_one_are_there_to_see(demo):
    place = await curator(demo)
    async with demo.read() as connection:
        cases = (await connection.execute(select(Case))).all()
    repeat = next(case for case in cases if case.repeat_of)
    merged = next(case for case in cases if case.merged_into)
    kin = (await read_card(place, repeat.id)).kin
    grown = await read_card(place, next(case.id for case in cases if case.uuid == merged.merged_into))
    memo = await read_memo(place, (await list_memos(place))[-1].id)

    assert kin.earlier.excerpt.startswith("На кладбище в Рыльске упало дерево")
    assert [message.came_from for message in grown.messages] == ["", merged.number]
    assert [len(case.returns) for case in await list_raised(place)] == [2]
    assert [row.state for row in await list_memos(place)] == ["draft", "sent"]
    assert {bool(each.received_at) for each in memo.addressees} == {True, False}
    assert {bool(item.mended_on) for item in memo.items} == {True, False}


async def test_its_time_is_a_tuesday_at_11_40(demo):
    local = demo.clock.now().astimezone(MOSCOW)

    assert local.weekday() == 1
    assert (local.hour, local.minute) in ((11, 40), (11, 41))


async def test_its_time_stands_still_while_it_is_closed_and_goes_on_from_the_last_act(built, tmp_path):
    path = tmp_path / "demo.sqlite3"
    path.write_bytes(built.read_bytes())
    database = await open_demo(path)
    place = await curator(database)
    row = (await queries.list_queue(place, Selection("stream")))[0]
    database.clock.set_offset(demo_offset(database) + timedelta(hours=3))
    done = await casework.detect(place, row.id, row.version)
    await database.close()

    again = await open_demo(path)

    assert timedelta() <= again.clock.now() - done.recorded_at < timedelta(minutes=1)
    await again.close()


def demo_offset(database):
    return timedelta(seconds=int(database.meta["clock_offset_seconds"]))


async def test_texts_speak_of_dates_and_exclusions_of_their_ground(demo):
    async with demo.read() as connection:
        acts = (await connection.execute(select(History).where(History.act == Act.EXCLUDE))).all()
    place = await curator(demo)
    rows = await queries.list_queue(place, Selection("excluded"))

    assert len(acts) == len(rows) == sum(message.acts[-1].act is Act.EXCLUDE for message in load_content().messages)
    assert {State(row.state_to) for row in acts} == {row.state for row in rows}
    assert all("note" in json.loads(row.payload) or row.variant == State.NO_REACTION for row in acts)


async def test_a_build_that_was_cut_short_is_done_anew(tmp_path, monkeypatch):
    content = load_content()
    small = replace(content, messages=content.messages[:3])
    monkeypatch.setattr(building, "load_content", lambda: small)
    path = tmp_path / "demo.sqlite3"
    path.with_name("demo.sqlite3.building").write_bytes(b"half of a database")

    database = await open_demo(path)

    assert "demo" in database.meta
    assert not path.with_name("demo.sqlite3.building").exists()
    await database.close()


async def test_undoing_the_demo_leaves_no_file(built, tmp_path):
    path = tmp_path / "demo.sqlite3"
    path.write_bytes(built.read_bytes())
    database = await open_demo(path)

    await database.close()
    delete_demo(path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("real", "demo"),
    [
        ("2026-11-22T03:00:00Z", "2026-11-24T11:40"),  # a Sunday
        ("2026-11-24T08:40:00Z", "2026-11-24T11:40"),  # that very minute
        ("2026-11-24T08:40:01Z", "2026-12-01T11:40"),
        ("2026-12-27T08:00:00Z", "2027-01-19T11:40"),  # the long holidays are left out
        ("2026-04-27T08:00:00Z", "2026-05-19T11:40"),  # so are those of May
    ],
)
def test_the_demo_stands_in_plain_working_weeks_and_never_before_now(real, demo):
    found = demo_now(datetime.fromisoformat(real), shipped_rules("kursk"))

    assert found == datetime.fromisoformat(demo).replace(tzinfo=MOSCOW).astimezone(UTC)
