"""The program at work by a sign-in of its own, a member of cur_worker and of nothing else: every job gets through."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app.models import Account, Alert, Author, JobRun
from app.regulation.workflow import DraftKind
from app.services import casework
from app.services.background.jobs import JOBS
from app.services.background.worker import Worker, seat_program
from app.services.desk_settings import DeskSettings, set_settings
from app.services.verifying import verify
from tests.helpers.databases import PASSWORD, FixedTime, _administer
from tests.helpers.waiting import until

ROOT = Path(__file__).parent.parent.parent
SOON = """
CREATE OR REPLACE FUNCTION guard.end_blockers() RETURNS int LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT guard.end_blockers_after(interval '1 second') $$
"""


@pytest.fixture
def url(postgres_url):
    return postgres_url


@pytest_asyncio.fixture
async def workers(desk, postgres, postgres_url):
    """The database as a worker's login opens it."""
    await _administer(postgres, f"CREATE ROLE w_login LOGIN PASSWORD '{PASSWORD}' IN ROLE cur_worker")
    address = make_url(postgres_url).set(username="w_login", password=PASSWORD)
    opened = await FixedTime.open(address.render_as_string(hide_password=False), desk.clock)
    yield opened
    await opened.close()
    await _administer(postgres, "DROP ROLE w_login")


async def test_every_job_gets_through_by_the_workers_own_login(desk, workers):
    old = await desk.entered("Яма", author_name="Иван Петров")
    await desk.act(casework.route, desk.curator, old, desk.routing())
    await desk.act(casework.submit, desk.executor, old, DraftKind.ANSWER, "Заделаем")
    await desk.act(casework.approve, desk.curator, old, DraftKind.ANSWER)
    await desk.publish(old)
    await set_settings(desk.admin, DeskSettings(retention_months=1))
    desk.clock.move(days=42)
    late = await desk.routed()
    desk.clock.move(days=1)
    assert workers.acts_as_program

    worker = Worker(await seat_program(workers), JOBS)
    task = asyncio.create_task(worker.run())
    try:
        async with asyncio.timeout(60):
            while {run.kind: run.state for run in await runs(desk)} != dict.fromkeys((j.kind for j in JOBS), "done"):
                assert not task.done() or task.result()
                await asyncio.sleep(0.05)
    finally:
        task.cancel()
        await asyncio.wait({task})
    async with desk.database.read() as connection:
        assert (await connection.execute(select(Alert.id).where(Alert.case_id == late))).first()
        assert "Иван" not in (await connection.execute(select(Author.name))).scalars().all()
    assert (await verify(desk.database)).findings == []


async def runs(desk):
    async with desk.database.read() as connection:
        return (await connection.execute(select(JobRun.kind, JobRun.state, JobRun.error))).all()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history SET act = act", "DELETE FROM journal", "UPDATE author SET name = ''", "SET ROLE cur_owner",
        "UPDATE person SET name = 'x'", "SELECT rolpassword FROM pg_authid", 'UPDATE "case" SET state = state',
    ],
)  # fmt: skip
async def test_the_worker_may_do_no_more_than_its_work(workers, statement):
    with pytest.raises(DBAPIError) as caught:
        async with workers.write() as connection:
            await connection.execute(text(statement))
    assert caught.value.orig.sqlstate in ("42501", "CD001")


async def test_the_command_signs_out_who_holds_others_up(desk, workers):
    """A desk hangs with a lock that another one needs; the program's patience is made short, the rest is as it runs."""
    async with desk.database.write() as connection:
        await connection.execute(text(SOON))
        whose = select(Account.login).where(Account.person_id.in_([desk.curator.person.id, desk.executor.person.id]))
        logins = (await connection.execute(whose)).scalars().all()
    address = make_url(workers.url)
    where = {"host": address.host, "port": address.port, "database": address.database, "password": PASSWORD}
    holder, waiter = [await asyncpg.connect(user=login, **where) for login in logins]
    await holder.execute("BEGIN; SELECT guard.take_turn('roster')")
    waiting = asyncio.create_task(waiter.execute("SELECT guard.take_turn('roster')"))
    words = [sys.executable, "-m", "app", "worker", "--database", workers.url]
    with subprocess.Popen(words, cwd=ROOT, env=os.environ, stdout=subprocess.DEVNULL) as worker:
        try:
            await until(holder.is_closed)
            await waiting
        finally:
            worker.terminate()
            waiter.terminate()
    assert worker.returncode == 0
