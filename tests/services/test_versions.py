"""Two versions of the program at one database: a newer one takes it over, the older desk only reads and is told so."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

import app
from app.models import copies, database, guards, migrations
from app.models.database import Database, DatabaseUnavailable
from app.models.program import Program
from app.regulation.errors import Refused
from app.regulation.workflow import DraftKind
from app.services import casework, queries, safekeeping, writing
from app.services.alerts.answering import acknowledge, hear
from app.services.alerts.raising import sweep_alerts
from app.services.alerts.reading import list_alerts
from app.services.alerts.settings import NoticeChoice, set_choice
from app.services.background.lease import read_lease, release, renew, take
from app.services.background.worker import seat_program
from app.services.contact import Contact
from app.services.journal import note_down
from app.services.selection import Selection
from app.services.verifying import verify
from app.texts.refusals import explain

NEXT = '''
from alembic import op
import sqlalchemy as sa
revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None


def upgrade():
    op.add_column("note", sa.Column("colour", sa.String(10), nullable=False, server_default="grey"))
'''
NEWER = Program("0002", "0002", "the workflow of tomorrow")


@pytest.fixture
def newer(tmp_path, monkeypatch):
    """Within it this is the next version of the program, with one more migration and another workflow table."""
    folder = tmp_path / "versions"
    folder.mkdir()
    (folder / "0002_next.py").write_text(NEXT, encoding="utf-8")
    own = migrations._config

    def config():
        made = own()
        places = f"{Path(migrations.__file__).parent / 'versions'};{folder}"
        made.set_main_option("path_separator", ";")
        made.set_main_option("version_locations", places)
        return made

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "_config", config)
        patch.setattr(database, "HEAD", NEWER.schema)
        patch.setattr(guards, "Program", lambda: NEWER)
        patch.setattr(database, "Program", lambda: NEWER)
        patch.setattr(guards.postgres, "WORKFLOW_VERSION", NEWER.workflow)
        yield patch


async def taken_over(url, tmp_path, patch):
    """Let the next version upgrade the database, and be the older one again; gives the copy it made before."""
    copy = tmp_path / "before.dump"

    async def before(opened, found):
        await safekeeping.back_up(opened, copy, copies.BEFORE_UPGRADE, schema=found)

    if "postgresql" in url:
        with pytest.raises(DatabaseUnavailable, match="database_older"):
            await Database.open(url)
    await (await Database.open(url, before_upgrade=before)).close()
    patch.undo()
    return copy if copy.exists() else next((tmp_path / copies.FOLDER).glob(f"*{copies.BEFORE_UPGRADE}*{copies.SUFFIX}"))


async def test_an_older_desk_is_told_to_update_and_loses_nothing(desk, url, tmp_path, newer):
    case_id = await desk.routed()
    anchor = (await verify(desk.database)).anchor
    copy = await taken_over(url, tmp_path, newer)
    assert copies.read_manifest(copy).anchor == anchor
    assert copies.read_manifest(copy).schema == "0001"

    card = await desk.card(case_id)
    for deed in (
        desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем"),
        desk.entered("Яма"),
        told(desk),
    ):
        with pytest.raises(Refused, match="program_older") as caught:
            await deed
    assert "обновите её" in explain(caught.value.refusal)
    assert await desk.card(case_id) == card  # it reads on

    contact = Contact(desk.executor.database)
    await contact.ask()
    assert contact.lost is None
    assert contact.outdated.code == "program_older"

    with pytest.raises(DatabaseUnavailable, match="database_newer"):
        await Database.open(url)


async def told(desk):
    """A change beside the cases, which the journal tells of."""
    async with desk.curator.database.write() as connection:
        await note_down(connection, desk.curator, "desk", "settings_changed", {})


async def test_two_workflow_tables_never_write_to_one_database(desk):
    case_id = await desk.routed()
    card = await desk.card(case_id)
    for place in desk.people.values():
        place.database.program = replace(place.database.program, workflow="the table of yesterday")

    with pytest.raises(Refused, match="program_of_another_workflow") as caught:
        await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем")

    assert "черновики сохранены" in explain(caught.value.refusal)
    assert await desk.card(case_id) == card
    assert (await verify(desk.database)).findings == []


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
async def test_no_act_slips_through_while_a_newer_program_upgrades(desk, url, monkeypatch):
    """An act that asked before is whole before the migration begins; one that comes meanwhile is told of the newer."""
    owner, begun, go_on = await Database.open(url), asyncio.Event(), asyncio.Event()
    apply, kept = writing.apply, NEWER.kept

    async def held(*words):
        begun.set()
        await go_on.wait()
        return await apply(*words)

    def migrate(config, _version):
        config.attributes["connection"].exec_driver_sql("""UPDATE "case" SET place = 'переписано'""")

    async def upgrade():
        async with owner.write(asks=False) as connection:
            await connection.run_sync(migrations.upgrade)
            await owner.keep(connection, kept)
            await connection.execute(text("UPDATE guard.program SET workflow = :workflow"), kept)

    async def waiting(*queries):
        async with desk.database.read() as connection:
            asked = text("SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                         " WHERE NOT l.granted AND d.datname = current_database()")  # fmt: skip
            return (await connection.execute(asked)).scalar()

    monkeypatch.setattr(writing, "apply", held)
    monkeypatch.setattr(migrations.command, "upgrade", migrate)
    entering = asyncio.create_task(desk.entered())
    await begun.wait()
    upgrading = asyncio.create_task(upgrade())
    async with asyncio.timeout(30):
        while await waiting() < 1:
            await asyncio.sleep(0.02)
    monkeypatch.setattr(writing, "apply", apply)
    late = asyncio.create_task(desk.entered("Ещё яма"))
    go_on.set()
    case_id = await entering
    await upgrading
    with pytest.raises(Refused, match=r"program_(of_another_workflow|older)"):
        await late
    assert (await desk.card(case_id)).place == "переписано", "the migration saw it"
    await owner.close()


async def test_whatever_is_written_asks_first_whether_this_program_may(desk):
    case_id = await desk.entered()
    desk.clock.move(minutes=40)
    await sweep_alerts(await seat_program(desk.database))
    place, held = desk.curator, await take(desk.database, "worker", "Этот стол")
    for each in (*desk.people.values(), desk):
        each.database.program = replace(each.database.program, workflow="the table of yesterday")

    for written in (
        acknowledge(place, [1]),
        set_choice(place, NoticeChoice()),
        place.database.set_meta("soon_minutes", "5"),
        take(desk.database, held.holder, held.label),
        renew(desk.database, held),
    ):
        with pytest.raises(Refused, match="program_of_another_workflow"):
            await written
    assert (await hear(place)).is_anything is False
    assert [alert.is_new for alert in await list_alerts(place)] == [True]
    await queries.list_queue(place, Selection("inbox", "яма"))  # a file's index is left to the newer program
    assert [row.id for row in await queries.list_queue(place, Selection("inbox"))] == [case_id]
    await release(desk.database, held)  # a newer worker need not wait
    assert (await read_lease(desk.database)).is_over(desk.clock.now())


def test_only_what_asks_itself_or_tidies_up_after_itself_writes_without_asking():
    unasked = {}
    for file in Path(app.__file__).parent.rglob("*.py"):
        if count := file.read_text(encoding="utf-8").count(".write(asks=False)"):
            unasked[file.relative_to(Path(app.__file__).parent).as_posix()] = count

    assert unasked == {
        "models/database.py": 3,  # taking a database over
        "services/acting.py": 2,  # acts ask with what else they read
        "services/background/lease.py": 1,  # giving a lease up
        "services/presence.py": 1,  # leaving a card
        "services/safekeeping.py": 1,  # a database that is empty yet
    }


async def test_the_newest_program_at_a_file_takes_it_over(sqlite_url):
    older = await Database.open(sqlite_url)
    async with older.write() as connection:
        await older.keep(connection, {"workflow": "the table of yesterday"})
    newer = await Database.open(sqlite_url)
    async with older.read() as connection:
        kept = await connection.execute(text("SELECT value FROM meta WHERE key = 'workflow'"))
        assert kept.scalar_one() == newer.program.workflow
    for each in (older, newer):
        await each.close()
