"""Someone signed in by a bare driver holds everybody up, or fills what the server has only so much of."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.regulation import requirements
from app.regulation.errors import Refused
from app.regulation.workflow import DraftKind
from app.services import casework
from app.services.accounts import list_accounts
from app.services.desk_settings import DeskSettings, set_settings
from tests.helpers.databases import PASSWORD


@pytest.fixture
def url(postgres_url):
    return postgres_url


async def test_who_holds_others_up_is_signed_out(desk, intruder, postgres):
    holder = await intruder.at("stranger")
    wanted = "SELECT guard.take_turn('absences')"
    await holder.execute(f"BEGIN; {wanted}")
    waiting = asyncio.create_task(intruder.rows("executor", wanted))
    async with desk.database.engine.connect() as owner:
        await owner.execution_options(isolation_level="AUTOCOMMIT")
        async with asyncio.timeout(60):
            while not (await owner.execute(text("SELECT guard.end_blockers_after('0.3 s')"))).scalar():
                assert (await owner.execute(text("SELECT guard.end_blockers_after('1 hour')"))).scalar() == 0
    await waiting
    told = (postgres.home / "log").read_text(encoding="utf-8", errors="replace")
    assert f"signed out for keeping others waiting: {intruder.login('stranger')}" in told


async def test_who_locks_a_whole_table_is_signed_out_at_once_and_stays_out(desk, intruder):
    """A table that may be deleted from may be locked, again and again: no desk does it."""
    holder = await intruder.at("stranger")
    await holder.execute("BEGIN; LOCK TABLE public.role_grant IN ACCESS EXCLUSIVE MODE")
    waiting = asyncio.create_task(intruder.rows("executor", "SELECT FROM public.role_grant"))
    url, login = make_url(desk.database.url), intruder.login("stranger")
    try:
        await desk.database.end_blockers()
        await waiting
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
            await asyncpg.connect(host=url.host, port=url.port, database=url.database, user=login, password=PASSWORD)
        states = {account.login: account.state for account in await list_accounts(desk.admin)}
        assert (states[login], states[intruder.login("executor")]) == ("blocked", "active")
    finally:
        async with desk.database.write() as owner:  # sign-ins are the server's: other tests need theirs
            await owner.execute(text(f'ALTER ROLE "{login}" LOGIN'))


async def test_what_is_told_to_desks_does_not_pile_up_behind_one_who_does_not_read_it(desk, intruder):
    """Where the server has no room left for it, nobody's act is saved."""
    deaf = await intruder.at("stranger")
    await deaf.execute("LISTEN cur_feed")
    await deaf.execute("BEGIN")
    asleep = asyncio.create_task(deaf.execute("SELECT pg_sleep(200)"))
    await intruder.rows("executor", "SELECT pg_notify('x', repeat('y', 7000) || g) FROM generate_series(1, 100) g")
    usage, end = text("SELECT pg_notification_queue_usage()"), "SELECT guard.end_blockers_after('1 s', :crowded)"
    async with desk.database.engine.connect() as owner:
        await owner.execution_options(isolation_level="AUTOCOMMIT")
        assert (await owner.execute(usage)).scalar() > 0
        async with asyncio.timeout(60):
            while not (await owner.execute(text(end), {"crowded": 0})).scalar():
                assert (await owner.execute(text(end), {"crowded": 1})).scalar() == 0
    await asyncio.wait({asleep})
    assert isinstance(asleep.exception(), (asyncpg.AdminShutdownError, asyncpg.ConnectionDoesNotExistError))


async def test_nobody_fills_the_servers_disk_with_words(desk, intruder, monkeypatch):
    put = "INSERT INTO public.import_mapping (fingerprint, version, file_name, fields, zone, person_id, changed_at)"
    put += " VALUES ($1, 1, '', repeat('я', $2), '', $3, now())"
    mine = desk.curator.person.id
    assert (await intruder.tries("curator", put, "long", 3_000_000, mine))[1] == "row_too_large"
    await intruder.rows("curator", put, "short", 1_000_000, mine)
    change = "UPDATE public.import_mapping SET fields = fields || fields || fields"
    assert (await intruder.tries("curator", change))[1] == "row_too_large"

    monkeypatch.setattr(requirements, "DRAFT_LIMIT", 10**8)  # a client of their own making
    case_id = await desk.routed()
    with pytest.raises(Refused) as caught:
        await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "я" * 3_000_000)
    assert caught.value.refusal.code == "row_too_large"


async def test_nobody_fills_the_servers_disk_with_files(desk, intruder):
    put = "INSERT INTO public.blob SELECT lpad($1::text, 64, '0'), $2, convert_to(repeat('x', $3), 'UTF8')"
    assert (await intruder.tries("executor", put, "1", 0, 1024 * 1024 + 1))[1] == "file_part_malformed"
    assert (await intruder.tries("executor", put, "1", 200, 5))[1] == "file_part_malformed"
    await set_settings(desk.admin, DeskSettings(day_mb=100))
    many = "INSERT INTO public.blob SELECT lpad(g::text, 64, '0'), 0, convert_to(repeat('x', 1048576), 'UTF8')"
    many += " FROM generate_series(1, 101) g"
    assert (await intruder.tries("executor", many))[1] == "day_of_files_full"
    await intruder.rows("executor", many.replace("101", "100"))
    assert (await intruder.tries("executor", put, "101", 0, 1))[1] == "day_of_files_full"
    await intruder.rows("executor", many.replace("101", "100") + " ON CONFLICT DO NOTHING")  # is there: costs nothing
    await intruder.rows("stranger", put, "102", 0, 1)


async def test_nobody_keeps_tables_of_their_own_nor_sorts_without_end(desk, intruder):
    await desk.database.install_guards()  # what is a database's own no template hands on

    assert [tuple(row) for row in await intruder.rows("curator", "SHOW temp_file_limit")] == [("2GB",)]
    assert (await intruder.tries("curator", "CREATE TEMP TABLE person (id int)"))[0] == "42501"


