"""Contact with a database that is moved away, stopped or cut off: known, refused at once, and back by itself."""

import asyncio
import shutil

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.engine import make_url

from app.models import History, new_uuid, reach
from app.models.database import Database, DatabaseUnavailable
from app.regulation.workflow import DraftKind
from app.services import casework, contact
from app.services.contact import Contact
from app.texts.refusals import explain
from tests.helpers.databases import FixedTime
from tests.helpers.staffed import Desk
from tests.helpers.wire import Wire


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """What is silent for half a second is asked anew."""
    monkeypatch.setattr(contact, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(contact, "ASK_EVERY_SECONDS", 0.1)
    monkeypatch.setattr(contact, "TRY_EVERY_SECONDS", 0.1)


@pytest_asyncio.fixture
async def wire(postgres):
    made = Wire(postgres.port)
    made.port = await made.open()
    yield made
    await made.close()


async def lost(asked):
    """Ask until contact is lost; gives the reason's code."""
    while asked.lost is None:
        await asked.ask()
    return asked.lost.code


async def back(asked):
    while asked.lost is not None:
        await asked.ask()
        await asyncio.sleep(0.01)


async def test_a_file_moved_away_takes_nothing_with_it_and_is_taken_up_again(sqlite_url, tmp_path):
    database = await Database.open(sqlite_url)
    desk, asked = await Desk.at(database), Contact(database)
    case_id = await desk.entered()
    await asked.ask()
    assert asked.lost is None

    (tmp_path / "desk.db").rename(tmp_path / "elsewhere.db")
    with pytest.raises(DatabaseUnavailable, match="database_vanished"):  # before anybody asked
        await desk.entered("Вторая")
    assert await lost(asked) == "database_vanished"
    assert not (tmp_path / "desk.db").exists()  # and no empty one in its place

    (tmp_path / "elsewhere.db").rename(tmp_path / "desk.db")
    await back(asked)
    await desk.act(casework.route, desk.curator, case_id, desk.routing())
    await database.close()


async def test_a_desk_that_waits_for_itself_says_so_in_words_of_people(sqlite_url, monkeypatch):
    database = await Database.open(sqlite_url)
    asked = Contact(database)
    database.engine.sync_engine.pool._timeout = 0.05
    held = [await database.engine.connect() for _ in range(7)]
    assert await lost(asked) == "database_crowded"
    assert "QueuePool" not in explain(asked.lost)

    for connection in held:
        await connection.close()
    await back(asked)
    await database.close()


async def test_a_file_put_back_from_a_copy_is_opened_anew_and_another_one_is_not(sqlite_url, sqlite_template, tmp_path):
    database = await Database.open(sqlite_url)
    desk, asked = await Desk.at(database), Contact(database)
    path = tmp_path / "desk.db"
    path.unlink()
    assert await lost(asked) == "database_vanished"
    shutil.copy(sqlite_template, path)
    await back(asked)
    await desk.entered("После возврата")

    path.unlink()
    await lost(asked)
    other = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/other.db")
    await other.close()
    (tmp_path / "other.db").rename(path)
    await asked.ask()
    assert asked.lost.code == "database_another"
    await database.close()


async def test_a_stopped_server_is_told_once_and_everything_is_refused_at_once_until_it_is_back(postgres_url, halt):
    database = await FixedTime.open(postgres_url)
    desk, asked, heard = await Desk.at(database), Contact(database), []
    asked.subscribe(lambda: heard.append(asked.lost))
    halt()
    assert await lost(asked) == "server_silent"
    with pytest.raises(DatabaseUnavailable, match="server_silent"):
        await desk.entered()
    await asked.ask()
    assert len(heard) == 1

    halt.start()
    await back(asked)
    assert heard[1:] == [None]
    assert await desk.entered("После перерыва")
    await database.close()


async def test_an_act_of_which_the_network_told_nothing_is_done_once(postgres_url, wire):
    owner = await FixedTime.open(postgres_url)
    whole = await Desk.at(owner)
    case_id = await whole.routed()
    url = make_url(postgres_url).set(port=wire.port).render_as_string(hide_password=False)
    database = await FixedTime.open(url, whole.clock)
    desk, asked, act_id = await Desk.at(database), Contact(database), new_uuid()
    version = (await desk.card(case_id)).version

    def submit():
        return casework.submit(desk.executor, case_id, version, DraftKind.ANSWER, "Заделаем", act_id=act_id)

    wire.cut_after(b"COMMIT")
    saving = asyncio.create_task(submit())
    assert await lost(asked) == "server_silent"
    with pytest.raises(DatabaseUnavailable):  # no quarter of an hour of waiting
        await asyncio.wait_for(saving, 10)

    wire.mend()
    await back(asked)
    done = await submit()
    assert done.is_repeated
    async with owner.read() as connection:
        acts = (await connection.execute(select(History.act_id).where(History.case_id == case_id))).scalars().all()
    assert acts.count(act_id) == 1
    await database.close()
    await owner.close()


async def test_a_connection_that_hangs_alone_is_no_lost_contact(postgres_url, wire):
    """A way that forgot an idle connection: the server answers by a new one."""
    url = make_url(postgres_url).set(port=wire.port).render_as_string(hide_password=False)
    database = await Database.open(url)
    asked = Contact(database)
    await asked.ask()
    wire.cut()
    asking = asyncio.create_task(asked.ask())
    while not wire.lost:
        await asyncio.sleep(0.01)
    wire.mend(is_reset=False)
    await asking
    assert asked.lost is None
    async with database.read() as connection:
        assert (await connection.execute(select(1))).scalar() == 1
    await database.close()


async def test_a_server_that_is_off_is_known_without_waiting_for_an_answer(postgres_url, wire, monkeypatch):
    monkeypatch.setattr(contact, "PATIENCE_SECONDS", 600.0)
    monkeypatch.setattr(reach, "CUT_OFF_SECONDS", 0.2)
    url = make_url(postgres_url).set(port=wire.port).render_as_string(hide_password=False)
    database = await Database.open(url)
    asked = Contact(database)
    await asked.ask()
    assert asked.lost is None

    wire.black_hole()
    async with asyncio.timeout(60):
        assert await lost(asked) == "server_silent"
    await database.close()


async def test_a_watch_that_is_ended_in_the_moment_of_a_doubt_ends(database):
    asked = Contact(database)
    watching = asyncio.create_task(asked.watch())
    await asyncio.sleep(0)
    asked.doubt()
    await asyncio.sleep(0)  # the doubt is there, the watch has not gone on yet
    watching.cancel()

    await asyncio.wait({watching}, timeout=5)
    is_ended = watching.done()
    watching.cancel()
    assert is_ended
