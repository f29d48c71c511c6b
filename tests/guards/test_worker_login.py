"""The program at work by a sign-in of its own, a member of cur_worker and of nothing else: every job gets through."""

import asyncio

import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app.models import Alert, Author, JobRun
from app.regulation.workflow import DraftKind
from app.services import casework
from app.services.background.jobs import JOBS
from app.services.background.worker import Worker, seat_program
from app.services.desk_settings import DeskSettings, set_settings
from app.services.verifying import verify
from tests.helpers.databases import PASSWORD, FixedTime, _administer


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
